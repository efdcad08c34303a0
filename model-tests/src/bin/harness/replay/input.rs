//! What an input of a fuzz target comes to: `harness replay --fuzz` and `harness shrink --fuzz`.

use std::path::Path;

use anyhow::{Context, ensure};
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;
use serde_json::Value;

use crate::output::{self, say};
use crate::verdict::Verdict;
use crate::{failures, files};

/// An input of a fuzz target, and what it is given to.
pub struct Input<'a> {
    target: Target,
    subject: Subject,
    path: &'a Path,
    bytes: Vec<u8>,
}

impl<'a> Input<'a> {
    /// Reads what the target takes of a file.
    pub fn read(target: Target, subject: Subject, path: &'a Path) -> anyhow::Result<Self> {
        Ok(Self {
            target,
            subject,
            path,
            bytes: files::read_input(path, target)?,
        })
    }

    /// The commands that the input becomes. There must be one.
    pub fn commands(&self) -> anyhow::Result<Vec<OrchestrationCommand>> {
        let Self { target, path, .. } = self;
        let commands = self
            .target
            .commands(self.subject, &self.bytes)
            .with_context(|| format!("an input of {target} becomes no commands: there are no steps to be shown"))?;
        let (name, length) = (path.display(), self.bytes.len());
        ensure!(
            !commands.is_empty(),
            "{name} becomes no command of {target}: it has {length} bytes"
        );
        Ok(commands)
    }

    /// Shows what is wrong with the input: as a shrunk trace, where it is one.
    pub fn show(&self, as_json: bool) -> anyhow::Result<Verdict> {
        let Self { target, subject, .. } = *self;
        let checked = target.check(subject, &self.bytes);
        let Some(finding) = checked.finding else {
            if as_json {
                output::print_json(&Value::Null)?;
            } else {
                say!(
                    "nothing is wrong with this input of {target}: {} bytes, {} steps",
                    self.bytes.len(),
                    checked.steps
                );
            }
            return Ok(Verdict::Clean);
        };
        let failure = finding.failure(subject);
        if failure.is_none() {
            let name = self.path.display();
            output::keep(format!(
                "A violation was found: {}, of the input {name}.",
                finding.violation
            ));
        }
        match failure {
            Some(failure) if as_json => output::print_json(&failures::json(Some(&failure))?)?,
            Some(failure) => failures::print(Some(&failure)),
            None if as_json => output::print_json(&finding.to_json(subject, self.path)?)?,
            None => say!("{}", finding.report(target, subject, self.path)),
        }
        Ok(Verdict::Violated)
    }
}
