//! `harness soak`: long random runs.

use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration};
use model_tests::search::soak::{self, Options, Progress, STEPS_PER_RUN, Soaked};
use model_tests::subject::Subject;
use serde::Serialize;

use crate::common::Common;
use crate::ending::Ending;
use crate::limits::{self, Threads};
use crate::output::say;
use crate::progress::{per_second, watch_steps};
use crate::stop::{self, STOP};
use crate::summary;
use crate::verdict::{Reason, Verdict};

/// Soak: long random runs on all cores, from a seed.
///
/// Every run draws its own mix of steps from the seed and its number, so that the same seed finds the same violation on
/// any number of threads. A violation is shrunk and written as a trace.
///
/// Exit status: 0 clean; 1 violated; 2 the usage is bad; 3 incomplete, and 130 after Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness soak                          for 20 seconds
  harness soak --duration 1h            for an hour
  harness soak --seed 7 --steps 100000  the same hundred thousand steps every time")]
pub struct Arguments {
    /// Stop after this many steps, unless the duration is over first.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// Begin no more runs after this time: seconds, or as in 15m. 20 seconds if neither this nor a number of steps is given.
    #[arg(long, value_name = "TIME", value_parser = limits::time)]
    duration: Option<Duration>,
    /// Steps in a run.
    #[arg(long, default_value_t = STEPS_PER_RUN, value_parser = clap::value_parser!(u64).range(1..))]
    steps_per_run: u64,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    common: Common,
}

/// How long to soak when nothing else is said.
pub const SOAK_TIME: Duration = Duration::from_secs(20);

/// A soak for machines.
#[derive(Debug, Serialize)]
pub struct SoakFields {
    seed: u64,
    runs: u64,
    steps: u64,
    accepted: u64,
    rejected: u64,
    largest_model: u64,
    seconds: f64,
}

impl SoakFields {
    /// The fields of a soak.
    pub fn of(seed: u64, soaked: &Soaked) -> Self {
        Self {
            seed,
            runs: soaked.runs,
            steps: soaked.steps,
            accepted: soaked.accepted,
            rejected: soaked.steps - soaked.accepted,
            largest_model: soaked.largest_model,
            seconds: soaked.elapsed.as_secs_f64(),
        }
    }
}

/// Soaks as the arguments say.
pub fn soak(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let common = &arguments.common;
    let subject = common.begin()?;
    let is_endless = arguments.duration.is_none() && arguments.steps.is_none();
    let options = Options {
        seed: common.seed,
        steps_per_run: arguments.steps_per_run,
        steps: arguments.steps,
        duration: if is_endless {
            Some(SOAK_TIME)
        } else {
            arguments.duration
        },
        threads: arguments.threads.number(),
    };
    let soaked = run(subject, &options, common.json);
    Ending {
        subject,
        planted: &common.planted,
        found: soaked.found.as_ref(),
        reason: reason("soak", &soaked),
    }
    .tell(
        common.json,
        || {
            serde_json::json!({
                "soak": SoakFields::of(options.seed, &soaked),
                "invariants": soaked.tally,
                "coverage": summary::cells(&soaked.coverage),
            })
        },
        || {
            print(&soaked);
            summary::print_tally(&soaked.tally, common.details);
        },
    )
}

/// Soaks a subject, and shows how far it has come.
pub fn run(subject: Subject, options: &Options, quiet: bool) -> Soaked {
    let progress = Progress::default();
    let so_far = || {
        let runs = HumanCount(progress.runs.load(Ordering::Relaxed));
        (progress.steps.load(Ordering::Relaxed), format!("in {runs} runs"))
    };
    watch_steps("soaking", quiet, options.duration, so_far, || {
        soak::soak(subject, options, &progress, &STOP)
    })
}

/// Why a soak did not finish, if it did not.
pub fn reason(what: &str, soaked: &Soaked) -> Option<Reason> {
    stop::reason(what).filter(|_| soaked.was_stopped)
}

/// Prints the result of a soak, in one line.
pub fn print(soaked: &Soaked) {
    say!("{}", line(soaked));
}

/// The same line.
pub fn line(soaked: &Soaked) -> String {
    format!(
        "soaked: {} steps in {} runs, {} accepted, {} ({}/s)",
        HumanCount(soaked.steps),
        HumanCount(soaked.runs),
        HumanCount(soaked.accepted),
        HumanDuration(soaked.elapsed),
        HumanCount(per_second(soaked.steps, soaked.elapsed)),
    )
}
