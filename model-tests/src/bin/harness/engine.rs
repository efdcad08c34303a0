//! `harness engine`: a whole server, driven, killed, and held against the core.

mod driven;
mod fault;
mod faults;
pub mod schedule;
mod tables;
mod told;
mod wrong;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::HumanCount;
use model_tests::engine::{
    Engine, Failure, Options, Progress, Run, Schedule, Shrinking, Shrunk, carry_out, drive, shrink,
};
use model_tests::proof::engines::{self, Fault};

use self::driven::Driven;
pub use self::driven::typed;
use self::told::Told;
use crate::limits::{self, Limits};
use crate::progress::{per_second, share_of, watch};
use crate::stop::{self, HURRY, STOP};
use crate::verdict::Verdict;

/// Engine: drive a whole server, kill it again and again, and hold what it did against the core.
///
/// COMMAND is an engine in any language. It is started with a fresh folder, and spoken to over its standard input and output,
/// in JSON Lines. Clients send it commands, read its model and subscribe; it is killed at moments drawn from the seed and at
/// the crash points that it names, and started again. Then its log is read, and held against the core and against what its
/// clients were told. What is wrong is made short, and shown.
///
/// Exit status: 0 clean; 1 violated, also by an engine that hangs, talks nonsense or dies by itself once it was open; 2 it
/// could not be started, or the usage is bad; 3 incomplete, and 130 after Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness engine -- target/release/examples/engine           20,000 commands of 24 clients, 40 kills
  harness engine --clients 4 --commands 300 --kills 3 -- python3 model-tests/adapters/engine.py
  harness engine --fault published-before-commit             a faulty engine, which must be found out
  harness engine --faults                                    all of them, and how soon each is found out
  harness engine --replay failures/E4-1b2c3d4e.schedule.jsonl -- target/release/examples/engine
  harness engine --help                                      how to write an adapter: see `model_tests::engine::protocol`,
                                                             and model-tests/adapters/ for one to copy")]
pub struct Arguments {
    /// The engine, with its arguments.
    #[arg(last = true, value_name = "COMMAND", required_unless_present_any = ["fault", "faults"])]
    command: Vec<OsString>,
    /// Drive one of the faulty engines instead, as a proof that faults are found: model-tests/FAULTY-ENGINES.md shows them.
    #[arg(long, value_name = "ID", value_parser = engines::named, conflicts_with_all = ["command", "log"])]
    fault: Option<&'static Fault>,
    /// Hunt every faulty engine, and show how soon each is found.
    #[arg(
        long,
        conflicts_with_all = ["command", "fault", "log", "clients", "commands", "kills", "duration", "patience", "tries", "shrinking", "replay"]
    )]
    faults: bool,
    /// How many clients send commands: each waits for its answer before it sends the next.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..))]
    clients: u32,
    /// How many commands they send together.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    commands: u64,
    /// How often the engine is crashed, at any moment and at the crash points that it names.
    #[arg(long, default_value_t = 40)]
    kills: u32,
    /// Send no more commands after this time, and be done: seconds, or as in 15m.
    #[arg(long, value_name = "TIME", value_parser = limits::time)]
    duration: Option<Duration>,
    /// Where all that is random comes from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How long a reply is waited for: seconds, or as in 500ms.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = limits::time)]
    patience: Duration,
    /// How often each shorter schedule is tried, and in the end the shortest: engines do not do the same every time.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,
    /// How long it may take to make a failing run short: seconds, or as in 5m.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = limits::time)]
    shrinking: Duration,
    /// Carry out this schedule instead, as often as `--tries` says.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["clients", "commands", "kills", "duration", "seed", "shrinking"])]
    replay: Option<PathBuf>,
    /// Where what the engine writes on its standard error goes. Its last lines are shown anyway when it fails.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
    /// Show what was done in full, and a table of the checks with how often each was made.
    #[arg(long)]
    details: bool,
    /// Write the verdict as JSON.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    fn options(&self) -> Options {
        Options {
            seed: self.seed,
            clients: self.clients,
            commands: self.commands,
            kills: self.kills,
            duration: self.duration,
            patience: self.patience,
        }
    }

    fn driven(&self) -> anyhow::Result<Driven> {
        if let Some(fault) = self.fault {
            return Ok(Driven::Fault(fault));
        }
        let Some((program, arguments)) = self.command.split_first() else {
            bail!("expected a COMMAND that starts the engine");
        };
        Ok(Driven::Process {
            program: program.clone(),
            arguments: arguments.to_vec(),
            harness: std::env::current_exe().context("this program does not find itself")?,
        })
    }
}

/// Drives an engine as the arguments say.
pub fn engine(arguments: &Arguments) -> anyhow::Result<Verdict> {
    if arguments.faults {
        arguments.limits.begin()?;
        return faults::hunt_all(arguments.seed, arguments.json);
    }
    let driven = arguments.driven()?;
    let schedule = arguments.replay.as_deref().map(schedule::read).transpose()?;
    arguments.limits.begin()?;
    if let Some(fault) = arguments.fault {
        fault::introduce(fault, arguments.json);
        if fault.is_simulated_only() {
            return fault::cut_the_power(fault, arguments.json);
        }
    }
    let told = match schedule {
        None => drive_at_random(&driven, arguments)?,
        Some(schedule) => replay(&driven, &schedule, arguments)?,
    };
    told.tell(arguments.json, arguments.details)
}

