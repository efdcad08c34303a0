//! Tasks run on the core with planted bugs, as programs do.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use model_tests::proof::bugs;
use model_tests::proof::hunt::Hunter;
use model_tests::report::failure::Failure;
use serde_json::Value;

const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/command_sequence");

/// Runs the program in an empty folder, which is where it writes traces to.
fn harness(test: &str, arguments: &[&str]) -> Output {
    let folder = folder(test);
    std::fs::create_dir_all(&folder).expect("it can be made");
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(arguments)
        .current_dir(&folder)
        .output()
        .expect("the program starts");
    let _ = std::fs::remove_dir_all(folder);
    output
}

fn folder(test: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id()))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

#[test]
fn every_task_that_tests_the_core_finds_a_bug_that_is_planted() {
    for task in [["explore", "--scope", "tiny"].as_slice(), &["soak", "--steps", "4000"]] {
        let arguments = [task, &["--json", "--bug", "path-taken-twice"]].concat();
        let output = harness("tasks", &arguments);
        assert_eq!(output.status.code(), Some(1), "{task:?}");
        assert_eq!(json(&output)["violation"]["invariant"], "S2", "{task:?}");
    }
}

#[test]
fn several_bugs_are_planted_at_once() {
    let bugs = "piece-lost-after-restart,path-taken-twice";
    let output = harness("several", &["explore", "--scope", "tiny", "--json", "--bug", bugs]);
    assert_eq!(json(&output)["violation"]["invariant"], "S2");
    let output = harness("several", &["explore", "--bug", "path-taken-twice,nosuch"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("there is no planted bug nosuch"), "{error}");
}

#[test]
fn a_trace_is_shrunk_by_the_invariant_that_is_asked_for() {
    let bug = bugs::named("turn-id-made-up").expect("it is planted");
    let hunt = Hunter::Exploration.hunt(bug, 1, &AtomicBool::new(false));
    let found = hunt.expect("it can hunt").found.expect("it is found");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = Failure::of(bug.subject, &found)
        .write_to(folder.path())
        .expect("it can be written");
    let shrink = |more: &[&str]| {
        let file = file.to_str().expect("a name");
        harness("invariants", &[&["shrink", file, "--bug", bug.id], more].concat())
    };
    // The steps break one, and what they come to in another order another one.
    assert_eq!(json(&shrink(&["--json"]))["invariant"], "T8");
    let law = shrink(&["--json", "--invariant", "A5"]);
    assert_eq!((law.status.code(), &json(&law)["invariant"]), (Some(1), &"A5".into()));
    let unbroken = shrink(&["--invariant", "S2"]);
    assert_eq!(unbroken.status.code(), Some(0));
    let shown = String::from_utf8_lossy(&unbroken.stdout);
    assert!(
        shown.contains("does not break S2: there is nothing to shrink"),
        "{shown}"
    );
    let unknown = shrink(&["--invariant", "S99"]);
    assert_eq!(unknown.status.code(), Some(2));
    let error = String::from_utf8_lossy(&unknown.stderr);
    assert!(
        error.contains("there is no invariant S99: expected one of S1, S2"),
        "{error}"
    );
}

#[test]
fn an_input_of_a_fuzz_target_is_shrunk_to_json() {
    let mut seeds: Vec<_> = std::fs::read_dir(SEEDS)
        .expect("there are seeds")
        .map(|entry| entry.expect("it is listed").path())
        .collect();
    seeds.sort_unstable();
    let found = seeds.iter().find_map(|seed| {
        let seed = seed.to_str().expect("a name");
        let bug = [
            "shrink",
            "--json",
            "--fuzz",
            "command_sequence",
            "--bug",
            "start-while-running",
        ];
        let output = harness("shrink", &[&bug[..], &[seed]].concat());
        (output.status.code() == Some(1)).then(|| (json(&output), seed.to_owned()))
    });
    let (failure, seed) = found.expect("some seed shows it");
    assert_eq!(failure["invariant"], "T8");
    assert_eq!(failure["trace"].as_array().map(Vec::len), Some(4));
    let sound = harness("shrink", &["shrink", "--json", "--fuzz", "command_sequence", &seed]);
    assert_eq!((sound.status.code(), json(&sound)), (Some(0), Value::Null));
}
