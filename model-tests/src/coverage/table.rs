//! Counts per cell.

use std::collections::BTreeMap;
use std::fmt::Write as _;

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

    /// What was reached, as a table in Markdown: the outcomes of each command at each status.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text =
            String::from("| command | no thread | idle | running | awaiting approval |\n|---|---|---|---|---|\n");
        for row in Row::all() {
            let cells = Status::ALL.map(|status| self.outcomes_at(row, status));
            // Writing to a string does not fail.
            let _ = writeln!(text, "| `{row}` | {} |", cells.join(" | "));
        }
        text
    }

    fn outcomes_at(&self, row: Row, status: Status) -> String {
        let reached = self
            .iter()
            .filter(|(other, met, _, count)| (*other, *met) == (row, status) && *count > 0);
        let outcomes: Vec<String> = reached
            .map(|(_, _, outcome, _)| match outcome {
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

    /// Every cell that was reached, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Row, Status, Outcome, u64)> {
        self.counts
            .iter()
            .map(|((row, status, outcome), count)| (*row, *status, *outcome, *count))
    }
}
