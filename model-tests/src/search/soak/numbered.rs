//! What only some runs do in addition, chosen by their numbers: a short soak does each of it once, a long one often.

use crate::check::view::Leaves;
use crate::generate::model::{Dimension, Growth};

/// In this many of the first runs, every leaf of the model of their beginning is changed.
const JUDGED_WHOLLY: u64 = 6;

/// One in this many later runs checks the core's judgement of its beginning.
const JUDGED_ONE_IN: u64 = 8;

/// To how many the first runs grow something: more than a byte can count.
const MODEST: usize = 257;

/// In one in this many later runs, something grows.
const GROWN_ONE_IN: usize = 16;

/// How many places in the list of growths lie between one run's growth and the next one's. It has no divisor in common with the
/// number of growths, so that all of them have their turn.
const STRIDE: usize = 37;

/// What grows in the run of this number, if something does: in the first runs but one each dimension to a modest size, so
/// that a short soak has them all, and later each to any.
#[must_use]
pub fn growth_of(number: u64) -> Option<Growth> {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    match number.checked_sub(1) {
        Some(first) if first < Dimension::ALL.len() => Some(Growth {
            dimension: Dimension::ALL[first],
            size: MODEST,
        }),
        Some(_) | None if number > 0 && number.is_multiple_of(GROWN_ONE_IN) => {
            Some(Growth::numbered(number / GROWN_ONE_IN * STRIDE))
        }
        Some(_) | None => None,
    }
}

/// Which leaves of the model of its beginning the run of this number changes, if it checks the core's judgement there: all of
/// them in the first runs, so that a short soak has all kinds, and later a few now and then.
pub(super) const fn leaves_of(number: u64) -> Option<Leaves> {
    if number < JUDGED_WHOLLY {
        return Some(Leaves::All);
    }
    if number.is_multiple_of(JUDGED_ONE_IN) {
        return Some(Leaves::Few(number / JUDGED_ONE_IN));
    }
    None
}
