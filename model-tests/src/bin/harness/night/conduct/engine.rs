//! The part of a night that drives the example engine.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::search::{ROUNDS, SLACK, total};
use super::{Came, Night};
use crate::night::process::Ended;
use crate::night::searches::Report;

/// How long building it may take.
const LONGEST_BUILD: Duration = Duration::from_secs(60 * 60);

impl Night {
    /// Builds the example engine, and drives it from one seed after the other until the time is over.
    pub(super) fn engine(&mut self) -> Came {
        let program = match self.built_engine() {
            Ok(program) => program.display().to_string(),
            Err(came) => return came,
        };
        let started = Instant::now();
        let mut reports: Vec<Report> = Vec::new();
        let mut round = 0;
        let mut failed = 0;
        while failed < ROUNDS {
            let left = self.shares.each.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            // Whole seconds: the last round may take what is left of one.
            let left = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let seed = self.record.seed.wrapping_add(round).to_string();
            let (left, log) = (left.to_string(), format!("engine-{round}"));
            let arguments = ["engine", "--json", "--seed", &seed, "--duration", &left, "--", &program];
            match self.report(&arguments.map(str::to_owned), &log, self.shares.each + SLACK) {
                Ok(report) => {
                    failed += u64::from(report.violation.is_some());
                    reports.push(report);
                }
                // What the rounds before found is not lost.
                Err(early) if reports.is_empty() => return early,
                Err(_) => break,
            }
            round += 1;
        }
        let [commands, starts] = ["commands", "starts"].map(|field| total(&reports, "engine", field));
        let note = format!("{commands} commands, {starts} starts");
        self.judge("example engine", reports, commands, &note)
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
