//! The rules of what agents say.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use orchestration::commands::IngestProviderEvent;
use orchestration::events::{
    ApprovalRequested, MessageAppended, MessageChunkReceived, ToolCallEnded, ToolCallStarted, TurnCompleted, TurnFailed,
};
use orchestration::provider_event::{ApprovalRequest, ProviderEvent, ToolCallRequest, ToolResult};
use orchestration::read_model::{MessageRole, ThreadStatus, ToolCallStatus};
use orchestration::{DeciderError, MessageId, Text, ThreadId, ToolCallId, TurnId};

use super::super::state::{Answer, Approval, Call, Entry, Machine, Message, Thread, TurnState};
use super::turn::{active, active_mut, end, go_on};
use super::{Prediction, refuse_if};

/// Where and when an agent says something: in the last turn of a thread.
#[derive(Clone, Copy)]
struct Place {
    thread_id: ThreadId,
    turn_id: TurnId,
    at: DateTime<Utc>,
}

impl Machine {
    pub(super) fn ingest(&mut self, command: &IngestProviderEvent) -> Prediction {
        let (thread_id, turn_id, at) = (command.thread_id, command.turn_id, command.at);
        let thread = self.thread_in_turn(thread_id, turn_id)?;
        let place = Place { thread_id, turn_id, at };
        match &command.event {
            ProviderEvent::TextDelta(delta) => {
                say(thread, place, MessageRole::Assistant, delta.message_id, &delta.text)
            }
            ProviderEvent::ThinkingDelta(delta) => {
                say(thread, place, MessageRole::Reasoning, delta.message_id, &delta.text)
            }
            ProviderEvent::ToolCall(request) => start_call(thread, place, request),
            ProviderEvent::ToolResult(result) => end_call(thread, place, result),
            ProviderEvent::AwaitingApproval(request) => ask(thread, place, request),
            ProviderEvent::TurnComplete(_) => {
                let completed = TurnCompleted { thread_id, turn_id, at };
                Ok(end(Arc::make_mut(thread), TurnState::Completed, completed, at))
            }
            ProviderEvent::Error(error) => {
                let status = TurnState::Failed {
                    message: error.message.as_str().into(),
                    code: error.code.as_ref().map(|code| code.as_str().into()),
                };
                let failed = TurnFailed {
                    thread_id,
                    turn_id,
                    message: error.message.clone(),
                    code: error.code.clone(),
                    at,
                };
                Ok(end(Arc::make_mut(thread), status, failed, at))
            }
        }
    }
}

/// Takes a piece of a message: the first of its id opens it.
fn say(thread: &mut Arc<Thread>, place: Place, role: MessageRole, message_id: MessageId, text: &Text) -> Prediction {
    let Place { thread_id, turn_id, at } = place;
    let mut entries = entries(thread).iter().enumerate();
    let known = entries.find_map(|(index, entry)| match entry {
        Entry::Message(message) if message.id == message_id => Some((index, message.role)),
        Entry::Message(_) | Entry::ToolCall(_) | Entry::Approval(_) => None,
    });
    let Some((index, known)) = known else {
        let message = Message {
            id: message_id,
            role,
            text: text.as_str().to_owned(),
            at,
        };
        let appended = MessageAppended {
            thread_id,
            turn_id,
            message_id,
            role,
            text: text.clone(),
            at,
        };
        let thread = add(thread, Entry::Message(message));
        return Ok(go_on(thread, appended, thread.status, at));
    };
    refuse_if(known != role, || DeciderError::MessageRoleMismatch {
        thread_id,
        turn_id,
        message_id,
        expected: known,
        found: role,
    })?;
    let thread = Arc::make_mut(thread);
    if let Some(Entry::Message(message)) = active_mut(thread).and_then(|turn| turn.entries.get_mut(index)) {
        message.text.push_str(text.as_str());
    }
    let received = MessageChunkReceived {
        thread_id,
        turn_id,
        message_id,
        text: text.clone(),
        at,
    };
    Ok(go_on(thread, received, thread.status, at))
}

fn start_call(thread: &mut Arc<Thread>, place: Place, request: &ToolCallRequest) -> Prediction {
    let Place { thread_id, turn_id, at } = place;
    let ToolCallRequest {
        tool_call_id,
        name,
        input,
    } = request;
    refuse_if(call(thread, tool_call_id).is_some(), || {
        DeciderError::ToolCallAlreadyExists {
            thread_id,
            turn_id,
            tool_call_id: tool_call_id.clone(),
        }
    })?;
    let call = Call {
        id: tool_call_id.clone(),
        name: name.as_str().into(),
        input: input.as_str().into(),
        status: ToolCallStatus::Open,
        output: None,
        at,
    };
    let started = ToolCallStarted {
        thread_id,
        turn_id,
        tool_call_id: tool_call_id.clone(),
        name: name.clone(),
        input: input.clone(),
        at,
    };
    let thread = add(thread, Entry::ToolCall(call));
    Ok(go_on(thread, started, thread.status, at))
}

