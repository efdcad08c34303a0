//! What exploration asks of the whole graph: L2 and L3 miss what commands do that are left out.

use std::sync::atomic::AtomicBool;

use model_tests::check::invariants::{Invariant, Violation};
use model_tests::counterexample::Evidence;
use model_tests::kind::Kind;
use model_tests::search::explore::{End, Exploration, Options, Progress, Scope, explore};
use model_tests::subject::Subject;

fn explored(scope: Scope, left_out: &'static [Kind]) -> Exploration {
    let options = Options {
        left_out,
        ..Options::new(scope)
    };
    let explored = explore(Subject::CORE, &options, &Progress::default(), &AtomicBool::new(false));
    explored.expect("it can begin")
}

#[test]
fn where_nothing_can_be_deleted_there_is_a_dead_end_and_the_way_to_it_is_shown() {
    let found = explored(Scope::LONG, &[Kind::DeleteProject]).found.expect("a dead end");
    assert_eq!(found.violation.invariant, Invariant::L2);
    let Evidence::Graph(trace) = found.evidence else {
        panic!("it is of the graph: {:?}", found.evidence);
    };
    // The first state is left for good as soon as there is a project.
    assert_eq!(trace.iter().map(Kind::of).collect::<Vec<_>>(), [Kind::CreateProject]);
}

#[test]
fn where_all_can_be_deleted_there_is_no_dead_end() {
    let complete = explored(Scope::LONG, &[]);
    assert_eq!(complete.end, End::Complete);
    assert_eq!(complete.found.map(|found| found.violation), None);
    assert_eq!(complete.tally.of(Invariant::L2).premise_held, complete.states);
}

/// What L3 says where these commands are left out of a scope with room for every rule.
fn missed(left_out: &'static [Kind]) -> String {
    let found = explored(Scope::SMALL, left_out).found.expect("something is missed");
    let Violation { invariant, message } = found.violation;
    assert_eq!(invariant, Invariant::L3);
    message
}

#[test]
fn a_command_that_is_nowhere_accepted_is_missed() {
    assert_eq!(
        missed(&[Kind::PushBranch]),
        "push_branch: no command of this kind is accepted in any state"
    );
}

#[test]
fn where_there_is_no_room_for_every_rule_none_is_called_dead() {
    let tiny = explored(Scope::TINY, &[Kind::PushBranch]);
    assert_eq!(tiny.found.map(|found| found.violation), None);
    assert_eq!(tiny.tally.of(Invariant::L3).premise_held, 0);
}

#[test]
fn what_is_left_out_is_not_tried() {
    let explored = explored(Scope::TINY, &[Kind::CreateProject]);
    assert_eq!(explored.states, 1);
    let is_tried = |kind| {
        explored
            .coverage
            .iter()
            .any(|(other, _, _, count)| other == kind && count > 0)
    };
    assert!(!is_tried(Kind::CreateProject) && is_tried(Kind::CreateThread));
    assert_eq!(explored.found.map(|found| found.violation), None);
}
