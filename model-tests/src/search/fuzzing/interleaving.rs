//! Two threads' commands, merged in two ways: the decisions and the models are equal, and so they are with other ids.
//!
//! The first byte says whether the two threads share a project. The others are taken five at a time: one that says
//! whose step it is and who comes first in which merge, and four for the step.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use orchestration::{BranchName, OrchestrationCommand, OrchestrationReadModel, ThreadId};

use super::{Checked, counterexample};
use crate::check::invariants::{Findings, Invariant};
use crate::check::laws::check_renaming;
use crate::check::view::is_alike;
use crate::counterexample::Evidence;
use crate::generate::{Resolver, Step};
use crate::kind::Kind;
use crate::subject::Decided;
use crate::subject::Subject;

/// The bytes of one step: those of the step itself, and one that says where it goes.
const SIZE: usize = Step::SIZE + 1;

/// The most steps of an input that are taken.
const MOST_STEPS: usize = 96;

/// The bytes of that many steps, and the one before them.
pub(super) const LONGEST_INPUT: usize = 1 + MOST_STEPS * SIZE;

/// The bit that says which of the two threads a step is for.
const IS_RIGHT: u8 = 1;

/// The bits that say, for each of the two merges, whether the left thread comes first.
const LEFT_COMES_FIRST: [u8; 2] = [2, 4];

/// How far apart the two threads' new ids are.
const APART: usize = 1_000;

/// With two projects, and with one: the same for every input.
static STAGES: LazyLock<[Option<Stage>; 2]> = LazyLock::new(|| [Stage::new(false), Stage::new(true)]);

/// Merges the commands that the bytes stand for.
pub(super) fn check(subject: Subject, bytes: &[u8]) -> Checked {
    let Some(threads) = Threads::of(bytes) else {
        return Checked { steps: 0, found: None };
    };
    let mut findings = Findings::default();
    let [one, other] = LEFT_COMES_FIRST.map(|bit| threads.stage.run(subject, &threads.merge(bit)));
    findings.expect(Invariant::A5, one == other, || {
        "two threads' commands, merged in two ways: expected both to come to the same, found that they do not"
            .to_owned()
    });
    let trace = if findings.violations.is_empty() {
        threads.trace()
    } else {
        let [from, to] = LEFT_COMES_FIRST.map(|bit| threads.merge(bit));
        let run = |merge: &[(u8, &OrchestrationCommand)]| threads.stage.run(subject, merge);
        threads.stage.trace(&first_that_differs(&from, &to, run))
    };
    check_renaming(subject, &trace, &mut findings);
    Checked {
        steps: 2 * (threads.left.len() + threads.right.len()) as u64,
        found: counterexample(findings.violations, || Evidence::Laws(trace)),
    }
}

/// The commands of the first merge, and what the threads begin with.
pub(super) fn commands(bytes: &[u8]) -> Vec<OrchestrationCommand> {
    Threads::of(bytes).map_or_else(Vec::new, |threads| threads.trace())
}

/// Two threads' commands, and how they are to be merged.
struct Threads {
    stage: &'static Stage,
    left: Vec<OrchestrationCommand>,
    right: Vec<OrchestrationCommand>,
    choices: Vec<u8>,
}

impl Threads {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
        let stage = STAGES[usize::from(first % 2)].as_ref()?;
        let steps: &[[u8; SIZE]] = rest.as_chunks().0;
        let left = stage.commands_of(0, steps);
        let right = without_shared_branches(&left, stage.commands_of(1, steps));
        Some(Self {
            stage,
            left,
            right,
            choices: steps.iter().map(|[choice, ..]| *choice).collect(),
        })
    }

    /// One order of the commands: that of this bit.
    fn merge(&self, bit: u8) -> Vec<(u8, &OrchestrationCommand)> {
        let left_comes_first = self.choices.iter().map(|choice| choice & bit == 0);
        merge(&self.left, &self.right, left_comes_first)
    }

    /// The commands in the first order, and before them what the threads begin with.
    fn trace(&self) -> Vec<OrchestrationCommand> {
        self.stage.trace(&self.merge(LEFT_COMES_FIRST[0]))
    }
}

/// What the two threads begin with.
struct Stage {
    commands: Vec<OrchestrationCommand>,
    model: OrchestrationReadModel,
    resolver: Resolver,
    /// Each thread, with the place of the steps that are for it.
    threads: [(ThreadId, u8); 2],
}

impl Stage {
    /// Two threads, of one project or of two.
    fn new(is_shared: bool) -> Option<Self> {
        let mut stage = Self {
            commands: Vec::new(),
            model: OrchestrationReadModel::default(),
            resolver: Resolver::new(),
            threads: [(ThreadId::new(uuid::Uuid::nil()), 0); 2],
        };
        let project = stage.take(Kind::CreateProject, |_| true)?.project_id();
        let left = stage.take(Kind::CreateThread, |_| true)?.thread_id()?;
        let project = if is_shared {
            project
        } else {
            stage.take(Kind::CreateProject, |_| true)?.project_id()
        };
        let right = stage.take(Kind::CreateThread, |command| command.project_id() == project)?;
        for (thread, id) in [left, right.thread_id()?].into_iter().enumerate() {
            let is_for_it = |command: &OrchestrationCommand| command.thread_id() == Some(id);
            let (step, _) = stage.find(Kind::StartTurn, is_for_it)?;
            *stage.threads.get_mut(thread)? = (id, step.place);
        }
        Some(stage)
    }

