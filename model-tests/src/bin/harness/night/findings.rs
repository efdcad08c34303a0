//! What a night finds: each kind once, however often and by whomever it is found.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::pages;

/// Something that is wrong, with the shortest trace that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The invariant that does not hold, or what else is wrong.
    pub invariant: String,
    /// What is always true.
    pub sentence: String,
    /// What was found instead.
    pub message: String,
    /// The trace, or what else shows it, shrunk, as people read it.
    pub pretty: String,
    /// The command line that shows it again.
    pub replay: String,
    /// How often it was found.
    pub count: u64,
    /// Who found it.
    pub by: Vec<String>,
    /// The files that show it, as far as they are listed: a few.
    pub files: Vec<String>,
    /// Its page, from the folder of the night. Older nights did not keep it.
    #[serde(default)]
    pub page: Option<String>,
    /// What of it is the same whatever its ids are.
    shape: String,
}

/// How many files of a kind are listed.
const FILES: usize = 5;

/// What is wrong with something, as the harness writes it for machines.
#[derive(Debug, Deserialize)]
pub struct Failure {
    invariant: String,
    sentence: String,
    message: String,
    pretty: String,
    /// The command line that shows it again, if it was written to a file.
    pub again: Option<String>,
    /// That file.
    pub file: Option<String>,
}

impl Failure {
    /// What was found and by whom, with the command line that shows it again and the file that it came from.
    pub fn found(self, by: &str, replay: String, file: Option<String>) -> Found {
        let shape = shape(&self.pretty);
        // What searches ran in the folder of the night, where they wrote a page beside it.
        let page = self
            .file
            .as_ref()
            .map(|file| pages::beside(Path::new(file)).display().to_string());
        Found {
            page,
            invariant: self.invariant,
            sentence: self.sentence,
            message: self.message,
            pretty: self.pretty,
            replay,
            count: 1,
            by: vec![by.to_owned()],
            files: file.into_iter().collect(),
            shape,
        }
    }
}

impl Found {
    /// An input that a target fails at, and the harness does not.
    pub fn unexplained(kind: &str, target: &str, replay: String, file: String) -> Self {
        Self {
            invariant: kind.to_owned(),
            sentence: "A target ends by itself, whatever its input.".to_owned(),
            message: format!("{target} ends so under libFuzzer; the harness finds nothing wrong with the input"),
            pretty: String::new(),
            replay,
            count: 1,
            by: vec![target.to_owned()],
            files: vec![file],
            page: None,
            shape: target.to_owned(),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        (&self.invariant, &self.shape) == (&other.invariant, &other.shape)
    }

    fn take(&mut self, other: Self) {
        self.count += other.count;
        for by in other.by {
            if !self.by.contains(&by) {
                self.by.push(by);
            }
        }
        self.files.extend(other.files);
        self.files.truncate(FILES);
    }
}

/// Adds what was found to the rest: to its like, if there is any. By invariant, the shortest first.
pub fn add(all: &mut Vec<Found>, found: Found) {
    match all.iter_mut().find(|kind| kind.is_like(&found)) {
        Some(kind) => kind.take(found),
        None => all.push(found),
    }
    all.sort_by(|one, other| {
        let key = |found: &Found| (found.invariant.clone(), found.pretty.len());
        key(one).cmp(&key(other))
    });
}

/// What people read of a counterexample, without what differs from one to the next: ids are numbered as they come up, and
/// of JSON only that remains, and of what kind things are.
fn shape(pretty: &str) -> String {
    let mut ids = Vec::new();
    let lines = pretty.lines().map(|line| match serde_json::from_str(line) {
        Ok(Value::Object(fields)) => shape_of_json(&fields.into(), &mut ids).to_string(),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => {
            shape_of_line(line, &mut ids)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn shape_of_json(value: &Value, ids: &mut Vec<String>) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let shape = match value {
                    Value::String(id) if name.ends_with("_id") => numbered(id, ids).into(),
                    Value::String(_) if name == "type" => value.clone(),
                    Value::String(_)
                    | Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::Array(_)
                    | Value::Object(_) => shape_of_json(value, ids),
                };
                // Things are kept by their ids.
                let name = if name.len() < LEAST_ID || !name.chars().all(is_of_id) {
                    name.clone()
                } else {
                    numbered(name, ids)
                };
                (name, shape)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(|value| shape_of_json(value, ids)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::Null,
    }
}

fn shape_of_line(line: &str, ids: &mut Vec<String>) -> String {
    let mut shape = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_of_id) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|character| !is_of_id(character)).unwrap_or(word.len()));
        shape.push_str(before);
        if word.len() < LEAST_ID {
            shape.push_str(word);
        } else {
            shape.push_str(&numbered(word, ids));
        }
        rest = after;
    }
    shape + rest
}

