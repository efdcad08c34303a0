//! Reading what tasks are given: traces, and folders of inputs.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;
use model_tests::trace::TraceReader;
use orchestration::OrchestrationCommand;

/// The whole of a file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} could not be read", path.display()))
}

/// All files in a folder, in the order of their names. There must be one.
pub fn read_folder(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
    let context = || format!("the folder {} could not be read", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        paths.push(entry.with_context(context)?.path());
    }
    paths.retain(|path| path.is_file());
    paths.sort_unstable();
    anyhow::ensure!(!paths.is_empty(), "the folder {} has no files", folder.display());
    paths
        .into_iter()
        .map(|path| read(&path).map(|bytes| (path, bytes)))
        .collect()
}

/// The commands of a trace.
pub fn read_trace(path: &Path) -> anyhow::Result<Vec<OrchestrationCommand>> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("the trace {name} could not be opened"))?;
    let lines: Result<Vec<_>, _> = TraceReader::new(BufReader::new(file)).collect();
    let lines = lines.with_context(|| format!("in the trace {name}"))?;
    Ok(lines.into_iter().map(|(_, command)| command).collect())
}

/// The name of a trace's file, without what all such names end in.
pub fn trace_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    name.strip_suffix(".trace.jsonl").unwrap_or(&name).to_owned()
}
