//! Where two values differ, by the paths of their fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A place at which a value is another than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where: from the whole value inwards.
    pub path: Vec<Part>,
    /// What was there. Nothing if nothing was.
    pub before: Option<Value>,
    /// What is there now. Nothing if nothing is.
    pub after: Option<Value>,
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The field of an object, by its name or key.
    Field(String),
    /// An item of a list.
    Item {
        /// Where it stands: in the list as it is, or as it was if it is gone.
        index: usize,
        /// Its kind, if it says so.
        kind: Option<String>,
        /// Its own id, if it has one.
        id: Option<String>,
    },
}

/// Which items of two lists are held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Those that stand at the same place: what is told so can be done again, change by change.
    ByPlace,
    /// Those that have the same id, where all have one, no two the same: what is told so is short.
    ById,
}

/// The places of two items that are held against each other, of which one may be missing.
pub(crate) type Pair = (Option<usize>, Option<usize>);

impl Part {
    /// A field.
    #[must_use]
    pub fn field(name: impl Into<String>) -> Self {
        Self::Field(name.into())
    }

    /// An item of a list.
    #[must_use]
    pub fn item(index: usize, value: &Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Self::Item {
            index,
            kind: text("type"),
            id: text("id"),
        }
    }
}

impl Change {
    /// What was put behind a text, if that is all that became of it.
    #[must_use]
    pub fn appended(&self) -> Option<&str> {
        let (before, after) = (self.before.as_ref()?.as_str()?, self.after.as_ref()?.as_str()?);
        after.strip_prefix(before).filter(|_| !before.is_empty())
    }
}

/// Where two values differ.
#[must_use]
pub fn changes(before: &Value, after: &Value, pairing: Pairing) -> Vec<Change> {
    let mut finder = Finder::new(pairing);
    finder.compare(Some(before), Some(after));
    finder.changes
}

/// Collects where values differ.
pub(crate) struct Finder {
    pairing: Pairing,
    path: Vec<Part>,
    changes: Vec<Change>,
}

impl Finder {
    /// One that has found nothing yet.
    pub(crate) const fn new(pairing: Pairing) -> Self {
        Self {
            pairing,
            path: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// What was found.
    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// Looks at what stands at a place.
    pub(crate) fn within(&mut self, part: Part, look: impl FnOnce(&mut Self)) {
        self.path.push(part);
        look(self);
        self.path.pop();
    }

    /// Looks at two values, either of which may be missing.
    pub(crate) fn compare(&mut self, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => self.compare_fields(before, after),
            (Some(Value::Array(before)), Some(Value::Array(after))) => self.compare_items(before, after),
            (before, after) if before == after => {}
            (before, after) => self.changes.push(Change {
                path: self.path.clone(),
                before: before.cloned(),
                after: after.cloned(),
            }),
        }
    }

    fn compare_fields(&mut self, before: &Map<String, Value>, after: &Map<String, Value>) {
        let missing = before.keys().filter(|name| !after.contains_key(*name));
        for name in after.keys().chain(missing) {
            self.within(Part::field(name), |finder| {
                finder.compare(before.get(name), after.get(name));
            });
        }
    }

    fn compare_items(&mut self, before: &[Value], after: &[Value]) {
        for (old, new) in self.pairs(&keys(before), &keys(after)) {
            let (old, new) = (
                old.and_then(|index| Some((index, before.get(index)?))),
                new.and_then(|index| Some((index, after.get(index)?))),
            );
            let Some((index, shown)) = new.or(old) else { continue };
            self.within(Part::item(index, shown), |finder| {
                finder.compare(old.map(|(_, value)| value), new.map(|(_, value)| value));
            });
        }
    }

    /// Which items are held against each other, by what tells them apart: those that are there, then those that are gone.
    pub(crate) fn pairs<K: Ord + Clone>(&self, before: &[Option<K>], after: &[Option<K>]) -> Vec<Pair> {
        let by_id = match self.pairing {
            Pairing::ByPlace => None,
            Pairing::ById => places(before).zip(places(after)),
        };
        let Some((old, new)) = by_id else {
            let most = before.len().max(after.len());
            return (0..most)
                .map(|index| {
                    (
                        (index < before.len()).then_some(index),
                        (index < after.len()).then_some(index),
                    )
                })
                .collect();
        };
        let place_of =
            |places: &BTreeMap<K, usize>, key: &Option<K>| key.as_ref().and_then(|key| places.get(key).copied());
        let there = after
            .iter()
            .enumerate()
            .map(|(index, key)| (place_of(&old, key), Some(index)));
        let gone = before
            .iter()
            .enumerate()
            .filter(|(_, key)| place_of(&new, key).is_none());
        there.chain(gone.map(|(index, _)| (Some(index), None))).collect()
    }
}

/// The places of items by what tells them apart; nothing unless each has something, and no two the same.
fn places<K: Ord + Clone>(keys: &[Option<K>]) -> Option<BTreeMap<K, usize>> {
    let places: Option<BTreeMap<K, usize>> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| Some((key.clone()?, index)))
        .collect();
    places.filter(|places| places.len() == keys.len())
}

