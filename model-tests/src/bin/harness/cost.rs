//! `harness cost`: what every kind of command costs where there is much of something.

use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use indicatif::{HumanCount, HumanDuration};
use model_tests::check::laws::Cost;
use model_tests::search::cost::{self, Counted, Row, SIZES};
use model_tests::subject::Subject;
use serde::Serialize;

use crate::common::Common;
use crate::ending::Ending;
use crate::output::say;
use crate::progress::watch;
use crate::stop::{self, STOP};
use crate::summary;
use crate::verdict::{Reason, Verdict};

/// Cost: every kind of command where there is much of something, counted and not timed.
///
/// Draws models that have a hundred, a thousand and ten thousand of each thing that there can be many of. Gives every kind of
/// command to each model, and counts what it takes: how much of the model is looked at, and how often and how much memory is
/// allocated. The table shows the most that any of deciding, projecting, replaying, cloning, looking up and comparing took.
/// The counts are the same each time.
///
/// Exit status: 0 clean; 1 violated; 2 the usage is bad; 3 incomplete, and 130 after Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness cost             what the core takes
  harness cost --bug ID    what it takes with a planted bug")]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
}

/// What came of it, for machines.
#[derive(Debug, Serialize)]
pub struct CostFields {
    steps: u64,
    seconds: f64,
    rows: Vec<RowFields>,
}

/// The most that a kind of command took.
#[derive(Debug, Serialize)]
struct RowFields {
    thing: String,
    command: &'static str,
    sizes: [usize; SIZES.len()],
    visits: [Option<u64>; SIZES.len()],
    allocations: [Option<u64>; SIZES.len()],
    bytes: [Option<u64>; SIZES.len()],
}

impl CostFields {
    /// The fields of what came of it.
    pub fn of(counted: &Counted) -> Self {
        let row = |row: &Row| RowFields {
            thing: row.thing.to_string(),
            command: row.kind.name(),
            sizes: SIZES,
            visits: row.costs.map(|cost| cost.map(|cost| cost.visits)),
            allocations: row.costs.map(|cost| cost.map(|cost| cost.allocations)),
            bytes: row.costs.map(|cost| cost.map(|cost| cost.bytes)),
        };
        Self {
            steps: counted.steps,
            seconds: counted.elapsed.as_secs_f64(),
            rows: counted.rows.iter().map(row).collect(),
        }
    }
}

/// Counts as the arguments say.
pub fn cost(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let common = &arguments.common;
    let subject = common.begin()?;
    let counted = run(subject, common.seed, common.json);
    Ending {
        subject,
        planted: &common.planted,
        found: counted.found.as_ref(),
        reason: reason(&counted),
    }
    .tell(
        common.json,
        || {
            serde_json::json!({
                "cost": CostFields::of(&counted),
                "invariants": counted.tally,
            })
        },
        || {
            say!("{}\n", table(&counted.rows));
            print(&counted);
            summary::print_tally(&counted.tally, common.details);
        },
    )
}

/// Counts what a subject takes.
pub fn run(subject: Subject, seed: u64, quiet: bool) -> Counted {
    let describe = |_: Duration| "counting what commands cost".to_owned();
    watch("cost", quiet, describe, |_| None, || cost::cost(subject, seed, &STOP))
}

/// Why it did not finish, if it did not.
pub fn reason(counted: &Counted) -> Option<Reason> {
    stop::reason("cost").filter(|_| counted.was_stopped)
}

/// Prints what came of it, in one line.
pub fn print(counted: &Counted) {
    say!("{}", line(counted));
}

/// The same line.
pub fn line(counted: &Counted) -> String {
    format!(
        "counted: what {} commands cost, among up to {} of each thing, {}",
        HumanCount(counted.steps),
        HumanCount(SIZES[SIZES.len() - 1] as u64),
        HumanDuration(counted.elapsed),
    )
}

/// The most that each kind of command took, at every size.
fn table(rows: &[Row]) -> String {
    let mut table = Table::new();
    let counts = ["visits", "allocations", "bytes"];
    let header = counts
        .iter()
        .flat_map(|count| SIZES.map(|size| format!("{count} at {size}")));
    let header = ["much of", "command"].map(str::to_owned).into_iter().chain(header);
    table.load_style(presets::NOTHING).set_header(header);
    let cells = |costs: [Option<Cost>; SIZES.len()], count: fn(Cost) -> u64| {
        costs.map(|cost| cost.map_or_else(String::new, |cost| HumanCount(count(cost)).to_string()))
    };
    for row in rows {
        let named = [row.thing.to_string(), row.kind.name().to_owned()];
        let visits = cells(row.costs, |cost| cost.visits);
        let allocations = cells(row.costs, |cost| cost.allocations);
        let bytes = cells(row.costs, |cost| cost.bytes);
        table.add_row(named.into_iter().chain(visits).chain(allocations).chain(bytes));
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}
