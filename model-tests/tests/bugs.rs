//! Each planted bug is found by exploration and by soak, with a short trace that shows it.

use std::sync::atomic::AtomicBool;

use model_tests::bugs::BUGS;
use model_tests::explore::{self, Scope, explore};
use model_tests::failure::Failure;
use model_tests::invariants::Violation;
use model_tests::shrink::first_violation;
use model_tests::soak::{self, STEPS_PER_RUN, soak};
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;

/// The most steps that a shrunk trace of a planted bug may have.
const MOST_STEPS: usize = 8;

fn assert_shown(engine: &str, id: &str, subject: Subject, violation: Violation, trace: &[OrchestrationCommand]) {
    let failure = Failure::new(subject, violation, trace);
    let report = failure.report(None);
    assert!(failure.trace.len() <= MOST_STEPS, "{engine} found {id}:\n{report}");
    assert!(
        first_violation(subject, &failure.trace).is_some(),
        "{engine} found {id}, and its trace shows nothing"
    );
    assert_eq!(
        first_violation(Subject::CORE, &failure.trace),
        None,
        "{engine} found {id}, and the core shows it too"
    );
}

#[test]
fn exploration_finds_every_planted_bug_by_a_short_trace() {
    for bug in BUGS {
        let options = explore::Options::new(Scope::SMALL);
        let explored = explore(
            bug.subject,
            &options,
            &explore::Progress::default(),
            &AtomicBool::new(false),
        );
        let found = explored.expect("threads can be started").found;
        let found = found.unwrap_or_else(|| panic!("exploration does not find {}", bug.id));
        assert_shown("exploration", bug.id, bug.subject, found.violation, &found.trace);
    }
}

#[test]
fn soak_finds_every_planted_bug_by_a_short_trace() {
    for bug in BUGS {
        let options = soak::Options {
            seed: 1,
            steps_per_run: STEPS_PER_RUN,
            steps: Some(400_000),
            duration: None,
            threads: 2,
        };
        let soaked = soak(
            bug.subject,
            &options,
            &soak::Progress::default(),
            &AtomicBool::new(false),
        );
        let found = soaked.found.unwrap_or_else(|| panic!("soak does not find {}", bug.id));
        assert_shown("soak", bug.id, bug.subject, found.violation, &found.trace);
    }
}
