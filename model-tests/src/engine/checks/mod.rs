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
pub(super) use facts::{Asked, Facts};
pub(super) use witness::Witness;

use super::history::History;

/// Checks all that can be checked of a history.
#[must_use]
pub fn check(history: &History) -> Checked {
    let mut checked = Checked::default();
    let (facts, witness) = read(history, &mut checked);
    answers::check(&facts, &witness, &mut checked);
    readers::check(history, &facts, &witness, &mut checked);
    checked
}

/// What a history says, and its log as the core sees it, with what is wrong with that.
pub(super) fn read<'a>(history: &'a History, checked: &mut Checked) -> (Facts<'a>, Witness) {
    let facts = Facts::of(history);
    let witness = witness::read(&facts, checked);
    (facts, witness)
}
