//! Entries of `wire`: the JSON of what traces hold and cause.

use orchestration::{OrchestrationCommand, OrchestrationEvent, Snapshot, StoredEvent, decide};
use serde::Serialize;

use super::Entry;
use crate::kind::Kind;
use crate::search::fuzzing::Target;
use crate::trace::write_trace;

/// One command, event and error of each kind that occurs, a stored event, and the fullest snapshot, with its model and
/// its trace.
pub(super) fn of(traces: impl Iterator<Item = Vec<OrchestrationCommand>>) -> Vec<Entry> {
    let mut texts = Texts::default();
    let ends = traces.map(|trace| (texts.add_run(&trace), trace));
    let fullest = ends.max_by_key(|(snapshot, _)| json(snapshot).len());
    if let Some((snapshot, trace)) = fullest {
        texts.add("snapshot", &snapshot);
        texts.add("model", &snapshot.model);
        let mut lines = Vec::new();
        if write_trace(&mut lines, &trace).is_ok() {
            texts.push("trace", lines);
        }
    }
    texts.0
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The entries, one of each name.
#[derive(Default)]
struct Texts(Vec<Entry>);

impl Texts {
    fn add(&mut self, name: &str, value: &impl Serialize) {
        self.push(name, json(value));
    }

    fn push(&mut self, name: &str, bytes: Vec<u8>) {
        if self.0.iter().all(|entry| entry.name != name) {
            self.0.push(Entry {
                target: Target::Wire,
                name: name.to_owned(),
                bytes,
            });
        }
    }

    /// Adds what a run is given and what it causes, and gives its end.
    fn add_run(&mut self, trace: &[OrchestrationCommand]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for command in trace {
            self.add(&format!("command-{}", Kind::of(command)), command);
            match decide(command, &snapshot.model) {
                Ok(events) => events
                    .into_iter()
                    .for_each(|event| self.add_event(event, &mut snapshot)),
                Err(error) => self.add(&format!("error-{}", error.kind()), &error),
            }
        }
        snapshot
    }

    fn add_event(&mut self, event: OrchestrationEvent, snapshot: &mut Snapshot) {
        self.add(&format!("event-{}", event.kind()), &event);
        let stored = StoredEvent {
            sequence: snapshot.sequence + 1,
            stored_at: event.at(),
            event,
        };
        self.add("stored_event", &stored);
        // It is the next one, which is always taken.
        let _ = snapshot.advance(&stored);
    }
}
