//! `harness corpus`: traces become inputs for the fuzzer, and inputs traces.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use clap::Subcommand;
use model_tests::search::corpus::{self, Entry};
use model_tests::search::explore::{Options, Progress, Scope, explore};
use model_tests::subject::Subject;
use model_tests::trace::write_trace;

use crate::explore::witness_name;
use crate::files;
use crate::output::{self, say, tell};
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
    },
    /// Write the commands of an entry of `command_sequence` as a trace.
    Import {
        /// The entry.
        entry: PathBuf,
    },
    /// Make the seed corpus of every target: from the shortest traces to every cell of the coverage table, and more
    /// traces if there are any, as few as leave out no cell.
    Seeds {
        /// The folder that has, or gets, a folder for each target. What is in these is removed.
        folder: PathBuf,
        /// More traces.
        traces: Vec<PathBuf>,
    },
    /// Write a dictionary of the words in JSON texts: in libFuzzer's form, for the target `wire`.
    Dictionary {
        /// The folder with the texts.
        texts: PathBuf,
    },
}

/// Carries out the task.
pub fn corpus(arguments: &Arguments) -> anyhow::Result<Verdict> {
    match &arguments.task {
        Task::Export { traces, to } => export(traces, to)?,
        Task::Import { entry } => import(entry)?,
        Task::Seeds { folder, traces } => seeds(folder, traces)?,
        Task::Dictionary { texts } => {
            let texts = files::read_folder(texts)?;
            let texts = texts.iter().map(|(_, bytes)| bytes.as_slice());
            output::print_bytes(corpus::dictionary(texts).as_bytes());
        }
    }
    Ok(Verdict::Clean)
}

fn export(traces: &[PathBuf], folder: &Path) -> anyhow::Result<()> {
    for path in traces {
        let (name, trace) = (files::trace_name(path), files::read_trace(path)?);
        let (bytes, missed) = corpus::entry_of(&trace);
        let file = folder.join(&name);
        write(&file, &bytes)?;
        say!("{}: {} steps", file.display(), trace.len() - missed.len());
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
    let bytes = files::read(path)?;
    // The error is remembered.
    let _ = write_trace(BufWriter::new(output::for_machines()), &corpus::trace_of(&bytes));
    Ok(())
}

fn seeds(folder: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let mut traces = Vec::new();
    for path in paths {
        traces.push((files::trace_name(path), files::read_trace(path)?));
    }
    for scope in [Scope::SMALL, Scope::TWO_APPROVALS] {
        let exploration = explore(
            Subject::CORE,
            &Options::new(scope),
            &Progress::default(),
            &AtomicBool::new(false),
        )?;
        let witnesses = exploration.witnesses.into_iter();
        traces.extend(witnesses.map(|((row, status, outcome), trace)| (witness_name(row, status, outcome), trace)));
    }
    let entries = corpus::seeds(&traces);
    for entry in &entries {
        let of_target = folder.join(entry.target.name());
        if of_target.exists() {
            fs::remove_dir_all(&of_target).with_context(|| format!("{} could not be emptied", of_target.display()))?;
        }
    }
    for Entry { target, name, bytes } in &entries {
        write(&folder.join(target.name()).join(name), bytes)?;
    }
    let size: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    say!(
        "{} entries of {size} bytes, from {} traces",
        entries.len(),
        traces.len()
    );
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = file
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(file, bytes));
    written.with_context(|| format!("{} could not be written", file.display()))
}