/// Drives it at random, and makes what fails short.
fn drive_at_random<'a>(driven: &'a Driven, arguments: &'a Arguments) -> anyhow::Result<Told<'a>> {
    let options = arguments.options();
    let started = Instant::now();
    let run = run(driven, &options, arguments)?;
    let elapsed = started.elapsed();
    refuse_what_never_opened(driven, &run)?;
    let was_stopped = stop::cause().is_some();
    stop::end_work();
    let shrunk = run
        .has_failed()
        .then(|| made_short(driven, run.clone(), &options, arguments));
    Ok(Told {
        driven,
        seed: Some(options),
        run,
        elapsed,
        shrunk,
        reason: stop::reason("driving the engine").filter(|_| was_stopped),
    })
}

fn run(driven: &Driven, options: &Options, arguments: &Arguments) -> anyhow::Result<Run> {
    let progress = Progress::default();
    let describe = |elapsed: Duration| {
        let commands = progress.commands.load(Ordering::Relaxed);
        format!(
            "{} commands ({}/s), {} crashes, {} events",
            HumanCount(commands),
            HumanCount(per_second(commands, elapsed)),
            HumanCount(progress.crashes.load(Ordering::Relaxed)),
            HumanCount(progress.events.load(Ordering::Relaxed)),
        )
    };
    let share = |elapsed| {
        let sent = progress.commands.load(Ordering::Relaxed);
        let of_commands = share_of(Some(Duration::from_secs(options.commands)), Duration::from_secs(sent));
        let of_time = share_of(options.duration, elapsed);
        of_commands.into_iter().chain(of_time).reduce(f64::max)
    };
    let run = watch("driving", arguments.json, describe, share, || {
        let mut engine = driven.make(arguments.log.as_deref())?;
        Ok::<_, Failure>(drive(engine.as_mut(), options, &progress, &STOP))
    });
    run.with_context(|| driven.to_string())
}

/// An engine that was never open has not shown anything: something is wrong with how it is called.
fn refuse_what_never_opened(driven: &Driven, run: &Run) -> anyhow::Result<()> {
    let Some(failure) = run.failure.as_ref().filter(|_| !told::was_open(run)) else {
        return Ok(());
    };
    let words = told::last_words(&run.last_words);
    bail!("{driven}: {failure}{words}");
}

fn made_short(driven: &Driven, run: Run, options: &Options, arguments: &Arguments) -> Shrunk {
    let describe = |elapsed: Duration| {
        let left = arguments.shrinking.saturating_sub(elapsed).as_secs();
        format!("what was found, {left} s at most")
    };
    let shrinking = Shrinking {
        tries: arguments.tries,
        patience: arguments.patience,
        limit: arguments.shrinking,
    };
    let share = |elapsed| share_of(Some(arguments.shrinking), elapsed);
    watch("shrinking", arguments.json, describe, share, || {
        shrink(&mut || driven.make(None), run, Some(options), shrinking, &HURRY)
    })
}

/// Carries out a schedule, some times, and shows the first run that fails, if one does.
fn replay<'a>(driven: &'a Driven, schedule: &Schedule, arguments: &'a Arguments) -> anyhow::Result<Told<'a>> {
    let started = Instant::now();
    let tries = arguments.tries;
    let runs = watch(
        "replaying",
        arguments.json,
        |_| String::new(),
        |_| None,
        || {
            let mut runs: Vec<Run> = Vec::new();
            for _ in 0..tries {
                let mut engine: Box<dyn Engine> = driven.make(arguments.log.as_deref())?;
                runs.push(carry_out(engine.as_mut(), schedule, arguments.patience, &STOP));
                if STOP.load(Ordering::Relaxed) {
                    break;
                }
            }
            Ok::<_, Failure>(runs)
        },
    );
    let runs = runs.with_context(|| driven.to_string())?;
    let elapsed = started.elapsed();
    let was_stopped = stop::cause().is_some();
    stop::end_work();
    for run in &runs {
        refuse_what_never_opened(driven, run)?;
    }
    let first = runs.iter().find(|run| run.has_failed());
    let shrunk = first.map(|first| Shrunk {
        run: first.clone(),
        shown: count(runs.iter().filter(|run| run.shows_the_same_as(first))),
        tries: count(runs.iter()),
    });
    let run = first
        .or(runs.first())
        .context("the schedule was not carried out")?
        .clone();
    Ok(Told {
        driven,
        seed: None,
        run,
        elapsed,
        shrunk,
        reason: stop::reason("the replay").filter(|_| was_stopped),
    })
}

fn count<'a>(runs: impl Iterator<Item = &'a Run>) -> u32 {
    u32::try_from(runs.count()).unwrap_or(u32::MAX)
}
