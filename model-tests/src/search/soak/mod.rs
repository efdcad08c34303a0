//! Soak: long random runs, on all cores, reproducible from a seed.
//!
//! A soak is a sequence of numbered runs. Each run draws its own mix of steps from the seed and its number, so that what
//! a run does depends on nothing else: not on the number of threads, and not on how long the others take. When a run
//! finds a violation, the runs before it are finished and those after it are dropped, so that the violation reported
//! is that of the first run which has one.
//!
//! Each of the first runs [grows](Grower) one thing past 256, and later runs do so now and then, some past 1,024: chance does not
//! lead to what goes wrong only where there is much of something.

mod numbered;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use orchestration::{OrchestrationCommand, OrchestrationEvent};

use crate::check::coverage::Coverage;
use crate::check::invariants::{Tally, Violation};
use crate::check::laws::{self, Stream};
use crate::check::run::{Run, WHOLE_CHECK_INTERVAL};
use crate::counterexample::{Counterexample, Evidence, Search};
use crate::generate::model::Grower;
use crate::generate::{RandomSteps, Resolver, Step, word};
use crate::search::fuzzing::event_stream;
use crate::search::numbered::{Attempt, Numbered, seed_of};
use crate::subject::Subject;

pub use numbered::growth_of;
use numbered::leaves_of;

/// How many steps a run has, unless it is told otherwise: enough for a model to grow to hundreds of threads where
/// the mix seldom deletes.
pub const STEPS_PER_RUN: u64 = 4_000;

/// How many steps of each run are run again with other ids, and with restarts.
const REPEATED_STEPS: usize = 32;

/// How many steps' worth of bytes become arbitrary events at the end of a run.
const ARBITRARY_STEPS: usize = 64;

/// How many streams of events come to a small model after each run.
const STREAMS: u64 = 4;

/// How many steps' worth of bytes each of them is made of: a short legal run, and about as many events again.
const STREAM_STEPS: usize = 64;

/// How many words are held against the rules of values after each run.
const WORDS: u64 = 4;

/// How long to soak, and what with.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where all that is random comes from.
    pub seed: u64,
    /// How many steps a run has.
    pub steps_per_run: u64,
    /// After how many steps to stop: the run that passes it is the last. `None` for no such end.
    pub steps: Option<u64>,
    /// After how long to begin no more runs. `None` for no such end.
    pub duration: Option<Duration>,
    /// How many threads to use, at least one.
    pub threads: usize,
}

/// How far a soak has come, to be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Commands given.
    pub steps: AtomicU64,
    /// Commands accepted.
    pub accepted: AtomicU64,
    /// Runs finished.
    pub runs: AtomicU64,
    /// The largest number of threads that a model had at the end of a run.
    pub largest_model: AtomicU64,
}

/// The result of a soak.
#[derive(Clone, Debug)]
pub struct Soaked {
    /// Commands given.
    pub steps: u64,
    /// Commands accepted.
    pub accepted: u64,
    /// Runs finished.
    pub runs: u64,
    /// The largest number of threads that a model had at the end of a run.
    pub largest_model: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// How often each invariant was checked.
    pub tally: Tally,
    /// What was covered.
    pub coverage: Coverage,
    /// Whether it was told to stop before it reached one of its ends.
    pub was_stopped: bool,
    /// The violation of the first run that has one.
    pub found: Option<Counterexample>,
}

/// Soaks a subject, until one of the ends in the options is reached, a violation is found, or `stop` is set.
pub fn soak(subject: Subject, options: &Options, progress: &Progress, stop: &AtomicBool) -> Soaked {
    let soaking = Soaking {
        subject,
        options,
        progress,
        numbered: Numbered::new(Search::Soak, options.seed, options.duration, stop),
    };
    let total = soaking.numbered.attempt_all(
        options.threads,
        |number| soaking.is_wanted(number),
        |number| soaking.attempt(number),
    );
    Soaked {
        steps: progress.steps.load(Ordering::Relaxed),
        accepted: progress.accepted.load(Ordering::Relaxed),
        runs: progress.runs.load(Ordering::Relaxed),
        largest_model: progress.largest_model.load(Ordering::Relaxed),
        elapsed: total.elapsed,
        tally: total.tally,
        coverage: total.coverage,
        was_stopped: total.was_stopped,
        found: total.found,
    }
}

/// What the threads of a soak share.
struct Soaking<'a> {
    subject: Subject,
    options: &'a Options,
    progress: &'a Progress,
    numbered: Numbered<'a>,
}