fn end_call(thread: &mut Arc<Thread>, place: Place, result: &ToolResult) -> Prediction {
    let Place { thread_id, turn_id, at } = place;
    let ToolResult {
        tool_call_id,
        output,
        is_error,
    } = result;
    need_open_call(thread, place, tool_call_id)?;
    let waits = |entry: &Entry| match entry {
        Entry::Approval(approval) => {
            approval.tool_call_id.as_ref() == Some(tool_call_id) && approval.decision == Answer::Pending
        }
        Entry::Message(_) | Entry::ToolCall(_) => false,
    };
    refuse_if(entries(thread).iter().any(waits), || {
        DeciderError::ToolCallAwaitingApproval {
            thread_id,
            turn_id,
            tool_call_id: tool_call_id.clone(),
        }
    })?;
    let thread = Arc::make_mut(thread);
    for entry in active_mut(thread).into_iter().flat_map(|turn| &mut turn.entries) {
        match entry {
            Entry::ToolCall(call) if call.id == *tool_call_id => {
                call.status = if *is_error {
                    ToolCallStatus::Failed
                } else {
                    ToolCallStatus::Succeeded
                };
                call.output = Some(output.as_str().into());
            }
            Entry::Message(_) | Entry::ToolCall(_) | Entry::Approval(_) => {}
        }
    }
    let ended = ToolCallEnded {
        thread_id,
        turn_id,
        tool_call_id: tool_call_id.clone(),
        output: output.clone(),
        is_error: *is_error,
        at,
    };
    Ok(go_on(thread, ended, thread.status, at))
}

fn ask(thread: &mut Arc<Thread>, place: Place, request: &ApprovalRequest) -> Prediction {
    let Place { thread_id, turn_id, at } = place;
    let ApprovalRequest {
        action_id,
        tool_call_id,
        description,
    } = request;
    let action_id = *action_id;
    let is_same = |entry: &Entry| match entry {
        Entry::Approval(approval) => approval.id == action_id,
        Entry::Message(_) | Entry::ToolCall(_) => false,
    };
    refuse_if(entries(thread).iter().any(is_same), || {
        DeciderError::ActionAlreadyExists {
            thread_id,
            turn_id,
            action_id,
        }
    })?;
    if let Some(id) = tool_call_id {
        need_open_call(thread, place, id)?;
    }
    let approval = Approval {
        id: action_id,
        tool_call_id: tool_call_id.clone(),
        description: description.as_str().into(),
        decision: Answer::Pending,
        at,
    };
    let requested = ApprovalRequested {
        thread_id,
        turn_id,
        action_id,
        tool_call_id: tool_call_id.clone(),
        description: description.clone(),
        at,
    };
    let thread = add(thread, Entry::Approval(approval));
    Ok(go_on(thread, requested, ThreadStatus::AwaitingApproval, at))
}

/// The entries of the last turn of a thread.
fn entries(thread: &Thread) -> &[Entry] {
    active(thread).map_or(&[], |turn| &turn.entries)
}

/// Puts an entry behind the others.
fn add(thread: &mut Arc<Thread>, entry: Entry) -> &mut Thread {
    let thread = Arc::make_mut(thread);
    if let Some(turn) = active_mut(thread) {
        turn.entries.push(entry);
    }
    thread
}

/// The tool call of an id.
fn call<'a>(thread: &'a Thread, id: &ToolCallId) -> Option<&'a Call> {
    entries(thread).iter().find_map(|entry| match entry {
        Entry::ToolCall(call) if call.id == *id => Some(call),
        Entry::Message(_) | Entry::ToolCall(_) | Entry::Approval(_) => None,
    })
}

/// Refuses what needs an open tool call, if there is none of this id.
fn need_open_call(thread: &Thread, place: Place, id: &ToolCallId) -> Result<(), DeciderError> {
    let Place { thread_id, turn_id, .. } = place;
    match call(thread, id).map(|call| call.status) {
        None => Err(DeciderError::ToolCallNotFound {
            thread_id,
            turn_id,
            tool_call_id: id.clone(),
        }),
        Some(ToolCallStatus::Open) => Ok(()),
        Some(status @ (ToolCallStatus::Succeeded | ToolCallStatus::Failed | ToolCallStatus::Cancelled)) => {
            Err(DeciderError::ToolCallAlreadyEnded {
                thread_id,
                turn_id,
                tool_call_id: id.clone(),
                status,
            })
        }
    }
}
