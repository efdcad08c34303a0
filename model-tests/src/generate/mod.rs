//! Steps: the one generator of commands, for random runs, property tests and fuzzing.
//!
//! A [`Step`] is an abstract command of four bytes. It says "deliver a tool result for an open call of the active
//! turn", or "start a turn with an id that is taken", and names no ids: a [`Resolver`] turns it into a concrete command
//! against the model that it meets. About seven picks in eight are of what is there, the eighth is wild: what was
//! deleted, what belongs elsewhere, what never was. Every step can run in every state. It may be refused, and that
//! is checked too; so whatever is taken out of a run, what is left still runs.
//!
//! | for | see |
//! |---|---|
//! | random runs from a seed, each with its own mix of steps | [`RandomSteps`] |
//! | property tests | `strategy` |
//! | fuzzing: bytes to steps and back, and mutations | [`Steps`], [`Step`] |
//! | making steps from a recorded trace | `encode` |
//! | legal models that no run need reach, and commands that name anything in them | [`model`] |
//! | events that no decider emits | `stray_event` |
//! | texts that are nearly values, or just about | [`word`] |
//!
//! The steps are one search's view of a run. What lasts is the trace: the concrete commands, each recorded before it is
//! applied.

mod bytes;
pub(crate) mod clock;
mod encode;
mod ids;
pub mod model;
mod mutate;
mod pools;
mod resolve;
mod resolver;
mod selector;
mod step;
pub(crate) mod strategy;
mod stray;
mod swarm;
mod walk;
mod words;

pub(crate) use encode::{Encoded, encode};
pub use resolver::Resolver;
pub use step::{Step, Steps};
pub(crate) use stray::stray_event;
pub use swarm::RandomSteps;
pub use walk::{Taken, Walk};
pub use words::word;
