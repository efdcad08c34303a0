//! All that may happen to an engine on a simulated disk, in short schedules.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use orchestration::OrchestrationCommand;
use rayon::prelude::*;
use serde::Serialize;

use super::alphabet::{alphabet, prepared};
use super::choices::Choices;
use super::disk::{Cut, Disk};
use super::power::{POINT, Powered};
use crate::engine::schedule::later;
use crate::engine::{Action, Engine, Run, Schedule, carry_out, words};

/// An engine in this thread answers at once, or never.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that is done with an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// A client sends a command, and waits for the answer.
    Command(OrchestrationCommand),
    /// A client sends a command, and another sends the next one before either is answered.
    Together(OrchestrationCommand),
    /// A snapshot is written.
    Snapshot,
}

/// A search through all schedules of some letters, and in each through all power cuts.
///
/// For each schedule the power is cut before every call that changes the disk, and at the end, and with what is not flushed
/// by then everything happens that [`Disk`] says. Then the power comes back, the engine recovers, what was not answered is
/// sent again, and the rest of the schedule follows. There is a subscriber from the beginning, and the model is read after
/// every start and at the end.
#[derive(Clone, Debug)]
pub struct Search {
    /// What schedules are made of.
    pub alphabet: Vec<Letter>,
    /// What happens before each of them, without a power cut.
    pub before: Vec<Letter>,
    /// The most letters in a schedule: all shorter ones are searched too.
    pub length: usize,
    /// The most power cuts in a run. With two of them the engine is cut while it recovers, and later on.
    pub cuts: u32,
}

/// What a search has come to.
#[derive(Clone, Debug, Default)]
pub struct Searched {
    /// How much it was.
    pub figures: Figures,
    /// The first of the runs in which something was wrong that was wanted: of those with the shortest schedules.
    pub first: Option<Found>,
}

/// A run in which something was wrong.
#[derive(Clone, Debug)]
pub struct Found {
    /// The run.
    pub run: Run,
    /// The power cuts in it, in order.
    pub cuts: Vec<Cut>,
}

/// How much a search was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Schedules.
    pub schedules: u64,
    /// Runs: a schedule with its power cuts and what they left.
    pub runs: u64,
    /// Power cuts, in all runs.
    pub cuts: u64,
    /// Runs in which something was wrong.
    pub failed: u64,
}

impl Search {
    /// From an empty disk on: the power may be cut from the first opening on.
    #[must_use]
    pub fn from_nothing(length: usize) -> Self {
        Self {
            alphabet: alphabet(),
            before: Vec::new(),
            length,
            cuts: 1,
        }
    }

    /// From a thread on in which a turn runs.
    #[must_use]
    pub fn in_a_turn(length: usize) -> Self {
        Self {
            before: prepared(),
            ..Self::from_nothing(length)
        }
    }

    /// The same with so many power cuts in a run.
    #[must_use]
    pub fn with_cuts(self, cuts: u32) -> Self {
        Self { cuts, ..self }
    }

    /// Searches everything, or until it is stopped. `make` gives the engine on an empty disk.
    pub fn run<E: Engine>(&self, make: impl Fn(Disk) -> E + Sync, stop: &AtomicBool) -> Searched {
        let lengths = (1..=self.length).map(|length| self.of_length(length, &make, &|_: &Run| true, stop));
        lengths.fold(Searched::default(), Searched::and)
    }

    /// Searches until something is found that is looked for: of those with as many letters all are searched then.
    pub fn run_until<E: Engine>(
        &self,
        make: impl Fn(Disk) -> E + Sync,
        is_wanted: impl Fn(&Run) -> bool + Sync,
        stop: &AtomicBool,
    ) -> Searched {
        let mut searched = Searched::default();
        for length in 1..=self.length {
            searched = searched.and(self.of_length(length, &make, &is_wanted, stop));
            if searched.first.is_some() {
                break;
            }
        }
        searched
    }

