//! A pure event-sourcing core for coding-agent servers.
//!
//! A coding-agent server keeps *projects* (a workspace on disk), each with *threads* (a conversation with an agent). A
//! thread runs one *turn* at a time: the user's prompt, then a stream of *provider events* (text, reasoning, tool
//! calls, approval requests) until the turn ends. This crate decides which events a command causes, and folds events
//! into a read model. It does no I/O, reads no clock and draws no random number; ids and times come in on the command.
//!
//! An engine calls two functions, and they call nobody:
//!
//! - [`decide`]`(&command, &model)` gives the events that the command causes, or the reason to refuse it;
//! - [`project`]`(model, &event)` gives the model after the event.
//!
//! To dispatch a command is to decide, append, project and publish, one command at a time:
//!
//! ```
//! use orchestration::commands::CreateProject;
//! use orchestration::{DeciderError, OrchestrationCommand, Snapshot, StoredEvent, decide};
//! # use chrono::{DateTime, Utc};
//!
//! /// Dispatches one command: all of its events are appended, or none is.
//! fn dispatch(
//!     command: &OrchestrationCommand,
//!     mut live: Snapshot,
//!     log: &mut Vec<StoredEvent>,
//!     now: DateTime<Utc>,
//! ) -> Result<Snapshot, DeciderError> {
//!     let events = decide(command, &live.model)?;
//!     let numbered = (live.sequence + 1..).zip(events);
//!     let batch: Vec<_> =
//!         numbered.map(|(sequence, event)| StoredEvent { sequence, event, stored_at: now }).collect();
//!     log.extend(batch.iter().cloned()); // in one transaction of your store
//!     for stored in &batch {
//!         live = live.apply(stored).expect("numbered without gaps");
//!         // publish `live.clone()`, which takes constant time, and `stored.event`
//!     }
//!     Ok(live)
//! }
//!
//! # let now = DateTime::UNIX_EPOCH;
//! let mut log = Vec::new();
//! let command = CreateProject {
//!     project_id: "6f9619ff-8b86-4d01-b42d-00c04fc964ff".parse()?,
//!     path: "/home/me/repo/".parse()?, // kept as `/home/me/repo`
//!     name: "repo".parse()?,
//!     at: now,
//! };
//! let live = dispatch(&command.into(), Snapshot::default(), &mut log, now)?;
//! assert_eq!(live.model.projects().next().unwrap().path(), &"/home/me/repo");
//!
//! // After a restart: replay the log, then end what the crash left running, by `InterruptTurn` for each of these.
//! let recovered = log.iter().try_fold(Snapshot::default(), Snapshot::apply)?;
//! assert_eq!(recovered, live);
//! assert_eq!(recovered.model.active_turns().count(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | the rules: what each command causes, and when it is refused | [`decider`] |
//! | what each event does to the model | [`projector`] |
//! | what a model holds | [`read_model`] |
//! | the fields of commands, provider events and events | [`commands`], [`provider_event`], [`events`] |
//! | ids, paths, names: what is well-formed | [`values`] |
//! | logs and snapshots | [`stored`] |
//! | tests of your own in the form given, when, then | `testing`, with the feature of that name |
//!
//! # The wire form
//!
//! Everything is serde, JSON first. Commands, provider events, events and errors are objects tagged by `"type"` in
//! `snake_case`, which [`kind()`](OrchestrationCommand::kind) gives too; ids are hyphenated UUIDs, times RFC 3339 in
//! UTC. Optional fields may be absent. Commands refuse unknown fields, events ignore them.
//!
//! ```
//! # use orchestration::OrchestrationCommand;
//! let command: OrchestrationCommand = serde_json::from_str(
//!     r#"{"type":"rename_project","project_id":"6f9619ff-8b86-4d01-b42d-00c04fc964ff","name":"core","at":"2026-01-01T00:00:00Z"}"#,
//! )?;
//! assert_eq!(command.kind(), "rename_project");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Features
//!
//! - `arbitrary`: [`arbitrary::Arbitrary`](https://docs.rs/arbitrary) for every command, event and model, ill-sorted
//!   ones included;
//! - `testing`: the test kit.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod commands;
pub mod decider;
pub mod error;
pub mod events;
pub mod projector;
pub mod provider_event;
pub mod read_model;
pub mod stored;
#[cfg(feature = "testing")]
pub mod testing;
pub mod values;

#[cfg(feature = "arbitrary")]
mod arbitrary_values;
mod wire;

pub use commands::OrchestrationCommand;
pub use decider::decide;
pub use error::DeciderError;
pub use events::OrchestrationEvent;
pub use projector::project;
pub use provider_event::ProviderEvent;
pub use read_model::OrchestrationReadModel;
pub use stored::{ReplayError, Snapshot, SnapshotHeader, SnapshotVersionMismatch, StoredEvent};
pub use values::{
    ActionId, BranchName, CheckpointId, GitRef, MessageId, NonBlank, ProjectId, ProjectPath, Text, ThreadId,
    ToolCallId, TurnId, ValueError,
};
