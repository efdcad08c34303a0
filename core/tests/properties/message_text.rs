//! The text of a message, which is kept in the pieces that it came in, beside a plain string.

use std::hash::{DefaultHasher, Hash, Hasher};

use orchestration::events::{MessageAppended, MessageChunkReceived, ProjectCreated, ThreadCreated, TurnStarted};
use orchestration::read_model::{Message, MessageRole, MessageText, RuntimeMode, Thread, Turn, TurnEntry};
use orchestration::{
    MessageId, OrchestrationEvent, OrchestrationReadModel, ProjectId, Text, ThreadId, TurnId, project,
};
use proptest::prelude::*;
use uuid::Uuid;

const AT: chrono::DateTime<chrono::Utc> = chrono::DateTime::UNIX_EPOCH;

/// The text of a message that came in these pieces.
fn text_of(pieces: &[String]) -> MessageText {
    let id = Uuid::from_u128;
    let (project_id, thread_id) = (ProjectId::new(id(1)), ThreadId::new(id(2)));
    let (turn_id, message_id) = (TurnId::new(id(3)), MessageId::new(id(4)));
    let mut events: Vec<OrchestrationEvent> = vec![
        ProjectCreated {
            project_id,
            path: "/repo".parse().expect("a path"),
            name: "repo".parse().expect("a name"),
            at: AT,
        }
        .into(),
        ThreadCreated {
            thread_id,
            project_id,
            title: "title".parse().expect("a title"),
            provider: "claude".parse().expect("a provider"),
            model: None,
            runtime_mode: RuntimeMode::ALL[0],
            at: AT,
        }
        .into(),
        TurnStarted {
            thread_id,
            turn_id,
            message_id: MessageId::new(id(5)),
            prompt: "go".parse().expect("a prompt"),
            at: AT,
        }
        .into(),
    ];
    for (place, piece) in pieces.iter().enumerate() {
        let text = Text::from(piece.as_str());
        events.push(if place == 0 {
            MessageAppended {
                thread_id,
                turn_id,
                message_id,
                role: MessageRole::Assistant,
                text,
                at: AT,
            }
            .into()
        } else {
            MessageChunkReceived {
                thread_id,
                turn_id,
                message_id,
                text,
                at: AT,
            }
            .into()
        });
    }
    let model = events.iter().fold(OrchestrationReadModel::default(), project);
    let entries = model.thread(thread_id).into_iter().flat_map(Thread::turns);
    let mut messages = entries.flat_map(Turn::entries).filter_map(TurnEntry::as_message);
    messages
        .find(|message| message.id() == message_id)
        .map(Message::text)
        .cloned()
        .unwrap_or_default()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn pieces() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[ab\"ü]{0,2}", 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_in_pieces_is_the_string_that_they_are_together(pieces in pieces()) {
        let (text, string) = (text_of(&pieces), pieces.concat());
        prop_assert_eq!(text.to_string(), string.clone());
        prop_assert_eq!(text.len(), string.len());
        prop_assert_eq!(text.is_empty(), string.is_empty());
        prop_assert_eq!(format!("{text:?}"), format!("MessageText({string:?})"));
        prop_assert_eq!(serde_json::to_string(&text).ok(), serde_json::to_string(&string).ok());
        prop_assert!(text.pieces().eq(pieces.iter().filter(|piece| !piece.is_empty())));
    }

    #[test]
    fn texts_are_equal_however_they_were_cut(left in pieces(), right in pieces()) {
        let (text, string, other) = (text_of(&left), left.concat(), right.concat());
        let whole = MessageText::from(Text::from(string.as_str()));
        prop_assert!(text == whole && text == *string.as_str() && text == string.as_str());
        prop_assert_eq!(hash(&text), hash(&whole));
        prop_assert_eq!(text == text_of(&right), string == other);
        prop_assert_eq!(text == *other.as_str(), string == other);
        prop_assert_eq!(text == other.as_str(), string == other);
        prop_assert_eq!(hash(&text) == hash(&text_of(&right)), string == other);
    }
}
