//! A7 of models that differ in one thing only: a judgement that overlooks a field is caught by these.

use chrono::{DateTime, TimeDelta, Utc};
use orchestration::OrchestrationReadModel;
use orchestration::testing::Unchecked;
use serde::Deserialize;
use serde_json::Value;

use super::{Judgement, is_alike};
use crate::check::invariants::{Findings, Invariant};
use crate::fields::CHOICES;

/// How many are changed where only a few are.
const FEW: usize = 6;

/// Which leaves of a model's wire form are changed, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// Each of them.
    All,
    /// A few, those that this number says.
    Few(u64),
}

/// A7: a model and one whose wire form differs in one leaf, or lacks it, are not equal, and do not read alike.
///
/// What cannot be changed by itself, such as an id under which its value is kept, is passed over.
pub fn check_near(judgement: Judgement, model: &OrchestrationReadModel, leaves: Leaves, findings: &mut Findings) {
    let Ok(wire) = serde_json::to_value(model) else { return };
    let mut pointers = Vec::new();
    collect(&wire, String::new(), &mut pointers);
    for pointer in chosen(pointers, leaves) {
        for near in neighbours(&wire, &pointer) {
            findings.expect(Invariant::A7, !is_alike(model, &near), || {
                format!("two models whose wire forms differ at {pointer}: expected them to read differently, found them alike")
            });
            judgement.check_pair(model, &near, findings);
        }
    }
}

fn chosen(pointers: Vec<String>, leaves: Leaves) -> Vec<String> {
    match leaves {
        Leaves::All => pointers,
        Leaves::Few(seed) => {
            let stride = (pointers.len() / FEW).max(1);
            let first = usize::try_from(seed % stride as u64).unwrap_or_default();
            pointers.into_iter().skip(first).step_by(stride).collect()
        }
    }
}

/// Where all leaves of a value stand, and its lists.
fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(field, format!("{pointer}/{name}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{index}"), pointers);
            }
            if !items.is_empty() {
                pointers.push(pointer);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => pointers.push(pointer),
    }
}

/// The model with another value in this place, and without one, where there are such.
fn neighbours(wire: &Value, pointer: &str) -> Vec<OrchestrationReadModel> {
    let Some(value) = wire.pointer(pointer) else {
        return Vec::new();
    };
    let is_other = |near: &OrchestrationReadModel| serde_json::to_value(near).is_ok_and(|near| near != *wire);
    let changed = others(value).into_iter().find_map(|other| {
        let mut near = wire.clone();
        *near.pointer_mut(pointer)? = other;
        read(&near).filter(is_other)
    });
    let removed = without(wire, pointer).and_then(|near| read(&near)).filter(is_other);
    changed.into_iter().chain(removed).collect()
}

fn read(wire: &Value) -> Option<OrchestrationReadModel> {
    Unchecked::deserialize(wire).ok().map(|Unchecked(model)| model)
}

/// What may stand in the place of a value: the first of them that can be read is taken.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => others_of_text(text),
        Value::Number(number) => {
            let number = number.as_u64().unwrap_or_default();
            vec![number.saturating_add(1).into(), number.saturating_sub(1).into()]
        }
        Value::Bool(flag) => vec![(!flag).into()],
        Value::Array(items) => {
            let kept = items.len().saturating_sub(1);
            vec![items.iter().take(kept).cloned().collect()]
        }
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

fn others_of_text(text: &str) -> Vec<Value> {
    if let Ok(time) = text.parse::<DateTime<Utc>>() {
        let moved = [1, -1].map(TimeDelta::nanoseconds);
        let moved = moved.into_iter().filter_map(|by| time.checked_add_signed(by));
        return moved.filter_map(|time| serde_json::to_value(time).ok()).collect();
    }
    if let Ok(id) = text.parse::<uuid::Uuid>() {
        let next = uuid::Uuid::from_u128(id.as_u128() ^ 1);
        return vec![next.to_string().into()];
    }
    let words = CHOICES.iter().filter(|word| CHOICES.contains(&text) && **word != text);
    let words = words.map(|word| Value::from(*word));
    words
        .chain([
            format!("{text}x").into(),
            text.chars().skip(1).collect::<String>().into(),
        ])
        .collect()
}

/// The wire form without the field in this place. A list has its items taken otherwise.
fn without(wire: &Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let mut near = wire.clone();
    let fields = near.pointer_mut(parent)?.as_object_mut()?;
    fields.remove(&name.replace("~1", "/").replace("~0", "~"))?;
    Some(near)
}

#[cfg(test)]
mod tests;
