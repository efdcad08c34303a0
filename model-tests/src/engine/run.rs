//! Doing with an engine what a schedule says, and writing down what happens.

mod executor;
mod knowledge;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::checks::{self, Checked};
use super::history::History;
use super::schedule::Schedule;
use super::{Engine, Failure};

pub(super) use executor::Executor;

/// What became of an engine that was driven.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was done with it.
    pub schedule: Schedule,
    /// What happened.
    pub history: History,
    /// What is to be said of that.
    pub checked: Checked,
    /// Why it could not be driven to its end, if it could not.
    pub failure: Option<Failure>,
    /// The last that it wrote for its own log, if it could not.
    pub last_words: Vec<String>,
    /// How much of everything there was.
    pub counts: Counts,
}

impl Run {
    /// Whether something was wrong with the engine.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failure.is_some() || !self.checked.findings.is_empty()
    }

    /// Whether another run shows the same: the same check has found something, or the engine has failed in the same way.
    #[must_use]
    pub fn shows_the_same_as(&self, other: &Self) -> bool {
        let first = |run: &Self| run.checked.findings.first().map(|finding| finding.check);
        match (first(other), &other.failure) {
            (Some(check), _) => self.checked.findings.iter().any(|finding| finding.check == check),
            (None, Some(failure)) => {
                let same = |own: &Failure| std::mem::discriminant(own) == std::mem::discriminant(failure);
                self.failure.as_ref().is_some_and(same)
            }
            (None, None) => false,
        }
    }

    /// What came of driving an engine. Of one that could not be driven to its end the log is read once more: without it
    /// nothing can be said of what it did.
    pub(super) fn of(mut executor: Executor<'_>, result: Result<(), Failure>) -> Self {
        let failure = result.err();
        let last_words = if failure.is_some() {
            executor.last_words()
        } else {
            Vec::new()
        };
        let is_read = failure.is_none() || executor.read_log_after_failure().is_ok();
        let (schedule, history, counts) = executor.into_parts();
        let mut checked = if is_read {
            checks::check(&history)
        } else {
            Checked::default()
        };
        checked.findings.sort_by_key(|finding| finding.check);
        Self {
            schedule,
            history,
            checked,
            failure,
            last_words,
            counts,
        }
    }
}

/// How much of everything there was in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Commands that were sent, each counted once.
    pub commands: u64,
    /// Those that were accepted.
    pub accepted: u64,
    /// Those that were refused.
    pub rejected: u64,
    /// How often a command was sent again after a crash.
    pub resent: u64,
    /// How often the engine was killed at some moment.
    pub kills: u64,
    /// How often the engine crashed at each point that it named: never, at some.
    pub crash_points: BTreeMap<String, u64>,
    /// Models that were read.
    pub reads: u64,
    /// Snapshots that were written.
    pub snapshots: u64,
    /// Subscriptions.
    pub subscriptions: u64,
    /// Events that subscribers were given.
    pub delivered: u64,
    /// Events in the log at the end.
    pub events: u64,
}

/// Does with an engine, whose store is empty, what a schedule says. A reply is waited for as long as the patience lasts.
pub fn carry_out(engine: &mut dyn Engine, schedule: &Schedule, patience: Duration, stop: &AtomicBool) -> Run {
    let mut executor = Executor::new(engine, patience);
    let mut result = executor.open();
    for action in &schedule.actions {
        if result.is_err() || stop.load(Ordering::Relaxed) {
            break;
        }
        result = executor.perform(action.clone());
    }
    let result = result.and_then(|()| executor.end());
    Run::of(executor, result)
}
