//! Events that no decider emits: about what is gone, out of order, of ended turns, of other threads.
//!
//! A stray event is what a command would cause if nobody asked whether it may: so it is nearly right, and about what is
//! there or was there lately. An event drawn at random is about nothing that anybody knows.

use chrono::{DateTime, Utc};
use orchestration::commands::CreateCheckpoint;
use orchestration::events::{
    ApprovalRequested, BranchCreated, BranchPushed, ChangesCommitted, CheckpointCreated, CheckpointRestored,
    MessageAppended, MessageChunkReceived, PendingActionApproved, PendingActionRejected, ProjectCreated,
    ProjectDeleted, ProjectRenamed, ThreadCreated, ThreadDeleted, ThreadSelected, ThreadStatusChanged, ToolCallEnded,
    ToolCallStarted, TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted,
};
use orchestration::read_model::{Branch, MessageRole, Thread, ThreadStatus};
use orchestration::{
    BranchName, MessageId, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel,
    ProviderEvent, Text, ThreadId, TurnId,
};

use super::pools::numbered_branch;
use super::resolver::Resolver;
use super::selector::{Variation, WILD};
use super::step::Step;

/// The event that a step's command would cause if nobody asked whether it may. Half of all picks are wild.
#[must_use]
pub(crate) fn stray_event(step: Step, resolver: &Resolver, model: &OrchestrationReadModel) -> Event {
    /// The bits of the variation that say whether the place and the target are wild.
    const IS_WILD: [u8; 2] = [32, 64];
    let wild = |byte, bit| if step.variation & bit == 0 { byte } else { byte | WILD };
    let step = Step {
        place: wild(step.place, IS_WILD[0]),
        target: wild(step.target, IS_WILD[1]),
        ..step
    };
    let command = resolver.resolve(step, model);
    let variation = Variation(step.variation);
    Stray { model, variation }.event(command)
}

/// What a stray event is made for.
struct Stray<'a> {
    model: &'a OrchestrationReadModel,
    variation: Variation,
}

