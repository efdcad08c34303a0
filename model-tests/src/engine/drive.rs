//! Driving an engine at random, as many clients would.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use orchestration::OrchestrationCommand;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::run::{Executor, Run};
use super::schedule::{Action, later};
use super::{Engine, Failure};
use crate::generate::{RandomSteps, Resolver};

/// After so many commands another mix of steps is drawn: what one mix makes much of, another leaves out.
const COMMANDS_PER_MIX: u64 = 400;

/// No more subscribers than this at a time, besides the one that the harness learns from.
const MOST_SUBSCRIBERS: usize = 4;

/// How much an engine is driven, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where all that is random comes from.
    pub seed: u64,
    /// How many clients send commands: each waits for its answer before it sends the next.
    pub clients: u32,
    /// How many commands they send together.
    pub commands: u64,
    /// How often the engine is crashed meanwhile, at any moment and at the points that it names.
    pub kills: u32,
    /// No commands are sent after this time, if there is an end to it.
    pub duration: Option<Duration>,
    /// How long a reply is waited for.
    pub patience: Duration,
}

/// How far it has come.
#[derive(Debug, Default)]
pub struct Progress {
    /// Commands that were sent.
    pub commands: AtomicU64,
    /// Crashes, at any moment and at points.
    pub crashes: AtomicU64,
    /// Events that are known to be in the log.
    pub events: AtomicU64,
}

/// Drives an engine, whose store is empty, at random.
///
/// An engine that answers in the same order every time, as one that runs in this thread, is driven in the same way by the
/// same seed.
pub fn drive(engine: &mut dyn Engine, options: &Options, progress: &Progress, stop: &AtomicBool) -> Run {
    let mut driver = Driver {
        executor: Executor::new(engine, options.patience),
        options,
        progress,
        random: Xoshiro256PlusPlus::seed_from_u64(options.seed),
        steps: RandomSteps::new(options.seed),
        resolver: Resolver::new(),
        observed: 0,
        commands: 0,
        started: Instant::now(),
    };
    let result = driver.run(stop);
    Run::of(driver.executor, result)
}

struct Driver<'a> {
    executor: Executor<'a>,
    options: &'a Options,
    progress: &'a Progress,
    random: Xoshiro256PlusPlus,
    steps: RandomSteps,
    resolver: Resolver,
    /// The number of the last event that the resolver has heard of.
    observed: u64,
    commands: u64,
    started: Instant,
}

