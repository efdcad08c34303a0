//! Random runs, each with its own mix of steps.
//!
//! One fixed mix reaches the same few states again and again: where turns end soon, no turn grows deep. So each run
//! draws its own: some kinds of step are left out, others come more often, and picks are wild often, seldom or never.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::bytes::share;
use super::selector::WILD;
use super::step::Step;
use crate::kind::Kind;

/// The kinds without which a run gets nowhere.
const NEEDED: [Kind; 3] = [Kind::CreateProject, Kind::CreateThread, Kind::StartTurn];

/// What a run begins with, so that there is something to work on.
const OPENING: [Kind; 4] = [
    Kind::CreateProject,
    Kind::CreateThread,
    Kind::StartTurn,
    Kind::CreateThread,
];

/// The kinds of which one is in every mix: where no turn ends, whatever needs an idle thread is refused.
const ENDINGS: [Kind; 3] = [Kind::InterruptTurn, Kind::TurnComplete, Kind::Error];

/// The kinds that clear away what was built, and never come more often than by their share.
const CLEARING: [Kind; 2] = [Kind::DeleteProject, Kind::DeleteThread];

/// Kinds that go together: a run has one theme, of which it does more.
const THEMES: [&[Kind]; 5] = [
    &[],
    &[Kind::TextDelta, Kind::ThinkingDelta],
    &[
        Kind::ToolCall,
        Kind::ToolResult,
        Kind::AwaitingApproval,
        Kind::ApprovePendingAction,
        Kind::RejectPendingAction,
    ],
    &[Kind::TurnComplete, Kind::CreateCheckpoint, Kind::RestoreCheckpoint],
    &[Kind::CreateBranch, Kind::CommitChanges, Kind::PushBranch],
];

/// Kinds that do nothing without another one: where that is left out, they are too.
const FOLLOWING: [(Kind, Kind); 6] = [
    (Kind::ToolResult, Kind::ToolCall),
    (Kind::ApprovePendingAction, Kind::AwaitingApproval),
    (Kind::RejectPendingAction, Kind::AwaitingApproval),
    (Kind::RestoreCheckpoint, Kind::CreateCheckpoint),
    (Kind::CommitChanges, Kind::CreateBranch),
    (Kind::PushBranch, Kind::CreateBranch),
];

/// By how much the kinds of the theme come more often.
const THEME_FACTOR: u32 = 6;

/// One in this many kinds is left out.
const LEFT_OUT_ONE_IN: u64 = 6;

/// One in this many of the kinds that clear away is left out.
const CLEARING_LEFT_OUT_ONE_IN: u64 = 2;

/// One in this many runs is patient: little ends in it and little is cleared away, so that turns grow long.
const PATIENT_ONE_IN: u64 = 8;

/// By how much, in a patient run, all that goes on comes more often.
const PATIENCE: u32 = 16;

/// By how much a kind may come more often than by its share.
const FACTORS: [u32; 3] = [1, 1, 2];

/// One in this many steps at a run's beginning is not the one that the beginning calls for.
const ASTRAY_ONE_IN: u64 = 8;

/// Which steps a run is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Swarm {
    /// How often each kind comes, in the order of the kinds.
    weights: Vec<u32>,
    wildness: Wildness,
}

/// How often a pick is wild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wildness {
    /// Never.
    Tame,
    /// One pick in sixteen.
    Mild,
    /// One pick in eight, as the bytes have it.
    Plain,
}

impl Swarm {
    /// Draws a mix.
    pub(super) fn draw(random: &mut impl Rng) -> Self {
        let spared = draw_one(random, &ENDINGS);
        let theme = draw_one(random, &THEMES);
        let mut weights: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| weight(*kind, theme, spared, random))
            .collect();
        for (following, leading) in FOLLOWING {
            if weights[leading as usize] == 0 {
                weights[following as usize] = 0;
            }
        }
        if below(random, PATIENT_ONE_IN) == 0 {
            let goes_on = |kind: &&Kind| !ENDINGS.contains(kind) && !CLEARING.contains(kind);
            for kind in Kind::ALL.iter().filter(goes_on) {
                weights[*kind as usize] *= PATIENCE;
            }
        }
        // What is needed keeps its part of the whole, however much the rest has become.
        let rest: u32 = weights.iter().sum();
        let shares = |kinds: &[Kind]| kinds.iter().map(|kind| u32::from(share(*kind))).sum::<u32>();
        let rest_of_shares = shares(&Kind::ALL) - shares(&NEEDED);
        for kind in NEEDED {
            weights[kind as usize] = (u32::from(share(kind)) * rest).div_ceil(rest_of_shares);
        }
        let wildness = draw_one(
            random,
            &[Wildness::Tame, Wildness::Mild, Wildness::Plain, Wildness::Plain],
        );
        Self { weights, wildness }
    }

    /// How often a kind comes, in proportion to the others.
    #[must_use]
    pub(super) fn weight(&self, kind: Kind) -> u32 {
        self.weights[kind as usize]
    }

    /// Draws a step of the mix.
    pub(super) fn step(&self, random: &mut impl Rng) -> Step {
        let kind = self.kind(random);
        self.step_of(kind, random)
    }

    fn kind(&self, random: &mut impl Rng) -> Kind {
        let total = self.weights.iter().copied().map(u64::from).sum();
        let mut rest = below(random, total);
        for kind in Kind::ALL {
            let weight = u64::from(self.weight(kind));
            if rest < weight {
                return kind;
            }
            rest -= weight;
        }
        unreachable!("what is drawn is below the sum of the weights")
    }

    fn step_of(&self, kind: Kind, random: &mut impl Rng) -> Step {
        let [first, second, variation, chance, ..] = random.next_u64().to_le_bytes();
        let is_tamed = match self.wildness {
            Wildness::Tame => true,
            Wildness::Mild => chance % 2 == 0,
            Wildness::Plain => false,
        };
        let pick = |byte| if is_tamed { byte % WILD } else { byte };
        Step {
            kind,
            place: pick(first),
            target: pick(second),
            variation,
        }
    }
}

