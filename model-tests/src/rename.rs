//! Consistent renaming of ids.

use std::collections::HashMap;

use orchestration::OrchestrationReadModel;
use orchestration::testing::Unchecked;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::fields::{Field, Id};

/// Renames the ids in a command, an event or an error: `new_id` is given the kind of an id, and the id.
///
/// # Errors
///
/// When a new id is not a legal id of its kind.
pub fn rename<T: Serialize + DeserializeOwned>(
    value: &T,
    new_id: &mut impl FnMut(Id, &str) -> String,
) -> serde_json::Result<T> {
    let mut json = serde_json::to_value(value)?;
    rename_json(&mut json, new_id);
    serde_json::from_value(json)
}

fn rename_json(json: &mut Value, new_id: &mut impl FnMut(Id, &str) -> String) {
    let Some(fields) = json.as_object_mut() else { return };
    for (field, value) in fields {
        let Value::String(id) = value else {
            rename_json(value, new_id);
            continue;
        };
        if let Some(kind) = Field::named(field).and_then(|field| field.id_in(id)) {
            *id = new_id(kind, id);
        }
    }
}

/// Renames the ids in a model, in which a thing's own id is called `id`, and things are keyed by theirs.
///
/// # Errors
///
/// When a new id is not a legal id of its kind.
pub(crate) fn rename_model(
    model: &OrchestrationReadModel,
    new_id: &mut impl FnMut(Id, &str) -> String,
) -> serde_json::Result<OrchestrationReadModel> {
    let mut json = serde_json::to_value(model)?;
    rename_model_json(&mut json, new_id);
    serde_json::from_value(json).map(|Unchecked(renamed)| renamed)
}

fn rename_model_json(json: &mut Value, new_id: &mut impl FnMut(Id, &str) -> String) {
    rename_own(&mut json["selected_thread"], Id::Thread, new_id);
    rekey(&mut json["projects"], Id::Project, new_id);
    rekey(&mut json["threads"], Id::Thread, new_id);
    for project in values(&mut json["projects"]) {
        rename_own(&mut project["id"], Id::Project, new_id);
        for branch in values(&mut project["branches"]) {
            rename_json(branch, new_id);
        }
    }
    for thread in values(&mut json["threads"]) {
        rename_own(&mut thread["id"], Id::Thread, new_id);
        rename_own(&mut thread["project_id"], Id::Project, new_id);
        for checkpoint in items(&mut thread["checkpoints"]) {
            rename_own(&mut checkpoint["id"], Id::Checkpoint, new_id);
        }
        for turn in items(&mut thread["turns"]) {
            rename_own(&mut turn["id"], Id::Turn, new_id);
            items(&mut turn["entries"]).for_each(|entry| rename_entry(entry, new_id));
        }
    }
}

/// Shows the ids in a command, an event or an error, each with its kind.
pub(crate) fn ids_in<T: Serialize>(value: &T, show: &mut impl FnMut(Id, &str)) {
    if let Ok(mut json) = serde_json::to_value(value) {
        rename_json(&mut json, &mut shown(show));
    }
}

/// Shows the ids in a model, each with its kind.
pub(crate) fn ids_in_model(model: &OrchestrationReadModel, show: &mut impl FnMut(Id, &str)) {
    if let Ok(mut json) = serde_json::to_value(model) {
        rename_model_json(&mut json, &mut shown(show));
    }
}

/// Leaves each id as it is, and shows it.
fn shown(show: &mut impl FnMut(Id, &str)) -> impl FnMut(Id, &str) -> String {
    |kind, id| {
        show(kind, id);
        id.to_owned()
    }
}

fn rename_entry(entry: &mut Value, new_id: &mut impl FnMut(Id, &str) -> String) {
    let kind = match entry["type"].as_str() {
        Some("message") => Id::Message,
        Some("tool_call") => Id::ToolCall,
        _ => Id::Action,
    };
    rename_own(&mut entry["id"], kind, new_id);
    if entry.get("tool_call_id").is_some() {
        rename_own(&mut entry["tool_call_id"], Id::ToolCall, new_id);
    }
}

