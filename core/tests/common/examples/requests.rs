//! What comes in: commands and provider events.

use orchestration::commands::{
    ApprovePendingAction, CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, DeleteProject,
    DeleteThread, IngestProviderEvent, InterruptTurn, PushBranch, RejectPendingAction, RenameProject,
    RestoreCheckpoint, SelectThread, StartTurn,
};
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::RuntimeMode;
use orchestration::{OrchestrationCommand, ProviderEvent};

use super::Example;
use crate::common::{ACTION, CHECKPOINT, MESSAGE, NOW as at, PROJECT, PROMPT, THREAD, TURN, value};

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    vec![
        (
            "create_project",
            CreateProject {
                project_id: PROJECT,
                path: value("/repo"),
                name: value("repo"),
                at,
            }
            .into(),
        ),
        (
            "rename_project",
            RenameProject {
                project_id: PROJECT,
                name: value("core"),
                at,
            }
            .into(),
        ),
        (
            "delete_project",
            DeleteProject {
                project_id: PROJECT,
                at,
            }
            .into(),
        ),
        (
            "create_thread",
            CreateThread {
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
            "create_thread_without_model",
            CreateThread {
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
        ("select_thread", SelectThread { thread_id: THREAD, at }.into()),
        ("delete_thread", DeleteThread { thread_id: THREAD, at }.into()),
        (
            "start_turn",
            StartTurn {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: PROMPT,
                prompt: value("Why does the build fail?"),
                at,
            }
            .into(),
        ),
        (
            "interrupt_turn",
            InterruptTurn {
                thread_id: THREAD,
                turn_id: TURN,
                at,
            }
            .into(),
        ),
        (
            "approve_pending_action",
            ApprovePendingAction {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                at,
            }
            .into(),
        ),
        (
            "reject_pending_action",
            RejectPendingAction {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: Some("not that file".into()),
                at,
            }
            .into(),
        ),
        (
            "reject_pending_action_without_reason",
            RejectPendingAction {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
                reason: None,
                at,
            }
            .into(),
        ),
        (
            "ingest_provider_event",
            IngestProviderEvent {
                thread_id: THREAD,
                turn_id: TURN,
                event: TextDelta {
                    message_id: MESSAGE,
                    text: "It lacks ".into(),
                }
                .into(),
                at,
            }
            .into(),
        ),
        (
            "create_checkpoint",
            CreateCheckpoint {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: Some(value("before the rewrite")),
                at,
            }
            .into(),
        ),
        (
            "create_checkpoint_without_description",
            CreateCheckpoint {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: None,
                at,
            }
            .into(),
        ),
        (
            "restore_checkpoint",
            RestoreCheckpoint {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                at,
            }
            .into(),
        ),
        (
            "create_branch",
            CreateBranch {
                thread_id: THREAD,
                branch: value("fix/build"),
                at,
            }
            .into(),
        ),
        (
            "commit_changes",
            CommitChanges {
                thread_id: THREAD,
                message: value("Add the semicolon"),
                at,
            }
            .into(),
        ),
        ("push_branch", PushBranch { thread_id: THREAD, at }.into()),
    ]
}

pub fn provider_events() -> Vec<Example<ProviderEvent>> {
    vec![
        (
            "text_delta",
            TextDelta {
                message_id: MESSAGE,
                text: "It lacks ".into(),
            }
            .into(),
        ),
        (
            "thinking_delta",
            ThinkingDelta {
                message_id: MESSAGE,
                text: "A semicolon?".into(),
            }
            .into(),
        ),
        (
            "tool_call",
            ToolCallRequest {
                tool_call_id: value("call-1"),
                name: value("shell"),
                input: "cargo build".into(),
            }
            .into(),
        ),
        (
            "tool_result",
            ToolResult {
                tool_call_id: value("call-1"),
                output: "done".into(),
                is_error: false,
            }
            .into(),
        ),
        (
            "awaiting_approval",
            ApprovalRequest {
                action_id: ACTION,
                tool_call_id: Some(value("call-1")),
                description: "run cargo build".into(),
            }
            .into(),
        ),
        (
            "awaiting_approval_without_tool_call",
            ApprovalRequest {
                action_id: ACTION,
                tool_call_id: None,
                description: "".into(),
            }
            .into(),
        ),
        ("turn_complete", TurnComplete {}.into()),
        (
            "error",
            ProviderError {
                message: "the context is full".into(),
                code: Some("context_length".into()),
            }
            .into(),
        ),
        (
            "error_without_code",
            ProviderError {
                message: "the context is full".into(),
                code: None,
            }
            .into(),
        ),
    ]
}
