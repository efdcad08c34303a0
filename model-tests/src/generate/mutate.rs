//! Mutations of whole steps.
//!
//! A fuzzer that knows nothing of steps takes away bytes and puts in others; unless it happens to take or put four, all
//! that follows stands for something else from there on. And bytes drawn at random are seldom steps that go together.
//! So a fuzzer is given these mutations beside its own: they add steps of one mix, and leave the others whole.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::step::{Step, Steps};
use super::swarm::{RandomSteps, Swarm, below, draw_one};

/// The most steps that one mutation adds, takes away or repeats.
const MOST_AT_ONCE: usize = 24;

/// What can be done to steps.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    /// More of them at the end.
    Append,
    /// More of them somewhere.
    Insert,
    /// Some are taken away.
    Remove,
    /// Some come again, somewhere.
    Repeat,
    /// One becomes another.
    Replace,
}

/// As often as they are named. What has become possible by the steps so far is found behind them.
const MUTATIONS: [Mutation; 8] = [
    Mutation::Append,
    Mutation::Append,
    Mutation::Append,
    Mutation::Insert,
    Mutation::Insert,
    Mutation::Remove,
    Mutation::Repeat,
    Mutation::Replace,
];

impl Steps {
    /// Mutates the steps in a way that the seed determines. No more than `most` are left.
    ///
    /// Where there are none, a random run begins.
    pub fn mutate(&mut self, most: usize, seed: u64) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let steps = &mut self.0;
        if steps.is_empty() {
            steps.extend(RandomSteps::new(seed).take(up_to(MOST_AT_ONCE, &mut random)));
        } else {
            mutate(steps, draw_one(&mut random, &MUTATIONS), &mut random);
        }
        steps.truncate(most);
    }
}

/// Mutates steps, of which there are some.
fn mutate(steps: &mut Vec<Step>, mutation: Mutation, random: &mut impl Rng) {
    let start = up_to(steps.len(), random) - 1;
    match mutation {
        Mutation::Append => steps.extend(fresh(up_to(MOST_AT_ONCE, random), random)),
        Mutation::Insert => insert(steps, start, fresh(up_to(MOST_AT_ONCE, random), random)),
        Mutation::Remove => {
            let count = some_from(steps, start, random);
            steps.drain(start..start + count);
        }
        Mutation::Repeat => {
            let count = some_from(steps, start, random);
            let repeated = steps[start..start + count].to_vec();
            insert(steps, up_to(steps.len(), random), repeated);
        }
        Mutation::Replace => steps.splice(start..=start, fresh(1, random)).for_each(drop),
    }
}

/// So many steps of a mix of their own.
fn fresh(count: usize, random: &mut impl Rng) -> Vec<Step> {
    let swarm = Swarm::draw(random);
    (0..count).map(|_| swarm.step(random)).collect()
}

fn insert(steps: &mut Vec<Step>, place: usize, inserted: Vec<Step>) {
    steps.splice(place..place, inserted).for_each(drop);
}

/// How many steps from here on a mutation is about.
fn some_from(steps: &[Step], start: usize, random: &mut impl Rng) -> usize {
    up_to((steps.len() - start).min(MOST_AT_ONCE), random)
}

/// A number from one up to the most, small ones more often than great ones.
fn up_to(most: usize, random: &mut impl Rng) -> usize {
    let bound = 1 + below(random, most as u64);
    1 + usize::try_from(below(random, bound)).expect("below a length")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kind::Kind;

    fn some_steps() -> Steps {
        RandomSteps::new(7).take(20).collect()
    }

    fn mutated(steps: &Steps, most: usize, seed: u64) -> Steps {
        let mut mutated = steps.clone();
        mutated.mutate(most, seed);
        mutated
    }

    #[test]
    fn the_seed_says_all_about_a_mutation() {
        for seed in 0..200 {
            assert_eq!(mutated(&some_steps(), 100, seed), mutated(&some_steps(), 100, seed));
        }
    }

    #[test]
    fn no_more_steps_are_left_than_may_be() {
        for most in 0..40 {
            for seed in 0..200 {
                assert!(mutated(&some_steps(), most, seed).0.len() <= most);
                assert!(mutated(&Steps::default(), most, seed).0.len() <= most);
            }
        }
    }

    #[test]
    fn steps_become_more_and_fewer_and_others() {
        let steps = some_steps();
        let lengths: BTreeSet<_> = (0..2_000).map(|seed| mutated(&steps, 100, seed).0.len()).collect();
        assert!(lengths.first().is_some_and(|shortest| *shortest < 5), "{lengths:?}");
        assert!(lengths.last().is_some_and(|longest| *longest > 40), "{lengths:?}");
        let is_replaced = |seed| {
            let mutated = mutated(&steps, 100, seed);
            let differing = mutated.0.iter().zip(&steps.0).filter(|(one, other)| one != other);
            mutated.0.len() == steps.0.len() && differing.count() == 1
        };
        assert!((0..2_000).any(is_replaced));
    }

    #[test]
    fn what_a_mutation_does_not_touch_stays_whole() {
        let steps = some_steps();
        for seed in 0..2_000 {
            let mutated = mutated(&steps, 100, seed);
            let before = steps.0.iter().zip(&mutated.0).take_while(|(one, other)| one == other);
            let after = steps.0.iter().rev().zip(mutated.0.iter().rev());
            let after = after.take_while(|(one, other)| one == other);
            let untouched = before.count() + after.count();
            let gone = steps.0.len().saturating_sub(mutated.0.len()).max(1);
            assert!(untouched + gone >= steps.0.len(), "seed {seed}: {mutated:?}");
        }
    }

    #[test]
    fn where_there_are_no_steps_a_run_begins() {
        let begins = |seed| {
            let steps = mutated(&Steps::default(), 100, seed).0;
            steps.first().is_some_and(|step| step.kind == Kind::CreateProject)
        };
        let beginnings = (0..200).filter(|seed| begins(*seed)).count();
        assert!(beginnings > 150, "{beginnings} of 200");
    }
}
