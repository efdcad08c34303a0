//! Snapshots: what the events of a log add up to, up to one of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::event::StoredEvent;
use super::version::SnapshotRecord;
use crate::projector::project;
use crate::read_model::OrchestrationReadModel;

/// The model that the first `sequence` events of a log add up to. The default is the empty model, before the first.
/// **Used in stored state**: see the [module](super) for how to read one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[serde(from = "SnapshotRecord", into = "SnapshotRecord")]
pub struct Snapshot {
    /// The place of the last event that is in the model; 0 for none.
    pub sequence: u64,
    /// When the store took that event in; nothing if there was no event yet.
    ///
    /// Kept as the event has it. A store that keeps less of a time, such as whole milliseconds, must cut it before the
    /// event is applied, or [`check_log`](Self::check_log) finds another time in the log than the one in the snapshot.
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::optional_time))]
    pub stored_at: Option<DateTime<Utc>>,
    /// What the events add up to.
    pub model: OrchestrationReadModel,
}

impl Snapshot {
    /// The version of the wire form that this build writes and reads.
    pub const SCHEMA_VERSION: u32 = 2;

    /// Applies the next event of the log.
    ///
    /// ```
    /// use orchestration::{ReplayError, Snapshot, StoredEvent};
    ///
    /// fn replay(log: impl IntoIterator<Item = StoredEvent>) -> Result<Snapshot, ReplayError> {
    ///     log.into_iter().try_fold(Snapshot::default(), |snapshot, event| snapshot.apply(&event))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if the event is not the next one. Nothing is applied then; a caller that means to go on keeps a
    /// clone of the snapshot, which takes constant time, or calls [`advance`](Self::advance).
    pub fn apply(mut self, stored: &StoredEvent) -> Result<Self, ReplayError> {
        self.advance(stored)?;
        Ok(self)
    }

    /// Applies the next event of the log in place.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if the event is not the next one; the snapshot is then as it was.
    pub fn advance(&mut self, stored: &StoredEvent) -> Result<(), ReplayError> {
        let found = stored.sequence;
        let expected = self.sequence.saturating_add(1);
        if found <= self.sequence {
            return Err(ReplayError::SequenceRepeated { expected, found });
        }
        if found > expected {
            return Err(ReplayError::SequenceGap { expected, found });
        }
        self.model = project(std::mem::take(&mut self.model), &stored.event);
        self.sequence = found;
        self.stored_at = Some(stored.stored_at);
        Ok(())
    }

    /// Checks that the snapshot was taken of this log, and did not outlive the one that it was taken of: a backup of
    /// the log that was restored, or a tail of it that was lost.
    ///
    /// Give it the log's last event whose `sequence` is at most the snapshot's. That is the event of just that
    /// sequence, and the snapshot is of this log if the store took it in when the snapshot says; or it is an earlier
    /// one, and the log is shorter than the snapshot. Where the log has none, the empty snapshot is the right one. Check
    /// once, after reading a stored snapshot and before applying the rest of the log: see the [module](super).
    ///
    /// The empty snapshot, of sequence 0, is one of every log: it passes whatever the event. A snapshot with events in
    /// it that does not know when the last was stored cannot be told from that of another log, and is refused.
    ///
    /// Two logs whose events of one sequence were stored at one time are taken for the same: a store whose clock ticks
    /// in milliseconds or less does not produce such.
    ///
    /// # Errors
    ///
    /// [`SnapshotOfAnotherLog`] if it was not: replay the log from its beginning.
    pub fn check_log(&self, stored: &StoredEvent) -> Result<(), SnapshotOfAnotherLog> {
        if self.sequence == 0 {
            return Ok(());
        }
        let found = (stored.sequence == self.sequence).then_some(stored.stored_at);
        if found.is_some() && found == self.stored_at {
            return Ok(());
        }
        Err(SnapshotOfAnotherLog {
            sequence: self.sequence,
            expected: self.stored_at,
            found,
        })
    }
}

/// Why a stored event could not be applied to a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReplayError {
    /// Events are missing between the snapshot and this one.
    #[error("gap in the log: expected the event {expected}, found {found}")]
    SequenceGap {
        /// The place of the event that comes next.
        expected: u64,
        /// The place of the event that came.
        found: u64,
    },
    /// The event is in the snapshot already.
    #[error("repeat in the log: expected the event {expected}, found {found}, which is applied already")]
    SequenceRepeated {
        /// The place of the event that comes next.
        expected: u64,
        /// The place of the event that came.
        found: u64,
    },
}

/// A snapshot was taken of another log than the one at hand, or of a part of it that is gone. Replay the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[error(
    "the snapshot is of another log: expected event {sequence} to be stored at {}, found {}",
    expected.map_or_else(|| "a time that is not known".to_owned(), |at| at.to_string()),
    found.map_or_else(|| "that it is not there".to_owned(), |at| format!("it stored at {at}"))
)]
pub struct SnapshotOfAnotherLog {
    /// The place of the last event in the snapshot.
    pub sequence: u64,
    /// When the snapshot says that event was stored, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<DateTime<Utc>>,
    /// When the log's event of that place was stored; nothing if the event at hand is of another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<DateTime<Utc>>,
}
