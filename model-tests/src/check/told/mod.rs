//! Where two things differ, in words: the path of each field that does, with what was expected there and what was found.
//!
//! What has many fields is told by its kind and its id: nobody reads a whole model in a message.

mod decisions;
mod models;

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::Value;

use crate::difference::{Change, Pairing, Part, changes};

pub use decisions::{between_decisions, decision, kinds};
pub use models::{between_models, between_snapshots, of_models};

/// How much of a value is shown, in characters.
const SHOWN: usize = 60;

/// How much of two long values is shown before the place where they differ.
const SHOWN_BEFORE: usize = 20;

/// How long the differences of two things may be together, in characters: those that do not fit are counted.
const MOST: usize = 240;

/// How much of a path is shown, in characters: its end says most.
const SHOWN_OF_PATH: usize = 180;

/// A place at which two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path of the field.
    pub path: String,
    /// What was expected, in words. Nothing if nothing was.
    pub expected: Option<String>,
    /// What was found, in words. Nothing if nothing was.
    pub found: Option<String>,
}

impl Difference {
    /// The difference of two values, whatever they hold.
    #[must_use]
    pub fn of<T: Serialize>(path: impl Into<String>, expected: &T, found: &T) -> Self {
        Self {
            path: path.into(),
            expected: in_words(&json(expected)),
            found: in_words(&json(found)),
        }
    }

    /// The same within something that bears a name.
    #[must_use]
    pub fn within(self, name: &str) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{name}: {path}"),
        };
        Self { path, ..self }
    }
}

impl Difference {
    /// What bears the field, and the path of the field in it, if a name stands before it.
    fn place(&self) -> Option<(&str, &str)> {
        self.path.rsplit_once(": ")
    }
}

impl Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (expected, found) = (self.expected.as_deref(), self.found.as_deref());
        let start = expected.zip(found).map_or(0, |(expected, found)| {
            let mut pairs = expected.chars().zip(found.chars());
            let same = pairs.by_ref().take_while(|(one, other)| one == other).count();
            if same + 1 >= SHOWN { same - SHOWN_BEFORE } else { 0 }
        });
        let show = |words: Option<&str>| words.map_or_else(|| "nothing".to_owned(), |words| part(words, start));
        let length = self.path.chars().count();
        let path = part_of_path(&self.path, length.saturating_sub(SHOWN_OF_PATH));
        if !path.is_empty() {
            write!(formatter, "{path}: ")?;
        }
        write!(formatter, "expected {}, found {}", show(expected), show(found))
    }
}

fn part_of_path(path: &str, left_out: usize) -> String {
    let rest: String = path.chars().skip(left_out).collect();
    if left_out == 0 { rest } else { format!("…{rest}") }
}

/// The part of a text that is shown.
fn part(text: &str, start: usize) -> String {
    let shown: String = text.chars().skip(start).take(SHOWN).collect();
    let before = if start > 0 { "…" } else { "" };
    let is_cut = text.chars().nth(start + SHOWN).is_some();
    format!("{before}{shown}{}", if is_cut { "…" } else { "" })
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| Value::String(format!("what has no wire form ({error})")))
}

/// A value in words: what has fields, by what tells it from others of its kind.
fn in_words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.to_string()),
        Value::Array(items) if items.is_empty() => Some("none".to_owned()),
        Value::Array(items) => Some(format!("{} of them", items.len())),
        Value::Object(fields) => {
            let text = |name| fields.get(name).and_then(Value::as_str);
            let id = text("id").or_else(|| text("name"));
            Some(match (text("type"), id) {
                (Some(kind), Some(id)) => format!("{kind} {id}"),
                (Some(kind), None) => kind.to_owned(),
                (None, Some(id)) => id.to_owned(),
                (None, None) => format!("one with {} fields", fields.len()),
            })
        }
    }
}

/// A value in words, in short.
#[must_use]
pub fn words(value: &impl Serialize) -> String {
    in_words(&json(value)).map_or_else(|| "nothing".to_owned(), |words| part(&words, 0))
}

/// Where two values of one type differ.
#[must_use]
pub fn differences<T: Serialize + ?Sized>(expected: &T, found: &T) -> Vec<Difference> {
    let changes = changes(&json(&expected), &json(&found), Pairing::ById);
    changes.iter().map(Difference::from).collect()
}

impl From<&Change> for Difference {
    fn from(change: &Change) -> Self {
        let parts = change.path.iter().map(|part| match part {
            Part::Field(name) => format!(".{name}"),
            Part::Item { index, .. } => format!("[{index}]"),
        });
        let path: String = parts.collect();
        let words = |value: &Option<Value>| value.as_ref().and_then(in_words);
        Self {
            path: path.strip_prefix('.').unwrap_or(&path).to_owned(),
            expected: words(&change.before),
            found: words(&change.after),
        }
    }
}

/// Where things that are told apart by an id differ. `is_same` passes over what need not be read.
pub fn of_things<'a, T: Serialize + 'a, I: Ord + Display>(
    kind: &str,
    expected: impl Iterator<Item = &'a T>,
    found: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> I,
) -> Vec<Difference> {
    let expected: BTreeMap<I, &T> = expected.map(|thing| (id(thing), thing)).collect();
    let found: BTreeMap<I, &T> = found.map(|thing| (id(thing), thing)).collect();
    let mut differences = Vec::new();
    for (id, thing) in &found {
        let name = format!("{kind} {id}");
        match expected.get(id) {
            // What is held in common is not read.
            Some(other) if std::ptr::eq(*other, *thing) => {}
            Some(other) => {
                let of_thing = self::differences(*other, *thing);
                differences.extend(of_thing.into_iter().map(|difference| difference.within(&name)));
            }
            None => differences.push(presence(name, false)),
        }
    }
    let missing = expected.keys().filter(|id| !found.contains_key(id));
    differences.extend(missing.map(|id| presence(format!("{kind} {id}"), true)));
    differences
}

/// The difference of a thing that is there, and of none.
fn presence(path: String, is_expected: bool) -> Difference {
    let [there, gone] = ["it to be there", "it not to be there"].map(|words| Some(words.to_owned()));
    let [is_there, is_gone] = ["it", "nothing"].map(|words| Some(words.to_owned()));
    Difference {
        path,
        expected: if is_expected { there } else { gone },
        found: if is_expected { is_gone } else { is_there },
    }
}

/// Where two values differ, in one line.
#[must_use]
pub fn between<T: Serialize + ?Sized>(expected: &T, found: &T) -> String {
    list(&differences(expected, found))
}

/// Differences in one line: the first, and as many more as are read at a glance.
#[must_use]
pub fn list(differences: &[Difference]) -> String {
    let Some((first, others)) = differences.split_first() else {
        // An order, or a text that is shown in other words than it is kept in.
        return "expected both to be equal, found a difference in nothing that their fields say".to_owned();
    };
    let mut text = first.to_string();
    let mut shown = 0;
    for difference in others {
        // What bears the fields is named once.
        let next = match (first.place(), difference.place()) {
            (Some((place, _)), Some((other, path))) if place == other => Difference {
                path: path.to_owned(),
                ..difference.clone()
            }
            .to_string(),
            _ => difference.to_string(),
        };
        if text.chars().count() + next.chars().count() > MOST {
            break;
        }
        text.push_str("; ");
        text.push_str(&next);
        shown += 1;
    }
    match others.len() - shown {
        0 => text,
        more => format!("{text}; and {more} more"),
    }
}

#[cfg(test)]
mod tests;
