//! All faulty engines: that what is wrong with each is found, and how soon.

use std::sync::atomic::{AtomicUsize, Ordering};

use comfy_table::{CellAlignment, presets};
use indicatif::HumanCount;
use model_tests::proof::engines::Fault;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;

use crate::output::{self, say};
use crate::progress::watch;
use crate::stop::{self, STOP};
use crate::summary;
use crate::verdict::{Judged, Verdict};

/// What came of hunting a fault.
#[derive(Serialize)]
struct Row {
    fault: &'static str,
    known_by: String,
    /// Whether it shows only in a power cut: then all short schedules are tried on a simulated disk.
    is_simulated_only: bool,
    is_found: bool,
    /// How many commands it took, if the engine was driven at random.
    commands: Option<u64>,
    /// How many actions the short schedule has.
    actions: Option<usize>,
}

/// Hunts all of them from a seed.
pub fn hunt_all(seed: u64, is_json: bool) -> anyhow::Result<Verdict> {
    let faults: Vec<_> = Fault::all().collect();
    let (done, count) = (AtomicUsize::new(0), faults.len());
    let rows: Vec<Row> = watch(
        "hunting",
        is_json,
        |_| format!("{} of {count} faulty engines", done.load(Ordering::Relaxed)),
        |_| None,
        || {
            let hunted = faults.par_iter().map(|fault| {
                let row = row(fault, seed);
                done.fetch_add(1, Ordering::Relaxed);
                row
            });
            hunted.collect()
        },
    );
    let reason = stop::reason("the hunt for faulty engines");
    stop::end_work();
    let missed = rows.iter().filter(|row| !row.is_found).count();
    let verdict = Verdict::new(missed > 0 && reason.is_none(), reason.into_iter().collect());
    if is_json {
        let on = serde_json::json!({ "seed": seed, "faults": rows });
        output::print_json(&Judged { verdict: &verdict, on })?;
        return Ok(verdict);
    }
    say!("{}", table(&rows));
    say!("\n{} of {count} are found from the seed {seed}", count - missed);
    verdict.print();
    Ok(verdict)
}

fn row(fault: &Fault, seed: u64) -> Row {
    let is_simulated_only = fault.is_simulated_only();
    let (is_found, commands, actions) = if is_simulated_only {
        let found = fault.hunt_by_power_cuts(&STOP);
        (
            found.is_some(),
            None,
            found.map(|found| found.run.schedule.actions.len()),
        )
    } else {
        let find = fault.hunt(seed, &STOP);
        let commands = find.as_ref().map(|find| find.commands);
        (
            find.is_some(),
            commands,
            find.map(|find| find.shrunk.run.schedule.actions.len()),
        )
    };
    Row {
        fault: fault.id(),
        known_by: fault.sign().to_string(),
        is_simulated_only,
        is_found,
        commands,
        actions,
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = summary::fitting(["faulty engine", "known by", "commands", "actions"]);
    for row in rows {
        let commands = match (row.is_found, row.commands) {
            (false, _) => "not found".to_owned(),
            (true, None) => "a power cut".to_owned(),
            (true, Some(commands)) => HumanCount(commands).to_string(),
        };
        let actions = row
            .actions
            .map_or_else(|| "–".to_owned(), |actions| actions.to_string());
        table.add_row([row.fault.to_owned(), row.known_by.clone(), commands, actions]);
    }
    table.load_style(presets::NOTHING);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}
