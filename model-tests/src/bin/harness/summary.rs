//! What a verdict shows of what was checked and covered.

use comfy_table::{ContentArrangement, Table, presets};
use indicatif::HumanCount;
use model_tests::check::coverage::rules::{self, Gaps};
use model_tests::check::coverage::{Coverage, Status};
use model_tests::check::invariants::Tally;
use model_tests::kind::Kind;
use serde::Serialize;

use crate::common::Details;
use crate::output::say;
use crate::screen;
use crate::style::BAD;

/// How many invariants are named that had nothing to say: so many stand on the line.
const MOST_NAMES: usize = 4;

/// Prints how much was checked, in a line, and which invariants had nothing to say; with the details as a table.
pub fn print_tally(tally: &Tally, Details { details }: Details) {
    let checked = tally.iter().map(|(_, count)| count.checked).sum();
    let (spoke, silent): (Vec<_>, Vec<_>) = tally.iter().partition(|(_, count)| count.premise_held > 0);
    let names: Vec<_> = silent.iter().map(|(invariant, _)| invariant.name()).collect();
    let silent = match names.len() {
        0 => String::new(),
        1..=MOST_NAMES => format!("; nothing to check for {}", names.join(", ")),
        more => format!("; nothing to check for {more} others"),
    };
    say!(
        "checked: {} invariants, {} times{silent}",
        spoke.len(),
        HumanCount(checked)
    );
    if details {
        say!("\n{}\n", tally_table(tally).trim_fmt());
    }
}

fn tally_table(tally: &Tally) -> Table {
    let mut table = fitting(["invariant", "checked", "premise held", "always"]);
    table.load_style(presets::NOTHING);
    for (invariant, count) in tally.iter() {
        let held = if count.premise_held == 0 {
            "never".to_owned()
        } else {
            HumanCount(count.premise_held).to_string()
        };
        let checked = HumanCount(count.checked).to_string();
        table.add_row([invariant.name(), &checked, &held, invariant.sentence()]);
    }
    table
}

/// Prints how many of the outcomes that can be were met, in a line; with the details each of them.
pub fn print_reached(coverage: &Coverage, gaps: &Gaps, Details { details }: Details) {
    let all = rules::possible_cells().count();
    say!(
        "reached: {} of {all} outcomes that commands can have",
        all - gaps.unreached.len()
    );
    if details {
        say!("");
        print_coverage(coverage);
    }
}

/// Prints the outcomes that each command had at each status, with how often, and those that it should have had.
pub fn print_coverage(coverage: &Coverage) {
    let mut table = fitting(["command", "thread", "outcomes"]);
    for kind in Kind::ALL {
        for status in Status::ALL {
            let outcomes = cell(coverage, kind, status);
            if !outcomes.is_empty() {
                table.add_row([kind.name().to_owned(), status.to_string(), outcomes]);
            }
        }
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
    lines.join("\n")
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

/// How many commands are named of which something is missing.
const MOST_MISSING: usize = 16;

/// Prints of which commands something is missing, and how much: a line for each.
pub fn print_missing(gaps: &Gaps) {
    let missing: Vec<_> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, gaps.unreached.iter().filter(|(other, ..)| *other == kind).count()))
        .filter(|(_, missing)| *missing > 0)
        .collect();
    for (kind, missing) in missing.iter().take(MOST_MISSING) {
        let all = rules::possible_cells().filter(|(other, ..)| other == kind).count();
        say!("{BAD}✗{BAD:#} {kind}: {missing} of {all} outcomes were never reached");
    }
    if missing.len() > MOST_MISSING {
        say!("and some of {} more commands", missing.len() - MOST_MISSING);
    }
    for (kind, status, outcome) in &gaps.unexpected {
        say!("{BAD}✗ should be impossible, and was reached:{BAD:#} {kind} at {status}: {outcome}");
    }
    if !missing.is_empty() {
        say!("all of them: --details");
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

/// A table as wide as its content.
pub fn table<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(header);
    table
}

/// A table no wider than the screen: what is too long goes on in the next line.
pub fn fitting<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = table(header);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(screen::width());
    table
}
