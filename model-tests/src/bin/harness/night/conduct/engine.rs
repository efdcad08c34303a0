//! The part of a night that drives the example engine.

use std::path::PathBuf;
use std::time::Duration;

use super::search::total;
use super::{Came, Night};
use crate::night::process::Ended;

/// How long building it may take.
const LONGEST_BUILD: Duration = Duration::from_secs(60 * 60);

impl Night {
    /// Builds the example engine, and drives it from one seed after the other until the time is over.
    pub(super) fn engine(&mut self) -> Came {
        let program = match self.built_engine() {
            Ok(program) => program.display().to_string(),
            Err(came) => return came,
        };
        let (reports, early) = self.rounds(self.shares.each, false, |round, seed, left, limit| {
            let arguments = ["engine", "--json", "--seed", &seed, "--duration", &left, "--", &program];
            self.report(&arguments.map(str::to_owned), &format!("engine-{round}"), limit)
        });
        let [commands, starts] = ["commands", "starts"].map(|field| total(&reports, "engine", field));
        let note = format!("{commands} commands, {starts} starts");
        let came = early.unwrap_or_else(|| self.judge("example engine", reports, commands, &note));
        came.counting([("commands", commands), ("starts", starts)])
    }

    /// The program, once it is built.
    fn built_engine(&self) -> Result<PathBuf, Came> {
        let log = self.log("build-engine.log");
        let mut command = self.tools.cargo();
        command.args(["build", "--release", "-p", "orchestration", "--example", "engine"]);
        match Self::tool(&mut command, &log, LONGEST_BUILD) {
            Ended::Exited(status) if status.success() => Ok(self
                .tools
                .target_directory
                .join("release")
                .join("examples")
                .join("engine")),
            ended => Err(Self::not_run(ended, &log)),
        }
    }
}
