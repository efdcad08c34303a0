//! A night that finds something names it, shows it, and loses nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use model_tests::proof::bugs;
use model_tests::search::fuzzing::Target;

use crate::repository::{Repository, text};

pub const BUG: &str = "start-while-running";

/// An input that shows the bug.
pub fn failing_input() -> Vec<u8> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/command_sequence");
    let subject = bugs::named(BUG).expect("it is planted").subject;
    let inputs = fs::read_dir(seeds).expect("there are seeds").map(|seed| {
        let path = seed.expect("it is listed").path();
        fs::read(path).expect("it can be read")
    });
    let mut failing: Vec<_> = inputs
        .filter(|input| Target::CommandSequence.check(subject, input).found.is_some())
        .collect();
    failing.sort_unstable();
    failing.into_iter().next().expect("some seed shows it")
}

#[test]
fn crashes_are_one_kind_with_their_shrunk_trace_and_the_command_line_that_replays_it() {
    let repository = Repository::new("crash");
    let input = failing_input();
    repository.write("crash-command_sequence", &input);
    repository.write("crash-wire", "nothing is wrong with this");
    repository.write("fuzz/corpus/command_sequence/old", &input);
    let output = repository.fuzzing(&["--bug", BUG]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let (summary, record) = (repository.summary(), repository.record());
    assert!(summary.contains(&format!("**with planted bugs**: {BUG}")), "{summary}");
    assert!(summary.contains("### T8, 3 times, by command_sequence"), "{summary}");
    assert!(summary.contains("step  on"), "{summary}");
    assert!(summary.contains("### crash, 3 times, by wire"), "{summary}");
    assert_eq!(record["findings"].as_array().map(Vec::len), Some(2), "{summary}");
    assert_eq!(record["targets"][0]["crashes"], 3);

    // What comes after a crash is done too.
    assert_eq!(repository.end_of("fuzzing of command_sequence"), "found");
    assert_eq!(repository.end_of("fuzzing of naive_commands"), "finished");

    // The inputs are in the night's folder, and nowhere else; the corpus has what it had.
    let night = repository.last_night();
    assert!(night.join("crashes/command_sequence/crash-1").is_file());
    assert_eq!(
        repository.names("fuzz/corpus/command_sequence"),
        ["gathered-command_sequence", "old"]
    );
    assert_eq!(
        repository.names("."),
        ["bin", "calls", "crash-command_sequence", "crash-wire", "fuzz", "target"]
    );

    // The command line is true.
    let replay = record["findings"][0]["replay"].as_str().expect("there is one");
    let arguments = replay
        .strip_prefix("cargo run --release -- ")
        .expect("it calls this program");
    let replayed = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(arguments.split(' '))
        .current_dir(&repository.root)
        .output()
        .expect("the program starts");
    assert_eq!(replayed.status.code(), Some(1), "{replay}");
    assert!(text(&replayed.stdout).contains("T8 is violated"), "{replay}");
}

#[test]
fn the_crashes_of_the_night_before_are_still_there() {
    let repository = Repository::new("before");
    repository.write("crash-wire", "x");
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(1));
    let first = repository.last_night();
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(1));
    assert_ne!(first, repository.last_night());
    assert!(first.join("crashes/wire/crash-1").is_file());
}

#[test]
fn what_cannot_be_minimised_is_kept_as_it_is() {
    let repository = Repository::new("merge");
    repository.write("merge-fails-wire", "");
    repository.write("fuzz/corpus/wire/old", "old");
    let output = repository.fuzzing(&[]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let summary = repository.summary();
    assert!(
        summary.contains("could not be minimised, and was kept as it is"),
        "{summary}"
    );
    assert!(summary.contains("no merge today"), "{summary}");
    assert_eq!(repository.names("fuzz/corpus/wire"), ["gathered-wire", "old"]);
    assert_eq!(repository.end_of("fuzzing of wire"), "unfinished");
}

#[test]
fn a_canary_that_lives_is_something_found() {
    let repository = Repository::new("canary");
    repository.write("canary-lives", "");
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(1));
    assert!(repository.summary().contains("so that the fuzzing does not work"));
}

