//! The searches that need no bytes.

use std::sync::atomic::AtomicBool;

use proptest::test_runner::Config;

use super::Hunt;
use crate::proof::bugs::Bug;
use crate::search::cost::cost as count_cost;
use crate::search::explore::{self, explore};
use crate::search::induct;
use crate::search::soak::{self, STEPS_PER_RUN};
use crate::search::stateful::try_sequences_until;

/// How many sequences are tried: steps seldom name what is gone, and twenty thousand were not always enough.
const CASES: u32 = 100_000;

/// How many legal models are tried.
const MODELS: u64 = 20_000;

/// How many steps are soaked.
const SOAKED_STEPS: u64 = 2_000_000;

pub(super) fn stateful(bug: &Bug, seed: u64, stop: &AtomicBool) -> Result<Hunt, String> {
    let config = Config {
        cases: CASES,
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..Config::default()
    };
    let tried = try_sequences_until(bug.subject, config, Some(seed), stop)?;
    Ok(Hunt {
        executions: tried.cases,
        steps: Some(tried.steps),
        elapsed: tried.elapsed,
        found: tried.found,
    })
}

pub(super) fn exploration(bug: &Bug, stop: &AtomicBool) -> Result<Hunt, String> {
    let mut options = explore::Options::new(bug.scope);
    options.threads = 1;
    let progress = explore::Progress::default();
    let explored = explore(bug.subject, &options, &progress, stop);
    let explored = explored.map_err(|error| error.to_string())?;
    Ok(Hunt {
        executions: explored.transitions,
        steps: Some(explored.transitions),
        elapsed: explored.elapsed,
        found: explored.found,
    })
}

pub(super) fn induction(bug: &Bug, seed: u64, stop: &AtomicBool) -> Hunt {
    let options = induct::Options {
        seed,
        models: Some(MODELS),
        duration: None,
        threads: 1,
    };
    let induced = induct::induct(bug.subject, &options, &induct::Progress::default(), stop);
    Hunt {
        executions: induced.models,
        steps: Some(induced.steps),
        elapsed: induced.elapsed,
        found: induced.found,
    }
}

pub(super) fn cost(bug: &Bug, seed: u64, stop: &AtomicBool) -> Hunt {
    let counted = count_cost(bug.subject, seed, stop);
    Hunt {
        executions: counted.steps,
        steps: Some(counted.steps),
        elapsed: counted.elapsed,
        found: counted.found,
    }
}

pub(super) fn soak(bug: &Bug, seed: u64, stop: &AtomicBool) -> Hunt {
    let options = soak::Options {
        seed,
        steps_per_run: STEPS_PER_RUN,
        steps: Some(SOAKED_STEPS),
        duration: None,
        threads: 1,
    };
    let soaked = soak::soak(bug.subject, &options, &soak::Progress::default(), stop);
    Hunt {
        executions: soaked.runs,
        steps: Some(soaked.steps),
        elapsed: soaked.elapsed,
        found: soaked.found,
    }
}
