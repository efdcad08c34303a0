//! The report of a violation: all that it takes to see within a minute what happened.

mod test_code;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use comfy_table::{Table, presets};
use orchestration::OrchestrationCommand;
use serde::Serialize;
use similar::TextDiff;

use crate::check::coverage::Status;
use crate::check::invariants::Violation;
use crate::check::run::Run;
use crate::describe;
use crate::report::shrink::{shrink, violation_of_run};
use crate::subject::Subject;
use crate::trace::write_trace;

/// How many steps of a trace are shown: of a longer one, these last.
const SHOWN_STEPS: usize = 60;

/// How a trace shows a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Along the way: a replay shows it.
    ByReplay,
    /// As a whole: run in another order, with other ids or with restarts, it comes to something else.
    ByLaws,
    /// Not by itself: the violation is one of the graph of all states, or of events that no command causes.
    Not,
}

/// A violation with the shrunk trace that leads to it, and what is to be seen of it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What did not hold.
    pub violation: Violation,
    /// The shrunk trace.
    pub trace: Vec<OrchestrationCommand>,
    /// How many commands there were before shrinking.
    pub found_length: usize,
    /// How the trace shows the violation.
    pub shown: Shown,
    steps: Vec<Step>,
    difference: String,
}

/// A step of the trace, as it is shown.
#[derive(Clone, Debug)]
struct Step {
    subject: String,
    command: String,
    status: String,
    outcome: String,
}

/// The parts of a failure that a machine reads.
#[derive(Serialize)]
struct FailureFields<'a> {
    invariant: &'static str,
    sentence: &'static str,
    message: &'a str,
    found_length: usize,
    shown: Shown,
    trace: &'a [OrchestrationCommand],
    pretty: String,
    file: Option<&'a Path>,
}

impl Failure {
    /// Shrinks a trace that violates something, and looks at what happens in it.
    #[must_use]
    pub fn new(subject: Subject, violation: Violation, trace: &[OrchestrationCommand]) -> Self {
        let found_length = trace.len();
        let (violation, trace, shown) = match shrink(subject, trace) {
            Some(shrunk) => {
                let is_of_run = violation_of_run(subject, &shrunk.trace).is_some();
                let shown = if is_of_run { Shown::ByReplay } else { Shown::ByLaws };
                (shrunk.violation, shrunk.trace, shown)
            }
            None => (violation, trace.to_vec(), Shown::Not),
        };
        let (steps, difference) = look_at(subject, &trace);
        Self {
            violation,
            trace,
            found_length,
            shown,
            steps,
            difference,
        }
    }

    /// Writes the trace to a file in a folder, named by the invariant and the trace.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn write_to(&self, folder: &Path) -> io::Result<PathBuf> {
        let mut text = Vec::new();
        write_trace(&mut text, &self.trace)?;
        let hash = foldhash::quality::FixedState::with_seed(0).hash_one(&text);
        let path = folder.join(format!("{}-{:08x}.trace.jsonl", self.violation.invariant, hash >> 32));
        fs::create_dir_all(folder)?;
        write_trace(BufWriter::new(File::create(&path)?), &self.trace)?;
        Ok(path)
    }

    /// The whole report, for people. `file` is where the trace was written to.
    #[must_use]
    pub fn report(&self, file: Option<&Path>) -> String {
        let invariant = self.violation.invariant;
        let (length, found) = (self.trace.len(), self.found_length);
        let mut text = format!("✗ {invariant} is violated: {}\n", self.violation.message);
        // Writing to a string does not fail.
        let _ = writeln!(text, "  always: {}\n", invariant.sentence());
        let caption = match self.shown {
            Shown::ByReplay | Shown::ByLaws => {
                format!("The shortest trace that shows it ({length} steps, shrunk from {found}):")
            }
            Shown::Not => format!("The trace that led to it ({length} steps; run alone, it does not show it):"),
        };
        let _ = writeln!(text, "{caption}\n{}\n", self.table());
        if !self.difference.is_empty() {
            let _ = writeln!(text, "What the last step changed in the model:\n{}", self.difference);
        }
        if let Some(file) = file {
            let _ = writeln!(
                text,
                "The trace is in {}. {}\n",
                file.display(),
                self.how_to_see_it_again(file)
            );
        }
        if self.shown != Shown::Not {
            let _ = write!(text, "A test that fails until it is mended:\n\n{}", self.test_code());
        }
        text
    }

    /// What to call, and with which file, to see the violation, or at least what led to it.
    fn how_to_see_it_again(&self, file: &Path) -> String {
        let task = match self.shown {
            Shown::ByReplay | Shown::Not => "replay --pretty",
            Shown::ByLaws => "shrink",
        };
        let what_for = match self.shown {
            Shown::ByReplay => "To replay it:",
            Shown::ByLaws => "To see it again:",
            Shown::Not => "To replay what led to it:",
        };
        format!("{what_for}\n\n    cargo run --release -- {task} {}", file.display())
    }

    /// A test in the form given, when, then, to be put into a file under `model-tests/tests/`.
    #[must_use]
    pub fn test_code(&self) -> String {
        test_code::of(&self.violation, &self.trace)
    }

    /// The failure for machines.
    ///
    /// # Errors
    ///
    /// When a part of it is not to be written as JSON.
    pub fn to_json(&self, file: Option<&Path>) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(FailureFields {
            invariant: self.violation.invariant.name(),
            sentence: self.violation.invariant.sentence(),
            message: &self.violation.message,
            found_length: self.found_length,
            shown: self.shown,
            trace: &self.trace,
            pretty: self.table(),
            file,
        })
    }

    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_header(["step", "on", "command", "status", "outcome"]);
        let left_out = self.steps.len().saturating_sub(SHOWN_STEPS);
        if left_out > 0 {
            table.add_row([format!("({left_out} more)").as_str(), "", "", "", ""]);
        }
        for (place, step) in self.steps.iter().enumerate().skip(left_out) {
            let number = (place + 1).to_string();
            table.add_row([
                number.as_str(),
                &step.subject,
                &step.command,
                &step.status,
                &step.outcome,
            ]);
        }
        table.trim_fmt()
    }
}

/// Runs a trace, and gives its steps and how the last of them changed the model.
fn look_at(subject: Subject, trace: &[OrchestrationCommand]) -> (Vec<Step>, String) {
    let mut run = Run::new(subject);
    let (mut steps, mut difference) = (Vec::new(), String::new());
    for (place, command) in trace.iter().enumerate() {
        let before = run.model().clone();
        let met = Status::met_by(command, &before);
        let decision = run.step_unwinding(command);
        let status = match Status::met_by(command, run.model()) {
            left if left == met => met.to_string(),
            left => format!("{met} → {left}"),
        };
        steps.push(Step {
            subject: describe::subject(command),
            command: describe::command(command),
            status,
            outcome: describe::decision(decision.as_ref()),
        });
        if place + 1 == trace.len() {
            difference = difference_of(&before, run.model());
        }
    }
    (steps, difference)
}

/// The lines in which the JSON of two values differs, with a few around them.
fn difference_of(before: &impl Serialize, after: &impl Serialize) -> String {
    let (before, after) = (pretty_json(before), pretty_json(after));
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(3)
        .to_string()
}

fn pretty_json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
