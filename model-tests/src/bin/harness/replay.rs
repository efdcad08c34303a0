//! `harness replay`: a trace, step by step.

mod against;
mod input;
mod json;
mod pretty;
mod tree;
mod walk;
mod whole;

use std::fmt;
use std::io::{self, BufRead, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::bail;
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;
use model_tests::trace::{TraceError, TraceReader};
use model_tests::walkthrough::Step;
use model_tests::walkthrough::replay::Replay;
use orchestration::OrchestrationCommand;

pub use self::input::Input;
use crate::limits::Limits;
use crate::output;
use crate::planted::Planted;
use crate::verdict::{Reason, Verdict};
use crate::{files, stop};

/// Replay a trace: decide and project each of its commands in turn, and check every invariant on the way.
///
/// A trace is JSON Lines: one command a line, from the empty model on, or from that of a snapshot in the first line. For each step, a line of JSON tells whether it was
/// accepted, with the events, or rejected, with the error; a last line sums up, with the violations and the model. A
/// rejected command is no failure, and a violated invariant does not end the replay.
///
/// Exit status: 0 clean; 1 an invariant was violated, or the reference machine disagreed; 2 the usage is bad, or a line
/// is no command, which is named with the reason, after all that went before; 3 it was stopped before its end.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  harness replay run.trace.jsonl              one JSON line a step
  harness replay --pretty run.trace.jsonl     a table for people
  harness replay --until 12 run.trace.jsonl   the model after twelve steps, in the last line
  harness replay --step 12 run.trace.jsonl    the same for people, with what that step changed
  harness replay --diff 3 12 run.trace.jsonl  what differs between two states, field by field
  harness replay --walk run.trace.jsonl       step by step, forwards and back, by keys
  harness replay --against other.trace.jsonl run.trace.jsonl
                                              the first step that differs; or the first event, against a log of them
  some-engine --trace | harness replay -      a trace from standard input
  harness replay --fuzz wire crash-0a1b2c     what an input of a fuzz target comes to, shrunk, with a test
  harness replay --fuzz interleaving --pretty crash-0a1b2c
                                              the commands that it becomes, step by step

A line of a trace:
  {"type":"rename_project","project_id":"00000000-0000-4000-8000-000000000001","name":"Ledger","at":"2026-03-02T09:00:21Z"}

The table is coloured on a terminal, unless NO_COLOR is set."#)]
pub struct Arguments {
    /// The trace; `-` for standard input.
    file: PathBuf,
    /// Show a table for people.
    #[arg(long)]
    pretty: bool,
    /// Show the state after so many steps as a tree, and what the last of them was, caused and changed.
    #[arg(long, value_name = "N", conflicts_with_all = ["pretty", "until", "diff", "walk", "against"])]
    step: Option<usize>,
    /// Show what differs between the states after A and after B steps.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["pretty", "until", "walk", "against"])]
    diff: Option<Vec<usize>>,
    /// Go through the replay step by step, by keys, each on a line of standard input: n, p, g N, v, d, d N, s, i, h, q.
    #[arg(long, conflicts_with_all = ["pretty", "until", "against"])]
    walk: bool,
    /// Show where the trace first differs from this other one, or, if this holds stored events as JSON Lines, where they first
    /// differ from what the core decides. Then the exit status is 1.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pretty", "until", "fuzz"])]
    against: Option<PathBuf>,
    /// List the ids that the names stand for.
    #[arg(long)]
    ids: bool,
    /// Stop after this many steps.
    #[arg(long, value_name = "STEPS")]
    until: Option<u64>,
    /// The file is an input of this fuzz target: show its result. With `--pretty` or `--until`, the commands that it
    /// becomes are replayed.
    #[arg(long, value_name = "TARGET")]
    fuzz: Option<Target>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    planted: Planted,
}

/// Where a replay is shown.
trait Show {
    /// Shows a step.
    fn step(&mut self, step: &Step) -> io::Result<()>;
    /// Shows the whole.
    fn end(&mut self, replay: &Replay, found: &Found<'_>, end: &End) -> io::Result<()>;
}

/// Why a replay took no more steps.
#[derive(Debug)]
enum End {
    /// There were no more, or no more were wanted, or the subject panicked.
    Whole,
    /// It was told to stop.
    Stopped(Reason),
    /// Nobody takes what it shows.
    Unshown,
    /// The next line is not a command.
    Unreadable(TraceError),
}

/// A violation, with the step after which it was found.
#[derive(Clone, Debug)]
struct Located {
    step: u64,
    violation: model_tests::check::invariants::Violation,
}

impl fmt::Display for Located {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, violation } = self;
        write!(
            formatter,
            "{} after step {step}: {}",
            violation.invariant, violation.message
        )
    }
}

