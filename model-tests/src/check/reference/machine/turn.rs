//! The rules of turns, and of what the user says in them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use orchestration::commands::{ApprovePendingAction, InterruptTurn, RejectPendingAction, StartTurn};
use orchestration::events::{PendingActionApproved, PendingActionRejected, TurnInterrupted, TurnStarted};
use orchestration::read_model::{MessageRole, ThreadStatus, ToolCallStatus};
use orchestration::{ActionId, DeciderError, OrchestrationEvent, ThreadId, TurnId};

use super::super::state::{Answer, Approval, Call, Entry, Machine, Message, Thread, Turn, TurnState};
use super::thread::change_of_status;
use super::{Prediction, refuse_if};

impl Machine {
    pub(super) fn start_turn(&mut self, command: &StartTurn) -> Prediction {
        let StartTurn {
            thread_id,
            turn_id,
            message_id,
            prompt,
            at,
        } = command;
        let (thread_id, turn_id, message_id, at) = (*thread_id, *turn_id, *message_id, *at);
        let thread = self.idle_thread(thread_id)?;
        let is_known = thread.turns.iter().any(|turn| turn.id == turn_id);
        refuse_if(is_known, || DeciderError::TurnAlreadyExists { thread_id, turn_id })?;
        let started = TurnStarted {
            thread_id,
            turn_id,
            message_id,
            prompt: prompt.clone(),
            at,
        };
        let thread = Arc::make_mut(thread);
        thread.turns.push(Arc::new(Turn {
            id: turn_id,
            status: TurnState::Running,
            entries: vec![Entry::Message(Message {
                id: message_id,
                role: MessageRole::User,
                text: prompt.as_str().to_owned(),
                at,
            })],
            started_at: at,
            ended_at: None,
        }));
        Ok(go_on(thread, started, ThreadStatus::Running, at))
    }

    pub(super) fn interrupt_turn(&mut self, command: &InterruptTurn) -> Prediction {
        let InterruptTurn { thread_id, turn_id, at } = *command;
        let thread = self.thread_in_turn(thread_id, turn_id)?;
        let interrupted = TurnInterrupted { thread_id, turn_id, at };
        Ok(end(Arc::make_mut(thread), TurnState::Interrupted, interrupted, at))
    }

    pub(super) fn approve(&mut self, command: &ApprovePendingAction) -> Prediction {
        let ApprovePendingAction {
            thread_id,
            turn_id,
            action_id,
            at,
        } = *command;
        let approved = PendingActionApproved {
            thread_id,
            turn_id,
            action_id,
            at,
        };
        self.answer((thread_id, turn_id, action_id), &Answer::Approved, approved, at)
    }

    pub(super) fn reject(&mut self, command: &RejectPendingAction) -> Prediction {
        let RejectPendingAction {
            thread_id,
            turn_id,
            action_id,
            reason,
            at,
        } = command;
        let rejected = PendingActionRejected {
            thread_id: *thread_id,
            turn_id: *turn_id,
            action_id: *action_id,
            reason: reason.clone(),
            at: *at,
        };
        let reason = reason.as_ref().map(|reason| reason.as_str().into());
        let answer = Answer::Rejected { reason };
        self.answer((*thread_id, *turn_id, *action_id), &answer, rejected, *at)
    }

    /// Answers what was asked: by which thread, in which turn, and as which action.
    fn answer(
        &mut self,
        (thread_id, turn_id, action_id): (ThreadId, TurnId, ActionId),
        answer: &Answer,
        event: impl Into<OrchestrationEvent>,
        at: DateTime<Utc>,
    ) -> Prediction {
        let thread = self.thread_in_turn(thread_id, turn_id)?;
        let is_asked = active(thread).is_some_and(|turn| turn.entries.iter().any(|entry| is_waiting(entry, action_id)));
        refuse_if(!is_asked, || DeciderError::ActionNotPending {
            thread_id,
            turn_id,
            action_id,
        })?;
        let thread = Arc::make_mut(thread);
        let mut is_left = false;
        for entry in active_mut(thread).into_iter().flat_map(|turn| &mut turn.entries) {
            match entry {
                Entry::Approval(approval) if approval.id == action_id => approval.decision.clone_from(answer),
                Entry::Approval(approval) => is_left |= approval.decision == Answer::Pending,
                Entry::Message(_) | Entry::ToolCall(_) => {}
            }
        }
        let status = if is_left {
            ThreadStatus::AwaitingApproval
        } else {
            ThreadStatus::Running
        };
        Ok(go_on(thread, event, status, at))
    }
}

/// Whether an entry is the approval of an action, and waits for its answer.
fn is_waiting(entry: &Entry, action: ActionId) -> bool {
    match entry {
        Entry::Approval(approval) => approval.id == action && approval.decision == Answer::Pending,
        Entry::Message(_) | Entry::ToolCall(_) => false,
    }
}

/// The last turn of a thread that is not idle.
pub(super) fn active(thread: &Thread) -> Option<&Turn> {
    thread.turns.last().map(Arc::as_ref)
}

/// The same, to be changed.
pub(super) fn active_mut(thread: &mut Thread) -> Option<&mut Turn> {
    thread.turns.last_mut().map(Arc::make_mut)
}

/// What happened to a thread, and the status that it has from then on.
pub(super) fn go_on(
    thread: &mut Thread,
    event: impl Into<OrchestrationEvent>,
    status: ThreadStatus,
    at: DateTime<Utc>,
) -> Vec<OrchestrationEvent> {
    let mut events = Vec::with_capacity(2);
    events.push(event.into());
    events.extend(change_of_status(thread, status, at));
    thread.status = status;
    thread.updated_at = at;
    events
}

/// Ends the last turn: what is open or pending in it is cancelled, however it ends.
pub(super) fn end(
    thread: &mut Thread,
    status: TurnState,
    event: impl Into<OrchestrationEvent>,
    at: DateTime<Utc>,
) -> Vec<OrchestrationEvent> {
    if let Some(turn) = active_mut(thread) {
        turn.status = status;
        turn.ended_at = Some(at);
        for entry in &mut turn.entries {
            match entry {
                Entry::ToolCall(Call {
                    status: call @ ToolCallStatus::Open,
                    ..
                }) => *call = ToolCallStatus::Cancelled,
                Entry::Approval(Approval {
                    decision: answer @ Answer::Pending,
                    ..
                }) => *answer = Answer::Cancelled,
                Entry::Message(_) | Entry::ToolCall(_) | Entry::Approval(_) => {}
            }
        }
    }
    go_on(thread, event, ThreadStatus::Idle, at)
}
