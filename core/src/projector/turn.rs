//! What events do to turns.

use chrono::{DateTime, Utc};

use super::{settle, thread_mut_if};
use crate::events::{
    ApprovalRequested, MessageAppended, MessageChunkReceived, PendingActionApproved, PendingActionRejected,
    ToolCallEnded, ToolCallStarted, TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted,
};
use crate::read_model::{
    Approval, Decision, Message, MessageRole, MessageText, OrchestrationReadModel, Thread, ToolCall, ToolCallStatus,
    Turn, TurnStatus,
};
use crate::values::{ActionId, Text, ThreadId, TurnId};

pub(super) fn started(model: &mut OrchestrationReadModel, event: &TurnStarted) {
    let is_free = |thread: &Thread| thread.active_turn().is_none() && thread.turn(event.turn_id).is_none();
    if let Some(thread) = thread_mut_if(model, event.thread_id, is_free) {
        let prompt = Message {
            id: event.message_id,
            role: MessageRole::User,
            text: MessageText::from(Text::from(&event.prompt)),
            at: event.at,
        };
        thread.turns.push_back_mut(Turn::start(event.turn_id, prompt, event.at));
        settle(thread, event.at);
    }
}

pub(super) fn interrupted(model: &mut OrchestrationReadModel, event: &TurnInterrupted) {
    end(model, event.thread_id, event.turn_id, TurnStatus::Interrupted, event.at);
}

pub(super) fn completed(model: &mut OrchestrationReadModel, event: &TurnCompleted) {
    end(model, event.thread_id, event.turn_id, TurnStatus::Completed, event.at);
}

pub(super) fn failed(model: &mut OrchestrationReadModel, event: &TurnFailed) {
    let status = TurnStatus::Failed {
        message: event.message.clone(),
        code: event.code.clone(),
    };
    end(model, event.thread_id, event.turn_id, status, event.at);
}

fn end(
    model: &mut OrchestrationReadModel,
    thread_id: ThreadId,
    turn_id: TurnId,
    status: TurnStatus,
    at: DateTime<Utc>,
) {
    change_turn(
        model,
        thread_id,
        turn_id,
        at,
        |_| Some(()),
        |turn, ()| turn.end(status, at),
    );
}

pub(super) fn message_appended(model: &mut OrchestrationReadModel, event: &MessageAppended) {
    let is_new = |turn: &Turn| turn.message(event.message_id).is_none().then_some(());
    change_turn(model, event.thread_id, event.turn_id, event.at, is_new, |turn, ()| {
        let text = MessageText::from(event.text.clone());
        turn.push(
            Message {
                id: event.message_id,
                role: event.role,
                text,
                at: event.at,
            }
            .into(),
        );
    });
}

pub(super) fn message_chunk_received(model: &mut OrchestrationReadModel, event: &MessageChunkReceived) {
    let find = |turn: &Turn| turn.position_of_message(event.message_id);
    change_turn(
        model,
        event.thread_id,
        event.turn_id,
        event.at,
        find,
        |turn, position| {
            turn.push_text(position, &event.text);
        },
    );
}

pub(super) fn tool_call_started(model: &mut OrchestrationReadModel, event: &ToolCallStarted) {
    let is_new = |turn: &Turn| turn.tool_call(&event.tool_call_id).is_none().then_some(());
    change_turn(model, event.thread_id, event.turn_id, event.at, is_new, |turn, ()| {
        let call = ToolCall {
            id: event.tool_call_id.clone(),
            name: event.name.clone(),
            input: event.input.clone(),
            status: ToolCallStatus::Open,
            output: None,
            at: event.at,
        };
        turn.push(call.into());
    });
}

pub(super) fn tool_call_ended(model: &mut OrchestrationReadModel, event: &ToolCallEnded) {
    let is_open = |turn: &Turn| {
        turn.tool_call(&event.tool_call_id)
            .filter(|call| call.status == ToolCallStatus::Open)
            .map(drop)
    };
    change_turn(model, event.thread_id, event.turn_id, event.at, is_open, |turn, ()| {
        let status = if event.is_error {
            ToolCallStatus::Failed
        } else {
            ToolCallStatus::Succeeded
        };
        turn.end_tool_call(&event.tool_call_id, status, &event.output);
    });
}

pub(super) fn approval_requested(model: &mut OrchestrationReadModel, event: &ApprovalRequested) {
    let is_new = |turn: &Turn| {
        let has_call = event
            .tool_call_id
            .as_ref()
            .is_none_or(|id| turn.tool_call(id).is_some());
        (has_call && turn.approval(event.action_id).is_none()).then_some(())
    };
    change_turn(model, event.thread_id, event.turn_id, event.at, is_new, |turn, ()| {
        let approval = Approval {
            id: event.action_id,
            tool_call_id: event.tool_call_id.clone(),
            description: event.description.clone(),
            decision: Decision::Pending,
            at: event.at,
        };
        turn.push(approval.into());
    });
}

pub(super) fn pending_action_approved(model: &mut OrchestrationReadModel, event: &PendingActionApproved) {
    change_turn(
        model,
        event.thread_id,
        event.turn_id,
        event.at,
        is_pending(event.action_id),
        |turn, ()| {
            turn.decide_approval(event.action_id, Decision::Approved);
        },
    );
}

pub(super) fn pending_action_rejected(model: &mut OrchestrationReadModel, event: &PendingActionRejected) {
    change_turn(
        model,
        event.thread_id,
        event.turn_id,
        event.at,
        is_pending(event.action_id),
        |turn, ()| {
            turn.decide_approval(
                event.action_id,
                Decision::Rejected {
                    reason: event.reason.clone(),
                },
            );
        },
    );
}

fn is_pending(action_id: ActionId) -> impl FnOnce(&Turn) -> Option<()> {
    move |turn| {
        turn.approval(action_id)
            .filter(|approval| approval.decision.is_pending())
            .map(drop)
    }
}

/// Changes the active turn of a thread, if it is the one named and has what is to be found in it, and the thread with it.
fn change_turn<Found>(
    model: &mut OrchestrationReadModel,
    thread_id: ThreadId,
    turn_id: TurnId,
    at: DateTime<Utc>,
    find: impl FnOnce(&Turn) -> Option<Found>,
    change: impl FnOnce(&mut Turn, Found),
) {
    let active = model.thread(thread_id).and_then(Thread::active_turn);
    // Asked of the shared turn: one that is not to change must not be copied.
    let Some(found) = active.filter(|turn| turn.id() == turn_id).and_then(find) else {
        return;
    };
    let Some(thread) = model.thread_mut(thread_id) else {
        return;
    };
    if let Some(turn) = thread.last_turn_mut() {
        change(turn, found);
    }
    settle(thread, at);
}
