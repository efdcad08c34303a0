//! `harness shrink`: the shortest trace that still breaks the same invariant.

use std::path::PathBuf;

use model_tests::report::shrink::first_violation;
use model_tests::search::fuzzing::Target;

use crate::limits::Limits;
use crate::output::{self, say};
use crate::planted::Planted;
use crate::replay::Input;
use crate::verdict::Verdict;
use crate::{failures, files};

/// Shrink a trace that breaks an invariant, and show what happens in it.
///
/// Commands are left out and simplified as long as the same invariant is broken. The shrunk trace is written to a file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness shrink failing-run.trace.jsonl
  harness shrink --fuzz command_sequence --json crash-0a1b2c")]
pub struct Arguments {
    /// The trace.
    file: PathBuf,
    /// The file is an input of this fuzz target: shrink what it comes to.
    #[arg(long, value_name = "TARGET")]
    fuzz: Option<Target>,
    #[command(flatten)]
    planted: Planted,
    /// Write the report as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: Limits,
}

/// Shrinks a trace.
pub fn shrink(arguments: &Arguments) -> anyhow::Result<Verdict> {
    arguments.limits.begin()?;
    let subject = arguments.planted.subject()?;
    if let Some(target) = arguments.fuzz {
        return Input::read(target, subject, &arguments.file)?.show(arguments.json);
    }
    let name = arguments.file.display();
    let trace = files::read_trace(&arguments.file)?;
    let failure =
        first_violation(subject, &trace).map(|(length, violation)| failures::of(subject, violation, &trace[..length]));
    if arguments.json {
        output::print_json(&failures::json(failure.as_ref())?)?;
    } else if failure.is_none() {
        say!("the trace {name} breaks no invariant: there is nothing to shrink");
    } else {
        failures::print(failure.as_ref());
    }
    Ok(Verdict::new(failure.is_some(), Vec::new()))
}
