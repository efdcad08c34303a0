//! Every search finds what it can see, and what it finds can be shown.

use std::collections::HashSet;

use model_tests::check::invariants::Invariant;
use model_tests::counterexample::{Counterexample, Evidence, Search};
use model_tests::generate::{RandomSteps, Step};
use model_tests::proof::bugs::{BUGS, Bug};
use model_tests::proof::hunt::Hunter;
use model_tests::report::failure::Shown;
use model_tests::search::fuzzing::Target;

use super::finds::{self, Find, GO_ON};
use super::{command_line, messages, printed};

/// The most commands or events that shrunk evidence of a planted bug may have.
const MOST_STEPS: usize = 10;

/// The same of one that takes much of something, or shows only where there is much.
const MOST_STEPS_OF_DEEP: usize = 600;

/// How many inputs each fuzz target gets of each bug, if it is not to find it.
const INPUTS: u64 = 200;

/// How long each of them is, in bytes.
const INPUT_LENGTH: usize = 400;

/// Checks what is made of counterexamples.
#[derive(Default)]
struct Checker {
    /// What was run as a program: one each of what is shown in the same way.
    run: HashSet<(Invariant, &'static str)>,
}

impl Checker {
    fn check(&mut self, find: &Find) {
        let Find { bug, found, failure } = find;
        let (violation, evidence) = (failure.violation(), &failure.counterexample.evidence);
        let report = || format!("{}:\n{}", bug.id, failure.report(None));
        assert_eq!(violation.invariant, found.violation.invariant, "{}", report());
        let most = if bug.is_deep() || bug.is_only_dear() {
            MOST_STEPS_OF_DEEP
        } else {
            MOST_STEPS
        };
        assert!(evidence.len() <= most, "{}", report());
        assert_ne!(failure.shown(), Shown::Not, "{}", report());
        for violation in [violation, &found.violation] {
            messages::assert_tells(bug.id, violation);
        }
        printed::assert_tells_the_bug_from_the_core(bug, failure);
        if self.run.insert((violation.invariant, kind(evidence))) {
            command_line::assert_shows_it_again(failure);
        }
    }
}

/// Checks what one of the searches finds whose finds are on the page.
fn check_all_on_page(hunter: &Hunter) {
    let mut checker = Checker::default();
    for find in finds::on_page(hunter) {
        checker.check(find);
    }
}

/// Checks what another search finds.
fn check_all(hunter: &Hunter) {
    let mut checker = Checker::default();
    finds::hunted(hunter).for_each(|find| checker.check(&find));
}

const fn kind(evidence: &Evidence) -> &'static str {
    match evidence {
        Evidence::Run(_) => "run",
        Evidence::Laws(_) => "laws",
        Evidence::Model { .. } => "model",
        Evidence::Events { .. } => "events",
        Evidence::Text(_) => "text",
        Evidence::Graph(_) => "graph",
    }
}

#[test]
fn what_stateful_tests_find_of_every_bug_that_they_see_can_be_shown() {
    check_all(&Hunter::Stateful);
}

#[test]
fn what_exploration_finds_of_every_bug_that_it_sees_can_be_shown() {
    check_all_on_page(&Hunter::Exploration);
}

#[test]
fn what_exploration_is_said_not_to_see_it_does_not_see() {
    for bug in BUGS.iter().filter(|bug| bug.unseen_by(Search::Exploration).is_some()) {
        let hunt = Hunter::Exploration.hunt(bug, 1, &GO_ON).expect("it can hunt");
        assert!(hunt.found.is_none(), "{} is found", bug.id);
    }
}

#[test]
fn what_induction_finds_of_every_bug_that_it_sees_can_be_shown() {
    check_all_on_page(&Hunter::Induction);
}

#[test]
fn what_counting_cost_finds_of_every_bug_that_it_sees_can_be_shown() {
    assert!(BUGS.iter().filter(|bug| bug.is_only_dear()).count() >= 4);
    check_all_on_page(&Hunter::Cost);
}

#[test]
fn what_soak_finds_of_every_bug_can_be_shown() {
    check_all_on_page(&Hunter::Soak);
    let is_seen = |bug: &Bug| bug.unseen_by(Search::Soak).is_none() || bug.is_only_dear();
    assert!(BUGS.iter().all(is_seen));
}

#[test]
fn what_fuzz_targets_find_of_every_bug_that_they_see_can_be_shown() {
    check_all(&Hunter::RandomBytes);
}

/// The first thing that a target finds of a bug in a few inputs.
fn find(target: Target, bug: &Bug) -> Option<Counterexample> {
    (0..INPUTS).find_map(|seed| {
        let steps = RandomSteps::new(seed).flat_map(Step::to_bytes);
        let input: Vec<_> = std::iter::once(1).chain(steps).take(INPUT_LENGTH).collect();
        target.check(bug.subject, &input).found
    })
}

#[test]
fn what_each_fuzz_target_finds_by_itself_can_be_shown() {
    for target in [Target::EventStream, Target::Interleaving] {
        let mut checker = Checker::default();
        for bug in BUGS {
            if let Some(found) = find(target, bug) {
                checker.check(&Find::new(bug, found));
            }
        }
        assert!(!checker.run.is_empty(), "{target} finds nothing");
    }
}
