//! Builders for tests: ids from small numbers, a fixed clock, and the events of an ordinary conversation.
//!
//! What happened before a command is spelt by the `a_…` functions, which all happen at [`EARLIER`] in the [`THREAD`] of
//! the [`PROJECT`] unless told otherwise; commands are given [`NOW`].

pub mod changes;
pub mod conversation;
pub mod engine;
pub mod examples;
pub mod process;

use std::fmt::Debug;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use orchestration::commands::IngestProviderEvent;
use orchestration::events::{
    ApprovalRequested, BranchCreated, ChangesCommitted, CheckpointCreated, MessageAppended, PendingActionApproved,
    PendingActionRejected, ProjectCreated, ThreadCreated, ThreadSelected, ThreadStatusChanged, ToolCallEnded,
    ToolCallStarted, TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted,
};
use orchestration::provider_event::{ApprovalRequest, ToolCallRequest, ToolResult};
use orchestration::read_model::{MessageRole, RuntimeMode, ThreadStatus};
use orchestration::{
    ActionId, CheckpointId, MessageId, OrchestrationEvent, OrchestrationReadModel, ProjectId, ProviderEvent, ThreadId,
    TurnId, project,
};
use uuid::Uuid;

pub const PROJECT: ProjectId = ProjectId::new(Uuid::from_u128(0x01));
pub const OTHER_PROJECT: ProjectId = ProjectId::new(Uuid::from_u128(0x02));
pub const THREAD: ThreadId = ThreadId::new(Uuid::from_u128(0x11));
pub const OTHER_THREAD: ThreadId = ThreadId::new(Uuid::from_u128(0x12));
pub const TURN: TurnId = TurnId::new(Uuid::from_u128(0x21));
pub const OTHER_TURN: TurnId = TurnId::new(Uuid::from_u128(0x22));
pub const PROMPT: MessageId = MessageId::new(Uuid::from_u128(0x31));
pub const MESSAGE: MessageId = MessageId::new(Uuid::from_u128(0x32));
pub const OTHER_MESSAGE: MessageId = MessageId::new(Uuid::from_u128(0x33));
pub const ACTION: ActionId = ActionId::new(Uuid::from_u128(0x41));
pub const OTHER_ACTION: ActionId = ActionId::new(Uuid::from_u128(0x42));
pub const CHECKPOINT: CheckpointId = CheckpointId::new(Uuid::from_u128(0x51));
pub const OTHER_CHECKPOINT: CheckpointId = CheckpointId::new(Uuid::from_u128(0x52));

/// When everything happened that a test takes for granted.
pub const EARLIER: DateTime<Utc> = at(0);
/// When the command or event under test happens.
pub const NOW: DateTime<Utc> = at(60);

/// So many seconds after the year 2026 began.
pub const fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).expect("a time that chrono can hold")
}

/// Parses a value that is known to be well-formed.
#[track_caller]
pub fn value<T: FromStr<Err: Debug>>(given: &str) -> T {
    given.parse().expect("a well-formed value")
}

/// A refusal without the list of all the kinds that are known, which grows with them. It must be there.
#[track_caller]
pub fn known(kinds: &[&str], refusal: &str) -> String {
    let list: Vec<_> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
    let list = list.join(", ");
    assert!(refusal.contains(&list), "{refusal} does not list {list}");
    refusal.replace(&list, "all that are known")
}

/// The model that these events add up to.
pub fn model_after(events: impl IntoIterator<Item = OrchestrationEvent>) -> OrchestrationReadModel {
    let empty = OrchestrationReadModel::default();
    events.into_iter().fold(empty, |model, event| project(model, &event))
}

pub fn a_project() -> OrchestrationEvent {
    a_project_at(PROJECT, "/repo")
}

pub fn a_project_at(project_id: ProjectId, path: &str) -> OrchestrationEvent {
    let (path, name, at) = (value(path), value("repo"), EARLIER);
    ProjectCreated {
        project_id,
        path,
        name,
        at,
    }
    .into()
}

pub fn a_thread() -> OrchestrationEvent {
    a_thread_of(PROJECT, THREAD)
}

pub fn a_thread_of(project_id: ProjectId, thread_id: ThreadId) -> OrchestrationEvent {
    ThreadCreated {
        thread_id,
        project_id,
        title: value("Fix the build"),
        provider: value("claude"),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: EARLIER,
    }
    .into()
}

pub fn a_selection(thread_id: ThreadId) -> OrchestrationEvent {
    ThreadSelected { thread_id, at: EARLIER }.into()
}

/// A turn that runs.
pub fn a_turn(turn_id: TurnId) -> OrchestrationEvent {
    a_turn_of(THREAD, turn_id)
}

pub fn a_turn_of(thread_id: ThreadId, turn_id: TurnId) -> OrchestrationEvent {
    TurnStarted {
        thread_id,
        turn_id,
        message_id: PROMPT,
        prompt: value("Why does the build fail?"),
        at: EARLIER,
    }
    .into()
}

pub fn a_completion(turn_id: TurnId) -> OrchestrationEvent {
    let (thread_id, at) = (THREAD, EARLIER);
    TurnCompleted { thread_id, turn_id, at }.into()
}

