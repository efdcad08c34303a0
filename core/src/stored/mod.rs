//! What a store hands back: numbered events, and snapshots of what they add up to.
//!
//! A log is the truth, a snapshot a cache of it. On the wire a snapshot is
//! `{"schema_version":2,"sequence":…,"stored_at":…,"model":{…}}`. A stored one is of use if this build can read its
//! version, if its model is legal, and if it was taken of this very log; else the log is replayed from the beginning:
//!
//! ```
//! use orchestration::{ReplayError, Snapshot, SnapshotHeader, StoredEvent};
//!
//! /// The stored snapshot, if it is of this log.
//! fn load(stored: &str, log: &[StoredEvent]) -> Result<Snapshot, Box<dyn std::error::Error>> {
//!     let header: SnapshotHeader = serde_json::from_str(stored)?;
//!     header.check()?; // `SnapshotVersionMismatch`: another build wrote it
//!     let snapshot: Snapshot = serde_json::from_str(stored)?; // damaged, or not legal
//!     // In SQL: WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1
//!     match log.iter().rfind(|stored| stored.sequence <= snapshot.sequence) {
//!         None => Ok(Snapshot::default()), // the log is empty, or the snapshot is
//!         Some(last) => {
//!             snapshot.check_log(last)?; // `SnapshotOfAnotherLog`: it outlived its log
//!             Ok(snapshot)
//!         }
//!     }
//! }
//!
//! /// The model after a restart.
//! fn recover(stored: &str, log: &[StoredEvent]) -> Result<Snapshot, ReplayError> {
//!     let beginning = load(stored, log).unwrap_or_default(); // better say why in your own log
//!     let after = beginning.sequence;
//!     log.iter().filter(|stored| stored.sequence > after).try_fold(beginning, Snapshot::apply)
//! }
//!
//! # use orchestration::events::ProjectCreated;
//! # use chrono::{DateTime, TimeDelta};
//! # let created = |number: u8, day: i64| {
//! #     let at = DateTime::UNIX_EPOCH + TimeDelta::days(day);
//! #     let event = ProjectCreated {
//! #         project_id: format!("6f9619ff-8b86-4d01-b42d-00c04fc9640{number}").parse().unwrap(),
//! #         path: format!("/{number}").parse().unwrap(),
//! #         name: "repo".parse().unwrap(),
//! #         at,
//! #     };
//! #     StoredEvent { sequence: number.into(), event: event.into(), stored_at: at }
//! # };
//! let log = [created(1, 10), created(2, 11), created(3, 12)];
//! let live = log.iter().try_fold(Snapshot::default(), Snapshot::apply)?;
//! let after_two = log[..2].iter().try_fold(Snapshot::default(), Snapshot::apply)?;
//! let stored = serde_json::to_string(&after_two)?;
//! assert_eq!(load(&stored, &log)?, after_two);
//! assert_eq!(recover(&stored, &log)?, live);
//!
//! // A backup of the log was restored that ends after the first event, and another second one came since.
//! let restored = [created(1, 10), created(2, 15)];
//! assert_eq!(
//!     load(&stored, &restored).unwrap_err().to_string(),
//!     "the snapshot is of another log: expected event 2 to be stored at 1970-01-12 00:00:00 UTC, \
//!      found it stored at 1970-01-16 00:00:00 UTC"
//! );
//! // So is one that is longer than the log, and one of another build is not even decoded.
//! assert!(load(&stored, &log[..1]).is_err());
//! assert_eq!(load(&stored, &[])?, Snapshot::default());
//! let newer = r#"{"schema_version":3,"sequence":7,"model":"something else altogether"}"#;
//! assert_eq!(
//!     load(newer, &log).unwrap_err().to_string(),
//!     "the snapshot has the schema version 3: expected 2"
//! );
//! for useless in [newer, "", &stored] {
//!     assert_eq!(recover(useless, &restored)?.sequence, 2);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A log that a newer build wrote
//!
//! A newer build may know kinds of events that this one does not. Such a log is not damaged, and must not be treated as
//! if it were: what can be read of any stored event is its [`StoredEventHeader`].
//!
//! ```
//! use orchestration::{StoredEvent, StoredEventHeader};
//!
//! fn read(line: &str) -> Result<StoredEvent, Box<dyn std::error::Error>> {
//!     serde_json::from_str(line).or_else(|damage| {
//!         let header: StoredEventHeader = serde_json::from_str(line)?;
//!         header.check()?; // `UnknownEventKind`: stop, and ask for the newer build
//!         Err(damage.into())
//!     })
//! }
//!
//! let newer = r#"{"sequence":7,"event":{"type":"thread_archived","reason":"done"},"stored_at":"2026-01-01T00:00:00Z"}"#;
//! assert_eq!(
//!     read(newer).unwrap_err().to_string(),
//!     "event 7 is of the kind \"thread_archived\", which this build does not know: a newer one wrote it"
//! );
//! let damaged = newer.replace("thread_archived", "thread_deleted");
//! assert!(read(&damaged).unwrap_err().to_string().starts_with("missing field `thread_id`"));
//! ```

mod event;
mod snapshot;
mod version;

pub use event::{StoredEvent, StoredEventHeader, UnknownEventKind};
pub use snapshot::{ReplayError, Snapshot, SnapshotOfAnotherLog};
pub use version::{SnapshotHeader, SnapshotVersionMismatch};
