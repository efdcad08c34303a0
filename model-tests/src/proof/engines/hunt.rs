//! Letting a faulty engine be driven at random until its fault shows, and showing that in a few lines.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::{Fault, Sign};
use crate::engine::simulated::{Found, Search};
use crate::engine::{Options, Progress, Run, Shrinking, Shrunk, drive, shrink};

/// A run answers at once, or never.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many commands are sent in each run of a hunt: few are enough for most.
const LENGTHS: [u64; 4] = [200, 1_000, 5_000, 10_000];

/// How many letters the schedules have in which the power is cut.
const POWER_CUT_LETTERS: usize = 2;

/// What a hunt for a fault has found.
#[derive(Clone, Debug)]
pub struct Find {
    /// How many commands were sent until it showed, in all runs.
    pub commands: u64,
    /// The run, made short.
    pub shrunk: Shrunk,
}

/// How an engine is driven in a hunt.
#[must_use]
pub fn options(seed: u64, commands: u64) -> Options {
    Options {
        seed,
        clients: 8,
        commands,
        kills: u32::try_from(commands / 20).unwrap_or(u32::MAX),
        duration: None,
        patience: PATIENCE,
    }
}

impl Fault {
    /// Whether a run shows what the fault is known by.
    #[must_use]
    pub fn is_shown_by(&self, run: &Run) -> bool {
        match self.sign {
            Sign::Check(check) => run.checked.findings.iter().any(|finding| finding.check == check),
            Sign::Silent | Sign::Unasked | Sign::NotStarted => run
                .failure
                .as_ref()
                .is_some_and(|failure| self.sign.is_failure(failure)),
        }
    }

    /// Drives the engine at random, in ever longer runs, until one shows what the fault is known by; and makes that short.
    ///
    /// One that shows only in a power cut is not found so.
    #[must_use]
    pub fn hunt(&self, seed: u64, stop: &AtomicBool) -> Option<Find> {
        let mut commands = 0;
        LENGTHS.into_iter().find_map(|length| {
            let options = options(seed, length);
            let run = drive(&mut self.engine(), &options, &Progress::default(), stop);
            commands += run.counts.commands;
            let shrunk = self.is_shown_by(&run).then(|| self.shrunk(run, &options, stop))?;
            Some(Find { commands, shrunk })
        })
    }

    /// Cuts the power at every call to the disk in short schedules, until one shows what the fault is known by.
    #[must_use]
    pub fn hunt_by_power_cuts(&self, stop: &AtomicBool) -> Option<Found> {
        let search = Search::in_a_turn(POWER_CUT_LETTERS);
        let searched = search.run_until(|disk| self.engine_on(disk), |run| self.is_shown_by(run), stop);
        let mut found = searched.first?;
        self.put_first(&mut found.run);
        Some(found)
    }

    /// Makes a run short: what shows the fault stays.
    fn shrunk(&self, mut run: Run, options: &Options, stop: &AtomicBool) -> Shrunk {
        self.put_first(&mut run);
        let shrinking = Shrinking {
            tries: 1,
            patience: PATIENCE,
            limit: Duration::from_secs(3_600),
        };
        let mut make = || Ok(Box::new(self.engine()) as Box<_>);
        let mut shrunk = shrink(&mut make, run, Some(options), shrinking, stop);
        self.put_first(&mut shrunk.run);
        shrunk
    }

    /// What the fault is known by comes first, and is what a shorter run must show too.
    fn put_first(&self, run: &mut Run) {
        match self.sign {
            Sign::Check(check) => run.checked.findings.sort_by_key(|finding| finding.check != check),
            Sign::Silent | Sign::Unasked | Sign::NotStarted => run.checked.findings.clear(),
        }
    }
}
