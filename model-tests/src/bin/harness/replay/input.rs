//! The result of an input of a fuzz target: `harness replay --fuzz` and `harness shrink --fuzz`.

use std::path::Path;

use anyhow::{Context, ensure};
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;

use crate::output::{self, say};
use crate::planted::Planted;
use crate::verdict::Verdict;
use crate::{failures, files};

/// An input of a fuzz target, and what it is given to.
pub struct Input<'a> {
    target: Target,
    planted: &'a Planted,
    subject: Subject,
    path: &'a Path,
    bytes: Vec<u8>,
}

impl<'a> Input<'a> {
    /// Reads what the target takes of a file.
    pub fn read(target: Target, planted: &'a Planted, path: &'a Path) -> anyhow::Result<Self> {
        Ok(Self {
            target,
            planted,
            subject: planted.subject()?,
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

    /// Shows what is wrong with the input, shrunk.
    pub fn show(&self, as_json: bool) -> anyhow::Result<Verdict> {
        let Self { target, subject, .. } = *self;
        let checked = target.check(subject, &self.bytes);
        let found = checked.found.as_ref();
        let failure = found.map(|found| failures::of(subject, self.planted, found));
        if as_json {
            output::print_json(&failures::json(failure.as_ref())?)?;
        } else if failure.is_some() {
            failures::print(failure.as_ref());
        } else {
            say!(
                "nothing is wrong with this input of {target}: {} bytes, {} steps",
                self.bytes.len(),
                checked.steps
            );
        }
        Ok(Verdict::new(failure.is_some(), Vec::new()))
    }
}