#[test]
fn exploring_soaking_and_trying_sequences_name_what_they_find_and_the_night_goes_on() {
    let repository = Repository::new("searches");
    let output = repository
        .night(&["--seconds", "1", "--quick", "--seed", "1", "--bug", BUG])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    for part in ["exploration of small", "soak", "property tests"] {
        assert_eq!(repository.end_of(part), "found", "{}", repository.summary());
    }
    let summary = repository.summary();
    assert!(
        summary.contains("by exploration of small, soak, property tests"),
        "{summary}"
    );
    assert!(
        summary.contains("replay --pretty --bug start-while-running"),
        "{summary}"
    );
    assert_eq!(repository.end_of("fuzzing of wire"), "finished");
}

/// An engine that opens, and dies of the first thing that it is asked.
const DIES: &str = r#"#!/bin/sh
read line; id=${line#*\"id\":}; id=${id%%,*}
echo "{\"id\":$id,\"protocol\":1,\"sequence\":0}"
read line; echo out of luck >&2; exit 3
"#;

#[test]
fn an_example_engine_that_fails_is_named_with_its_schedule() {
    let repository = Repository::new("engine");
    repository.write("bin/engine", DIES);
    let output = repository
        .night(&["--seconds", "1", "--quick", "--seed", "1"])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let summary = repository.summary();
    assert_eq!(repository.end_of("example engine"), "found", "{summary}");
    assert!(summary.contains("by example engine"), "{summary}");
    assert!(
        summary.contains("the engine has ended by itself: exit status: 3"),
        "{summary}"
    );
    let record = repository.record();
    let found = &record["findings"][0];
    let file = found["files"][0].as_str().expect("there is a file");
    assert!(
        file.ends_with(".schedule.jsonl") && repository.root.join(file).is_file(),
        "{file}"
    );
    let replay = found["replay"].as_str().expect("it can be carried out again");
    assert!(replay.contains(&format!("engine --replay {file} -- ")), "{replay}");
    assert_eq!(repository.end_of("fuzzing of wire"), "finished");
}

#[test]
fn an_example_engine_that_does_not_build_keeps_nothing_else_from_being_run() {
    let repository = Repository::new("no-engine");
    repository.write("broken-engine", "");
    let output = repository
        .night(&["--seconds", "1", "--quick", "--seed", "1"])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert_eq!(repository.end_of("example engine"), "could_not_run");
    let summary = repository.summary();
    assert!(
        summary.contains("error[E0433]: unresolved crate in the engine"),
        "{summary}"
    );
    assert_eq!(repository.end_of("fuzzing of wire"), "finished");
}

#[test]
fn a_mutant_that_survives_is_found_and_one_that_cannot_be_tested_is_no_clean_night() {
    let shard = "mutants 3/28";
    for (file, status, end) in [
        ("mutants-die", 0, "finished"),
        ("mutants-survive", 1, "found"),
        ("mutants-hang", 1, "found"),
        ("mutants-fail", 2, "could_not_run"),
    ] {
        let repository = Repository::new(file);
        repository.write(file, "");
        let output = repository.fuzzing(&["--mutants", "3/28"]);
        assert_eq!(output.status.code(), Some(status), "{file}: {}", text(&output.stderr));
        assert_eq!(repository.end_of(shard), end, "{file}");
        let summary = repository.summary();
        assert!(summary.contains("2 missed, 38 caught"), "{file}: {summary}");
        let calls = fs::read_to_string(repository.root.join("calls")).expect("cargo was called");
        assert!(calls.contains("mutants --sharding round-robin --shard 3/28"), "{calls}");
    }
    let repository = Repository::new("no-mutants");
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(0));
    assert!(!repository.summary().contains("mutants"), "they were not asked for");
}
