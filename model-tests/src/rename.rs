//! Consistent renaming of ids.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The fields that hold ids.
const ID_FIELDS: &[&str] = &[
    "project_id",
    "thread_id",
    "turn_id",
    "message_id",
    "action_id",
    "checkpoint_id",
    "tool_call_id",
];

/// The fields of an error that hold the id of a turn, where they hold an id.
const TURN_FIELDS: &[&str] = &["expected", "found"];

/// Renames the ids in a command, an event or an error: `new_id` is given the name of the field and the id in it.
///
/// # Errors
///
/// When a new id is none of its kind.
pub fn rename<T: Serialize + DeserializeOwned>(
    value: &T,
    new_id: &mut impl FnMut(&str, &str) -> String,
) -> serde_json::Result<T> {
    let mut json = serde_json::to_value(value)?;
    rename_json(&mut json, new_id);
    serde_json::from_value(json)
}

fn rename_json(json: &mut Value, new_id: &mut impl FnMut(&str, &str) -> String) {
    let Some(fields) = json.as_object_mut() else { return };
    for (field, value) in fields {
        let Value::String(id) = value else {
            rename_json(value, new_id);
            continue;
        };
        let is_turn = TURN_FIELDS.contains(&field.as_str()) && uuid::Uuid::try_parse(id).is_ok();
        if is_turn {
            *id = new_id("turn_id", id);
        } else if ID_FIELDS.contains(&field.as_str()) {
            *id = new_id(field, id);
        }
    }
}

/// Gives ids new ones that are told apart by a small number, counted from 1 for each kind of id.
#[derive(Clone, Debug, Default)]
pub struct Renumbering {
    known: Vec<(String, String)>,
}

impl Renumbering {
    /// The new id of an old one in a field.
    pub fn new_id(&mut self, field: &str, id: &str) -> String {
        let known = self.known.iter().filter(|(kind, _)| kind == field);
        let place = known.clone().position(|(_, known)| known == id);
        let number = place.unwrap_or_else(|| known.count()) + 1;
        if place.is_none() {
            self.known.push((field.to_owned(), id.to_owned()));
        }
        if field == "tool_call_id" {
            return format!("call-{number}");
        }
        let mark = ID_FIELDS.iter().position(|known| *known == field).unwrap_or_default() + 1;
        format!("{mark:08x}-0000-4000-8000-{number:012x}")
    }
}

#[cfg(test)]
mod tests {
    use orchestration::OrchestrationCommand;

    use super::*;

    #[test]
    fn ids_are_renumbered_by_kind_and_consistently() {
        let command: OrchestrationCommand = serde_json::from_str(
            r#"{"type":"ingest_provider_event","thread_id":"0f000000-0000-0000-0000-000000000001","turn_id":"0f000000-0000-0000-0000-000000000001","event":{"type":"awaiting_approval","action_id":"0f000000-0000-0000-0000-000000000009","tool_call_id":"toolu_1","description":"toolu_1"},"at":"2026-01-01T00:00:00Z"}"#,
        )
        .expect("a command");
        let mut renumbering = Renumbering::default();
        let renamed = rename(&command, &mut |field, id| renumbering.new_id(field, id)).expect("ids");
        let json = serde_json::to_string(&renamed).expect("a command is JSON");
        assert_eq!(
            json,
            r#"{"type":"ingest_provider_event","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","event":{"type":"awaiting_approval","action_id":"00000005-0000-4000-8000-000000000001","tool_call_id":"call-1","description":"toolu_1"},"at":"2026-01-01T00:00:00Z"}"#
        );
    }
}
