//! A violation is never lost: where its trace cannot be written, it is shown, and the exit status stays.

use predicates::prelude::*;
use predicates::str::contains;

use crate::support::{Folder, json, text, words};

/// The tasks that find a planted bug, with the file that some of them are given.
const TASKS: [&str; 5] = [
    "--quick",
    "explore --scope tiny",
    "soak --steps 4000",
    "shrink TRACE",
    "replay --fuzz command_sequence ENTRY",
];

/// The line of a task in which a bug is planted that two commands show.
fn line(task: &str, folder: &Folder) -> String {
    let trace = folder.file("twice.trace.jsonl", TWICE);
    let entry = folder.path().join("twice");
    if task.contains("ENTRY") {
        let to = folder.path().display().to_string();
        folder
            .harness(["corpus", "export", &trace.display().to_string(), "--to", &to])
            .assert()
            .success();
    }
    let [trace, entry] = [trace, entry].map(|path| path.display().to_string());
    let task = task.replace("TRACE", &trace).replace("ENTRY", &entry);
    format!("{task} --bug path-taken-twice")
}

/// Two projects on one path.
const TWICE: &str = r#"{"type":"create_project","project_id":"000000a0-0000-4000-8000-000000000001","path":"/p","name":"one","at":"2026-01-01T00:00:00Z"}
{"type":"create_project","project_id":"000000a0-0000-4000-8000-000000000002","path":"/p","name":"two","at":"2026-01-01T00:00:00Z"}
"#;

#[test]
fn a_violation_whose_trace_cannot_be_written_is_shown_with_it() {
    for task in TASKS {
        let folder = Folder::without_failures();
        let run = folder.harness(words(&line(task, &folder))).assert().code(1);
        let output = run.get_output();
        let shown = text(&output.stdout);
        let (_, trace) = shown
            .split_once("The trace could not be written to failures/: ")
            .unwrap_or_else(|| panic!("{task}: {shown}{}", text(&output.stderr)));
        assert!(shown.contains("✗ S2 is violated"), "{task}: {shown}");
        let commands = trace
            .lines()
            .filter(|line| line.starts_with("{\"type\":\"create_project\""));
        assert_eq!(commands.count(), 2, "{task}: {trace}");
    }
}

#[test]
fn a_model_that_cannot_be_written_is_shown_before_its_commands() {
    let folder = Folder::without_failures();
    let line = line("induct --models 200", &folder);
    let run = folder.harness(words(&line)).assert().code(1);
    let shown = text(&run.get_output().stdout);
    let (_, trace) = shown.split_once("It is:\n\n").unwrap_or_else(|| panic!("{shown}"));
    let lines: Vec<_> = trace.lines().collect();
    assert!(lines[0].starts_with("{\"schema_version\":2,\"sequence\":0,"), "{trace}");
    assert!(lines[1].starts_with("{\"type\":\"create_project\""), "{trace}");
}

#[test]
fn a_violation_whose_trace_cannot_be_written_is_in_the_json_with_it() {
    for task in ["--quick", "explore --scope tiny", "soak --steps 4000", "shrink TRACE"] {
        let folder = Folder::without_failures();
        let line = format!("{} --json", line(task, &folder));
        let run = folder.harness(words(&line)).assert().code(1);
        let json = json(&run.get_output().stdout);
        let violation = json.get("violation").unwrap_or(&json);
        assert_eq!(violation["invariant"], "S2", "{task}");
        assert_eq!(violation["trace"].as_array().map(Vec::len), Some(2), "{task}");
        assert!(violation["file"].is_null(), "{task}");
        let reason = violation["file_error"].as_str().unwrap_or_default();
        assert!(
            reason.starts_with("The trace could not be written to failures/: "),
            "{task}: {reason}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_trace_that_can_be_written_by_half_is_not_left_behind_and_is_shown() {
    let folder = Folder::new();
    // No file may have a byte in it, and that is an error like another, as on a full disk.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 0; exec {} soak --steps 4000 --bug path-taken-twice",
        env!("CARGO_BIN_EXE_harness")
    );
    let mut shell = assert_cmd::Command::new("sh");
    let run = shell.current_dir(folder.path()).args(["-c", &limited]).assert().code(1);
    run.stdout(contains("The trace could not be written to failures/: ").and(contains("{\"type\":\"create_project\"")));
    let left = std::fs::read_dir(folder.path().join("failures")).expect("the folder was made");
    assert_eq!(left.count(), 0);
}

#[test]
fn witnesses_that_cannot_be_written_are_told_before_anything_is_explored() {
    let folder = Folder::new();
    let file = folder.file("witnesses", "in the way").display().to_string();
    let run = folder
        .harness(["explore", "--scope", "large", "--witnesses", &file])
        .assert()
        .code(2);
    run.stdout("")
        .stderr(predicate::str::starts_with("error: the witnesses could not be written to").and(contains(file)));
}