/// What tells the items of a list apart: the kind and the id.
fn keys(items: &[Value]) -> Vec<Option<(Option<&str>, &str)>> {
    items
        .iter()
        .map(|item| Some((item.get("type").and_then(Value::as_str), item.get("id")?.as_str()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Each change in short.
    fn told(before: &Value, after: &Value, pairing: Pairing) -> Vec<String> {
        let changes = changes(before, after, pairing);
        changes.iter().map(in_short).collect()
    }

    fn in_short(change: &Change) -> String {
        let part = |part: &Part| match part {
            Part::Field(name) => name.clone(),
            Part::Item { index, id, .. } => format!("{index}={}", id.as_deref().unwrap_or("?")),
        };
        let path: Vec<_> = change.path.iter().map(part).collect();
        let json = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
        format!("{}: {} > {}", path.join("/"), json(&change.before), json(&change.after))
    }

    #[test]
    fn a_field_is_told_by_its_path_with_what_was_before_and_after() {
        let (before, after) = (
            json!({"a": {"b": 1, "gone": 2}, "same": [1]}),
            json!({"a": {"b": 3, "new": null}, "same": [1]}),
        );
        assert_eq!(
            told(&before, &after, Pairing::ById),
            ["a/b: 1 > 3", "a/new: - > null", "a/gone: 2 > -"]
        );
        assert_eq!(told(&after, &after, Pairing::ById), Vec::<String>::new());
    }

    #[test]
    fn items_are_held_against_those_of_their_id_or_of_their_place() {
        let (before, after) = (
            json!([{"id": "x", "n": 1}, {"id": "y", "n": 2}]),
            json!([{"id": "y", "n": 3}]),
        );
        assert_eq!(
            told(&before, &after, Pairing::ById),
            ["0=y/n: 2 > 3", r#"0=x: {"id":"x","n":1} > -"#]
        );
        assert_eq!(
            told(&before, &after, Pairing::ByPlace),
            [r#"0=y/id: "x" > "y""#, "0=y/n: 1 > 3", r#"1=y: {"id":"y","n":2} > -"#]
        );
    }

    #[test]
    fn items_are_held_against_those_of_their_place_where_ids_do_not_tell_them_apart() {
        let twice = json!([{"id": "x", "n": 1}, {"id": "x", "n": 2}]);
        assert_eq!(
            told(&twice, &json!([{"id": "x", "n": 1}]), Pairing::ById),
            [r#"1=x: {"id":"x","n":2} > -"#]
        );
        assert_eq!(told(&json!([1]), &json!([1, 2]), Pairing::ById), ["1=?: - > 2"]);
        let (message, call) = (
            json!([{"type": "message", "id": "x"}]),
            json!([{"type": "tool_call", "id": "x"}]),
        );
        assert_eq!(
            told(&message, &call, Pairing::ById).len(),
            2,
            "kinds have ids of their own"
        );
    }

    #[test]
    fn a_text_that_grew_tells_what_was_put_behind_it() {
        let appended = |before: Value, after: Value| {
            let changes = changes(&before, &after, Pairing::ById);
            changes[0].appended().map(str::to_owned)
        };
        assert_eq!(appended(json!("Hel"), json!("Hello")).as_deref(), Some("lo"));
        assert_eq!(appended(json!("Hello"), json!("Hel")), None);
        assert_eq!(appended(json!(""), json!("Hel")), None);
        assert_eq!(appended(json!(1), json!(12)), None);
    }
}
