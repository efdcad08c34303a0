//! However a night ends, it says what was finished and what was not.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::repository::{Repository, text};

#[test]
fn a_night_of_a_sound_core_from_a_fresh_clone_is_clean_and_begins_a_corpus() {
    let repository = Repository::new("fresh");
    let output = repository
        .night(&["--seconds", "1", "--quick", "--seed", "7"])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (summary, record) = (repository.summary(), repository.record());
    assert_eq!(text(&output.stdout).trim(), summary.trim());
    assert!(summary.contains("**Clean**: everything came to its end"), "{summary}");
    assert!(summary.contains("rustc 9.9.9 (fake)"), "{summary}");
    assert!(summary.contains("`--seed 7`"), "{summary}");
    assert!(summary.contains("the canary died after 58 executions"), "{summary}");
    let parts = record["parts"].as_array().expect("there are parts");
    assert!(parts.iter().all(|part| part["end"] == "finished"), "{parts:?}");
    // Half of the executions were noted, with ten steps each.
    let targets = record["targets"].as_array().expect("there are targets");
    let wire = targets.iter().find(|target| target["name"] == "wire");
    let wire = wire.expect("it was fuzzed");
    assert_eq!((&wire["executions"], &wire["steps"]), (&100.into(), &1000.into()));
    assert_eq!(repository.names("fuzz/corpus/wire"), ["gathered-wire"]);
    assert_eq!(repository.names("."), ["bin", "calls", "fuzz", "target"]);
}

#[test]
fn a_target_that_does_not_build_is_named_and_keeps_no_other_from_being_run() {
    let repository = Repository::new("broken");
    repository.write("broken-wire", "");
    let output = repository.fuzzing(&[]);
    assert_eq!(output.status.code(), Some(2));
    let (summary, errors) = (repository.summary(), text(&output.stderr));
    for told in [&summary, &errors] {
        assert!(
            told.contains("wire does not build: error[E0432]: unresolved import in wire"),
            "{told}"
        );
    }
    assert!(
        summary.contains("**Could not run** all that was asked for"),
        "{summary}"
    );
    assert_eq!(repository.end_of("fuzzing of wire"), "could_not_run");
    assert_eq!(repository.end_of("fuzzing of naive_commands"), "finished");
    assert_eq!(repository.end_of("coverage of the corpus"), "finished");
}

#[test]
fn an_interrupt_ends_the_night_with_all_that_it_started_and_loses_nothing() {
    let repository = Repository::new("interrupt");
    repository.write("hangs-event_stream", "");
    let mut night = repository.night(&["--seconds", "1", "--only-fuzzing"]);
    let night = night
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let sleeper = wait_for(|| fs::read_to_string(repository.root.join("sleeper")).ok());
    signal("INT", &night.id().to_string());
    let output = night.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    let summary = repository.summary();
    assert!(summary.contains("**Interrupted**"), "{summary}");
    assert!(
        summary.contains("fuzzing of event_stream, fuzzing of wire"),
        "{summary}"
    );
    assert_eq!(repository.end_of("fuzzing of command_sequence"), "finished");
    assert_eq!(repository.end_of("fuzzing of event_stream"), "unfinished");
    assert_eq!(repository.end_of("fuzzing of wire"), "not_begun");
    assert_eq!(repository.names("fuzz/corpus/event_stream"), ["gathered-event_stream"]);
    wait_for(|| (!is_running(sleeper.trim())).then_some(()));
}

#[test]
fn the_signal_that_a_system_ends_programs_with_is_an_interrupt() {
    let repository = Repository::new("terminate");
    repository.write("hangs-command_sequence", "");
    let mut night = repository.night(&["--seconds", "1", "--only-fuzzing"]);
    let night = night
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    wait_for(|| fs::read_to_string(repository.root.join("sleeper")).ok());
    signal("TERM", &night.id().to_string());
    let output = night.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(repository.summary().contains("**Interrupted**"));
}

#[test]
fn a_night_that_comes_to_its_time_limit_says_what_was_not_finished() {
    let repository = Repository::new("limit");
    repository.write("hangs-naive_commands", "");
    let output = repository.fuzzing(&["--time-limit", "3s"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let summary = repository.summary();
    assert!(summary.contains("**Incomplete**"), "{summary}");
    // Which parts it came to depends on the machine; never to the last.
    assert_eq!(repository.end_of("coverage of the corpus"), "not_begun");
    assert!(
        text(&output.stderr).contains("stopped at the time limit of 3s"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_summary_that_cannot_be_written_is_printed_and_is_an_error() {
    let repository = Repository::new("full");
    repository.write("summary-blocked", "");
    let output = repository.fuzzing(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("**Clean**"));
    let errors = text(&output.stderr);
    assert!(errors.contains("summary.md could not be written"), "{errors}");
    assert_eq!(repository.record()["end"], "clean");
}

#[test]
fn a_usage_that_makes_no_sense_is_refused_before_anything_is_built() {
    let repository = Repository::new("usage");
    for (arguments, told) in [
        (&["--minutes", "0"][..], "--minutes"),
        (&["--minutes", "1e3"], "--minutes"),
        (&["--minutes", "-1"], "-1"),
        (&["--minutes", "99999999999999999999"], "--minutes"),
        (&["--mutants", "3"], "expected a shard as in 3/28"),
        (&["--bug", "nosuch"], "there is no planted bug nosuch"),
        (&["--to", "fuzz/Cargo.toml/nights"], "could not be made"),
    ] {
        let output = repository.night(arguments).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
    let calls = fs::read_to_string(repository.root.join("calls")).unwrap_or_default();
    assert!(!calls.contains("fuzz"), "{calls}");
}

#[test]
fn outside_the_repository_a_night_says_where_it_looked() {
    let repository = Repository::new("outside");
    let output = repository
        .night(&[])
        .current_dir("/")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    assert!(
        errors.contains("expected fuzz/Cargo.toml here or further up"),
        "{errors}"
    );
}

#[test]
fn nights_are_kept_and_read_by_later_ones() {
    let repository = Repository::new("keep");
    for _ in 0..3 {
        assert_eq!(repository.fuzzing(&["--keep", "2"]).status.code(), Some(0));
    }
    assert_eq!(repository.names("target/nights").len(), 2);
    let summary = repository.summary();
    let (_, trend) = summary.split_once("## Trend").expect("there is a trend");
    // The oldest was still there when this one began.
    assert_eq!(trend.matches("| clean |").count(), 3, "{trend}");

    fs::remove_dir_all(repository.root.join("fuzz/corpus/wire")).expect("it is there");
    let output = repository.fuzzing(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        repository
            .summary()
            .contains("the corpus of wire had 0 entries, and 1 after the last night")
    );
}

/// Asks until there is an answer.
fn wait_for<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let asked = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(asked.elapsed() < Duration::from_secs(300), "it never came to that");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(name: &str, process: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, process])
        .status()
        .expect("it can be sent");
    assert!(sent.success());
}

/// Whether a process is there, and is no zombie.
fn is_running(process: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output()
        .expect("it can be asked");
    let state = text(&output.stdout);
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}
