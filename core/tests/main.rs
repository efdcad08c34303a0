//! The tests of the core: every rule held and refused, every event projected, every wire form pinned.
//!
//! They are one program, since each one more would compile the wire form of everything once more. A file that is not
//! named here is not run.

mod accessors;
mod bad_json;
mod bad_json_stored;
mod common;
mod conversations;
mod decider_answer;
mod decider_checkpoint;
mod decider_git;
mod decider_project;
mod decider_provider;
mod decider_provider_tools;
mod decider_thread;
mod decider_turn;
mod derived_traits;
mod engine_crashes;
mod engine_order;
mod engine_protocol;
mod envelopes;
mod golden_log;
mod guide;
mod legality;
mod projector_git;
mod projector_messages;
mod projector_project;
mod projector_tools;
mod projector_turn;
mod properties;
mod readme;
mod sharing;
mod snapshots_in_order;
mod test_kit;
mod type_anywhere;
mod values;
mod values_git;
mod values_path;
mod visits;
mod wire;
