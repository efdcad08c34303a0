//! What a store hands back: numbered events, and snapshots of what they add up to.
//!
//! A log is the truth, a snapshot a cache of it. On the wire a snapshot is
//! `{"schema_version":1,"sequence":…,"model":{…}}`. To read a stored one, look at its version first, and replay the
//! log on a mismatch:
//!
//! ```
//! use orchestration::{Snapshot, SnapshotHeader};
//!
//! fn load(stored: &str) -> Result<Snapshot, Box<dyn std::error::Error>> {
//!     let header: SnapshotHeader = serde_json::from_str(stored)?;
//!     header.check()?; // `SnapshotVersionMismatch { expected, found }`: replay the log instead
//!     Ok(serde_json::from_str(stored)?)
//! }
//!
//! let stored = serde_json::to_string(&Snapshot::default())?;
//! assert_eq!(load(&stored)?, Snapshot::default());
//! let newer = r#"{"schema_version":2,"sequence":7,"model":"something else altogether"}"#;
//! assert_eq!(load(newer).unwrap_err().to_string(), "the snapshot has the schema version 2: expected 1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::events::OrchestrationEvent;
use crate::projector::project;
use crate::read_model::OrchestrationReadModel;

/// An event with its place in the log. **Used in stored state.**
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct StoredEvent {
    /// The event's place: 1 for the first of a log, then without gaps.
    pub sequence: u64,
    /// What happened.
    pub event: OrchestrationEvent,
    /// When the store took it in, by the store's clock.
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
    pub stored_at: DateTime<Utc>,
}

/// The model that the first `sequence` events of a log add up to. The default is the empty model, before the first.
/// **Used in stored state**: see the [module](self) for how to read one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[serde(from = "SnapshotRecord", into = "SnapshotRecord")]
pub struct Snapshot {
    /// The place of the last event that is in the model; 0 for none.
    pub sequence: u64,
    /// What the events add up to.
    pub model: OrchestrationReadModel,
}

impl Snapshot {
    /// The version of the wire form that this build writes and reads.
    pub const SCHEMA_VERSION: u32 = 1;

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
        Ok(())
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

/// A stored snapshot was written by a build with another wire form. The log tells what it told: replay that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[error("the snapshot has the schema version {found}: expected {expected}")]
pub struct SnapshotVersionMismatch {
    /// The version that this build reads.
    pub expected: u32,
    /// The version of the stored snapshot.
    pub found: u32,
}

/// What stands at the head of every stored snapshot, whatever its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct SnapshotHeader {
    /// The version of the wire form of the rest.
    pub schema_version: u32,
}

impl SnapshotHeader {
    /// Checks that this build can read the rest.
    ///
    /// # Errors
    ///
    /// [`SnapshotVersionMismatch`] if it cannot.
    pub const fn check(self) -> Result<(), SnapshotVersionMismatch> {
        if self.schema_version == Snapshot::SCHEMA_VERSION {
            return Ok(());
        }
        Err(SnapshotVersionMismatch {
            expected: Snapshot::SCHEMA_VERSION,
            found: self.schema_version,
        })
    }
}

/// A snapshot as it is stored.
#[derive(Serialize, Deserialize)]
struct SnapshotRecord {
    #[serde(deserialize_with = "deserialize_version")]
    schema_version: u32,
    sequence: u64,
    model: OrchestrationReadModel,
}

/// Refuses another version as soon as it is read, before the fields that stand behind it.
fn deserialize_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let schema_version = u32::deserialize(deserializer)?;
    SnapshotHeader { schema_version }.check().map_err(D::Error::custom)?;
    Ok(schema_version)
}

impl From<SnapshotRecord> for Snapshot {
    fn from(record: SnapshotRecord) -> Self {
        Self {
            sequence: record.sequence,
            model: record.model,
        }
    }
}

impl From<Snapshot> for SnapshotRecord {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            schema_version: Snapshot::SCHEMA_VERSION,
            sequence: snapshot.sequence,
            model: snapshot.model,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::ProjectDeleted;
    use crate::values::ProjectId;

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
}
