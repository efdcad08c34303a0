//! What is always true: of every state, of every step, of whole runs.

pub mod coverage;
pub mod invariants;
pub mod laws;
pub mod reference;
pub mod run;
