//! Runs in which one thing grows: it is grown past a border, and then all is done there that else is done seldom.

use arbitrary::Unstructured;
use orchestration::read_model::{Thread, ThreadStatus, Turn, TurnEntry};
use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::aim::{Aim, piece};
use super::growth::{Dimension, Growth};
use crate::generate::swarm::{below, draw_one};
use crate::kind::Kind;

/// How many bytes the picks of a command take at most.
const BYTES: usize = 48;

/// While something grows, one in this many commands is an unrelated one.
const ASIDE_ONE_IN: u64 = 8;

/// What comes aside while something grows: it ends nothing and clears nothing away.
const ASIDE: [Kind; 6] = [
    Kind::CreateCheckpoint,
    Kind::CreateCheckpoint,
    Kind::CommitChanges,
    Kind::PushBranch,
    Kind::ToolCall,
    Kind::RenameProject,
];

/// What is done with what has grown while a turn is active.
const IN_TURN: [Kind; 7] = [
    Kind::ApprovePendingAction,
    Kind::RejectPendingAction,
    Kind::ToolResult,
    Kind::TextDelta,
    Kind::ThinkingDelta,
    Kind::AwaitingApproval,
    Kind::PushBranch,
];

/// What is done with it between turns.
const BETWEEN_TURNS: [Kind; 11] = [
    Kind::RestoreCheckpoint,
    Kind::RestoreCheckpoint,
    Kind::PushBranch,
    Kind::CreateCheckpoint,
    Kind::CreateBranch,
    Kind::CreateBranch,
    Kind::CommitChanges,
    Kind::CreateProject,
    Kind::CreateThread,
    Kind::StartTurn,
    Kind::TurnComplete,
];

/// How often something of that is done each time.
const TIMES: usize = 48;

/// What ends a turn.
const ENDINGS: [Kind; 3] = [Kind::InterruptTurn, Kind::TurnComplete, Kind::Error];

/// How often it is tried to end it, for a pick may be astray.
const ENDING_TIMES: usize = 3;

/// What clears away what has grown, so that the rest of the run does not drag it along.
const CLEARING: [Kind; 3] = [Kind::DeleteThread, Kind::DeleteProject, Kind::DeleteProject];

/// How often something is cleared away.
const CLEARING_TIMES: usize = 12;

/// How many commands it may take to make one of what grows, before it is given up: some are refused.
const MOST_PER_THING: usize = 8;

/// Grows something in a run.
#[derive(Clone, Debug)]
pub struct Grower {
    growth: Growth,
    random: Xoshiro256PlusPlus,
    commands: usize,
    is_grown: bool,
    /// What is yet to be done with what has grown, the last first.
    rest: Vec<Kind>,
}

impl Grower {
    /// Grows this, and does then what the seed says.
    #[must_use]
    pub fn new(growth: Growth, seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut rest = Vec::new();
        for (kinds, times) in [
            (CLEARING.as_slice(), CLEARING_TIMES),
            (&BETWEEN_TURNS, TIMES),
            (&ENDINGS, ENDING_TIMES),
            (&IN_TURN, TIMES),
        ] {
            rest.extend((0..times).map(|_| draw_one(&mut random, kinds)));
        }
        Self {
            growth,
            random,
            commands: 0,
            is_grown: false,
            rest,
        }
    }

    /// The next command, given the model that it meets; none when all is done.
    pub fn next(&mut self, model: &OrchestrationReadModel) -> Option<OrchestrationCommand> {
        self.commands += 1;
        let most = self.growth.size.saturating_mul(MOST_PER_THING) + TIMES;
        self.is_grown |= self.commands > most || size(model, self.growth.dimension) >= self.growth.size;
        let kind = if self.is_grown {
            self.rest.pop()?
        } else if let Some(missing) = missing(model, self.growth.dimension) {
            missing
        } else if below(&mut self.random, ASIDE_ONE_IN) == 0 {
            draw_one(&mut self.random, &ASIDE)
        } else {
            let is_idle = model.active_turns().next().is_none();
            match (growing(self.growth.dimension, is_idle), piece(model, self.commands)) {
                (Some(kind), _) => kind,
                (None, Some(command)) => return Some(command),
                (None, None) => Kind::TextDelta,
            }
        };
        let mut bytes = [0; BYTES];
        self.random.fill_bytes(&mut bytes);
        let number = self.commands as u64;
        Aim::new(model, number)
            .command(kind, &mut Unstructured::new(&bytes))
            .ok()
    }
}