/// What was found in a whole replay.
struct Found<'a> {
    violations: &'a [Located],
    /// Those that were found only after the last step, and so were not shown with any step.
    at_end: &'a [Located],
}

/// Replays a trace from a file.
pub fn replay(arguments: &Arguments) -> anyhow::Result<Verdict> {
    arguments.limits.begin_reading()?;
    let subject = arguments.planted.subject()?;
    let until = arguments.until.unwrap_or(u64::MAX);
    if arguments.looks_into() {
        return look_into(arguments, subject);
    }
    if let Some(target) = arguments.fuzz {
        let input = Input::read(target, &arguments.planted, &arguments.file)?;
        let is_replayed = arguments.pretty || arguments.until.is_some();
        if !is_replayed {
            return input.show(false);
        }
        let commands = input.commands()?.into_iter().map(Ok);
        let source = Source {
            name: format!("the input {}", arguments.file.display()),
            path: None,
        };
        let verdict = run(subject, commands, until, show(arguments).as_mut(), &source)?;
        // What the target checks in addition belongs to no step.
        let is_all = arguments.pretty && arguments.until.is_none();
        return if is_all && verdict == Verdict::Clean {
            input.show(false)
        } else {
            Ok(verdict)
        };
    }
    let mut show = show(arguments);
    if arguments.file.as_os_str() == "-" {
        let source = Source {
            name: "the trace on standard input".to_owned(),
            path: None,
        };
        return run_trace(subject, io::stdin().lock(), until, show.as_mut(), &source);
    }
    let trace = BufReader::new(files::open_trace(&arguments.file)?);
    let source = Source {
        name: format!("the trace {}", arguments.file.display()),
        path: Some(&arguments.file),
    };
    run_trace(subject, trace, until, show.as_mut(), &source)
}

impl Arguments {
    /// Whether the whole is to be looked into.
    const fn looks_into(&self) -> bool {
        self.step.is_some() || self.diff.is_some() || self.walk || self.against.is_some()
    }
}

/// Replays the whole, and shows what of it is wanted.
fn look_into(arguments: &Arguments, subject: Subject) -> anyhow::Result<Verdict> {
    let replayed = whole::read(arguments, subject)?;
    let verdict = whole::verdict(&replayed, &arguments.file);
    if let Some(number) = arguments.step {
        whole::show_step(&replayed, number, arguments.ids)?;
    } else if let Some(numbers) = &arguments.diff {
        let (from, to) = whole::pair(numbers)?;
        whole::show_difference(&replayed, from, to, arguments.ids)?;
    } else if let Some(other) = &arguments.against {
        let is_same = against::hold(&replayed, subject, &arguments.file, other)?;
        return Ok(Verdict::new(!is_same, Vec::new()));
    } else {
        walk::walk(&replayed)?;
    }
    Ok(verdict)
}

/// Where commands come from.
struct Source<'a> {
    name: String,
    /// The file that they are in, as a trace.
    path: Option<&'a Path>,
}

fn show(arguments: &Arguments) -> Box<dyn Show> {
    if arguments.pretty {
        let is_file = arguments.fuzz.is_none() && arguments.file.as_os_str() != "-";
        let next = pretty::Next {
            file: is_file.then(|| arguments.file.display().to_string()),
            planted: arguments.planted.ids().map(str::to_owned),
        };
        let sink = BufWriter::new(output::for_people());
        Box::new(pretty::Table::new(sink, arguments.ids, next))
    } else {
        Box::new(json::Lines::new(BufWriter::new(output::for_machines())))
    }
}

