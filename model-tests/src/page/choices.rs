//! What can be done in a state, for the script.

use serde_json::{Value, json};

use super::data::{json_of, words_of};
use crate::browse::Choice;
use crate::walkthrough::names::Names;

/// What can be done in a state, and what comes of it: each with its index, its kind, the command and the outcome.
///
/// New things go on in the numbers of the run: with two turns in it, the next that is started is `turn 3`.
#[must_use]
pub fn choices(names: &Names, choices: &[Choice]) -> Value {
    let choices = choices.iter().enumerate().map(|(index, choice)| {
        let mut names = names.clone();
        names.of_value(&choice.command);
        let mut command = json_of(&choice.command);
        names.in_json(&[], &mut command);
        let (outcome, says) = match &choice.decision {
            None => ("panicked", Value::Null),
            Some(Ok(events)) => {
                let kinds: Vec<_> = events.iter().map(orchestration::OrchestrationEvent::kind).collect();
                ("accepted", json!([kinds.join(", ")]))
            }
            Some(Err(error)) => ("refused", words_of(&names, &error.to_string())),
        };
        json!({
            "index": index,
            "kind": choice.kind().name(),
            "command": command,
            "outcome": outcome,
            "says": says,
        })
    });
    choices.collect()
}
