//! Commands, events and stored events inside a message or a row of a server's own, by `#[serde(flatten)]`.

use crate::common::examples;
use crate::common::{NOW, THREAD};
use orchestration::commands::DeleteThread;
use orchestration::{OrchestrationCommand, OrchestrationEvent, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a client sends.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Request {
    request_id: u64,
    #[serde(flatten)]
    command: OrchestrationCommand,
}

/// What a subscriber gets.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Notice {
    room: String,
    #[serde(flatten)]
    event: OrchestrationEvent,
}

/// What a store keeps.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    tenant: String,
    #[serde(flatten)]
    stored: StoredEvent,
}

fn delete_thread() -> Value {
    let command = DeleteThread {
        thread_id: THREAD,
        at: NOW,
    };
    json!(OrchestrationCommand::from(command))
}

fn with(mut object: Value, field: &str, value: impl Into<Value>) -> Value {
    object[field] = value.into();
    object
}

#[test]
fn every_command_is_written_and_read_flattened_into_a_message() {
    for (name, command) in examples::commands() {
        let flat = with(json!(command), "request_id", 7);
        let request = Request { request_id: 7, command };
        assert_eq!(json!(request), flat, "{name}");
        assert_eq!(
            serde_json::from_value::<Request>(flat.clone()).ok(),
            Some(request),
            "{name}"
        );
        let read: Request = serde_json::from_str(&flat.to_string()).expect("it is read from text too");
        assert_eq!(json!(read), flat, "{name}");
    }
}

#[test]
fn every_event_is_written_and_read_flattened_into_a_message() {
    for (name, event) in examples::events() {
        let flat = with(json!(event), "room", "blue");
        let room = "blue".to_owned();
        let notice = Notice { room, event };
        assert_eq!(json!(notice), flat, "{name}");
        assert_eq!(
            serde_json::from_str::<Notice>(&flat.to_string()).ok(),
            Some(notice),
            "{name}"
        );
    }
}

#[test]
fn every_stored_event_is_written_and_read_flattened_into_a_row() {
    for (name, event) in examples::events() {
        let stored = StoredEvent {
            sequence: 9,
            event,
            stored_at: NOW,
        };
        let flat = with(json!(stored), "tenant", "acme");
        let tenant = "acme".to_owned();
        let row = Row { tenant, stored };
        assert_eq!(json!(row), flat, "{name}");
        assert_eq!(serde_json::from_str::<Row>(&flat.to_string()).ok(), Some(row), "{name}");
    }
}

#[test]
fn a_field_that_neither_the_message_nor_its_command_has_is_refused_and_named() {
    let text = with(with(delete_thread(), "request_id", 7), "raeson", "typo").to_string();
    let error = serde_json::from_str::<Request>(&text)
        .expect_err("it is refused")
        .to_string();
    assert!(error.contains("`raeson`"), "{error}");
}

#[test]
fn a_field_that_a_newer_writer_added_to_a_flattened_event_is_ignored() {
    for (name, event) in examples::events() {
        let flat = with(with(json!(event), "room", "blue"), "added_later", true).to_string();
        assert_eq!(
            serde_json::from_str::<Notice>(&flat).map(|notice| notice.event).ok(),
            Some(event),
            "{name}"
        );
    }
}

#[test]
fn a_message_without_the_fields_of_its_command_is_refused_with_the_name_of_what_is_missing() {
    let mut flat = with(delete_thread(), "request_id", 7);
    flat.as_object_mut().expect("an object").remove("thread_id");
    let error = serde_json::from_value::<Request>(flat)
        .expect_err("it is refused")
        .to_string();
    assert!(error.contains("thread_id"), "{error}");
}

/// What cannot be read: a field of its own that bears the name of one of the command's.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is only read in vain")]
struct Clashing {
    at: u64,
    #[serde(flatten)]
    command: OrchestrationCommand,
}

#[test]
fn a_field_of_the_message_hides_the_one_of_that_name_from_its_command() {
    let error = serde_json::from_value::<Clashing>(with(delete_thread(), "at", 7)).expect_err("it is refused");
    assert_eq!(error.to_string(), "missing field `at`");
}

/// What cannot be read either: the message need not refuse unknown fields, since its command does.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is only read in vain")]
#[serde(deny_unknown_fields)]
struct Denying {
    request_id: u64,
    #[serde(flatten)]
    command: OrchestrationCommand,
}

#[test]
fn a_message_that_refuses_unknown_fields_itself_refuses_those_of_its_command() {
    let read = serde_json::from_value::<Denying>(with(delete_thread(), "request_id", 7));
    let error = read.expect_err("it is refused").to_string();
    assert!(error.contains("unknown field"), "{error}");
}
