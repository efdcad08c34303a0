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

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::check::coverage::Coverage;
use crate::check::invariants::Tally;
use crate::counterexample::{Counterexample, Origin, Search};
use crate::generate::model::Growth;
use crate::subject::Subject;

pub(crate) use case::Case;

/// Of so many models, something grows in one.
const GROWN_ONE_IN: u64 = 4;

/// From how many bytes the commands are drawn that a model is given.
const COMMAND_BYTES: usize = 2_048;

/// From how many bytes a model is drawn in which nothing grows.
const MODEL_BYTES: usize = 1_024;

/// How many more it takes for each of what grows.
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
    let started = Instant::now();
    let shared = Shared {
        subject,
        options,
        progress,
        stop,
        started,
        next: AtomicU64::new(0),
        first_violated: AtomicU64::new(u64::MAX),
        was_stopped: AtomicBool::new(false),
        total: Mutex::default(),
    };
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            scope.spawn(|| shared.work());
        }
    });
    let total = shared.total.into_inner();
    let total = total.unwrap_or_else(std::sync::PoisonError::into_inner);
    Induced {
        models: progress.models.load(Ordering::Relaxed),
        steps: progress.steps.load(Ordering::Relaxed),
        accepted: progress.accepted.load(Ordering::Relaxed),
        largest: progress.largest.load(Ordering::Relaxed),
        elapsed: started.elapsed(),
        tally: total.tally,
        coverage: total.coverage,
        was_stopped: shared.was_stopped.load(Ordering::Relaxed),
        found: total.found,
    }
}

/// What the model of a number has grown: of so many one, each in its turn.
#[must_use]
pub fn growth_of(number: u64) -> Option<Growth> {
    let is_grown = number % GROWN_ONE_IN == GROWN_ONE_IN - 1;
    let turn = usize::try_from(number / GROWN_ONE_IN).unwrap_or_default();
    is_grown.then(|| Growth::numbered(turn))
}

/// What the threads share.
struct Shared<'a> {
    subject: Subject,
    options: &'a Options,
    progress: &'a Progress,
    stop: &'a AtomicBool,
    started: Instant,
    next: AtomicU64,
    first_violated: AtomicU64,
    was_stopped: AtomicBool,
    total: Mutex<Total>,
}

/// What the models add up to.
#[derive(Default)]
struct Total {
    tally: Tally,
    coverage: Coverage,
    found: Option<Counterexample>,
}

impl Shared<'_> {
    fn work(&self) {
        let mut total = Total::default();
        while !self.is_over() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let is_wanted = self.options.models.is_none_or(|models| number < models);
            if !is_wanted || number >= self.first_violated.load(Ordering::Relaxed) {
                break;
            }
            let case = self.case(number);
            total.tally.add(&case.tally);
            total.coverage.add(&case.coverage);
            self.note(number, case);
        }
        let mut all = self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.tally.add(&total.tally);
        all.coverage.add(&total.coverage);
    }

    fn is_over(&self) -> bool {
        let is_stopped = self.stop.load(Ordering::Relaxed);
        if is_stopped {
            self.was_stopped.store(true, Ordering::Relaxed);
        }
        let is_late = |duration| self.started.elapsed() >= duration;
        is_stopped || self.options.duration.is_some_and(is_late)
    }

    fn case(&self, number: u64) -> Case {
        let growth = growth_of(number);
        let length = COMMAND_BYTES + MODEL_BYTES + growth.map_or(0, |growth| growth.size * BYTES_PER_THING);
        let mut bytes = vec![0; length];
        Xoshiro256PlusPlus::seed_from_u64(seed_of_model(self.options.seed, number)).fill_bytes(&mut bytes);
        let (commands, model) = bytes.split_at(COMMAND_BYTES);
        Case::of(self.subject, growth, model, commands)
    }

    /// Counts a case, and keeps what it shows if no case before it shows anything.
    fn note(&self, number: u64, case: Case) {
        let progress = self.progress;
        progress.models.fetch_add(1, Ordering::Relaxed);
        progress.steps.fetch_add(case.steps, Ordering::Relaxed);
        progress.accepted.fetch_add(case.accepted, Ordering::Relaxed);
        let size = growth_of(number).map_or(0, |growth| growth.size as u64);
        progress.largest.fetch_max(size, Ordering::Relaxed);
        let Some((violation, evidence)) = case.found else {
            return;
        };
        let mut total = self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let first = total.found.as_ref().and_then(|found| found.origin.run);
        if first.is_none_or(|first| number < first) {
            self.first_violated.fetch_min(number, Ordering::Relaxed);
            total.found = Some(Counterexample {
                violation,
                evidence,
                origin: Origin {
                    search: Search::Induction,
                    seed: Some(self.options.seed),
                    run: Some(number),
                },
            });
        }
    }
}

/// A seed for each model. The multiplier spreads the numbers over all bits; it is the golden ratio's, as used by `SplitMix64`.
const fn seed_of_model(seed: u64, number: u64) -> u64 {
    seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
