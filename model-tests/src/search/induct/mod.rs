//! Induction: legal models, whether any run comes to them or not, each given every kind of command.
//!
//! S1 to S11 are to be inductive: whatever model they hold of, they hold of it after any command. Here this is tried on models
//! that are [drawn](crate::generate::model) to be legal and nothing else, large ones among them. No bound on the length of runs
//! hides anything from it; and an engine may load any legal snapshot. What fails is a bug, or an invariant that was never
//! written down.
//!
//! Every model is looked at by itself: the core and the harness must both call it legal. Then come the commands, each kind a few
//! times on the same model, some with others behind them. After each, all that a [run](crate::check::run) checks must hold: of
//! the step, of the whole model, and of the reference machine, which begins with the model too.
//!
//! Models are numbered, and what a number stands for depends on the seed alone.

mod case;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::check::coverage::Coverage;
use crate::check::invariants::Tally;
use crate::counterexample::{Counterexample, Search};
use crate::generate::model::Growth;
use crate::search::numbered::{Attempt, Numbered, seed_of};
use crate::subject::Subject;

pub(crate) use case::Case;

/// In one in this many models, something grows.
const GROWN_ONE_IN: u64 = 4;

/// From how many bytes the commands are drawn that a model is given.
const COMMAND_BYTES: usize = 2_048;

/// From how many bytes a model is drawn in which nothing grows.
const MODEL_BYTES: usize = 1_024;

/// How many more bytes it takes for each thing that grows.
const BYTES_PER_THING: usize = 24;

/// How long to go on, and what with.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where all that is random comes from.
    pub seed: u64,
    /// How many models to try. `None` for no such end.
    pub models: Option<u64>,
    /// After how long to begin with no more models. `None` for no such end.
    pub duration: Option<Duration>,
    /// How many threads to use, at least one.
    pub threads: usize,
}

/// How far it has come, to be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Models tried.
    pub models: AtomicU64,
    /// Commands given.
    pub steps: AtomicU64,
    /// Commands accepted.
    pub accepted: AtomicU64,
    /// The most of one thing that a model had in one place.
    pub largest: AtomicU64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Induced {
    /// Models tried.
    pub models: u64,
    /// Commands given.
    pub steps: u64,
    /// Commands accepted.
    pub accepted: u64,
    /// The most of one thing that a model had in one place.
    pub largest: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// How often each invariant was checked.
    pub tally: Tally,
    /// What was covered.
    pub coverage: Coverage,
    /// Whether it was told to stop before it reached one of its ends.
    pub was_stopped: bool,
    /// The violation of the first model that shows one.
    pub found: Option<Counterexample>,
}

/// Tries models on a subject, until one of the ends in the options is reached, a violation is found, or `stop` is set.
pub fn induct(subject: Subject, options: &Options, progress: &Progress, stop: &AtomicBool) -> Induced {
    let numbered = Numbered::new(Search::Induction, options.seed, options.duration, stop);
    let total = numbered.attempt_all(
        options.threads,
        |number| options.models.is_none_or(|models| number < models),
        |number| attempt(subject, options.seed, number, progress),
    );
    Induced {
        models: progress.models.load(Ordering::Relaxed),
        steps: progress.steps.load(Ordering::Relaxed),
        accepted: progress.accepted.load(Ordering::Relaxed),
        largest: progress.largest.load(Ordering::Relaxed),
        elapsed: total.elapsed,
        tally: total.tally,
        coverage: total.coverage,
        was_stopped: total.was_stopped,
        found: total.found,
    }
}

/// What has grown in the model of this number: something in one of every few models, each dimension in its turn.
#[must_use]
pub fn growth_of(number: u64) -> Option<Growth> {
    let is_grown = number % GROWN_ONE_IN == GROWN_ONE_IN - 1;
    let turn = usize::try_from(number / GROWN_ONE_IN).unwrap_or_default();
    is_grown.then(|| Growth::numbered(turn))
}

/// Tries the model of this number, and counts it.
fn attempt(subject: Subject, seed: u64, number: u64, progress: &Progress) -> Attempt {
    let growth = growth_of(number);
    let size = growth.map_or(0, |growth| growth.size);
    let mut bytes = vec![0; COMMAND_BYTES + MODEL_BYTES + size * BYTES_PER_THING];
    Xoshiro256PlusPlus::seed_from_u64(seed_of(seed, number)).fill_bytes(&mut bytes);
    let (commands, model) = bytes.split_at(COMMAND_BYTES);
    let case = Case::of(subject, growth, model, commands);
    progress.models.fetch_add(1, Ordering::Relaxed);
    progress.steps.fetch_add(case.steps, Ordering::Relaxed);
    progress.accepted.fetch_add(case.accepted, Ordering::Relaxed);
    progress.largest.fetch_max(size as u64, Ordering::Relaxed);
    Attempt {
        tally: case.tally,
        coverage: case.coverage,
        found: case.found,
    }
}
