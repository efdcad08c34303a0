//! Evidence in a file.

use std::io;
use std::path::{Path, PathBuf};

use orchestration::OrchestrationEvent;
use orchestration::testing::Unchecked;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::check::invariants::Invariant;
use crate::counterexample::Evidence;
use crate::report::whole_file;
use crate::trace::{write_beginning, write_trace};

/// Writes evidence to a file in a folder, named by the invariant and what it holds.
pub(super) fn write_to(folder: &Path, invariant: Invariant, evidence: &Evidence) -> io::Result<PathBuf> {
    let bytes = bytes_of(evidence);
    let ending = match evidence {
        Evidence::Run(_) | Evidence::Laws(_) | Evidence::Graph(_) | Evidence::Model { .. } => "trace.jsonl",
        Evidence::Events { .. } => "events.jsonl",
        Evidence::Text(_) => "text",
    };
    whole_file::write_named(folder, invariant.name(), ending, &bytes)
}

/// What is written of evidence.
pub(super) fn bytes_of(evidence: &Evidence) -> Vec<u8> {
    let mut bytes = Vec::new();
    match evidence {
        Evidence::Run(trace) | Evidence::Laws(trace) | Evidence::Graph(trace) => {
            // Writing to memory does not fail.
            let _ = write_trace(&mut bytes, trace);
        }
        Evidence::Model { model, commands } => {
            let _ = write_beginning(&mut bytes, model);
            let _ = write_trace(&mut bytes, commands);
        }
        Evidence::Events { model, events } => {
            write_line(&mut bytes, model);
            for event in events {
                write_line(&mut bytes, event);
            }
        }
        Evidence::Text(text) => bytes.extend_from_slice(text),
    }
    bytes
}

fn write_line(bytes: &mut Vec<u8>, value: &impl Serialize) {
    if let Ok(line) = serde_json::to_vec(value) {
        bytes.extend(line);
        bytes.push(b'\n');
    }
}

/// Reads the evidence of events: a line with the model, and an event on each line behind it.
///
/// # Errors
///
/// Which line is not what it should be, and why.
pub fn read(text: &str) -> Result<Evidence, String> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let (number, line) = lines.next().ok_or("expected a line with a model, and found nothing")?;
    // An event may break an illegal model alone.
    let Unchecked(model) = parse(number, "model", line)?;
    let events: Result<Vec<OrchestrationEvent>, String> =
        lines.map(|(number, line)| parse(number, "event", line)).collect();
    Ok(Evidence::Events { model, events: events? })
}

fn parse<T: DeserializeOwned>(number: u32, what: &str, line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| format!("line {number} is no {what}: {error}"))
}
