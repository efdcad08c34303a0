//! What is always true: of every state, of every step, of whole runs.

#[cfg(test)]
mod tests;

pub mod coverage;
pub mod invariants;
pub mod laws;
pub(crate) mod panics;
pub mod reference;
pub mod run;
pub(crate) mod step;
pub mod told;
pub(crate) mod view;
