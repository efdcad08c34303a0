//! What the core and the machine disagree about, for people.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde::Serialize;
use serde_json::json;
use thiserror::Error;

use super::state::{Answer, Entry, Project, Thread, TurnState};
use super::{Machine, Prediction, decision};
use crate::check::told::{self, Difference};
use crate::describe::counted;
use crate::difference::{Change, Pairing, changes};
use crate::subject::Decided;

/// What the core and the machine disagree about.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Disagreement {
    /// What a command causes, or why it is refused.
    #[error("{command}: the reference expected {expected}, found {found}; before it, {met}")]
    Decided {
        /// The kind of the command.
        command: &'static str,
        /// What the machine predicted.
        expected: String,
        /// What the core decided.
        found: String,
        /// What the command met.
        met: String,
    },
    /// What is said of that.
    #[error("{command}: {differences}; before it, {met}")]
    Said {
        /// The kind of the command.
        command: &'static str,
        /// Where the two differ: the paths of fields, each with what was expected and what was found.
        differences: String,
        /// What the command met.
        met: String,
    },
    /// What there is.
    #[error("the model is not what the reference expected: {differences}")]
    State {
        /// Where the two differ: the paths of fields, each with what was expected and what was found.
        differences: String,
    },
}

impl Disagreement {
    /// The disagreement about a command that met this model.
    #[must_use]
    pub(crate) fn of_decisions(
        command: &OrchestrationCommand,
        before: &OrchestrationReadModel,
        predicted: &Prediction,
        decided: &Decided,
    ) -> Self {
        let (kind, met) = (command.kind(), met_by(command, before));
        if told::kinds(predicted) == told::kinds(decided) {
            return Self::Said {
                command: kind,
                differences: told::list(&decision::differences(predicted, decided)),
                met,
            };
        }
        Self::Decided {
            command: kind,
            expected: told::decision(predicted),
            found: told::decision(decided),
            met,
        }
    }

    /// The disagreement about a model.
    #[must_use]
    pub(crate) fn of_states(expected: &Machine, found: &OrchestrationReadModel) -> Self {
        let found = Machine::from(found);
        let mut differences = Vec::new();
        if expected.selected != found.selected {
            differences.push(Difference::of("selected_thread", &expected.selected, &found.selected));
        }
        let [before, after] = [expected, &found].map(|machine| machine.projects.iter().map(AsRef::as_ref));
        let id = |project: &Project| project.id;
        differences.extend(told::of_things("project", before, after, id));
        let [before, after] = [expected, &found].map(|machine| machine.threads.iter().map(AsRef::as_ref));
        let id = |thread: &Thread| thread.id;
        differences.extend(told::of_things("thread", before, after, id));
        Self::State {
            differences: told::list(&differences),
        }
    }
}

/// Where a model is another than the machine says: what the machine says stands before, what the model says after.
#[must_use]
pub(crate) fn state_changes(expected: &Machine, found: &OrchestrationReadModel) -> Vec<Change> {
    let found = Machine::from(found);
    let [before, after] = [expected, &found].map(|machine| {
        json!({
            "projects": by_id(&machine.projects, |project| project.id),
            "selected_thread": machine.selected,
            "threads": by_id(&machine.threads, |thread| thread.id),
        })
    });
    let mut changes = changes(&before, &after, Pairing::ByPlace);
    // The selection comes first: it is one line.
    changes.sort_by_key(|change| change.path.len() > 1);
    changes
}

/// The JSON of things that are told apart by an id.
fn by_id<T: Serialize, I: Display>(things: &[T], id: impl Fn(&T) -> I) -> BTreeMap<String, &T> {
    things.iter().map(|thing| (id(thing).to_string(), thing)).collect()
}

/// What a command meets, in short.
fn met_by(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> String {
    let Some(id) = command.thread_id() else {
        return format!(
            "there were {} and {}",
            counted(model.projects().len(), "project"),
            counted(model.threads().len(), "thread")
        );
    };
    model.thread(id).map_or_else(
        || format!("there was no thread {id}"),
        |thread| outline(&Thread::from(thread)),
    )
}

/// A thread in a few words: how many turns and checkpoints it has, and what its active turn waits for.
fn outline(thread: &Thread) -> String {
    let Thread { id, status, .. } = thread;
    let (turns, checkpoints) = (thread.turns.len(), thread.checkpoints.len());
    let (turns, checkpoints) = (counted(turns, "turn"), counted(checkpoints, "checkpoint"));
    let mut text = format!("thread {id} was {status}, with {turns} and {checkpoints}");
    let active = thread.turns.last().filter(|turn| turn.status == TurnState::Running);
    if let Some(turn) = active {
        let is_pending =
            |entry: &&Entry| matches!(entry, Entry::Approval(approval) if approval.decision == Answer::Pending);
        let pending = turn.entries.iter().filter(is_pending).count();
        let pending = counted(pending, "approval");
        // Writing to a string does not fail.
        let _ = write!(text, ", the last turn active, with {pending} pending");
    }
    if let Some(branch) = &thread.branch {
        let _ = write!(text, ", on branch {branch}");
    }
    text
}