/// What has to be there before something can grow, and is not.
fn missing(model: &OrchestrationReadModel, dimension: Dimension) -> Option<Kind> {
    let thread = model.threads().next();
    if model.projects().len() == 0 {
        Some(Kind::CreateProject)
    } else if dimension == Dimension::Projects {
        None
    } else if thread.is_none() {
        Some(Kind::CreateThread)
    } else if dimension == Dimension::Commits && thread.is_none_or(|thread| thread.branch().is_none()) {
        Some(Kind::CreateBranch)
    } else if dimension.is_inside_a_turn() && thread.is_none_or(|thread| thread.status() == ThreadStatus::Idle) {
        Some(Kind::StartTurn)
    } else {
        None
    }
}

/// What makes one more; none for the pieces of a message, which name that message.
const fn growing(dimension: Dimension, is_idle: bool) -> Option<Kind> {
    match dimension {
        Dimension::Projects => Some(Kind::CreateProject),
        Dimension::Threads => Some(Kind::CreateThread),
        Dimension::Branches => Some(Kind::CreateBranch),
        Dimension::Commits => Some(Kind::CommitChanges),
        Dimension::Turns if is_idle => Some(Kind::StartTurn),
        Dimension::Turns => Some(Kind::TurnComplete),
        Dimension::Entries => Some(Kind::TextDelta),
        Dimension::Pieces => None,
        Dimension::ToolCalls => Some(Kind::ToolCall),
        Dimension::Approvals => Some(Kind::AwaitingApproval),
        Dimension::Checkpoints => Some(Kind::CreateCheckpoint),
    }
}

/// How many there are in the first place where there may be some.
fn size(model: &OrchestrationReadModel, dimension: Dimension) -> usize {
    let thread = model.threads().next();
    let project = || model.project(thread?.project_id());
    let turn = || thread.and_then(Thread::active_turn);
    let count = |counts: fn(&TurnEntry) -> bool| {
        let entries = turn().into_iter().flat_map(Turn::entries);
        entries.filter(|entry| counts(entry)).count()
    };
    match dimension {
        Dimension::Projects => model.projects().len(),
        Dimension::Threads => model.threads().len(),
        Dimension::Branches => project().map_or(0, |project| project.branches().len()),
        Dimension::Commits => {
            let branch = project().and_then(|project| project.branch(thread?.branch()?));
            branch.map_or(0, |branch| branch.commits().len())
        }
        Dimension::Turns => thread.map_or(0, |thread| thread.turns().len()),
        Dimension::Checkpoints => thread.map_or(0, |thread| thread.checkpoints().len()),
        Dimension::Entries => count(|entry| entry.as_message().is_some()),
        Dimension::ToolCalls => count(|entry| entry.as_tool_call().is_some()),
        Dimension::Approvals => count(|entry| entry.as_approval().is_some()),
        Dimension::Pieces => {
            let messages = turn()
                .into_iter()
                .flat_map(Turn::entries)
                .filter_map(TurnEntry::as_message);
            messages
                .map(|message| message.text().pieces().count())
                .max()
                .unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use orchestration::{decide, project};

    use super::*;

    /// The largest size that it came to, and how often each kind was accepted then.
    fn grown(growth: Growth, seed: u64) -> (usize, BTreeMap<Kind, usize>) {
        let mut grower = Grower::new(growth, seed);
        let mut model = OrchestrationReadModel::default();
        let (mut largest, mut accepted) = (0, BTreeMap::new());
        while let Some(command) = grower.next(&model) {
            if let Ok(events) = decide(&command, &model) {
                model = events.iter().fold(model, project);
                if grower.is_grown {
                    *accepted.entry(Kind::of(&command)).or_default() += 1;
                }
            }
            largest = largest.max(size(&model, growth.dimension));
        }
        (largest, accepted)
    }

    #[test]
    fn every_dimension_grows_as_far_as_it_is_to() {
        for dimension in Dimension::ALL {
            for size in [33, 257] {
                let growth = Growth { dimension, size };
                assert!(grown(growth, 1).0 >= size, "{growth:?}");
            }
        }
    }

    #[test]
    fn what_else_is_done_seldom_is_done_with_what_has_grown() {
        for (dimension, kinds) in [
            (Dimension::Turns, [Kind::RestoreCheckpoint, Kind::DeleteThread]),
            (Dimension::Commits, [Kind::PushBranch, Kind::DeleteProject]),
            (
                Dimension::Approvals,
                [Kind::ApprovePendingAction, Kind::RejectPendingAction],
            ),
        ] {
            let growth = Growth { dimension, size: 65 };
            let mut accepted = BTreeMap::new();
            for seed in 0..8 {
                accepted.extend(grown(growth, seed).1);
            }
            for kind in kinds {
                assert!(accepted.contains_key(&kind), "{dimension}: {}", kind.name());
            }
        }
    }

    #[test]
    fn the_seed_says_all() {
        let growth = Growth::numbered(7);
        assert_eq!(grown(growth, 3), grown(growth, 3));
    }
}
