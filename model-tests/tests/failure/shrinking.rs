//! Long traces become short ones that break the same invariant.

use std::sync::atomic::AtomicBool;

use model_tests::check::invariants::{Invariant, Violation};
use model_tests::counterexample::{Counterexample, Evidence, Origin, Search};
use model_tests::proof::bugs::BUGS;
use model_tests::report::shrink::{shrink, shrink_trace, shrink_until};
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;

use super::{counterexample, random_trace};

/// The most steps that a shrunk trace of a planted bug may have.
const MOST_STEPS: usize = 10;

/// How long the traces are that are to be shrunk.
const LENGTH: usize = 600;

#[test]
fn a_long_trace_of_every_planted_bug_that_a_run_shows_becomes_a_short_one() {
    for bug in BUGS.iter().filter(|bug| bug.unseen_by(Search::Stateful).is_none()) {
        let shown = |seed| {
            let evidence = Evidence::Run(random_trace(bug.subject, seed, LENGTH));
            counterexample(bug.subject, evidence)
        };
        let found = (0..500)
            .find_map(shown)
            .unwrap_or_else(|| panic!("no trace shows {}", bug.id));
        let shrunk = shrink(bug.subject, &found);
        assert!(
            shrunk.evidence.len() <= MOST_STEPS,
            "{}: {:#?}",
            bug.id,
            shrunk.evidence
        );
        assert_eq!(shrunk.violation.invariant, found.violation.invariant, "{}", bug.id);
        let broken = shrunk.evidence.broken(bug.subject).expect("it is still broken");
        assert_eq!(
            broken.of(found.violation.invariant),
            Some(&shrunk.violation),
            "{}",
            bug.id
        );
        assert_eq!(broken.length, shrunk.evidence.len(), "{}", bug.id);
        assert_eq!(shrunk.evidence.check(Subject::CORE), None, "{}", bug.id);
    }
}

#[test]
fn who_cannot_wait_gets_the_trace_as_it_was_found() {
    let bug = super::bug("start-while-running");
    let trace = random_trace(bug.subject, 0, LENGTH);
    let found = counterexample(bug.subject, Evidence::Run(trace)).expect("the trace shows the bug");
    let shown = shrink_until(bug.subject, &found, &AtomicBool::new(true));
    assert_eq!(shown.violation.invariant, found.violation.invariant);
    assert!(shown.evidence.len() > shrink(bug.subject, &found).evidence.len());
    assert!(shown.evidence.check(bug.subject).is_some());
}

#[test]
fn a_shrunk_trace_is_simple_and_always_the_same() {
    let bug = super::bug("start-while-running");
    let trace = random_trace(bug.subject, 0, LENGTH);
    let found = counterexample(bug.subject, Evidence::Run(trace)).expect("the trace shows the bug");
    let shrunk = shrink(bug.subject, &found);
    let lines: Vec<_> = shrunk
        .evidence
        .trace()
        .expect("it is a trace")
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
    assert_eq!(shrink(bug.subject, &found).evidence, shrunk.evidence);
}

#[test]
fn a_trace_that_breaks_nothing_stays_as_it_is() {
    let found = Counterexample {
        violation: Violation::new(Invariant::S1, "found elsewhere"),
        evidence: Evidence::Run(random_trace(Subject::CORE, 3, 300)),
        origin: Origin::of(Search::Given),
    };
    let shrunk = shrink(Subject::CORE, &found);
    assert_eq!((shrunk.evidence, shrunk.violation), (found.evidence, found.violation));
}

#[test]
fn whatever_tells_a_violation_can_be_shrunk_by() {
    let mut breaks = |trace: &[OrchestrationCommand]| {
        let is_start = |command: &&OrchestrationCommand| matches!(command, OrchestrationCommand::StartTurn(_));
        let starts = trace.iter().filter(is_start).count();
        (starts >= 3).then(|| (trace.len(), Violation::new(Invariant::L3, "three starts")))
    };
    let trace = random_trace(Subject::CORE, 4, 400);
    let (shrunk, _) = shrink_trace(&trace, &mut breaks).expect("there are three starts");
    let kinds: Vec<_> = shrunk.iter().map(OrchestrationCommand::kind).collect();
    assert_eq!(kinds, ["start_turn"; 3]);
}

#[test]
fn a_candidate_that_breaks_another_invariant_is_not_taken() {
    let mut breaks = |trace: &[OrchestrationCommand]| {
        let invariant = if trace.len() >= 5 { Invariant::S1 } else { Invariant::S2 };
        Some((trace.len(), Violation::new(invariant, "by its length")))
    };
    let shrunk = shrink_trace(&random_trace(Subject::CORE, 5, 100), &mut breaks).expect("a violation");
    assert_eq!((shrunk.0.len(), shrunk.1.invariant), (5, Invariant::S1));
}

#[test]
fn a_trace_that_breaks_a_law_only_as_a_whole_is_shrunk_by_that_law() {
    let subject = super::BIASED;
    let mut trace = random_trace(subject, 6, 200);
    trace.push(super::select_thread("ff000000-0000-4000-8000-000000000001"));
    assert_eq!(Evidence::Run(trace.clone()).check(subject), None);
    let found = counterexample(subject, Evidence::Laws(trace.clone())).expect("a law is broken");
    let shrunk = shrink(subject, &found);
    assert_eq!(shrunk.violation.invariant, Invariant::A4);
    let last = super::select_thread("00000002-0000-4000-8000-000000000001");
    assert_eq!(
        shrunk.evidence,
        Evidence::Laws(vec![last]),
        "the last step, with its id renumbered"
    );
}

#[test]
fn events_are_shrunk_to_those_that_show_the_same_invariant() {
    let bug = super::bug("replay-passes-over-interrupts");
    let mut found = None;
    for seed in 0..2_000 {
        let input = super::random_bytes(seed, 400);
        found = model_tests::search::fuzzing::Target::EventStream
            .check(bug.subject, &input)
            .found;
        if found.is_some() {
            break;
        }
    }
    let found = found.expect("the stream shows the bug");
    let shrunk = shrink(bug.subject, &found);
    assert_eq!(shrunk.violation.invariant, found.violation.invariant);
    assert!(shrunk.evidence.len() <= 4, "{:#?}", shrunk.evidence);
    assert!(shrunk.evidence.check(bug.subject).is_some());
    assert_eq!(shrunk.evidence.check(Subject::CORE), None);
}
