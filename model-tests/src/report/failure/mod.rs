//! The report of a counterexample: all that it takes to see within a minute what happened.

mod core_test;
mod file;
mod form;
mod json;
mod steps;
mod test_code;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde::Serialize;

use crate::check::invariants::{Invariant, Violation};
use crate::counterexample::{Counterexample, Evidence};
use crate::describe::{self, printable};
use crate::report::shrink::shrink_until;
use crate::report::whole_file;
use crate::subject::Subject;
use crate::walkthrough::Walkthrough;

pub use file::read;
use form::wrapped;
pub use form::{Form, Suite};
use steps::Steps;

/// How a counterexample shows its violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// By a trace, along the way: a replay shows it.
    ByReplay,
    /// By a trace as a whole: run in another order, with other ids or with restarts, it comes to something else.
    ByLaws,
    /// By events that come to a model.
    ByEvents,
    /// By a text.
    ByText,
    /// Not by itself: the violation is one of the graph of all states.
    Not,
}

/// A counterexample, shrunk, and what is to be seen of it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The shrunk counterexample.
    pub counterexample: Counterexample,
    /// How long its evidence was before shrinking.
    pub found_length: usize,
    planted: Option<String>,
    steps: Steps,
    /// What the reference machine says of the same, if that is not the violation itself.
    second_opinion: Option<String>,
    /// What the reference machine expected of each step, where the core did otherwise.
    disputed: core_test::Disputed,
}

impl Failure {
    /// Shrinks a counterexample, and looks at what happens in it.
    #[must_use]
    pub fn of(subject: Subject, found: &Counterexample) -> Self {
        Self::of_until(subject, found, &AtomicBool::new(false))
    }

    /// The same, but shrunk only as far as it is when `stop` is set.
    #[must_use]
    pub fn of_until(subject: Subject, found: &Counterexample, stop: &AtomicBool) -> Self {
        Self {
            found_length: found.evidence.len(),
            ..Self::as_it_is(subject, shrink_until(subject, found, stop))
        }
    }

    /// A counterexample as it is, with what happens in it.
    #[must_use]
    pub fn as_it_is(subject: Subject, counterexample: Counterexample) -> Self {
        let steps = Steps::of(subject, &counterexample.evidence);
        let second_opinion = second_opinion(subject, &counterexample);
        let disputed = core_test::Disputed::of(steps.walkthrough(), &counterexample.evidence);
        Self {
            found_length: counterexample.evidence.len(),
            second_opinion,
            disputed,
            counterexample,
            planted: None,
            steps,
        }
    }

    /// The same for a core with planted bugs, which the command lines that show the violation again name. `ids` are separated
    /// by commas.
    #[must_use]
    pub fn with_planted(self, ids: Option<&str>) -> Self {
        Self {
            planted: ids.map(str::to_owned),
            ..self
        }
    }

    /// The ids of the planted bugs that it was found with, separated by commas.
    #[must_use]
    pub fn planted(&self) -> Option<&str> {
        self.planted.as_deref()
    }

    /// What did not hold.
    #[must_use]
    pub const fn violation(&self) -> &Violation {
        &self.counterexample.violation
    }

    /// The shrunk trace from the empty model, if that is the evidence or leads to it.
    #[must_use]
    pub fn trace(&self) -> Option<&[OrchestrationCommand]> {
        self.counterexample.evidence.trace()
    }

    /// All that happens when the commands of the evidence are given, if they are what shows it.
    #[must_use]
    pub fn walkthrough(&self) -> Option<&Walkthrough> {
        let is_of_commands = self.counterexample.evidence.commands().is_some();
        is_of_commands.then(|| self.steps.walkthrough())
    }

    /// How the violation is shown.
    #[must_use]
    pub const fn shown(&self) -> Shown {
        match self.counterexample.evidence {
            Evidence::Run(_) | Evidence::Model { .. } => Shown::ByReplay,
            Evidence::Laws(_) => Shown::ByLaws,
            Evidence::Events { .. } => Shown::ByEvents,
            Evidence::Text(_) => Shown::ByText,
            Evidence::Graph(_) => Shown::Not,
        }
    }

