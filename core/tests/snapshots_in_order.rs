//! A snapshot takes the next event of its log, and no other.

use chrono::{DateTime, Utc};
use orchestration::events::ProjectDeleted;
use orchestration::values::ProjectId;
use orchestration::{ReplayError, Snapshot, SnapshotOfAnotherLog, StoredEvent};

fn stored(sequence: u64) -> StoredEvent {
    let project_id = ProjectId::new(uuid::Uuid::nil());
    let at = DateTime::UNIX_EPOCH;
    StoredEvent {
        sequence,
        event: ProjectDeleted { project_id, at }.into(),
        stored_at: at,
    }
}

#[test]
fn the_next_event_is_applied() {
    let snapshot = Snapshot::default()
        .apply(&stored(1))
        .and_then(|snapshot| snapshot.apply(&stored(2)));
    assert_eq!(snapshot.map(|snapshot| snapshot.sequence), Ok(2));
}

#[test]
fn a_gap_is_an_error_that_names_both_numbers_and_leaves_the_snapshot_as_it_was() {
    let mut snapshot = Snapshot {
        sequence: 4,
        ..Snapshot::default()
    };
    assert_eq!(
        snapshot.advance(&stored(6)),
        Err(ReplayError::SequenceGap { expected: 5, found: 6 })
    );
    assert_eq!(
        snapshot,
        Snapshot {
            sequence: 4,
            ..Snapshot::default()
        }
    );
}

#[test]
fn a_repeat_is_an_error_that_names_both_numbers_and_leaves_the_snapshot_as_it_was() {
    let mut snapshot = Snapshot {
        sequence: 4,
        ..Snapshot::default()
    };
    for found in [0, 3, 4] {
        assert_eq!(
            snapshot.advance(&stored(found)),
            Err(ReplayError::SequenceRepeated { expected: 5, found })
        );
    }
    assert_eq!(
        snapshot,
        Snapshot {
            sequence: 4,
            ..Snapshot::default()
        }
    );
}

#[test]
fn the_last_sequence_of_all_is_applied_once() {
    let last = Snapshot {
        sequence: u64::MAX - 1,
        ..Snapshot::default()
    }
    .apply(&stored(u64::MAX));
    let repeated = ReplayError::SequenceRepeated {
        expected: u64::MAX,
        found: u64::MAX,
    };
    assert_eq!(
        last.and_then(|snapshot| snapshot.apply(&stored(u64::MAX))),
        Err(repeated)
    );
}

/// A snapshot of this sequence, whose last event was stored at this time.
fn snapshot(sequence: u64, stored_at: Option<DateTime<Utc>>) -> Snapshot {
    Snapshot {
        sequence,
        stored_at,
        ..Snapshot::default()
    }
}

const LATER: DateTime<Utc> = DateTime::from_timestamp_nanos(1);

#[test]
fn a_snapshot_knows_when_its_last_event_was_stored() {
    let later = StoredEvent {
        stored_at: LATER,
        ..stored(2)
    };
    let snapshot = Snapshot::default()
        .apply(&stored(1))
        .and_then(|snapshot| snapshot.apply(&later));
    assert_eq!(snapshot.map(|snapshot| snapshot.stored_at), Ok(Some(LATER)));
}

#[test]
fn a_snapshot_is_of_the_log_that_has_its_last_event() {
    let at = Some(DateTime::UNIX_EPOCH);
    assert_eq!(snapshot(4, at).check_log(&stored(4)), Ok(()));
}

#[test]
fn a_snapshot_is_not_of_a_log_whose_event_of_its_sequence_was_stored_at_another_time() {
    assert_eq!(
        snapshot(4, Some(LATER)).check_log(&stored(4)),
        Err(SnapshotOfAnotherLog {
            sequence: 4,
            expected: Some(LATER),
            found: Some(DateTime::UNIX_EPOCH),
        })
    );
}

#[test]
fn a_snapshot_is_not_of_a_log_whose_event_is_another_one() {
    let at = Some(DateTime::UNIX_EPOCH);
    for sequence in [0, 1, 3, 5, u64::MAX] {
        assert_eq!(
            snapshot(4, at).check_log(&stored(sequence)),
            Err(SnapshotOfAnotherLog {
                sequence: 4,
                expected: at,
                found: None,
            })
        );
    }
}

#[test]
fn a_snapshot_that_does_not_know_when_its_last_event_was_stored_is_of_no_log() {
    for sequence in [3, 4] {
        assert!(snapshot(4, None).check_log(&stored(sequence)).is_err());
    }
}

#[test]
fn the_empty_snapshot_is_of_every_log() {
    for sequence in [1, 2, u64::MAX] {
        assert_eq!(Snapshot::default().check_log(&stored(sequence)), Ok(()));
    }
}
