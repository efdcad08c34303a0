//! Long traces become short ones that break the same invariant.

use model_tests::check::invariants::{Invariant, Violation};
use model_tests::proof::bugs::{BUGS, Engine};
use model_tests::report::shrink::{first_violation, shrink, shrink_by, violation_of_run};
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;

use super::random_trace;

/// The most steps that a shrunk trace of a planted bug may have.
const MOST_STEPS: usize = 10;

/// How long the traces are that are to be shrunk.
const LENGTH: usize = 600;

#[test]
fn a_long_trace_of_every_planted_bug_that_a_run_shows_becomes_a_short_one() {
    for bug in BUGS.iter().filter(|bug| bug.unseen_by(Engine::Stateful).is_none()) {
        let is_violated = |trace: &Vec<_>| violation_of_run(bug.subject, trace).is_some();
        let trace = (0..500)
            .map(|seed| random_trace(bug.subject, seed, LENGTH))
            .find(is_violated)
            .unwrap_or_else(|| panic!("no trace shows {}", bug.id));
        let (_, found) = first_violation(bug.subject, &trace).expect("it was found");
        let shrunk = shrink(bug.subject, &trace).expect("there is a violation to be kept");
        assert!(shrunk.trace.len() <= MOST_STEPS, "{}: {:#?}", bug.id, shrunk.trace);
        // Where the reference machine alone saw it, an invariant may tell more in the end.
        let kept = [shrunk.violation.invariant, Invariant::R1];
        assert!(kept.contains(&found.invariant), "{}: {found}", bug.id);
        assert_eq!(
            first_violation(bug.subject, &shrunk.trace),
            Some((shrunk.trace.len(), shrunk.violation)),
            "{}",
            bug.id
        );
        assert_eq!(first_violation(Subject::CORE, &shrunk.trace), None, "{}", bug.id);
    }
}

#[test]
fn a_shrunk_trace_is_simple_and_always_the_same() {
    let bug = super::bug("start-while-running");
    let trace = random_trace(bug.subject, 0, LENGTH);
    let shrunk = shrink(bug.subject, &trace).expect("the trace shows the bug");
    let lines: Vec<_> = shrunk
        .trace
        .iter()
        .map(|command| serde_json::to_string(command).expect("a command is JSON"))
        .collect();
    let expected = [
        r#"{"type":"create_project","project_id":"00000001-0000-4000-8000-000000000001","path":"/a","name":"a","at":"2026-01-01T00:00:00Z"}"#,
        r#"{"type":"create_thread","thread_id":"00000002-0000-4000-8000-000000000001","project_id":"00000001-0000-4000-8000-000000000001","title":"a","provider":"a","runtime_mode":"full_access","at":"2026-01-01T00:00:00Z"}"#,
        r#"{"type":"start_turn","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","message_id":"00000004-0000-4000-8000-000000000001","prompt":"a","at":"2026-01-01T00:00:00Z"}"#,
        r#"{"type":"start_turn","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000002","message_id":"00000004-0000-4000-8000-000000000002","prompt":"a","at":"2026-01-01T00:00:00Z"}"#,
    ];
    let is_mode = |line: &String| line.replace("supervised", "full_access");
    assert_eq!(lines.iter().map(is_mode).collect::<Vec<_>>(), expected);
    let again = shrink(bug.subject, &trace).expect("the trace shows the bug");
    assert_eq!((again.trace, again.attempts), (shrunk.trace, shrunk.attempts));
}

#[test]
fn a_trace_that_breaks_nothing_is_not_shrunk() {
    assert!(shrink(Subject::CORE, &random_trace(Subject::CORE, 3, 300)).is_none());
}

#[test]
fn whatever_tells_a_violation_can_be_shrunk_by() {
    let mut violates = |trace: &[OrchestrationCommand]| {
        let is_start = |command: &&OrchestrationCommand| matches!(command, OrchestrationCommand::StartTurn(_));
        let starts = trace.iter().filter(is_start).count();
        (starts >= 3).then(|| (trace.len(), Violation::new(Invariant::L3, "three starts")))
    };
    let trace = random_trace(Subject::CORE, 4, 400);
    let shrunk = shrink_by(&trace, &mut violates).expect("there are three starts");
    let kinds: Vec<_> = shrunk.trace.iter().map(OrchestrationCommand::kind).collect();
    assert_eq!(kinds, ["start_turn"; 3]);
}

#[test]
fn a_candidate_that_breaks_another_invariant_is_not_taken() {
    let mut violates = |trace: &[OrchestrationCommand]| {
        let invariant = if trace.len() >= 5 { Invariant::S1 } else { Invariant::S2 };
        Some((trace.len(), Violation::new(invariant, "by its length")))
    };
    let shrunk = shrink_by(&random_trace(Subject::CORE, 5, 100), &mut violates).expect("a violation");
    assert_eq!((shrunk.trace.len(), shrunk.violation.invariant), (5, Invariant::S1));
}

#[test]
fn a_trace_that_breaks_a_law_only_as_a_whole_is_shrunk_by_that_law() {
    let subject = super::BIASED;
    let mut trace = random_trace(subject, 6, 200);
    trace.push(super::select_thread("ff000000-0000-4000-8000-000000000001"));
    assert_eq!(violation_of_run(subject, &trace), None);
    let shrunk = shrink(subject, &trace).expect("a law is broken");
    assert_eq!(shrunk.violation.invariant, Invariant::A4);
    assert_eq!(shrunk.trace, trace[200..]);
}
