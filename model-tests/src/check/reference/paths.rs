//! Where two values differ, by the paths of their fields.

use std::fmt::{self, Display};

use serde::Serialize;

use crate::difference::{Change, Pairing, Part, changes};

/// How much of a value is shown, in characters.
const SHOWN: usize = 120;

/// How much of two long values is shown before the place where they differ.
const SHOWN_BEFORE: usize = 20;

/// A place at which two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The path of the field.
    pub(super) path: String,
    /// The JSON of what was expected. Nothing if nothing was.
    pub(super) expected: Option<String>,
    /// The JSON of what was found. Nothing if nothing was.
    pub(super) found: Option<String>,
}

impl Difference {
    /// A change, behind some part of its path.
    pub(super) fn of(path: &[Part], change: &Change) -> Self {
        Self {
            path: path_of(path),
            expected: change.before.as_ref().map(json_of),
            found: change.after.as_ref().map(json_of),
        }
    }
}

/// A path in short.
fn path_of(parts: &[Part]) -> String {
    let words = parts.iter().map(|part| match part {
        Part::Field(name) => format!(".{name}"),
        Part::Item { index, .. } => format!("[{index}]"),
    });
    let path: String = words.collect();
    path.strip_prefix('.').map_or_else(|| path.clone(), str::to_owned)
}

impl Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (expected, found) = (self.expected.as_deref(), self.found.as_deref());
        let start = expected.zip(found).map_or(0, |(expected, found)| {
            let mut pairs = expected.chars().zip(found.chars());
            let same = pairs.by_ref().take_while(|(one, other)| one == other).count();
            if same > SHOWN { same - SHOWN_BEFORE } else { 0 }
        });
        let show = |json: Option<&str>| json.map_or_else(|| "nothing".to_owned(), |json| part(json, start));
        let Self { path, .. } = self;
        write!(formatter, "{path}: expected {}, found {}", show(expected), show(found))
    }
}

/// The part of a text that is shown.
fn part(text: &str, start: usize) -> String {
    let shown: String = text.chars().skip(start).take(SHOWN).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if text.chars().nth(start + SHOWN).is_some() {
        "…"
    } else {
        ""
    };
    format!("{before}{shown}{after}")
}

/// The JSON of a value, as text.
pub(super) fn json_of(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

/// Where two values of one type differ.
pub(super) fn differences<T: Serialize>(expected: &T, found: &T) -> Vec<Difference> {
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    let changes = changes(&json(expected), &json(found), Pairing::ByPlace);
    changes
        .iter()
        .map(|change| Difference::of(&change.path, change))
        .collect()
}
