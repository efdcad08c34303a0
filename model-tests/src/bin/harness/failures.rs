//! How a failure is shown, and where its trace goes. A violation is never lost: where its trace cannot be written to a file,
//! it is shown itself.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use model_tests::check::invariants::{Invariant, Violation};
use model_tests::counterexample::{Counterexample, Evidence, Origin, Search};
use model_tests::report::failure::{Failure, Form, Suite};
use model_tests::subject::Subject;
use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde_json::Value;

use crate::output::{self, say};
use crate::pages;
use crate::planted::Planted;
use crate::screen;
use crate::stop::{self, HURRY};

/// The folder for what shows failures: traces and schedules.
pub const FAILURES: &str = "failures";

/// What somebody had in hand, with what it breaks.
pub fn given((violation, evidence): (Violation, Evidence)) -> Counterexample {
    Counterexample {
        violation,
        evidence,
        origin: Origin::of(Search::Given),
    }
}

/// What a run that somebody had in hand breaks, if it breaks anything: this invariant, if one is asked for.
pub fn of_run(
    subject: Subject,
    beginning: Option<OrchestrationReadModel>,
    commands: Vec<OrchestrationCommand>,
    invariant: Option<Invariant>,
) -> Option<Counterexample> {
    match beginning {
        None => Evidence::of_trace(subject, &commands, invariant).map(given),
        Some(model) => of_evidence(subject, Evidence::Model { model, commands }, invariant),
    }
}

/// The same of any evidence.
pub fn of_evidence(subject: Subject, evidence: Evidence, invariant: Option<Invariant>) -> Option<Counterexample> {
    let broken = evidence.broken(subject)?;
    Some(given((broken.of_or_most_telling(invariant)?, evidence)))
}

/// Shrinks what was found, and looks at what happens in it. The work is over then.
pub fn of(subject: Subject, planted: &Planted, found: &Counterexample) -> Failure {
    stop::end_work();
    shrunk(subject, planted, found, &HURRY)
}

/// The same where shrinking is the work, until that is to stop.
pub fn shrunk(subject: Subject, planted: &Planted, found: &Counterexample, stop: &AtomicBool) -> Failure {
    Failure::of_until(subject, found, stop).with_planted(planted.ids())
}

/// Prints the report of a failure, if there is one, and writes its trace to a file.
pub fn print(failure: Option<&Failure>) {
    print_as(failure, false, Suite::Harness);
}

/// The same, with the ids that names stand for, or with the test for another suite.
pub fn print_as(failure: Option<&Failure>, has_ids: bool, suite: Suite) {
    if let Some(failure) = failure {
        let shown = Shown::of(failure, has_ids, suite);
        shown.print_story();
        shown.print_end();
    }
}

/// A failure that is printed in two parts: what happened, and the end, between which a verdict may stand.
pub struct Shown<'a> {
    failure: &'a Failure,
    form: Form,
    /// Where its trace was written to, or why it was not.
    written: Result<PathBuf, String>,
}

impl<'a> Shown<'a> {
    /// Writes the trace of a failure to a file.
    pub fn of(failure: &'a Failure, has_ids: bool, suite: Suite) -> Self {
        Self {
            failure,
            form: Form {
                width: screen::width(),
                has_ids,
                suite,
            },
            written: write(failure, suite),
        }
    }

    /// Prints what happened.
    pub fn print_story(&self) {
        let file = self.written.as_deref().ok();
        say!("\n{}", self.failure.story(file, self.form).trim_end());
        if let Err(reason) = &self.written {
            say!("\n{reason}. It is:\n\n{}", self.failure.lines());
        }
    }

    /// Prints what is wrong, where its trace is, and what to type next.
    pub fn print_end(&self) {
        let file = self.written.as_deref().ok();
        say!("\n{}", self.failure.summary_as(file, self.form).trim_end());
        let page = file.map(pages::beside).filter(|page| page.is_file());
        if let Some(page) = page {
            say!("  to walk through it in a browser:\n    {}", page.display());
        }
    }
}

/// A failure as JSON, with the file that its trace was written to, or why it was not; null if there is no failure.
pub fn json(failure: Option<&Failure>) -> anyhow::Result<Value> {
    let Some(failure) = failure else {
        return Ok(Value::Null);
    };
    let (file, reason) = match write(failure, Suite::Harness) {
        Ok(file) => (Some(file), None),
        Err(reason) => (None, Some(reason)),
    };
    let mut json = failure.to_json(file.as_deref())?;
    if let (Some(fields), Some(reason)) = (json.as_object_mut(), reason) {
        fields.insert("file_error".to_owned(), reason.into());
    }
    Ok(json)
}

/// Writes the trace to a file, or says why that cannot be done.
fn write(failure: &Failure, suite: Suite) -> Result<PathBuf, String> {
    let written = failure.write_with(Path::new(FAILURES), suite);
    let written = keep("trace", &failure.violation().to_string(), written, || failure.lines());
    if let Ok(file) = &written {
        // What it shows is in the trace too, which is told of: without its page nothing is lost.
        let _ = pages::write_beside(file, &pages::of_failure(failure, file));
    }
    written
}

/// Has a violation told whatever becomes of the output, and with it where what shows it was written to; or why it was not,
/// and what it is.
pub fn keep(
    what: &str,
    violation: &str,
    written: io::Result<PathBuf>,
    lines: impl FnOnce() -> String,
) -> Result<PathBuf, String> {
    let written = written.map_err(|error| format!("The {what} could not be written to {FAILURES}/: {error}"));
    let place = match &written {
        Ok(file) => format!("Its {what} is in {}.", file.display()),
        Err(reason) => format!("{reason}. It is:\n\n{}", lines()),
    };
    output::keep(format!("A violation was found: {violation}. {place}"));
    written
}
