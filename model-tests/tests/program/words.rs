//! The right word at the right place.

use std::collections::BTreeSet;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use crate::support::{CONVERSATION, Folder, text, words};

/// Planted bugs that the shipped conversation shows, some of them in many steps and by several invariants.
const SHOWN: [&str; 5] = [
    "complete-leaves-running",
    "completion-not-folded",
    "interrupt-reads-completed",
    "pieces-prepended",
    "first-piece-doubled",
];

#[test]
fn a_bug_that_is_not_planted_is_refused_in_every_task() {
    for task in [
        "",
        "explore",
        "soak",
        "bugs",
        "shrink CONVERSATION",
        "replay CONVERSATION",
        "replay --pretty CONVERSATION",
        "replay --fuzz command_sequence CONVERSATION",
    ] {
        let line = format!("{task} --bug nosuch").replace("CONVERSATION", CONVERSATION);
        let run = Folder::new().harness(words(&line)).assert().code(2);
        run.stdout("").stderr(contains(
            "there is no planted bug nosuch: expected one of start-while-running, ",
        ));
    }
}

#[test]
fn what_a_fuzzer_found_is_told_how_it_is_shown() {
    let folder = Folder::new();
    folder.file("input", [0x18, 0, 255, 7].repeat(16));
    folder.file("crash-0a1b2c", "no bytes that are no text");
    for (task, file) in [
        ("replay", "input"),
        ("replay --pretty", "crash-0a1b2c"),
        ("shrink", "input"),
    ] {
        let run = folder.harness(words(&format!("{task} {file}"))).assert().code(2);
        run.stderr(
            contains(format!("harness replay --fuzz TARGET {file}")).and(contains("command_sequence, event_stream")),
        );
    }
}

#[test]
fn an_input_can_be_replayed_step_by_step() {
    let folder = Folder::new();
    folder
        .harness(["corpus", "export", CONVERSATION, "--to", "entries"])
        .assert()
        .success();
    let entry = "entries/conversation";
    let steps = std::fs::read(folder.path().join(entry)).expect("an entry").len() / 4;
    let run = |line: &str| {
        let run = folder
            .harness(words(&format!("replay --fuzz command_sequence {line} {entry}")))
            .assert()
            .code(0);
        text(&run.get_output().stdout)
    };
    assert!(run("--pretty").contains(&format!("\n{steps} steps: ")));
    assert!(run("--pretty --until 3").contains("\n3 steps: "));
    let lines = run("--until 3");
    let last: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["steps"], 3);
    let run = folder
        .harness(words(&format!("replay --fuzz wire --pretty {entry}")))
        .assert()
        .code(2);
    run.stderr(contains("an input of wire becomes no commands"));
}

#[test]
fn as_many_violations_are_printed_as_are_counted() {
    for bug in SHOWN {
        let line = format!("replay --pretty {CONVERSATION} --bug {bug}");
        let run = Folder::new().harness(words(&line)).assert().code(1);
        let shown = text(&run.get_output().stdout);
        let printed = shown
            .lines()
            .filter(|line| line.starts_with("✗ ") && line.contains(" after step "))
            .count();
        let counted = shown.lines().find_map(|line| {
            let (count, rest) = line.strip_prefix("✗ ")?.split_once(" violation")?;
            rest.ends_with("the first of which matters most:")
                .then(|| count.parse().ok())?
        });
        assert_eq!(counted, Some(printed), "{bug}: {shown}");
    }
}

#[test]
fn no_invariant_stands_twice_at_a_step() {
    for bug in SHOWN {
        let run = Folder::new()
            .harness(["replay", CONVERSATION, "--bug", bug])
            .assert()
            .code(1);
        let shown = text(&run.get_output().stdout);
        let last: Value = serde_json::from_str(shown.lines().last().expect("a line")).expect("JSON");
        let violations = last["violations"].as_array().expect("a list");
        let mut seen = BTreeSet::new();
        for violation in violations {
            let place = (violation["step"].to_string(), violation["invariant"].to_string());
            assert!(seen.insert(place), "{bug}: {violations:?}");
        }
        assert!(!violations.is_empty(), "{bug}");
    }
}

#[test]
fn an_option_of_the_main_job_is_not_ignored_beside_a_task() {
    let run = Folder::new().harness(words("--quick explore")).assert().code(2);
    run.stdout("").stderr(predicate::str::is_empty().not());
}
