//! `harness induct`: legal models, reachable or not, each given every kind of command.

use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration};
use model_tests::search::induct::{self, Induced, Options, Progress};
use model_tests::subject::Subject;
use serde::Serialize;

use crate::common::Common;
use crate::ending::Ending;
use crate::limits::{self, Threads};
use crate::output::say;
use crate::progress::watch_steps;
use crate::stop::{self, STOP};
use crate::summary;
use crate::verdict::{Reason, Verdict};

/// Induct: legal models, reachable or not, large ones too, each given every kind of command.
///
/// Every model is drawn from the seed and its number: legal by S1 to S11, and arbitrary in all else. After each command, all is
/// checked that must hold after any command: so an engine can go on from any legal snapshot. A violation is shrunk and written
/// as a trace that begins with a snapshot.
///
/// Exit status: 0 clean; 1 violated; 2 the usage is bad; 3 incomplete, and 130 after Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness induct                          for 10 seconds
  harness induct --duration 1h            for an hour
  harness induct --seed 7 --models 10000  the same ten thousand models every time")]
pub struct Arguments {
    /// Stop after this many models, unless the duration is over first.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    models: Option<u64>,
    /// Begin no more models after this time: seconds, or as in 15m. 10 seconds if neither this nor a number of models is given.
    #[arg(long, value_name = "TIME", value_parser = limits::time)]
    duration: Option<Duration>,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    common: Common,
}

/// How long to go on when nothing else is said.
const TIME: Duration = Duration::from_secs(10);

/// What came of it, for machines.
#[derive(Debug, Serialize)]
pub struct InductFields {
    seed: u64,
    models: u64,
    steps: u64,
    accepted: u64,
    rejected: u64,
    largest: u64,
    seconds: f64,
}

impl InductFields {
    /// The fields of what came of it.
    pub fn of(seed: u64, induced: &Induced) -> Self {
        Self {
            seed,
            models: induced.models,
            steps: induced.steps,
            accepted: induced.accepted,
            rejected: induced.steps - induced.accepted,
            largest: induced.largest,
            seconds: induced.elapsed.as_secs_f64(),
        }
    }
}

/// Tries models as the arguments say.
pub fn induct(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let common = &arguments.common;
    let subject = common.begin()?;
    let is_endless = arguments.duration.is_none() && arguments.models.is_none();
    let options = Options {
        seed: common.seed,
        models: arguments.models,
        duration: if is_endless { Some(TIME) } else { arguments.duration },
        threads: arguments.threads.number(),
    };
    let induced = run(subject, &options, common.json);
    Ending {
        subject,
        planted: &common.planted,
        found: induced.found.as_ref(),
        reason: reason(&induced),
    }
    .tell(
        common.json,
        || {
            serde_json::json!({
                "induct": InductFields::of(options.seed, &induced),
                "invariants": induced.tally,
                "coverage": summary::cells(&induced.coverage),
            })
        },
        || {
            print(&induced);
            summary::print_tally(&induced.tally, common.details);
        },
    )
}

/// Tries models on a subject, and shows how far it has come.
pub fn run(subject: Subject, options: &Options, quiet: bool) -> Induced {
    let progress = Progress::default();
    let so_far = || {
        let models = HumanCount(progress.models.load(Ordering::Relaxed));
        (progress.steps.load(Ordering::Relaxed), format!("on {models} models"))
    };
    watch_steps("inducting", quiet, options.duration, so_far, || {
        induct::induct(subject, options, &progress, &STOP)
    })
}

/// Why it did not finish, if it did not.
pub fn reason(induced: &Induced) -> Option<Reason> {
    stop::reason("induction").filter(|_| induced.was_stopped)
}

/// Prints what came of it, in one line.
pub fn print(induced: &Induced) {
    say!("{}", line(induced));
}

/// The same line.
pub fn line(induced: &Induced) -> String {
    format!(
        "inducted: {} steps on {} legal models, up to {} of a thing, {}",
        HumanCount(induced.steps),
        HumanCount(induced.models),
        HumanCount(induced.largest),
        HumanDuration(induced.elapsed),
    )
}
