//! Options that would run away: threads, time and memory.

use std::fs;
use std::process::Stdio;

use predicates::prelude::*;
use predicates::str::contains;

use crate::support::{Folder, json, renamings, text, words};

#[test]
fn threads_beyond_the_cores_are_capped_with_a_word() {
    for line in [
        "soak --steps 1000 --threads 18446744073709551615",
        "explore --scope tiny --threads 100000",
    ] {
        let run = Folder::new().harness(words(line)).assert().code(0);
        run.stderr(contains("threads were asked for; there are ").and(contains("cores, and as many are used")));
    }
}

#[test]
fn absurd_numbers_are_refused() {
    for (line, reason) in [
        ("soak --threads 0", "0 is not in 1.."),
        ("explore --threads 0", "0 is not in 1.."),
        ("soak --steps 0", "0 is not in 1.."),
        ("soak --steps-per-run 0", "0 is not in 1.."),
        ("soak --duration 0", "expected more than no time"),
        (
            "soak --duration soon",
            "expected seconds, or a time as in 90s, 15m or 2h",
        ),
        ("explore --most-states 0", "0 is not in 1.."),
        (
            "explore --time-limit 1fortnight",
            "expected seconds, or a time as in 90s, 15m or 2h",
        ),
        (
            "explore --memory-limit much",
            "expected bytes, or a size as in 500MB or 2GiB",
        ),
        ("--memory-limit 0", "expected more than nothing"),
    ] {
        let run = Folder::new().harness(words(line)).assert().code(2);
        run.stdout("").stderr(contains(reason));
    }
}

#[test]
fn a_task_that_reaches_its_time_limit_is_incomplete() {
    for (line, reason) in [
        ("--time-limit 100ms", "first soak: stopped at the time limit of 100ms"),
        (
            "explore --scope large --time-limit 100ms",
            "stopped at the time limit of 100ms",
        ),
        (
            "induct --duration 1h --time-limit 100ms",
            "induction: stopped at the time limit of 100ms",
        ),
        (
            "soak --duration 1h --time-limit 100ms",
            "soak: stopped at the time limit of 100ms",
        ),
        (
            "soak --duration 18446744073709551615 --time-limit 100ms",
            "soak: stopped at the time limit of 100ms",
        ),
    ] {
        let folder = Folder::new();
        let run = folder.harness(words(line)).assert().code(3);
        run.stdout(contains("\nverdict: incomplete\n").and(contains(reason)));
        let run = folder.harness(words(&format!("{line} --json"))).assert().code(3);
        let reasons = json(&run.get_output().stdout)["incomplete_because"].to_string();
        assert!(reasons.contains(reason), "{line}: {reasons}");
    }
}

#[test]
fn a_hunt_that_reaches_its_time_limit_says_how_many_bugs_are_left() {
    let line = "bugs --random-bytes --json --time-limit 100ms";
    let run = Folder::new().harness(words(line)).assert().code(3);
    let json = json(&run.get_output().stdout);
    assert_eq!(json["verdict"], "incomplete");
    let reasons = json["incomplete_because"].to_string();
    assert!(
        reasons.contains("the hunt for ") && reasons.contains("stopped at the time limit of 100ms"),
        "{reasons}"
    );
}

#[test]
fn a_task_that_reads_much_reaches_its_time_limit_too() {
    let folder = Folder::new();
    folder.file("long.trace.jsonl", renamings(400_000));
    for line in [
        "replay long.trace.jsonl",
        "shrink long.trace.jsonl",
        "coverage long.trace.jsonl",
        "corpus export long.trace.jsonl --to entries",
    ] {
        let run = folder
            .harness(words(&format!("{line} --time-limit 50ms")))
            .assert()
            .code(3);
        run.stderr(contains("incomplete: ").and(contains("stopped at the time limit of 50ms")));
    }
}

#[test]
fn a_replay_that_is_stopped_says_so_in_its_last_line() {
    let folder = Folder::new();
    folder.file("long.trace.jsonl", renamings(400_000));
    let run = folder
        .harness(words("replay long.trace.jsonl --time-limit 50ms"))
        .assert()
        .code(3);
    let shown = text(&run.get_output().stdout);
    let last = json(shown.lines().last().expect("a line").as_bytes());
    assert_eq!(
        last["incomplete_because"][0],
        "the replay: stopped at the time limit of 50ms"
    );
    let run = folder
        .harness(words("replay --pretty long.trace.jsonl --time-limit 50ms"))
        .assert()
        .code(3);
    run.stdout(contains("the replay did not finish").and(contains("✓ no violation").not()));
}

#[test]
fn a_replay_that_waits_for_its_trace_ends_at_its_time_limit() {
    let folder = Folder::new();
    let mut command = folder.process(&words("replay - --time-limit 50ms"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let _input = child.stdin.take();
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("stopped at the time limit of 50ms"));
}

#[test]
fn seeds_that_are_not_all_there_replace_none() {
    let folder = Folder::new();
    let seeds = folder.path().join("seeds/wire");
    fs::create_dir_all(&seeds).expect("it can be made");
    fs::write(seeds.join("old"), "{}").expect("it can be written");
    let run = folder
        .harness(words("corpus seeds seeds --time-limit 50ms"))
        .assert()
        .code(3);
    run.stdout("").stderr(contains("stopped at the time limit of 50ms"));
    assert_eq!(fs::read(seeds.join("old")).expect("it is still there"), b"{}");
}

#[test]
fn an_exploration_says_in_time_that_a_scope_will_not_fit_into_memory() {
    let folder = Folder::new();
    let line = "explore --scope large --memory-limit 60MB --json";
    let run = folder.harness(words(line)).assert().code(3);
    let json = json(&run.get_output().stdout);
    let reasons = json["incomplete_because"].to_string();
    assert!(
        reasons.contains("exploration of large: it will not fit into memory"),
        "{reasons}"
    );
    let exploration = &json["exploration"];
    assert_eq!(exploration["verdict"], "out_of_memory");
    assert!(exploration["bytes_per_state"].as_u64() > Some(30), "{exploration}");
    assert!(
        exploration["will_not_fit"]["bytes"].as_u64() > Some(60_000_000),
        "{exploration}"
    );
}

#[test]
fn a_soak_stops_at_its_memory_limit() {
    let run = Folder::new()
        .harness(words("soak --duration 1h --memory-limit 1MB"))
        .assert()
        .code(3);
    run.stdout(contains("soak: stopped at the memory limit of "));
}
