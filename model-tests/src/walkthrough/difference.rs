//! What differs between two models, or any two values, in words: the path of the field, with what was before and after.

mod models;
mod words;

use std::fmt;

use orchestration::OrchestrationReadModel;
use serde::Serialize;
use serde_json::Value;

use super::names::Names;
use crate::difference::{Change, Pairing, changes};

pub use models::changes_of_models;

/// How many characters of a value are shown on a line.
const SHOWN: usize = 120;

/// What became of a field, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path of the field: `thread 1 › turn 1 › status`.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a field, or of a whole structure. Every value is on one line, and whole; names stand for ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was not there before.
    Added(String),
    /// It is not there any more.
    Removed(String),
    /// A text has grown: by this.
    Appended(String),
    /// It is another one.
    Changed {
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
}

impl Difference {
    /// A change in words.
    #[must_use]
    pub fn of(change: &Change, names: &Names) -> Self {
        let words = |value: &Value| words::value(&change.path, value, names);
        let fate = match (&change.before, &change.after) {
            (_, _) if change.appended().is_some() => {
                Fate::Appended(format!("{:?}", change.appended().unwrap_or_default()))
            }
            (None, after) => Fate::Added(words(after.as_ref().unwrap_or(&Value::Null))),
            (Some(before), None) => Fate::Removed(words(before)),
            (Some(before), Some(after)) => Fate::Changed {
                before: words(before),
                after: words(after),
            },
        };
        Self {
            path: words::path(&change.path, names),
            fate,
        }
    }
}

impl fmt::Display for Difference {
    /// On one line: long values are cut.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, fate } = self;
        match fate {
            Fate::Added(value) => write!(formatter, "{path}: added {}", cut(value)),
            Fate::Removed(value) => write!(formatter, "{path}: removed {}", cut(value)),
            Fate::Appended(text) => write!(formatter, "{path}: appended {}", cut(text)),
            Fate::Changed { before, after } => write!(formatter, "{path}: {} → {}", cut(before), cut(after)),
        }
    }
}

/// As much of a text as is shown.
fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// What differs between two models.
#[must_use]
pub fn of_models(before: &OrchestrationReadModel, after: &OrchestrationReadModel, names: &Names) -> Vec<Difference> {
    in_words(&changes_of_models(before, after, Pairing::ById), names)
}

/// What differs between two values.
#[must_use]
pub fn of_values<T: Serialize>(before: &T, after: &T, names: &Names) -> Vec<Difference> {
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    in_words(&changes(&json(before), &json(after), Pairing::ById), names)
}

/// Changes in words.
#[must_use]
pub fn in_words(changes: &[Change], names: &Names) -> Vec<Difference> {
    changes.iter().map(|change| Difference::of(change, names)).collect()
}

#[cfg(test)]
mod tests;
