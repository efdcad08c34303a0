//! The bodies of the fuzz targets, under bytes that nobody guides.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::Hunt;
use crate::proof::bugs::Bug;
use crate::search::fuzzing::Target;

/// How many inputs the structured targets get.
const INPUTS: u64 = 100_000;

/// How many commands the baseline gets at most.
const NAIVE_STEPS: u64 = 500_000;

/// The longest input, in bytes.
const LONGEST_INPUT: u64 = 400;

/// Steps and events.
pub(super) fn random_bytes(bug: &Bug, seed: u64, stop: &AtomicBool) -> Hunt {
    hunt(
        bug,
        seed,
        &[Target::CommandSequence, Target::EventStream, Target::Induct],
        |inputs, _| inputs < INPUTS && !stop.load(Ordering::Relaxed),
    )
}

/// Commands as they are derived.
pub(super) fn naive(bug: &Bug, seed: u64, stop: &AtomicBool) -> Hunt {
    hunt(bug, seed, &[Target::NaiveCommands], |_, steps| {
        steps < NAIVE_STEPS && !stop.load(Ordering::Relaxed)
    })
}

/// Gives the targets one input after the other, as long as it is to go on.
fn hunt(bug: &Bug, seed: u64, targets: &[Target], goes_on: impl Fn(u64, u64) -> bool) -> Hunt {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let started = Instant::now();
    let (mut executions, mut steps) = (0, 0);
    let mut found = None;
    for target in targets.iter().cycle() {
        if found.is_some() || !goes_on(executions, steps) {
            break;
        }
        let length = usize::try_from(random.next_u64() % LONGEST_INPUT).unwrap_or_default();
        let mut bytes = vec![0; length];
        random.fill_bytes(&mut bytes);
        let checked = target.check(bug.subject, &bytes);
        executions += 1;
        steps += checked.steps;
        found = checked.found;
    }
    Hunt {
        executions,
        steps: Some(steps),
        elapsed: started.elapsed(),
        found,
    }
}
