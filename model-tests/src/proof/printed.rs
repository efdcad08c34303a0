//! The test that a report prints, of a bug that is always the same: it is kept, and compiled beside the harness's own tests.

use crate::counterexample::{Counterexample, Evidence, Origin, Search};
use crate::generate::{RandomSteps, Walk};
use crate::proof::bugs::Bug;
use crate::report::failure::Failure;

/// The bug whose test is kept.
pub const BUG: &str = "second-answer-accepted";

/// How long the traces are in which a bug is looked for.
const STEPS: usize = 600;

/// How many of them are tried.
const TRACES: u64 = 20;

/// The failure of a planted bug in the first long random trace that shows it, if one of a few does.
#[must_use]
pub fn failure_of(bug: &Bug) -> Option<Failure> {
    (0..TRACES).find_map(|seed| {
        let mut walk = Walk::new(bug.subject);
        let steps = RandomSteps::new(seed).take(STEPS);
        let evidence = Evidence::Run(steps.map(|step| walk.take(step).command).collect());
        let violation = evidence.check(bug.subject)?;
        let origin = Origin::of(Search::Given);
        let found = Counterexample {
            violation,
            evidence,
            origin,
        };
        Some(Failure::of(bug.subject, &found))
    })
}
