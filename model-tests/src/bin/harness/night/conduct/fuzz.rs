//! The parts of a night that build the fuzz targets and run them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Came, Night};
use crate::night::findings::{Failure, Found};
use crate::night::libfuzzer::{self, Fuzzing};
use crate::night::process::{self, Ended};
use crate::night::record::Fuzzed;
use crate::night::searches;
use crate::night::targets::{CANARY, COMMAND_SEQUENCE, PROGRAMS, Program};

/// How long building may take.
const LONGEST_BUILD: Duration = Duration::from_secs(2 * 60 * 60);

/// How long the canary may live.
const CANARY_SECONDS: u64 = 60;

/// How many failing inputs of a target are enough for a night: what comes after them is more of the same.
const ENOUGH_CRASHES: usize = 1_000;

/// How often they are counted.
const COUNTING: Duration = Duration::from_millis(500);

/// How long a failing input may take to be shrunk.
const LONGEST_SHRINKING: Duration = Duration::from_secs(60);

/// How long all failing inputs of a target may take. Those that are left are counted.
const LONGEST_EXAMINATION: Duration = Duration::from_secs(10 * 60);

/// Where what is built with a sanitizer goes.
const SANITIZED: &str = "address-sanitizer";

impl Night {
    /// Builds all targets at once, or if that fails, one by one, so that one that does not build keeps no other from
    /// being run.
    pub(super) fn build(&mut self) -> Came {
        if let Err(came) = self.install("fuzz", "cargo-fuzz") {
            return came;
        }
        let log = self.log("build.log");
        let all = self.build_with(&[], &log);
        let names = PROGRAMS.iter().map(|program| program.name).chain([CANARY]);
        if is_success(&all) {
            self.built = names.collect();
            return Came::finished(format!("{} targets", self.built.len()));
        }
        if !matches!(all, Ended::Exited(_)) {
            return Self::not_run(all, &log);
        }
        let mut broken = Vec::new();
        for name in names {
            let log = self.log(&format!("build-{name}.log"));
            let ended = self.build_with(&[name], &log);
            match &ended {
                Ended::Exited(status) if status.success() => self.built.push(name),
                Ended::Exited(_) => broken.push(format!("{name} does not build: {}", first_error(&log))),
                Ended::TimedOut(_) | Ended::Stopped | Ended::Enough | Ended::NotStarted(_) => {
                    return Self::not_run(ended, &log);
                }
            }
        }
        Came::could_not_run(broken.join("; "))
    }

    fn build_with(&self, arguments: &[&str], log: &Path) -> Ended {
        let mut command = self.tools.cargo();
        // Without a sanitizer: there is no unsafe code to watch.
        command.args(["fuzz", "build", "-s", "none"]).args(arguments);
        Self::tool(&mut command, log, LONGEST_BUILD)
    }

    /// A planted bug must be found. If it is not, that nothing else is found says nothing.
    pub(super) fn canary(&mut self) -> Came {
        if !self.built.contains(&CANARY) {
            return Came::could_not_run("it was not built");
        }
        let (corpus, found) = (self.folder.join("canary-corpus"), self.folder.join("canary"));
        if let Err(error) = fs::create_dir_all(&corpus).and_then(|()| fs::create_dir_all(&found)) {
            return Came::unfinished(error.to_string());
        }
        let mut command = std::process::Command::new(self.tools.binaries(&self.tools.target_directory).join(CANARY));
        command
            .arg(format!("-seed={}", libfuzzer::short_seed(self.record.seed)))
            .arg(format!("-max_total_time={CANARY_SECONDS}"))
            .arg("-len_control=0")
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/", found.display()))
            .arg(&corpus)
            .current_dir(&found)
            .env_remove("PLANTED_BUG");
        let log = self.log("canary.log");
        let ended = Self::tool(&mut command, &log, 3 * Duration::from_secs(CANARY_SECONDS));
        if is_success(&ended) {
            return Came::found(format!(
                "it lived: a planted bug was not found in {CANARY_SECONDS} seconds, so that the fuzzing does not work"
            ));
        }
        if libfuzzer::count(&found) == 0 {
            return Self::not_run(ended, &log);
        }
        let executions = libfuzzer::executions(&read_lossy(&log));
        self.record.canary_executions = Some(executions);
        Came::finished(format!("died after {executions} executions or a few more"))
    }

