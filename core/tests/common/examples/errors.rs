//! What is refused.

use orchestration::DeciderError;
use orchestration::read_model::{MessageRole, ThreadStatus, ToolCallStatus};

use super::Example;
use crate::common::{ACTION, CHECKPOINT, MESSAGE, OTHER_TURN, PROJECT, THREAD, TURN, value};

pub fn errors() -> Vec<Example<DeciderError>> {
    vec![
        (
            "project_already_exists",
            DeciderError::ProjectAlreadyExists { project_id: PROJECT },
        ),
        (
            "duplicate_project_path",
            DeciderError::DuplicateProjectPath {
                path: value("/repo"),
                project_id: PROJECT,
            },
        ),
        (
            "project_not_found",
            DeciderError::ProjectNotFound { project_id: PROJECT },
        ),
        (
            "thread_already_exists",
            DeciderError::ThreadAlreadyExists { thread_id: THREAD },
        ),
        ("thread_not_found", DeciderError::ThreadNotFound { thread_id: THREAD }),
        (
            "thread_not_idle",
            DeciderError::ThreadNotIdle {
                thread_id: THREAD,
                status: ThreadStatus::AwaitingApproval,
            },
        ),
        (
            "turn_already_exists",
            DeciderError::TurnAlreadyExists {
                thread_id: THREAD,
                turn_id: TURN,
            },
        ),
        ("no_active_turn", DeciderError::NoActiveTurn { thread_id: THREAD }),
        (
            "turn_mismatch",
            DeciderError::TurnMismatch {
                thread_id: THREAD,
                expected: OTHER_TURN,
                found: TURN,
            },
        ),
        (
            "action_not_pending",
            DeciderError::ActionNotPending {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
            },
        ),
        (
            "message_role_mismatch",
            DeciderError::MessageRoleMismatch {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: MESSAGE,
                expected: MessageRole::Assistant,
                found: MessageRole::Reasoning,
            },
        ),
        (
            "tool_call_already_exists",
            DeciderError::ToolCallAlreadyExists {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
            },
        ),
        (
            "tool_call_not_found",
            DeciderError::ToolCallNotFound {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
            },
        ),
        (
            "tool_call_already_ended",
            DeciderError::ToolCallAlreadyEnded {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
                status: ToolCallStatus::Cancelled,
            },
        ),
        (
            "tool_call_awaiting_approval",
            DeciderError::ToolCallAwaitingApproval {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
            },
        ),
        (
            "action_already_exists",
            DeciderError::ActionAlreadyExists {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
            },
        ),
        (
            "checkpoint_already_exists",
            DeciderError::CheckpointAlreadyExists {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
            },
        ),
        (
            "checkpoint_not_found",
            DeciderError::CheckpointNotFound {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
            },
        ),
        (
            "branch_already_exists",
            DeciderError::BranchAlreadyExists {
                project_id: PROJECT,
                branch: value("fix/build"),
            },
        ),
        ("no_branch", DeciderError::NoBranch { thread_id: THREAD }),
    ]
}
