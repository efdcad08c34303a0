//! One numbered thing after the other, on several threads: what soak does with its runs, and induction with its models.
//!
//! What comes of a number depends on nothing else. When one shows a violation, those before it are finished and those after
//! it are dropped, so that the violation that comes back is that of the first number which has one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::check::coverage::Coverage;
use crate::check::invariants::{Tally, Violation};
use crate::counterexample::{Counterexample, Evidence, Origin, Search};

/// Attempts that are numbered, as far as they have come.
pub(super) struct Numbered<'a> {
    search: Search,
    seed: u64,
    duration: Option<Duration>,
    stop: &'a AtomicBool,
    started: Instant,
    next: AtomicU64,
    first_violated: AtomicU64,
    was_stopped: AtomicBool,
    total: Mutex<Total>,
}

/// What came of one number.
pub(super) struct Attempt {
    pub(super) tally: Tally,
    pub(super) coverage: Coverage,
    pub(super) found: Option<(Violation, Evidence)>,
}

/// What came of all of them.
#[derive(Default)]
pub(super) struct Total {
    pub(super) tally: Tally,
    pub(super) coverage: Coverage,
    /// The violation of the first number that shows one.
    pub(super) found: Option<Counterexample>,
    pub(super) elapsed: Duration,
    /// Whether it was told to stop before it reached one of its ends.
    pub(super) was_stopped: bool,
}

impl<'a> Numbered<'a> {
    /// Begins now. No number is begun with after the duration, or once `stop` is set.
    pub(super) fn new(search: Search, seed: u64, duration: Option<Duration>, stop: &'a AtomicBool) -> Self {
        Self {
            search,
            seed,
            duration,
            stop,
            started: Instant::now(),
            next: AtomicU64::new(0),
            first_violated: AtomicU64::new(u64::MAX),
            was_stopped: AtomicBool::new(false),
            total: Mutex::default(),
        }
    }

    /// Makes an attempt at each number from 0 on that is wanted, on so many threads, at least one.
    pub(super) fn attempt_all(
        &self,
        threads: usize,
        is_wanted: impl Fn(u64) -> bool + Sync,
        attempt: impl Fn(u64) -> Attempt + Sync,
    ) -> Total {
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| self.work(&is_wanted, &attempt));
            }
        });
        Total {
            elapsed: self.started.elapsed(),
            was_stopped: self.was_stopped.load(Ordering::Relaxed),
            ..std::mem::take(&mut *self.total())
        }
    }

    /// Whether what was begun with this number need not be finished.
    pub(super) fn is_dropped(&self, number: u64) -> bool {
        number > self.first_violated.load(Ordering::Relaxed) || self.is_stopped()
    }

    fn work(&self, is_wanted: impl Fn(u64) -> bool, attempt: impl Fn(u64) -> Attempt) {
        while !self.is_over() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if !is_wanted(number) || number >= self.first_violated.load(Ordering::Relaxed) {
                return;
            }
            self.add(number, attempt(number));
        }
    }

    fn is_over(&self) -> bool {
        let is_late = self.duration.is_some_and(|duration| self.started.elapsed() >= duration);
        is_late || self.is_stopped()
    }

    /// Whether it was told to stop; takes note of it, for then something is left undone.
    fn is_stopped(&self) -> bool {
        let is_stopped = self.stop.load(Ordering::Relaxed);
        if is_stopped {
            self.was_stopped.store(true, Ordering::Relaxed);
        }
        is_stopped
    }

    /// Counts an attempt, and keeps what it shows if no number before it shows anything.
    fn add(&self, number: u64, attempt: Attempt) {
        let mut total = self.total();
        total.tally.add(&attempt.tally);
        total.coverage.add(&attempt.coverage);
        let first = total.found.as_ref().and_then(|found| found.origin.run);
        if let Some((violation, evidence)) = attempt.found
            && first.is_none_or(|first| number < first)
        {
            self.first_violated.fetch_min(number, Ordering::Relaxed);
            total.found = Some(Counterexample {
                violation,
                evidence,
                origin: Origin {
                    search: self.search,
                    seed: Some(self.seed),
                    run: Some(number),
                },
            });
        }
    }

    fn total(&self) -> MutexGuard<'_, Total> {
        self.total.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A seed for each number. The multiplier spreads the numbers over all bits; it is the golden ratio's, as used by
/// `SplitMix64`.
#[must_use]
pub const fn seed_of(seed: u64, number: u64) -> u64 {
    seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
