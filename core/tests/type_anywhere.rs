//! Objects tagged by `"type"`: read alike wherever the type stands, and straight from the text where it stands first.

use crate::common::{examples, known};
use insta::assert_snapshot;
use orchestration::{OrchestrationCommand, OrchestrationEvent, ProviderEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const THREAD: &str = "00000000-0000-0000-0000-000000000011";
const AT: &str = "2026-01-01T00:00:00Z";

fn commands() -> Vec<OrchestrationCommand> {
    let commands = examples::commands().into_iter().map(|(_, command)| command);
    let ingests = examples::provider_events()
        .into_iter()
        .map(|(_, event)| crate::common::ingest(event).into());
    commands.chain(ingests).collect()
}

fn provider_events() -> Vec<ProviderEvent> {
    examples::provider_events()
        .into_iter()
        .map(|(_, event)| event)
        .collect()
}

fn events() -> Vec<OrchestrationEvent> {
    examples::events().into_iter().map(|(_, event)| event).collect()
}

/// The fields of an object as text, in an order in which each of them is the first once.
fn rotations<T: Serialize>(example: &T) -> Vec<String> {
    let Ok(Value::Object(form)) = serde_json::to_value(example) else {
        panic!("an example is an object");
    };
    let mut fields: Vec<String> = form
        .iter()
        .map(|(name, value)| format!(r#""{name}":{value}"#))
        .collect();
    let mut forms = Vec::new();
    for _ in 0..fields.len() {
        fields.rotate_left(1);
        forms.push(format!("{{{}}}", fields.join(",")));
    }
    forms
}

#[track_caller]
fn assert_read_alike<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(examples: &[T]) {
    for example in examples {
        for form in rotations(example) {
            assert_eq!(serde_json::from_str::<T>(&form).as_ref().ok(), Some(example), "{form}");
            // A reader has no text in memory to borrow names from.
            assert_eq!(
                serde_json::from_reader::<_, T>(form.as_bytes()).as_ref().ok(),
                Some(example),
                "{form}"
            );
            let escaped = form.replace(r#""type""#, r#""\u0074ype""#);
            assert_eq!(
                serde_json::from_str::<T>(&escaped).as_ref().ok(),
                Some(example),
                "{escaped}"
            );
        }
    }
}

#[test]
fn every_command_provider_event_and_event_is_read_alike_wherever_its_type_stands() {
    assert_read_alike(&commands());
    assert_read_alike(&provider_events());
    assert_read_alike(&events());
}

/// Each field on a line of its own has, in turn, a value that no field has; the error must name its line and field.
#[track_caller]
fn assert_errors_point_at_fields<T: Serialize + DeserializeOwned>(examples: &[T]) {
    for example in examples {
        let form = serde_json::to_string_pretty(example).expect("it has a wire form");
        let lines: Vec<&str> = form.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some((name, value)) = line.trim().trim_end_matches(',').split_once(": ") else {
                continue;
            };
            if value == "{" || name == r#""type""# {
                continue;
            }
            let mut broken: Vec<String> = lines.iter().map(ToString::to_string).collect();
            broken[number] = line.replacen(value, "[[7]]", 1);
            let text = broken.join("\n");
            let error = serde_json::from_str::<T>(&text).err().expect("no field is a list");
            let (from, to) = (line.find(value).expect("a value"), broken[number].len());
            assert_eq!(error.line(), number + 1, "{error}\n{text}");
            assert!((from..=to).contains(&error.column()), "{error}\n{text}");
            assert!(
                error
                    .to_string()
                    .contains(&format!("in field {}: ", name.replace('"', "`"))),
                "{error}"
            );
        }
    }
}

#[test]
fn an_error_points_at_its_field_in_every_command_provider_event_and_event() {
    assert_errors_point_at_fields(&commands());
    assert_errors_point_at_fields(&provider_events());
    assert_errors_point_at_fields(&events());
}

#[track_caller]
fn refusal<T: DeserializeOwned>(text: &str) -> String {
    serde_json::from_str::<T>(text).map(drop).expect_err(text).to_string()
}

#[test]
fn where_the_type_stands_first_an_error_tells_the_column_of_the_field_and_elsewhere_of_the_end() {
    let fields = r#""thread_id":"x","at":"2026-01-01T00:00:00Z""#;
    let first = format!(r#"{{"type":"delete_thread",{fields}}}"#);
    let last = format!(r#"{{{fields},"type":"delete_thread"}}"#);
    assert_snapshot!(refusal::<OrchestrationCommand>(&first), @r#"in field `thread_id`: ThreadId "x" is no UUID: invalid character: found `x` at 0 at line 1 column 39"#);
    assert_snapshot!(refusal::<OrchestrationCommand>(&last), @r#"in field `thread_id`: ThreadId "x" is no UUID: invalid character: found `x` at 0 at line 1 column 68"#);
    let nested = format!(
        r#"{{"type":"ingest_provider_event","thread_id":"{THREAD}","turn_id":"{THREAD}","event":{{"type":"text_delta","message_id":7,"text":"a"}},"at":"{AT}"}}"#
    );
    assert_snapshot!(refusal::<OrchestrationCommand>(&nested), @"in field `event`: in field `message_id`: invalid type: integer `7`, expected a string (MessageId) at line 1 column 175");
}

#[test]
fn what_is_refused_is_refused_where_the_type_stands_first_too() {
    let command = |fields: &str| refusal::<OrchestrationCommand>(&format!(r#"{{"type":"delete_thread",{fields}}}"#));
    assert_snapshot!(command(&format!(r#""thread_id":"{THREAD}","at":"{AT}","force":true"#)), @"unknown field `force`, expected `thread_id` or `at` at line 1 column 110");
    assert_snapshot!(command(&format!(r#""thread_id":"{THREAD}","thread_id":"{THREAD}","at":"{AT}""#)), @"duplicate field `thread_id` at line 1 column 86");
    assert_snapshot!(command(&format!(r#""thread_id":"{THREAD}","at":"{AT}","type":"delete_thread""#)), @"duplicate field `type` at line 1 column 109");
    assert_snapshot!(command(&format!(r#""thread_id":"{THREAD}""#)), @"missing field `at` at line 1 column 75");
    let event = |fields: &str| refusal::<OrchestrationEvent>(&format!(r#"{{"type":"thread_deleted",{fields}}}"#));
    assert_snapshot!(event(&format!(r#""thread_id":"{THREAD}","at":"{AT}","type":"thread_deleted""#)), @"duplicate field `type` at line 1 column 110");
    assert_snapshot!(event(&format!(r#""thread_id":"{THREAD}","usage":{{"tokens":7}}"#)), @"missing field `at` at line 1 column 97");
    assert_snapshot!(known(OrchestrationEvent::KINDS, &refusal::<OrchestrationEvent>(r#"{"type":"thread_archived","thread_id":7}"#)), @"unknown variant `thread_archived`, expected one of all that are known at line 1 column 25");
    assert_snapshot!(refusal::<OrchestrationEvent>(r#"{"type":null,"thread_id":7}"#), @"invalid type: null, expected variant identifier at line 1 column 12");
    assert_snapshot!(refusal::<OrchestrationEvent>(r#"{"type":"thread_deleted""#), @"EOF while parsing an object at line 1 column 24");
}

#[test]
fn an_event_accepts_unknown_fields_wherever_its_type_stands() {
    for form in [
        format!(r#"{{"type":"thread_deleted","usage":{{"tokens":[7]}},"thread_id":"{THREAD}","at":"{AT}"}}"#),
        format!(r#"{{"usage":{{"tokens":[7]}},"thread_id":"{THREAD}","at":"{AT}","type":"thread_deleted"}}"#),
    ] {
        let event: OrchestrationEvent = serde_json::from_str(&form).expect("it is read");
        let expected = json!({"type": "thread_deleted", "thread_id": THREAD, "at": AT});
        assert_eq!(serde_json::to_value(&event).ok(), Some(expected));
    }
}
