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
//! To dispatch a command is to decide, append the whole batch, and only then project and publish, one command at a time:
//!
//! ```
//! use std::error::Error;
//!
//! use orchestration::chrono::{DateTime, Utc};
//! use orchestration::{OrchestrationCommand, Snapshot, StoredEvent, decide};
//!
//! /// Where the log is kept, and who listens to it.
//! trait Store {
//!     /// Stores the events in one transaction: all of them, or none.
//!     fn append(&mut self, batch: &[StoredEvent]) -> Result<(), Box<dyn Error>>;
//!
//!     /// Tells subscribers of an event, and of the model after it.
//!     fn publish(&mut self, stored: &StoredEvent, after: &Snapshot);
//! }
//!
//! /// Dispatches one command: all of its events happen, or none does.
//! fn dispatch(
//!     command: &OrchestrationCommand,
//!     live: &mut Snapshot,
//!     store: &mut impl Store,
//!     now: DateTime<Utc>,
//! ) -> Result<(), Box<dyn Error>> {
//!     let events = decide(command, &live.model)?; // or the reason to refuse it: nothing has happened then
//!     let batch: Vec<StoredEvent> = (live.sequence + 1..)
//!         .zip(events)
//!         .map(|(sequence, event)| StoredEvent { sequence, event, stored_at: now })
//!         .collect();
//!     store.append(&batch)?; // an event at a time, and a crash would tear the batch
//!     for stored in &batch {
//!         live.advance(stored)?; // numbered without gaps: it is the next one
//!         store.publish(stored, live); // a clone of `live` takes constant time
//!     }
//!     Ok(())
//! }
//!
//! // A store in memory, which can be full.
//! use orchestration::commands::CreateProject;
//!
//! #[derive(Default)]
//! struct Memory { log: Vec<StoredEvent>, published: Vec<u64>, is_full: bool }
//!
//! impl Store for Memory {
//!     fn append(&mut self, batch: &[StoredEvent]) -> Result<(), Box<dyn Error>> {
//!         if self.is_full {
//!             return Err("the disk is full".into());
//!         }
//!         self.log.extend_from_slice(batch);
//!         Ok(())
//!     }
//!
//!     fn publish(&mut self, stored: &StoredEvent, _after: &Snapshot) {
//!         self.published.push(stored.sequence);
//!     }
//! }
//!
//! # let now = DateTime::UNIX_EPOCH;
//! let create = CreateProject {
//!     project_id: "6f9619ff-8b86-4d01-b42d-00c04fc964ff".parse()?,
//!     path: "/home/me/repo/".parse()?, // kept as `/home/me/repo`
//!     name: "repo".parse()?,
//!     at: now,
//! };
//! let (mut live, mut store) = (Snapshot::default(), Memory { is_full: true, ..Memory::default() });
//!
//! // What was not stored has not happened.
//! assert!(dispatch(&create.clone().into(), &mut live, &mut store, now).is_err());
//! assert_eq!((&live, store.published.len()), (&Snapshot::default(), 0));
//!
//! store.is_full = false;
//! dispatch(&create.into(), &mut live, &mut store, now)?;
//! assert_eq!(live.model.projects().next().map(|project| project.path().as_str()), Some("/home/me/repo"));
//! assert_eq!(store.published, [1]);
//!
//! // After a restart: replay the log, then end what the crash left running, by `InterruptTurn` for each of these.
//! let recovered = store.log.iter().try_fold(Snapshot::default(), Snapshot::apply)?;
//! assert_eq!(recovered, live);
//! assert_eq!(recovered.model.active_turns().count(), 0);
//! # Ok::<(), Box<dyn Error>>(())
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | a guide: wiring an engine, mapping agents, growing the wire form | [`guide`] |
//! | the rules: what each command causes, and when it is refused | [`decider`] |
//! | what each event does to the model | [`projector`] |
//! | what a model holds | [`read_model`] |
//! | what is true of every model, and checked when one is read | [`legality`] |
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
//! Any of them may be flattened into a message or a row of a server's own. The command still refuses what neither it nor
//! the message knows; an event still ignores it.
//!
//! ```
//! # use orchestration::OrchestrationCommand;
//! #[derive(serde::Deserialize)]
//! struct Request {
//!     request_id: u64,
//!     #[serde(flatten)]
//!     command: OrchestrationCommand,
//! }
//!
//! let mut text = String::from(
//!     r#"{"request_id":7,"type":"push_branch","thread_id":"6f9619ff-8b86-4d01-b42d-00c04fc964ff","at":"2026-01-01T00:00:00Z"}"#,
//! );
//! assert_eq!(serde_json::from_str::<Request>(&text)?.command.kind(), "push_branch");
//!
//! text = text.replace("request_id", "reqest_id");
//! assert!(serde_json::from_str::<Request>(&text).is_err());
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Two things to know: the message's own fields must not bear the name of a field of what is flattened (`type`, `at` and
//! the ids among them), since the message takes them first; and the message must not be `deny_unknown_fields` itself,
//! which serde does not support beside `flatten`.
//!
//! # Versions
//!
//! Commands and events are exhaustive enums on purpose: a subscriber should be made to handle a new one. Their structs
//! are built by literals, so that nothing can be forgotten on the way. Both mean that a new command, event or field
//! breaks code that compiles today. Before 1.0 such a change is a minor release; from 1.0 on it is a major one. The
//! reasons to refuse a command or a value are `#[non_exhaustive]`, and may grow in any release. What is stored outlives
//! releases: no released form of the log ceases to be read.
//!
//! [`chrono`] and [`uuid`] are part of this interface, and re-exported for it. Neither has the features here that read a
//! clock or draw an id; an engine turns those on in its own `Cargo.toml`.
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
pub mod guide;
pub mod legality;
pub mod projector;
pub mod provider_event;
pub mod read_model;
pub mod stored;
#[cfg(feature = "testing")]
pub mod testing;
pub mod values;

#[cfg(feature = "arbitrary")]
mod arbitrary_values;
mod naming;
mod persistent;
mod wire;

pub use chrono;
pub use commands::OrchestrationCommand;
pub use decider::decide;
pub use error::DeciderError;
pub use events::OrchestrationEvent;
pub use legality::IllegalModel;
pub use projector::project;
pub use provider_event::ProviderEvent;
pub use read_model::OrchestrationReadModel;
pub use stored::{
    ReplayError, Snapshot, SnapshotHeader, SnapshotOfAnotherLog, SnapshotVersionMismatch, StoredEvent,
    StoredEventHeader, UnknownEventKind,
};
pub use uuid;
pub use values::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, ProjectId, ProjectPath, Text, ThreadId,
    ToolCallId, TurnId, ValueError,
};

/// The README's program compiles, too.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
