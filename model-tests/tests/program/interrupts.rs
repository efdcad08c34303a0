//! Ctrl-C, sent to the process.

#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Folder, json, text, words};

/// The bit of SIGINT among those that `/proc` tells of.
const SIGINT: u64 = 1 << 1;

fn started(folder: &Folder, line: &str) -> Child {
    let mut command = folder.process(&words(line));
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

/// Waits until the program listens.
fn wait_until_it_listens(child: &Child) {
    let listens = || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
        let caught = status
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))
            .expect("it is told");
        u64::from_str_radix(caught.trim(), 16).expect("a number") & SIGINT != 0
    };
    while !listens() {
        sleep(Duration::from_millis(5));
    }
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("it can be sent").success());
}

fn interrupted(line: &str, after: Duration) -> Output {
    let folder = Folder::new();
    let child = started(&folder, line);
    wait_until_it_listens(&child);
    sleep(after);
    interrupt(&child);
    child.wait_with_output().expect("it ends")
}

#[test]
fn an_interrupted_search_is_incomplete_whenever_it_is_interrupted() {
    for line in ["explore --scope large", "soak --duration 1h", "induct --duration 1h"] {
        for after in [0, 300] {
            let output = interrupted(line, Duration::from_millis(after));
            assert_eq!(output.status.code(), Some(130), "{line}: {}", text(&output.stderr));
            let shown = text(&output.stdout);
            assert!(shown.contains("\nverdict: incomplete\n"), "{shown}");
            assert!(shown.trim_end().ends_with(": interrupted"), "{shown}");
        }
    }
}

#[test]
fn an_interrupted_main_job_says_what_was_not_done() {
    let output = interrupted("--json", Duration::from_millis(200));
    assert_eq!(output.status.code(), Some(130));
    let json = json(&output.stdout);
    assert_eq!(json["verdict"], "incomplete");
    let reasons = json["incomplete_because"].to_string();
    for reason in [
        "first soak: interrupted",
        "exploration of long: not begun",
        "exploration of default: not begun",
        "induction: not begun",
        "soak: not begun",
        "outcomes that can be reached were not",
    ] {
        assert!(reasons.contains(reason), "{reason} is not in {reasons}");
    }
}

#[test]
fn a_second_interrupt_ends_the_program() {
    let folder = Folder::new();
    let child = started(&folder, "soak --duration 1h --steps-per-run 1000000000");
    wait_until_it_listens(&child);
    interrupt(&child);
    interrupt(&child);
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(130));
}

#[test]
fn a_replay_that_waits_for_its_trace_can_be_interrupted() {
    let folder = Folder::new();
    let mut child = started(&folder, "replay -");
    let _input = child.stdin.take();
    wait_until_it_listens(&child);
    interrupt(&child);
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(130));
}
