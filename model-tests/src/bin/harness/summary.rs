//! What a verdict shows of what was checked and covered.

use comfy_table::{Table, presets};
use indicatif::HumanCount;
use model_tests::check::coverage::rules::{self, Gaps};
use model_tests::check::coverage::{Coverage, Status};
use model_tests::check::invariants::Tally;
use model_tests::kind::Kind;
use serde::Serialize;

use crate::output::say;
use crate::style::BAD;

/// Prints how often each invariant was checked, and how often its premise held.
pub fn print_tally(tally: &Tally) {
    let mut table = table(["invariant", "checked", "premise held", "always"]);
    table.load_style(presets::NOTHING);
    for (invariant, count) in tally.iter() {
        let held = if count.premise_held == 0 {
            "never".to_owned()
        } else {
            HumanCount(count.premise_held).to_string()
        };
        let checked = HumanCount(count.checked).to_string();
        table.add_row([invariant.name(), &checked, &held, &shortened(invariant.sentence())]);
    }
    say!("{}", table.trim_fmt());
}

/// A sentence cut where a table would break it.
fn shortened(sentence: &str) -> String {
    /// As many characters as stand beside the numbers on a line.
    const WIDTH: usize = 90;

    let cut: String = sentence.chars().take(WIDTH).collect();
    if cut.len() < sentence.len() {
        format!("{cut}…")
    } else {
        cut
    }
}

/// Prints the outcomes that each command had at each status, with how often, and those that it should have had.
pub fn print_coverage(coverage: &Coverage) {
    let mut table = table(["command", "no thread", "idle", "running", "awaiting approval"]);
    for kind in Kind::ALL {
        let cells = Status::ALL.map(|status| cell(coverage, kind, status));
        table.add_row(std::iter::once(kind.name().to_owned()).chain(cells));
    }
    say!("{table}");
}

fn cell(coverage: &Coverage, kind: Kind, status: Status) -> String {
    let possible = rules::outcomes(kind)
        .iter()
        .filter(|(_, statuses)| statuses.contains(&status));
    let lines: Vec<String> = possible
        .map(|(outcome, _)| match coverage.of(kind, status, *outcome) {
            0 => format!("✗ {outcome}: never"),
            count => format!("{outcome}: {}", HumanCount(count)),
        })
        .collect();
    if lines.is_empty() {
        "–".to_owned()
    } else {
        lines.join("\n")
    }
}

/// Prints what is missing from a coverage, and what should not be in it.
pub fn print_gaps(gaps: &Gaps) {
    for (kind, status, outcome) in &gaps.unreached {
        say!("{BAD}✗ never reached:{BAD:#} {kind} at {status}: {outcome}");
    }
    for (kind, status, outcome) in &gaps.unexpected {
        say!("{BAD}✗ should be impossible, and was reached:{BAD:#} {kind} at {status}: {outcome}");
    }
}

/// A coverage for machines: a cell with its count.
#[derive(Debug, Serialize)]
pub struct CellFields {
    command: &'static str,
    status: String,
    outcome: String,
    count: u64,
}

/// A coverage for machines, with a count of 0 for what can be reached and was not.
pub fn cells(coverage: &Coverage) -> Vec<CellFields> {
    let cells = rules::possible_cells().chain(Gaps::of(coverage).unexpected);
    cells
        .map(|(kind, status, outcome)| CellFields {
            command: kind.name(),
            status: status.to_string(),
            outcome: outcome.to_string(),
            count: coverage.of(kind, status, outcome),
        })
        .collect()
}

pub fn table<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(header);
    table
}
