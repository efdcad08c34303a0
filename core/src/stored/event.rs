//! Events with their place in the log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::events::OrchestrationEvent;

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

/// What can be read of every stored event, of a kind that only a newer build knows too.
///
/// Read it when a stored event cannot be decoded: [`check`](Self::check) then tells a newer build's log from a damaged
/// one. See the [module](super) for an example.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "HeaderRecord")]
pub struct StoredEventHeader {
    /// The event's place in the log.
    pub sequence: u64,
    /// The event's [kind](OrchestrationEvent::kind): its wire `type`.
    pub kind: String,
}

impl StoredEventHeader {
    /// Checks that this build knows the kind of the event. It may still not be able to read the rest.
    ///
    /// # Errors
    ///
    /// [`UnknownEventKind`] if it does not.
    pub fn check(&self) -> Result<(), UnknownEventKind> {
        if OrchestrationEvent::KINDS.contains(&self.kind.as_str()) {
            return Ok(());
        }
        Err(UnknownEventKind {
            sequence: self.sequence,
            kind: self.kind.clone(),
        })
    }
}

/// A stored event is of a kind that this build does not know: a newer build wrote the log.
///
/// No model can be built of such a log without that build: passing over the event would give a model that never was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[error("event {sequence} is of the kind {kind:?}, which this build does not know: a newer one wrote it")]
pub struct UnknownEventKind {
    /// The event's place in the log.
    pub sequence: u64,
    /// Its wire `type`.
    pub kind: String,
}

/// A stored event as far as its header goes.
#[derive(Deserialize)]
struct HeaderRecord {
    sequence: u64,
    event: EventTag,
}

/// An event as far as its tag goes.
#[derive(Deserialize)]
struct EventTag {
    #[serde(rename = "type")]
    kind: String,
}

impl From<HeaderRecord> for StoredEventHeader {
    fn from(record: HeaderRecord) -> Self {
        Self {
            sequence: record.sequence,
            kind: record.event.kind,
        }
    }
}
