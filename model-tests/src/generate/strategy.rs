//! Steps for property tests.
//!
//! A failing run shrinks to fewer steps first, whole stretches before single ones, and then to simpler steps. Since
//! every step runs in every state, nothing that is tried on the way is a broken run.
//!
//! ```
//! use model_tests::generate::strategy::steps;
//! use proptest::test_runner::TestRunner;
//!
//! TestRunner::default().run(&steps(1..=50), |steps| {
//!     assert!(steps.len() <= 50); // resolve, record, decide, project, check
//!     Ok(())
//! })?;
//! # Ok::<(), proptest::test_runner::TestError<Vec<model_tests::generate::Step>>>(())
//! ```

use std::ops::RangeInclusive;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::step::Step;
use super::swarm::RandomSteps;

/// One step, of any kind, with any picks.
pub fn step() -> impl Strategy<Value = Step> {
    proptest::arbitrary::any::<[u8; Step::SIZE]>().prop_map(Step::from_bytes)
}

/// A random run of so many steps, with its own [swarm](super::Swarm).
///
/// # Panics
///
/// When a value is drawn, if the range is empty.
#[must_use]
pub fn steps(length: impl Into<RangeInclusive<usize>>) -> StepsStrategy {
    StepsStrategy { length: length.into() }
}

/// Gives random runs. Made by [`steps`].
#[derive(Clone, Debug)]
pub struct StepsStrategy {
    length: RangeInclusive<usize>,
}

impl Strategy for StepsStrategy {
    type Tree = StepsTree;
    type Value = Vec<Step>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let (length, seed) = (self.length.clone(), proptest::num::u64::ANY)
            .new_tree(runner)?
            .current();
        let steps = RandomSteps::new(seed).take(length).collect();
        Ok(StepsTree::new(steps, *self.length.start()))
    }
}

/// A random run that can be shrunk.
#[derive(Clone, Debug)]
pub struct StepsTree {
    /// The simplest run so far of which the test is known to fail.
    failing: Vec<Step>,
    /// What is tried next.
    tried: Vec<Step>,
    least_length: usize,
    next: Attempt,
    /// Whether steps were made simpler since stretches were last left out: then it is worth while to try that again.
    is_simpler: bool,
}

/// A way to make a run simpler.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    /// Leaves out so many steps from here on.
    LeaveOut { start: usize, length: usize },
    /// Makes one byte of a step simpler in one way.
    Simplify { index: usize, field: usize, way: usize },
    /// There is none.
    Nothing,
}

/// The bytes of a step that can be made simpler. Its kind is left alone: another kind makes it another story.
const FIELDS: [fn(&mut Step) -> &mut u8; 3] = [
    |step| &mut step.place,
    |step| &mut step.target,
    |step| &mut step.variation,
];

/// Ways to make a byte simpler, the boldest first: the simplest of all, the simplest of its sort, one in order.
const WAYS: [fn(u8) -> u8; 3] = [|_| 0, |byte| byte & 0b1110_0000, |byte| byte & 0b0001_1111];

impl StepsTree {
    fn new(steps: Vec<Step>, least_length: usize) -> Self {
        Self {
            next: Attempt::LeaveOut {
                start: 0,
                length: steps.len(),
            },
            tried: steps.clone(),
            failing: steps,
            least_length,
            is_simpler: false,
        }
    }

    /// Sets up the next run to try. At the end there is none, and the failing one stays.
    fn try_next(&mut self) -> bool {
        loop {
            self.tried.clone_from(&self.failing);
            let attempt = self.next;
            self.next = self.after(attempt);
            match attempt {
                Attempt::LeaveOut { start, length } => {
                    let end = (start + length).min(self.failing.len());
                    self.tried.drain(start.min(end)..end);
                }
                Attempt::Simplify { index, field, way } => {
                    if let Some(step) = self.tried.get_mut(index) {
                        let byte = FIELDS[field](step);
                        *byte = WAYS[way](*byte);
                    }
                }
                Attempt::Nothing => return false,
            }
            if self.tried != self.failing && self.tried.len() >= self.least_length {
                return true;
            }
        }
    }

