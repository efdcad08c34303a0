//! Something for each cell: how often it was reached, or how.

use std::fmt::{self, Write as _};

use super::rules::Cell;
use super::{Outcome, Status};
use crate::kind::Kind;

/// How many cells there are, possible or not.
const CELLS: usize = Kind::COUNT * Status::ALL.len() * Outcome::COUNT;

/// A value for each cell, in one array: it is looked up at every step.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Table<T> {
    values: Box<[T]>,
}

impl<T: Clone + Default> Default for Table<T> {
    fn default() -> Self {
        Self {
            values: vec![T::default(); CELLS].into(),
        }
    }
}

impl<T> Table<T> {
    /// The value of a cell; `None` if its outcome is a refusal with an error that does not exist.
    pub(crate) fn get(&self, cell: Cell) -> Option<&T> {
        self.values.get(index_of(cell)?)
    }

    /// The value of a cell, to be changed.
    pub(crate) fn get_mut(&mut self, cell: Cell) -> Option<&mut T> {
        self.values.get_mut(index_of(cell)?)
    }

    /// Every cell with its value, in the order of the cells.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Cell, &T)> {
        cells().zip(&self.values)
    }

    /// All values, in the order of the cells.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values.iter_mut()
    }

    /// The values of this table, each with that of another one in the same cell.
    pub(crate) fn zip_mut<'a>(&'a mut self, other: &'a Self) -> impl Iterator<Item = (&'a mut T, &'a T)> {
        self.values.iter_mut().zip(&other.values)
    }
}

/// All cells in the order of their indices.
fn cells() -> impl Iterator<Item = Cell> {
    Kind::ALL.into_iter().flat_map(|kind| {
        Status::ALL
            .into_iter()
            .flat_map(move |status| (0..Outcome::COUNT).map(move |outcome| (kind, status, Outcome::at(outcome))))
    })
}

fn index_of((kind, status, outcome): Cell) -> Option<usize> {
    let column = kind.index() * Status::ALL.len() + status as usize;
    Some(column * Outcome::COUNT + outcome.index()?)
}

/// How often each cell was reached.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: Table<u64>,
}

impl Coverage {
    /// Notes that a command of this kind met this status, with this outcome.
    pub fn note(&mut self, kind: Kind, status: Status, outcome: Outcome) {
        if let Some(count) = self.counts.get_mut((kind, status, outcome)) {
            *count += 1;
        }
    }

    /// Adds another coverage to this one.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.zip_mut(&other.counts) {
            *mine += theirs;
        }
    }

    /// All counts, in the order of the cells: to be kept, and to be had again.
    pub(crate) fn counts_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        self.counts.values_mut()
    }

    /// How often one cell was reached.
    #[must_use]
    pub fn of(&self, kind: Kind, status: Status, outcome: Outcome) -> u64 {
        self.counts.get((kind, status, outcome)).copied().unwrap_or(0)
    }

    /// What was reached, as a table in Markdown: the outcomes of each command at each status.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text =
            String::from("| command | no thread | idle | running | awaiting approval |\n|---|---|---|---|---|\n");
        for kind in Kind::ALL {
            let cells = Status::ALL.map(|status| self.outcomes_at(kind, status));
            // Writing to a string does not fail.
            let _ = writeln!(text, "| `{kind}` | {} |", cells.join(" | "));
        }
        text
    }

    fn outcomes_at(&self, kind: Kind, status: Status) -> String {
        let reached = self
            .iter()
            .filter(|(other, met, _, _)| (*other, *met) == (kind, status));
        let mut outcomes: Vec<Outcome> = reached.map(|(_, _, outcome, _)| outcome).collect();
        outcomes.sort_unstable();
        let outcomes: Vec<String> = outcomes
            .into_iter()
            .map(|outcome| match outcome {
                Outcome::Accepted => "**accepted**".to_owned(),
                Outcome::StatusChanged => "**accepted**, status changes".to_owned(),
                Outcome::Refused(kind) => format!("`{kind}`"),
            })
            .collect();
        if outcomes.is_empty() {
            "–".to_owned()
        } else {
            outcomes.join("<br>")
        }
    }

    /// Every cell that was reached, with how often, in the order of rows and statuses.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, Status, Outcome, u64)> {
        let reached = self.counts.iter().filter(|(_, count)| **count > 0);
        reached.map(|((kind, status, outcome), count)| (kind, status, outcome, *count))
    }
}

impl fmt::Debug for Coverage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reached = self
            .iter()
            .map(|(kind, status, outcome, count)| ((kind, status, outcome), count));
        formatter.debug_map().entries(reached).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_an_index_of_its_own() {
        let indices: Vec<_> = cells().map(index_of).collect();
        assert_eq!(indices, (0..CELLS).map(Some).collect::<Vec<_>>());
    }

    #[test]
    fn only_the_cell_that_was_reached_is_counted() {
        let mut coverage = Coverage::default();
        let (kind, outcome) = (
            Kind::ALL.into_iter().last().expect("there are rows"),
            Outcome::Refused("no_branch"),
        );
        coverage.note(kind, Status::Running, outcome);
        coverage.add(&coverage.clone());
        assert_eq!(coverage.of(kind, Status::Running, outcome), 2);
        assert_eq!(
            coverage.iter().collect::<Vec<_>>(),
            [(kind, Status::Running, outcome, 2)]
        );
    }

    #[test]
    fn a_refusal_that_does_not_exist_is_not_counted() {
        let mut coverage = Coverage::default();
        let kind = Kind::ALL.into_iter().next().expect("there are rows");
        coverage.note(kind, Status::Idle, Outcome::Refused("no such error"));
        assert_eq!(coverage, Coverage::default());
    }

    #[test]
    fn what_was_reached_is_a_table() {
        let mut coverage = Coverage::default();
        for outcome in [Outcome::Accepted, Outcome::Refused("thread_not_found")] {
            coverage.note(Kind::SelectThread, Status::Idle, outcome);
        }
        coverage.note(Kind::StartTurn, Status::Running, Outcome::StatusChanged);
        let table = coverage.to_markdown();
        let row = |kind: &str| table.lines().find(|line| line.contains(kind)).map(str::to_owned);
        let row = |kind| row(kind).expect("every kind has a row");
        assert_eq!(
            row("select_thread"),
            "| `select_thread` | – | **accepted**<br>`thread_not_found` | – | – |"
        );
        assert_eq!(
            row("start_turn"),
            "| `start_turn` | – | – | **accepted**, status changes | – |"
        );
        assert_eq!(row("push_branch"), "| `push_branch` | – | – | – | – |");
        assert_eq!(table.lines().count(), 2 + Kind::ALL.into_iter().count());
        let debug = format!("{coverage:?}");
        assert!(debug.contains("StartTurn") && debug.contains("Accepted"), "{debug}");
    }
}