impl Soaking<'_> {
    /// Whether the run of this number is one of those to be made.
    fn is_wanted(&self, number: u64) -> bool {
        self.options
            .steps
            .is_none_or(|steps| number.saturating_mul(self.options.steps_per_run) < steps)
    }

    /// Makes the run of this number, and gives what shows the violation, if it has one.
    fn run(&self, number: u64) -> (Run, Evidence) {
        let seed = seed_of(self.options.seed, number);
        let (mut run, mut resolver, mut trace) = (Run::new(self.subject), Resolver::new(), Vec::new());
        let mut grower = growth_of(number).map(|growth| Grower::new(growth, seed));
        for step in RandomSteps::new(seed).take(self.length(number)) {
            let grown = grower.as_mut().and_then(|grower| grower.next(run.model()));
            let command = grown.unwrap_or_else(|| resolver.resolve(step, run.model()));
            trace.push(command.clone());
            let is_sampled = run.steps().is_multiple_of(WHOLE_CHECK_INTERVAL);
            if is_sampled {
                let neighbour = self.check_neighbours(&mut run, &resolver, step, &command);
                if run.is_violated() {
                    trace.push(neighbour);
                    return (run, Evidence::Laws(trace));
                }
            }
            let Some(decision) = run.step_unwinding(&command) else {
                return (run, Evidence::Run(trace));
            };
            if run.is_violated() || self.numbered.is_dropped(number) {
                return (run, Evidence::Run(trace));
            }
            if is_sampled {
                run.check_with(|findings| laws::check_json_of_step(&command, &decision, findings));
                if run.is_violated() {
                    return (run, Evidence::Laws(trace));
                }
            }
            resolver.advance(decision.as_deref().unwrap_or_default());
        }
        run.finish();
        if run.is_violated() {
            return (run, Evidence::Run(trace));
        }
        // The rest of the run has nothing to do with it.
        trace.truncate(REPEATED_STEPS);
        self.check_beginning(&mut run, number, &trace);
        if run.is_violated() {
            return (run, Evidence::Laws(trace));
        }
        let evidence = check_words(&mut run, seed);
        if run.is_violated() {
            return (run, evidence);
        }
        // What is seen on a small model is easier to read than what is seen on a large one.
        let evidence = self.check_streams(&mut run, seed);
        if run.is_violated() {
            return (run, evidence);
        }
        let events = self.check_end(&mut run, seed);
        let model = run.model().clone();
        (run, Evidence::Events { model, events })
    }

    /// A5 of the next command, and of the same step in the next thread, as if both had come at once. Gives the second command.
    fn check_neighbours(
        &self,
        run: &mut Run,
        resolver: &Resolver,
        step: Step,
        command: &OrchestrationCommand,
    ) -> OrchestrationCommand {
        let model = run.model().clone();
        let neighbour = resolver.resolve(
            Step {
                place: step.place.wrapping_add(1),
                ..step
            },
            &model,
        );
        run.check_with(|findings| laws::check_commuting(self.subject, &model, command, &neighbour, findings));
        neighbour
    }

    /// A4 of how the run began, A2 where servers restart, and A7 of its models.
    fn check_beginning(&self, run: &mut Run, number: u64, beginning: &[OrchestrationCommand]) {
        run.check_with(|findings| laws::check_renaming(self.subject, beginning, findings));
        run.check_with(|findings| laws::check_restarts(self.subject, beginning, findings));
        if let Some(leaves) = leaves_of(number) {
            run.check_with(|findings| laws::check_judgement(self.subject, beginning, leaves, findings));
        }
    }

    /// A2 and A6 of any events that come at the end of a run. Gives the events, up to the first that breaks something.
    fn check_end(&self, run: &mut Run, seed: u64) -> Vec<OrchestrationEvent> {
        let mut stream = Stream::new(self.subject, run.model().clone());
        let mut events = Vec::new();
        let bytes: Vec<u8> = RandomSteps::new(seed)
            .take(ARBITRARY_STEPS)
            .flat_map(Step::to_bytes)
            .collect();
        let mut source = Unstructured::new(&bytes);
        while let Ok(event) = OrchestrationEvent::arbitrary(&mut source) {
            run.check_with(|findings| stream.step(&event, findings));
            events.push(event);
            if run.is_violated() || source.is_empty() {
                break;
            }
        }
        events
    }

    /// A2 and A6 of events on models that are empty or small: those of a short legal run come out of order, and again, among
    /// stray ones. Gives the last stream, which is the first that breaks something.
    fn check_streams(&self, run: &mut Run, seed: u64) -> Evidence {
        let mut evidence = Evidence::Run(Vec::new());
        for stream in 0..STREAMS {
            let steps = RandomSteps::new(seed_of(seed, stream)).take(STREAM_STEPS);
            let bytes: Vec<u8> = steps.flat_map(Step::to_bytes).collect();
            // Where a run's mix makes much of one kind, its bytes say much the same: the seed is mixed already.
            let [length, past @ .., _, _, _, _, _] = seed_of(seed, stream + STREAMS).to_le_bytes();
            let bytes = [&[event_stream::STRAY, length], &past[..], &bytes].concat();
            run.check_with(|findings| evidence = event_stream::stream(self.subject, &bytes, findings));
            if run.is_violated() {
                break;
            }
        }
        evidence
    }

    /// How many steps the run of this number has: the last is cut where the number of all steps is given.
    fn length(&self, number: u64) -> usize {
        let behind = number.saturating_mul(self.options.steps_per_run);
        let left = self
            .options
            .steps
            .map_or(u64::MAX, |steps| steps.saturating_sub(behind));
        usize::try_from(left.min(self.options.steps_per_run)).unwrap_or(usize::MAX)
    }

    /// Makes the run of this number, and counts it.
    fn attempt(&self, number: u64) -> Attempt {
        let (run, evidence) = laws::uncounted(|| self.run(number));
        let progress = self.progress;
        progress.steps.fetch_add(run.steps(), Ordering::Relaxed);
        progress.accepted.fetch_add(run.accepted(), Ordering::Relaxed);
        progress.runs.fetch_add(1, Ordering::Relaxed);
        let threads = run.model().threads().len() as u64;
        progress.largest_model.fetch_max(threads, Ordering::Relaxed);
        let findings = run.findings();
        Attempt {
            tally: findings.tally.clone(),
            coverage: run.coverage().clone(),
            found: Violation::most_telling(findings.violations.iter().cloned()).map(|violation| (violation, evidence)),
        }
    }
}

/// R3 of some words. Gives the last, which is the first that breaks something.
fn check_words(run: &mut Run, seed: u64) -> Evidence {
    let mut checked = String::new();
    for number in 0..WORDS {
        checked = word(seed_of(seed, number));
        run.check_with(|findings| laws::check_word(&checked, findings));
        if run.is_violated() {
            break;
        }
    }
    Evidence::Text(checked.into_bytes())
}
