//! Each planted bug is found by exploration and by soak, with a short trace that shows it.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use model_tests::counterexample::{Counterexample, Search};
use model_tests::proof::bugs::{BUGS, Bug};
use model_tests::report::failure::Failure;
use model_tests::search::explore::{self, explore};
use model_tests::search::soak::{self, STEPS_PER_RUN, soak};
use model_tests::subject::Subject;

/// The most steps that a shrunk trace of a planted bug may have.
const MOST_STEPS: usize = 10;

/// Those that were seen where there is nothing to link to.
const UNLINKED: &[&str] = &[
    "checkpoint-loses-description",
    "snapshot-outlives-its-log",
    "snapshot-keeps-first-time",
];

/// What a search found of a bug shows the bug, shrunk, and the core does not show it: so does the printed test.
fn assert_shown(search: Search, bug: &Bug, found: &Counterexample) {
    let failure = Failure::of(bug.subject, found);
    let (id, report) = (bug.id, failure.report(None));
    let evidence = &failure.counterexample.evidence;
    assert!(evidence.len() <= MOST_STEPS, "{search} found {id}:\n{report}");
    let broken = evidence.broken(bug.subject);
    assert!(
        broken.is_some_and(|broken| broken.of(found.violation.invariant).is_some()),
        "{search} found {id}, and its evidence does not show it:\n{report}"
    );
    assert_eq!(
        evidence.check(Subject::CORE),
        None,
        "{search} found {id}, and the core shows it too"
    );
}

fn explored(bug: &Bug) -> Option<Counterexample> {
    let options = explore::Options::new(bug.scope);
    let progress = explore::Progress::default();
    let explored = explore(bug.subject, &options, &progress, &AtomicBool::new(false));
    explored.expect("threads can be started").found
}

fn soaked(bug: &Bug) -> Option<Counterexample> {
    let options = soak::Options {
        seed: 1,
        steps_per_run: STEPS_PER_RUN,
        steps: Some(400_000),
        duration: None,
        threads: 2,
    };
    let progress = soak::Progress::default();
    soak(bug.subject, &options, &progress, &AtomicBool::new(false)).found
}

#[test]
fn exploration_finds_the_planted_bugs_that_it_can_see_by_a_short_trace() {
    for bug in BUGS {
        match (explored(bug), bug.unseen_by(Search::Exploration)) {
            (Some(found), None) => assert_shown(Search::Exploration, bug, &found),
            (None, Some(_)) => {}
            (None, None) => panic!("exploration does not find {}", bug.id),
            (Some(found), Some(reason)) => panic!(
                "exploration finds {}, and should not, for {reason}: {}",
                bug.id, found.violation
            ),
        }
    }
}

#[test]
fn soak_finds_every_planted_bug_by_a_short_trace() {
    for bug in BUGS {
        match (soaked(bug), bug.unseen_by(Search::Soak)) {
            (Some(found), None) => assert_shown(Search::Soak, bug, &found),
            (None, Some(_)) => {}
            (found, _) => panic!("soak finds {} otherwise than is recorded: {found:?}", bug.id),
        }
    }
}

#[test]
fn every_planted_bug_has_a_name_of_its_own_and_says_what_is_wrong_and_what_users_saw() {
    let mut ids = HashSet::new();
    for bug in BUGS {
        let id = bug.id;
        assert!(ids.insert(id), "{id} is there twice");
        let is_kebab = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        assert!(!id.is_empty() && id.chars().all(is_kebab), "{id:?}");
        assert!(!bug.sentence.is_empty() && !bug.symptom.is_empty(), "{id}");
        let mut reports = bug.reports.iter();
        assert!(reports.all(|report| report.starts_with("https://github.com/")), "{id}");
        assert_eq!(bug.reports.is_empty(), UNLINKED.contains(&id), "{id}");
        assert!(bug.unseen_by.iter().all(|(_, reason)| !reason.is_empty()), "{id}");
    }
    assert!(ids.len() >= 45, "there are only {}", ids.len());
}
