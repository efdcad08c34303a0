//! The reference machine: a second opinion on the domain.
//!
//! It predicts for any command which kinds of events it causes, or with which kind of error it is refused, and what the
//! model looks like afterwards, in the abstract: without texts and times, which the invariants look after. It is
//! written from the rules alone, with plain vectors and enums, and shares no code with the decider or the projector.

pub mod state;
pub mod view;

mod agreement;
mod disagreement;
mod machine;

pub use agreement::{check_decision, check_model, check_touched};
pub use disagreement::Disagreement;
pub use machine::Prediction;
pub use state::Machine;

use orchestration::OrchestrationReadModel;

/// The machine that knows what a model tells: from there on it predicts by itself.
#[must_use]
pub fn of_model(model: &OrchestrationReadModel) -> Machine {
    Machine::from(model)
}
