//! What agents say, and what they are answered.

use orchestration::commands::{ApprovePendingAction, IngestProviderEvent, RejectPendingAction};
use orchestration::events::{
    ApprovalRequested, MessageAppended, MessageChunkReceived, PendingActionApproved, PendingActionRejected,
    ToolCallEnded, ToolCallStarted,
};
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::MessageRole;
use orchestration::{OrchestrationCommand, OrchestrationEvent, ProviderEvent};

use super::Example;
use crate::common::{ACTION, MESSAGE, NOW as at, THREAD, TURN, value};

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    vec![
        (
            "approve_pending_action",
            ApprovePendingAction {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                at,
            }
            .into(),
        ),
        (
            "reject_pending_action",
            RejectPendingAction {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: Some("not that file".into()),
                at,
            }
            .into(),
        ),
        (
            "reject_pending_action_without_reason",
            RejectPendingAction {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: None,
                at,
            }
            .into(),
        ),
        (
            "ingest_provider_event",
            IngestProviderEvent {
                thread_id: THREAD,
                turn_id: TURN,
                event: TextDelta {
                    message_id: MESSAGE,
                    text: "It lacks ".into(),
                }
                .into(),
                at,
            }
            .into(),
        ),
    ]
}

pub fn provider_events() -> Vec<Example<ProviderEvent>> {
    vec![
        (
            "text_delta",
            TextDelta {
                message_id: MESSAGE,
                text: "It lacks ".into(),
            }
            .into(),
        ),
        (
            "thinking_delta",
            ThinkingDelta {
                message_id: MESSAGE,
                text: "A semicolon?".into(),
            }
            .into(),
        ),
        (
            "tool_call",
            ToolCallRequest {
                tool_call_id: value("call-1"),
                name: value("shell"),
                input: "cargo build".into(),
            }
            .into(),
        ),
        (
            "tool_result",
            ToolResult {
                tool_call_id: value("call-1"),
                output: "done".into(),
                is_error: false,
            }
            .into(),
        ),
        (
            "awaiting_approval",
            ApprovalRequest {
                action_id: ACTION,
                tool_call_id: Some(value("call-1")),
                description: "run cargo build".into(),
            }
            .into(),
        ),
        (
            "awaiting_approval_without_tool_call",
            ApprovalRequest {
                action_id: ACTION,
                tool_call_id: None,
                description: "".into(),
            }
            .into(),
        ),
        ("turn_complete", TurnComplete {}.into()),
        (
            "error",
            ProviderError {
                message: "the context is full".into(),
                code: Some("context_length".into()),
            }
            .into(),
        ),
        (
            "error_without_code",
            ProviderError {
                message: "the context is full".into(),
                code: None,
            }
            .into(),
        ),
    ]
}

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    vec![
        (
            "message_appended",
            MessageAppended {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: MESSAGE,
                role: MessageRole::Assistant,
                text: "It lacks ".into(),
                at,
            }
            .into(),
        ),
        (
            "message_chunk_received",
            MessageChunkReceived {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: MESSAGE,
                text: "a semicolon.".into(),
                at,
            }
            .into(),
        ),
        (
            "tool_call_started",
            ToolCallStarted {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
                name: value("shell"),
                input: "cargo build".into(),
                at,
            }
            .into(),
        ),
        (
            "tool_call_ended",
            ToolCallEnded {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
                output: "done".into(),
                is_error: true,
                at,
            }
            .into(),
        ),
        (
            "approval_requested",
            ApprovalRequested {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                tool_call_id: Some(value("call-1")),
                description: "run cargo build".into(),
                at,
            }
            .into(),
        ),
        (
            "approval_requested_without_tool_call",
            ApprovalRequested {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                tool_call_id: None,
                description: "run cargo build".into(),
                at,
            }
            .into(),
        ),
        (
            "pending_action_approved",
            PendingActionApproved {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                at,
            }
            .into(),
        ),
        (
            "pending_action_rejected",
            PendingActionRejected {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: Some("not that file".into()),
                at,
            }
            .into(),
        ),
        (
            "pending_action_rejected_without_reason",
            PendingActionRejected {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: None,
                at,
            }
            .into(),
        ),
    ]
}