/// Draws the weight of a kind, save for the needed ones.
fn weight(kind: Kind, theme: &[Kind], spared: Kind, random: &mut impl Rng) -> u32 {
    let share = u32::from(share(kind));
    let is_clearing = CLEARING.contains(&kind);
    let left_out_one_in = if is_clearing {
        CLEARING_LEFT_OUT_ONE_IN
    } else {
        LEFT_OUT_ONE_IN
    };
    let is_left_out = below(random, left_out_one_in) == 0;
    let factor = draw_one(random, &FACTORS);
    if NEEDED.contains(&kind) || (is_left_out && kind != spared) {
        0
    } else if is_clearing {
        share
    } else if theme.contains(&kind) {
        share * factor * THEME_FACTOR
    } else {
        share * factor
    }
}

/// The steps of a random run, without end: the seed says all about them, whatever the platform.
#[derive(Clone, Debug)]
pub struct RandomSteps {
    random: Xoshiro256PlusPlus,
    swarm: Swarm,
    /// The kinds that the beginning still calls for, the last first.
    opening: Vec<Kind>,
}

impl RandomSteps {
    /// The steps of the run with this seed, which draws its own mix.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        Self {
            swarm: Swarm::draw(&mut random),
            random,
            opening: OPENING.into_iter().rev().collect(),
        }
    }
}

impl Iterator for RandomSteps {
    type Item = Step;

    /// A run begins with what is needed to get anywhere, as a rule; then come steps of its mix.
    fn next(&mut self) -> Option<Step> {
        let is_astray = below(&mut self.random, ASTRAY_ONE_IN) == 0;
        let kind = self
            .opening
            .pop_if(|_| !is_astray)
            .unwrap_or_else(|| self.swarm.kind(&mut self.random));
        Some(self.swarm.step_of(kind, &mut self.random))
    }
}

/// A number below the bound. The bounds are so small that the modulus favours none of the numbers noticeably.
pub(super) fn below(random: &mut impl Rng, bound: u64) -> u64 {
    random.next_u64() % bound
}

/// One of the choices, each as likely.
pub(super) fn draw_one<T: Copy>(random: &mut impl Rng, choices: &[T]) -> T {
    choices[usize::try_from(below(random, choices.len() as u64)).expect("below a length")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_needs_is_in_every_swarm() {
        for seed in 0..500 {
            let steps = RandomSteps::new(seed);
            let has = |kind: &Kind| steps.swarm.weight(*kind) > 0;
            assert!(NEEDED.iter().all(has));
            assert!(ENDINGS.iter().any(has));
        }
    }

    #[test]
    fn every_other_kind_is_left_out_of_some_swarm() {
        let swarms: Vec<_> = (0..500).map(|seed| RandomSteps::new(seed).swarm).collect();
        for kind in Kind::ALL.iter().filter(|kind| !NEEDED.contains(kind)) {
            assert!(swarms.iter().any(|swarm| swarm.weight(*kind) == 0), "{}", kind.name());
        }
    }

    #[test]
    fn a_kind_that_is_left_out_does_not_come() {
        for seed in 0..100 {
            let mut steps = RandomSteps::new(seed);
            let swarm = steps.swarm.clone();
            assert!(steps.by_ref().take(100).all(|step| swarm.weight(step.kind) > 0));
        }
    }

    #[test]
    fn a_seed_gives_the_same_steps_everywhere() {
        let steps = RandomSteps::new(42).take(8);
        let lines: Vec<_> = steps
            .map(|step| format!("{} {:?}", step.kind, step.to_bytes()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
