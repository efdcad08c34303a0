//! `harness corpus`: traces become inputs for the fuzzer, and inputs traces.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Subcommand;
use model_tests::generate::Step;
use model_tests::report::whole_file;
use model_tests::search::corpus::{self, Entry};
use model_tests::search::explore::Options;
use model_tests::search::fuzzing::Target;
use model_tests::trace::write_trace;

use crate::explore;
use crate::files;
use crate::limits::{Bounds, Limits};
use crate::output::{self, say, tell};
use crate::stop;
use crate::verdict::Verdict;

/// Make corpus entries from traces, and traces from corpus entries.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness corpus export failing-run.trace.jsonl --to fuzz/corpus/command_sequence
  harness corpus import fuzz/corpus/command_sequence/0a1b2c > run.trace.jsonl
  harness corpus seeds fuzz/seeds
  harness corpus dictionary fuzz/seeds/wire > fuzz/wire.dict")]
pub struct Arguments {
    #[command(subcommand)]
    task: Task,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Task {
    /// Make an entry for `command_sequence` from each trace: the same kinds of command, with the same outcomes.
    Export {
        /// The traces.
        #[arg(required = true)]
        traces: Vec<PathBuf>,
        /// The folder for the entries.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        limits: Limits,
    },
    /// Write the commands of an entry of `command_sequence` as a trace.
    Import {
        /// The entry.
        entry: PathBuf,
        #[command(flatten)]
        limits: Limits,
    },
    /// Make the seed corpus of every target: from the shortest traces to every cell of the coverage table, and more
    /// traces if there are any, as few as leave out no cell.
    Seeds {
        /// The folder that has, or gets, a folder for each target. What is in these is removed.
        folder: PathBuf,
        /// More traces.
        traces: Vec<PathBuf>,
        #[command(flatten)]
        limits: Limits,
    },
    /// Write a dictionary of the words in JSON texts: in libFuzzer's form, for the target `wire`.
    Dictionary {
        /// The folder with the texts.
        texts: PathBuf,
        #[command(flatten)]
        limits: Limits,
    },
}

impl Task {
    const fn limits(&self) -> &Limits {
        match self {
            Self::Export { limits, .. }
            | Self::Import { limits, .. }
            | Self::Seeds { limits, .. }
            | Self::Dictionary { limits, .. } => limits,
        }
    }
}

/// Carries out the task.
pub fn corpus(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let bounds = arguments.task.limits().begin_reading()?;
    match &arguments.task {
        Task::Export { traces, to, .. } => export(traces, to)?,
        Task::Import { entry, .. } => import(entry)?,
        Task::Seeds { folder, traces, .. } => return seeds(folder, traces, bounds),
        Task::Dictionary { texts, .. } => {
            let texts = files::read_folder(texts, Target::Wire)?;
            let texts = texts.iter().map(|(_, bytes)| bytes.as_slice());
            output::print_bytes(corpus::dictionary(texts).as_bytes());
        }
    }
    Ok(Verdict::Clean)
}

fn export(traces: &[PathBuf], folder: &Path) -> anyhow::Result<()> {
    for path in traces {
        let (name, trace) = (files::trace_name(path), files::read_trace(path)?);
        stop::go_on(&format!("making an entry of {}", path.display()))?;
        let (bytes, missed) = corpus::entry_of(&trace);
        let taken = Target::CommandSequence.taken(&bytes);
        if taken.len() < bytes.len() {
            tell!(
                "note: {} takes the first {} steps of an entry: what comes after in {} is left out",
                Target::CommandSequence,
                taken.len() / Step::SIZE,
                path.display()
            );
        }
        let file = folder.join(&name);
        write(&file, taken)?;
        say!("{}: {} steps", file.display(), taken.len() / Step::SIZE);
        if !missed.is_empty() {
            let lines: Vec<_> = missed.iter().map(|place| (place + 1).to_string()).collect();
            tell!(
                "no step is like these commands of {}: {}",
                path.display(),
                lines.join(", ")
            );
        }
    }
    Ok(())
}

fn import(path: &Path) -> anyhow::Result<()> {
    let target = Target::CommandSequence;
    let bytes = files::read_input(path, target)?;
    ensure!(
        bytes.len() >= Step::SIZE,
        "{} has no step: a step of {target} takes {} bytes, found {}",
        path.display(),
        Step::SIZE,
        bytes.len()
    );
    // The error is remembered.
    let _ = write_trace(BufWriter::new(output::for_machines()), &corpus::trace_of(&bytes));
    Ok(())
}

fn seeds(folder: &Path, paths: &[PathBuf], bounds: Bounds) -> anyhow::Result<Verdict> {
    let mut traces = Vec::new();
    for path in paths {
        traces.push((files::trace_name(path), files::read_trace(path)?));
    }
    let mut explored = Vec::new();
    for (name, scope) in explore::EVERY_CELL {
        let options = Options {
            most_bytes: bounds.memory,
            ..Options::new(scope)
        };
        match explore::all(name, &options)? {
            Ok(exploration) => explored.push(exploration),
            Err(reason) => {
                let verdict = Verdict::Incomplete(vec![reason]);
                verdict.tell();
                return Ok(verdict);
            }
        }
    }
    traces.extend(explore::witnesses(&explored));
    let entries = corpus::seeds(&traces);
    replace(folder, &entries)?;
    let size: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    say!(
        "{} entries of {size} bytes, from {} traces",
        entries.len(),
        traces.len()
    );
    Ok(Verdict::Clean)
}

/// Puts the entries into the folders of their targets, in the place of what is there: none of it is removed before all
/// that is to come is written.
fn replace(folder: &Path, entries: &[Entry]) -> anyhow::Result<()> {
    let of_target = |target: Target| folder.join(target.name());
    let new_of_target = |target: Target| folder.join(format!("{}.new", target.name()));
    let targets: BTreeSet<_> = entries.iter().map(|entry| entry.target).collect();
    for target in &targets {
        remove(&new_of_target(*target))?;
    }
    let mut new = entries.iter();
    let written = new.try_for_each(|Entry { target, name, bytes }| write(&new_of_target(*target).join(name), bytes));
    if let Err(error) = written {
        for target in &targets {
            // What is left of them is in nobody's way, and the first error says more.
            let _ = remove(&new_of_target(*target));
        }
        return Err(error);
    }
    for target in &targets {
        let (old, new) = (of_target(*target), new_of_target(*target));
        remove(&old)?;
        fs::rename(&new, &old).with_context(|| format!("{} could not be renamed", new.display()))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} could not be removed", folder.display()))
        }
        Err(_) | Ok(()) => Ok(()),
    }
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    whole_file::write(file, bytes).with_context(|| format!("{} could not be written", file.display()))
}
