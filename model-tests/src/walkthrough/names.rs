//! Short names for what has an id: `thread 1`, `turn 2`, in the order in which a run first speaks of them.

mod json;

use std::collections::BTreeMap;

use orchestration::OrchestrationReadModel;
use serde::Serialize;
use uuid::Uuid;

use crate::describe::quote;
use crate::fields::{Field, Id};
use crate::rename::{Renumbering, ids_in, ids_in_model};

pub(in crate::walkthrough) use json::{is_list, keyed, kind_of_item, place_of};

/// How long an id is, written with hyphens.
const UUID_LENGTH: usize = 36;

/// The kinds of ids, in the order in which a text that does not tell the kind is taken for one.
const KINDS: [Id; 7] = [
    Id::Project,
    Id::Thread,
    Id::Turn,
    Id::Message,
    Id::Action,
    Id::Checkpoint,
    Id::ToolCall,
];

/// The words that stand before an id, and the kind that they tell. The longer come first.
const WORDS: [(&str, Id); 9] = [
    ("tool call", Id::ToolCall),
    ("checkpoint", Id::Checkpoint),
    ("approval", Id::Action),
    ("message", Id::Message),
    ("project", Id::Project),
    ("action", Id::Action),
    ("thread", Id::Thread),
    ("call", Id::ToolCall),
    ("turn", Id::Turn),
];

/// The short names of one run.
#[derive(Clone, Debug, Default)]
pub struct Names {
    numbers: Renumbering,
    /// The ids of each kind, by number.
    ids: BTreeMap<Id, Vec<String>>,
}

/// A part of a text in which names stand for ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// What stands there.
    Text(String),
    /// A name.
    Name {
        /// The name.
        name: String,
        /// The id that stood there.
        id: String,
    },
}

/// What things of a kind are called.
#[must_use]
pub const fn kind_of(id: Id) -> &'static str {
    match id {
        Id::Project => "project",
        Id::Thread => "thread",
        Id::Turn => "turn",
        Id::Message => "message",
        Id::Action => "approval",
        Id::Checkpoint => "checkpoint",
        Id::ToolCall => "call",
    }
}

impl Names {
    /// Names all that a command, an event or an error speaks of.
    pub fn of_value<T: Serialize>(&mut self, value: &T) {
        ids_in(value, &mut |kind, id| self.note(kind, id));
    }

    /// Names all that there is in a model.
    pub fn of_model(&mut self, model: &OrchestrationReadModel) {
        ids_in_model(model, &mut |kind, id| self.note(kind, id));
    }

    fn note(&mut self, kind: Id, id: &str) {
        let number = self.numbers.number(kind, id);
        let ids = self.ids.entry(kind).or_default();
        if number > ids.len() {
            ids.push(id.to_owned());
        }
    }

    /// The name of an id of a kind: the kind and a number, or the id itself if the run never spoke of it.
    #[must_use]
    pub fn name(&self, kind: Id, id: &str) -> String {
        match self.numbers.known(kind, id) {
            Some(number) => format!("{} {number}", kind_of(kind)),
            None if kind == Id::ToolCall => format!("{} {}", kind_of(kind), quote(id)),
            None => format!("{} {id}", kind_of(kind)),
        }
    }

    /// All names with the ids that they stand for, by kind and in order.
    pub fn iter(&self) -> impl Iterator<Item = (String, &str)> {
        self.ids.iter().flat_map(|(kind, ids)| {
            let named = (1..).zip(ids);
            named.map(|(number, id)| (format!("{} {number}", kind_of(*kind)), id.as_str()))
        })
    }

    /// The name of what a field of commands, events and errors holds, if that is an id.
    #[must_use]
    pub fn in_field(&self, field: &str, text: &str) -> Option<String> {
        let kind = Field::named(field)?.id_in(text)?;
        Some(self.name(kind, text))
    }

    /// A text with names instead of ids. Where the kind stands before an id, it is not said twice.
    ///
    /// The id of a tool call may be any text: it is known only where the word stands before it.
    #[must_use]
    pub fn in_text(&self, text: &str) -> String {
        let parts = self.parts(text).into_iter().map(|part| match part {
            Word::Text(text) => text,
            Word::Name { name, .. } => name,
        });
        parts.collect()
    }

    /// The same, with names and what stands between them told apart.
    #[must_use]
    pub fn parts(&self, text: &str) -> Vec<Word> {
        let (mut parts, mut between, mut rest) = (Vec::new(), String::new(), text);
        while let Some(next) = rest.chars().next() {
            let length = if let Some((name, length)) = self.id_at(&between, rest) {
                between.truncate(between.len() - kind_before(&between).map_or(0, |(_, length)| length));
                if !between.is_empty() {
                    parts.push(Word::Text(std::mem::take(&mut between)));
                }
                let id = rest[..length].to_owned();
                parts.push(Word::Name { name, id });
                length
            } else {
                between.push(next);
                next.len_utf8()
            };
            rest = &rest[length..];
        }
        if !between.is_empty() {
            parts.push(Word::Text(between));
        }
        parts
    }

