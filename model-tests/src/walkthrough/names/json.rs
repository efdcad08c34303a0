//! Names in JSON: in the wire form, and in models and their parts.

use serde_json::Value;

use super::Names;
use crate::difference::Part;
use crate::fields::Id;

impl Names {
    /// Puts names in the place of ids in what stands at a place of a model, or, with no path, in a model, a command, an event
    /// or an error.
    pub fn in_json(&self, path: &[Part], value: &mut Value) {
        let (field, list) = place_of(path);
        self.put(field, list, value);
    }

    fn put(&self, field: &str, list: &str, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) if field == "selected_thread" => *text = self.name(Id::Thread, text),
            Value::String(text) if list == "turns" => *text = self.name(Id::Turn, text),
            Value::String(text) => {
                if let Some(name) = self.in_field(field, text) {
                    *text = name;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.put("", field, item)),
            Value::Object(fields) => {
                if let Some(kind) = keyed(field) {
                    let old = std::mem::take(fields).into_iter();
                    fields.extend(old.map(|(id, value)| (self.name(kind, &id), value)));
                }
                let own = kind_of_item(list, fields.get("type").and_then(Value::as_str)).or_else(|| keyed(list));
                let inner = if is_list(field) { field } else { "" };
                for (name, value) in fields {
                    match (name.as_str(), own, value) {
                        ("id", Some(own), Value::String(id)) => *id = self.name(own, id),
                        (_, _, value) if !inner.is_empty() => self.put("", inner, value),
                        (name, _, value) => self.put(name, "", value),
                    }
                }
            }
        }
    }

    /// The path of a place in a model with names in the place of ids, as keys and numbers.
    #[must_use]
    pub fn in_path(&self, path: &[Part]) -> Vec<Value> {
        let mut list = "";
        let mut keys = Vec::new();
        for part in path {
            keys.push(match part {
                Part::Field(id) => Value::from(keyed(list).map_or_else(|| id.clone(), |kind| self.name(kind, id))),
                Part::Item { index, .. } => Value::from(*index),
            });
            list = match part {
                Part::Field(name) => name,
                Part::Item { .. } => "",
            };
        }
        keys
    }
}

/// Which field stands at the end of a path, or, if it is something in a list, which list.
pub(in crate::walkthrough) fn place_of(path: &[Part]) -> (&str, &str) {
    let name = |index: usize| match path.iter().rev().nth(index) {
        Some(Part::Field(name)) => name.as_str(),
        Some(Part::Item { .. }) | None => "",
    };
    match path.last() {
        // What is kept under its id.
        Some(Part::Field(_)) if is_list(name(1)) => ("", name(1)),
        Some(Part::Item { .. }) => ("", name(1)),
        Some(Part::Field(_)) | None => (name(0), ""),
    }
}

pub(in crate::walkthrough) fn is_list(name: &str) -> bool {
    matches!(
        name,
        "projects" | "threads" | "branches" | "commits" | "turns" | "entries" | "checkpoints" | "events"
    )
}

/// What an item of a list is, if it has an id.
pub(in crate::walkthrough) fn kind_of_item(list: &str, kind: Option<&str>) -> Option<Id> {
    match (list, kind) {
        ("turns", _) => Some(Id::Turn),
        ("checkpoints", _) => Some(Id::Checkpoint),
        ("entries", Some("message")) => Some(Id::Message),
        ("entries", Some("tool_call")) => Some(Id::ToolCall),
        ("entries", Some("approval")) => Some(Id::Action),
        (_, _) => None,
    }
}

/// What is kept under its id in a list of this name.
pub(in crate::walkthrough) fn keyed(list: &str) -> Option<Id> {
    match list {
        "projects" => Some(Id::Project),
        "threads" => Some(Id::Thread),
        _ => None,
    }
}
