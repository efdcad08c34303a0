//! What a violation says: what was expected and what was found, and nothing that nobody reads.

use model_tests::check::invariants::{Invariant, Violation};
use model_tests::proof::{bugs, printed};

/// How long it may be, in characters.
const LONGEST: usize = 450;

/// Checks that a violation of this bug says where, what was expected and what was found, in a line that one can read.
pub fn assert_tells(bug: &str, violation: &Violation) {
    let message = &violation.message;
    let report = || format!("{bug}: {violation}");
    assert!(
        message.contains("expected ") && message.contains("found "),
        "{}",
        report()
    );
    assert!(message.chars().count() <= LONGEST, "{}", report());
    assert!(!message.contains("{\""), "{}", report());
    assert_eq!(message.lines().count(), 1, "{}", report());
}

/// What is said of an invariant that a bug breaks, in the first random trace that shows the bug.
fn message_of(bug: &str, invariant: Invariant) -> String {
    let bug = bugs::named(bug).expect("it is planted");
    let failure = printed::failure_of(bug).expect("a trace shows it");
    let broken = failure.counterexample.evidence.broken(bug.subject);
    let broken = broken.expect("it is broken still");
    let violation = broken.of(invariant);
    violation.map_or_else(String::new, |violation| violation.message.clone())
}

#[test]
fn what_is_wrong_is_told_by_the_field_with_what_was_expected_and_found() {
    let kept = ", which was made after the restored one: checkpoints: expected ";
    let running = ": status: expected idle, without an active turn, found running";
    for (bug, invariant, part) in [
        ("restore-keeps-later-checkpoints", Invariant::T7, kept),
        ("complete-leaves-running", Invariant::S4, running),
    ] {
        let message = message_of(bug, invariant);
        assert!(message.contains(part), "{bug}: {message}");
    }
}