    /// Carries out all schedules of so many letters.
    fn of_length<E: Engine>(
        &self,
        length: usize,
        make: &(impl Fn(Disk) -> E + Sync),
        is_wanted: &(impl Fn(&Run) -> bool + Sync),
        stop: &AtomicBool,
    ) -> Searched {
        let count = self.alphabet.len().pow(u32::try_from(length).unwrap_or(u32::MAX));
        let searched = (0..count)
            .into_par_iter()
            .map(|number| self.schedule(&self.word(number, length), make, is_wanted, stop));
        searched.reduce(Searched::default, Searched::and)
    }

    /// The letters that a number stands for.
    fn word(&self, mut number: usize, length: usize) -> Vec<&Letter> {
        let letters = (0..length).map(|_| {
            let letter = &self.alphabet[number % self.alphabet.len()];
            number /= self.alphabet.len();
            letter
        });
        letters.collect()
    }

    /// Carries out a schedule with all its power cuts.
    fn schedule<E: Engine>(
        &self,
        word: &[&Letter],
        make: &impl Fn(Disk) -> E,
        is_wanted: &impl Fn(&Run) -> bool,
        stop: &AtomicBool,
    ) -> Searched {
        let schedule = schedule(&self.before, word);
        let mut searched = Searched::default();
        searched.figures.schedules = 1;
        let mut next = Some(Choices::default());
        while let Some(choices) = next.filter(|_| !stop.load(Ordering::Relaxed)) {
            let disk = Disk::with_cuts(choices, self.cuts);
            let mut engine = Powered::new(make(disk.clone()), disk.clone(), self.before.is_empty());
            let run = carry_out(&mut engine, &schedule, PATIENCE, stop);
            let cuts = disk.cuts();
            searched.figures.runs += 1;
            searched.figures.cuts += cuts.len() as u64;
            if run.has_failed() {
                searched.figures.failed += 1;
                if is_wanted(&run) {
                    searched.first.get_or_insert(Found { run, cuts });
                }
            }
            next = disk.take_choices().and_then(Choices::next);
        }
        searched
    }
}

impl Searched {
    /// This, and what a search through longer or later schedules has come to.
    fn and(self, later: Self) -> Self {
        let (one, other) = (self.figures, later.figures);
        Self {
            figures: Figures {
                schedules: one.schedules + other.schedules,
                runs: one.runs + other.runs,
                cuts: one.cuts + other.cuts,
                failed: one.failed + other.failed,
            },
            first: self.first.or(later.first),
        }
    }
}

impl fmt::Display for Found {
    /// What was done, line by line, where the power was cut, and what was wrong then.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for action in &self.run.schedule.actions {
            writeln!(formatter, "{}", words(action))?;
        }
        for cut in &self.cuts {
            writeln!(formatter, "{cut}")?;
        }
        for finding in &self.run.checked.findings {
            writeln!(formatter, "{}: {}", finding.check, finding.message)?;
        }
        self.run
            .failure
            .iter()
            .try_for_each(|failure| writeln!(formatter, "{failure}"))
    }
}

/// The schedule of a word.
fn schedule(before: &[Letter], word: &[&Letter]) -> Schedule {
    let mut actions = vec![Action::Subscribe { after: 0 }];
    let letters = before.iter().chain(word.iter().copied());
    for (letter, number) in letters.zip(0..) {
        if number == before.len() {
            let point = POINT.to_owned();
            actions.push(Action::CrashAt { point, hits: 1 });
        }
        letter.act(number as u64 + 1, &mut actions);
    }
    actions.extend([Action::Read, Action::Crash { after: 0 }]);
    Schedule { actions }
}

impl Letter {
    /// What is done for it, as the request of this number, if it is one.
    fn act(&self, request: u64, actions: &mut Vec<Action>) {
        let client = u32::try_from(request).unwrap_or(u32::MAX);
        match self {
            Self::Command(command) | Self::Together(command) => actions.push(Action::Send {
                request,
                client,
                command: later(command, TimeDelta::seconds(i64::from(client))),
            }),
            Self::Snapshot => actions.push(Action::Snapshot),
        }
        if let Self::Command(_) = self {
            actions.push(Action::Await { request });
        }
    }
}
