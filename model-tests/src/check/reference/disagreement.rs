//! What the core and the machine disagree about, for people.

use std::collections::BTreeSet;
use std::fmt::{self, Debug, Display, Write as _};

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use similar::TextDiff;
use thiserror::Error;

use super::state::{Entry, Thread};
use super::{Machine, Prediction};
use crate::subject::Decided;

/// How many lines are shown around those that differ.
const CONTEXT_LINES: usize = 2;

/// How many of a turn's entries are shown.
const SHOWN_ENTRIES: usize = 8;

/// What the core and the machine disagree about.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Disagreement {
    /// What a command causes.
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
    /// What there is.
    #[error("the model is not what the reference expected (- expected, + found):\n{differences}")]
    State {
        /// Where the two differ, thing by thing.
        differences: String,
    },
}

impl Disagreement {
    /// The disagreement about a command that met this model.
    #[must_use]
    pub fn of_decisions(
        command: &OrchestrationCommand,
        before: &OrchestrationReadModel,
        predicted: &Prediction,
        decided: &Decided,
    ) -> Self {
        Self::Decided {
            command: command.kind(),
            expected: match predicted {
                Ok(kinds) => format!("the events {}", kinds.join(", ")),
                Err(kind) => format!("the error {kind}"),
            },
            found: match decided {
                Ok(events) => {
                    let kinds: Vec<_> = events.iter().map(OrchestrationEvent::kind).collect();
                    format!("the events {}", kinds.join(", "))
                }
                Err(error) => format!("the error {} ({error})", error.kind()),
            },
            met: met_by(command, before),
        }
    }

    /// The disagreement about a model.
    #[must_use]
    pub fn of_states(expected: &Machine, found: &OrchestrationReadModel) -> Self {
        let found = Machine::from(found);
        let mut differences = String::new();
        if expected.selected != found.selected {
            let (expected, found) = (expected.selected, found.selected);
            add(&mut differences, "the selection", &difference(&expected, &found));
        }
        compare(
            &mut differences,
            "project",
            &expected.projects,
            &found.projects,
            |project| project.id,
        );
        compare(
            &mut differences,
            "thread",
            &expected.threads,
            &found.threads,
            |thread| thread.id,
        );
        if differences.is_empty() {
            differences.push_str("a checkpoint counts turns that are not there, or a key is not its value's id");
        }
        Self::State { differences }
    }
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
        write!(formatter, "thread {id} was {status:?} with {} turns", self.turns.len())?;
        if let Some(turn) = self.turns.last() {
            let hidden = turn.entries.len().saturating_sub(SHOWN_ENTRIES);
            let shown: Vec<_> = turn.entries.iter().skip(hidden).map(Entry::to_string).collect();
            let ellipsis = if hidden > 0 { "…, " } else { "" };
            write!(
                formatter,
                ", the last of which, {}, was {:?} with {ellipsis}{}",
                turn.id,
                turn.state,
                shown.join(", ")
            )?;
        }
        for checkpoint in &self.checkpoints {
            write!(
                formatter,
                "; checkpoint {} at {} turns",
                checkpoint.id,
                checkpoint.turns.len()
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
            Self::Message(id, speaker) => write!(formatter, "message {id} ({speaker:?})"),
            Self::Call(id, state) => write!(formatter, "call {id} ({state:?})"),
            Self::Approval(id, None, answer) => write!(formatter, "approval {id} ({answer:?})"),
            Self::Approval(id, Some(call), answer) => write!(formatter, "approval {id} of call {call} ({answer:?})"),
        }
    }
}

/// Adds what differs in two lists of things that are told apart by an id.
fn compare<T: Debug + PartialEq, I: Copy + Ord + Display>(
    differences: &mut String,
    name: &str,
    expected: &[T],
    found: &[T],
    id: impl Fn(&T) -> I,
) {
    let ids: BTreeSet<I> = expected.iter().chain(found).map(&id).collect();
    for wanted in ids {
        let named = |things: &'_ [T]| things.iter().position(|thing| id(thing) == wanted);
        let pair = (
            named(expected).and_then(|index| expected.get(index)),
            named(found).and_then(|index| found.get(index)),
        );
        let text = match pair {
            (Some(expected), Some(found)) if expected == found => continue,
            (Some(expected), Some(found)) => difference(expected, found),
            (Some(_), None) => "- it is there\n+ it is missing\n".to_owned(),
            (None, Some(_)) => "- it is not there\n+ it is there\n".to_owned(),
            (None, None) => continue,
        };
        add(differences, &format!("{name} {wanted}"), &text);
    }
}

fn add(differences: &mut String, name: &str, text: &str) {
    // Writing to a string does not fail.
    let _ = write!(differences, "{name}:\n{text}");
}

/// The lines in which two values differ, with a few around them.
fn difference(expected: &impl Debug, found: &impl Debug) -> String {
    let (expected, found) = (format!("{expected:#?}\n"), format!("{found:#?}\n"));
    TextDiff::from_lines(&expected, &found)
        .unified_diff()
        .context_radius(CONTEXT_LINES)
        .to_string()
}
