//! From a step to a concrete command.

mod git;
mod project;
mod provider;
mod turn;

use chrono::{DateTime, Utc};
use orchestration::read_model::{Thread, Turn};
use orchestration::{OrchestrationCommand, OrchestrationReadModel, ProjectId, ThreadId, TurnId};

use super::clock::time_of_command;
use super::ids::{Numbered, Recent};
use super::resolver::{Past, Resolver};
use super::selector::{Place, Rank, Target, Variation};
use super::step::Step;
use crate::kind::Kind;

/// How many threads are looked at for one in which a command has a chance.
const FITTING_THREADS: usize = 4;

/// How many things are gathered to choose from.
const CANDIDATES: usize = 8;

pub(super) fn resolve(step: Step, resolver: &Resolver, model: &OrchestrationReadModel) -> OrchestrationCommand {
    let context = Context {
        resolver,
        past: &resolver.past,
        model,
        place: Place::from_byte(step.place),
        target: Target::from_byte(step.target),
        variation: Variation(step.variation),
        at: time_of_command(resolver.commands(), step.variation, resolver.last_event_at),
    };
    match step.kind {
        Kind::CreateProject => context.create_project().into(),
        Kind::RenameProject => context.rename_project().into(),
        Kind::DeleteProject => context.delete_project().into(),
        Kind::CreateThread => context.create_thread().into(),
        Kind::SelectThread => context.select_thread().into(),
        Kind::DeleteThread => context.delete_thread().into(),
        Kind::StartTurn => context.start_turn().into(),
        Kind::InterruptTurn => context.interrupt_turn().into(),
        Kind::ApprovePendingAction => context.approve_pending_action().into(),
        Kind::RejectPendingAction => context.reject_pending_action().into(),
        Kind::TextDelta => context.text_delta().into(),
        Kind::ThinkingDelta => context.thinking_delta().into(),
        Kind::ToolCall => context.tool_call().into(),
        Kind::ToolResult => context.tool_result().into(),
        Kind::AwaitingApproval => context.awaiting_approval().into(),
        Kind::TurnComplete => context.turn_complete().into(),
        Kind::Error => context.error().into(),
        Kind::CreateCheckpoint => context.create_checkpoint().into(),
        Kind::RestoreCheckpoint => context.restore_checkpoint().into(),
        Kind::CreateBranch => context.create_branch().into(),
        Kind::CommitChanges => context.commit_changes().into(),
        Kind::PushBranch => context.push_branch().into(),
    }
}

/// A step, decoded, with what it meets.
struct Context<'a> {
    resolver: &'a Resolver,
    past: &'a Past,
    model: &'a OrchestrationReadModel,
    place: Place,
    target: Target,
    variation: Variation,
    at: DateTime<Utc>,
}

/// The thread that a command will name, with the thread itself if it is there.
#[derive(Clone, Copy)]
struct Located<'a> {
    id: ThreadId,
    thread: Option<&'a Thread>,
}

impl<'a> Context<'a> {
    /// The number of the command, which no other of the run has.
    const fn number(&self) -> u64 {
        self.resolver.commands()
    }

    fn project(&self) -> ProjectId {
        let projects = &self.resolver.projects;
        match self.place {
            Place::Fitting(rank)
            | Place::Exact(rank)
            | Place::EndedTurn(rank)
            | Place::StrayTurn(rank, _)
            | Place::NeverTurn(rank) => projects.get(rank.index(projects.len())).copied(),
            Place::Gone(choice) => self.past.deleted_projects.get(choice).copied(),
            Place::Never(choice) => Some(ProjectId::never(choice)),
        }
        .unwrap_or_else(|| ProjectId::never(0))
    }

    /// The thread that the place selects. A thread fits if the command has a chance in it.
    fn thread(&self, fits: impl Fn(&Thread) -> bool) -> Located<'a> {
        match self.place {
            Place::Fitting(rank) | Place::EndedTurn(rank) | Place::StrayTurn(rank, _) | Place::NeverTurn(rank) => {
                self.fitting_thread(rank, fits)
            }
            Place::Exact(rank) => self.fitting_thread(rank, |_| true),
            Place::Gone(choice) => self
                .past
                .deleted_threads
                .get(choice)
                .map_or_else(Located::never, |id| self.locate(*id)),
            Place::Never(choice) => self.locate(ThreadId::never(choice)),
        }
    }

    fn fitting_thread(&self, rank: Rank, fits: impl Fn(&Thread) -> bool) -> Located<'a> {
        let threads = &self.resolver.threads;
        let first = rank.index(threads.len());
        let from_first = |offset| self.locate(threads[(first + offset) % threads.len()]);
        (0..threads.len().min(FITTING_THREADS))
            .map(from_first)
            .find(|located| located.thread.is_some_and(&fits))
            .or_else(|| threads.get(first).map(|id| self.locate(*id)))
            .unwrap_or_else(Located::never)
    }

    fn locate(&self, id: ThreadId) -> Located<'a> {
        let thread = self.model.thread(id);
        Located { id, thread }
    }

    /// The turn that the place selects: mostly the active one, and if there is none the last one, as a late event does.
    fn turn(&self, located: Located<'a>) -> TurnId {
        let (active, last) = located.thread.map_or((None, None), |thread| {
            (thread.active_turn(), thread.turns().next_back())
        });
        let ended = || located.thread?.turns().rev().find(|turn| !turn.status().is_running());
        let stray = |choice| self.past.turns.get(choice).copied();
        match self.place {
            Place::Fitting(_) | Place::Exact(_) | Place::Gone(_) | Place::Never(_) => {
                active.or(last).map(Turn::id).or_else(|| stray(0))
            }
            Place::EndedTurn(_) => ended().map(Turn::id).or_else(|| stray(1)),
            Place::StrayTurn(_, choice) => stray(choice),
            Place::NeverTurn(_) => None,
        }
        .unwrap_or_else(|| TurnId::never(0))
    }

    /// The id of something to be made: new, if the target is live.
    fn new_id<I: Numbered + Clone>(&self, past: &Recent<I>, taken: impl FnOnce(usize) -> Option<I>) -> I {
        match self.target {
            Target::Live(_) => None,
            Target::Unfit(choice) => taken(choice),
            Target::Stray(choice) => past.get(choice).cloned(),
            Target::Never(choice) => Some(I::never(choice)),
        }
        .unwrap_or_else(|| I::numbered(self.number()))
    }

    /// The id of something that should be there: live or unfit, each as the caller finds them.
    fn old_id<I: Numbered + Clone>(
        &self,
        past: &Recent<I>,
        live: impl FnOnce(usize) -> Option<I>,
        unfit: impl FnOnce(usize) -> Option<I>,
    ) -> I {
        match self.target {
            Target::Live(choice) => live(choice).or_else(|| past.get(choice).cloned()),
            Target::Unfit(choice) => unfit(choice).or_else(|| past.get(choice).cloned()),
            Target::Stray(choice) => past.get(choice).cloned(),
            Target::Never(choice) => Some(I::never(choice)),
        }
        .unwrap_or_else(|| I::never(0))
    }
}

impl Located<'_> {
    fn never() -> Self {
        Self {
            id: ThreadId::never(0),
            thread: None,
        }
    }
}

/// One of the first few things.
fn choose<T: Copy>(things: impl Iterator<Item = T>, choice: usize) -> Option<T> {
    let mut candidates = [None; CANDIDATES];
    let mut count = 0;
    for (candidate, thing) in candidates.iter_mut().zip(things) {
        *candidate = Some(thing);
        count += 1;
    }
    candidates[choice.checked_rem(count)?]
}
