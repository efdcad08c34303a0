//! What is remembered from step to step.

use orchestration::{
    ActionId, CheckpointId, MessageId, OrchestrationCommand, OrchestrationEvent as Event, OrchestrationReadModel,
    ProjectId, ThreadId, ToolCallId, TurnId,
};

use super::ids::Recent;
use super::resolve;
use super::step::Step;

/// Turns the steps of one run into concrete commands.
///
/// It counts the commands, which gives each its time and its new ids, and it remembers what the model does not tell, or
/// not fast: the projects and threads in the order in which they were made, and what was there and may be gone.
///
/// ```
/// use model_tests::steps::{RandomSteps, Resolver};
/// use orchestration::{OrchestrationReadModel, decide, project};
///
/// let (mut model, mut resolver, mut trace) = (OrchestrationReadModel::default(), Resolver::new(), Vec::new());
/// for step in RandomSteps::new(42).take(50) {
///     let command = resolver.resolve(step, &model);
///     trace.push(command.clone()); // the trace is what lasts: record first, then apply
///     let events = decide(&command, &model).unwrap_or_default();
///     model = events.iter().fold(model, project);
///     resolver.advance(&events);
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    commands: u64,
    pub(super) projects: Vec<ProjectId>,
    pub(super) threads: Vec<ThreadId>,
    pub(super) past: Past,
}

/// The last few things that came by. They may be there still, or be gone: deleted, or dropped by a restore.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    pub(super) deleted_projects: Recent<ProjectId>,
    pub(super) deleted_threads: Recent<ThreadId>,
    pub(super) turns: Recent<TurnId>,
    pub(super) messages: Recent<MessageId>,
    pub(super) tool_calls: Recent<ToolCallId>,
    pub(super) actions: Recent<ActionId>,
    pub(super) checkpoints: Recent<CheckpointId>,
}

impl Resolver {
    /// The resolver of a run that begins with the empty model.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The concrete command that a step stands for, given the model that it meets.
    ///
    /// Pure: the same step, model and resolver give the same command.
    #[must_use]
    pub fn resolve(&self, step: Step, model: &OrchestrationReadModel) -> OrchestrationCommand {
        resolve::resolve(step, self, model)
    }

    /// Takes note that a command was given, and of the events that it caused: none, if it was refused.
    pub fn advance(&mut self, events: &[Event]) {
        self.commands += 1;
        for event in events {
            self.observe(event);
        }
    }

    /// How many commands were given.
    #[must_use]
    pub const fn commands(&self) -> u64 {
        self.commands
    }

    fn observe(&mut self, event: &Event) {
        match event {
            Event::ProjectCreated(event) => self.projects.push(event.project_id),
            Event::ProjectDeleted(event) => {
                self.projects.retain(|id| *id != event.project_id);
                self.past.deleted_projects.push(event.project_id);
            }
            Event::ThreadCreated(event) => self.threads.push(event.thread_id),
            Event::ThreadDeleted(event) => {
                self.threads.retain(|id| *id != event.thread_id);
                self.past.deleted_threads.push(event.thread_id);
            }
            Event::TurnStarted(event) => {
                self.past.turns.push(event.turn_id);
                self.past.messages.push(event.message_id);
            }
            Event::MessageAppended(event) => self.past.messages.push(event.message_id),
            Event::ToolCallStarted(event) => self.past.tool_calls.push(event.tool_call_id.clone()),
            Event::ApprovalRequested(event) => self.past.actions.push(event.action_id),
            Event::CheckpointCreated(event) => self.past.checkpoints.push(event.checkpoint_id),
            Event::ProjectRenamed(_)
            | Event::ThreadSelected(_)
            | Event::ThreadStatusChanged(_)
            | Event::TurnInterrupted(_)
            | Event::TurnCompleted(_)
            | Event::TurnFailed(_)
            | Event::MessageChunkReceived(_)
            | Event::ToolCallEnded(_)
            | Event::PendingActionApproved(_)
            | Event::PendingActionRejected(_)
            | Event::CheckpointRestored(_)
            | Event::BranchCreated(_)
            | Event::ChangesCommitted(_)
            | Event::BranchPushed(_) => {}
        }
    }
}