/// Replays a trace, from the model that it begins with. Where no step is wanted, none of it is read.
fn run_trace(
    subject: Subject,
    trace: impl BufRead,
    until: u64,
    show: &mut dyn Show,
    source: &Source<'_>,
) -> anyhow::Result<Verdict> {
    let mut trace = TraceReader::new(trace);
    let (model, unreadable) = match if until > 0 { trace.beginning() } else { Ok(None) } {
        Ok(model) => (model, None),
        Err(error) => (None, Some(Err(error))),
    };
    let commands = unreadable
        .into_iter()
        .chain(trace.map(|line| line.map(|(_, command)| command)));
    match model {
        None => run(subject, commands, until, show, source),
        Some(model) => run_on(Replay::from_model(subject, model), true, commands, until, show, source),
    }
}

fn run(
    subject: Subject,
    commands: impl Iterator<Item = Result<OrchestrationCommand, TraceError>>,
    until: u64,
    show: &mut dyn Show,
    source: &Source<'_>,
) -> anyhow::Result<Verdict> {
    run_on(Replay::new(subject), false, commands, until, show, source)
}

/// Replays commands on what is there already: a model that may be the whole of a trace, or nothing.
fn run_on(
    mut replay: Replay,
    has_beginning: bool,
    commands: impl Iterator<Item = Result<OrchestrationCommand, TraceError>>,
    until: u64,
    show: &mut dyn Show,
    source: &Source<'_>,
) -> anyhow::Result<Verdict> {
    let mut violations = Vec::new();
    let end = steps(commands, until, &mut replay, &mut violations, show);
    let step = replay.totals().steps;
    let at_end: Vec<_> = replay
        .finish()
        .into_iter()
        .map(|violation| Located { step, violation })
        .collect();
    violations.extend(at_end.iter().cloned());
    if let Some(first) = violations.first() {
        output::keep(format!("A violation was found: {first}, in {}.", source.name));
    }
    if let End::Unshown = end {
        return Ok(Verdict::new(!violations.is_empty(), Vec::new()));
    }
    // What cannot be shown is remembered where it was to be written.
    let _ = show.end(
        &replay,
        &Found {
            violations: &violations,
            at_end: &at_end,
        },
        &end,
    );
    match end {
        End::Unreadable(error) => Err(files::no_trace(error, &source.name, source.path)),
        End::Whole if step == 0 && until > 0 && !has_beginning => bail!(files::empty(&source.name)),
        End::Stopped(reason) => {
            let verdict = Verdict::new(!violations.is_empty(), vec![reason]);
            verdict.tell();
            Ok(verdict)
        }
        End::Whole | End::Unshown => Ok(Verdict::new(!violations.is_empty(), Vec::new())),
    }
}

/// Takes the steps, up to the end, to the first line that is no command, or to a panic.
fn steps(
    mut commands: impl Iterator<Item = Result<OrchestrationCommand, TraceError>>,
    until: u64,
    replay: &mut Replay,
    violations: &mut Vec<Located>,
    show: &mut dyn Show,
) -> End {
    // No line is read beyond the last step: whoever writes the trace may not have written it yet.
    while replay.totals().steps < until && !replay.has_panicked() {
        if let Some(reason) = stop::reason("the replay") {
            return End::Stopped(reason);
        }
        let command = match commands.next() {
            None => break,
            Some(Err(error)) => return End::Unreadable(error),
            Some(Ok(command)) => command,
        };
        let step = replay.step(command);
        let is_shown = show.step(&step).is_ok();
        violations.extend(step.violations.into_iter().map(|violation| Located {
            step: step.number as u64,
            violation,
        }));
        if !is_shown {
            return End::Unshown;
        }
    }
    End::Whole
}

#[cfg(test)]
mod tests;