    /// Writes the evidence to a file in a folder, named by the invariant and what it holds: a trace as JSON Lines, one
    /// command a line, behind a line with a snapshot if it begins with a model; events likewise, behind a line with the
    /// model; a text as it is. The test that fails until it is mended, if there is one, goes to a file beside it.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn write_to(&self, folder: &Path) -> io::Result<PathBuf> {
        self.write_with(folder, Suite::Harness)
    }

    /// The same, with the test for another suite. Where that cannot show the violation, no test is written.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn write_with(&self, folder: &Path, suite: Suite) -> io::Result<PathBuf> {
        let path = file::write_to(folder, self.violation().invariant, &self.counterexample.evidence)?;
        if let Some(code) = self.test_for(suite) {
            whole_file::write(&test_beside(&path), code.as_bytes())?;
        }
        Ok(path)
    }

    /// The evidence as it is written to a file.
    #[must_use]
    pub fn lines(&self) -> String {
        String::from_utf8_lossy(&file::bytes_of(&self.counterexample.evidence)).into_owned()
    }

    /// The whole report as it is set where nothing else is asked for.
    #[must_use]
    pub fn report(&self, file: Option<&Path>) -> String {
        self.report_as(file, Form::default())
    }

    /// The whole report, for people: what happened, and at its end, in a few lines, what is wrong, where its trace is and what
    /// to do next. `file` is where the evidence was written to; without it the test is in the report.
    #[must_use]
    pub fn report_as(&self, file: Option<&Path>, form: Form) -> String {
        format!("{}\n{}", self.story(file, form), self.summary_as(file, form))
    }

    /// The report without its end: what happened.
    #[must_use]
    pub fn story(&self, file: Option<&Path>, form: Form) -> String {
        let mut text = format!("{}\n{}\n", self.caption(), self.shown_as(form));
        // Writing to a string does not fail.
        if !self.steps.difference().is_empty() {
            let _ = writeln!(text, "\nWhat the last step changed in the model:");
            for line in self.steps.difference() {
                let _ = writeln!(text, "{}", wrapped("  ", &printable(line), form.width));
            }
        }
        if form.has_ids {
            let _ = writeln!(text, "\nThe names, with the ids that they stand for:");
            for (name, id) in self.steps.names().iter() {
                let _ = writeln!(text, "  {name}  {}", printable(id));
            }
        }
        if let (None, Some(code)) = (file, self.test_for(form.suite)) {
            let _ = writeln!(text, "\nA test that fails until it is mended:\n\n{}", code.trim_end());
        }
        text
    }

    /// The evidence as it is shown: the steps with names instead of ids.
    fn shown_as(&self, form: Form) -> String {
        match &self.counterexample.evidence {
            Evidence::Run(_) | Evidence::Laws(_) | Evidence::Graph(_) | Evidence::Model { .. } => {
                self.steps.named_table(form.width)
            }
            Evidence::Events { .. } | Evidence::Text(_) => self.pretty(),
        }
    }

    /// What is wrong, where the evidence was written to, and what to do next: a line each, for the end of a screen.
    #[must_use]
    pub fn summary(&self, file: Option<&Path>) -> String {
        self.summary_as(file, Form::default())
    }

    /// The end of the report: what is wrong, where the evidence was written to, and what to do next.
    #[must_use]
    pub fn summary_as(&self, file: Option<&Path>, form: Form) -> String {
        let Violation { invariant, message } = self.violation();
        let named = |message: &str| printable(&self.steps.names().in_text(message));
        let line = |beginning: &str, message: &str| wrapped(beginning, message, form.width);
        let mut text = line(&format!("✗ {invariant} is violated: "), &named(message));
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{}", line("  always: ", invariant.sentence()));
        if let Some(opinion) = &self.second_opinion {
            let _ = writeln!(
                text,
                "{}",
                line("  the reference machine disagrees too: ", &named(opinion))
            );
        }
        if let Some(file) = file {
            let is_trace = self.counterexample.evidence.commands().is_some();
            let what = if is_trace { "trace:" } else { "evidence:" };
            let _ = writeln!(text, "  {what} {}", file.display());
            if self.shown() != Shown::Not {
                let place = format!("{}, for {}", test_beside(file).display(), self.place(form.suite));
                let _ = writeln!(text, "{}", line("  test: ", &place));
            }
            let _ = writeln!(text, "  {}\n    {}", self.what_for(), self.command_line(file));
        }
        text
    }

    fn caption(&self) -> String {
        let (length, found) = (self.counterexample.evidence.len(), self.found_length);
        if let Evidence::Model { model, .. } = &self.counterexample.evidence {
            let outline = describe::model(model);
            return format!(
                "The fewest commands that show it ({length}, of {found}), on a legal model, which no run need reach:\n\n{outline}"
            );
        }
        match self.shown() {
            Shown::ByReplay | Shown::ByLaws => {
                format!("The shortest trace that shows it ({length} steps, shrunk from {found}):")
            }
            Shown::ByEvents => format!("The fewest events that show it ({length}, shrunk from {found}):"),
            Shown::ByText => format!("The shortest text that shows it ({length} bytes, shrunk from {found}):"),
            Shown::Not => format!("The trace that led to it ({length} steps; run alone, it does not show it):"),
        }
    }

    /// The evidence, for people.
    #[must_use]
    pub fn pretty(&self) -> String {
        match &self.counterexample.evidence {
            Evidence::Run(_) | Evidence::Laws(_) | Evidence::Graph(_) | Evidence::Model { .. } => self.steps.table(),
            Evidence::Events { .. } | Evidence::Text(_) => {
                let text = self.lines();
                text.lines().map(printable).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// The evidence as Markdown: a table of its steps, with an outline of the model if they begin with one; or the model, unless it is empty, and the events; or the text.
    #[must_use]
    pub fn markdown(&self) -> String {
        match &self.counterexample.evidence {
            Evidence::Run(_) | Evidence::Laws(_) | Evidence::Graph(_) => self.steps.markdown(),
            Evidence::Model { model, .. } => {
                format!("```text\n{}\n```\n\n{}", describe::model(model), self.steps.markdown())
            }
            Evidence::Events { model, events } => {
                let block = |json: serde_json::Result<String>| format!("```json\n{}\n```", json.unwrap_or_default());
                let is_empty = *model == OrchestrationReadModel::default();
                let model = (!is_empty).then(|| block(serde_json::to_string_pretty(model)));
                let events = block(serde_json::to_string_pretty(events));
                model.into_iter().chain([events]).collect::<Vec<_>>().join("\n\n")
            }
            Evidence::Text(text) => format!("```text\n{}\n```", text.escape_ascii()),
        }
    }

    const fn what_for(&self) -> &'static str {
        match self.shown() {
            Shown::ByReplay => "to replay it:",
            Shown::ByLaws | Shown::ByEvents | Shown::ByText => "to see it again:",
            Shown::Not => "to replay what led to it:",
        }
    }

    /// The command that shows the violation again, or at least what led to it.
    #[must_use]
    pub fn command_line(&self, file: &Path) -> String {
        // What is shown as a whole may break several at once.
        let shrink = |kind| format!("shrink{kind} --invariant {}", self.violation().invariant);
        let task = match self.shown() {
            Shown::ByReplay | Shown::Not => "replay --pretty".to_owned(),
            Shown::ByLaws => shrink(""),
            Shown::ByEvents => shrink(" --as events"),
            Shown::ByText => shrink(" --as text"),
        };
        let planted = self.planted.as_ref().map(|ids| format!(" --bug {ids}"));
        format!(
            "cargo run --release -- {task}{} {}",
            planted.unwrap_or_default(),
            file.display()
        )
    }

    /// A test that fails as long as the evidence breaks anything, to be put into a file under `model-tests/tests/`.
    /// Nothing if the violation is not shown by itself.
    #[must_use]
    pub fn test_code(&self) -> Option<String> {
        test_code::of(&self.counterexample)
    }

    /// A test that fails as long as the core decides or projects otherwise than the reference machine says, for `core/tests/`
    /// alone.
    ///
    /// # Errors
    ///
    /// Why the core alone cannot show the violation, in a sentence.
    pub fn core_test(&self) -> Result<String, &'static str> {
        core_test::of(&self.counterexample, &self.disputed)
    }

    fn test_for(&self, suite: Suite) -> Option<String> {
        match suite {
            Suite::Harness => self.test_code(),
            Suite::Core => self.core_test().ok(),
        }
    }

    /// Where a test of a suite goes, and how to come to the other form of it.
    fn place(&self, suite: Suite) -> &'static str {
        match (suite, self.core_test().is_ok()) {
            (Suite::Harness, false) => "model-tests/tests/",
            (Suite::Harness, true) => "model-tests/tests/ (`shrink --test core` makes one for core/tests/)",
            (Suite::Core, _) => "core/tests/, to be named in core/tests/main.rs",
        }
    }
}

/// What the reference machine says where an invariant is violated: nothing, if it agrees or is the one to say so.
fn second_opinion(subject: Subject, counterexample: &Counterexample) -> Option<String> {
    if counterexample.violation.invariant == Invariant::R1 {
        return None;
    }
    let broken = counterexample.evidence.broken(subject)?;
    broken.of(Invariant::R1).map(|opinion| opinion.message.clone())
}

/// Where the test of a piece of evidence stands: beside it, by the same name.
fn test_beside(evidence: &Path) -> PathBuf {
    let name = evidence.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    evidence.with_file_name(format!("{}_test.rs", stem.to_lowercase().replace('-', "_")))
}
