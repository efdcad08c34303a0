//! What all tasks share: how they end, and how they show a failure.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use model_tests::report::failure::Failure;
use serde::Serialize;
use serde_json::Value;

/// How a task ended that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was wrong.
    Clean,
    /// An invariant was violated.
    Violated,
}

/// Turns the end of a task into an exit status, and tells on standard error why it could not be carried out.
pub fn exit_code(result: anyhow::Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Violated) => ExitCode::from(1),
        // Whoever read the output has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// The folder for the traces of failures.
const FAILURES: &str = "failures";

/// Prints the report of a failure, if there is one, and writes its trace to a file.
pub fn print_failure(failure: Option<&Failure>) -> anyhow::Result<()> {
    if let Some(failure) = failure {
        let file = write_trace(failure)?;
        anstream::println!("\n{}", failure.report(Some(&file)));
    }
    Ok(())
}

/// A failure as JSON, with the file that its trace was written to; null if there is none.
pub fn failure_json(failure: Option<&Failure>) -> anyhow::Result<Value> {
    failure.map_or(Ok(Value::Null), |failure| {
        Ok(failure.to_json(Some(&write_trace(failure)?))?)
    })
}

fn write_trace(failure: &Failure) -> anyhow::Result<std::path::PathBuf> {
    failure
        .write_to(Path::new(FAILURES))
        .with_context(|| format!("the trace could not be written to {FAILURES}/"))
}

/// Prints a value as JSON, for machines.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(io::stdout().lock(), value).map_err(io::Error::from)?;
    anstream::println!();
    Ok(())
}
