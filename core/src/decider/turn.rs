//! Decisions of the user about turns.

use chrono::{DateTime, Utc};

use super::status::with_status;
use super::{Events, require};
use crate::commands::{ApprovePendingAction, InterruptTurn, RejectPendingAction, StartTurn};
use crate::error::DeciderError;
use crate::events::{PendingActionApproved, PendingActionRejected, TurnInterrupted, TurnStarted};
use crate::read_model::{OrchestrationReadModel, Thread, ThreadStatus, Turn};

pub(super) fn start(command: &StartTurn, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::idle_thread(model, command.thread_id)?;
    let (thread_id, turn_id) = (thread.id(), command.turn_id);
    if thread.turn(turn_id).is_some() {
        return Err(DeciderError::TurnAlreadyExists { thread_id, turn_id });
    }
    let started = TurnStarted {
        thread_id,
        turn_id,
        message_id: command.message_id,
        prompt: command.prompt.clone(),
        at: command.at,
    };
    Ok(with_status(started, thread, ThreadStatus::Running, command.at))
}

pub(super) fn interrupt(command: &InterruptTurn, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let (thread, turn) = require::this_turn(model, command.thread_id, command.turn_id)?;
    Ok(interruption(thread, turn, command.at))
}

/// What interrupting the active turn of a thread causes.
pub(super) fn interruption(thread: &Thread, turn: &Turn, at: DateTime<Utc>) -> Events {
    let interrupted = TurnInterrupted {
        thread_id: thread.id(),
        turn_id: turn.id(),
        at,
    };
    with_status(interrupted, thread, ThreadStatus::Idle, at)
}

pub(super) fn approve(command: &ApprovePendingAction, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let (thread, turn) = require::pending_action(model, command.thread_id, command.turn_id, command.action_id)?;
    let approved = PendingActionApproved {
        thread_id: thread.id(),
        turn_id: turn.id(),
        action_id: command.action_id,
        at: command.at,
    };
    Ok(with_status(approved, thread, status_after_one_answer(turn), command.at))
}

pub(super) fn reject(command: &RejectPendingAction, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let (thread, turn) = require::pending_action(model, command.thread_id, command.turn_id, command.action_id)?;
    let rejected = PendingActionRejected {
        thread_id: thread.id(),
        turn_id: turn.id(),
        action_id: command.action_id,
        reason: command.reason.clone(),
        at: command.at,
    };
    Ok(with_status(rejected, thread, status_after_one_answer(turn), command.at))
}

/// The status of a thread once one of the approvals that are pending in its active turn has its answer.
fn status_after_one_answer(turn: &Turn) -> ThreadStatus {
    if turn.pending_approvals() > 1 {
        ThreadStatus::AwaitingApproval
    } else {
        ThreadStatus::Running
    }
}
