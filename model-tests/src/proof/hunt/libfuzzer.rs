//! The fuzz targets under libFuzzer, as they are built by `cargo fuzz build`.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Hunt;
use crate::counterexample::Search;
use crate::proof::bugs::Bug;
use crate::search::fuzzing::Target;

/// How long a target may look for a bug, in seconds.
const SECONDS: u32 = 15;

/// What libFuzzer writes before the number of its executions.
const EXECUTIONS: &str = "stat::number_of_executed_units:";

/// Where the seed corpora are.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds");

/// How often it is looked whether a run is to stop.
const INTERVAL: Duration = Duration::from_millis(20);

/// Where the fuzz targets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibFuzzer {
    folder: PathBuf,
}

impl LibFuzzer {
    /// The targets in a folder, if they are there.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let is_there = TARGETS.iter().all(|target| folder.join(target.name()).is_file());
        is_there.then_some(Self { folder })
    }

    /// Lets one target after the other look for a bug, each from its seeds.
    pub(super) fn hunt(&self, bug: &Bug, seed: u64, stop: &AtomicBool) -> Result<Hunt, String> {
        let mut hunt = Hunt {
            executions: 0,
            steps: None,
            elapsed: Duration::ZERO,
            found: None,
        };
        for target in targets_for(bug) {
            let started = Instant::now();
            let (executions, input) = self
                .run(target, bug, seed, stop)
                .map_err(|error| format!("{target} could not be run: {error}"))?;
            hunt.elapsed += started.elapsed();
            hunt.executions += executions;
            if let Some(input) = input {
                let found = target.check(bug.subject, &input).found;
                let found = found.ok_or_else(|| format!("an input of {target} fails under libFuzzer only"))?;
                hunt.found = Some(found);
                break;
            }
        }
        Ok(hunt)
    }

    /// Runs a target, and gives the number of executions and the input that made it panic.
    fn run(&self, target: Target, bug: &Bug, seed: u64, stop: &AtomicBool) -> io::Result<(u64, Option<Vec<u8>>)> {
        let name = format!("hunt-{}-{}-{target}-{seed}", std::process::id(), bug.id);
        let scratch = std::env::temp_dir().join(name);
        let corpus = scratch.join("corpus");
        fs::create_dir_all(&corpus)?;
        let output = self.output(target, bug, seed, [&scratch, &corpus], stop);
        let input = fs::read_dir(&scratch)?.find_map(|entry| {
            let path = entry.ok()?.path();
            path.is_file().then(|| fs::read(path))
        });
        fs::remove_dir_all(&scratch)?;
        let output = output?;
        let executions = executions(&output).ok_or_else(|| did_not_run(&output))?;
        Ok((executions, input.transpose()?))
    }

    fn output(
        &self,
        target: Target,
        bug: &Bug,
        seed: u64,
        [scratch, corpus]: [&Path; 2],
        stop: &AtomicBool,
    ) -> io::Result<Output> {
        let program = self.folder.join(target.name());
        let seeds = Path::new(SEEDS).join(target.name());
        // With the addresses the same every time, so are the runs.
        let mut command = Command::new("setarch");
        command.arg("--addr-no-randomize").arg(&program);
        let run = |command: &mut Command| {
            let command = command
                .arg(format!("-seed={seed}"))
                .arg(format!("-max_total_time={SECONDS}"))
                // Long inputs from the start: a run of a few steps shows next to nothing.
                .arg("-len_control=0")
                .arg(format!("-max_len={}", target.longest_input()))
                .arg("-print_final_stats=1")
                .arg(format!("-artifact_prefix={}/", scratch.display()))
                .arg(corpus)
                .args(seeds.is_dir().then_some(&seeds))
                .env("PLANTED_BUG", bug.id);
            output_until(command, stop)
        };
        match run(&mut command) {
            // Some containers have no setarch, others refuse what it asks for.
            Err(error) if error.kind() == io::ErrorKind::NotFound => run(&mut Command::new(program)),
            Ok(output) if executions(&output).is_none() && !stop.load(Ordering::Relaxed) => {
                run(&mut Command::new(program))
            }
            output => output,
        }
    }
}