/// The number of an id, in the order in which they come up.
fn numbered(id: &str, ids: &mut Vec<String>) -> String {
    let known = ids.iter().position(|known| known == id);
    let number = known.unwrap_or_else(|| {
        ids.push(id.to_owned());
        ids.len() - 1
    });
    format!("#{number}")
}

/// How long an id is at least, where it is shown: its first digits.
const LEAST_ID: usize = 8;

fn is_of_id(character: char) -> bool {
    character == '-' || character.is_ascii_hexdigit()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(invariant: &str, pretty: &str, by: &str, file: &str) -> Found {
        let failure = json!({
            "invariant": invariant,
            "sentence": "always",
            "message": "not so",
            "pretty": pretty,
            "file": null,
        });
        let failure: Failure = serde_json::from_value(failure).expect("it is a failure");
        failure.found(by, "replay".to_owned(), Some(file.to_owned()))
    }

    fn trace(project: &str, thread: &str) -> String {
        format!("1 {project} create_project \"/a\"\n2 {thread} create_thread \"a\"\n3 {thread} delete_thread")
    }

    const ONE: &str = "0000000a";
    const OTHER: &str = "0000000b-0000-4000-8000-000000000001";

    #[test]
    fn traces_that_differ_by_their_ids_are_one_kind() {
        let mut all = Vec::new();
        add(&mut all, found("S1", &trace(ONE, OTHER), "soak", "one"));
        add(&mut all, found("S1", &trace(OTHER, ONE), "wire", "two"));
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].count, 2);
        assert_eq!(all[0].by, ["soak", "wire"]);
        assert_eq!(all[0].files, ["one", "two"]);
    }

    #[test]
    fn another_invariant_or_another_trace_is_another_kind() {
        let mut all = Vec::new();
        add(&mut all, found("T1", &trace(ONE, OTHER), "soak", "one"));
        add(&mut all, found("S1", &trace(ONE, OTHER), "soak", "two"));
        // Here the thread has the project's id.
        add(&mut all, found("S1", &trace(ONE, ONE), "soak", "three"));
        add(
            &mut all,
            found("S1", &trace(ONE, OTHER).replace("delete", "select"), "soak", "four"),
        );
        assert_eq!(all.len(), 4);
        assert_eq!(all[0].invariant, "S1");
    }

    #[test]
    fn events_that_differ_by_their_texts_and_times_are_one_kind() {
        let event = |kind: &str, id: &str, text: &str| {
            format!(
                "{{\"threads\":{{\"{id}\":{{\"title\":\"{text}\"}}}}}}\n{{\"type\":\"{kind}\",\"thread_id\":\"{id}\",\"at\":\"{text}\"}}"
            )
        };
        assert_eq!(
            shape(&event("deleted", ONE, "a")),
            shape(&event("deleted", OTHER, "b c"))
        );
        assert_ne!(shape(&event("deleted", ONE, "a")), shape(&event("created", ONE, "a")));
    }

    #[test]
    fn words_that_are_no_ids_are_left_as_they_are() {
        assert_eq!(
            shape("a dead deed: 2026, 0000000a é 0000000a-"),
            "a dead deed: 2026, #0 é #1"
        );
        assert_eq!(shape(""), "");
    }

    #[test]
    fn a_kind_that_is_found_often_lists_a_few_files_and_counts_all() {
        let mut all = Vec::new();
        for file in 0..100 {
            add(&mut all, found("S1", &trace(ONE, OTHER), "soak", &file.to_string()));
        }
        assert_eq!((all[0].count, all[0].files.len()), (100, FILES));
        assert_eq!(all[0].by, ["soak"]);
    }

    #[test]
    fn what_the_harness_cannot_explain_is_one_kind_for_each_target() {
        let mut all = Vec::new();
        for (kind, target) in [
            ("timeout", "wire"),
            ("timeout", "wire"),
            ("crash", "wire"),
            ("crash", "a"),
        ] {
            add(&mut all, Found::unexplained(kind, target, String::new(), String::new()));
        }
        assert_eq!(all.iter().map(|found| found.count).collect::<Vec<_>>(), [1, 1, 2]);
    }
}
