//! Every search runs the checks that it is said to run, and reports what they find.
//!
//! Each check has tests of its own, that see it speak. Here it is asked whether anybody listens: whether each search calls it,
//! and whether what it says becomes the counterexample that the search comes back with.

mod calls;
mod decisions;
mod faults;
mod graph;
mod models;
mod reports;
mod said;
