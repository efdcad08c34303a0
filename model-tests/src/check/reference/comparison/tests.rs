use orchestration::{OrchestrationCommand, decide, project};
use serde_json::{Value, json};

use super::*;

const THREAD: &str = "00000000-0000-0000-0000-000000000002";
const TURN: &str = "00000000-0000-0000-0000-000000000003";
const MESSAGE: &str = "00000000-0000-0000-0000-000000000005";

/// A thread in whose turn the agent said this, piece by piece.
fn said(pieces: &[&str]) -> OrchestrationReadModel {
    let created = [
        json!({"type": "create_project", "project_id": THREAD, "path": "/a", "name": "a"}),
        json!({
            "type": "create_thread", "thread_id": THREAD, "project_id": THREAD, "title": "a", "provider": "a",
            "runtime_mode": "supervised",
        }),
        json!({"type": "start_turn", "thread_id": THREAD, "turn_id": TURN, "message_id": THREAD, "prompt": "a"}),
    ];
    let said = pieces.iter().map(|piece| {
        let event = json!({"type": "text_delta", "message_id": MESSAGE, "text": piece});
        json!({"type": "ingest_provider_event", "thread_id": THREAD, "turn_id": TURN, "event": event})
    });
    let take = |model: OrchestrationReadModel, mut command: Value| {
        command["at"] = "2026-01-01T00:00:00Z".into();
        let command: OrchestrationCommand = serde_json::from_value(command).expect("a command");
        let events = decide(&command, &model).expect("it is accepted");
        events.iter().fold(model, project)
    };
    created
        .into_iter()
        .chain(said)
        .fold(OrchestrationReadModel::default(), take)
}

/// The last message of the model.
fn message(model: &OrchestrationReadModel) -> &read_model::Message {
    let turn = model.threads().last().and_then(|thread| thread.turns().last());
    let entry = turn.and_then(|turn| turn.entries().last());
    entry.and_then(TurnEntry::as_message).expect("it is a message")
}

/// What the machine holds of the last message, if that is this text.
fn expected(model: &OrchestrationReadModel, text: &str) -> Message {
    let machine = Machine::from(model);
    let turn = machine.threads.last().and_then(|thread| thread.turns.last());
    let Some(Entry::Message(found)) = turn.and_then(|turn| turn.entries.last()) else {
        panic!("it is a message");
    };
    let mut message = found.clone();
    message.text = text.into();
    message
}

#[test]
fn a_text_is_that_of_its_pieces_byte_by_byte() {
    let model = said(&["ab", "c", "de"]);
    let is = |text: &str| is_in_pieces(text, message(&model).text());
    assert!(is("abcde"));
    for other in ["abcd", "abcdef", "abxde", "xbcde", "abcdx", ""] {
        assert!(!is(other), "{other}");
    }
}

#[test]
fn a_message_is_read_where_all_is_looked_at_or_the_command_goes_on_with_it_and_it_is_short() {
    let is = |text: &str, found: &str, depth| {
        let model = said(&[found]);
        is_message(&expected(&model, text), message(&model), depth)
    };
    let end = |message: Option<&str>| {
        let message = message.map(|id| id.parse().expect("an id"));
        Depth::End(End { message, before: None })
    };
    let (short, long) = (SHORT, SHORT + 1);
    for (length, depth, is_read) in [
        (short, Depth::Whole, true),
        (long, Depth::Whole, true),
        (short, end(Some(MESSAGE)), true),
        (long, end(Some(MESSAGE)), false),
        (short, end(Some(THREAD)), false),
        (short, end(None), false),
    ] {
        let (text, other) = ("a".repeat(length), format!("{}b", "a".repeat(length - 1)));
        assert!(is(&text, &text, depth));
        assert_eq!(is(&text, &other, depth), !is_read, "of {length} bytes");
        assert!(
            !is(&text, &format!("{text}a"), depth),
            "its length is compared whatever is read"
        );
    }
}

#[test]
fn an_entry_that_was_left_has_the_length_that_the_machine_knows() {
    let model = said(&["abc"]);
    let found = TurnEntry::Message(message(&model).clone());
    let left = |text: &str| is_left_entry(&Entry::Message(expected(&model, text)), &found);
    assert!(left("abc"));
    assert!(!left("abcd"));
}