impl Stray<'_> {
    fn event(&self, command: Command) -> Event {
        match command {
            Command::CreateProject(command) => ProjectCreated {
                project_id: command.project_id,
                path: command.path,
                name: command.name,
                at: command.at,
            }
            .into(),
            Command::RenameProject(command) => ProjectRenamed {
                project_id: command.project_id,
                name: command.name,
                at: command.at,
            }
            .into(),
            Command::DeleteProject(command) => ProjectDeleted {
                project_id: command.project_id,
                at: command.at,
            }
            .into(),
            Command::CreateThread(command) => ThreadCreated {
                thread_id: command.thread_id,
                project_id: command.project_id,
                title: command.title,
                provider: command.provider,
                model: command.model,
                runtime_mode: command.runtime_mode,
                at: command.at,
            }
            .into(),
            Command::SelectThread(command) => self.selected(command.thread_id, command.at),
            Command::DeleteThread(command) => ThreadDeleted {
                thread_id: command.thread_id,
                at: command.at,
            }
            .into(),
            Command::StartTurn(command) => TurnStarted {
                thread_id: command.thread_id,
                turn_id: command.turn_id,
                message_id: command.message_id,
                prompt: command.prompt,
                at: command.at,
            }
            .into(),
            Command::InterruptTurn(command) => TurnInterrupted {
                thread_id: command.thread_id,
                turn_id: command.turn_id,
                at: command.at,
            }
            .into(),
            Command::ApprovePendingAction(command) => PendingActionApproved {
                thread_id: command.thread_id,
                turn_id: command.turn_id,
                action_id: command.action_id,
                at: command.at,
            }
            .into(),
            Command::RejectPendingAction(command) => PendingActionRejected {
                thread_id: command.thread_id,
                turn_id: command.turn_id,
                action_id: command.action_id,
                reason: command.reason,
                at: command.at,
            }
            .into(),
            Command::IngestProviderEvent(command) => {
                self.ingested((command.thread_id, command.turn_id), command.event, command.at)
            }
            Command::CreateCheckpoint(command) => self.checkpoint(command),
            Command::RestoreCheckpoint(command) => CheckpointRestored {
                thread_id: command.thread_id,
                checkpoint_id: command.checkpoint_id,
                turn_count: self.turn_count(command.thread_id),
                at: command.at,
            }
            .into(),
            Command::CreateBranch(command) => BranchCreated {
                thread_id: command.thread_id,
                branch: command.branch,
                at: command.at,
            }
            .into(),
            Command::CommitChanges(command) => ChangesCommitted {
                thread_id: command.thread_id,
                branch: self.branch(command.thread_id),
                message: command.message,
                at: command.at,
            }
            .into(),
            Command::PushBranch(command) => BranchPushed {
                thread_id: command.thread_id,
                branch: self.branch(command.thread_id),
                at: command.at,
            }
            .into(),
        }
    }

    fn checkpoint(&self, command: CreateCheckpoint) -> Event {
        CheckpointCreated {
            thread_id: command.thread_id,
            checkpoint_id: command.checkpoint_id,
            git_ref: command.git_ref,
            description: command.description,
            turn_count: self.turn_count(command.thread_id),
            at: command.at,
        }
        .into()
    }

    /// No command is about a status alone: every other selection becomes a change of it, true or not.
    fn selected(&self, thread_id: ThreadId, at: DateTime<Utc>) -> Event {
        if self.variation.first_flag() {
            return ThreadSelected { thread_id, at }.into();
        }
        let status = |choice: usize| ThreadStatus::ALL[choice % ThreadStatus::ALL.len()];
        ThreadStatusChanged {
            thread_id,
            from: status(self.variation.choice() / 2),
            to: status(self.variation.text()),
            at,
        }
        .into()
    }

    fn ingested(&self, (thread_id, turn_id): (ThreadId, TurnId), event: ProviderEvent, at: DateTime<Utc>) -> Event {
        let piece = |message_id, role, text| self.piece((thread_id, turn_id), (message_id, role, text), at);
        match event {
            ProviderEvent::TextDelta(delta) => piece(delta.message_id, MessageRole::Assistant, delta.text),
            ProviderEvent::ThinkingDelta(delta) => piece(delta.message_id, MessageRole::Reasoning, delta.text),
            ProviderEvent::ToolCall(call) => ToolCallStarted {
                thread_id,
                turn_id,
                tool_call_id: call.tool_call_id,
                name: call.name,
                input: call.input,
                at,
            }
            .into(),
            ProviderEvent::ToolResult(result) => ToolCallEnded {
                thread_id,
                turn_id,
                tool_call_id: result.tool_call_id,
                output: result.output,
                is_error: result.is_error,
                at,
            }
            .into(),
            ProviderEvent::AwaitingApproval(request) => ApprovalRequested {
                thread_id,
                turn_id,
                action_id: request.action_id,
                tool_call_id: request.tool_call_id,
                description: request.description,
                at,
            }
            .into(),
            ProviderEvent::TurnComplete(_) => TurnCompleted { thread_id, turn_id, at }.into(),
            ProviderEvent::Error(error) => TurnFailed {
                thread_id,
                turn_id,
                message: error.message,
                code: error.code,
                at,
            }
            .into(),
        }
    }

    /// The beginning of a message or a piece of it, whether or not it has begun; now and then the user's.
    fn piece(
        &self,
        (thread_id, turn_id): (ThreadId, TurnId),
        (message_id, role, text): (MessageId, MessageRole, Text),
        at: DateTime<Utc>,
    ) -> Event {
        if self.variation.first_flag() {
            return MessageChunkReceived {
                thread_id,
                turn_id,
                message_id,
                text,
                at,
            }
            .into();
        }
        let is_users = self.variation.text() == 0;
        MessageAppended {
            thread_id,
            turn_id,
            message_id,
            role: if is_users { MessageRole::User } else { role },
            text,
            at,
        }
        .into()
    }

    /// About as many turns as the thread has.
    fn turn_count(&self, id: ThreadId) -> u32 {
        let turns = self.model.thread(id).map_or(0, |thread| thread.turns().len());
        let more = self.variation.text() % 3;
        u32::try_from((turns + more).saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Mostly the thread's branch, else one of its project's, else one that never was.
    fn branch(&self, id: ThreadId) -> BranchName {
        let thread = self.model.thread(id);
        let of_project = || {
            let project = self.model.project(thread?.project_id())?;
            let choice = self.variation.choice().checked_rem(project.branches().len())?;
            project.branches().nth(choice).map(Branch::name)
        };
        let branch = if self.variation.first_flag() {
            of_project()
        } else {
            thread.and_then(Thread::branch).or_else(of_project)
        };
        branch.map_or_else(|| numbered_branch(u64::MAX), BranchName::clone)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use orchestration::project;

    use super::*;
    use crate::generate::RandomSteps;

    #[test]
    fn stray_events_are_of_every_kind_and_of_each_kind_some_have_an_effect_and_some_have_none() {
        let mut effects: BTreeMap<&str, [u32; 2]> = BTreeMap::new();
        for seed in 0..100 {
            let (mut model, mut resolver) = (OrchestrationReadModel::default(), Resolver::new());
            for step in RandomSteps::new(seed).take(200) {
                let event = stray_event(step, &resolver, &model);
                let after = project(model.clone(), &event);
                effects.entry(event.kind()).or_default()[usize::from(after == model)] += 1;
                model = after;
                resolver.advance(&[event]);
            }
        }
        assert!(effects.keys().copied().eq(sorted(Event::KINDS)), "{effects:?}");
        assert!(
            effects.values().all(|[some, none]| *some > 5 && *none > 5),
            "{effects:?}"
        );
    }

    fn sorted(kinds: &[&'static str]) -> impl Iterator<Item = &'static str> {
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.into_iter()
    }
}
