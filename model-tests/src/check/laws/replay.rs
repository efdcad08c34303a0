//! A2 where a store is read: a snapshot takes in the rest of the log, and nothing else.

use std::fmt::Debug;

use chrono::{DateTime, TimeDelta};
use orchestration::{
    OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot, SnapshotOfAnotherLog, StoredEvent,
};

use crate::check::invariants::{Findings, Invariant};
use crate::check::view::is_alike;
use crate::subject::Subject;

/// A2: a snapshot to which the rest of its log is applied comes to the model that the events add up to, and refuses an
/// event that comes early or comes again.
///
/// Events are stored when they happen: those of one command at the same time, and others as their clocks go.
///
/// What is expected is what the core's own projector makes of them: that of the subject is compared with the live
/// model.
pub fn check_replay(
    subject: Subject,
    snapshot: Snapshot,
    events: Vec<OrchestrationEvent>,
    expected: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    let fault = fault_of_replay(subject, snapshot, events, expected);
    findings.expect(Invariant::A2, fault.is_none(), || fault.unwrap_or_default());
}

/// What is wrong with a replay, if anything is.
fn fault_of_replay(
    subject: Subject,
    mut snapshot: Snapshot,
    events: Vec<OrchestrationEvent>,
    expected: &OrchestrationReadModel,
) -> Option<String> {
    let count = events.len();
    let mut last = None;
    for event in events {
        let next = snapshot.sequence.saturating_add(1);
        let mut stored = StoredEvent {
            sequence: next.saturating_add(1),
            stored_at: event.at(),
            event,
        };
        let early = subject.apply(snapshot.clone(), &stored);
        let gap = Err(ReplayError::SequenceGap {
            expected: next,
            found: stored.sequence,
        });
        if early != gap {
            return Some(fault_of_apply(&stored, "comes one early", &gap, early));
        }
        stored.sequence = next;
        snapshot = match subject.apply(snapshot, &stored) {
            Ok(after) if (after.sequence, after.stored_at) == (next, Some(stored.stored_at)) => after,
            other => {
                return Some(fault_of_apply(
                    &stored,
                    "is the next",
                    &Ok::<_, ReplayError>((next, Some(stored.stored_at))),
                    other,
                ));
            }
        };
        let again = subject.apply(snapshot.clone(), &stored);
        let repeat = Err(ReplayError::SequenceRepeated {
            expected: next.saturating_add(1),
            found: next,
        });
        if again != repeat {
            return Some(fault_of_apply(&stored, "comes again", &repeat, again));
        }
        last = Some(stored);
    }
    if let Some(fault) = last.and_then(|last| fault_of_log_check(subject, &snapshot, &last)) {
        return Some(fault);
    }
    (!is_alike(&snapshot.model, expected))
        .then(|| format!("applying the last {count} stored events gives another model than projecting them"))
}

/// What is wrong with how a snapshot is told from one of another log: one that has this event at its end is of its own
/// log, and neither of one in which it came at another time, nor of one that ends before it.
fn fault_of_log_check(subject: Subject, snapshot: &Snapshot, last: &StoredEvent) -> Option<String> {
    let a_nanosecond_later = last.stored_at.checked_add_signed(TimeDelta::nanoseconds(1));
    let later = StoredEvent {
        stored_at: a_nanosecond_later.unwrap_or(DateTime::UNIX_EPOCH),
        ..last.clone()
    };
    let earlier = StoredEvent {
        sequence: last.sequence.saturating_sub(1),
        ..last.clone()
    };
    let of_another_log = |found| {
        Err(SnapshotOfAnotherLog {
            sequence: last.sequence,
            expected: Some(last.stored_at),
            found,
        })
    };
    let cases = [
        ("its own log", last, Ok(())),
        (
            "a log that went another way",
            &later,
            of_another_log(Some(later.stored_at)),
        ),
        ("a log that lost its tail", &earlier, of_another_log(None)),
    ];
    cases.into_iter().find_map(|(log, stored, expected)| {
        let found = subject.check_log(snapshot, stored);
        (found != expected).then(|| {
            let sequence = last.sequence;
            format!("a snapshot at event {sequence}, held against {log}: expected {expected:?}, found {found:?}")
        })
    })
}

fn fault_of_apply(
    stored: &StoredEvent,
    place: &str,
    expected: &impl Debug,
    found: Result<Snapshot, ReplayError>,
) -> String {
    let found = found.map(|snapshot| (snapshot.sequence, snapshot.stored_at));
    format!(
        "a stored {} that {place} is not applied as it should be: expected {expected:?}, found {found:?}",
        stored.event.kind()
    )
}
