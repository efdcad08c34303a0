//! A2 where a store is read: a snapshot takes in the rest of the log, and nothing else.

use std::fmt::Debug;

use orchestration::{OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot, StoredEvent};

use crate::check::invariants::{Findings, Invariant};
use crate::subject::Subject;

/// A2: a snapshot to which the rest of its log is applied comes to the model that the events add up to, and refuses an
/// event that comes early or comes again.
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
            Ok(after) if after.sequence == next => after,
            other => {
                return Some(fault_of_apply(
                    &stored,
                    "is the next",
                    &Ok::<_, ReplayError>(next),
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
    }
    (snapshot.model != *expected)
        .then(|| format!("applying the last {count} stored events gives another model than projecting them"))
}

fn fault_of_apply(
    stored: &StoredEvent,
    place: &str,
    expected: &impl Debug,
    found: Result<Snapshot, ReplayError>,
) -> String {
    let found = found.map(|snapshot| snapshot.sequence);
    format!(
        "a stored {} that {place} is not applied as it should be: expected {expected:?}, found {found:?}",
        stored.event.kind()
    )
}
