//! `harness stateful`: property tests over sequences of steps.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::HumanCount;
use model_tests::counterexample::Counterexample;
use model_tests::search::seed_of;
use model_tests::search::stateful::try_sequences;
use model_tests::subject::Subject;
use proptest::test_runner::Config;

use crate::common::Common;
use crate::ending::Ending;
use crate::limits;
use crate::output::say;
use crate::progress::{share_of, watch};
use crate::stop::{self, STOP};
use crate::verdict::Verdict;

/// Try random sequences of steps as property tests: what fails is shrunk by proptest first.
///
/// Each sequence begins with the empty model and draws its own mix of steps. The same seed tries the same sequences.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness stateful                          for 20 seconds
  harness stateful --seed 7 --duration 10m  for ten minutes, from another seed")]
pub struct Arguments {
    /// Begin no more sequences after this time: seconds, or as in 15m.
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = limits::time)]
    duration: Duration,
    #[command(flatten)]
    common: Common,
}

/// How many sequences are tried between two looks at the clock: they take a fraction of a second.
const SEQUENCES: u32 = 250;

/// How many shorter sequences proptest may try when one fails. What it leaves is shrunk by the harness itself.
const SHRINKING: u32 = 2_000;

/// How many sequences were tried, and how many steps they had.
#[derive(Default)]
struct Progress {
    sequences: AtomicU64,
    steps: AtomicU64,
}

/// Tries sequences as the arguments say.
pub fn stateful(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let common = &arguments.common;
    let subject = common.begin()?;
    let progress = Progress::default();
    let found = watch(
        "trying sequences",
        common.json,
        |_| {
            let sequences = progress.sequences.load(Ordering::Relaxed);
            format!("{} sequences", HumanCount(sequences))
        },
        |elapsed| share_of(Some(arguments.duration), elapsed),
        || try_for(arguments.duration, subject, common.seed, &progress),
    );
    let found = found.map_err(anyhow::Error::msg)?;
    let (sequences, steps) = (progress.sequences.into_inner(), progress.steps.into_inner());
    Ending {
        subject,
        planted: &common.planted,
        found: found.as_ref(),
        reason: stop::reason("stateful tests"),
    }
    .tell(
        common.json,
        || serde_json::json!({ "stateful": { "seed": common.seed, "sequences": sequences, "steps": steps } }),
        || {
            let (sequences, steps) = (HumanCount(sequences), HumanCount(steps));
            say!("tried: {sequences} sequences with {steps} steps");
        },
    )
}

/// Tries sequences for so long, or until one fails.
fn try_for(
    duration: Duration,
    subject: Subject,
    seed: u64,
    progress: &Progress,
) -> Result<Option<Counterexample>, String> {
    let started = Instant::now();
    let mut batch = 0;
    while started.elapsed() < duration && !STOP.load(Ordering::Relaxed) {
        let config = Config {
            cases: SEQUENCES,
            max_shrink_iters: SHRINKING,
            failure_persistence: None,
            ..Config::default()
        };
        let tried = try_sequences(subject, config, Some(seed_of(seed, batch)))?;
        progress.sequences.fetch_add(tried.cases, Ordering::Relaxed);
        progress.steps.fetch_add(tried.steps, Ordering::Relaxed);
        if tried.found.is_some() {
            return Ok(tried.found);
        }
        batch += 1;
    }
    Ok(None)
}
