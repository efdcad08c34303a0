//! Reading what tasks are given: traces, inputs of fuzz targets, and folders of them. No more is read than is needed, so
//! that endless or wrong input does no harm.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use model_tests::search::fuzzing::Target;
use model_tests::trace::{TraceError, TraceReader};
use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use crate::output::tell;
use crate::stop;

/// The beginnings of the names that libFuzzer gives to what it finds.
const ARTIFACTS: [&str; 5] = ["crash-", "leak-", "oom-", "slow-unit-", "timeout-"];

/// Opens a trace.
pub fn open_trace(path: &Path) -> anyhow::Result<File> {
    open(path, &format!("the trace {}", path.display()))
}

fn open(path: &Path, name: &str) -> anyhow::Result<File> {
    let file = File::open(path).with_context(|| format!("{name} could not be opened"))?;
    let is_folder = file.metadata().is_ok_and(|metadata| metadata.is_dir());
    ensure!(!is_folder, "{name} is a folder: expected a file");
    Ok(file)
}

/// The most bytes of a file that is read as a whole: 256 MiB.
const MOST_BYTES: u64 = 256 << 20;

/// The whole of a file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = read_at_most(path, MOST_BYTES + 1)?;
    let is_whole = bytes.len() as u64 <= MOST_BYTES;
    ensure!(
        is_whole,
        "{} is longer than the {MOST_BYTES} bytes that are read",
        path.display()
    );
    Ok(bytes)
}

fn read_at_most(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = open(path, &path.display().to_string())?
        .take(most)
        .read_to_end(&mut bytes);
    read.with_context(|| format!("{} could not be read", path.display()))?;
    Ok(bytes)
}

/// What a fuzz target takes of a file: says so if that is not all of it.
pub fn read_input(path: &Path, target: Target) -> anyhow::Result<Vec<u8>> {
    let longest = target.longest_input();
    let mut bytes = read_at_most(path, longest as u64 + 1)?;
    if bytes.len() > longest {
        let name = path.display();
        tell!("note: {target} takes the first {longest} bytes of an input: what comes after in {name} is left out");
        bytes.truncate(longest);
    }
    Ok(bytes)
}

/// What a fuzz target takes of each file in a folder, in the order of their names. There must be one.
pub fn read_folder(folder: &Path, target: Target) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
    let context = || format!("the folder {} could not be read", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        paths.push(entry.with_context(context)?.path());
    }
    paths.retain(|path| path.is_file());
    paths.sort_unstable();
    ensure!(!paths.is_empty(), "the folder {} has no files", folder.display());
    paths
        .into_iter()
        .map(|path| {
            stop::go_on(&format!("reading the folder {}", folder.display()))?;
            read_input(&path, target).map(|bytes| (path, bytes))
        })
        .collect()
}

/// What a trace holds: commands from the empty model on, or a model with commands behind it. There must be one of either.
pub fn read_beginning(path: &Path) -> anyhow::Result<Beginning> {
    let trace = BufReader::new(open_trace(path)?);
    read_run(trace, &format!("the trace {}", path.display()), Some(path))
}

/// A model, if a trace begins with one, and commands.
pub type Beginning = (Option<OrchestrationReadModel>, Vec<OrchestrationCommand>);

/// The same of what is read from anywhere.
pub fn read_run(trace: impl BufRead, name: &str, path: Option<&Path>) -> anyhow::Result<Beginning> {
    let mut trace = TraceReader::new(trace);
    let beginning = trace.beginning().map_err(|error| no_trace(error, name, path))?;
    let commands = read_commands(trace, name, path)?;
    if commands.is_empty() && beginning.is_none() {
        bail!(empty(name));
    }
    Ok((beginning, commands))
}

/// The commands of a trace. There must be one.
pub fn read_trace(path: &Path) -> anyhow::Result<Vec<OrchestrationCommand>> {
    let name = format!("the trace {}", path.display());
    let trace = TraceReader::new(BufReader::new(open_trace(path)?));
    let commands = read_commands(trace, &name, Some(path))?;
    if commands.is_empty() {
        bail!(empty(&name));
    }
    Ok(commands)
}

fn read_commands(
    trace: TraceReader<impl BufRead>,
    name: &str,
    path: Option<&Path>,
) -> anyhow::Result<Vec<OrchestrationCommand>> {
    let mut commands = Vec::new();
    for line in trace {
        stop::go_on(&format!("reading {name}"))?;
        let (_, command) = line.map_err(|error| no_trace(error, name, path))?;
        commands.push(command);
    }
    Ok(commands)
}

/// What to say of a trace in which there is nothing.
pub fn empty(name: &str) -> String {
    format!("{name} is empty: expected commands as JSON Lines, one a line")
}

/// What to say of a trace that cannot be read any further. If it looks like something that a fuzzer found, it says how to show
/// that.
pub fn no_trace(error: TraceError, name: &str, path: Option<&Path>) -> anyhow::Error {
    let is_no_text = matches!(error, TraceError::NotText { .. });
    let is_artifact = path.is_some_and(is_artifact);
    let error = anyhow::Error::new(error).context(format!("in {name}"));
    if !is_no_text && !is_artifact {
        return error;
    }
    let names = Target::ALL.map(Target::name).join(", ");
    let file = path.map_or_else(|| "FILE".into(), |path| path.display().to_string());
    anyhow::anyhow!(
        "{error:#}\n\nIf it is an input of a fuzz target: harness replay --fuzz TARGET {file}, where TARGET is one of {names}"
    )
}

fn is_artifact(path: &Path) -> bool {
    let name = path.file_name().map(std::ffi::OsStr::to_string_lossy);
    name.is_some_and(|name| ARTIFACTS.iter().any(|beginning| name.starts_with(beginning)))
}

/// The name of a trace's file, without what all such names end in.
pub fn trace_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    name.strip_suffix(".trace.jsonl").unwrap_or(&name).to_owned()
}
