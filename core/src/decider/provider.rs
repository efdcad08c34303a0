//! Decisions about what agents say.

use super::status::with_status;
use super::{Events, require};
use crate::commands::IngestProviderEvent;
use crate::error::DeciderError;
use crate::events::{
    ApprovalRequested, MessageAppended, MessageChunkReceived, ToolCallEnded, ToolCallStarted, TurnCompleted, TurnFailed,
};
use crate::provider_event::{ApprovalRequest, ProviderError, ProviderEvent, ToolCallRequest, ToolResult};
use crate::read_model::{MessageRole, OrchestrationReadModel, Thread, ThreadStatus, Turn};
use crate::values::{MessageId, Text};

pub(super) fn ingest(command: &IngestProviderEvent, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let (thread, turn) = require::this_turn(model, command.thread_id, command.turn_id)?;
    let active = Active {
        thread,
        turn,
        at: command.at,
    };
    match &command.event {
        ProviderEvent::TextDelta(delta) => active.delta(MessageRole::Assistant, delta.message_id, &delta.text),
        ProviderEvent::ThinkingDelta(delta) => active.delta(MessageRole::Reasoning, delta.message_id, &delta.text),
        ProviderEvent::ToolCall(request) => active.tool_call(request),
        ProviderEvent::ToolResult(result) => active.tool_result(result),
        ProviderEvent::AwaitingApproval(request) => active.approval_request(request),
        ProviderEvent::TurnComplete(_) => Ok(active.complete()),
        ProviderEvent::Error(error) => Ok(active.fail(error)),
    }
}

/// Where and when a provider event takes effect.
struct Active<'a> {
    thread: &'a Thread,
    turn: &'a Turn,
    at: chrono::DateTime<chrono::Utc>,
}

impl Active<'_> {
    fn delta(&self, role: MessageRole, message_id: MessageId, text: &Text) -> Result<Events, DeciderError> {
        let (thread_id, turn_id, at) = (self.thread.id(), self.turn.id(), self.at);
        let text = text.clone();
        match self.turn.message(message_id) {
            None => Ok(vec![
                MessageAppended {
                    thread_id,
                    turn_id,
                    message_id,
                    role,
                    text,
                    at,
                }
                .into(),
            ]),
            Some(message) if message.role() == role => Ok(vec![
                MessageChunkReceived {
                    thread_id,
                    turn_id,
                    message_id,
                    text,
                    at,
                }
                .into(),
            ]),
            Some(message) => Err(DeciderError::MessageRoleMismatch {
                thread_id,
                turn_id,
                message_id,
                expected: message.role(),
                found: role,
            }),
        }
    }

    fn tool_call(&self, request: &ToolCallRequest) -> Result<Events, DeciderError> {
        let (thread_id, turn_id) = (self.thread.id(), self.turn.id());
        let tool_call_id = request.tool_call_id.clone();
        if self.turn.tool_call(&tool_call_id).is_some() {
            return Err(DeciderError::ToolCallAlreadyExists {
                thread_id,
                turn_id,
                tool_call_id,
            });
        }
        let (name, input) = (request.name.clone(), request.input.clone());
        Ok(vec![
            ToolCallStarted {
                thread_id,
                turn_id,
                tool_call_id,
                name,
                input,
                at: self.at,
            }
            .into(),
        ])
    }

    fn tool_result(&self, result: &ToolResult) -> Result<Events, DeciderError> {
        let (thread_id, turn_id) = (self.thread.id(), self.turn.id());
        let tool_call_id = require::open_tool_call(self.thread, self.turn, &result.tool_call_id)?
            .id()
            .clone();
        if self.turn.pending_approvals_of(&tool_call_id) > 0 {
            return Err(DeciderError::ToolCallAwaitingApproval {
                thread_id,
                turn_id,
                tool_call_id,
            });
        }
        let (output, is_error) = (result.output.clone(), result.is_error);
        Ok(vec![
            ToolCallEnded {
                thread_id,
                turn_id,
                tool_call_id,
                output,
                is_error,
                at: self.at,
            }
            .into(),
        ])
    }

    fn approval_request(&self, request: &ApprovalRequest) -> Result<Events, DeciderError> {
        let (thread_id, turn_id, action_id) = (self.thread.id(), self.turn.id(), request.action_id);
        if self.turn.approval(action_id).is_some() {
            return Err(DeciderError::ActionAlreadyExists {
                thread_id,
                turn_id,
                action_id,
            });
        }
        if let Some(tool_call_id) = &request.tool_call_id {
            require::open_tool_call(self.thread, self.turn, tool_call_id)?;
        }
        let requested = ApprovalRequested {
            thread_id,
            turn_id,
            action_id,
            tool_call_id: request.tool_call_id.clone(),
            description: request.description.clone(),
            at: self.at,
        };
        Ok(with_status(
            requested,
            self.thread,
            ThreadStatus::AwaitingApproval,
            self.at,
        ))
    }

    fn complete(&self) -> Events {
        let completed = TurnCompleted {
            thread_id: self.thread.id(),
            turn_id: self.turn.id(),
            at: self.at,
        };
        with_status(completed, self.thread, ThreadStatus::Idle, self.at)
    }

    fn fail(&self, error: &ProviderError) -> Events {
        let failed = TurnFailed {
            thread_id: self.thread.id(),
            turn_id: self.turn.id(),
            message: error.message.clone(),
            code: error.code.clone(),
            at: self.at,
        };
        with_status(failed, self.thread, ThreadStatus::Idle, self.at)
    }
}
