//! `harness explore`: every state of a scope.

mod scope;

use std::fs;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::{Context, bail};
use bytesize::ByteSize;
use clap::ValueEnum;
use foldhash::quality::FixedState;
use indicatif::{HumanCount, HumanDuration};
use model_tests::check::coverage::rules::Cell;
use model_tests::check::coverage::{Outcome, Status};
use model_tests::kind::Kind;
use model_tests::report::whole_file;
use model_tests::search::explore::{self, Abstraction, End, Exploration, Forecast, Kept, Options, Progress, Scope};
use model_tests::subject::Subject;
use model_tests::trace::write_trace;
use orchestration::OrchestrationCommand;
use serde::Serialize;

use self::scope::Bounds;
pub use self::scope::ScopeName;
use crate::common::Details;
use crate::ending::Ending;
use crate::limits::{Limits, Threads};
use crate::output::{say, tell};
use crate::planted::Planted;
use crate::progress::{per_second, watch};
use crate::stop::{self, STOP};
use crate::verdict::{Cause, Reason, Verdict};
use crate::{style, summary};

/// Explore every state of a scope, breadth first, to the last one.
///
/// From every state every command is tried that the scope allows, and every invariant is checked. States that differ
/// only by a renaming of ids count once. The verdict is *complete* when nothing new comes up. A violation is shown by the
/// shortest trace that leads to it.
///
/// Exit status: 0 clean; 1 violated; 2 the usage is bad; 3 incomplete, and 130 after Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness explore                              the default scope
  harness explore --scope large                for a night
  harness explore --scope tiny --turns 2       a scope of your own
  harness explore --scope large --ended-turns kinds
  harness explore --scope large --folder DIR   goes on there when it was stopped
  harness explore --witnesses DIR              the shortest trace to every cell of the coverage table")]
pub struct Arguments {
    /// How much of the domain.
    #[arg(long, value_enum, default_value_t = ScopeName::Default)]
    scope: ScopeName,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    threads: Threads,
    /// Count states that differ by a renaming of ids separately.
    #[arg(long)]
    no_symmetry: bool,
    /// How turns that have ended are told apart.
    ///
    /// Without it, as the scope has it: `kinds` for those of two turns, threads or projects, and `exact` for the others.
    #[arg(long, value_enum, conflicts_with = "no_symmetry")]
    ended_turns: Option<EndedTurns>,
    /// Give up after this many states.
    #[arg(long, value_name = "STATES", value_parser = clap::value_parser!(u64).range(1..))]
    most_states: Option<u64>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    planted: Planted,
    /// Keep the exploration in this folder, and go on with what is kept there: one that was stopped loses less than a minute.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Write the shortest trace to every cell of the coverage table into this folder.
    #[arg(long, value_name = "DIR")]
    witnesses: Option<PathBuf>,
    #[command(flatten)]
    details: Details,
    /// Write the verdict as JSON.
    #[arg(long)]
    json: bool,
}

/// How turns that have ended are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EndedTurns {
    /// By all that is in them.
    Exact,
    /// By how they ended and how many entries of each kind they have: no decision looks at more.
    Kinds,
}

impl Arguments {
    const fn abstraction(&self) -> Abstraction {
        match (self.no_symmetry, self.ended_turns) {
            (true, _) => Abstraction::Nothing,
            (false, Some(EndedTurns::Exact)) => Abstraction::Names,
            (false, Some(EndedTurns::Kinds)) => Abstraction::EndedTurns,
            (false, None) => self.scope.abstraction(),
        }
    }
}

/// An exploration for machines.
#[derive(Debug, Serialize)]
pub struct ExplorationFields {
    scope: Scope,
    verdict: End,
    states: u64,
    transitions: u64,
    depth: u32,
    bytes_per_state: Option<u64>,
    will_not_fit: Option<Forecast>,
    seconds: f64,
}

impl ExplorationFields {
    /// The fields of an exploration.
    pub fn of(scope: Scope, exploration: &Exploration) -> Self {
        Self {
            scope,
            verdict: exploration.end,
            states: exploration.states,
            transitions: exploration.transitions,
            depth: exploration.depth,
            bytes_per_state: exploration.bytes_per_state,
            will_not_fit: exploration.will_not_fit,
            seconds: exploration.elapsed.as_secs_f64(),
        }
    }
}

/// Explores as the arguments say.
pub fn explore(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let bounds = arguments.limits.begin()?;
    let subject = arguments.planted.subject()?;
    let scope = arguments.bounds.over(arguments.scope.scope());
    let defaults = Options::new(scope);
    let options = Options {
        abstraction: arguments.abstraction(),
        threads: arguments.threads.number(),
        most_bytes: bounds.memory,
        most_states: arguments.most_states.unwrap_or(defaults.most_states),
        ..defaults
    };
    // Before anything is explored: what cannot be written later is known now.
    if let Some(folder) = &arguments.witnesses {
        fs::create_dir_all(folder).with_context(|| no_witnesses(folder))?;
    }
    let by = arguments
        .folder
        .as_ref()
        .map(|_| explorer(&arguments.planted))
        .transpose()?;
    let folder = arguments.folder.as_deref().zip(by.as_deref());
    let kept = folder.map(|(folder, by)| Kept { folder, by });
    let exploration = run_in(kept, subject, &arguments.scope.name(), &options, arguments.json)?;
    let verdict = Ending {
        subject,
        planted: &arguments.planted,
        found: exploration.found.as_ref(),
        reason: reason(&arguments.scope.name(), &options, &exploration),
    }
    .tell(
        arguments.json,
        || {
            serde_json::json!({
                "exploration": ExplorationFields::of(scope, &exploration),
                "invariants": exploration.tally,
                "coverage": summary::cells(&exploration.coverage),
            })
        },
        || {
            print(&arguments.scope.name(), &exploration);
            summary::print_tally(&exploration.tally, arguments.details);
        },
    )?;
    if let Some(folder) = &arguments.witnesses {
        let written = write_witnesses(folder, &exploration).with_context(|| no_witnesses(folder));
        match written {
            // The violation was shown, and counts.
            Err(error) if verdict == Verdict::Violated => tell!("error: {error:#}"),
            written => written?,
        }
    }
    Ok(verdict)
}

