//! What only some runs do besides, by their numbers: so that a short soak has one of each, and a long one has them often.

use crate::check::view::Leaves;
use crate::generate::model::{Dimension, Growth};

/// In so many of the first runs each leaf of the beginning's model is changed.
const JUDGED_WHOLLY: u64 = 6;

/// Of so many later runs, the core's judgement of how it began is looked at in one.
const JUDGED_ONE_IN: u64 = 8;

/// How far the first runs grow what they grow: past what a byte tells apart.
const MODEST: usize = 257;

/// Of so many later runs, something grows in one.
const GROWN_ONE_IN: usize = 16;

/// How far apart the growths are that come one after the other: it has no divisor in common with their number.
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

/// Which leaves of its beginning's model are changed in the run of this number, if the core's judgement is looked at there: each
/// of them in the first runs, so that a short soak has all kinds, and later a few now and then.
pub(super) const fn leaves_of(number: u64) -> Option<Leaves> {
    if number < JUDGED_WHOLLY {
        return Some(Leaves::All);
    }
    if number.is_multiple_of(JUDGED_ONE_IN) {
        return Some(Leaves::Few(number / JUDGED_ONE_IN));
    }
    None
}