    pub(super) fn fuzz(&mut self, program: Program) -> Came {
        if !self.is_built(program) {
            return Came::could_not_run("it was not built");
        }
        let binary = self.tools.binaries(&self.tools.target_directory).join(program.name);
        self.fuzz_binary(program.name, program, binary)
    }

    pub(super) fn address_sanitizer(&mut self) -> Came {
        let target_directory = self.tools.target_directory.join(SANITIZED);
        let mut command = self.tools.cargo();
        command
            .args(["+nightly", "fuzz", "build", "--target-dir"])
            .arg(&target_directory)
            .arg(COMMAND_SEQUENCE.name);
        let log = self.log("build-address-sanitizer.log");
        let ended = Self::tool(&mut command, &log, LONGEST_BUILD);
        if !is_success(&ended) {
            let mut came = Self::not_run(ended, &log);
            came.note = format!("{}: {}", came.note, first_error(&log));
            return came;
        }
        let binary = self.tools.binaries(&target_directory).join(COMMAND_SEQUENCE.name);
        self.fuzz_binary(SANITIZED, COMMAND_SEQUENCE, binary)
    }

    fn fuzz_binary(&mut self, name: &str, program: Program, binary: PathBuf) -> Came {
        let (root, folder, bugs) = (self.tools.root.clone(), self.folder.clone(), self.record.bugs.clone());
        let fuzzing = Fuzzing {
            name,
            program,
            binary,
            root: &root,
            night: &folder,
            bugs: bugs.as_deref(),
        };
        if let Err(error) = fuzzing.make_folders() {
            return Came::unfinished(format!("its folders could not be made: {error}"));
        }
        let before = libfuzzer::count(&program.corpus(&root));
        let log = self.log(&format!("{name}.log"));
        let started = Instant::now();
        let ended = self.run_fuzzer(&fuzzing, &log);
        let seconds = started.elapsed().as_secs_f64();
        let gathered = libfuzzer::count(&fuzzing.gathered());
        let lost = self.join_corpus(&fuzzing);
        let crashes = failing_inputs(&fuzzing.crashes());
        let told = read_lossy(&log);
        let executions = libfuzzer::executions(&told);
        self.record.targets.push(Fuzzed {
            name: name.to_owned(),
            executions,
            steps: fuzzing.steps(executions),
            before,
            gathered,
            minimised: libfuzzer::count(&program.corpus(&root)),
            crashes: crashes.len() as u64,
            seconds: Some(seconds),
            features: libfuzzer::features(&told),
        });
        let examined = self.examine(&fuzzing, &crashes);
        came_of(&ended, executions, &log, crashes.len(), &examined, lost.as_deref())
    }

    fn run_fuzzer(&self, fuzzing: &Fuzzing<'_>, log: &Path) -> Ended {
        let each = self.shares.each;
        let mut command = fuzzing.fuzz(each, self.record.workers, self.record.seed);
        // The last of the processes that it starts end a little later, and what they gathered is worth it.
        let limit = each * 2 + Duration::from_secs(120);
        let crashes = fuzzing.crashes();
        let mut counted = Instant::now();
        let is_enough = || {
            if counted.elapsed() < COUNTING {
                return false;
            }
            counted = Instant::now();
            failing_inputs(&crashes).len() >= ENOUGH_CRASHES
        };
        match process::with_output(&mut command, log, log) {
            Ok(command) => process::run(command, limit, is_enough),
            Err(error) => Ended::NotStarted(error),
        }
    }