fn no_witnesses(folder: &Path) -> String {
    format!("the witnesses could not be written to {}", folder.display())
}

/// Who explores: this build of the harness, with these bugs. What another one has found may not be so.
fn explorer(planted: &Planted) -> anyhow::Result<String> {
    let program = std::env::current_exe().context("this program does not find itself")?;
    let bytes = fs::read(&program).with_context(|| format!("{} cannot be read", program.display()))?;
    let hash = FixedState::with_seed(0).hash_one(bytes);
    Ok(format!("harness {hash:016x} with {:?}", planted.ids()))
}

/// Explores a subject, and shows how far it has come.
pub fn run(subject: Subject, name: &str, options: &Options, quiet: bool) -> anyhow::Result<Exploration> {
    run_in(None, subject, name, options, quiet)
}

fn run_in(
    kept: Option<Kept<'_>>,
    subject: Subject,
    name: &str,
    options: &Options,
    quiet: bool,
) -> anyhow::Result<Exploration> {
    let progress = Progress::default();
    let describe = |elapsed| {
        let transitions = progress.transitions.load(Ordering::Relaxed);
        let bytes = match progress.bytes_per_state.load(Ordering::Relaxed) {
            0 => String::new(),
            bytes => format!(", {} a state", ByteSize(bytes)),
        };
        format!(
            "{} states, {} transitions ({}/s), depth {}, {} to be expanded{bytes}",
            HumanCount(progress.states.load(Ordering::Relaxed)),
            HumanCount(transitions),
            HumanCount(per_second(transitions, elapsed)),
            progress.depth.load(Ordering::Relaxed),
            HumanCount(progress.frontier.load(Ordering::Relaxed)),
        )
    };
    let work = || explore::explore_in(kept, subject, options, &progress, &STOP);
    Ok(watch(&format!("exploring {name}"), quiet, describe, |_| None, work)?)
}

/// Why an exploration is not complete, if it is not and nothing was violated.
pub fn reason(name: &str, options: &Options, exploration: &Exploration) -> Option<Reason> {
    let what = format!("exploration of {name}");
    match exploration.end {
        End::Complete | End::Violated => None,
        End::Stopped => stop::reason(&what),
        End::OutOfMemory => exploration
            .will_not_fit
            .map(|forecast| Reason::new(what, Cause::WillNotFit(forecast))),
        End::OutOfBounds => Some(Reason::new(what, Cause::MostStates(options.most_states))),
    }
}

/// The scopes that together have room for every cell of the coverage table.
pub const EVERY_CELL: [(&str, Scope); 2] = [("small", Scope::SMALL), ("two approvals", Scope::TWO_APPROVALS)];

/// Explores a scope of the core to its end, or says why it could not: an incomplete exploration may leave out cells.
pub fn all(name: &str, options: &Options) -> anyhow::Result<Result<Exploration, Reason>> {
    let exploration = run(Subject::CORE, name, options, false)?;
    if let Some(found) = &exploration.found {
        bail!("exploration of {name}: {}: harness explore shows it", found.violation);
    }
    Ok(reason(name, options, &exploration).map_or(Ok(exploration), Err))
}

/// The shortest trace to every cell, by what it is called.
pub fn witnesses(explored: &[Exploration]) -> Vec<(String, Vec<OrchestrationCommand>)> {
    let witnesses = explored.iter().flat_map(|exploration| &exploration.witnesses);
    let named =
        |((kind, status, outcome), trace): &(Cell, Vec<_>)| (witness_name(*kind, *status, *outcome), trace.clone());
    witnesses.map(named).collect()
}

/// Prints the result of an exploration, in one line.
pub fn print(name: &str, exploration: &Exploration) {
    say!("{}", line(name, exploration));
}

/// The result of an exploration in one line.
pub fn line(name: &str, exploration: &Exploration) -> String {
    let (style, end) = match exploration.end {
        End::Complete => (style::GOOD, "complete"),
        End::Stopped => (style::FAINT, "stopped"),
        End::OutOfBounds => (style::FAINT, "too many states"),
        End::OutOfMemory => (style::FAINT, "too little memory"),
        End::Violated => (style::BAD, "a violation"),
    };
    format!(
        "explored {name}: {} states, {} transitions, {}: {style}{end}{style:#}",
        HumanCount(exploration.states),
        HumanCount(exploration.transitions),
        HumanDuration(exploration.elapsed),
    )
}

fn write_witnesses(folder: &Path, exploration: &Exploration) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for ((kind, status, outcome), trace) in &exploration.witnesses {
        let path = folder.join(witness_name(*kind, *status, *outcome) + ".trace.jsonl");
        let mut bytes = Vec::new();
        write_trace(&mut bytes, trace)?;
        whole_file::write(&path, &bytes)?;
    }
    Ok(())
}

/// What to call the witness of a cell.
fn witness_name(kind: Kind, status: Status, outcome: Outcome) -> String {
    format!("{kind}-at-{status}-{outcome}")
        .replace([' ', ','], "_")
        .replace("__", "_")
}
