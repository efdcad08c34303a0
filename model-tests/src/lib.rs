//! The harness that proves the orchestration core right.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod check;
pub mod counterexample;
pub mod describe;
pub mod generate;
pub mod kind;
pub mod memory;
pub mod proof;
pub mod rename;
pub mod report;
pub mod search;
pub mod subject;
pub mod trace;
