//! Stateful property tests: random sequences of steps, the core against the reference machine, with all invariants.
//!
//! `PROPTEST_CASES` scales them. What fails is kept in `stateful.proptest-regressions` and tried first from then on.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use model_tests::bugs::{BUGS, Engine};
use model_tests::failure::Failure;
use model_tests::invariants::Violation;
use model_tests::run::Run;
use model_tests::steps::{RandomSteps, Resolver, Step, strategy};
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;
use proptest::arbitrary::any;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestError, TestRunner};
use proptest_state_machine::ReferenceStateMachine;

/// How many sequences are tried if `PROPTEST_CASES` says nothing.
const CASES: u32 = 10_000;

/// The longest sequence.
const LONGEST: usize = 100;

/// The sequences: each draws its own mix of steps. A step can be taken in any state, so that none but the mix need be known
/// to draw the next, and none is lost when others are left out.
struct Sequences;

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
struct Case {
    run: Run,
    resolver: Resolver,
    trace: Vec<OrchestrationCommand>,
}

impl Case {
    fn new(subject: Subject) -> Self {
        Self {
            run: Run::new(subject),
            resolver: Resolver::new(),
            trace: Vec::new(),
        }
    }

    fn apply(&mut self, step: Step) {
        let command = self.resolver.resolve(step, self.run.model());
        self.trace.push(command.clone());
        let decision = self.run.step_unwinding(&command);
        let events = decision.and_then(Result::ok).unwrap_or_default();
        self.resolver.advance(&events);
    }

    /// Takes the steps up to the first violation.
    fn violation(
        mut self,
        steps: &[Step],
        seen: Option<&AtomicUsize>,
    ) -> Option<(Violation, Vec<OrchestrationCommand>)> {
        for step in steps {
            // Shrinking begins with leaving out what was not come to.
            if let Some(seen) = seen {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            self.apply(*step);
            if self.run.is_violated() {
                break;
            }
        }
        if !self.run.is_violated() {
            self.run.finish();
        }
        Violation::most_telling(self.run.take_violations()).map(|violation| (violation, self.trace))
    }
}

/// Tries sequences on a subject, and gives the shrunk failure if one fails.
fn failure(subject: Subject, config: Config) -> Option<Failure> {
    let mut runner = TestRunner::new(config);
    let sequences = Sequences::sequential_strategy(1..LONGEST);
    let tried = runner.run(&sequences, |(_mix, steps, seen)| {
        match Case::new(subject).violation(&steps, seen.as_deref()) {
            None => Ok(()),
            Some((violation, _)) => Err(TestCaseError::fail(violation.to_string())),
        }
    });
    match tried {
        Ok(()) => None,
        Err(TestError::Abort(reason)) => panic!("the test could not be carried out: {reason}"),
        Err(TestError::Fail(_, (_mix, steps, _seen))) => {
            let (violation, trace) = Case::new(subject).violation(&steps, None)?;
            Some(Failure::new(subject, violation, &trace))
        }
    }
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        max_shrink_iters: 2_000,
        ..Config::default()
    }
}

#[test]
fn the_core_agrees_with_the_reference_machine_and_keeps_every_invariant() {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(CASES);
    let persistence = FileFailurePersistence::WithSource("proptest-regressions");
    let config = Config {
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(persistence)),
        ..config(cases)
    };
    if let Some(failure) = failure(Subject::CORE, config) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../failures");
        let file = failure.write_to(&folder).expect("the trace can be written");
        panic!("\n{}", failure.report(Some(&file)));
    }
}

#[test]
fn every_planted_bug_that_a_run_shows_is_found_by_a_short_trace() {
    for bug in BUGS.iter().filter(|bug| bug.unseen_by(Engine::Stateful).is_none()) {
        let config = Config {
            failure_persistence: None,
            ..config(2_000)
        };
        let failure = failure(bug.subject, config).unwrap_or_else(|| panic!("{} is not found", bug.id));
        assert!(failure.trace.len() <= 10, "{}:\n{}", bug.id, failure.report(None));
    }
}
