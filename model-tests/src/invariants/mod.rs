//! The catalogue of invariants: each with its name, its sentence and its check.

mod catalogue;

pub use catalogue::{Family, Invariant, Violation};
