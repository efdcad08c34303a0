//! What the core and the machine disagree about, for people.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use serde::Serialize;
use serde_json::json;
use thiserror::Error;

use super::paths::{self, Difference};
use super::state::{Entry, Message, Thread};
use super::{Machine, Prediction, decision};
use crate::difference::{Change, Pairing, Part, changes};
use crate::subject::Decided;

/// How many differences are shown.
const SHOWN_DIFFERENCES: usize = 12;

/// How many of a turn's entries are shown.
const SHOWN_ENTRIES: usize = 8;

/// What the core and the machine disagree about.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Disagreement {
    /// What a command causes, or why it is refused.
    #[error("{command}: the reference expected {expected}, the core gave {found}; before it, {met}")]
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
    #[error("the model is not what the reference expected:\n{differences}")]
    State {
        /// Where the two differ: the paths of fields, each with what was expected and what was found, a line each.
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
        if kinds(predicted) == kinds(decided) {
            return Self::Said {
                command: kind,
                differences: list(&decision::differences(predicted, decided), "; "),
                met,
            };
        }
        let words = |decision: &Decided| match decision {
            Ok(_) => format!("the events {}", kinds(decision).1.join(", ")),
            Err(error) => format!("the error {} ({error})", error.kind()),
        };
        Self::Decided {
            command: kind,
            expected: words(predicted),
            found: words(decided),
            met,
        }
    }

    /// The disagreement about a model.
    #[must_use]
    pub(crate) fn of_states(expected: &Machine, found: &OrchestrationReadModel) -> Self {
        let changes = state_changes(expected, found);
        let differences: Vec<_> = changes.iter().map(named).collect();
        Self::State {
            differences: list(&differences, "\n"),
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

/// Where two values of one type differ, in one line: the paths of fields, each with what was expected and what was found.
#[must_use]
pub fn difference<T: Serialize>(expected: &T, found: &T) -> String {
    list(&paths::differences(expected, found), "; ")
}

/// Whether a decision is to accept, and the kinds of the events or of the error.
fn kinds(decision: &Decided) -> (bool, Vec<&'static str>) {
    match decision {
        Ok(events) => (true, events.iter().map(OrchestrationEvent::kind).collect()),
        Err(error) => (false, vec![error.kind()]),
    }
}

/// The JSON of things that are told apart by an id.
fn by_id<T: Serialize, I: Display>(things: &[T], id: impl Fn(&T) -> I) -> BTreeMap<String, &T> {
    things.iter().map(|thing| (id(thing).to_string(), thing)).collect()
}

/// A difference of models: a thing is called by its kind and its id.
fn named(change: &Change) -> Difference {
    let (kind, rest) = match change.path.as_slice() {
        [Part::Field(things), rest @ ..] if !rest.is_empty() => (things.trim_end_matches('s'), rest),
        path => return Difference::of(path, change),
    };
    let difference = Difference::of(rest, change);
    Difference {
        path: format!("{kind} {}", difference.path.replacen('.', ": ", 1)),
        ..difference
    }
}

/// The first of some differences.
fn list(differences: &[Difference], separator: &str) -> String {
    let shown = differences.iter().take(SHOWN_DIFFERENCES).map(Difference::to_string);
    let mut shown: Vec<String> = shown.collect();
    if differences.len() > SHOWN_DIFFERENCES {
        shown.push(format!("and {} more", differences.len() - SHOWN_DIFFERENCES));
    }
    if shown.is_empty() {
        // An order, or a text that is shown in other words than it is kept in.
        shown.push("in nothing that their fields say".to_owned());
    }
    shown.join(separator)
}

/// What a command meets, in short.
fn met_by(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> String {
    let Some(id) = command.thread_id() else {
        return format!(
            "there were {} projects and {} threads",
            model.projects().len(),
            model.threads().len()
        );
    };
    model.thread(id).map_or_else(
        || format!("there was no thread {id}"),
        |thread| Thread::from(thread).to_string(),
    )
}

impl Display for Thread {
    /// The thread on one line: of its turns the last, and of that the last entries.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, status, .. } = self;
        write!(formatter, "thread {id} was {status} with {} turns", self.turns.len())?;
        if let Some(turn) = self.turns.last() {
            let hidden = turn.entries.len().saturating_sub(SHOWN_ENTRIES);
            let shown: Vec<_> = turn.entries.iter().skip(hidden).map(Entry::to_string).collect();
            let ellipsis = if hidden > 0 { "…, " } else { "" };
            write!(
                formatter,
                ", the last of which, {}, was {:?} with {ellipsis}{}",
                turn.id,
                turn.status,
                shown.join(", ")
            )?;
        }
        for checkpoint in &self.checkpoints {
            write!(
                formatter,
                "; checkpoint {} at {} turns",
                checkpoint.id, checkpoint.turn_count
            )?;
        }
        match &self.branch {
            None => Ok(()),
            Some(branch) => write!(formatter, "; on branch {branch}"),
        }
    }
}

impl Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(Message { id, role, .. }) => write!(formatter, "message {id} ({role})"),
            Self::ToolCall(call) => write!(formatter, "call {} ({})", call.id, call.status),
            Self::Approval(approval) => {
                write!(formatter, "approval {}", approval.id)?;
                if let Some(call) = &approval.tool_call_id {
                    write!(formatter, " of call {call}")?;
                }
                write!(formatter, " ({:?})", approval.decision)
            }
        }
    }
}