pub fn an_interruption(turn_id: TurnId) -> OrchestrationEvent {
    let (thread_id, at) = (THREAD, EARLIER);
    TurnInterrupted { thread_id, turn_id, at }.into()
}

pub fn a_failure(turn_id: TurnId) -> OrchestrationEvent {
    TurnFailed {
        thread_id: THREAD,
        turn_id,
        message: "the provider is overloaded".into(),
        code: None,
        at: EARLIER,
    }
    .into()
}

pub fn a_message(message_id: MessageId, role: MessageRole) -> OrchestrationEvent {
    MessageAppended {
        thread_id: THREAD,
        turn_id: TURN,
        message_id,
        role,
        text: "It lacks ".into(),
        at: EARLIER,
    }
    .into()
}

/// A tool call that is open.
pub fn a_tool_call(id: &str) -> OrchestrationEvent {
    ToolCallStarted {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value(id),
        name: value("shell"),
        input: "cargo build".into(),
        at: EARLIER,
    }
    .into()
}

pub fn a_tool_result(id: &str, is_error: bool) -> OrchestrationEvent {
    ToolCallEnded {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value(id),
        output: "done".into(),
        is_error,
        at: EARLIER,
    }
    .into()
}

/// An approval that is pending, and about no tool call.
pub fn an_approval(action_id: ActionId) -> OrchestrationEvent {
    an_approval_in(TURN, action_id)
}

/// An approval that is pending in this turn.
pub fn an_approval_in(turn_id: TurnId, action_id: ActionId) -> OrchestrationEvent {
    approval(turn_id, action_id, None)
}

/// An approval that is pending, about a tool call.
pub fn an_approval_of(id: &str, action_id: ActionId) -> OrchestrationEvent {
    approval(TURN, action_id, Some(id))
}

fn approval(turn_id: TurnId, action_id: ActionId, tool_call_id: Option<&str>) -> OrchestrationEvent {
    ApprovalRequested {
        thread_id: THREAD,
        turn_id,
        action_id,
        tool_call_id: tool_call_id.map(value),
        description: "run cargo build".into(),
        at: EARLIER,
    }
    .into()
}

pub fn a_yes(action_id: ActionId) -> OrchestrationEvent {
    PendingActionApproved {
        thread_id: THREAD,
        turn_id: TURN,
        action_id,
        at: EARLIER,
    }
    .into()
}

pub fn a_no(action_id: ActionId) -> OrchestrationEvent {
    PendingActionRejected {
        thread_id: THREAD,
        turn_id: TURN,
        action_id,
        reason: None,
        at: EARLIER,
    }
    .into()
}

pub fn a_checkpoint(checkpoint_id: CheckpointId, turn_count: u32) -> OrchestrationEvent {
    CheckpointCreated {
        thread_id: THREAD,
        checkpoint_id,
        git_ref: value("68b152fd"),
        description: None,
        turn_count,
        at: EARLIER,
    }
    .into()
}

pub fn a_branch(name: &str) -> OrchestrationEvent {
    a_branch_of(THREAD, name)
}

pub fn a_branch_of(thread_id: ThreadId, name: &str) -> OrchestrationEvent {
    let (branch, at) = (value(name), EARLIER);
    BranchCreated { thread_id, branch, at }.into()
}

pub fn a_commit(branch: &str) -> OrchestrationEvent {
    ChangesCommitted {
        thread_id: THREAD,
        branch: value(branch),
        message: value("Fix the build"),
        at: EARLIER,
    }
    .into()
}

/// The change of the thread's status that a command is expected to cause.
pub fn status_changed(from: ThreadStatus, to: ThreadStatus) -> OrchestrationEvent {
    status_changed_of(THREAD, from, to)
}

pub fn status_changed_of(thread_id: ThreadId, from: ThreadStatus, to: ThreadStatus) -> OrchestrationEvent {
    let at = NOW;
    ThreadStatusChanged {
        thread_id,
        from,
        to,
        at,
    }
    .into()
}

/// A command that hands in what an agent said in the [`TURN`].
pub fn ingest(event: impl Into<ProviderEvent>) -> IngestProviderEvent {
    IngestProviderEvent {
        thread_id: THREAD,
        turn_id: TURN,
        event: event.into(),
        at: NOW,
    }
}

/// A turn that runs, and what happened in it.
pub fn turn_with(events: impl IntoIterator<Item = OrchestrationEvent>) -> Vec<OrchestrationEvent> {
    [a_project(), a_thread(), a_turn(TURN)]
        .into_iter()
        .chain(events)
        .collect()
}

pub fn tool_call(id: &str) -> ToolCallRequest {
    ToolCallRequest {
        tool_call_id: value(id),
        name: value("edit"),
        input: r#"{"file":"a.rs"}"#.into(),
    }
}

pub fn tool_result(id: &str, is_error: bool) -> ToolResult {
    ToolResult {
        tool_call_id: value(id),
        output: "3 lines".into(),
        is_error,
    }
}

pub fn approval_request(action_id: ActionId, tool_call_id: Option<&str>) -> ApprovalRequest {
    ApprovalRequest {
        action_id,
        tool_call_id: tool_call_id.map(value),
        description: "edit a.rs".into(),
    }
}
