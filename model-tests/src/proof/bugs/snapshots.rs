//! Logs that are replayed to something else.

use orchestration::events::MessageChunkReceived;
use orchestration::{
    OrchestrationEvent as Event, OrchestrationReadModel as Model, ReplayError, Snapshot, SnapshotOfAnotherLog,
    StoredEvent, project,
};

use super::faults::active_turn;
use super::{BARE, Bug, NONE, applying, projecting};
use crate::counterexample::Search;
use crate::subject::Subject;

/// Why exploration does not see a fault of a replay.
const NO_REPLAY: (Search, &str) = (Search::Exploration, "it replays no log");

/// Why a search does not see what only a restart brings about.
const NO_RESTART: &str = "it restarts no server";

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "repeat-applied",
        sentence: "a stored event that is in the snapshot already is applied once more",
        symptom: "a stored event that was applied twice doubled text",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: applying(repeat_applied),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
    },
    Bug {
        id: "gap-of-one-skipped",
        sentence: "a snapshot takes in the stored event after the next one",
        symptom: "two folds of one log drifted apart",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: applying(gap_of_one_skipped),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
    },
    Bug {
        id: "replay-passes-over-interrupts",
        sentence: "a replay passes over interrupts",
        symptom: "two folds of one log drifted apart",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: applying(replay_passes_over_interrupts),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
    },
    Bug {
        id: "snapshot-outlives-its-log",
        sentence: "a snapshot is taken for one of a log if the log has an event of its sequence",
        symptom: "a backup of the log was restored, and once it had grown past the old snapshot, a restart brought back what \
                  it had lost",
        reports: &[],
        subject: Subject::CORE.with_log_check(any_log_that_is_as_long),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
    },
    Bug {
        id: "snapshot-keeps-first-time",
        sentence: "a snapshot says when its first event was stored, not when its last was",
        symptom: "every restart replayed the whole log, as if its snapshot were another's",
        reports: &[],
        subject: applying(first_time_kept),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
    },
    Bug {
        id: "advance-counts-what-it-refuses",
        sentence: "applying in place an event that comes early moves the snapshot's sequence before it is refused",
        symptom: "after one event had come twice out of order, every later one was refused",
        subject: Subject::CORE.with_advance(refused_and_counted),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "advance-repeats-on-what-is-there",
        sentence: "applying in place takes an event again where the model is not empty",
        symptom: "a subscriber that was told twice doubled text",
        subject: Subject::CORE.with_advance(repeated_in_place),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "advance-forgets-time",
        sentence: "applying in place leaves the snapshot with the time of the event before",
        symptom: "the snapshot of a live server was taken for another log's at each restart",
        subject: Subject::CORE.with_advance(time_forgotten),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "advance-empties-what-it-refuses",
        sentence: "applying in place an event that comes early leaves an empty model behind",
        symptom: "all threads were gone until the next restart",
        subject: Subject::CORE.with_advance(refused_and_emptied),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "snapshot-without-time-trusted",
        sentence: "a snapshot that does not know when its last event was stored is taken for one of any log as long",
        symptom: "a snapshot of a build that kept no times hid the log that had come since",
        subject: Subject::CORE.with_log_check(trusted_without_time),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "snapshot-told-by-later-event",
        sentence: "a snapshot is taken for one of a log by an event behind its own",
        symptom: "a snapshot was taken for that of a log that had gone another way",
        subject: Subject::CORE.with_log_check(told_by_later_event),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "empty-snapshot-refused",
        sentence: "the empty snapshot is refused as if it were of another log",
        symptom: "a new server did not start",
        subject: Subject::CORE.with_log_check(empty_refused),
        scope: BARE,
        unseen_by: &[NO_REPLAY],
        ..NONE
    },
    Bug {
        id: "piece-lost-after-restart",
        sentence: "a piece of a message is dropped if the message was stored and read since the piece before it",
        symptom: "the live model and the one after a restart drifted apart",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: projecting(piece_lost_after_restart),
        scope: BARE,
        unseen_by: &[
            (Search::Stateful, NO_RESTART),
            (Search::Exploration, NO_RESTART),
            (Search::Fuzzing, NO_RESTART),
        ],
    },
];

