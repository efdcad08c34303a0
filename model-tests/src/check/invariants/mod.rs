//! The catalogue of invariants: each with its name, its sentence and its check.

mod catalogue;
mod findings;
mod look_ups;
pub mod state;
pub mod step;

pub(crate) use catalogue::catalogue;
pub use catalogue::{Family, Invariant, UnknownInvariant, Violation};
pub use findings::{Count, Findings, Tally};
