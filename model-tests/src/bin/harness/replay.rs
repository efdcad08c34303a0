//! `harness replay`: a trace, step by step.

mod input;
mod json;
mod pretty;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter};
use std::path::PathBuf;

use anyhow::Context;
use model_tests::report::replay::{Replay, ReplayedStep};
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;
use model_tests::trace::TraceReader;

use crate::output;
use crate::planted::Planted;
use crate::verdict::Verdict;

pub use input::show as show_input;

/// Replay a trace: decide and project each of its commands in turn, and check every invariant on the way.
///
/// A trace is JSON Lines: one command a line, from the empty model on. For each step, a line of JSON tells whether it was
/// accepted, with the events, or rejected, with the error; a last line sums up, with the violations and the model. A
/// rejected command is no failure, and a violated invariant does not end the replay.
///
/// Exit status: 0 clean; 1 an invariant was violated, or the reference machine disagreed; 2 the usage is bad, or a line
/// is no command, which is named with the reason, after all that went before.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  harness replay run.trace.jsonl              one JSON line a step
  harness replay --pretty run.trace.jsonl     a table for people
  harness replay --until 12 run.trace.jsonl   the model after twelve steps, in the last line
  some-engine --trace | harness replay -      a trace from standard input
  harness replay --fuzz wire crash-0a1b2c     what an input of a fuzz target comes to, shrunk, with a test

A line of a trace:
  {"type":"rename_project","project_id":"00000000-0000-4000-8000-000000000001","name":"Ledger","at":"2026-03-02T09:00:21Z"}

The table is coloured on a terminal, unless NO_COLOR is set."#)]
pub struct Arguments {
    /// The trace; `-` for standard input.
    file: PathBuf,
    /// Show a table for people.
    #[arg(long)]
    pretty: bool,
    /// Stop after this many steps.
    #[arg(long, value_name = "STEPS")]
    until: Option<u64>,
    /// The file is an input of this fuzz target: show what it comes to.
    #[arg(long, value_name = "TARGET", conflicts_with_all = ["pretty", "until"])]
    fuzz: Option<Target>,
    #[command(flatten)]
    planted: Planted,
}

/// Where a replay is shown.
trait Show {
    /// Shows a step.
    fn step(&mut self, step: &ReplayedStep) -> io::Result<()>;
    /// Shows the whole.
    fn end(&mut self, replay: &Replay, violations: &[Located]) -> io::Result<()>;
}

/// A violation, with the step after which it was found.
#[derive(Clone, Debug)]
struct Located {
    step: u64,
    violation: model_tests::check::invariants::Violation,
}

/// Replays a trace from a file.
pub fn replay(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let subject = arguments.planted.subject()?;
    if let Some(target) = arguments.fuzz {
        return show_input(target, subject, &arguments.file, false);
    }
    let mut show: Box<dyn Show> = if arguments.pretty {
        Box::new(pretty::Table::new(BufWriter::new(output::for_people())))
    } else {
        Box::new(json::Lines::new(BufWriter::new(output::for_machines())))
    };
    let until = arguments.until.unwrap_or(u64::MAX);
    if arguments.file.as_os_str() == "-" {
        return run(subject, io::stdin().lock(), until, show.as_mut()).context("in the trace on standard input");
    }
    let name = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("the trace {name} could not be opened"))?;
    run(subject, BufReader::new(file), until, show.as_mut()).with_context(|| format!("in the trace {name}"))
}

fn run(subject: Subject, trace: impl BufRead, until: u64, show: &mut dyn Show) -> anyhow::Result<Verdict> {
    let mut replay = Replay::new(subject);
    let mut violations = Vec::new();
    let ended = steps(trace, until, &mut replay, &mut violations, show);
    let step = replay.totals().steps;
    violations.extend(replay.finish().into_iter().map(|violation| Located { step, violation }));
    show.end(&replay, &violations)?;
    ended?;
    Ok(if violations.is_empty() {
        Verdict::Clean
    } else {
        Verdict::Violated
    })
}

/// Takes the steps, up to the end, to the first line that is no command, or to a panic.
fn steps(
    trace: impl BufRead,
    until: u64,
    replay: &mut Replay,
    violations: &mut Vec<Located>,
    show: &mut dyn Show,
) -> anyhow::Result<()> {
    let mut commands = TraceReader::new(trace);
    // No line is read beyond the last step: whoever writes the trace may not have written it yet.
    while replay.totals().steps < until && !replay.has_panicked() {
        let Some(command) = commands.next() else {
            break;
        };
        let (_, command) = command?;
        let step = replay.step(command);
        show.step(&step)?;
        violations.extend(step.violations.into_iter().map(|violation| Located {
            step: step.step,
            violation,
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
