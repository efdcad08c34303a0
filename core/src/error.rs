//! Why a command was refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::read_model::{MessageRole, ThreadStatus, ToolCallStatus};
use crate::values::{
    ActionId, BranchName, CheckpointId, MessageId, ProjectId, ProjectPath, ThreadId, ToolCallId, TurnId,
};

/// Why [`decide`](crate::decide) refused a command: one variant per cause, with the ids involved.
///
/// Serialises like everything else, tagged by `"type"`, so that a client can act on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeciderError {
    /// A new project bears the id of an old one.
    #[error("project {project_id} already exists")]
    ProjectAlreadyExists {
        /// The id of both.
        project_id: ProjectId,
    },
    /// A new project stands where another one does.
    #[error("path {path} is taken by project {project_id}")]
    DuplicateProjectPath {
        /// The path of both.
        path: ProjectPath,
        /// The project that has the path.
        project_id: ProjectId,
    },
    /// The project named does not exist (any more).
    #[error("project {project_id} does not exist")]
    ProjectNotFound {
        /// The project named.
        project_id: ProjectId,
    },
    /// A new thread bears the id of an old one.
    #[error("thread {thread_id} already exists")]
    ThreadAlreadyExists {
        /// The id of both.
        thread_id: ThreadId,
    },
    /// The thread named does not exist (any more).
    #[error("thread {thread_id} does not exist")]
    ThreadNotFound {
        /// The thread named.
        thread_id: ThreadId,
    },
    /// The command needs an idle thread.
    #[error("thread {thread_id} is {status}: expected it to be idle")]
    ThreadNotIdle {
        /// The thread.
        thread_id: ThreadId,
        /// What it is instead.
        status: ThreadStatus,
    },
    /// A new turn bears the id of an old one of its thread.
    #[error("turn {turn_id} already exists in thread {thread_id}")]
    TurnAlreadyExists {
        /// The thread.
        thread_id: ThreadId,
        /// The id of both turns.
        turn_id: TurnId,
    },
    /// The command needs an active turn.
    #[error("thread {thread_id} has no active turn")]
    NoActiveTurn {
        /// The thread.
        thread_id: ThreadId,
    },
    /// The command is for a turn that is not the active one, as a late event of an ended turn is.
    #[error("turn {found} is not the active turn of thread {thread_id}: expected {expected}")]
    TurnMismatch {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        expected: TurnId,
        /// The turn that the command names.
        found: TurnId,
    },
    /// The action is unknown in the active turn, or has its answer already.
    #[error("no approval of action {action_id} is pending in turn {turn_id} of thread {thread_id}")]
    ActionNotPending {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The action named.
        action_id: ActionId,
    },
    /// A piece of one role is for a message of another.
    #[error(
        "message {message_id} in turn {turn_id} of thread {thread_id} has the role {expected}: \
         a piece of the role {found} cannot go on with it"
    )]
    MessageRoleMismatch {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The message named.
        message_id: MessageId,
        /// The role that the message has.
        expected: MessageRole,
        /// The role of the piece.
        found: MessageRole,
    },
    /// A new tool call bears the id of an old one of its turn.
    #[error("tool call {tool_call_id} already exists in turn {turn_id} of thread {thread_id}")]
    ToolCallAlreadyExists {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The id of both calls.
        tool_call_id: ToolCallId,
    },
    /// The tool call named does not exist in the active turn.
    #[error("tool call {tool_call_id} does not exist in turn {turn_id} of thread {thread_id}")]
    ToolCallNotFound {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The call named.
        tool_call_id: ToolCallId,
    },
    /// The tool call named has ended.
    #[error("tool call {tool_call_id} in turn {turn_id} of thread {thread_id} is {status}: expected it to be open")]
    ToolCallAlreadyEnded {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The call named.
        tool_call_id: ToolCallId,
        /// How it ended.
        status: ToolCallStatus,
    },
    /// The tool call named waits for an approval, so that it can have no result yet.
    #[error("tool call {tool_call_id} in turn {turn_id} of thread {thread_id} awaits an approval")]
    ToolCallAwaitingApproval {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The call named.
        tool_call_id: ToolCallId,
    },
    /// A new approval is about an action that an old one of its turn is about.
    #[error("action {action_id} already exists in turn {turn_id} of thread {thread_id}")]
    ActionAlreadyExists {
        /// The thread.
        thread_id: ThreadId,
        /// The active turn.
        turn_id: TurnId,
        /// The action of both.
        action_id: ActionId,
    },
    /// A new checkpoint bears the id of an old one of its thread.
    #[error("checkpoint {checkpoint_id} already exists in thread {thread_id}")]
    CheckpointAlreadyExists {
        /// The thread.
        thread_id: ThreadId,
        /// The id of both.
        checkpoint_id: CheckpointId,
    },
    /// The checkpoint named does not exist in the thread (any more).
    #[error("checkpoint {checkpoint_id} does not exist in thread {thread_id}")]
    CheckpointNotFound {
        /// The thread.
        thread_id: ThreadId,
        /// The checkpoint named.
        checkpoint_id: CheckpointId,
    },
    /// A new branch bears the name of an old one of the project.
    #[error("branch {branch} already exists in project {project_id}")]
    BranchAlreadyExists {
        /// The thread's project.
        project_id: ProjectId,
        /// The name of both.
        branch: BranchName,
    },
    /// The command needs a thread that is on a branch.
    #[error("thread {thread_id} is on no branch")]
    NoBranch {
        /// The thread.
        thread_id: ThreadId,
    },
}

