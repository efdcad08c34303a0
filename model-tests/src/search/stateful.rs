//! Stateful property tests: random sequences of steps, the core against the reference machine, with all invariants.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use orchestration::OrchestrationCommand;
use proptest::arbitrary::any;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine;

use crate::check::invariants::Violation;
use crate::check::run::Run;
use crate::counterexample::{Counterexample, Evidence, Origin, Search};
use crate::generate::{RandomSteps, Resolver, Step, strategy};
use crate::subject::Subject;

/// The longest sequence.
const LONGEST: usize = 100;

/// The sequences: each draws its own mix of steps. A step can be taken in any state, so that none but the mix need be known
/// to draw the next, and none is lost when others are left out.
#[derive(Debug)]
pub struct Sequences;

impl ReferenceStateMachine for Sequences {
    type State = RandomSteps;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<RandomSteps> {
        any::<u64>().no_shrink().prop_map(RandomSteps::new).boxed()
    }

    fn transitions(steps: &RandomSteps) -> BoxedStrategy<Step> {
        steps
            .clone()
            .next()
            .map_or_else(|| strategy::step().boxed(), |step| Just(step).boxed())
    }

    fn apply(mut steps: RandomSteps, _step: &Step) -> RandomSteps {
        steps.next();
        steps
    }
}

/// A run of the subject, with the commands that the steps became.
#[derive(Debug)]
pub struct Case {
    run: Run,
    resolver: Resolver,
    trace: Vec<OrchestrationCommand>,
}

impl Case {
    /// A run from the empty model.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            run: Run::new(subject),
            resolver: Resolver::new(),
            trace: Vec::new(),
        }
    }

    /// Takes a step, and checks it.
    pub fn take(&mut self, step: Step) {
        let command = self.resolver.resolve(step, self.run.model());
        self.trace.push(command.clone());
        let decision = self.run.step_unwinding(&command);
        let events = decision.and_then(Result::ok).unwrap_or_default();
        self.resolver.advance(&events);
    }

    /// Takes the steps, up to the first violation.
    fn run(mut self, steps: &[Step], seen: Option<&AtomicUsize>) -> Self {
        for step in steps {
            // Shrinking begins with leaving out what was not reached.
            if let Some(seen) = seen {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            self.take(*step);
            if self.run.is_violated() {
                return self;
            }
        }
        self.finish();
        self
    }

    /// Checks what is left to be checked at the end.
    pub fn finish(&mut self) {
        self.run.finish();
    }

    /// What did not hold so far, the most telling first.
    #[must_use]
    pub fn violation(&self) -> Option<Violation> {
        Violation::most_telling(self.run.findings().violations.iter().cloned())
    }

    fn counterexample(mut self, seed: Option<u64>) -> Option<Counterexample> {
        let violation = Violation::most_telling(self.run.take_violations())?;
        Some(Counterexample {
            violation,
            evidence: Evidence::Run(self.trace),
            origin: Origin {
                seed,
                ..Origin::of(Search::Stateful)
            },
        })
    }
}

/// What came of trying sequences.
#[derive(Clone, Debug)]
pub struct Tried {
    /// How many sequences were tried, up to the first that violated something.
    pub cases: u64,
    /// How many steps they had.
    pub steps: u64,
    /// How long they took.
    pub elapsed: Duration,
    /// What was violated, with the commands that lead to it, as far as proptest shrinks them.
    pub found: Option<Counterexample>,
}

/// Tries sequences on a subject: as many as the configuration says, or until one violates something.
///
/// With a seed, they are the same every time.
///
/// # Errors
///
/// Why the sequences could not be tried.
pub fn try_sequences(subject: Subject, config: Config, seed: Option<u64>) -> Result<Tried, String> {
    try_sequences_until(subject, config, seed, &AtomicBool::new(false))
}

/// The same, but none any more once `stop` is set.
///
/// # Errors
///
/// Why the sequences could not be tried.
pub(crate) fn try_sequences_until(
    subject: Subject,
    config: Config,
    seed: Option<u64>,
    stop: &AtomicBool,
) -> Result<Tried, String> {
    let mut runner = match seed {
        None => TestRunner::new(config),
        Some(seed) => TestRunner::new_with_rng(config, random(seed)),
    };
    let sequences = Sequences::sequential_strategy(1..LONGEST);
    let started = Instant::now();
    let (cases, steps, elapsed) = (Cell::new(0), Cell::new(0), Cell::new(None));
    let tried = runner.run(&sequences, |(_mix, sequence, seen)| {
        if stop.load(Ordering::Relaxed) {
            // A thousand of these end it.
            return Err(TestCaseError::reject("it is to stop"));
        }
        let case = Case::new(subject).run(&sequence, seen.as_deref());
        // What comes after the first failure is shrinking.
        if elapsed.get().is_none() {
            cases.set(cases.get() + 1);
            steps.set(steps.get() + case.trace.len() as u64);
        }
        match case.counterexample(seed) {
            None => Ok(()),
            Some(found) => {
                elapsed.set(elapsed.get().or_else(|| Some(started.elapsed())));
                Err(TestCaseError::fail(found.violation.to_string()))
            }
        }
    });
    let found = match tried {
        Ok(()) => None,
        Err(TestError::Abort(_)) if stop.load(Ordering::Relaxed) => None,
        Err(TestError::Abort(reason)) => return Err(reason.to_string()),
        Err(TestError::Fail(_, (_mix, sequence, _seen))) => {
            Case::new(subject).run(&sequence, None).counterexample(seed)
        }
    };
    Ok(Tried {
        cases: cases.get(),
        steps: steps.get(),
        elapsed: elapsed.get().unwrap_or_else(|| started.elapsed()),
        found,
    })
}

fn random(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    for (byte, seed) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *byte = seed;
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}
