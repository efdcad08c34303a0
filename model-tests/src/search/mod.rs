//! Who looks for a counterexample: exploration, induction, counting of cost, soak, stateful tests and fuzzing.

pub mod corpus;
pub mod cost;
pub mod explore;
pub mod fuzzing;
pub mod induct;
pub mod memory;
mod numbered;
pub mod soak;
pub mod stateful;

pub use numbered::seed_of;
