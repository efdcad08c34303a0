//! The generated tests of the core alone, compiled and run: they pass on the core as it is, and fail when something else is
//! expected.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{Folder, text, words};

/// Bugs of which one shows in an event, one in a refusal, and one in the model alone.
const BUGS: [&str; 3] = [
    "complete-leaves-running",
    "second-answer-accepted",
    "restore-keeps-later-checkpoints",
];

/// The one file of that ending in a folder.
fn only_file(folder: &Path, ending: &str) -> String {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    let mut found = files.iter().filter(|file| file.to_string_lossy().ends_with(ending));
    let file = found
        .next()
        .unwrap_or_else(|| panic!("none of {files:?} ends in {ending}"));
    fs::read_to_string(file).expect("it can be read")
}

/// The test of the core that `shrink` makes of what a soak finds.
fn generated(bug: &str) -> String {
    let folder = Folder::new();
    folder
        .harness(words(&format!("soak --steps 200000 --bug {bug}")))
        .assert()
        .code(1);
    let failures = folder.path().join("failures");
    let trace = only_file(&failures, ".trace.jsonl");
    fs::remove_dir_all(&failures).expect("the folder is ours");
    folder.file("run.trace.jsonl", trace);
    let run = folder
        .harness(words(&format!("shrink --test core --bug {bug} run.trace.jsonl")))
        .assert()
        .code(1);
    let told = text(&run.get_output().stdout);
    assert!(told.contains(", for core/tests/"), "{told}");
    only_file(&failures, "_test.rs")
}

/// The same test with another expectation, which must not hold.
fn with_another_expectation(code: &str) -> String {
    let (before, after) = code.rsplit_once("        .then").expect("it expects something");
    let changed = after.replacen("2026-01-01", "2026-01-02", 1);
    let changed = if changed == after {
        // No time stands there: a word or a number does.
        let place = after.rfind("\"#").expect("a literal");
        let (literal, end) = after.split_at(place);
        let mut literal = literal.to_owned();
        let last = literal.trim_end_matches(['"', '}']).len();
        literal.replace_range(last - 1..last, "0");
        literal + end
    } else {
        changed
    };
    assert_ne!(changed, after, "{code}");
    format!("{before}        .then{changed}").replace("#[test]", "#[test]\n#[should_panic]")
}

#[test]
fn generated_tests_of_the_core_compile_pass_and_fail_when_something_else_is_expected() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let package = Folder::new();
    let core = repository.join("core");
    package.file(
        "Cargo.toml",
        format!(
            "[package]\nname = \"generated\"\nedition = \"2024\"\n\n[dependencies]\n\
             orchestration = {{ path = {:?}, features = [\"testing\"] }}\nserde_json = \"1\"\n\n[workspace]\n",
            core.display()
        ),
    );
    fs::copy(repository.join("Cargo.lock"), package.path().join("Cargo.lock")).expect("it can be copied");
    fs::create_dir_all(package.path().join("src")).expect("it can be made");
    fs::create_dir_all(package.path().join("tests")).expect("it can be made");
    package.file("src/lib.rs", "");
    for bug in BUGS {
        let (name, test) = (bug.replace('-', "_"), generated(bug));
        package.file(&format!("tests/{name}.rs"), &test);
        package.file(&format!("tests/{name}_otherwise.rs"), with_another_expectation(&test));
    }
    let run = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "--tests"])
        .current_dir(package.path())
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated"),
        )
        .output()
        .expect("cargo runs");
    let told = text(&run.stdout);
    assert!(run.status.success(), "{told}{}", text(&run.stderr));
    assert_eq!(told.matches("1 passed").count(), 2 * BUGS.len(), "{told}");
}

#[test]
fn where_the_core_alone_cannot_show_it_a_sentence_says_why() {
    let folder = Folder::new();
    folder
        .harness(words("soak --steps 200000 --bug advance-forgets-time"))
        .assert()
        .code(1);
    let failures = folder.path().join("failures");
    let trace = only_file(&failures, ".trace.jsonl");
    folder.file("run.trace.jsonl", trace);
    let line = "shrink --test core --bug advance-forgets-time run.trace.jsonl";
    let run = folder.harness(words(line)).assert().code(1);
    let told = text(&run.get_output().stderr);
    assert!(told.contains("The test is for the harness."), "{told}");
    assert!(only_file(&failures, "_test.rs").contains("use model_tests::"));
}