fn repeat_applied(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    match snapshot.clone().apply(stored) {
        Err(ReplayError::SequenceRepeated { .. }) => Ok(Snapshot {
            model: project(snapshot.model, &stored.event),
            ..snapshot
        }),
        applied => applied,
    }
}

fn gap_of_one_skipped(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    match snapshot.clone().apply(stored) {
        Err(ReplayError::SequenceGap { expected, found }) if found == expected + 1 => Ok(Snapshot {
            model: project(snapshot.model, &stored.event),
            sequence: found,
            stored_at: Some(stored.stored_at),
        }),
        applied => applied,
    }
}

fn replay_passes_over_interrupts(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    let before = snapshot.model.clone();
    let mut applied = snapshot.apply(stored)?;
    if matches!(stored.event, Event::TurnInterrupted(_)) {
        applied.model = before;
    }
    Ok(applied)
}

fn any_log_that_is_as_long(snapshot: &Snapshot, stored: &StoredEvent) -> Result<(), SnapshotOfAnotherLog> {
    snapshot.check_log(stored).or_else(|of_another_log| {
        let is_as_long = stored.sequence == snapshot.sequence;
        if is_as_long { Ok(()) } else { Err(of_another_log) }
    })
}

fn refused_and_counted(snapshot: &mut Snapshot, stored: &StoredEvent) -> Result<(), ReplayError> {
    let advanced = snapshot.advance(stored);
    if let Err(ReplayError::SequenceGap { .. }) = advanced {
        snapshot.sequence = snapshot.sequence.saturating_add(1);
    }
    advanced
}

fn repeated_in_place(snapshot: &mut Snapshot, stored: &StoredEvent) -> Result<(), ReplayError> {
    match snapshot.advance(stored) {
        Err(ReplayError::SequenceRepeated { .. }) if snapshot.model.projects().len() > 0 => {
            snapshot.model = project(std::mem::take(&mut snapshot.model), &stored.event);
            Ok(())
        }
        advanced => advanced,
    }
}

fn time_forgotten(snapshot: &mut Snapshot, stored: &StoredEvent) -> Result<(), ReplayError> {
    let before = snapshot.stored_at;
    snapshot.advance(stored)?;
    snapshot.stored_at = before;
    Ok(())
}

fn refused_and_emptied(snapshot: &mut Snapshot, stored: &StoredEvent) -> Result<(), ReplayError> {
    let advanced = snapshot.advance(stored);
    if let Err(ReplayError::SequenceGap { .. }) = advanced {
        snapshot.model = Model::default();
    }
    advanced
}

fn trusted_without_time(snapshot: &Snapshot, stored: &StoredEvent) -> Result<(), SnapshotOfAnotherLog> {
    snapshot.check_log(stored).or_else(|of_another_log| {
        let is_trusted = snapshot.stored_at.is_none() && stored.sequence == snapshot.sequence;
        if is_trusted { Ok(()) } else { Err(of_another_log) }
    })
}

fn told_by_later_event(snapshot: &Snapshot, stored: &StoredEvent) -> Result<(), SnapshotOfAnotherLog> {
    if stored.sequence > snapshot.sequence {
        return Ok(());
    }
    snapshot.check_log(stored)
}

fn empty_refused(snapshot: &Snapshot, stored: &StoredEvent) -> Result<(), SnapshotOfAnotherLog> {
    if snapshot.sequence > 0 {
        return snapshot.check_log(stored);
    }
    Err(SnapshotOfAnotherLog {
        sequence: 0,
        expected: None,
        found: None,
    })
}

fn first_time_kept(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    let first = snapshot.stored_at;
    let applied = snapshot.apply(stored)?;
    Ok(Snapshot {
        stored_at: first.or(applied.stored_at),
        ..applied
    })
}

fn piece_lost_after_restart(model: Model, event: &Event) -> Model {
    match event {
        Event::MessageChunkReceived(received) if was_stored(&model, received) => model,
        _ => project(model, event),
    }
}

/// Whether the message that a piece is for was stored and read: what was in several pieces is in one then.
fn was_stored(model: &Model, received: &MessageChunkReceived) -> bool {
    /// More bytes than the first piece of a message has.
    const LONG: usize = 20;

    let turn = active_turn(model, received.thread_id);
    let message = turn.and_then(|turn| turn.message(received.message_id));
    message.is_some_and(|message| message.text().len() >= LONG && message.text().pieces().count() == 1)
}
