//! A2 where a store is read: a snapshot takes in the rest of the log, and nothing else.

use std::fmt::Display;

use chrono::{DateTime, TimeDelta, Utc};
use orchestration::{
    OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot, SnapshotOfAnotherLog, StoredEvent,
};

use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{between_models, between_snapshots};
use crate::check::view::{is_alike, is_alike_snapshot};
use crate::subject::Subject;

/// A2: a snapshot to which the rest of its log is applied comes to the model that the events add up to, and refuses an
/// event that comes early or comes again.
///
/// Events are stored when they happen: those of one command at the same time, and others as their clocks go.
///
/// What is expected is what the core's own projector makes of them: that of the subject is compared with the live
/// model.
pub(crate) fn check_replay(
    subject: Subject,
    snapshot: Snapshot,
    events: Vec<OrchestrationEvent>,
    expected: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    let fault = fault_of_replay(subject, snapshot, events, expected);
    findings.expect(Invariant::A2, fault.is_none(), || fault.unwrap_or_default());
}

/// One in this many events is also applied in place, and so is the last.
const ADVANCED_ONE_IN: usize = 256;

/// What is wrong with a replay, if anything is.
fn fault_of_replay(
    subject: Subject,
    mut snapshot: Snapshot,
    events: Vec<OrchestrationEvent>,
    expected: &OrchestrationReadModel,
) -> Option<String> {
    let count = events.len();
    let mut last = None;
    for (index, event) in events.into_iter().enumerate() {
        let next = snapshot.sequence.saturating_add(1);
        let mut stored = StoredEvent {
            sequence: next.saturating_add(1),
            stored_at: event.at(),
            event,
        };
        let early = subject.apply(snapshot.clone(), &stored);
        let gap = ReplayError::SequenceGap {
            expected: next,
            found: stored.sequence,
        };
        if early.as_ref().err() != Some(&gap) {
            return Some(fault_of_apply(&stored, "comes one early", &Err(gap), &early));
        }
        stored.sequence = next;
        if (index.is_multiple_of(ADVANCED_ONE_IN) || index + 1 == count)
            && let Some(fault) = fault_of_advance(subject, &snapshot, &stored)
        {
            return Some(fault);
        }
        snapshot = match subject.apply(snapshot, &stored) {
            Ok(after) if (after.sequence, after.stored_at) == (next, Some(stored.stored_at)) => after,
            other => {
                return Some(fault_of_apply(
                    &stored,
                    "is the next",
                    &Ok((next, Some(stored.stored_at))),
                    &other,
                ));
            }
        };
        let again = subject.apply(snapshot.clone(), &stored);
        let repeat = ReplayError::SequenceRepeated {
            expected: next.saturating_add(1),
            found: next,
        };
        if again.as_ref().err() != Some(&repeat) {
            return Some(fault_of_apply(&stored, "comes again", &Err(repeat), &again));
        }
        last = Some(stored);
    }
    if let Some(fault) = last.and_then(|last| fault_of_log_check(subject, &snapshot, &last)) {
        return Some(fault);
    }
    (!is_alike(&snapshot.model, expected)).then(|| {
        let change = between_models(expected, &snapshot.model);
        format!("applying the last {count} stored events gives another model than projecting them: {change}")
    })
}

/// What is wrong with applying the next event in place: it does what applying it does, and an event that comes early, comes
/// again or came long ago is refused and leaves the snapshot as it was, which takes the next one all the same.
fn fault_of_advance(subject: Subject, snapshot: &Snapshot, stored: &StoredEvent) -> Option<String> {
    let next = stored.sequence;
    let mut advanced = snapshot.clone();
    let places = [next.saturating_add(1), u64::MAX, next.saturating_sub(1), 0];
    let refused = places.map(|sequence| StoredEvent {
        sequence,
        ..stored.clone()
    });
    let fault = refused
        .iter()
        .find_map(|other| fault_of_refusal(subject, &mut advanced, snapshot, other));
    if fault.is_some() {
        return fault;
    }
    let found = subject.advance(&mut advanced, stored);
    let expected = snapshot.clone().apply(stored);
    let is_same = found.is_ok() && expected.is_ok_and(|expected| is_alike_snapshot(&advanced, &expected));
    if !is_same {
        let told = match (&found, snapshot.clone().apply(stored)) {
            (Ok(()), Ok(expected)) => between_snapshots(&expected, &advanced),
            (found, expected) => format!("expected it {}, found it {}", outcome(&expected), outcome(found)),
        };
        let kind = stored.event.kind();
        return Some(format!(
            "a stored {kind} that is the next, applied in place, does not do what applying it does: {told}"
        ));
    }
    let again = advanced.clone();
    let early = StoredEvent {
        sequence: next.saturating_add(2),
        ..stored.clone()
    };
    [stored, &early]
        .into_iter()
        .find_map(|other| fault_of_refusal(subject, &mut advanced, &again, other))
}

