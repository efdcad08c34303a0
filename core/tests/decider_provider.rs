//! What is decided about what agents say.

use crate::common::{
    ACTION, MESSAGE, NOW, OTHER_MESSAGE, OTHER_TURN, PROMPT, THREAD, TURN, a_completion, a_failure, a_message,
    a_project, a_tool_call, a_turn, an_approval, an_interruption, approval_request, ingest, status_changed, tool_call,
    tool_result, turn_with,
};
use orchestration::events::{MessageAppended, MessageChunkReceived, TurnCompleted, TurnFailed};
use orchestration::provider_event::{ProviderError, TextDelta, ThinkingDelta, TurnComplete};
use orchestration::read_model::MessageRole;
use orchestration::read_model::ThreadStatus::{AwaitingApproval, Idle, Running};
use orchestration::testing::given;
use orchestration::{DeciderError, MessageId, ProviderEvent};

fn text_delta(message_id: MessageId) -> TextDelta {
    let text = "a semicolon.".into();
    TextDelta { message_id, text }
}

fn thinking_delta(message_id: MessageId) -> ThinkingDelta {
    let text = "a semicolon.".into();
    ThinkingDelta { message_id, text }
}

fn provider_error(code: Option<&str>) -> ProviderError {
    ProviderError {
        message: "the context is full".into(),
        code: code.map(Into::into),
    }
}

/// One of every provider event.
fn every_provider_event() -> [ProviderEvent; 7] {
    [
        text_delta(MESSAGE).into(),
        thinking_delta(MESSAGE).into(),
        tool_call("call-1").into(),
        tool_result("call-1", false).into(),
        approval_request(ACTION, None).into(),
        TurnComplete {}.into(),
        provider_error(None).into(),
    ]
}

#[test]
fn every_provider_event_for_an_unknown_thread_is_refused_as_thread_not_found() {
    for event in every_provider_event() {
        given([a_project()])
            .when(ingest(event))
            .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
    }
}

#[test]
fn every_late_provider_event_for_an_ended_turn_is_refused_as_no_active_turn() {
    for end in [a_completion(TURN), a_failure(TURN), an_interruption(TURN)] {
        for event in every_provider_event() {
            given(turn_with([a_tool_call("call-1"), end.clone()]))
                .when(ingest(event))
                .then_error(DeciderError::NoActiveTurn { thread_id: THREAD });
        }
    }
}

#[test]
fn every_late_provider_event_is_refused_as_turn_mismatch_while_the_next_turn_runs() {
    for event in every_provider_event() {
        given(turn_with([an_interruption(TURN), a_turn(OTHER_TURN)]))
            .when(ingest(event))
            .then_error(DeciderError::TurnMismatch {
                thread_id: THREAD,
                expected: OTHER_TURN,
                found: TURN,
            });
    }
}

fn message_appended(role: MessageRole) -> MessageAppended {
    MessageAppended {
        thread_id: THREAD,
        turn_id: TURN,
        message_id: MESSAGE,
        role,
        text: "a semicolon.".into(),
        at: NOW,
    }
}

fn message_chunk_received() -> MessageChunkReceived {
    MessageChunkReceived {
        thread_id: THREAD,
        turn_id: TURN,
        message_id: MESSAGE,
        text: "a semicolon.".into(),
        at: NOW,
    }
}

const fn role_mismatch(message_id: MessageId, expected: MessageRole, found: MessageRole) -> DeciderError {
    DeciderError::MessageRoleMismatch {
        thread_id: THREAD,
        turn_id: TURN,
        message_id,
        expected,
        found,
    }
}

#[test]
fn text_delta_of_a_new_message_appends_it_as_the_assistants() {
    given(turn_with([a_message(OTHER_MESSAGE, MessageRole::Assistant)]))
        .when(ingest(text_delta(MESSAGE)))
        .then([message_appended(MessageRole::Assistant).into()]);
}

#[test]
fn text_delta_of_a_known_message_is_a_chunk_of_it() {
    given(turn_with([a_message(MESSAGE, MessageRole::Assistant)]))
        .when(ingest(text_delta(MESSAGE)))
        .then([message_chunk_received().into()]);
}

