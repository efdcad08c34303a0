//! Whether what a search finds is what it reports.

use std::sync::atomic::AtomicBool;

use model_tests::check::invariants::Invariant;
use model_tests::counterexample::{Counterexample, Search};
use model_tests::generate::{RandomSteps, Step};
use model_tests::search::cost::cost;
use model_tests::search::explore::{self, explore};
use model_tests::search::fuzzing::Target;
use model_tests::search::stateful::try_sequences;
use model_tests::search::{induct, soak};
use proptest::test_runner::Config;
use rayon::prelude::*;

use super::faults::{self, Fault};
use super::said::{NOT_PLANTED, OF_GRAPH, said};

/// Not to stop.
static GO_ON: AtomicBool = AtomicBool::new(false);

/// How many inputs each fuzz target gets.
const INPUTS: u64 = 20_000;

fn found(search: Search, fault: &Fault) -> Option<Counterexample> {
    match search {
        Search::Stateful => {
            let config = Config {
                cases: 100_000,
                max_shrink_iters: 200,
                failure_persistence: None,
                ..Config::default()
            };
            try_sequences(fault.subject, config, Some(1))
                .expect("they can be tried")
                .found
        }
        Search::Exploration => {
            let options = explore::Options::new(fault.scope);
            let explored = explore(fault.subject, &options, &explore::Progress::default(), &GO_ON);
            explored.expect("it can begin").found
        }
        Search::Soak => {
            let options = soak::Options {
                seed: 1,
                steps_per_run: soak::STEPS_PER_RUN,
                steps: Some(2_000_000),
                duration: None,
                threads: 1,
            };
            soak::soak(fault.subject, &options, &soak::Progress::default(), &GO_ON).found
        }
        Search::Induction => {
            let options = induct::Options {
                seed: 1,
                models: Some(20_000),
                duration: None,
                threads: 1,
            };
            induct::induct(fault.subject, &options, &induct::Progress::default(), &GO_ON).found
        }
        Search::Cost => cost(fault.subject, 1, &GO_ON).found,
        Search::Fuzzing | Search::Given => None,
    }
}

/// Asks for every invariant that a search is said to check, and that a fault can break alone, whether the search reports it.
fn assert_reports(search: Search) {
    let is_asked = |invariant: &Invariant| !NOT_PLANTED.contains(invariant) && !OF_GRAPH.contains(invariant);
    let asked: Vec<_> = said(search).into_iter().filter(is_asked).collect();
    let reported = asked.iter().map(|invariant| {
        let found = found(search, &faults::of(*invariant, search));
        found.map(|found| found.violation.invariant)
    });
    let reported: Vec<_> = reported.collect();
    assert_eq!(reported, asked.into_iter().map(Some).collect::<Vec<_>>());
}

#[test]
fn stateful_tests_report_all_that_they_are_said_to_check() {
    assert_reports(Search::Stateful);
}

#[test]
fn exploration_reports_all_that_it_is_said_to_check() {
    assert_reports(Search::Exploration);
}

#[test]
fn a_soak_reports_all_that_it_is_said_to_check() {
    assert_reports(Search::Soak);
}

#[test]
fn induction_reports_all_that_it_is_said_to_check() {
    assert_reports(Search::Induction);
}

#[test]
fn counting_of_cost_reports_all_that_it_is_said_to_check() {
    assert_reports(Search::Cost);
}

/// What a fuzz target finds of a fault first, in inputs that are steps.
fn found_by(target: Target, fault: &Fault) -> Option<Invariant> {
    (0..INPUTS).find_map(|seed| {
        let first = match target {
            Target::Interleaving => 1,
            Target::EventStream => 3,
            Target::CommandSequence | Target::Induct | Target::Wire | Target::NaiveCommands => 0,
        };
        let steps = RandomSteps::new(seed).flat_map(Step::to_bytes);
        let is_prefixed = target != Target::CommandSequence;
        let input: Vec<_> = is_prefixed
            .then_some(first)
            .into_iter()
            .chain(steps)
            .take(2_048)
            .collect();
        let found = target.check(fault.subject, &input).found?;
        Some(found.violation.invariant)
    })
}

#[test]
fn fuzz_targets_report_between_them_all_that_fuzzing_is_said_to_check() {
    said(Search::Fuzzing).into_par_iter().for_each(|invariant| {
        let fault = faults::of(invariant, Search::Fuzzing);
        let target = match invariant {
            Invariant::A4 | Invariant::A5 => Target::Interleaving,
            Invariant::A6 => Target::EventStream,
            _ => Target::CommandSequence,
        };
        assert_eq!(found_by(target, &fault), Some(invariant), "{target}");
    });
}

#[test]
fn the_target_of_induction_reports_what_induction_does() {
    for invariant in [Invariant::S5, Invariant::T3, Invariant::R1] {
        let fault = faults::of(invariant, Search::Fuzzing);
        assert_eq!(found_by(Target::Induct, &fault), Some(invariant));
    }
}