/// Runs a program to its end, or ends it when `stop` is set, and gives what it wrote to standard error.
fn output_until(command: &mut Command, stop: &AtomicBool) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let (mut errors, mut stderr) = (child.stderr.take(), Vec::new());
    let is_over = AtomicBool::new(false);
    let read = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                if stop.load(Ordering::Relaxed) {
                    // If it has just ended by itself, so much the better.
                    let _ = child.kill();
                    return;
                }
                std::thread::park_timeout(INTERVAL);
            }
        });
        let read = errors.as_mut().map_or(Ok(0), |errors| errors.read_to_end(&mut stderr));
        is_over.store(true, Ordering::Relaxed);
        watcher.thread().unpark();
        read
    });
    let status = child.wait()?;
    read?;
    Ok(Output {
        status,
        stdout: Vec::new(),
        stderr,
    })
}

/// The targets that see what is wrong with a decider, a projector or a replay.
const TARGETS: [Target; 3] = [Target::CommandSequence, Target::EventStream, Target::Induct];

/// Those that can see a bug: `command_sequence` takes the steps that the stateful tests take, and `induct` the models that
/// induction does.
fn targets_for(bug: &Bug) -> impl Iterator<Item = Target> {
    let is_seen_by_steps = bug.unseen_by(Search::Stateful).is_none();
    let is_seen_by_induction = bug.unseen_by(Search::Induction).is_none();
    let can_see = move |target: &Target| match target {
        Target::CommandSequence => is_seen_by_steps,
        Target::Induct => is_seen_by_induction,
        Target::EventStream | Target::Wire | Target::Interleaving | Target::NaiveCommands => true,
    };
    TARGETS.into_iter().filter(can_see)
}

/// How many inputs libFuzzer says that it executed: nothing if it ended before it said so.
fn executions(output: &Output) -> Option<u64> {
    let text = String::from_utf8_lossy(&output.stderr);
    let mut numbers = text
        .lines()
        .filter_map(|line| line.strip_prefix(EXECUTIONS)?.trim().parse().ok());
    numbers.next_back()
}

fn did_not_run(output: &Output) -> io::Error {
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().next_back().unwrap_or("it wrote nothing");
    io::Error::other(format!("{}: {last}", output.status))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::AtomicBool;

    use super::{LibFuzzer, TARGETS, targets_for};
    use crate::proof::bugs::{self, BUGS};
    use crate::search::fuzzing::Target;

    #[test]
    fn a_target_that_cannot_run_is_an_error_and_not_a_bug_that_escapes() {
        let folder = std::env::temp_dir().join(format!("no-targets-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("it can be made");
        for target in TARGETS {
            let program = folder.join(target.name());
            fs::write(&program, "#!/bin/sh\necho no such library >&2\nexit 127\n").expect("it can be written");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be made a program");
        }
        let fuzzer = LibFuzzer::in_folder(&folder).expect("they are there");
        let error = fuzzer
            .hunt(&BUGS[0], 1, &AtomicBool::new(false))
            .expect_err("it cannot run");
        fs::remove_dir_all(&folder).expect("it can be removed");
        assert!(error.starts_with("command_sequence could not be run"), "{error}");
        assert!(error.ends_with("no such library"), "{error}");
    }
    #[test]
    fn a_target_that_takes_steps_is_not_asked_for_what_steps_do_not_show() {
        let targets = |id| targets_for(bugs::named(id).expect("it is planted")).collect::<Vec<_>>();
        assert_eq!(targets("start-while-running"), TARGETS);
        assert_eq!(targets("orphan-event-panics"), [Target::EventStream]);
    }
}
