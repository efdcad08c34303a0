//! R3: what may be said, held against a second opinion.

mod opinion;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use orchestration::values::{BranchRule, ValueRule};
use orchestration::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, ProjectId, ProjectPath, ThreadId,
    ToolCallId, TurnId, ValueError,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::opinion::Opinion;
use crate::check::invariants::{Findings, Invariant};

/// How many characters of a refused text are quoted.
const QUOTED: usize = 64;

/// The most texts of a JSON text that are looked at.
const MOST_TEXTS: usize = 256;

/// R3: a text is taken for a value of each type, and kept, or is refused for a rule that it breaks, just as the second
/// opinion has it; from JSON as by hand.
pub fn check_word(word: &str, findings: &mut Findings) {
    check::<Label>("Label", word, opinion::label, findings);
    check::<NonBlank>("NonBlank", word, opinion::non_blank, findings);
    check::<ToolCallId>("ToolCallId", word, opinion::tool_call_id, findings);
    check::<GitRef>("GitRef", word, opinion::git_ref, findings);
    check::<BranchName>("BranchName", word, opinion::branch, findings);
    check::<ProjectPath>("ProjectPath", word, opinion::path, findings);
    check::<ProjectId>("ProjectId", word, opinion::uuid, findings);
    check::<ThreadId>("ThreadId", word, opinion::uuid, findings);
    check::<TurnId>("TurnId", word, opinion::uuid, findings);
    check::<MessageId>("MessageId", word, opinion::uuid, findings);
    check::<ActionId>("ActionId", word, opinion::uuid, findings);
    check::<CheckpointId>("CheckpointId", word, opinion::uuid, findings);
}

/// R3 of a text, and of the texts in it if it is JSON.
pub(super) fn check_words(bytes: &[u8], findings: &mut Findings) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_word(text, findings);
    }
    let mut left = MOST_TEXTS;
    if let Ok(value) = serde_json::from_slice(bytes) {
        check_texts_in(&value, &mut left, findings);
    }
}

fn check_texts_in(value: &Value, left: &mut usize, findings: &mut Findings) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            if let Some(fewer) = left.checked_sub(1) {
                *left = fewer;
                check_word(text, findings);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| check_texts_in(value, left, findings)),
        Value::Object(fields) => fields.values().for_each(|value| check_texts_in(value, left, findings)),
    }
}

fn check<T>(name: &str, word: &str, opinion: fn(&str) -> Opinion, findings: &mut Findings)
where
    T: FromStr<Err = ValueError> + ToString + Serialize + DeserializeOwned,
{
    let parsed = word.parse::<T>();
    let fault = fault_of_json(word, &parsed).or_else(|| {
        let found = parsed.map(|value| value.to_string());
        fault(name, word, &opinion(word), &found)
    });
    findings.expect(Invariant::R3, fault.is_none(), || {
        let quoted: String = word.chars().take(QUOTED).collect();
        let fault = fault.unwrap_or_default();
        format!("{name} of {quoted:?}, which has {} bytes: {fault}", word.len())
    });
}

/// What is wrong with how a value is read from JSON, and written, if anything is: both are as by hand.
fn fault_of_json<T>(word: &str, parsed: &Result<T, ValueError>) -> Option<String>
where
    T: ToString + Serialize + DeserializeOwned,
{
    let read = serde_json::from_value::<T>(Value::from(word));
    let (expected, found) = (
        parsed.as_ref().map(ToString::to_string).map_err(ToString::to_string),
        read.as_ref().map(ToString::to_string).map_err(ToString::to_string),
    );
    if expected != found {
        return Some(format!("by hand it is {expected:?}, and from JSON {found:?}"));
    }
    let value = read.ok()?;
    let written = serde_json::to_value(&value).ok();
    let is_same = written.as_ref().and_then(Value::as_str) == Some(value.to_string().as_str());
    (!is_same).then(|| format!("it is {}, and written as {written:?}", value.to_string()))
}

/// What is wrong with what became of a text, if anything is.
fn fault(name: &str, word: &str, opinion: &Opinion, found: &Result<String, ValueError>) -> Option<String> {
    let Opinion { kept, broken } = opinion;
    match found {
        Ok(found) if broken.is_empty() && found == kept => None,
        Ok(found) if broken.is_empty() => Some(format!("expected {kept:?} to be kept, found {found:?}")),
        Ok(found) => Some(format!("it is taken as {found:?}, and breaks {broken:?}")),
        Err(error) => {
            let rule = error.rule();
            let is_broken = broken.iter().any(|broken| is_same_rule(broken, rule));
            let quoted: String = word.chars().take(QUOTED).collect();
            let told = [
                error.value_type() == name,
                error.given() == quoted,
                error.to_string() == format!("{name} {quoted:?} {rule}"),
            ];
            let is_named = told.into_iter().all(|is_told| is_told);
            if !is_broken {
                Some(format!("it is refused for {rule:?}, and breaks {broken:?}"))
            } else if is_named {
                untold(rule, &rule.to_string()).map(|untold| format!("the refusal does not tell {untold}: {error}"))
            } else {
                Some(format!("the refusal does not name the value and its rule: {error}"))
            }
        }
    }
}

/// Whether a rule is the same, with all that it tells. Why a text is no UUID is told by whoever reads UUIDs.
fn is_same_rule(expected: &ValueRule, found: &ValueRule) -> bool {
    match (expected, found) {
        (ValueRule::NotAUuid { .. }, ValueRule::NotAUuid { reason }) => !reason.is_empty(),
        (expected, found) => expected == found,
    }
}

/// What a rule holds and its text does not tell, if there is any.
fn untold(rule: &ValueRule, told: &str) -> Option<String> {
    let held = match rule {
        ValueRule::NotAUuid { reason } => vec![reason.clone()],
        ValueRule::TooLong { limit, found } => vec![limit.to_string(), found.to_string()],
        ValueRule::ControlCharacter(character) | ValueRule::Branch(BranchRule::ForbiddenCharacter(character)) => {
            vec![format!("{character:?}")]
        }
        // The others hold nothing; that there may be more of them some day is the core's own reserve.
        _ => Vec::new(),
    };
    held.into_iter().find(|held| !told.contains(held))
}
