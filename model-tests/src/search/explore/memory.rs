//! What the states take of memory, and whether those that come next will fit.
//!
//! How many states a scope has is known only when all were found. But the size of the next level can be estimated: a state
//! of one level leads to about as many new states as a state of the level before did. So an exploration that will not fit is
//! ended a level ahead, while there is still room to report it.

use serde::Serialize;

use crate::search::memory::taken;

/// From fewer states than these it cannot be told how much memory one takes.
const FEW_STATES: usize = 10_000;

/// What a bucket of the tables of known states takes: a fingerprint, and a byte for the table itself.
const BUCKET: u64 = 17;

/// What is expected of the next level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// How many states it will add.
    pub states: u64,
    /// What one takes, in bytes.
    pub bytes_per_state: u64,
    /// What the process will take then, in bytes.
    pub bytes: u64,
    /// What it may, in bytes.
    pub limit: u64,
}

/// How large an exploration is when a level is expanded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// All states.
    pub(super) states: usize,
    /// The states of the level that was expanded.
    pub(super) level: usize,
    /// Those that came up in that: the next level.
    pub(super) next: usize,
    /// How many states the tables of known ones take before they grow.
    pub(super) capacity: usize,
}

/// What the states take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    limit: Option<u64>,
    /// What the process took before there were any.
    before: u64,
}

impl Memory {
    pub(super) fn new(limit: Option<u64>) -> Self {
        Self {
            limit,
            before: taken().unwrap_or_default(),
        }
    }

    /// How many bytes a state takes. Nothing while there are too few to tell.
    pub(super) fn bytes_per_state(self, states: usize) -> Option<u64> {
        self.share(taken()?, states)
    }

    fn share(self, taken: u64, states: usize) -> Option<u64> {
        (states >= FEW_STATES).then(|| taken.saturating_sub(self.before) / states as u64)
    }

    /// What is expected of the next level, if that is not to fit.
    pub(super) fn will_not_fit(self, size: Size) -> Option<Forecast> {
        let forecast = forecast(size, self.limit?, taken()?, self.bytes_per_state(size.states)?);
        (forecast.bytes > forecast.limit).then_some(forecast)
    }
}

fn forecast(size: Size, limit: u64, taken: u64, bytes_per_state: u64) -> Forecast {
    let Size {
        states,
        level,
        next,
        capacity,
    } = size;
    let [states, level, next, capacity] = [states, level, next, capacity].map(|number| number as u64);
    let new = next.saturating_mul(next) / level.max(1);
    let after = states.saturating_add(new);
    // Tables that grow become twice as large, one after the other. They are full at seven buckets of eight.
    let tables = if after > capacity {
        BUCKET * (capacity / 7 * 8)
    } else {
        0
    };
    let bytes = taken
        .saturating_add(new.saturating_mul(bytes_per_state))
        .saturating_add(tables);
    Forecast {
        states: new,
        bytes_per_state,
        bytes,
        limit,
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW_STATES, Memory, Size, forecast};

    const SIZE: Size = Size {
        states: 100_000,
        level: 20_000,
        next: 40_000,
        capacity: 114_688,
    };

    #[test]
    fn a_level_that_doubled_is_expected_to_double_again() {
        let forecast = forecast(SIZE, 1 << 30, 100_000_000, 1_000);
        assert_eq!(forecast.states, 80_000);
        assert_eq!(forecast.bytes, 100_000_000 + 80_000 * 1_000 + 17 * 131_072);
    }

    #[test]
    fn a_level_that_shrinks_is_expected_to_shrink_on() {
        let size = Size { next: 1_000, ..SIZE };
        assert_eq!(forecast(size, 1 << 30, 100_000_000, 1_000).states, 50);
    }

    #[test]
    fn tables_without_room_become_twice_as_large() {
        let bytes = |capacity| forecast(Size { capacity, ..SIZE }, 1 << 30, 100_000_000, 1_000).bytes - 180_000_000;
        assert_eq!(bytes(114_688), 17 * 131_072);
        assert_eq!(bytes(179_999), 17 * 205_712);
        assert_eq!(bytes(180_000), 0);
    }

    #[test]
    fn a_state_takes_its_share_of_what_the_process_took_since_there_were_none() {
        let memory = Memory {
            limit: None,
            before: 1_000,
        };
        assert_eq!(memory.share(1_000 + 70_000, FEW_STATES), Some(7));
        assert_eq!(memory.share(1_000 + 70_000, FEW_STATES - 1), None);
        let memory = Memory { before: 0, ..memory };
        assert!(
            memory.bytes_per_state(FEW_STATES) > Some(1),
            "a process takes more than 20,000 bytes"
        );
    }

    #[test]
    fn only_what_takes_more_than_the_limit_will_not_fit() {
        let within = |limit, size| {
            let limit = Some(limit);
            Memory { limit, before: 0 }.will_not_fit(size).is_some()
        };
        assert!(within(1, SIZE));
        assert!(!within(1 << 60, SIZE));
        let absurd = Size {
            next: usize::MAX,
            level: 1,
            ..SIZE
        };
        assert!(!within(u64::MAX, absurd), "as much as the limit fits");
    }

    #[test]
    fn absurd_numbers_are_a_lot() {
        let size = Size {
            next: usize::MAX,
            level: 1,
            ..SIZE
        };
        assert_eq!(forecast(size, 1 << 30, u64::MAX, 1_000).bytes, u64::MAX);
    }
}