/// What is wrong with refusing an event that is not the next one, in place.
fn fault_of_refusal(
    subject: Subject,
    advanced: &mut Snapshot,
    before: &Snapshot,
    stored: &StoredEvent,
) -> Option<String> {
    let (expected, found) = (before.sequence.saturating_add(1), stored.sequence);
    let refusal = if found <= before.sequence {
        ReplayError::SequenceRepeated { expected, found }
    } else {
        ReplayError::SequenceGap { expected, found }
    };
    let told = subject.advance(advanced, stored);
    let is_kept = is_alike_snapshot(advanced, before);
    (told != Err(refusal) || !is_kept).then(|| {
        let kept = if is_kept { "was left as it was" } else { "has changed" };
        format!(
            "a stored {} that is not the next, applied in place, should be refused and change nothing: expected it {}, found \
             it {}, and the snapshot {kept}",
            stored.event.kind(),
            outcome(&Err::<(), _>(refusal)),
            outcome(&told)
        )
    })
}

/// What is wrong with how a snapshot is told from one of another log: one that has this event at its end is of its own
/// log, and neither of one in which it came at another time, nor of one that ends before it, nor known by an event behind it.
/// One that does not know when its last event came is of no log, and the empty one of any.
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
    let cases = cases.map(|(log, stored, expected)| (log, snapshot, stored, expected));
    let behind = StoredEvent {
        sequence: last.sequence.saturating_add(1),
        ..last.clone()
    };
    let timeless = Snapshot {
        stored_at: None,
        ..snapshot.clone()
    };
    let of_no_log = Err(SnapshotOfAnotherLog {
        sequence: last.sequence,
        expected: None,
        found: Some(last.stored_at),
    });
    let empty = Snapshot::default();
    let odd = [
        ("an event behind it", snapshot, &behind, of_another_log(None)),
        ("a log whose times it does not know", &timeless, last, of_no_log),
        ("any log, being empty", &empty, last, Ok(())),
    ];
    cases
        .into_iter()
        .chain(odd)
        .find_map(|(log, snapshot, stored, expected)| {
            let found = subject.check_log(snapshot, stored);
            (found != expected).then(|| {
                let sequence = snapshot.sequence;
                let [expected, found] = [expected, found].map(|told| outcome(&told));
                format!("a snapshot at event {sequence}, held against {log}: expected it {expected}, found it {found}")
            })
        })
}

fn fault_of_apply(
    stored: &StoredEvent,
    place: &str,
    expected: &Result<(u64, Option<DateTime<Utc>>), ReplayError>,
    found: &Result<Snapshot, ReplayError>,
) -> String {
    let kind = stored.event.kind();
    let what = format!("a stored {kind} that {place} is not applied as it should be");
    match (expected, found) {
        (Ok((sequence, stored_at)), Ok(after)) => {
            let expected = Snapshot {
                sequence: *sequence,
                stored_at: *stored_at,
                ..after.clone()
            };
            format!("{what}: {}", between_snapshots(&expected, after))
        }
        (expected, found) => format!("{what}: expected it {}, found it {}", outcome(expected), outcome(found)),
    }
}

