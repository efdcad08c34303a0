//! `harness replay`: a trace, step by step.

mod json;
mod pretty;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter};
use std::path::PathBuf;

use anyhow::Context;
use model_tests::replay::{Replay, ReplayedStep};
use model_tests::subject::Subject;
use model_tests::trace::TraceReader;

use crate::output::Verdict;

/// Replay a trace: decide and project each of its commands in turn, and check every invariant on the way.
///
/// A trace is JSON Lines, one command a line. For each, a JSON line tells what came of it; a last line sums up, with
/// the violations and the model. A refused command is no failure. Exit status: 0 clean; 1 an invariant was violated;
/// 2 a line is no command, which is named with the reason, after all that went before.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness replay run.trace.jsonl              one JSON line a step
  harness replay --pretty run.trace.jsonl     a table for people
  harness replay --until 12 run.trace.jsonl   the model after twelve steps, in the last line
  some-engine --trace | harness replay -      a trace from standard input")]
pub struct Arguments {
    /// The trace; `-` for standard input.
    file: PathBuf,
    /// Show a table for people.
    #[arg(long)]
    pretty: bool,
    /// Stop after this many steps.
    #[arg(long, value_name = "STEPS")]
    until: Option<u64>,
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
    violation: model_tests::invariants::Violation,
}

/// Replays a trace from a file.
pub fn replay(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let sink = BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    let show: Box<dyn Show> = if arguments.pretty {
        Box::new(pretty::Table::new(sink))
    } else {
        Box::new(json::Lines::new(sink))
    };
    let until = arguments.until.unwrap_or(u64::MAX);
    if arguments.file.as_os_str() == "-" {
        return run(io::stdin().lock(), until, show);
    }
    let name = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("the trace {name} could not be opened"))?;
    run(BufReader::new(file), until, show).with_context(|| format!("in the trace {name}"))
}

fn run(trace: impl BufRead, until: u64, mut show: Box<dyn Show>) -> anyhow::Result<Verdict> {
    let mut replay = Replay::new(Subject::CORE);
    let mut violations = Vec::new();
    let ended = steps(trace, until, &mut replay, &mut violations, show.as_mut());
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

/// Takes the steps, up to the end or to the first line that is no command.
fn steps(
    trace: impl BufRead,
    until: u64,
    replay: &mut Replay,
    violations: &mut Vec<Located>,
    show: &mut dyn Show,
) -> anyhow::Result<()> {
    for command in TraceReader::new(trace) {
        if replay.totals().steps >= until {
            break;
        }
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
