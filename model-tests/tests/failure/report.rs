//! The report holds all that it takes to see what happened.

use model_tests::check::invariants::{Invariant, Violation};
use model_tests::counterexample::{Counterexample, Evidence, Origin, Search};
use model_tests::proof::bugs::Bug;
use model_tests::proof::printed;
use model_tests::report::failure::{Failure, Shown};
use model_tests::subject::Subject;
use model_tests::trace::TraceReader;

use super::{BIASED, bug, counterexample, random_trace, select_thread};

/// The failure of a planted bug in a long random trace.
fn failure_of(bug: &Bug) -> Failure {
    printed::failure_of(bug).expect("a trace shows the bug")
}

#[test]
fn a_report_tells_what_broke_and_when_and_how_to_see_it_again() {
    let failure = failure_of(bug("complete-leaves-running"));
    let file = std::path::Path::new("failures/S4-00.trace.jsonl");
    let report = failure.report(Some(file));
    let invariant = failure.violation().invariant;
    for part in [
        format!("{invariant} is violated: thread 1: status: expected idle"),
        "the reference machine disagrees too: ingest_provider_event: the reference expected the events".to_owned(),
        format!("always: {}", invariant.sentence()),
        format!(
            "{} steps, shrunk from {}",
            failure.counterexample.evidence.len(),
            failure.found_length
        ),
        "turn_complete".to_owned(),
        "What the last step changed in the model:".to_owned(),
        "thread 1 › turn 1 › status: running → completed".to_owned(),
        "cargo run --release -- replay --pretty failures/S4-00.trace.jsonl".to_owned(),
        "trace: failures/S4-00.trace.jsonl".to_owned(),
        "test: failures/s4_00_test.rs, for model-tests/tests/".to_owned(),
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            squeezed(&report).contains(&squeezed(&part)),
            "{part} is not in:\n{report}"
        );
    }
}

#[test]
fn a_report_ends_with_what_is_wrong_where_its_trace_is_and_what_to_do_next() {
    let failure = failure_of(bug("complete-leaves-running"));
    let file = std::path::Path::new("failures/S4-00.trace.jsonl");
    let (report, summary) = (failure.report(Some(file)), failure.summary(Some(file)));
    assert!(report.ends_with(&summary), "{report}");
    assert!(summary.lines().count() <= 14, "{summary}");
    assert!(summary.starts_with("✗ "), "{summary}");
    assert!(
        summary
            .lines()
            .all(|line| line.chars().count() <= 80 || line.contains("cargo run")),
        "{summary}"
    );
    // Names stand for ids, wherever they are.
    assert!(!summary.contains("-0000-4000-"), "{summary}");
    assert!(!report.contains("#[test]"), "{report}");
}

#[test]
fn a_report_without_a_file_has_the_test_itself() {
    let report = failure_of(bug("complete-leaves-running")).report(None);
    assert!(report.contains("#[test]"), "{report}");
}

#[test]
fn the_test_in_a_report_is_the_one_that_is_compiled_beside_this() {
    let failure = failure_of(bug(printed::BUG));
    let code = failure.test_code();
    let code = code.expect("a run shows it");
    assert_eq!(code, include_str!("generated.rs"), "to renew it: harness renew test");
}

#[test]
fn a_trace_is_written_to_a_file_of_a_name_that_is_always_the_same() {
    let failure = failure_of(bug("pieces-prepended"));
    let folder = std::env::temp_dir().join(format!("model-tests-failure-{}", std::process::id()));
    let path = failure.write_to(&folder).expect("the folder can be written to");
    assert_eq!(failure.write_to(&folder).expect("it can be written again"), path);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    assert!(name.is_some_and(|name| name.starts_with("T3-") && name.ends_with(".trace.jsonl")));
    let file = std::fs::File::open(&path).expect("the file is there");
    let read: Vec<_> = TraceReader::new(std::io::BufReader::new(file))
        .map(|line| line.expect("a command").1)
        .collect();
    let id = path.file_name().expect("a name").to_string_lossy()[3..11].to_owned();
    let test = std::fs::read_to_string(folder.join(format!("t3_{id}_test.rs")));
    assert_eq!(Some(test.expect("the test is beside it")), failure.test_code());
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    assert_eq!(Some(read.as_slice()), failure.trace());
}

#[test]
fn a_failure_for_machines_has_the_trace_and_where_it_is() {
    let failure = failure_of(bug("pieces-prepended"));
    let json = failure
        .to_json(Some(std::path::Path::new("here.jsonl")))
        .expect("a failure is JSON");
    assert_eq!(json["invariant"], "T3");
    assert_eq!(json["sentence"], Invariant::T3.sentence());
    assert_eq!(json["shown"], "by_replay");
    assert_eq!(json["file"], "here.jsonl");
    assert_eq!(
        json["trace"].as_array().map(Vec::len),
        Some(failure.counterexample.evidence.len())
    );
    let pretty = json["pretty"].as_str().expect("a table");
    assert_eq!(
        pretty.lines().count(),
        failure.counterexample.evidence.len() + 1,
        "{pretty}"
    );
}

#[test]
fn a_law_that_a_replay_does_not_show_is_seen_again_by_shrinking() {
    let trace = [select_thread("ff000000-0000-4000-8000-000000000001")];
    let found = counterexample(BIASED, Evidence::Laws(trace.to_vec())).expect("a law is broken");
    let failure = Failure::of(BIASED, &found);
    assert_eq!(failure.shown(), Shown::ByLaws);
    let report = failure.report(Some(std::path::Path::new("here.jsonl")));
    assert!(
        report.contains("cargo run --release -- shrink --invariant A4 here.jsonl"),
        "{report}"
    );
}

#[test]
fn what_no_trace_shows_is_reported_with_the_last_steps_that_led_to_it_and_no_test() {
    let trace = random_trace(Subject::CORE, 7, 100);
    let violation = Violation::new(Invariant::L2, "a dead end");
    let found = Counterexample {
        violation: violation.clone(),
        evidence: Evidence::Graph(trace),
        origin: Origin::of(Search::Exploration),
    };
    let failure = Failure::of(Subject::CORE, &found);
    assert_eq!((failure.shown(), failure.violation()), (Shown::Not, &violation));
    let report = failure.report(None);
    assert!(report.contains("run alone, it does not show it"), "{report}");
    assert!(report.contains("(40 more)"), "{report}");
    assert!(!report.contains("#[test]"), "{report}");
}
