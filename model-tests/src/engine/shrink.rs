//! Making a failing run of an engine short.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::drive::{Options, Progress, drive};
use super::run::{Run, carry_out};
use super::schedule::{Action, Schedule};
use super::{Engine, Failure};
use crate::report::shrink::leave_out;

/// So many commands are tried first, each with a few seeds: a short run that fails is soon made shorter.
const SHORT_RUNS: [u64; 6] = [10, 20, 50, 100, 200, 500];

/// How many seeds are tried for a short run.
const SEEDS: u64 = 3;

/// How a failing run is to be made short.
#[derive(Clone, Copy, Debug)]
pub struct Shrinking {
    /// How often each shorter run is tried before it is given up: engines do not do the same every time.
    pub tries: u32,
    /// How long a reply is waited for.
    pub patience: Duration,
    /// How long it may take.
    pub limit: Duration,
}

/// A failing run that was made short.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The run, which still fails.
    pub run: Run,
    /// In how many of the tries it failed in the same way, when it was carried out again.
    pub shown: u32,
    /// How often it was carried out again.
    pub tries: u32,
}

/// Makes a failing run short: what it shows stays the same. `make` gives the engine with an empty store. With the options of a
/// run that was driven at random, shorter random runs are tried first.
pub fn shrink(
    make: &mut dyn FnMut() -> Result<Box<dyn Engine>, Failure>,
    run: Run,
    options: Option<&Options>,
    shrinking: Shrinking,
    stop: &AtomicBool,
) -> Shrunk {
    let deadline = Instant::now() + shrinking.limit;
    let mut attempts = Attempts {
        make,
        original: &run.clone(),
        shrinking,
        deadline,
        stop,
        best: run,
    };
    if let Some(options) = options {
        attempts.shorter_random_run(options);
    }
    attempts.leave_out();
    attempts.simplify();
    attempts.leave_out();
    let shown = attempts.show_again();
    Shrunk {
        run: attempts.best,
        shown,
        tries: shrinking.tries,
    }
}

struct Attempts<'a> {
    make: &'a mut dyn FnMut() -> Result<Box<dyn Engine>, Failure>,
    original: &'a Run,
    shrinking: Shrinking,
    deadline: Instant,
    stop: &'a AtomicBool,
    best: Run,
}

impl Attempts<'_> {
    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }

    /// Looks for a short random run that shows the same.
    fn shorter_random_run(&mut self, options: &Options) {
        let length = self.best.counts.commands;
        for commands in SHORT_RUNS.into_iter().filter(|commands| *commands < length) {
            for seed in 0..SEEDS {
                if self.is_over() {
                    return;
                }
                let Ok(mut engine) = (self.make)() else {
                    return;
                };
                let shorter = Options {
                    seed: options.seed.wrapping_add(seed),
                    commands,
                    clients: options.clients.min(4),
                    kills: options.kills.min(u32::try_from(1 + commands / 10).unwrap_or(u32::MAX)),
                    ..options.clone()
                };
                let run = drive(engine.as_mut(), &shorter, &Progress::default(), self.stop);
                if run.shows_the_same_as(self.original) {
                    self.best = run;
                    return;
                }
            }
        }
    }

    /// Carries out a schedule until it shows the same, as often as it may be tried.
    fn attempt(&mut self, actions: &[Action]) -> bool {
        for _ in 0..self.shrinking.tries.max(1) {
            if self.is_over() {
                return false;
            }
            let Some(run) = self.carry_out(actions) else {
                return false;
            };
            if run.shows_the_same_as(self.original) {
                self.best = run;
                return true;
            }
        }
        false
    }

    fn carry_out(&mut self, actions: &[Action]) -> Option<Run> {
        let schedule = Schedule {
            actions: actions.to_vec(),
        };
        let mut engine = (self.make)().ok()?;
        Some(carry_out(
            engine.as_mut(),
            &schedule,
            self.shrinking.patience,
            self.stop,
        ))
    }

    fn leave_out(&mut self) {
        let mut actions = self.best.schedule.actions.clone();
        let stop = self.stop;
        leave_out(stop, &mut actions, &mut |candidate| {
            self.attempt(candidate).then_some(candidate.len())
        });
    }

    /// Makes each action as simple as it can be.
    fn simplify(&mut self) {
        let mut index = 0;
        while let Some(action) = self.best.schedule.actions.get(index) {
            for simpler in simpler(action) {
                let mut candidate = self.best.schedule.actions.clone();
                candidate[index] = simpler;
                if self.attempt(&candidate) {
                    break;
                }
            }
            index += 1;
        }
    }

    /// In how many tries the best shows the same.
    fn show_again(&mut self) -> u32 {
        let actions = self.best.schedule.actions.clone();
        let mut shown = 0;
        for _ in 0..self.shrinking.tries {
            let run = self.carry_out(&actions);
            shown += u32::from(run.is_some_and(|run| run.shows_the_same_as(self.original)));
        }
        shown
    }
}

/// What an action may become, the simplest first.
fn simpler(action: &Action) -> Vec<Action> {
    match action {
        Action::Crash { after: 1.. } => vec![Action::Crash { after: 0 }],
        Action::CrashOpening { after } => {
            let mut simpler = vec![Action::Crash { after: 0 }];
            if *after > 0 {
                simpler.push(Action::CrashOpening { after: 0 });
            }
            simpler
        }
        Action::CrashAt { point, hits: 2.. } => vec![Action::CrashAt {
            point: point.clone(),
            hits: 1,
        }],
        Action::Subscribe { after: 1.. } => vec![Action::Subscribe { after: 0 }],
        Action::Send {
            request,
            client: 1..,
            command,
        } => vec![Action::Send {
            request: *request,
            client: 0,
            command: command.clone(),
        }],
        Action::Send { .. }
        | Action::Await { .. }
        | Action::Read
        | Action::Snapshot
        | Action::Subscribe { .. }
        | Action::CrashAt { .. }
        | Action::Crash { .. } => Vec::new(),
    }
}
