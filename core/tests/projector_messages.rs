//! What the events of messages do to the model.

use crate::common::changes::{assert_changes_nothing, changes};
use crate::common::{MESSAGE, NOW, OTHER_MESSAGE, THREAD, TURN, a_message, a_tool_call, model_after, turn_with};
use insta::assert_snapshot;
use orchestration::events::{MessageAppended, MessageChunkReceived};
use orchestration::read_model::MessageRole;

fn message_appended(role: MessageRole) -> MessageAppended {
    MessageAppended {
        thread_id: THREAD,
        turn_id: TURN,
        message_id: MESSAGE,
        role,
        text: "Because ".into(),
        at: NOW,
    }
}

#[test]
fn message_appended_adds_the_message_behind_the_other_entries() {
    let before = turn_with([a_tool_call("call-1")]);
    assert_snapshot!(changes(before, message_appended(MessageRole::Assistant)), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.2.at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.2.id: "32"
    + threads.11.turns.0.entries.2.role: "assistant"
    + threads.11.turns.0.entries.2.text: "Because "
    + threads.11.turns.0.entries.2.type: "message"
    "#);
}

#[test]
fn message_appended_keeps_the_role_that_it_says() {
    for role in MessageRole::ALL {
        let model = model_after(turn_with([message_appended(*role).into()]));
        let turn = model.thread(THREAD).and_then(|thread| thread.turn(TURN));
        let message = turn.and_then(|turn| turn.message(MESSAGE));
        assert_eq!(message.map(orchestration::read_model::Message::role), Some(*role));
    }
}

#[test]
fn message_appended_with_a_known_id_changes_nothing() {
    let appended = || message_appended(MessageRole::Assistant);
    assert_changes_nothing(turn_with([a_message(MESSAGE, MessageRole::Assistant)]), appended());
    assert_changes_nothing(turn_with([a_message(MESSAGE, MessageRole::Reasoning)]), appended());
}

fn message_chunk_received(text: &str) -> MessageChunkReceived {
    MessageChunkReceived {
        thread_id: THREAD,
        turn_id: TURN,
        message_id: MESSAGE,
        text: text.into(),
        at: NOW,
    }
}

#[test]
fn message_chunk_received_puts_the_piece_behind_the_text_and_leaves_the_messages_time() {
    let before = turn_with([
        a_message(MESSAGE, MessageRole::Assistant),
        a_message(OTHER_MESSAGE, MessageRole::Assistant),
    ]);
    assert_snapshot!(changes(before, message_chunk_received("a semicolon.")), @r#"
    - threads.11.turns.0.entries.1.text: "It lacks "
    + threads.11.turns.0.entries.1.text: "It lacks a semicolon."
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn message_chunk_received_without_text_touches_the_threads_time_alone() {
    let before = turn_with([a_message(MESSAGE, MessageRole::Assistant)]);
    assert_snapshot!(changes(before, message_chunk_received("")), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn message_chunk_received_of_an_unknown_message_changes_nothing() {
    let before = turn_with([a_message(OTHER_MESSAGE, MessageRole::Assistant)]);
    assert_changes_nothing(before, message_chunk_received("a semicolon."));
}

#[test]
fn chunks_of_two_messages_that_take_turns_are_kept_apart_and_in_order() {
    let chunk_of = |message_id, text: &str| {
        MessageChunkReceived {
            message_id,
            ..message_chunk_received(text)
        }
        .into()
    };
    let model = model_after(turn_with([
        a_message(MESSAGE, MessageRole::Assistant),
        a_message(OTHER_MESSAGE, MessageRole::Reasoning),
        chunk_of(MESSAGE, "a "),
        chunk_of(OTHER_MESSAGE, "x"),
        chunk_of(MESSAGE, "b"),
        chunk_of(OTHER_MESSAGE, "y"),
    ]));
    let turn = model
        .thread(THREAD)
        .and_then(|thread| thread.turn(TURN))
        .expect("the turn is there");
    let text = |id| turn.message(id).map(|message| message.text().to_string());
    assert_eq!(text(MESSAGE).as_deref(), Some("It lacks a b"));
    assert_eq!(text(OTHER_MESSAGE).as_deref(), Some("It lacks xy"));
}