/// Renames an id that is called otherwise than the fields of its kind, if it is one.
fn rename_own(value: &mut Value, kind: Id, new_id: &mut impl FnMut(Id, &str) -> String) {
    if let Value::String(id) = value {
        *id = new_id(kind, id);
    }
}

/// Renames the ids that the values of an object are keyed by.
fn rekey(json: &mut Value, kind: Id, new_id: &mut impl FnMut(Id, &str) -> String) {
    if let Value::Object(fields) = json {
        let renamed = std::mem::take(fields).into_iter();
        *fields = renamed.map(|(id, value)| (new_id(kind, &id), value)).collect();
    }
}

fn values(json: &mut Value) -> impl Iterator<Item = &mut Value> {
    json.as_object_mut().into_iter().flat_map(Map::values_mut)
}

fn items(json: &mut Value) -> impl Iterator<Item = &mut Value> {
    json.as_array_mut().into_iter().flatten()
}

/// Gives ids new ones that are told apart by a small number, counted from 1 for each kind of id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Renumbering {
    /// The numbers of the ids of each kind.
    known: HashMap<Id, HashMap<String, usize>>,
}

impl Renumbering {
    /// The new id of an old one of a kind.
    pub(crate) fn new_id(&mut self, kind: Id, id: &str) -> String {
        let number = self.number(kind, id);
        if kind == Id::ToolCall {
            return format!("call-{number}");
        }
        let mark = kind as usize + 1;
        format!("{mark:08x}-0000-4000-8000-{number:012x}")
    }

    /// The number of an id of a kind: a new one if it was not known.
    pub(crate) fn number(&mut self, kind: Id, id: &str) -> usize {
        let known = self.known.entry(kind).or_default();
        let next = known.len() + 1;
        *known.entry(id.to_owned()).or_insert(next)
    }

    /// The number of an id of a kind, if it is known.
    pub(crate) fn known(&self, kind: Id, id: &str) -> Option<usize> {
        self.known.get(&kind)?.get(id).copied()
    }
}

#[cfg(test)]
mod tests {
    use orchestration::{OrchestrationCommand, project};

    use super::*;
    use crate::generate::{RandomSteps, Walk};
    use crate::subject::Subject;

    #[test]
    fn ids_are_renumbered_by_kind_and_consistently() {
        let command: OrchestrationCommand = serde_json::from_str(
            r#"{"type":"ingest_provider_event","thread_id":"0f000000-0000-0000-0000-000000000001","turn_id":"0f000000-0000-0000-0000-000000000001","event":{"type":"awaiting_approval","action_id":"0f000000-0000-0000-0000-000000000009","tool_call_id":"toolu_1","description":"toolu_1"},"at":"2026-01-01T00:00:00Z"}"#,
        )
        .expect("a command");
        let mut renumbering = Renumbering::default();
        let renamed = rename(&command, &mut |kind, id| renumbering.new_id(kind, id)).expect("ids");
        let json = serde_json::to_string(&renamed).expect("a command is JSON");
        assert_eq!(
            json,
            r#"{"type":"ingest_provider_event","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","event":{"type":"awaiting_approval","action_id":"00000005-0000-4000-8000-000000000001","tool_call_id":"call-1","description":"toolu_1"},"at":"2026-01-01T00:00:00Z"}"#
        );
    }

    #[test]
    fn a_model_with_its_ids_renamed_is_what_renamed_events_add_up_to() {
        let mut walk = Walk::new(Subject::CORE);
        let (mut renamed, mut renumbering) = (OrchestrationReadModel::default(), Renumbering::default());
        for step in RandomSteps::new(2).take(400) {
            for event in walk.take(step).decided.iter().flatten() {
                let event = rename(event, &mut |kind, id| renumbering.new_id(kind, id)).expect("ids");
                renamed = project(renamed, &event);
            }
        }
        let found = rename_model(walk.model(), &mut |kind, id| renumbering.new_id(kind, id)).expect("ids");
        assert_eq!(found, renamed);
        assert_ne!(found, *walk.model());
    }
}
