//! What happened.

use orchestration::OrchestrationEvent;
use orchestration::events::{
    ApprovalRequested, BranchCreated, BranchPushed, ChangesCommitted, CheckpointCreated, CheckpointRestored,
    MessageAppended, MessageChunkReceived, PendingActionApproved, PendingActionRejected, ProjectCreated,
    ProjectDeleted, ProjectRenamed, ThreadCreated, ThreadDeleted, ThreadSelected, ThreadStatusChanged, ToolCallEnded,
    ToolCallStarted, TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted,
};
use orchestration::read_model::{MessageRole, RuntimeMode, ThreadStatus};

use super::Example;
use crate::common::{ACTION, CHECKPOINT, MESSAGE, NOW as at, PROJECT, PROMPT, THREAD, TURN, value};

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    vec![
        (
            "project_created",
            ProjectCreated {
                project_id: PROJECT,
                path: value("/repo"),
                name: value("repo"),
                at,
            }
            .into(),
        ),
        (
            "project_renamed",
            ProjectRenamed {
                project_id: PROJECT,
                name: value("core"),
                at,
            }
            .into(),
        ),
        (
            "project_deleted",
            ProjectDeleted {
                project_id: PROJECT,
                at,
            }
            .into(),
        ),
        (
            "thread_created",
            ThreadCreated {
                thread_id: THREAD,
                project_id: PROJECT,
                title: value("Fix the build"),
                provider: value("claude"),
                model: Some(value("large")),
                runtime_mode: RuntimeMode::Supervised,
                at,
            }
            .into(),
        ),
        (
            "thread_created_without_model",
            ThreadCreated {
                thread_id: THREAD,
                project_id: PROJECT,
                title: value("Fix the build"),
                provider: value("claude"),
                model: None,
                runtime_mode: RuntimeMode::FullAccess,
                at,
            }
            .into(),
        ),
        ("thread_selected", ThreadSelected { thread_id: THREAD, at }.into()),
        ("thread_deleted", ThreadDeleted { thread_id: THREAD, at }.into()),
        (
            "thread_status_changed",
            ThreadStatusChanged {
                thread_id: THREAD,
                from: ThreadStatus::Running,
                to: ThreadStatus::AwaitingApproval,
                at,
            }
            .into(),
        ),
        (
            "turn_started",
            TurnStarted {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: PROMPT,
                prompt: value("Why does the build fail?"),
                at,
            }
            .into(),
        ),
        (
            "turn_interrupted",
            TurnInterrupted {
                thread_id: THREAD,
                turn_id: TURN,
                at,
            }
            .into(),
        ),
        (
            "turn_completed",
            TurnCompleted {
                thread_id: THREAD,
                turn_id: TURN,
                at,
            }
            .into(),
        ),
        (
            "turn_failed",
            TurnFailed {
                thread_id: THREAD,
                turn_id: TURN,
                message: "the context is full".into(),
                code: Some("context_length".into()),
                at,
            }
            .into(),
        ),
        (
            "turn_failed_without_code",
            TurnFailed {
                thread_id: THREAD,
                turn_id: TURN,
                message: "the context is full".into(),
                code: None,
                at,
            }
            .into(),
        ),
        (
            "message_appended",
            MessageAppended {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: MESSAGE,
                role: MessageRole::Assistant,
                text: "It lacks ".into(),
                at,
            }
            .into(),
        ),
        (
            "message_chunk_received",
            MessageChunkReceived {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: MESSAGE,
                text: "a semicolon.".into(),
                at,
            }
            .into(),
        ),
        (
            "tool_call_started",
            ToolCallStarted {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
                name: value("shell"),
                input: "cargo build".into(),
                at,
            }
            .into(),
        ),
        (
            "tool_call_ended",
            ToolCallEnded {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
                output: "done".into(),
                is_error: true,
                at,
            }
            .into(),
        ),
        (
            "approval_requested",
            ApprovalRequested {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                tool_call_id: Some(value("call-1")),
                description: "run cargo build".into(),
                at,
            }
            .into(),
        ),
        (
            "approval_requested_without_tool_call",
            ApprovalRequested {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                tool_call_id: None,
                description: "run cargo build".into(),
                at,
            }
            .into(),
        ),
        (
            "pending_action_approved",
            PendingActionApproved {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                at,
            }
            .into(),
        ),
        (
            "pending_action_rejected",
            PendingActionRejected {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: Some("not that file".into()),
                at,
            }
            .into(),
        ),
        (
            "pending_action_rejected_without_reason",
            PendingActionRejected {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: None,
                at,
            }
            .into(),
        ),
        (
            "checkpoint_created",
            CheckpointCreated {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: Some(value("before the rewrite")),
                turn_count: 3,
                at,
            }
            .into(),
        ),
        (
            "checkpoint_created_without_description",
            CheckpointCreated {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: None,
                turn_count: 0,
                at,
            }
            .into(),
        ),
        (
            "checkpoint_restored",
            CheckpointRestored {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                turn_count: 3,
                at,
            }
            .into(),
        ),
        (
            "branch_created",
            BranchCreated {
                thread_id: THREAD,
                branch: value("fix/build"),
                at,
            }
            .into(),
        ),
        (
            "changes_committed",
            ChangesCommitted {
                thread_id: THREAD,
                branch: value("fix/build"),
                message: value("Add the semicolon"),
                at,
            }
            .into(),
        ),
        (
            "branch_pushed",
            BranchPushed {
                thread_id: THREAD,
                branch: value("fix/build"),
                at,
            }
            .into(),
        ),
    ]
}
