//! The harness that proves the orchestration core right.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod invariants;
pub mod steps;
pub mod subject;