/// What became of an event or a snapshot, in words.
fn outcome<T, E: Display>(outcome: &Result<T, E>) -> String {
    match outcome {
        Ok(_) => "taken".to_owned(),
        Err(error) => format!("refused ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use orchestration::events::ProjectCreated;

    use super::*;

    /// The events of some projects, and the model that they come to.
    fn log(length: u8) -> (Vec<OrchestrationEvent>, OrchestrationReadModel) {
        let event = |number: u8| {
            OrchestrationEvent::from(ProjectCreated {
                project_id: format!("000000a0-0000-4000-8000-0000000000{number:02x}")
                    .parse()
                    .expect("an id"),
                path: format!("/{number}").parse().expect("a path"),
                name: "repo".parse().expect("a name"),
                at: DateTime::UNIX_EPOCH + TimeDelta::seconds(number.into()),
            })
        };
        let events: Vec<_> = (0..length).map(event).collect();
        let model = Subject::CORE.fold(OrchestrationReadModel::default(), &events);
        (events, model)
    }

    fn fault(subject: Subject, length: u8) -> Option<String> {
        let (events, model) = log(length);
        fault_of_replay(subject, Snapshot::default(), events, &model)
    }

    #[test]
    fn nothing_is_wrong_with_how_the_core_replays() {
        for length in 0..5 {
            assert_eq!(fault(Subject::CORE, length), None);
        }
        let (events, _) = log(3);
        let other = OrchestrationReadModel::default();
        let told = fault_of_replay(Subject::CORE, Snapshot::default(), events, &other);
        let told = told.expect("it is another model");
        let first = "project 000000a0-0000-4000-8000-000000000000: expected it not to be there, found it";
        assert!(told.contains(first), "{told}");
    }

    /// An event in place, as the core does it, but for those of a sequence.
    macro_rules! advancing {
        ($snapshot:ident, $stored:ident, $when:expr, $then:expr) => {
            Subject::CORE.with_advance(|$snapshot, $stored| {
                if $when {
                    return $then;
                }
                $snapshot.advance($stored)
            })
        };
    }

    #[test]
    fn an_event_that_is_not_refused_in_place_as_it_should_be_is_found_wherever_it_comes_from() {
        let taken = [
            advancing!(snapshot, stored, stored.sequence == snapshot.sequence + 2, Ok(())),
            advancing!(snapshot, stored, stored.sequence == u64::MAX, Ok(())),
            advancing!(snapshot, stored, stored.sequence == snapshot.sequence, Ok(())),
            advancing!(snapshot, stored, stored.sequence == 0, Ok(())),
        ];
        for subject in taken {
            let told = fault(subject, 1).expect("it is found");
            assert!(told.contains("should be refused and change nothing"), "{told}");
            assert!(
                told.contains("found it taken") && told.contains("was left as it was"),
                "{told}"
            );
        }
        let changed = advancing!(snapshot, stored, stored.sequence == u64::MAX, {
            let refusal = snapshot.advance(stored);
            snapshot.stored_at = Some(DateTime::UNIX_EPOCH);
            refusal
        });
        let told = fault(changed, 1).expect("it is found");
        assert!(told.contains("and the snapshot has changed"), "{told}");
    }

    #[test]
    fn the_next_event_that_does_something_else_in_place_is_found_first_and_last() {
        let refused = advancing!(snapshot, stored, stored.sequence == snapshot.sequence + 1, {
            Err(ReplayError::SequenceGap {
                expected: 1,
                found: stored.sequence,
            })
        });
        let ignored = advancing!(snapshot, stored, stored.sequence == snapshot.sequence + 1, Ok(()));
        let only_the_third = advancing!(snapshot, stored, stored.sequence == 3 && snapshot.sequence == 2, Ok(()));
        let only_the_second = advancing!(snapshot, stored, stored.sequence == 2 && snapshot.sequence == 1, Ok(()));
        for subject in [refused, ignored, only_the_third] {
            let told = fault(subject, 3).expect("it is found");
            assert!(told.contains("does not do what applying it does"), "{told}");
        }
        // Of those between the first and the last only some are tried.
        assert_eq!(fault(only_the_second, 3), None);
    }

    #[test]
    fn an_early_event_that_is_taken_only_behind_another_is_found() {
        let subject = advancing!(snapshot, stored, snapshot.sequence == 1 && stored.sequence == 3, Ok(()));
        assert!(fault(subject, 1).is_some());
    }

    #[test]
    fn an_event_that_is_applied_with_another_time_is_found_and_named() {
        let timeless = Subject::CORE.with_replay(|snapshot, stored| {
            let after = snapshot.apply(stored)?;
            Ok(Snapshot {
                stored_at: None,
                ..after
            })
        });
        let told = fault(timeless, 1).expect("it is found");
        let start = "a stored project_created that is the next is not applied as it should be: stored_at: ";
        assert!(told.starts_with(start), "{told}");
    }
}
