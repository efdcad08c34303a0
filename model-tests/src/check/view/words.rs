//! The words for what is one of a few, by a match of the harness's own.

use orchestration::Text;
use orchestration::read_model::{Decision, MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus, TurnStatus};

pub(super) const fn runtime_mode(mode: RuntimeMode) -> &'static str {
    match mode {
        RuntimeMode::FullAccess => "full_access",
        RuntimeMode::Supervised => "supervised",
    }
}

pub(super) const fn thread_status(status: ThreadStatus) -> &'static str {
    match status {
        ThreadStatus::Idle => "idle",
        ThreadStatus::Running => "running",
        ThreadStatus::AwaitingApproval => "awaiting_approval",
    }
}

pub(super) const fn message_role(role: MessageRole) -> &'static str {
    match role {
        MessageRole::User => "user",
        MessageRole::Assistant => "assistant",
        MessageRole::Reasoning => "reasoning",
    }
}

pub(super) const fn tool_call_status(status: ToolCallStatus) -> &'static str {
    match status {
        ToolCallStatus::Open => "open",
        ToolCallStatus::Succeeded => "succeeded",
        ToolCallStatus::Failed => "failed",
        ToolCallStatus::Cancelled => "cancelled",
    }
}

/// The word for a turn's status, and why it failed, if it did.
pub(super) fn turn_status(status: &TurnStatus) -> (&'static str, Option<(&str, Option<&str>)>) {
    match status {
        TurnStatus::Running => ("running", None),
        TurnStatus::Completed => ("completed", None),
        TurnStatus::Interrupted => ("interrupted", None),
        TurnStatus::Failed { message, code } => ("failed", Some((message.as_str(), code.as_ref().map(Text::as_str)))),
    }
}

/// The word for a decision, and the reason that was given.
pub(super) fn decision(decision: &Decision) -> (&'static str, Option<&str>) {
    match decision {
        Decision::Pending => ("pending", None),
        Decision::Approved => ("approved", None),
        Decision::Rejected { reason } => ("rejected", reason.as_ref().map(Text::as_str)),
        Decision::Cancelled => ("cancelled", None),
    }
}
