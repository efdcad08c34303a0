//! What an event changes in a model, as text.

use std::collections::BTreeMap;

use orchestration::{OrchestrationEvent, OrchestrationReadModel, project};
use serde_json::Value;

use super::model_after;

/// What the ids of tests have in common.
const ZEROS: &str = "00000000-0000-0000-0000-0000000000";

/// Every place of the model's wire form that an event changes: `-` what stood there before, `+` what stands there
/// after. Nothing else has changed. Ids are cut to their last two digits.
#[track_caller]
pub fn changes(before: impl IntoIterator<Item = OrchestrationEvent>, event: impl Into<OrchestrationEvent>) -> String {
    let before = model_after(before);
    let after = project(before.clone(), &event.into());
    let (left, right) = (places(&before), places(&after));
    let mut lines = String::new();
    for place in left
        .keys()
        .chain(right.keys().filter(|place| !left.contains_key(*place)))
    {
        let (old, new) = (left.get(place), right.get(place));
        if old != new {
            let line = |mark: &str, value: Option<&String>| {
                value.map_or_else(String::new, |value| format!("{mark} {place}: {value}\n"))
            };
            lines.push_str(&line("-", old));
            lines.push_str(&line("+", new));
        }
    }
    assert_eq!(
        lines.is_empty(),
        before == after,
        "models are equal when their wire forms are"
    );
    lines
}

/// Expects an event to leave the model as it is.
#[track_caller]
pub fn assert_changes_nothing(
    before: impl IntoIterator<Item = OrchestrationEvent>,
    event: impl Into<OrchestrationEvent>,
) {
    let event = event.into();
    let kind = event.kind();
    assert_eq!(changes(before, event), "", "{kind} should have changed nothing");
}

fn places(model: &OrchestrationReadModel) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    let value = serde_json::to_value(model).expect("a model has a wire form");
    collect("", &value, &mut places);
    places
}

/// Collects every string, number and empty collection with the path that leads to it.
fn collect(path: &str, value: &Value, places: &mut BTreeMap<String, String>) {
    let below = |name: &str| {
        let name = name.trim_start_matches(ZEROS);
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                collect(&below(name), value, places);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for (position, value) in values.iter().enumerate() {
                collect(&below(&position.to_string()), value, places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            places.insert(path.to_owned(), value.to_string().replace(ZEROS, ""));
        }
    }
}