impl DeciderError {
    /// Every [`kind`](Self::kind), in the order of the variants.
    pub const KINDS: &'static [&'static str] = &[
        "project_already_exists",
        "duplicate_project_path",
        "project_not_found",
        "thread_already_exists",
        "thread_not_found",
        "thread_not_idle",
        "turn_already_exists",
        "no_active_turn",
        "turn_mismatch",
        "action_not_pending",
        "message_role_mismatch",
        "tool_call_already_exists",
        "tool_call_not_found",
        "tool_call_already_ended",
        "tool_call_awaiting_approval",
        "action_already_exists",
        "checkpoint_already_exists",
        "checkpoint_not_found",
        "branch_already_exists",
        "no_branch",
    ];

    /// The wire `type`, for logs and metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ProjectAlreadyExists { .. } => "project_already_exists",
            Self::DuplicateProjectPath { .. } => "duplicate_project_path",
            Self::ProjectNotFound { .. } => "project_not_found",
            Self::ThreadAlreadyExists { .. } => "thread_already_exists",
            Self::ThreadNotFound { .. } => "thread_not_found",
            Self::ThreadNotIdle { .. } => "thread_not_idle",
            Self::TurnAlreadyExists { .. } => "turn_already_exists",
            Self::NoActiveTurn { .. } => "no_active_turn",
            Self::TurnMismatch { .. } => "turn_mismatch",
            Self::ActionNotPending { .. } => "action_not_pending",
            Self::MessageRoleMismatch { .. } => "message_role_mismatch",
            Self::ToolCallAlreadyExists { .. } => "tool_call_already_exists",
            Self::ToolCallNotFound { .. } => "tool_call_not_found",
            Self::ToolCallAlreadyEnded { .. } => "tool_call_already_ended",
            Self::ToolCallAwaitingApproval { .. } => "tool_call_awaiting_approval",
            Self::ActionAlreadyExists { .. } => "action_already_exists",
            Self::CheckpointAlreadyExists { .. } => "checkpoint_already_exists",
            Self::CheckpointNotFound { .. } => "checkpoint_not_found",
            Self::BranchAlreadyExists { .. } => "branch_already_exists",
            Self::NoBranch { .. } => "no_branch",
        }
    }
}
