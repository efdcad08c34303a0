//! Whether each search that counts what it checks counts all that it is said to check, and nothing else.

use std::sync::atomic::AtomicBool;

use model_tests::check::coverage::rules::Gaps;
use model_tests::check::invariants::{Invariant, Tally};
use model_tests::counterexample::Search;
use model_tests::search::cost::cost;
use model_tests::search::explore::{self, Scope, explore};
use model_tests::search::{induct, soak};
use model_tests::subject::Subject;

use super::said::said;

/// Not to stop.
static GO_ON: AtomicBool = AtomicBool::new(false);

/// What found something that it speaks of.
fn spoke(tally: &Tally) -> Vec<Invariant> {
    let spoke = tally.iter().filter(|(_, count)| count.premise_held > 0);
    spoke.map(|(invariant, _)| invariant).collect()
}

#[test]
fn exploration_checks_what_it_is_said_to_check() {
    let options = explore::Options::new(Scope::SMALL);
    let explored = explore(Subject::CORE, &options, &explore::Progress::default(), &GO_ON).expect("it can begin");
    assert_eq!(spoke(&explored.tally), said(Search::Exploration));
    assert!(Gaps::of(&explored.coverage).unexpected.is_empty());
    let covered: u64 = explored.coverage.iter().map(|(.., count)| count).sum();
    assert_eq!(covered, explored.transitions);
}

/// Whatever is wrong with a model is told by a rule of steps before R1, so that no fault shows this.
#[test]
fn exploration_holds_every_decision_and_every_new_model_against_the_reference_machine() {
    let options = explore::Options::new(Scope::TINY);
    let explored = explore(Subject::CORE, &options, &explore::Progress::default(), &GO_ON).expect("it can begin");
    let accepted = explored
        .coverage
        .iter()
        .filter(|(_, _, outcome, _)| outcome.is_accepted());
    let models: u64 = accepted.map(|(.., count)| count).sum();
    let held = explored.tally.of(Invariant::R1).premise_held;
    assert_eq!(held, explored.transitions + models);
}

#[test]
fn a_soak_checks_what_it_is_said_to_check_and_counts_what_it_covers() {
    let options = soak::Options {
        seed: 1,
        steps_per_run: 4_000,
        steps: Some(40_000),
        duration: None,
        threads: 1,
    };
    let soaked = soak::soak(Subject::CORE, &options, &soak::Progress::default(), &GO_ON);
    assert_eq!(spoke(&soaked.tally), said(Search::Soak));
    assert!(Gaps::of(&soaked.coverage).unexpected.is_empty());
    let covered: u64 = soaked.coverage.iter().map(|(.., count)| count).sum();
    assert_eq!(covered, soaked.steps);
}

#[test]
fn induction_checks_what_it_is_said_to_check_and_counts_what_it_covers() {
    let options = induct::Options {
        seed: 1,
        models: Some(200),
        duration: None,
        threads: 1,
    };
    let induced = induct::induct(Subject::CORE, &options, &induct::Progress::default(), &GO_ON);
    assert_eq!(spoke(&induced.tally), said(Search::Induction));
    let covered: u64 = induced.coverage.iter().map(|(.., count)| count).sum();
    assert_eq!(covered, induced.steps);
}

#[test]
fn counting_of_cost_checks_what_it_is_said_to_check() {
    let counted = cost(Subject::CORE, 1, &GO_ON);
    assert_eq!(spoke(&counted.tally), said(Search::Cost));
}