#[test]
fn text_delta_without_text_opens_its_message_all_the_same() {
    let empty = TextDelta {
        text: "".into(),
        ..text_delta(MESSAGE)
    };
    let appended = MessageAppended {
        text: "".into(),
        ..message_appended(MessageRole::Assistant)
    };
    given(turn_with([])).when(ingest(empty)).then([appended.into()]);
}

#[test]
fn text_delta_of_a_message_of_reasoning_is_refused_as_message_role_mismatch() {
    given(turn_with([a_message(MESSAGE, MessageRole::Reasoning)]))
        .when(ingest(text_delta(MESSAGE)))
        .then_error(role_mismatch(MESSAGE, MessageRole::Reasoning, MessageRole::Assistant));
}

#[test]
fn text_delta_of_the_users_prompt_is_refused_as_message_role_mismatch() {
    given(turn_with([]))
        .when(ingest(text_delta(PROMPT)))
        .then_error(role_mismatch(PROMPT, MessageRole::User, MessageRole::Assistant));
}

#[test]
fn text_delta_while_an_approval_is_pending_is_taken_in() {
    given(turn_with([an_approval(ACTION)]))
        .when(ingest(text_delta(MESSAGE)))
        .then([message_appended(MessageRole::Assistant).into()]);
}

#[test]
fn thinking_delta_of_a_new_message_appends_it_as_reasoning() {
    given(turn_with([]))
        .when(ingest(thinking_delta(MESSAGE)))
        .then([message_appended(MessageRole::Reasoning).into()]);
}

#[test]
fn thinking_delta_of_a_known_message_is_a_chunk_of_it() {
    given(turn_with([a_message(MESSAGE, MessageRole::Reasoning)]))
        .when(ingest(thinking_delta(MESSAGE)))
        .then([message_chunk_received().into()]);
}

#[test]
fn thinking_delta_of_a_message_of_the_assistant_is_refused_as_message_role_mismatch() {
    given(turn_with([a_message(MESSAGE, MessageRole::Assistant)]))
        .when(ingest(thinking_delta(MESSAGE)))
        .then_error(role_mismatch(MESSAGE, MessageRole::Assistant, MessageRole::Reasoning));
}

#[test]
fn thinking_delta_of_the_users_prompt_is_refused_as_message_role_mismatch() {
    given(turn_with([]))
        .when(ingest(thinking_delta(PROMPT)))
        .then_error(role_mismatch(PROMPT, MessageRole::User, MessageRole::Reasoning));
}

const TURN_COMPLETED: TurnCompleted = TurnCompleted {
    thread_id: THREAD,
    turn_id: TURN,
    at: NOW,
};

#[test]
fn turn_complete_completes_a_running_turn_and_sets_the_thread_idle() {
    given(turn_with([a_tool_call("call-1")]))
        .when(ingest(TurnComplete {}))
        .then([TURN_COMPLETED.into(), status_changed(Running, Idle)]);
}

#[test]
fn turn_complete_while_an_approval_is_pending_completes_the_turn_and_sets_the_thread_idle() {
    given(turn_with([an_approval(ACTION)]))
        .when(ingest(TurnComplete {}))
        .then([TURN_COMPLETED.into(), status_changed(AwaitingApproval, Idle)]);
}

fn turn_failed(code: Option<&str>) -> TurnFailed {
    TurnFailed {
        thread_id: THREAD,
        turn_id: TURN,
        message: "the context is full".into(),
        code: code.map(Into::into),
        at: NOW,
    }
}

#[test]
fn error_fails_a_running_turn_and_sets_the_thread_idle() {
    given(turn_with([]))
        .when(ingest(provider_error(Some("context_length"))))
        .then([
            turn_failed(Some("context_length")).into(),
            status_changed(Running, Idle),
        ]);
}

#[test]
fn error_without_a_code_while_an_approval_is_pending_fails_the_turn_and_sets_the_thread_idle() {
    given(turn_with([an_approval(ACTION)]))
        .when(ingest(provider_error(None)))
        .then([turn_failed(None).into(), status_changed(AwaitingApproval, Idle)]);
}
