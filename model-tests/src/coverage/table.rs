//! Counts per cell.

use std::collections::BTreeMap;

use super::{Outcome, Row, Status};

/// How often each cell was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: BTreeMap<(Row, Status, Outcome), u64>,
}

impl Coverage {
    /// Notes that a command of this row met this status, with this outcome.
    pub fn note(&mut self, row: Row, status: Status, outcome: Outcome) {
        *self.counts.entry((row, status, outcome)).or_default() += 1;
    }

    /// Adds another coverage to this one.
    pub fn add(&mut self, other: &Self) {
        for (cell, count) in &other.counts {
            *self.counts.entry(*cell).or_default() += count;
        }
    }

    /// How often one cell was reached.
    #[must_use]
    pub fn of(&self, row: Row, status: Status, outcome: Outcome) -> u64 {
        self.counts.get(&(row, status, outcome)).copied().unwrap_or(0)
    }

    /// Every cell that was reached, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Row, Status, Outcome, u64)> {
        self.counts
            .iter()
            .map(|((row, status, outcome), count)| (*row, *status, *outcome, *count))
    }
}
