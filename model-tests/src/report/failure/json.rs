//! A failure for machines.

use std::path::Path;

use orchestration::OrchestrationCommand;
use serde::Serialize;

use super::{Failure, Shown};
use crate::counterexample::Counterexample;
use crate::describe;

/// The parts of a failure that a machine reads.
#[derive(Serialize)]
struct FailureFields<'a> {
    invariant: &'static str,
    sentence: &'static str,
    message: &'a str,
    search: String,
    seed: Option<u64>,
    run: Option<u64>,
    found_length: usize,
    shown: Shown,
    /// An outline of the model that the commands begin with, unless it is empty. The file holds all of it.
    model: Option<String>,
    trace: Option<&'a [OrchestrationCommand]>,
    pretty: String,
    again: Option<String>,
    file: Option<&'a Path>,
}

impl Failure {
    /// The failure for machines.
    ///
    /// # Errors
    ///
    /// When a part of it is not to be written as JSON.
    pub fn to_json(&self, file: Option<&Path>) -> serde_json::Result<serde_json::Value> {
        let Counterexample {
            violation,
            origin,
            evidence,
        } = &self.counterexample;
        let commands = evidence.commands();
        serde_json::to_value(FailureFields {
            invariant: violation.invariant.name(),
            sentence: violation.invariant.sentence(),
            message: &violation.message,
            search: origin.search.to_string(),
            seed: origin.seed,
            run: origin.run,
            found_length: self.found_length,
            shown: self.shown(),
            model: commands.and_then(|(model, _)| model.map(describe::model)),
            trace: commands.map(|(_, commands)| commands),
            pretty: self.pretty(),
            again: file.map(|file| self.command_line(file)),
            file,
        })
    }
}
