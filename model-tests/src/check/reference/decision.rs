//! Decisions, held against each other field by field.

use orchestration::{DeciderError, OrchestrationEvent, events};
use serde::Serialize;

use super::Prediction;
use super::same::Same;
use crate::check::told::Difference;
use crate::subject::Decided;

/// Looks at the fields of two values of one kind.
trait Look {
    /// Looks at a field, and says whether to go on to the next.
    fn field<T: Same + Serialize>(&mut self, name: &'static str, expected: &T, found: &T) -> bool;
}

/// Stops at the first field that differs.
struct UntilOneDiffers;

impl Look for UntilOneDiffers {
    #[inline]
    fn field<T: Same + Serialize>(&mut self, _: &'static str, expected: &T, found: &T) -> bool {
        expected.is_same(found)
    }
}

/// Takes down every field that differs.
struct Differences<'a> {
    /// What bears the fields.
    name: &'a str,
    found: Vec<Difference>,
}

impl<'a> Differences<'a> {
    const fn of(name: &'a str) -> Self {
        Self {
            name,
            found: Vec::new(),
        }
    }
}

impl Look for Differences<'_> {
    fn field<T: Same + Serialize>(&mut self, name: &'static str, expected: &T, found: &T) -> bool {
        if !expected.is_same(found) {
            self.found
                .push(Difference::of(format!("{}: {name}", self.name), expected, found));
        }
        true
    }
}

/// Looks at two events, field by field. Gives whether every look went on, and both are of one kind.
macro_rules! look_at_events {
    ($look:expr, $expected:expr, $found:expr; $( $kind:ident { $($field:ident),+ } )+) => {
        match ($expected, $found) {
            $(
                (OrchestrationEvent::$kind(expected), OrchestrationEvent::$kind(found)) => {
                    // All of its fields, or this does not compile.
                    let events::$kind { $($field),+ } = expected;
                    $( $look.field(stringify!($field), $field, &found.$field) )&&+
                }
            )+
            ( $( OrchestrationEvent::$kind(_) )|+, _ ) => false,
        }
    };
}

/// The same of two errors.
macro_rules! look_at_errors {
    ($look:expr, $expected:expr, $found:expr; $( $kind:ident { $($field:ident),+ } )+) => {
        match ($expected, $found) {
            $(
                // All of its fields, or this does not compile.
                (DeciderError::$kind { $($field),+ }, error @ DeciderError::$kind { .. }) => {
                    true $( && {
                        let expected = $field;
                        matches!(error, DeciderError::$kind { $field, .. }
                            if $look.field(stringify!($field), expected, $field))
                    } )+
                }
            )+
            (_, _) => false,
        }
    };
}

fn look_at_events(look: &mut impl Look, expected: &OrchestrationEvent, found: &OrchestrationEvent) -> bool {
    look_at_events! { look, expected, found;
        ProjectCreated { project_id, path, name, at }
        ProjectRenamed { project_id, name, at }
        ProjectDeleted { project_id, at }
        ThreadCreated { thread_id, project_id, title, provider, model, runtime_mode, at }
        ThreadSelected { thread_id, at }
        ThreadDeleted { thread_id, at }
        ThreadStatusChanged { thread_id, from, to, at }
        TurnStarted { thread_id, turn_id, message_id, prompt, at }
        TurnInterrupted { thread_id, turn_id, at }
        TurnCompleted { thread_id, turn_id, at }
        TurnFailed { thread_id, turn_id, message, code, at }
        MessageAppended { thread_id, turn_id, message_id, role, text, at }
        MessageChunkReceived { thread_id, turn_id, message_id, text, at }
        ToolCallStarted { thread_id, turn_id, tool_call_id, name, input, at }
        ToolCallEnded { thread_id, turn_id, tool_call_id, output, is_error, at }
        ApprovalRequested { thread_id, turn_id, action_id, tool_call_id, description, at }
        PendingActionApproved { thread_id, turn_id, action_id, at }
        PendingActionRejected { thread_id, turn_id, action_id, reason, at }
        CheckpointCreated { thread_id, checkpoint_id, git_ref, description, turn_count, at }
        CheckpointRestored { thread_id, checkpoint_id, turn_count, at }
        BranchCreated { thread_id, branch, at }
        ChangesCommitted { thread_id, branch, message, at }
        BranchPushed { thread_id, branch, at }
    }
}

fn look_at_errors(look: &mut impl Look, expected: &DeciderError, found: &DeciderError) -> bool {
    look_at_errors! { look, expected, found;
        ProjectAlreadyExists { project_id }
        DuplicateProjectPath { path, project_id }
        ProjectNotFound { project_id }
        ThreadAlreadyExists { thread_id }
        ThreadNotFound { thread_id }
        ThreadNotIdle { thread_id, status }
        TurnAlreadyExists { thread_id, turn_id }
        NoActiveTurn { thread_id }
        TurnMismatch { thread_id, expected, found }
        ActionNotPending { thread_id, turn_id, action_id }
        MessageRoleMismatch { thread_id, turn_id, message_id, expected, found }
        ToolCallAlreadyExists { thread_id, turn_id, tool_call_id }
        ToolCallNotFound { thread_id, turn_id, tool_call_id }
        ToolCallAlreadyEnded { thread_id, turn_id, tool_call_id, status }
        ToolCallAwaitingApproval { thread_id, turn_id, tool_call_id }
        ActionAlreadyExists { thread_id, turn_id, action_id }
        CheckpointAlreadyExists { thread_id, checkpoint_id }
        CheckpointNotFound { thread_id, checkpoint_id }
        BranchAlreadyExists { project_id, branch }
        NoBranch { thread_id }
    }
}

/// Whether a decision is the one predicted, in every field.
pub(super) fn is_predicted(predicted: &Prediction, decided: &Decided) -> bool {
    let look = &mut UntilOneDiffers;
    match (predicted, decided) {
        (Ok(expected), Ok(found)) => {
            expected.len() == found.len()
                && expected
                    .iter()
                    .zip(found)
                    .all(|(expected, found)| look_at_events(look, expected, found))
        }
        (Err(expected), Err(found)) => look_at_errors(look, expected, found),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

/// The fields in which a decision is another than the one predicted. None if they are of different kinds.
pub(super) fn differences(predicted: &Prediction, decided: &Decided) -> Vec<Difference> {
    let mut differences = Vec::new();
    match (predicted, decided) {
        (Ok(expected), Ok(found)) => {
            for ((number, expected), found) in (1..).zip(expected).zip(found) {
                let name = format!("event {number} {}", found.kind());
                let mut look = Differences::of(&name);
                look_at_events(&mut look, expected, found);
                differences.extend(look.found);
            }
        }
        (Err(expected), Err(found)) => {
            let name = format!("the error {}", found.kind());
            let mut look = Differences::of(&name);
            look_at_errors(&mut look, expected, found);
            differences.extend(look.found);
        }
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => {}
    }
    differences
}