impl Driver<'_> {
    fn run(&mut self, stop: &AtomicBool) -> Result<(), Failure> {
        self.executor.open()?;
        self.subscribe_to_all()?;
        let mut crashes = self.crash_moments();
        while !self.is_over(stop) {
            if crashes.last().is_some_and(|next| *next <= self.commands) {
                crashes.pop();
                self.crash()?;
            }
            self.look_around()?;
            let is_full = self.executor.waiting().len() >= self.options.clients as usize;
            // Now and then everybody waits: then a command is decided on what its client has seen.
            if is_full || self.one_in(16) {
                self.executor.await_any()?;
            } else {
                self.send()?;
            }
            if self.executor.subscribers() == 0 {
                self.subscribe_to_all()?;
            }
            self.show();
        }
        // What was acknowledged last is lost most easily.
        if self.options.kills > 0 {
            self.executor.perform(Action::Crash { after: 0 })?;
        }
        self.executor.end()
    }

    fn is_over(&self, stop: &AtomicBool) -> bool {
        self.commands >= self.options.commands
            || stop.load(Ordering::Relaxed)
            || self
                .options
                .duration
                .is_some_and(|duration| self.started.elapsed() >= duration)
    }

    fn show(&self) {
        let counts = self.executor.counts();
        let crashes = counts.kills + counts.crash_points.values().sum::<u64>();
        self.progress.commands.store(counts.commands, Ordering::Relaxed);
        self.progress.crashes.store(crashes, Ordering::Relaxed);
        self.progress
            .events
            .store(self.executor.knowledge().known().sequence, Ordering::Relaxed);
    }

    /// Before which commands the engine is crashed, the last first.
    fn crash_moments(&mut self) -> Vec<u64> {
        // The one at the end is one of them.
        let kills = self.options.kills.saturating_sub(1);
        let mut moments: Vec<_> = (0..kills)
            .map(|_| 1 + self.below(self.options.commands.max(1)))
            .collect();
        moments.sort_unstable_by(|one, other| other.cmp(one));
        moments
    }

    fn crash(&mut self) -> Result<(), Failure> {
        let points = self.executor.opened().crash_points.clone();
        // A point that was not passed since is given up by a crash at any moment.
        if !points.is_empty() && !self.executor.is_armed() && !self.one_in(3) {
            let index = usize::try_from(self.below(points.len() as u64)).unwrap_or_default();
            let Some(point) = points.get(index).cloned() else {
                return Ok(());
            };
            let hits = u32::try_from(1 + self.below(3)).unwrap_or(1);
            self.executor.perform(Action::CrashAt { point, hits })?;
            // Points of snapshots are passed only where there is one.
            return if self.one_in(2) {
                self.executor.perform(Action::Snapshot)
            } else {
                Ok(())
            };
        }
        if self.one_in(5) {
            let after = self.moment(20_000);
            return self.executor.perform(Action::CrashOpening { after });
        }
        let after = if self.one_in(2) { 0 } else { self.moment(5_000) };
        self.executor.perform(Action::Crash { after })
    }

    /// After how many microseconds it is to crash, below the bound; at once, if time means nothing to it.
    fn moment(&mut self, bound: u64) -> u64 {
        if self.executor.is_in_step() {
            0
        } else {
            self.below(bound)
        }
    }

    /// Reads, writes a snapshot or subscribes, now and then.
    fn look_around(&mut self) -> Result<(), Failure> {
        // Whoever reads a large model seldom is as much work as whoever reads a small one often.
        let often = 48 + self.executor.knowledge().known().sequence / 32;
        if self.one_in(often) {
            self.executor.perform(Action::Read)?;
        }
        if self.one_in(often * 2) {
            self.executor.perform(Action::Snapshot)?;
        }
        if self.one_in(often) && self.executor.subscribers() <= MOST_SUBSCRIBERS {
            let length = self.executor.knowledge().known().sequence;
            let after = if self.one_in(2) { length } else { self.below(length + 1) };
            self.executor.perform(Action::Subscribe { after })?;
        }
        Ok(())
    }

    /// The harness's own subscription, from which it learns what there is.
    fn subscribe_to_all(&mut self) -> Result<(), Failure> {
        let after = self.executor.knowledge().known().sequence;
        self.executor.perform(Action::Subscribe { after })
    }

    fn send(&mut self) -> Result<(), Failure> {
        let busy: BTreeSet<_> = self.executor.waiting().collect();
        let idle: Vec<_> = (0..self.options.clients)
            .filter(|client| !busy.contains(client))
            .collect();
        let index = usize::try_from(self.below(idle.len().max(1) as u64)).unwrap_or_default();
        let Some(client) = idle.get(index).copied() else {
            return Ok(());
        };
        let command = self.command();
        self.commands += 1;
        self.executor.perform(Action::Send {
            request: self.commands,
            client,
            command,
        })
    }

    /// The next command, made for the model as far as it is known.
    fn command(&mut self) -> OrchestrationCommand {
        if self.commands > 0 && self.commands.is_multiple_of(COMMANDS_PER_MIX) {
            self.steps = RandomSteps::new(self.random.next_u64());
        }
        self.observe();
        let step = self.steps.next().expect("random steps have no end");
        let command = self.resolver.resolve(step, &self.executor.knowledge().known().model);
        self.resolver.advance(&[]);
        // Where clocks stand, commands that are the same otherwise get times that are nearly the same.
        let nanoseconds = (self.commands % 1_000_000).cast_signed();
        later(&command, TimeDelta::nanoseconds(nanoseconds))
    }

    /// Tells the resolver what has happened since.
    fn observe(&mut self) {
        for stored in self.executor.knowledge().since(self.observed) {
            self.observed = stored.sequence;
            self.resolver.advance(std::slice::from_ref(&stored.event));
        }
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// A number below the bound. The bounds are so small that the modulus favours none of the numbers noticeably.
    fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound.max(1)
    }
}
