//! What the script of a run of commands shows: the steps, and what each changed.

use std::collections::BTreeMap;

use orchestration::OrchestrationCommand;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::lanes::Lanes;
use super::run::in_columns;
use crate::check::invariants::Violation;
use crate::difference::{Change, Pairing};
use crate::fields::{FIELDS, Holds};
use crate::kind::Kind;
use crate::subject::Decided;
use crate::walkthrough::difference::{Difference, changes_of_models};
use crate::walkthrough::names::{Names, Word};
use crate::walkthrough::{Step, Walkthrough};

/// What the script shows: `broken` is the number of steps after which something is wrong.
pub(super) fn data(walkthrough: &Walkthrough, broken: Option<usize>) -> Value {
    let names = walkthrough.names();
    let mut beginning = walkthrough.model_after(0).map(json_of).unwrap_or_default();
    names.in_json(&[], &mut beginning);
    let mut teller = Teller {
        names,
        lanes: Lanes::of(walkthrough),
        paths: Shared::default(),
        same: Shared::default(),
    };
    let steps: Vec<_> = walkthrough.steps().iter().map(|step| teller.step(step)).collect();
    let is_id = |holds| matches!(holds, Holds::Id(_) | Holds::IdOrWord(_));
    json!({
        "kind": "run",
        "start": broken.unwrap_or(walkthrough.steps().len()),
        "broken": broken,
        "names": names.iter().collect::<BTreeMap<_, _>>(),
        "ids": FIELDS.iter().filter(|field| is_id(field.holds)).map(|field| field.name).collect::<Vec<_>>(),
        "lanes": teller.lanes.names,
        "bars": teller.lanes.bars,
        "beginning": beginning,
        "paths": teller.paths.all,
        "same": teller.same.all,
        "steps": steps,
    })
}

/// What many steps have in common, each once.
#[derive(Default)]
struct Shared {
    all: Vec<Value>,
    known: BTreeMap<String, usize>,
}

impl Shared {
    fn number(&mut self, value: Value) -> usize {
        let next = self.all.len();
        let number = *self.known.entry(value.to_string()).or_insert(next);
        if number == next {
            self.all.push(value);
        }
        number
    }
}

/// Tells steps.
struct Teller<'a> {
    names: &'a Names,
    lanes: Lanes,
    /// The paths of what changed.
    paths: Shared,
    /// The names of the fields that an event has from its command.
    same: Shared,
}

impl Teller<'_> {
    fn step(&mut self, step: &Step) -> Value {
        let is_provider = matches!(step.command, OrchestrationCommand::IngestProviderEvent(_));
        let command = self.named(&step.command);
        let mut data = Map::new();
        let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
        put("lane", self.lanes.of_thread(step.command.thread_id()).into());
        put("kind", Kind::of(&step.command).name().into());
        put("mark", if is_provider { "event" } else { "command" }.into());
        let decision = step.decision.as_ref().map(|decision| self.decided(decision, &command));
        put("decision", decision.unwrap_or_default());
        if step.is_decision_disputed() {
            put("predicted", self.decided(&step.predicted, &command));
        }
        let disputed = step.disputed.iter().map(|change| Difference::of(change, self.names));
        let disputed: Vec<_> = disputed.map(in_columns).collect();
        if !disputed.is_empty() {
            put("disputed", json!(disputed));
        }
        let (before, after) = (step.status_before, step.status_after);
        put("status", json!([before.to_string(), after.to_string()]));
        if !step.violations.is_empty() {
            put(
                "violations",
                step.violations
                    .iter()
                    .map(|violation| self.violation(violation))
                    .collect(),
            );
        }
        let changes = changes_of_models(&step.before, &step.after, Pairing::ByPlace);
        if !changes.is_empty() {
            put(
                "changes",
                changes.iter().map(|change| self.change(change, &command)).collect(),
            );
        }
        put("command", command);
        Value::Object(data)
    }

    fn violation(&self, Violation { invariant, message }: &Violation) -> Value {
        json!({
            "invariant": invariant.name(),
            "sentence": invariant.sentence(),
            "says": self.words(message),
        })
    }

    fn decided(&mut self, decided: &Decided, command: &Value) -> Value {
        match decided {
            Ok(events) => {
                let events: Vec<_> = events
                    .iter()
                    .map(|event| self.event(&self.named(event), command))
                    .collect();
                json!({"events": events})
            }
            Err(error) => json!({"error": self.named(error), "says": self.words(&error.to_string())}),
        }
    }

    /// An event: which of its fields are those of the command, and the others.
    fn event(&mut self, event: &Value, command: &Value) -> Value {
        let fields = event.as_object().into_iter().flatten();
        let (same, own): (Vec<_>, Vec<_>) =
            fields.partition(|(name, value)| of_command(command, name).is_some_and(|found| found == *value));
        let same: Vec<_> = same.into_iter().map(|(name, _)| name).collect();
        let own: Map<_, _> = own
            .into_iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        json!([self.same.number(json!(same)), own])
    }

    /// A change to be done again: the number of its path, then nothing if what is there goes, a value if it is put there, and
    /// behind that a number: 1 if it is put behind the text that is there, 2 if it is the time of the command, 3 if it is its text,
    /// put behind what is there.
    fn change(&mut self, change: &Change, command: &Value) -> Value {
        let path = self.paths.number(self.names.in_path(&change.path).into());
        if let Some(more) = change.appended() {
            let is_of_command = of_command(command, "text").and_then(Value::as_str) == Some(more);
            return if is_of_command {
                json!([path, 0, 3])
            } else {
                json!([path, more, 1])
            };
        }
        match &change.after {
            None => json!([path]),
            Some(after) if of_command(command, "at") == Some(after) => json!([path, 0, 2]),
            Some(after) => {
                let mut after = after.clone();
                self.names.in_json(&change.path, &mut after);
                json!([path, after])
            }
        }
    }

    fn words(&self, text: &str) -> Value {
        words_of(self.names, text)
    }

    /// A command, an event or an error with names in the place of ids.
    fn named(&self, value: &impl Serialize) -> Value {
        let mut json = json_of(value);
        self.names.in_json(&[], &mut json);
        json
    }
}

/// What a command, or the provider event that it ingests, has in a field.
fn of_command<'a>(command: &'a Value, name: &str) -> Option<&'a Value> {
    command.get(name).or_else(|| command.get("event")?.get(name))
}

/// A text in parts: a name with its id is a list of both.
pub(super) fn words_of(names: &Names, text: &str) -> Value {
    let parts = names.parts(text).into_iter().map(|part| match part {
        Word::Text(text) => Value::from(text),
        Word::Name { name, id } => json!([name, id]),
    });
    parts.collect()
}

pub(super) fn json_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