    /// What to attempt when an attempt has come to nothing.
    fn after(&mut self, attempt: Attempt) -> Attempt {
        match attempt {
            Attempt::LeaveOut { start, length } if start + length < self.failing.len() => Attempt::LeaveOut {
                start: start + length,
                length,
            },
            Attempt::LeaveOut { length, .. } if length > 1 => Attempt::LeaveOut {
                start: 0,
                length: length / 2,
            },
            Attempt::LeaveOut { .. } => Attempt::Simplify {
                index: 0,
                field: 0,
                way: 0,
            },
            Attempt::Simplify { index, field, way } if way + 1 < WAYS.len() => Attempt::Simplify {
                index,
                field,
                way: way + 1,
            },
            Attempt::Simplify { index, field, .. } if field + 1 < FIELDS.len() => Attempt::Simplify {
                index,
                field: field + 1,
                way: 0,
            },
            Attempt::Simplify { index, .. } if index + 1 < self.failing.len() => Attempt::Simplify {
                index: index + 1,
                field: 0,
                way: 0,
            },
            Attempt::Simplify { .. } if std::mem::take(&mut self.is_simpler) => Attempt::LeaveOut {
                start: 0,
                length: self.failing.len().div_ceil(2),
            },
            Attempt::Simplify { .. } | Attempt::Nothing => Attempt::Nothing,
        }
    }
}

impl ValueTree for StepsTree {
    type Value = Vec<Step>;

    fn current(&self) -> Vec<Step> {
        self.tried.clone()
    }

    /// The run tried fails the test too: it is the one to shrink from now on.
    fn simplify(&mut self) -> bool {
        let left_out = self.failing.len() - self.tried.len();
        self.is_simpler |= left_out == 0 && self.tried != self.failing;
        std::mem::swap(&mut self.failing, &mut self.tried);
        if let Attempt::LeaveOut { start, .. } = &mut self.next {
            // What stood behind the steps that were left out has moved up.
            *start = start.saturating_sub(left_out);
        }
        self.try_next()
    }

    /// The run tried passes the test: back to the failing one, and to the next attempt.
    fn complicate(&mut self) -> bool {
        self.try_next()
    }
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::{Config, TestError};

    use super::*;
    use crate::kind::Kind;

    /// The simplest run found of which a test fails.
    fn shrunk(fails: impl Fn(&[Step]) -> bool) -> Vec<Step> {
        let config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        let test = |steps: Vec<Step>| {
            if fails(&steps) {
                Err(proptest::test_runner::TestCaseError::fail("it fails"))
            } else {
                Ok(())
            }
        };
        match TestRunner::new_with_rng(config, deterministic()).run(&steps(0..=60), test) {
            Err(TestError::Fail(_, steps)) => steps,
            other => panic!("expected a failure, found {other:?}"),
        }
    }

    fn deterministic() -> proptest::test_runner::TestRng {
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha)
    }

    #[test]
    fn a_failure_of_three_steps_shrinks_to_the_three_at_their_simplest() {
        let kinds = [Kind::StartTurn, Kind::ToolCall, Kind::CreateThread];
        let is_subsequence = |steps: &[Step]| {
            let mut rest = steps.iter();
            kinds.iter().all(|kind| rest.any(|step| step.kind == *kind))
        };
        let simplest = kinds.map(|kind| Step {
            kind,
            place: 0,
            target: 0,
            variation: 0,
        });
        assert_eq!(shrunk(is_subsequence), simplest);
    }

    #[test]
    fn a_byte_that_matters_shrinks_to_the_simplest_of_its_sort() {
        let is_wild = |step: &Step| step.kind == Kind::TextDelta && step.place >= 224;
        let shrunk = shrunk(|steps| steps.iter().any(is_wild));
        assert_eq!(
            shrunk,
            [Step {
                kind: Kind::TextDelta,
                place: 224,
                target: 0,
                variation: 0
            }]
        );
    }

    #[test]
    fn steps_that_can_only_be_left_out_together_are_left_out_once_they_are_simple() {
        let fails = |steps: &[Step]| {
            let touched = steps.iter().filter(|step| step.place > 0).count();
            (touched == 0 && !steps.is_empty()) || steps.len() > 4
        };
        assert_eq!(shrunk(fails).len(), 1);
    }

    #[test]
    fn runs_are_as_long_as_asked_for() {
        let mut runner = TestRunner::new_with_rng(Config::default(), deterministic());
        for _ in 0..100 {
            let mut tree = steps(5..=7).new_tree(&mut runner).unwrap();
            assert!((5..=7).contains(&tree.current().len()));
            while tree.simplify() {}
            assert_eq!(tree.current().len(), 5);
        }
    }

    #[test]
    fn a_run_that_passes_whatever_is_tried_comes_back_as_it_was() {
        let mut runner = TestRunner::new_with_rng(Config::default(), deterministic());
        let mut tree = steps(20..=20).new_tree(&mut runner).unwrap();
        let original = tree.current();
        assert!(tree.simplify());
        while tree.complicate() {}
        assert_eq!(tree.current(), original);
    }
}
