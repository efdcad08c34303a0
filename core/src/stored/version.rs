//! The version of a stored snapshot, which is looked at before anything else of it.

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use super::snapshot::Snapshot;
use crate::read_model::OrchestrationReadModel;

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
///
/// Read it first: reading a [`Snapshot`] of another version fails as well, but with an error of the format, and, if the
/// store has put the model before the version (as a column of PostgreSQL's `jsonb` does), with one about the model.
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
pub(super) struct SnapshotRecord {
    #[serde(deserialize_with = "deserialize_version")]
    schema_version: u32,
    sequence: u64,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "deserialize_stored_at"
    )]
    stored_at: Option<DateTime<Utc>>,
    model: OrchestrationReadModel,
}

/// Refuses another version as soon as it is read, before the fields that stand behind it.
fn deserialize_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let schema_version = u32::deserialize(deserializer)?;
    SnapshotHeader { schema_version }.check().map_err(D::Error::custom)?;
    Ok(schema_version)
}

fn deserialize_stored_at<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    #[derive(Deserialize)]
    struct StoredAt(#[serde(deserialize_with = "crate::wire::time")] DateTime<Utc>);

    let stored_at = Option::<StoredAt>::deserialize(deserializer)?;
    Ok(stored_at.map(|StoredAt(at)| at))
}

impl From<SnapshotRecord> for Snapshot {
    fn from(record: SnapshotRecord) -> Self {
        Self {
            sequence: record.sequence,
            stored_at: record.stored_at,
            model: record.model,
        }
    }
}

impl From<Snapshot> for SnapshotRecord {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            schema_version: Snapshot::SCHEMA_VERSION,
            sequence: snapshot.sequence,
            stored_at: snapshot.stored_at,
            model: snapshot.model,
        }
    }
}
