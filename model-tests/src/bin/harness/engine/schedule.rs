//! Schedules in files: JSON Lines, an action a line.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use model_tests::engine::{Action, Schedule};
use model_tests::report::whole_file;

use crate::files;

/// Reads a schedule. One without actions is one too: the engine is opened, and its log is read.
pub fn read(path: &Path) -> anyhow::Result<Schedule> {
    let name = path.display();
    let text = String::from_utf8(files::read(path)?).with_context(|| format!("the schedule {name} is no text"))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let actions: Vec<Action> = lines
        .map(|(number, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("line {number} of the schedule {name} is no action of one"))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Schedule { actions })
}

/// Writes a schedule to a file in a folder, named by what it shows and by what it holds.
pub fn write_to(folder: &Path, shows: &str, schedule: &Schedule) -> io::Result<PathBuf> {
    whole_file::write_named(folder, shows, "schedule.jsonl", lines(schedule).as_bytes())
}

/// A schedule as it is written to a file.
pub fn lines(schedule: &Schedule) -> String {
    let actions = schedule.actions.iter();
    // Whatever an action holds can be written.
    let lines = actions.map(|action| serde_json::to_string(action).unwrap_or_default() + "\n");
    lines.collect()
}
