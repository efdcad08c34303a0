//! `harness explore --folder`: an exploration that is stopped goes on.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::prelude::predicate::str::contains;

use crate::support::{Folder, words};

#[test]
fn an_exploration_goes_on_where_it_was_stopped() {
    let folder = Folder::new();
    let first = "explore --scope tiny --folder kept --most-states 2000";
    folder.harness(words(first)).assert().code(3);
    folder
        .harness(words("explore --scope tiny --folder kept"))
        .assert()
        .code(0)
        .stdout(contains("18,323 states, 920,574 transitions").and(contains("complete")));
}

#[test]
fn what_is_kept_is_not_mistaken_for_another_exploration() {
    let folder = Folder::new();
    folder
        .harness(words("explore --scope tiny --turns 0 --folder kept"))
        .assert()
        .code(0);
    let json = folder.path().join("kept/exploration.json");
    let before = fs::read(&json).expect("it is kept");
    for other in ["--scope tiny", "--scope tiny --turns 0 --ended-turns kinds"] {
        folder
            .harness(words(&format!("explore --folder kept {other}")))
            .assert()
            .code(2)
            .stderr(contains("it is of another exploration").and(contains("another folder")));
    }
    assert_eq!(fs::read(&json).expect("it is kept"), before);
    fs::write(&json, "{").expect("it can be written");
    folder
        .harness(words("explore --scope tiny --folder kept"))
        .assert()
        .code(2)
        .stderr(contains("exploration.json"));
}

#[test]
fn ended_turns_are_told_by_kinds_where_that_is_asked_for() {
    let folder = Folder::new();
    let line = "explore --scope tiny --ended-turns kinds --no-symmetry";
    folder
        .harness(words(line))
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
    let line = "explore --scope tiny --turns 2 --branches 0 --tool-calls 0 --approvals 0 --ended-turns";
    let states = |kind: &str| {
        let run = folder.harness(words(&format!("{line} {kind} --json"))).assert().code(0);
        let json: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).expect("JSON");
        json["exploration"]["states"].as_u64().expect("a number")
    };
    assert!(states("kinds") < states("exact"));
}
