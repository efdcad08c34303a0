//! Every kind of command on a legal model.
//!
//! The first byte says what is grown, if anything is. Of the rest the first half is what the model is drawn from, and the other
//! what the commands are, so that neither takes the bytes of the other.

use super::{Checked, counterexample};
use crate::generate::model::Growth;
use crate::search::induct::Case;
use crate::subject::Subject;

/// How many bytes are taken. Where they run out, the model and the commands are as simple as can be.
pub(super) const LONGEST_INPUT: usize = 2_048;

/// The largest that anything is grown to: larger models take so long that a fuzzer tries few.
const LARGEST: usize = 257;

/// A model, and every kind of command.
pub(super) fn check(subject: Subject, bytes: &[u8]) -> Checked {
    let (growth, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let (model, commands) = rest.split_at(rest.len() / 2);
    let case = Case::of(subject, growth_of(growth), model, commands);
    Checked {
        steps: case.steps,
        found: case
            .found
            .and_then(|(violation, evidence)| counterexample(vec![violation], || evidence)),
    }
}

/// What a byte grows: nothing every second time.
fn growth_of(byte: u8) -> Option<Growth> {
    let growth = Growth::numbered(usize::from(byte / 2));
    (byte % 2 == 1 && growth.size <= LARGEST).then_some(growth)
}
