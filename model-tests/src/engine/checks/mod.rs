//! What is always true of an engine, checked on its history: E1 to E12.
//!
//! The log is the witness of the order. It is read once, batch by batch, and each is matched with the command that the core
//! says has caused it. All else is then a look at the log, by number: nothing is searched for.

mod answers;
mod catalogue;
mod facts;
mod readers;
mod witness;

pub use catalogue::{Check, Checked, Count, Finding, Tally, UnknownCheck};
pub(super) use witness::Witness;

use super::history::History;
use facts::Facts;

/// Checks all that can be checked of a history.
#[must_use]
pub fn check(history: &History) -> Checked {
    check_with_witness(history).0
}

/// Checks all that can be checked of a history, and gives the log as the core sees it.
pub(super) fn check_with_witness(history: &History) -> (Checked, Witness) {
    let facts = Facts::of(history);
    let mut checked = Checked::default();
    let witness = witness::read(&facts, &mut checked);
    answers::check(&facts, &witness, &mut checked);
    readers::check(history, &facts, &witness, &mut checked);
    (checked, witness)
}
