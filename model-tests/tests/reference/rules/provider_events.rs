//! What agents deliver: how to write each, what it causes, and how it is refused.

use orchestration::commands::IngestProviderEvent;
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::{OrchestrationCommand as Command, ProviderEvent};

use super::turns::approve;
use super::{AT, Accepted, PROMPT, Refused, after, awaiting, call_id, calling, completed, id, running, text};

fn ingest(thread: u8, turn: u8, event: impl Into<ProviderEvent>) -> Command {
    IngestProviderEvent {
        thread_id: id(thread),
        turn_id: id(turn),
        event: event.into(),
        at: AT,
    }
    .into()
}

pub fn text_delta(thread: u8, turn: u8, message: u8) -> Command {
    ingest(
        thread,
        turn,
        TextDelta {
            message_id: id(message),
            text: "t".into(),
        },
    )
}

pub fn thinking_delta(thread: u8, turn: u8, message: u8) -> Command {
    ingest(
        thread,
        turn,
        ThinkingDelta {
            message_id: id(message),
            text: "t".into(),
        },
    )
}

pub fn tool_call(thread: u8, turn: u8, call: u8) -> Command {
    ingest(
        thread,
        turn,
        ToolCallRequest {
            tool_call_id: call_id(call),
            name: text(),
            input: "{}".into(),
        },
    )
}

pub fn tool_result(thread: u8, turn: u8, call: u8, is_error: bool) -> Command {
    ingest(
        thread,
        turn,
        ToolResult {
            tool_call_id: call_id(call),
            output: "ok".into(),
            is_error,
        },
    )
}

pub fn ask(thread: u8, turn: u8, action: u8, call: Option<u8>) -> Command {
    let tool_call_id = call.map(call_id);
    ingest(
        thread,
        turn,
        ApprovalRequest {
            action_id: id(action),
            tool_call_id,
            description: "may I?".into(),
        },
    )
}

pub fn complete(thread: u8, turn: u8) -> Command {
    ingest(thread, turn, TurnComplete {})
}

pub fn fail(thread: u8, turn: u8) -> Command {
    ingest(
        thread,
        turn,
        ProviderError {
            message: "no".into(),
            code: None,
        },
    )
}

/// What came before, each command, and the events that it is to cause.
pub fn accepted() -> Vec<Accepted> {
    vec![
        (running(), text_delta(1, 1, 1), &["message_appended"]),
        (
            after(running(), [text_delta(1, 1, 1)]),
            text_delta(1, 1, 1),
            &["message_chunk_received"],
        ),
        (running(), thinking_delta(1, 1, 1), &["message_appended"]),
        (
            after(running(), [thinking_delta(1, 1, 1)]),
            thinking_delta(1, 1, 1),
            &["message_chunk_received"],
        ),
        (awaiting(), text_delta(1, 1, 1), &["message_appended"]),
        (running(), tool_call(1, 1, 1), &["tool_call_started"]),
        (calling(), tool_result(1, 1, 1, false), &["tool_call_ended"]),
        (calling(), tool_result(1, 1, 1, true), &["tool_call_ended"]),
        (
            after(awaiting(), [approve(1, 1, 1)]),
            tool_result(1, 1, 1, false),
            &["tool_call_ended"],
        ),
        (
            after(awaiting(), [tool_call(1, 1, 2)]),
            tool_result(1, 1, 2, false),
            &["tool_call_ended"],
        ),
        (
            running(),
            ask(1, 1, 1, None),
            &["approval_requested", "thread_status_changed"],
        ),
        (
            calling(),
            ask(1, 1, 1, Some(1)),
            &["approval_requested", "thread_status_changed"],
        ),
        (awaiting(), ask(1, 1, 2, None), &["approval_requested"]),
        (running(), complete(1, 1), &["turn_completed", "thread_status_changed"]),
        (awaiting(), complete(1, 1), &["turn_completed", "thread_status_changed"]),
        (running(), fail(1, 1), &["turn_failed", "thread_status_changed"]),
        (awaiting(), fail(1, 1), &["turn_failed", "thread_status_changed"]),
    ]
}

/// What came before, each command, and the error with which it is to be refused.
pub fn refused() -> Vec<Refused> {
    let answered = after(awaiting(), [approve(1, 1, 1)]);
    let ended = after(calling(), [tool_result(1, 1, 1, false)]);
    vec![
        (answered, ask(1, 1, 1, None), "action_already_exists"),
        (running(), text_delta(1, 1, PROMPT), "message_role_mismatch"),
        (
            after(running(), [thinking_delta(1, 1, 1)]),
            text_delta(1, 1, 1),
            "message_role_mismatch",
        ),
        (
            after(running(), [text_delta(1, 1, 1)]),
            thinking_delta(1, 1, 1),
            "message_role_mismatch",
        ),
        (calling(), tool_call(1, 1, 1), "tool_call_already_exists"),
        (ended.clone(), tool_call(1, 1, 1), "tool_call_already_exists"),
        (running(), tool_result(1, 1, 1, false), "tool_call_not_found"),
        (ended.clone(), tool_result(1, 1, 1, true), "tool_call_already_ended"),
        (awaiting(), tool_result(1, 1, 1, false), "tool_call_awaiting_approval"),
        (awaiting(), ask(1, 1, 1, Some(2)), "action_already_exists"),
        (running(), ask(1, 1, 1, Some(1)), "tool_call_not_found"),
        (ended, ask(1, 1, 1, Some(1)), "tool_call_already_ended"),
        (running(), complete(3, 1), "thread_not_found"),
        (completed(), text_delta(1, 1, 1), "no_active_turn"),
        (completed(), complete(1, 1), "no_active_turn"),
        (awaiting(), text_delta(1, 2, 1), "turn_mismatch"),
        (awaiting(), thinking_delta(1, 2, 1), "turn_mismatch"),
        (awaiting(), tool_call(1, 2, 1), "turn_mismatch"),
        (awaiting(), tool_result(1, 2, 1, false), "turn_mismatch"),
        (awaiting(), ask(1, 2, 2, None), "turn_mismatch"),
        (awaiting(), complete(1, 2), "turn_mismatch"),
        (awaiting(), fail(1, 2), "turn_mismatch"),
    ]
}
