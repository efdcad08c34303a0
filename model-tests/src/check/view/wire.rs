//! A7 of commands, events and errors: what their accessors name is what stands in the fields of the wire form.

use chrono::{DateTime, TimeDelta, Utc};
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, ProviderEvent};
use serde::Serialize;
use serde_json::Value;

use super::time;
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{between, words};
use crate::describe::or_none;
use crate::subject::Decided;

/// What the accessors of a command or an event name.
#[derive(Clone, Copy, Debug)]
struct Named {
    kind: &'static str,
    project_id: Option<u128>,
    thread_id: Option<u128>,
    turn_id: Option<u128>,
    at: DateTime<Utc>,
}

impl Named {
    /// What the accessor of this name gives.
    fn words(&self, field: &str) -> String {
        let id = match field {
            "project_id" => self.project_id,
            "thread_id" => self.thread_id,
            "turn_id" => self.turn_id,
            _ => return self.at.to_string(),
        };
        or_none(id.map(uuid::Uuid::from_u128))
    }
}

/// A7 of a command, of the event in it if it is one of an agent, and of the command as given at another time.
pub fn check_command(command: &OrchestrationCommand, findings: &mut Findings) {
    let named = Named {
        kind: command.kind(),
        project_id: command.project_id().map(|id| id.as_uuid().as_u128()),
        thread_id: command.thread_id().map(|id| id.as_uuid().as_u128()),
        turn_id: command.turn_id().map(|id| id.as_uuid().as_u128()),
        at: command.at(),
    };
    let wire = wire_of(command);
    expect(fault_of_named(named, OrchestrationCommand::KINDS, &wire), findings);
    if let OrchestrationCommand::IngestProviderEvent(ingest) = command {
        let fault = fault_of_kind(ingest.event.kind(), ProviderEvent::KINDS, &wire["event"]);
        expect(fault, findings);
    }
    let step = TimeDelta::nanoseconds(if command.at() > DateTime::UNIX_EPOCH { -1 } else { 1 });
    let later = command.at() + step;
    expect(fault_of_moved(wire, later, &command.clone().with_at(later)), findings);
}

/// A7 of an event.
fn check_event(event: &OrchestrationEvent, findings: &mut Findings) {
    let named = Named {
        kind: event.kind(),
        project_id: event.project_id().map(|id| id.as_uuid().as_u128()),
        thread_id: event.thread_id().map(|id| id.as_uuid().as_u128()),
        turn_id: event.turn_id().map(|id| id.as_uuid().as_u128()),
        at: event.at(),
    };
    expect(
        fault_of_named(named, OrchestrationEvent::KINDS, &wire_of(event)),
        findings,
    );
}

/// A7 of what was decided.
pub fn check_decision(decision: &Decided, findings: &mut Findings) {
    match decision {
        Ok(events) => events.iter().for_each(|event| check_event(event, findings)),
        Err(error) => {
            let fault = fault_of_kind(error.kind(), DeciderError::KINDS, &wire_of(error));
            expect(fault, findings);
        }
    }
}

fn expect(fault: Option<String>, findings: &mut Findings) {
    findings.expect(Invariant::A7, fault.is_none(), || fault.unwrap_or_default());
}

/// The wire form; that there is one is for A3 to say.
fn wire_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn fault_of_kind(kind: &str, kinds: &[&str], wire: &Value) -> Option<String> {
    let is_agreed = wire["type"] == kind && kinds.contains(&kind);
    (!is_agreed).then(|| {
        format!(
            "the accessor kind: expected {}, one of all kinds, found {kind:?}",
            words(&wire["type"])
        )
    })
}

fn fault_of_named(named: Named, kinds: &[&str], wire: &Value) -> Option<String> {
    let ids = [
        ("project_id", named.project_id),
        ("thread_id", named.thread_id),
        ("turn_id", named.turn_id),
    ];
    let wrong = ids
        .into_iter()
        .find(|(field, id)| id_in(wire, field) != *id)
        .map(|(field, _)| field);
    let at = wire["at"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
    let wrong = wrong.or_else(|| (at.map(time) != Some(time(named.at))).then_some("at"));
    let wrong = wrong.map(|field| {
        let (kind, expected, found) = (named.kind, words(&wire[field]), named.words(field));
        format!("the accessor {field} of {kind}: expected what the field says, {expected}, found {found}")
    });
    wrong.or_else(|| fault_of_kind(named.kind, kinds, wire))
}

fn id_in(wire: &Value, field: &str) -> Option<u128> {
    wire[field].as_str()?.parse::<uuid::Uuid>().ok().map(|id| id.as_u128())
}

/// What is wrong with a command as given at another time: it has that time, and all else is as it was.
fn fault_of_moved(mut wire: Value, at: DateTime<Utc>, moved: &OrchestrationCommand) -> Option<String> {
    let moved = wire_of(moved);
    wire["at"] = serde_json::to_value(at).unwrap_or_default();
    (moved != wire).then(|| {
        format!(
            "a command given at another time became another: {}",
            between(&wire, &moved)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: &[&str] = &["select_thread"];

    fn wire() -> Value {
        serde_json::json!({
            "type": "select_thread",
            "thread_id": "00000000-0000-0000-0000-000000000007",
            "at": "1970-01-01T00:00:01.000000001Z",
        })
    }

    fn named() -> Named {
        Named {
            kind: "select_thread",
            project_id: None,
            thread_id: Some(7),
            turn_id: None,
            at: DateTime::from_timestamp_nanos(1_000_000_001),
        }
    }

    #[test]
    fn what_is_named_is_what_stands_in_the_fields() {
        assert_eq!(fault_of_named(named(), KINDS, &wire()), None);
    }

    #[test]
    fn an_accessor_that_gives_something_else_than_its_field_is_found() {
        let wrong = [
            Named {
                kind: "delete_thread",
                ..named()
            },
            Named {
                project_id: Some(7),
                ..named()
            },
            Named {
                thread_id: None,
                ..named()
            },
            Named {
                thread_id: Some(8),
                ..named()
            },
            Named {
                turn_id: Some(7),
                ..named()
            },
            Named {
                at: DateTime::from_timestamp_nanos(1_000_000_000),
                ..named()
            },
        ];
        for named in wrong {
            assert!(fault_of_named(named, KINDS, &wire()).is_some(), "{named:?}");
        }
    }

    #[test]
    fn a_kind_that_is_not_listed_is_found() {
        assert!(fault_of_named(named(), &["delete_thread"], &wire()).is_some());
    }

    #[test]
    fn a_command_that_keeps_its_time_or_changes_more_than_that_is_found() {
        let at = DateTime::UNIX_EPOCH;
        let command: OrchestrationCommand = serde_json::from_value(wire()).expect("it is one");
        assert_eq!(fault_of_moved(wire(), at, &command.clone().with_at(at)), None);
        assert!(fault_of_moved(wire(), at, &command).is_some());
        let mut other = wire();
        other["thread_id"] = "00000000-0000-0000-0000-000000000008".into();
        let other: OrchestrationCommand = serde_json::from_value(other).expect("it is one");
        assert!(fault_of_moved(wire(), at, &other.with_at(at)).is_some());
    }
}
