//! What is wrong with an engine that was driven.

use model_tests::describe::printable;
use model_tests::engine::{Check, Count, Failure, Run};
use serde::Serialize;

/// What is wrong with an engine, first of all.
pub struct Wrong {
    pub name: &'static str,
    pub sentence: &'static str,
    pub message: String,
    is_check: bool,
}

impl Wrong {
    pub fn of(run: &Run) -> Self {
        if let Some(finding) = run.checked.findings.first() {
            return Self {
                name: finding.check.name(),
                sentence: finding.check.sentence(),
                message: printable(&finding.message),
                is_check: true,
            };
        }
        Self {
            name: run.failure.as_ref().map_or("failed", name),
            sentence: "an engine that is open answers each request once, as the protocol says, until it is crashed",
            message: run
                .failure
                .as_ref()
                .map_or_else(String::new, |failure| printable(&failure.to_string())),
            is_check: false,
        }
    }

    pub fn title(&self) -> String {
        if self.is_check {
            format!("{} is violated", self.name)
        } else {
            self.name.replace('-', " ")
        }
    }

    /// What else is wrong, in a line for each kind.
    pub fn others(&self, run: &Run) -> Vec<String> {
        let tally = tally(run);
        let others = tally.iter().filter(|row| row.found > 0 && row.check != self.name);
        let mut lines: Vec<_> = others
            .map(|row| format!("also: {} ({})", row.check, row.found))
            .collect();
        if let Some(failure) = run.failure.as_ref().filter(|_| self.is_check) {
            lines.push(format!("and then: {}", printable(&failure.to_string())));
        }
        lines
    }
}

/// The name of a failure, for files and machines.
const fn name(failure: &Failure) -> &'static str {
    match failure {
        Failure::NotStarted { .. } => "not-started",
        Failure::Silent { .. } => "silent",
        Failure::NoMessage { .. } => "no-message",
        Failure::Unasked { .. } => "unasked",
        Failure::Mistaken { .. } => "mistaken",
        Failure::Unable { .. } => "unable",
        Failure::Died { .. } => "died",
    }
}

/// How often a check was made, how often it could have failed, and how often it did.
#[derive(Serialize)]
pub struct CheckRow {
    pub check: &'static str,
    pub asked: u64,
    pub could_fail: u64,
    pub found: u64,
    #[serde(skip)]
    pub sentence: &'static str,
}

/// A row for each check.
pub fn tally(run: &Run) -> Vec<CheckRow> {
    let found = |check| {
        run.checked
            .findings
            .iter()
            .filter(|finding| finding.check == check)
            .count() as u64
    };
    let row = |(check, count): (Check, Count)| CheckRow {
        check: check.name(),
        asked: count.asked,
        could_fail: count.could_fail,
        found: found(check),
        sentence: check.sentence(),
    };
    run.checked.tally.iter().map(row).collect()
}
