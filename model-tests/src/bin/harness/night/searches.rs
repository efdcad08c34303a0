//! The harness's own searches, each as a program: what goes wrong with it ends the search and not the night.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use model_tests::check::coverage::rules::possible_cells;
use serde::Deserialize;
use serde_json::Value;

use super::findings::Failure;
use super::process::{self, Ended};
use super::record::Cells;

/// What a search wrote for machines.
#[derive(Debug, Deserialize)]
pub struct Report {
    /// Why it did not finish, if it did not.
    #[serde(default)]
    pub incomplete_because: Vec<String>,
    /// What was found.
    pub violation: Option<Failure>,
    /// What it covered, if it says so.
    #[serde(default)]
    pub coverage: Vec<Cell>,
    /// All it says.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
}

/// How often a command had an outcome at a status.
#[derive(Clone, Debug, Deserialize)]
pub struct Cell {
    command: String,
    status: String,
    outcome: String,
    count: u64,
}

/// What `coverage` writes: as a list, or as a field of an object.
///
/// # Errors
///
/// When it is neither.
pub fn cells(written: &[u8]) -> serde_json::Result<Vec<Cell>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        List(Vec<Cell>),
        Field { coverage: Vec<Cell> },
    }

    Ok(match serde_json::from_slice(written)? {
        Written::List(cells) | Written::Field { coverage: cells } => cells,
    })
}

/// Runs this program with other arguments, in the folder of the night, and reads what it writes. What it says besides is in
/// the log.
pub fn run(harness: &Path, arguments: &[String], night: &Path, log: &str, limit: Duration) -> Result<Vec<u8>, Early> {
    let output = night.join("logs").join(format!("{log}.json"));
    let errors = night.join("logs").join(format!("{log}.log"));
    let mut command = Command::new(harness);
    let files = File::create(&output).and_then(|output| Ok((output, File::create(&errors)?)));
    let (stdout, stderr) =
        files.map_err(|error| Early::Unfinished(format!("its log could not be written: {error}")))?;
    command
        .args(arguments)
        .current_dir(night)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr);
    match process::run(&mut command, limit, || false) {
        Ended::Exited(status) if matches!(status.code(), Some(0 | 1 | 3)) => {
            fs::read(&output).map_err(|error| Early::Unfinished(format!("what it wrote could not be read: {error}")))
        }
        Ended::Exited(status) => Err(Early::Unfinished(format!(
            "it ended with {status}: {}",
            last_line(&errors)
        ))),
        Ended::NotStarted(error) => Err(Early::CouldNotRun(error.to_string())),
        Ended::TimedOut(limit) => Err(Early::Unfinished(format!(
            "it was ended after {}",
            humantime::format_duration(limit)
        ))),
        Ended::Stopped | Ended::Enough => Err(Early::Unfinished("stopped with the night".to_owned())),
    }
}

/// Why there is no report.
#[derive(Debug, PartialEq, Eq)]
pub enum Early {
    /// The search could not be run.
    CouldNotRun(String),
    /// It did not finish.
    Unfinished(String),
}

/// The last line of a file that says something, for whoever does not open it.
pub fn last_line(file: &Path) -> String {
    let text = fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rfind(|line| !line.trim().is_empty());
    line.unwrap_or("it said nothing").trim().to_owned()
}

/// The cells that several searches covered, together.
#[derive(Debug, Default)]
pub struct Reached(BTreeMap<(String, String, String), u64>);

impl Reached {
    /// Adds those of a search.
    pub fn add(&mut self, cells: &[Cell]) {
        for cell in cells {
            let key = (cell.command.clone(), cell.status.clone(), cell.outcome.clone());
            *self.0.entry(key).or_default() += cell.count;
        }
    }

    /// How many were reached, of those that there are.
    pub fn cells(&self) -> Cells {
        let possible = possible();
        Cells {
            reached: possible
                .iter()
                .filter(|key| self.0.get(*key).is_some_and(|count| *count > 0))
                .count(),
            possible: possible.len(),
        }
    }

    /// Those that can be reached and were not, and those that were reached and should not be.
    pub fn gaps(&self) -> Vec<String> {
        let possible = possible();
        let is_reached = |key: &&(String, String, String)| self.0.get(*key).is_some_and(|count| *count > 0);
        let unreached = possible.iter().filter(|key| !is_reached(key));
        let unexpected = self.0.keys().filter(is_reached).filter(|key| !possible.contains(key));
        let told = |what: &'static str| {
            move |(command, status, outcome): &(String, String, String)| {
                format!("{what}: {command} at {status}: {outcome}")
            }
        };
        unreached
            .map(told("never reached"))
            .chain(unexpected.map(told("should be impossible")))
            .collect()
    }
}

fn possible() -> Vec<(String, String, String)> {
    possible_cells()
        .map(|(row, status, outcome)| (row.name().to_owned(), status.to_string(), outcome.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell((command, status, outcome): &(String, String, String), count: u64) -> Cell {
        Cell {
            command: command.clone(),
            status: status.clone(),
            outcome: outcome.clone(),
            count,
        }
    }

    #[test]
    fn what_one_search_misses_another_may_reach() {
        let possible = possible();
        let (first, rest) = possible.split_first().expect("there are cells");
        let mut reached = Reached::default();
        reached.add(&rest.iter().map(|key| cell(key, 1)).collect::<Vec<_>>());
        reached.add(&[cell(first, 0)]);
        let (command, status, outcome) = first;
        assert_eq!(
            reached.gaps(),
            [format!("never reached: {command} at {status}: {outcome}")]
        );
        assert_eq!(reached.cells().reached, reached.cells().possible - 1);
        reached.add(&[cell(first, 3)]);
        assert_eq!(reached.gaps(), Vec::<String>::new());
    }

    #[test]
    fn what_should_be_impossible_is_told() {
        let mut reached = Reached::default();
        reached.add(&possible().iter().map(|key| cell(key, 1)).collect::<Vec<_>>());
        let odd = ("Reboot".to_owned(), "idle".to_owned(), "accepted".to_owned());
        reached.add(&[cell(&odd, 1)]);
        assert_eq!(reached.gaps(), ["should be impossible: Reboot at idle: accepted"]);
    }

    #[test]
    fn a_report_is_read_with_what_is_new_in_it() {
        let json = r#"{"verdict":"clean","incomplete_because":[],"violation":null,"soak":{"steps":7}}"#;
        let report: Report = serde_json::from_str(json).expect("it is a report");
        assert_eq!(report.rest["soak"]["steps"], 7);
        assert!(report.violation.is_none() && report.coverage.is_empty());
    }
}
