//! Paths and values of the wire form and of models, in words.

use serde_json::{Map, Value};

use crate::describe::printable;
use crate::difference::Part;
use crate::fields::{Field, Holds, Id};
use crate::walkthrough::names::{Names, is_list, keyed, kind_of_item, place_of};

/// What stands between the parts of a path.
const BETWEEN: &str = " › ";

/// A path in words: the structures by their names, then the field.
pub(super) fn path(parts: &[Part], names: &Names) -> String {
    let (mut words, mut list) = (Vec::new(), "");
    let parts = match parts {
        // What kind of status or answer it is.
        [structure @ .., Part::Field(field)] if field == "type" && !structure.is_empty() => structure,
        parts => parts,
    };
    for part in parts {
        match part {
            Part::Field(name) if list == "projects" => words.push(names.name(Id::Project, name)),
            Part::Field(name) if list == "threads" => words.push(names.name(Id::Thread, name)),
            Part::Field(name) if list == "branches" => words.push(format!("branch {}", printable(name))),
            // What is in a list says itself what it is.
            Part::Field(name) if is_list(name) => {}
            Part::Field(name) => words.push(printable(name)),
            Part::Item { index, kind, id } => words.push(item(list, *index, kind.as_deref(), id.as_deref(), names)),
        }
        list = match part {
            Part::Field(name) if is_list(name) => name,
            Part::Field(_) | Part::Item { .. } => "",
        };
    }
    if !list.is_empty() {
        words.push(list.to_owned());
    }
    words.join(BETWEEN)
}

/// An item of a list: by its name, or by its place.
fn item(list: &str, index: usize, kind: Option<&str>, id: Option<&str>, names: &Names) -> String {
    match (kind_of_item(list, kind), id) {
        (Some(kind), Some(id)) => names.name(kind, id),
        (_, _) => format!("{} {}", list.strip_suffix('s').unwrap_or("item"), index + 1),
    }
}

/// A value in words, on one line: the names of what has ids, the words of a choice and times as they are, other texts in
/// quotation marks.
pub(super) fn value(path: &[Part], value: &Value, names: &Names) -> String {
    let (field, list) = place_of(path);
    in_field(field, list, value, names)
}

fn in_field(field: &str, list: &str, value: &Value, names: &Names) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => text_in(field, list, text, names),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| in_field("", field, item, names)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) if fields.is_empty() => "none".to_owned(),
        Value::Object(fields) => object(field, list, fields, names),
    }
}

/// An object: a choice with no more to it by its word, others by their fields.
fn object(field: &str, list: &str, fields: &Map<String, Value>, names: &Names) -> String {
    let kind = fields.get("type").and_then(Value::as_str);
    if let (Some(kind), 1) = (kind, fields.len()) {
        return printable(kind);
    }
    let own = kind_of_item(list, kind).or_else(|| keyed(list));
    let keys = keyed(field);
    let fields = fields.iter().map(|(name, value)| {
        let value = match (name.as_str(), own, value) {
            ("id", Some(own), Value::String(id)) => names.name(own, id),
            _ => in_field(name, if keys.is_some() { field } else { "" }, value, names),
        };
        let name = keys.map_or_else(|| printable(name), |kind| names.name(kind, name));
        format!("{name}: {value}")
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

fn text_in(field: &str, list: &str, text: &str, names: &Names) -> String {
    if let Some(name) = names.in_field(field, text) {
        return name;
    }
    if field == "selected_thread" {
        return names.name(Id::Thread, text);
    }
    if list == "turns" {
        return names.name(Id::Turn, text);
    }
    let is_word = match Field::named(field).map(|field| field.holds) {
        Some(Holds::Name(_) | Holds::Text(_)) => false,
        Some(Holds::Kind | Holds::Choice | Holds::Time(_)) => true,
        // A field of models alone: a word or a time.
        Some(Holds::Id(_) | Holds::IdOrWord(_) | Holds::Count | Holds::Fields) | None => text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-_:.+".contains(character)),
    };
    if is_word { printable(text) } else { format!("{text:?}") }
}