    /// The first place for a step of a kind where it becomes such a command.
    fn find(
        &self,
        kind: Kind,
        is_such: impl Fn(&OrchestrationCommand) -> bool,
    ) -> Option<(Step, OrchestrationCommand)> {
        let steps = (0..=u8::MAX).map(|place| Step {
            kind,
            place,
            target: 0,
            variation: 0,
        });
        let mut resolved = steps.map(|step| (step, self.resolver.resolve(step, &self.model)));
        resolved.find(|(_, command)| is_such(command))
    }

    /// Takes that step.
    fn take(&mut self, kind: Kind, is_such: impl Fn(&OrchestrationCommand) -> bool) -> Option<OrchestrationCommand> {
        let (_, command) = self.find(kind, is_such)?;
        let events = orchestration::decide(&command, &self.model).ok()?;
        self.model = events
            .iter()
            .fold(std::mem::take(&mut self.model), orchestration::project);
        self.resolver.advance(&events);
        self.commands.push(command.clone());
        Some(command)
    }

    /// The commands of the steps of one thread, as they come one after the other. Steps that name something else give
    /// none.
    fn commands_of(&self, which: u8, steps: &[[u8; SIZE]]) -> Vec<OrchestrationCommand> {
        let (mut model, mut resolver) = (self.model.clone(), self.resolver.clone());
        for _ in 0..usize::from(which) * APART {
            resolver.advance(&[]);
        }
        let (thread, place) = self.threads[usize::from(which)];
        let mut commands = Vec::new();
        for [_, step @ ..] in steps.iter().filter(|[choice, ..]| choice & IS_RIGHT == which) {
            let step = Step {
                place,
                ..Step::from_bytes(*step)
            };
            let command = resolver.resolve(step, &model);
            let is_selection = matches!(command, OrchestrationCommand::SelectThread(_));
            if is_selection || command.thread_id() != Some(thread) {
                continue;
            }
            let events = orchestration::decide(&command, &model).unwrap_or_default();
            model = events.iter().fold(model, orchestration::project);
            resolver.advance(&events);
            commands.push(command);
        }
        commands
    }

    /// All commands, from the empty model on.
    fn trace(&self, merge: &[(u8, &OrchestrationCommand)]) -> Vec<OrchestrationCommand> {
        let merged = merge.iter().map(|(_, command)| (*command).clone());
        self.commands.iter().cloned().chain(merged).collect()
    }

    /// What each thread's commands come to in one order, and the model in the end.
    fn run(&self, subject: Subject, merge: &[(u8, &OrchestrationCommand)]) -> Come {
        let mut model = self.model.clone();
        let mut decisions = [Vec::new(), Vec::new()];
        for (which, command) in merge {
            let decision = subject.decide(command, &model);
            model = subject.fold(model, decision.iter().flatten());
            decisions[usize::from(*which)].push(decision);
        }
        Come { decisions, model }
    }
}

/// What two threads' commands have come to.
#[derive(Debug)]
struct Come {
    decisions: [Vec<Decided>; 2],
    model: OrchestrationReadModel,
}

impl PartialEq for Come {
    fn eq(&self, other: &Self) -> bool {
        self.decisions == other.decisions && is_alike(&self.model, &other.model)
    }
}

/// Two threads of one project can not both make a branch of one name: whoever comes first does.
fn without_shared_branches(
    left: &[OrchestrationCommand],
    right: Vec<OrchestrationCommand>,
) -> Vec<OrchestrationCommand> {
    let taken: BTreeSet<_> = left.iter().filter_map(new_branch).collect();
    let is_free = |command: &OrchestrationCommand| new_branch(command).is_none_or(|branch| !taken.contains(branch));
    right.into_iter().filter(is_free).collect()
}

fn new_branch(command: &OrchestrationCommand) -> Option<&BranchName> {
    if let OrchestrationCommand::CreateBranch(create) = command {
        return Some(&create.branch);
    }
    None
}

/// The beginning of an order up to two neighbours that do not commute, where two orders come to something else.
///
/// One order becomes the other by swapping neighbours, one pair after the other: the first swap that makes a difference is
/// of two commands that do not commute where they stand. A trace that ends with them is what the laws show.
fn first_that_differs<'a, T: PartialEq>(
    from: &[(u8, &'a OrchestrationCommand)],
    to: &[(u8, &'a OrchestrationCommand)],
    run: impl Fn(&[(u8, &'a OrchestrationCommand)]) -> T,
) -> Vec<(u8, &'a OrchestrationCommand)> {
    let mut order = from.to_vec();
    let before = run(&order);
    for (index, (wanted, _)) in to.iter().enumerate() {
        let is_next = |(which, _): &(u8, &OrchestrationCommand)| which == wanted;
        let Some(mut place) = order.iter().skip(index).position(is_next).map(|behind| index + behind) else {
            break;
        };
        while place > index {
            order.swap(place - 1, place);
            if run(&order) != before {
                order.truncate(place + 1);
                return order;
            }
            place -= 1;
        }
    }
    from.to_vec()
}

/// One order of the two threads' commands: at each turn the one that comes first goes on, as long as it has any.
fn merge<'a>(
    left: &'a [OrchestrationCommand],
    right: &'a [OrchestrationCommand],
    left_comes_first: impl Iterator<Item = bool>,
) -> Vec<(u8, &'a OrchestrationCommand)> {
    let (mut left, mut right) = (left.iter(), right.iter());
    let mut merged = Vec::new();
    for is_left in left_comes_first {
        let next = if is_left {
            left.next().map(|command| (0, command))
        } else {
            right.next().map(|command| (1, command))
        };
        merged.extend(next);
    }
    merged.extend(left.map(|command| (0, command)));
    merged.extend(right.map(|command| (1, command)));
    merged
}
