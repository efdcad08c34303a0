//! The parts of a night that search without a fuzzer.

use std::time::{Duration, Instant};

use super::{Came, Night};
use crate::explore::ScopeName;
use crate::night::findings::Failure;
use crate::night::length::Shard;
use crate::night::process::{self, Ended};
use crate::night::searches::{self, Early, Report};

/// How long an exploration may take: of the large scope it takes minutes.
const LONGEST_EXPLORATION: Duration = Duration::from_secs(3 * 60 * 60);

/// How much longer than asked a search may take, to end its last run and to shrink what it found.
const SLACK: Duration = Duration::from_secs(10 * 60);

/// How often a search begins again, from another seed, when it has found something before its time was over.
const ROUNDS: u64 = 10;

/// How long a shard of the mutants may take.
const LONGEST_MUTANTS: Duration = Duration::from_secs(12 * 60 * 60);

impl Night {
    pub(super) fn explore(&mut self, scope: ScopeName) -> Came {
        let name = scope.name();
        let arguments = ["explore", "--scope", &name].map(str::to_owned);
        let report = match self.search(&arguments, &format!("explore-{name}"), LONGEST_EXPLORATION) {
            Ok(report) => report,
            Err(early) => return early,
        };
        self.reached.add(&report.coverage);
        let reports = vec![report];
        let [states, transitions] = ["states", "transitions"].map(|field| total(&reports, "exploration", field));
        let note = format!("{states} states, {transitions} transitions");
        self.judge(&format!("exploration of {name}"), reports, transitions, &note)
            .counting([("states", states), ("transitions", transitions)])
    }

    pub(super) fn soak(&mut self) -> Came {
        let (reports, early) = self.searched("soak", self.shares.soak);
        for report in &reports {
            self.reached.add(&report.coverage);
        }
        let steps = total(&reports, "soak", "steps");
        let came = early.unwrap_or_else(|| self.judge("soak", reports, steps, &format!("{steps} steps")));
        came.counting([("steps", steps)])
    }

    pub(super) fn induct(&mut self) -> Came {
        let (reports, early) = self.searched("induct", self.shares.induction);
        let [models, steps] = ["models", "steps"].map(|field| total(&reports, "induct", field));
        let note = format!("{models} models, {steps} steps");
        let came = early.unwrap_or_else(|| self.judge("induction", reports, steps, &note));
        came.counting([("models", models), ("steps", steps)])
    }

    pub(super) fn stateful(&mut self) -> Came {
        let (reports, early) = self.searched("stateful", self.shares.each);
        let [sequences, steps] = ["sequences", "steps"].map(|field| total(&reports, "stateful", field));
        let note = format!("{sequences} sequences, {steps} steps");
        let came = early.unwrap_or_else(|| self.judge("property tests", reports, steps, &note));
        came.counting([("sequences", sequences), ("steps", steps)])
    }

    /// Whether exploring and soaking reached every outcome, as they must if they finished.
    pub(super) fn outcomes(&mut self) -> Came {
        let cells = self.reached.cells();
        let note = format!("{} of {} by exploration and soak", cells.reached, cells.possible);
        let gaps = self.reached.gaps();
        let searched = self
            .record
            .parts
            .iter()
            .take_while(|part| part.name != "outcomes reached");
        let is_whole = searched
            .clone()
            .all(|part| part.end == crate::night::record::PartEnd::Finished);
        if gaps.is_empty() || !is_whole {
            return Came::finished(note);
        }
        Came::found(format!("{note}: {}", gaps.join("; ")))
    }

    /// Searches for some time, from one seed after the other: a search ends at the first thing that it finds.
    fn searched(&self, task: &str, duration: Duration) -> (Vec<Report>, Option<Came>) {
        let arguments = |seed, left| {
            [
                task.to_owned(),
                "--seed".to_owned(),
                seed,
                "--duration".to_owned(),
                left,
            ]
        };
        self.rounds(duration, true, |round, seed, left, limit| {
            self.search(&arguments(seed, left), &format!("{task}-{round}"), limit)
        })
    }

    /// Does something from one seed after the other, until the time is over or it has found something often enough; if it takes
    /// all of the time by itself when it finds nothing, until then. It is given the number of the round, the seed, the seconds
    /// that are left and how long it may take.
    pub(super) fn rounds(
        &self,
        duration: Duration,
        takes_all_time: bool,
        mut search: impl FnMut(u64, String, String, Duration) -> Result<Report, Came>,
    ) -> (Vec<Report>, Option<Came>) {
        let started = Instant::now();
        let mut reports: Vec<Report> = Vec::new();
        let mut found = 0;
        for round in 0.. {
            let left = duration.saturating_sub(started.elapsed());
            if left.is_zero() || found == ROUNDS {
                break;
            }
            // Whole seconds: the last round may take what is left of one.
            let left = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let seed = self.record.seed.wrapping_add(round);
            match search(round, seed.to_string(), left.to_string(), duration + SLACK) {
                Ok(report) => {
                    let is_clean = report.violation.is_none();
                    found += u64::from(!is_clean);
                    reports.push(report);
                    if is_clean && takes_all_time {
                        break;
                    }
                }
                // What the rounds before found is not lost.
                Err(early) if reports.is_empty() => return (reports, Some(early)),
                Err(_) => break,
            }
        }
        (reports, None)
    }

