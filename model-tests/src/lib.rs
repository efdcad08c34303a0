//! The harness that proves the orchestration core right.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod bugs;
pub mod corpus;
pub mod coverage;
pub mod describe;
pub mod explore;
pub mod failure;
pub mod fuzzing;
pub mod hunt;
pub mod invariants;
pub mod laws;
pub mod reference;
pub mod rename;
pub mod replay;
pub mod run;
pub mod shrink;
pub mod soak;
pub mod stateful;
pub mod steps;
pub mod subject;
pub mod trace;