    /// The name of the id that a text begins with, behind some other text, and how long the id is.
    fn id_at(&self, before: &str, rest: &str) -> Option<(String, usize)> {
        if before.ends_with(|last: char| last.is_alphanumeric() || last == '-' || last == '_') {
            return None;
        }
        let kind = kind_before(before).map(|(kind, _)| kind);
        if kind == Some(Id::ToolCall) {
            return self.call_at(rest);
        }
        let id = rest.get(..UUID_LENGTH).filter(|id| Uuid::try_parse(id).is_ok())?;
        let is_whole = !rest[UUID_LENGTH..].starts_with(|next: char| next.is_alphanumeric());
        let said = kind.or_else(|| field_before(before).and_then(|field| field.id_in(id)));
        let known = said
            .into_iter()
            .chain(KINDS)
            .find(|kind| self.numbers.known(*kind, id).is_some());
        known
            .filter(|_| is_whole)
            .map(|kind| (self.name(kind, id), UUID_LENGTH))
    }

    /// The longest id of a tool call that a text begins with, as a word of its own.
    fn call_at(&self, rest: &str) -> Option<(String, usize)> {
        let ids = self.ids.get(&Id::ToolCall)?;
        let is_here = |id: &&String| {
            let behind = rest.strip_prefix(id.as_str());
            !id.is_empty()
                && behind.is_some_and(|behind| !behind.starts_with(|next: char| next.is_alphanumeric() || next == '-'))
        };
        let id = ids.iter().filter(is_here).max_by_key(|id| id.len())?;
        Some((self.name(Id::ToolCall, id), id.len()))
    }
}

/// The kind that the last word of a text tells, and how long that word is, with the space behind it.
fn kind_before(text: &str) -> Option<(Id, usize)> {
    let trimmed = text.strip_suffix(' ')?;
    let (word, kind) = WORDS.iter().find(|(word, _)| {
        trimmed
            .strip_suffix(word)
            .is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    })?;
    Some((*kind, word.len() + 1))
}

/// The field whose value follows, as JSON is written.
fn field_before(text: &str) -> Option<&'static Field> {
    let name = text.strip_suffix("\":\"")?;
    Field::named(&name[name.rfind('"')? + 1..])
}

#[cfg(test)]
mod tests {
    use orchestration::OrchestrationCommand;
    use serde_json::{Value, json};

    use super::*;

    const ONE: &str = "0f000000-0000-4000-8000-000000000001";
    const TWO: &str = "0f000000-0000-4000-8000-000000000002";

    fn command(json: Value) -> OrchestrationCommand {
        serde_json::from_value(json).expect("a command")
    }

    /// The names after a thread, two turns, of which the first has the thread's id, and a call of a tool.
    fn names() -> Names {
        let mut names = Names::default();
        for turn in [ONE, TWO] {
            let event = json!({"type": "tool_call", "tool_call_id": format!("run {turn}"), "name": "a", "input": ""});
            names.of_value(&command(json!({
                "type": "ingest_provider_event", "thread_id": ONE, "turn_id": turn, "event": event, "at": "2026-01-01T00:00:00Z",
            })));
        }
        names
    }

    #[test]
    fn things_are_numbered_by_kind_in_the_order_of_their_first_appearance() {
        let call = format!("run {TWO}");
        let found: Vec<_> = names().iter().map(|(name, id)| (name, id.to_owned())).collect();
        assert_eq!(
            found,
            [
                ("thread 1".to_owned(), ONE.to_owned()),
                ("turn 1".to_owned(), ONE.to_owned()),
                ("turn 2".to_owned(), TWO.to_owned()),
                ("call 1".to_owned(), format!("run {ONE}")),
                ("call 2".to_owned(), call.clone()),
            ]
        );
        assert_eq!(names().name(Id::ToolCall, &call), "call 2");
        assert_eq!(names().in_field("turn_id", TWO).as_deref(), Some("turn 2"));
        assert_eq!(names().in_field("prompt", TWO), None);
    }

    #[test]
    fn what_the_run_never_spoke_of_keeps_its_id() {
        assert_eq!(names().name(Id::Thread, TWO), format!("thread {TWO}"));
        assert_eq!(names().name(Id::ToolCall, "a\nb"), r#"call "a\nb""#);
    }

    #[test]
    fn in_a_text_the_kind_is_said_once() {
        let text = format!("turn {ONE} of thread {ONE} has turn {TWO}; returned {TWO}");
        assert_eq!(names().in_text(&text), "turn 1 of thread 1 has turn 2; returned turn 2");
        assert_eq!(
            names().in_text(&format!(r#"{{"turn_id":"{ONE}"}} {ONE}"#)),
            r#"{"turn_id":"turn 1"} thread 1"#
        );
    }

    #[test]
    fn the_id_of_a_call_is_known_behind_its_word_alone() {
        let text = format!("tool call run {TWO} ended, run {TWO} is no call; call run {TWO}x");
        assert_eq!(
            names().in_text(&text),
            format!("call 2 ended, run turn 2 is no call; call run {TWO}x")
        );
    }

    #[test]
    fn a_text_without_ids_stays_as_it_is() {
        for text in ["", "thread ", "ü thread none", &format!("thread {ONE}0"), "turn 99"] {
            assert_eq!(names().in_text(text), text);
        }
    }
}
