//! The reference machine: a second opinion on the domain.
//!
//! It predicts for any command which events it causes, or with which error it is refused, to the last field, and what the
//! model looks like afterwards, with every text and time. It is written from the rules alone, with plain vectors and
//! enums, and shares no code with the decider or the projector.

pub mod state;

mod agreement;
mod comparison;
mod decision;
mod disagreement;
mod machine;
mod same;
mod view;

pub use agreement::{check_decision, check_model, check_touched};
pub use disagreement::Disagreement;
pub(crate) use disagreement::state_changes;
pub use machine::Prediction;
pub use state::Machine;

use orchestration::OrchestrationReadModel;

/// The machine that knows what a model tells: from there on it predicts by itself.
#[must_use]
pub fn of_model(model: &OrchestrationReadModel) -> Machine {
    Machine::from(model)
}
