//! Each planted bug is found by exploration and by soak, with a short trace that shows it.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use model_tests::check::invariants::Violation;
use model_tests::proof::bugs::{BUGS, Bug, Engine};
use model_tests::report::failure::{Failure, Shown};
use model_tests::report::shrink::first_violation;
use model_tests::search::explore::{self, explore};
use model_tests::search::soak::{self, STEPS_PER_RUN, soak};
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;

/// The most steps that a shrunk trace of a planted bug may have.
const MOST_STEPS: usize = 10;

/// The one that was seen where there is nothing to link to.
const UNLINKED: &str = "checkpoint-loses-description";

fn assert_shown(engine: &str, bug: &Bug, violation: Violation, trace: &[OrchestrationCommand]) {
    let failure = Failure::new(bug.subject, violation, trace);
    let (id, report) = (bug.id, failure.report(None));
    // What the graph of all states shows, or an event that no command causes, is in no trace.
    if failure.shown == Shown::Not {
        return;
    }
    assert!(failure.trace.len() <= MOST_STEPS, "{engine} found {id}:\n{report}");
    assert!(
        first_violation(bug.subject, &failure.trace).is_some(),
        "{engine} found {id}, and its trace shows nothing"
    );
    assert_eq!(
        first_violation(Subject::CORE, &failure.trace),
        None,
        "{engine} found {id}, and the core shows it too"
    );
}

fn explored(bug: &Bug) -> Option<explore::Found> {
    let options = explore::Options::new(bug.scope);
    let progress = explore::Progress::default();
    let explored = explore(bug.subject, &options, &progress, &AtomicBool::new(false));
    explored.expect("threads can be started").found
}

fn soaked(bug: &Bug) -> Option<soak::Found> {
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
        match (explored(bug), bug.unseen_by(Engine::Exploration)) {
            (Some(found), None) => assert_shown("exploration", bug, found.violation, &found.trace),
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
        match (soaked(bug), bug.unseen_by(Engine::Soak)) {
            (Some(found), None) => assert_shown("soak", bug, found.violation, &found.trace),
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
        assert_eq!(bug.reports.is_empty(), id == UNLINKED, "{id}");
        assert!(bug.unseen_by.iter().all(|(_, reason)| !reason.is_empty()), "{id}");
    }
    assert!(ids.len() >= 45, "there are only {}", ids.len());
}
