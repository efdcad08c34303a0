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

use crate::coverage::Status;
use crate::describe;
use crate::invariants::Violation;
use crate::run::Run;
use crate::shrink::shrink;
use crate::subject::Subject;
use crate::trace::write_trace;

/// A violation with the shrunk trace that leads to it, and what is to be seen of it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What did not hold.
    pub violation: Violation,
    /// The shrunk trace.
    pub trace: Vec<OrchestrationCommand>,
    /// How many commands there were before shrinking.
    pub found_length: usize,
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
    trace: &'a [OrchestrationCommand],
    file: Option<&'a Path>,
}

impl Failure {
    /// Shrinks a trace that violates something, and looks at what happens in it.
    #[must_use]
    pub fn new(subject: Subject, violation: Violation, trace: &[OrchestrationCommand]) -> Self {
        let found_length = trace.len();
        // What a law or the graph of all states says may not show when the trace alone is run.
        let (violation, trace) = match shrink(subject, trace) {
            Some(shrunk) => (shrunk.violation, shrunk.trace),
            None => (violation, trace.to_vec()),
        };
        let (steps, difference) = look_at(subject, &trace);
        Self {
            violation,
            trace,
            found_length,
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
        let _ = writeln!(
            text,
            "The shortest trace that shows it ({length} steps, shrunk from {found}):\n{}\n",
            self.table()
        );
        if !self.difference.is_empty() {
            let _ = writeln!(text, "What the last step changed in the model:\n{}", self.difference);
        }
        if let Some(file) = file {
            let _ = writeln!(
                text,
                "The trace is in {0}. To replay it:\n\n    cargo run --release -- replay --pretty {0}\n",
                file.display()
            );
        }
        let _ = write!(text, "A test that fails until it is mended:\n\n{}", self.test_code());
        text
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
            trace: &self.trace,
            file,
        })
    }

    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_header(["step", "on", "command", "status", "outcome"]);
        for (place, step) in self.steps.iter().enumerate() {
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
