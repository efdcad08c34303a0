//! What is planted says what it is.

use std::collections::HashSet;

use model_tests::proof::bugs::BUGS;

/// Those that were seen where there is nothing to link to, and those that stand for a class of faults.
const UNLINKED: &[&str] = &[
    "checkpoint-loses-description",
    "snapshot-outlives-its-log",
    "snapshot-keeps-first-time",
    "advance-counts-what-it-refuses",
    "advance-repeats-on-what-is-there",
    "advance-forgets-time",
    "advance-empties-what-it-refuses",
    "snapshot-without-time-trusted",
    "snapshot-told-by-later-event",
    "empty-snapshot-refused",
    "later-time-kept",
    "time-kept-when-clock-set-back",
    "ended-at-start-when-clock-stands",
    "fraction-cut-to-milliseconds",
    "clock-set-back-refused",
    "time-before-epoch-raised",
    "replay-drops-event-of-same-time",
    "replay-by-time",
    "mismatch-told-the-wrong-way-round",
    "taken-path-told-of-new-project",
    "busy-thread-always-said-to-run",
    "role-told-the-wrong-way-round",
    "ended-call-always-said-to-have-failed",
    "unanswerable-action-told-of-another",
    "status-told-at-start-of-turn",
    "deleted-thread-interrupted-at-its-start",
    "gone-thread-revived",
    "known-turn-started-anew",
    "stray-completion-ends-active-turn",
    "unknown-checkpoint-restored",
    "answer-repeated-approves-rejected",
    "orphan-branch-touches-thread",
    "restore-keeps-a-node-of-turns",
    "restore-past-a-node-goes-to-latest",
    "answer-past-a-signed-byte-refused",
    "push-counts-in-a-byte",
    "piece-at-a-node-lost",
    "project-tells-of-few-threads",
    "interrupt-cancels-a-node-of-calls",
    "path-past-a-node-taken-twice",
    "branch-past-a-node-taken-twice",
    "message-past-two-nodes-begins-anew",
    "prompt-refused-behind-many-turns",
    "prompt-before-last-end-refused",
    "every-thread-passed-first",
    "path-compared-with-all",
    "turn-looked-up-from-front",
    "call-looked-up-from-front",
    "piece-copied-for-its-event",
    "message-read-for-each-piece",
    "model-rewritten-for-each-piece",
    "commits-counted-for-each-push",
    "checkpoint-passes-all-before",
    "replay-rereads-the-model",
];

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