    /// Shrinks the failing inputs, and adds what they show to what was found. Gives what that is, in words.
    fn examine(&mut self, fuzzing: &Fuzzing<'_>, crashes: &[PathBuf]) -> String {
        let started = Instant::now();
        let mut invariants: Vec<String> = Vec::new();
        for (place, crash) in crashes.iter().enumerate() {
            if started.elapsed() > LONGEST_EXAMINATION || crate::stop::STOP.load(std::sync::atomic::Ordering::Relaxed) {
                invariants.push(format!("{} more that were not looked at", crashes.len() - place));
                break;
            }
            let found = self.found(fuzzing, crash);
            if !invariants.contains(&found.invariant) {
                invariants.push(found.invariant.clone());
            }
            self.add(found);
        }
        invariants.join(", ")
    }

    /// What is wrong with an input.
    fn found(&self, fuzzing: &Fuzzing<'_>, crash: &Path) -> Found {
        let target = fuzzing.program.target;
        let file = self.typed(crash);
        let replay = self.command_line(&format!("replay --fuzz {target}"), &file);
        let mut arguments = vec![
            "shrink".to_owned(),
            "--json".to_owned(),
            "--fuzz".to_owned(),
            target.name().to_owned(),
        ];
        if let Some(bugs) = &self.record.bugs {
            arguments.extend(["--bug".to_owned(), bugs.clone()]);
        }
        arguments.push(crash.display().to_string());
        let written = searches::run(
            &self.tools.harness,
            &arguments,
            &self.folder,
            "shrink",
            LONGEST_SHRINKING,
        );
        let failure: Option<Failure> = written.ok().and_then(|written| serde_json::from_slice(&written).ok()?);
        match failure {
            Some(failure) => failure.found(fuzzing.name, replay, Some(file)),
            None => Found::unexplained(kind(crash), fuzzing.name, replay, file),
        }
    }
}

/// The inputs that fail. Slow ones do not.
fn failing_inputs(folder: &Path) -> Vec<PathBuf> {
    let mut files = libfuzzer::files(folder);
    files.retain(|file| kind(file) != "slow");
    files
}

/// What libFuzzer calls the failure: `crash`, `oom`, `timeout`, `leak`.
fn kind(file: &Path) -> &str {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split('-').next().unwrap_or_default()
}

/// How fuzzing a target ended. Its status says nothing: it is that of the last process it started.
fn came_of(ended: &Ended, executions: u64, log: &Path, crashes: usize, examined: &str, lost: Option<&str>) -> Came {
    let lost = lost.map(|lost| format!("; {lost}")).unwrap_or_default();
    if crashes > 0 {
        let stopped = match ended {
            Ended::Enough => ", at which it was stopped",
            Ended::Exited(_) | Ended::TimedOut(_) | Ended::Stopped | Ended::NotStarted(_) => "",
        };
        return Came::found(format!("{crashes} inputs fail{stopped}: {examined}{lost}"));
    }
    match ended {
        Ended::NotStarted(error) => Came::could_not_run(error.to_string()),
        Ended::Stopped => Came::unfinished(format!("stopped after {executions} executions{lost}")),
        Ended::TimedOut(_) => Came::unfinished(format!("it did not end by itself{lost}")),
        Ended::Exited(status) if executions == 0 => Came::unfinished(format!(
            "it ran nothing, and ended with {status}: {}{lost}",
            searches::last_line(log)
        )),
        Ended::Exited(_) | Ended::Enough if !lost.is_empty() => {
            Came::unfinished(format!("{executions} executions{lost}"))
        }
        Ended::Exited(_) | Ended::Enough => Came::finished(format!("{executions} executions")),
    }
}

fn is_success(ended: &Ended) -> bool {
    matches!(ended, Ended::Exited(status) if status.success())
}

fn read_lossy(file: &Path) -> String {
    String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).into_owned()
}

/// The first error that a compiler told.
fn first_error(log: &Path) -> String {
    let text = read_lossy(log);
    let line = text.lines().find(|line| line.starts_with("error"));
    line.map_or_else(|| searches::last_line(log), str::to_owned)
}

#[cfg(test)]
mod tests;
