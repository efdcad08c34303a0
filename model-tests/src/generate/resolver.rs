//! What is remembered from step to step.

use chrono::{DateTime, Utc};
use orchestration::{
    ActionId, CheckpointId, MessageId, OrchestrationCommand, OrchestrationEvent as Event, OrchestrationReadModel,
    ProjectId, ThreadId, ToolCallId, TurnId,
};

use super::ids::Recent;
use super::resolve;
use super::step::Step;

/// Turns the steps of one run into concrete commands.
///
/// It counts the commands, which gives each its new ids, and with the variation of its step and the last event its time; and
/// it remembers what the model does not tell, or
/// not fast: the projects and threads in the order in which they were made, and what was there and may be gone.
///
/// ```
/// use model_tests::generate::{RandomSteps, Resolver};
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
    pub(super) last_event_at: Option<DateTime<Utc>>,
}

/// The last few things that were met. They may be there still, or be gone: deleted, or dropped by a restore.
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
        self.last_event_at = Some(event.at());
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

#[cfg(test)]
mod tests {
    use orchestration::{DeciderError, ProviderEvent, decide, project};

    use super::*;
    use crate::generate::RandomSteps;
    use crate::kind::Kind;

    /// The least byte that picks what is gone, of a place.
    const GONE: u8 = 224;
    /// The least byte that picks what never was, of a place.
    const NEVER: u8 = 230;

    #[derive(Default)]
    struct Run {
        model: OrchestrationReadModel,
        resolver: Resolver,
    }

    impl Run {
        fn take(&mut self, kind: Kind, place: u8, target: u8) -> (OrchestrationCommand, Option<DeciderError>) {
            let step = Step {
                kind,
                place,
                target,
                variation: 0,
            };
            let command = self.resolver.resolve(step, &self.model);
            let outcome = decide(&command, &self.model);
            let events = outcome.as_deref().unwrap_or_default();
            self.model = events.iter().fold(std::mem::take(&mut self.model), project);
            self.resolver.advance(events);
            (command, outcome.err())
        }

        fn live(&mut self, kind: Kind) -> OrchestrationCommand {
            let (command, refusal) = self.take(kind, 0, 0);
            assert_eq!(refusal, None, "{}", kind.name());
            command
        }
    }

    #[test]
    fn live_picks_lead_through_a_turn_to_a_restore() {
        let mut run = Run::default();
        let kinds = [
            Kind::CreateProject,
            Kind::CreateThread,
            Kind::CreateCheckpoint,
            Kind::StartTurn,
            Kind::TextDelta,
            Kind::ToolCall,
            Kind::AwaitingApproval,
            Kind::AwaitingApproval,
            Kind::ApprovePendingAction,
            Kind::ApprovePendingAction,
            Kind::ToolResult,
            Kind::TurnComplete,
            Kind::CreateBranch,
            Kind::CommitChanges,
            Kind::PushBranch,
            Kind::RestoreCheckpoint,
            Kind::StartTurn,
            Kind::AwaitingApproval,
            Kind::RejectPendingAction,
            Kind::InterruptTurn,
            Kind::DeleteProject,
        ];
        for kind in kinds {
            run.live(kind);
        }
        assert_eq!(run.model, OrchestrationReadModel::default());
    }

    #[test]
    fn a_wild_place_is_a_deleted_thread_or_one_that_never_was() {
        let mut run = Run::default();
        run.live(Kind::CreateProject);
        let deleted = run.live(Kind::CreateThread).thread_id();
        run.live(Kind::CreateThread);
        run.live(Kind::DeleteThread);
        let (gone, refusal) = run.take(Kind::StartTurn, GONE, 0);
        assert_eq!(gone.thread_id(), deleted);
        assert_eq!(refusal.map(|error| error.kind()), Some("thread_not_found"));
        let (never, _) = run.take(Kind::StartTurn, NEVER, 0);
        assert_ne!(never.thread_id(), deleted);
    }

    #[test]
    fn a_wild_target_is_the_id_of_a_deleted_thread_which_may_be_used_again() {
        /// The least byte of a target that picks something met lately.
        const STRAY: u8 = 240;
        let mut run = Run::default();
        run.live(Kind::CreateProject);
        let deleted = run.live(Kind::CreateThread).thread_id();
        run.live(Kind::DeleteThread);
        let (again, refusal) = run.take(Kind::CreateThread, 0, STRAY);
        assert_eq!((again.thread_id(), refusal), (deleted, None));
    }

    #[test]
    fn a_place_of_a_turn_that_ended_aims_an_answer_at_it_though_the_next_turn_asks_under_the_same_id() {
        /// The least byte of a place that picks a turn that ended.
        const ENDED_TURN: u8 = 234;
        /// The least byte of a target that picks an id of the turn before.
        const REUSED: u8 = 7;
        let mut run = Run::default();
        let mut asked = Vec::new();
        for kind in [Kind::CreateProject, Kind::CreateThread] {
            run.live(kind);
        }
        for target in [0, REUSED] {
            run.live(Kind::StartTurn);
            let (ask, refusal) = run.take(Kind::AwaitingApproval, 0, target);
            assert_eq!(refusal, None);
            asked.push(ask);
            if target == 0 {
                run.live(Kind::InterruptTurn);
            }
        }
        let [first, second] = [0, 1].map(|place| match &asked[place] {
            OrchestrationCommand::IngestProviderEvent(ask) => (ask.turn_id, ask.event.clone()),
            other => panic!("{} asks nothing", other.kind()),
        });
        let action = |event: &ProviderEvent| match event {
            ProviderEvent::AwaitingApproval(request) => request.action_id,
            other => panic!("{} asks nothing", other.kind()),
        };
        assert_eq!(action(&first.1), action(&second.1));
        for kind in [Kind::ApprovePendingAction, Kind::RejectPendingAction] {
            let (late, refusal) = run.take(kind, ENDED_TURN, 0);
            let named = match late {
                OrchestrationCommand::ApprovePendingAction(answer) => (answer.turn_id, answer.action_id),
                OrchestrationCommand::RejectPendingAction(answer) => (answer.turn_id, answer.action_id),
                other => panic!("{} is no answer", other.kind()),
            };
            assert_eq!(named, (first.0, action(&second.1)));
            assert_eq!(refusal.map(|error| error.kind()), Some("turn_mismatch"));
        }
        run.live(Kind::ApprovePendingAction);
    }

    #[test]
    fn every_step_runs_in_every_state() {
        for seed in 0..20 {
            let mut run = Run::default();
            for step in RandomSteps::new(seed).take(60) {
                for kind in Kind::ALL {
                    let tried = Step { kind, ..step };
                    assert_eq!(Kind::of(&run.resolver.resolve(tried, &run.model)), kind);
                }
                run.take(step.kind, step.place, step.target);
            }
        }
    }
}