    fn search(&self, arguments: &[String], log: &str, limit: Duration) -> Result<Report, Came> {
        let mut arguments = arguments.to_vec();
        arguments.push("--json".to_owned());
        if let Some(bugs) = &self.record.bugs {
            arguments.extend(["--bug".to_owned(), bugs.clone()]);
        }
        self.report(&arguments, log, limit)
    }

    /// Runs the harness, which is to write a report.
    pub(super) fn report(&self, arguments: &[String], log: &str, limit: Duration) -> Result<Report, Came> {
        let written = searches::run(&self.tools.harness, arguments, &self.folder, log, limit);
        let written = written.map_err(|early| match early {
            Early::CouldNotRun(reason) => Came::could_not_run(reason),
            Early::Unfinished(reason) => Came::unfinished(reason),
        })?;
        serde_json::from_slice(&written)
            .map_err(|error| Came::unfinished(format!("it wrote what was not expected: {error}")))
    }

    /// How a search ended that took so many steps: what its rounds found counts.
    pub(super) fn judge(&mut self, name: &str, reports: Vec<Report>, steps: u64, note: &str) -> Came {
        let reasons: Vec<_> = reports
            .iter()
            .flat_map(|report| report.incomplete_because.clone())
            .collect();
        let mut invariants = Vec::new();
        for failure in reports.into_iter().filter_map(|report| report.violation) {
            let invariant = self.add_trace(name, failure);
            if !invariants.contains(&invariant) {
                invariants.push(invariant);
            }
        }
        if !invariants.is_empty() {
            return Came::found(format!("{}, in {note}", invariants.join(", ")));
        }
        if !reasons.is_empty() || steps == 0 {
            return Came::unfinished(format!("stopped after {note}: {}", reasons.join("; ")));
        }
        Came::finished(note)
    }

    /// Adds a failure that has a trace, and gives the name of the invariant.
    fn add_trace(&mut self, by: &str, failure: Failure) -> String {
        // It was written by a program that ran in the folder of the night.
        let written = failure.file.clone();
        let file = written.as_ref().map(|file| self.typed(&self.folder.join(file)));
        let replay = match (&failure.again, &written, &file) {
            (Some(again), Some(written), Some(file)) => again.replace(written, file),
            (None, _, _) | (_, None, _) | (_, _, None) => "(what shows it could not be written to a file)".to_owned(),
        };
        let found = failure.found(by, replay, file);
        let invariant = found.invariant.clone();
        self.add(found);
        invariant
    }

    /// Which trees are mutated, and what is left out, stands in `.cargo/mutants.toml`.
    pub(super) fn mutants(&mut self, shard: Shard) -> Came {
        if let Err(came) = self.install("mutants", "cargo-mutants") {
            return came;
        }
        let mut command = self.tools.cargo();
        command
            // Dealt out one by one: each shard has some of every file, and takes about as long as the others.
            .args([
                "mutants",
                "--sharding",
                "round-robin",
                "--shard",
                &shard.to_string(),
                "--output",
            ])
            .arg(&self.folder);
        let log = self.log("mutants.log");
        match Self::tool(&mut command, &log, LONGEST_MUTANTS) {
            Ended::Exited(status) if status.success() => Came::finished(searches::last_line(&log)),
            Ended::Exited(status) if matches!(status.code(), Some(2 | 3)) => {
                Came::found(format!("mutants survived: {}", searches::last_line(&log)))
            }
            ended => Self::not_run(ended, &log),
        }
    }

    /// Sees to it that cargo has a subcommand.
    pub(super) fn install(&self, subcommand: &str, package: &str) -> Result<(), Came> {
        if self.tools.has_cargo(subcommand) {
            return Ok(());
        }
        let log = self.log(&format!("install-{package}.log"));
        let mut command = self.tools.cargo();
        command.args(["install", "--locked", package]);
        match Self::tool(&mut command, &log, LONGEST_EXPLORATION) {
            Ended::Exited(status) if status.success() => Ok(()),
            ended => Err(Came::could_not_run(format!(
                "{package} is not at hand, and could not be installed: {}",
                Self::not_run(ended, &log).note
            ))),
        }
    }

    /// Runs a tool, with all it says in a log.
    pub(super) fn tool(command: &mut std::process::Command, log: &std::path::Path, limit: Duration) -> Ended {
        match process::with_output(command, log, log) {
            Ok(command) => process::run(command, limit, || false),
            Err(error) => Ended::NotStarted(error),
        }
    }

    /// What came of a tool that did not do what it was to do.
    pub(super) fn not_run(ended: Ended, log: &std::path::Path) -> Came {
        match ended {
            Ended::Exited(status) => Came::could_not_run(format!("{status}: {}", searches::last_line(log))),
            Ended::NotStarted(error) => Came::could_not_run(error.to_string()),
            Ended::TimedOut(limit) => Came::unfinished(format!("ended after {}", humantime::format_duration(limit))),
            Ended::Stopped | Ended::Enough => Came::unfinished("stopped with the night"),
        }
    }
}

/// A number that all reports have, together.
pub(super) fn total(reports: &[Report], part: &str, field: &str) -> u64 {
    let numbers = reports
        .iter()
        .filter_map(|report| report.rest.get(part)?.get(field)?.as_u64());
    numbers.sum()
}
