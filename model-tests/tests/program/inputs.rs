//! Inputs that are too long, endless, or not what they should be: no more of them is read than is of use.

use std::fs;

use predicates::prelude::*;
use predicates::str::contains;

use crate::support::{CONVERSATION, Folder, renamings, text, words};

#[cfg(target_os = "linux")]
#[test]
fn what_never_ends_is_read_as_far_as_it_is_of_use() {
    let folder = Folder::new();
    let run = folder.harness(words("corpus import /dev/zero")).assert().code(0);
    assert_eq!(text(&run.get_output().stdout).lines().count(), 512);
    run.stderr(contains("command_sequence takes the first 2048 bytes of an input"));
    let run = folder
        .harness(words("replay --fuzz command_sequence /dev/zero"))
        .assert()
        .code(0);
    run.stdout(contains("2048 bytes, 512 steps"));
    let run = folder.harness(words("shrink --as text /dev/zero")).assert().code(0);
    run.stderr(contains("wire takes the first 65536 bytes of an input"));
    for task in ["replay", "replay --pretty", "shrink", "coverage"] {
        let run = folder.harness(words(&format!("{task} /dev/zero"))).assert().code(2);
        run.stderr(contains(
            "line 1, column 1, is no command: expected text in UTF-8, found the byte 0x00",
        ));
    }
}

#[test]
fn an_import_shows_what_the_target_runs() {
    let folder = Folder::new();
    let garbage: Vec<u8> = (0..100_000_u32)
        .map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    folder.file("garbage", &garbage);
    fs::create_dir(folder.path().join("cut")).expect("it can be made");
    folder.file("cut/entry", &garbage[..2_048]);
    fs::create_dir(folder.path().join("whole")).expect("it can be made");
    folder.file("whole/entry", &garbage);
    let run = |line: &str| folder.harness(words(line)).assert().code(0).get_output().stdout.clone();
    let imported = run("corpus import garbage");
    assert_eq!(text(&imported).lines().count(), 512);
    assert_eq!(imported, run("corpus import cut/entry"));
    assert_eq!(
        run("coverage --json --corpus whole"),
        run("coverage --json --corpus cut")
    );
    let shown = text(&run("replay --fuzz command_sequence --pretty garbage"));
    assert!(shown.contains("512 steps: "), "{shown}");
}

#[test]
fn an_export_says_what_the_target_will_not_run() {
    let folder = Folder::new();
    folder.file("long.trace.jsonl", renamings(599));
    let run = folder
        .harness(words("corpus export long.trace.jsonl --to entries"))
        .assert()
        .code(0);
    run.stdout(contains("entries/long: 512 steps"))
        .stderr(contains("command_sequence takes the first 512 steps of an entry"));
    assert_eq!(
        fs::read(folder.path().join("entries/long")).expect("an entry").len(),
        2_048
    );
}

#[test]
fn an_entry_without_a_step_is_none() {
    let folder = Folder::new();
    folder.file("entry", "abc");
    let run = folder.harness(words("corpus import entry")).assert().code(2);
    run.stdout("").stderr(contains(
        "entry has no step: a step of command_sequence takes 4 bytes, found 3",
    ));
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new();
    for task in [
        "replay",
        "replay --pretty",
        "replay --fuzz wire",
        "shrink",
        "coverage",
        "corpus import",
    ] {
        let run = folder.harness(words(&format!("{task} ."))).assert().code(2);
        run.stdout("").stderr(contains(". is a folder: expected a file"));
    }
}

#[test]
fn a_trace_without_commands_is_an_error() {
    let folder = Folder::new();
    folder.file("empty.trace.jsonl", "");
    folder.file("blank.trace.jsonl", "\n\n  \n");
    for file in ["empty.trace.jsonl", "blank.trace.jsonl"] {
        for task in ["replay", "replay --pretty", "shrink", "coverage"] {
            let run = folder.harness(words(&format!("{task} {file}"))).assert().code(2);
            run.stdout(contains("✓").not()).stderr(contains(format!(
                "the trace {file} is empty: expected commands as JSON Lines"
            )));
        }
    }
}

#[test]
fn json_that_is_no_trace_is_told_what_a_trace_looks_like() {
    let folder = Folder::new();
    let lines = fs::read_to_string(CONVERSATION).expect("it is shipped");
    let commands: Vec<serde_json::Value> = lines.lines().map(|line| line.parse().expect("JSON")).collect();
    folder.file("array.json", serde_json::to_vec(&commands).expect("JSON"));
    folder.file(
        "indented-array.json",
        serde_json::to_vec_pretty(&commands).expect("JSON"),
    );
    folder.file("indented.json", serde_json::to_vec_pretty(&commands[0]).expect("JSON"));
    for (file, found) in [
        ("array.json", "found an array"),
        ("indented-array.json", "found an array"),
        ("indented.json", "found only the beginning of an object"),
    ] {
        for task in ["replay", "shrink"] {
            let run = folder.harness(words(&format!("{task} {file}"))).assert().code(2);
            run.stderr(contains(found).and(contains("a trace is JSON Lines, one command a line")));
        }
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_a_name_all_the_same() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let name = OsStr::from_bytes(b"caf\xe9.trace.jsonl");
    fs::copy(CONVERSATION, folder.path().join(name)).expect("it can be copied");
    folder.harness([OsStr::new("replay"), name]).assert().code(0);
    let to = OsStr::from_bytes(b"entr\xe9es");
    let arguments = ["corpus", "export"].map(OsStr::new).into_iter();
    folder
        .harness(arguments.chain([name, OsStr::new("--to"), to]))
        .assert()
        .code(0);
    let absent = OsStr::from_bytes(b"\xff.trace.jsonl");
    folder
        .harness([OsStr::new("replay"), absent])
        .assert()
        .code(2)
        .stderr(contains("could not be opened"));
}
