//! An example of every variant that has a wire form, optional fields both present and absent.
//!
//! What comes of a command stands beside it. Each list follows the order of the variants. An example's name is its kind, with `_without_…` where optional fields
//! are absent.

#![allow(clippy::too_many_lines, reason = "a list of examples is long, not complex")]

mod agent;
mod errors;
mod git;
mod project;
mod thread;
mod turn;

use orchestration::{OrchestrationCommand, OrchestrationEvent};

pub use agent::provider_events;
pub use errors::errors;

/// A named example.
pub type Example<T> = (&'static str, T);

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    let by_noun = [
        project::commands,
        thread::commands,
        turn::commands,
        agent::commands,
        git::commands,
    ];
    by_noun.iter().flat_map(|commands| commands()).collect()
}

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    let by_noun = [
        project::events,
        thread::events,
        turn::events,
        agent::events,
        git::events,
    ];
    by_noun.iter().flat_map(|events| events()).collect()
}
