//! Output that nobody takes: a full device, a closed pipe.

#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::process::{Output, Stdio};

use crate::support::{CONVERSATION, Folder, text, words};

/// Every task, each with an exit status for when its output is taken.
const TASKS: [(&str, i32); 17] = [
    ("--help", 0),
    ("explore --help", 0),
    ("--quick --bug path-taken-twice", 1),
    ("--quick --json --bug path-taken-twice", 1),
    ("explore --scope tiny", 0),
    ("explore --scope tiny --json", 0),
    ("soak --steps 500", 0),
    ("induct --models 20", 0),
    ("soak --steps 4000 --json --bug path-taken-twice", 1),
    ("replay CONVERSATION", 0),
    ("replay --pretty CONVERSATION", 0),
    ("coverage CONVERSATION", 0),
    ("coverage --json CONVERSATION", 0),
    ("corpus dictionary SEEDS", 0),
    ("shrink CONVERSATION", 0),
    ("invariants", 0),
    ("bugs --bug path-taken-twice --seeds 1 --random-bytes", 0),
];

const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/wire");

fn run(line: &str, stdout: Stdio, stderr: Stdio) -> Output {
    let folder = Folder::new();
    let line = line.replace("CONVERSATION", CONVERSATION).replace("SEEDS", SEEDS);
    let mut command = folder.process(&words(&line));
    command
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .output()
        .expect("it runs")
}

fn full() -> Stdio {
    OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("it is there")
        .into()
}

/// A pipe that nobody reads from.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    writer.into()
}

#[test]
fn a_full_device_is_an_error_that_blames_no_input_in_every_task() {
    for (line, _) in TASKS {
        let output = run(line, full(), Stdio::piped());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {errors}");
        assert!(
            errors.starts_with("error: the output could not be written: No space left on device"),
            "{line}: {errors}"
        );
        assert!(
            !errors.contains("conversation") && !errors.contains("panicked"),
            "{line}: {errors}"
        );
    }
}

#[test]
fn a_violation_is_told_with_its_trace_on_standard_error_when_standard_output_is_full() {
    for line in [
        "explore --scope tiny",
        "explore --scope tiny --json",
        "soak --steps 4000",
        "--quick",
    ] {
        let output = run(&format!("{line} --bug path-taken-twice"), full(), Stdio::piped());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {errors}");
        assert!(errors.contains("A violation was found: S2"), "{line}: {errors}");
        assert!(errors.contains("Its trace is in failures/S2-"), "{line}: {errors}");
    }
    let line = "replay CONVERSATION --bug pieces-prepended";
    let errors = text(&run(line, full(), Stdio::piped()).stderr);
    assert!(errors.contains("A violation was found: T3 after step "), "{errors}");
}

#[test]
fn a_closed_pipe_is_quiet_and_leaves_the_verdict_in_every_task() {
    for (line, status) in TASKS {
        let output = run(line, closed(), Stdio::piped());
        assert_eq!(output.status.code(), Some(status), "{line}");
        assert_eq!(text(&output.stderr), "", "{line}");
    }
}

#[test]
fn news_that_nobody_takes_are_no_reason_to_fail() {
    for stderr in [full(), closed()] {
        let output = run("soak --steps 500 --threads 1000000", Stdio::piped(), stderr);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).ends_with("verdict: clean\n"));
    }
}
