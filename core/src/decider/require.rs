//! Checks that many commands share. Each gives what it found, or the refusal.

use crate::error::DeciderError;
use crate::read_model::{OrchestrationReadModel, Project, Thread, ThreadStatus, ToolCall, ToolCallStatus, Turn};
use crate::values::{ActionId, BranchName, ProjectId, ThreadId, ToolCallId, TurnId};

pub(super) fn project(model: &OrchestrationReadModel, id: ProjectId) -> Result<&Project, DeciderError> {
    model
        .project(id)
        .ok_or(DeciderError::ProjectNotFound { project_id: id })
}

pub(super) fn thread(model: &OrchestrationReadModel, id: ThreadId) -> Result<&Thread, DeciderError> {
    model.thread(id).ok_or(DeciderError::ThreadNotFound { thread_id: id })
}

pub(super) fn idle_thread(model: &OrchestrationReadModel, id: ThreadId) -> Result<&Thread, DeciderError> {
    let thread = thread(model, id)?;
    match thread.status() {
        ThreadStatus::Idle => Ok(thread),
        status @ (ThreadStatus::Running | ThreadStatus::AwaitingApproval) => {
            Err(DeciderError::ThreadNotIdle { thread_id: id, status })
        }
    }
}

/// The thread with its active turn, which must be the one with this id.
pub(super) fn this_turn(
    model: &OrchestrationReadModel,
    thread_id: ThreadId,
    turn_id: TurnId,
) -> Result<(&Thread, &Turn), DeciderError> {
    let thread = thread(model, thread_id)?;
    let turn = thread.active_turn().ok_or(DeciderError::NoActiveTurn { thread_id })?;
    if turn.id() != turn_id {
        return Err(DeciderError::TurnMismatch {
            thread_id,
            expected: turn.id(),
            found: turn_id,
        });
    }
    Ok((thread, turn))
}

/// The thread with its active turn, which must be the one with this id, with an approval of this action pending in it.
pub(super) fn pending_action(
    model: &OrchestrationReadModel,
    thread_id: ThreadId,
    turn_id: TurnId,
    action_id: ActionId,
) -> Result<(&Thread, &Turn), DeciderError> {
    let (thread, turn) = this_turn(model, thread_id, turn_id)?;
    match turn.approval(action_id) {
        Some(approval) if approval.decision().is_pending() => Ok((thread, turn)),
        Some(_) | None => Err(DeciderError::ActionNotPending {
            thread_id,
            turn_id,
            action_id,
        }),
    }
}

pub(super) fn open_tool_call<'a>(
    thread: &Thread,
    turn: &'a Turn,
    id: &ToolCallId,
) -> Result<&'a ToolCall, DeciderError> {
    let (thread_id, turn_id) = (thread.id(), turn.id());
    let call = turn.tool_call(id).ok_or_else(|| DeciderError::ToolCallNotFound {
        thread_id,
        turn_id,
        tool_call_id: id.clone(),
    })?;
    match call.status() {
        ToolCallStatus::Open => Ok(call),
        status @ (ToolCallStatus::Succeeded | ToolCallStatus::Failed | ToolCallStatus::Cancelled) => {
            Err(DeciderError::ToolCallAlreadyEnded {
                thread_id,
                turn_id,
                tool_call_id: id.clone(),
                status,
            })
        }
    }
}

/// The branch that the thread is on.
pub(super) fn branch(thread: &Thread) -> Result<&BranchName, DeciderError> {
    thread.branch().ok_or(DeciderError::NoBranch { thread_id: thread.id() })
}
