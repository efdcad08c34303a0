//! Events: what happened, as a store keeps it.
//!
//! Each is self-sufficient: it names its thread and turn, and carries all that the [projector](crate::projector) needs.
//! What each one does to the model is told by the projector's table.
//!
//! **These types are used in stored state.** A log must be readable for years: events grow by optional fields with a
//! default, else by a new variant, and a variant is never removed. Unknown fields are ignored, so that an older reader
//! survives a newer writer. The enum is exhaustive on purpose: a subscriber should be made to handle a new event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::naming::{named_ids, naming_enum};
use crate::read_model::{MessageRole, RuntimeMode, ThreadStatus};
use crate::values::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, ProjectId, ProjectPath, Text, ThreadId,
    ToolCallId, TurnId,
};

naming_enum! {
    /// Something that happened. **Used in stored state**: see the [module](self) before changing it.
    pub enum OrchestrationEvent {
        /// A project was taken up.
        "project_created" => ProjectCreated(ProjectCreated),
        /// A project got another name.
        "project_renamed" => ProjectRenamed(ProjectRenamed),
        /// A project was removed, with its branches and whatever threads it still has.
        "project_deleted" => ProjectDeleted(ProjectDeleted),
        /// A conversation was opened.
        "thread_created" => ThreadCreated(ThreadCreated),
        /// A thread became the selected one.
        "thread_selected" => ThreadSelected(ThreadSelected),
        /// A thread was removed.
        "thread_deleted" => ThreadDeleted(ThreadDeleted),
        /// A thread's status changed.
        "thread_status_changed" => ThreadStatusChanged(ThreadStatusChanged),
        /// A turn began with the user's prompt.
        "turn_started" => TurnStarted(TurnStarted),
        /// The user stopped the turn.
        "turn_interrupted" => TurnInterrupted(TurnInterrupted),
        /// The agent was done with the turn.
        "turn_completed" => TurnCompleted(TurnCompleted),
        /// The agent gave up on the turn.
        "turn_failed" => TurnFailed(TurnFailed),
        /// A message began.
        "message_appended" => MessageAppended(MessageAppended),
        /// A message went on.
        "message_chunk_received" => MessageChunkReceived(MessageChunkReceived),
        /// The agent called a tool.
        "tool_call_started" => ToolCallStarted(ToolCallStarted),
        /// A tool call ended with a result.
        "tool_call_ended" => ToolCallEnded(ToolCallEnded),
        /// The agent asks the user before it goes on.
        "approval_requested" => ApprovalRequested(ApprovalRequested),
        /// The user answered an approval with yes.
        "pending_action_approved" => PendingActionApproved(PendingActionApproved),
        /// The user answered an approval with no.
        "pending_action_rejected" => PendingActionRejected(PendingActionRejected),
        /// A checkpoint was made.
        "checkpoint_created" => CheckpointCreated(CheckpointCreated),
        /// A thread went back to a checkpoint.
        "checkpoint_restored" => CheckpointRestored(CheckpointRestored),
        /// A thread was put on a new branch of its project.
        "branch_created" => BranchCreated(BranchCreated),
        /// A commit was added to a thread's branch.
        "changes_committed" => ChangesCommitted(ChangesCommitted),
        /// A thread's branch was pushed, with all the commits that it had.
        "branch_pushed" => BranchPushed(BranchPushed),
    }

    /// The project that the event names.
    pub fn project_id;
    /// The thread that the event names.
    pub fn thread_id;
    /// The turn that the event names.
    pub fn turn_id;
    /// When it happened.
    pub fn at;
}

/// Defines the events' structs, with what all of them derive and the time that all of them carry.
macro_rules! event {
    ($(#[$meta:meta])* pub struct $name:ident { $( $(#[$field_meta:meta])* pub $field:ident: $type:ty, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// When it happened: the time on the command that caused it.
            #[serde(deserialize_with = "crate::wire::time")]
            #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
            pub at: DateTime<Utc>,
        }

        named_ids!($name: $($field)*);
    };
}

event! {
    /// A project was taken up.
    pub struct ProjectCreated {
        /// The new project.
        pub project_id: ProjectId,
        /// Where it stands.
        pub path: ProjectPath,
        /// What it is called.
        pub name: Label,
    }
}

event! {
    /// A project got another name.
    pub struct ProjectRenamed {
        /// The project.
        pub project_id: ProjectId,
        /// What it is called from now on.
        pub name: Label,
    }
}

event! {
    /// A project was removed, with its branches and whatever threads it still has.
    pub struct ProjectDeleted {
        /// The project.
        pub project_id: ProjectId,
    }
}

event! {
    /// A conversation was opened.
    pub struct ThreadCreated {
        /// The new thread.
        pub thread_id: ThreadId,
        /// The project that it works on.
        pub project_id: ProjectId,
        /// What it is called.
        pub title: Label,
        /// Which agent.
        pub provider: Label,
        /// Which of the provider's models; its own default where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub model: Option<Label>,
        /// Whether the agent asks before it acts.
        pub runtime_mode: RuntimeMode,
    }
}

event! {
    /// A thread became the selected one.
    pub struct ThreadSelected {
        /// The thread.
        pub thread_id: ThreadId,
    }
}

event! {
    /// A thread was removed.
    pub struct ThreadDeleted {
        /// The thread.
        pub thread_id: ThreadId,
    }
}

event! {
    /// A thread's status changed. The event before it in the batch caused that, and set the status already; this one is for
    /// subscribers that follow nothing but the status.
    pub struct ThreadStatusChanged {
        /// The thread.
        pub thread_id: ThreadId,
        /// What the status was.
        pub from: ThreadStatus,
        /// What it is now.
        pub to: ThreadStatus,
    }
}

event! {
    /// A turn began with the user's prompt.
    pub struct TurnStarted {
        /// The thread.
        pub thread_id: ThreadId,
        /// The new turn.
        pub turn_id: TurnId,
        /// The message that holds the prompt.
        pub message_id: MessageId,
        /// What the user asks.
        pub prompt: NonBlank,
    }
}

event! {
    /// The user stopped the turn: its open tool calls and pending approvals are cancelled.
    pub struct TurnInterrupted {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
    }
}

event! {
    /// The agent was done with the turn: its open tool calls and pending approvals are cancelled.
    pub struct TurnCompleted {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
    }
}

event! {
    /// The agent gave up on the turn: its open tool calls and pending approvals are cancelled.
    pub struct TurnFailed {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// What went wrong.
        pub message: Text,
        /// The provider's own code for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub code: Option<Text>,
    }
}

event! {
    /// A message began.
    pub struct MessageAppended {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The new message.
        pub message_id: MessageId,
        /// Whose it is.
        pub role: MessageRole,
        /// Its first piece.
        pub text: Text,
    }
}

event! {
    /// A message went on.
    pub struct MessageChunkReceived {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The message.
        pub message_id: MessageId,
        /// The piece to put behind what it holds.
        pub text: Text,
    }
}

event! {
    /// The agent called a tool.
    pub struct ToolCallStarted {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The new call.
        pub tool_call_id: ToolCallId,
        /// The tool's name.
        pub name: Label,
        /// What the tool is given.
        pub input: Text,
    }
}

event! {
    /// A tool call ended with a result.
    pub struct ToolCallEnded {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The call.
        pub tool_call_id: ToolCallId,
        /// What the tool gave back.
        pub output: Text,
        /// Whether the tool failed.
        pub is_error: bool,
    }
}

event! {
    /// The agent asks the user before it goes on.
    pub struct ApprovalRequested {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The action to approve or reject.
        pub action_id: ActionId,
        /// The tool call that waits for the answer, where it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tool_call_id: Option<ToolCallId>,
        /// What the user is asked.
        pub description: Text,
    }
}

event! {
    /// The user answered an approval with yes.
    pub struct PendingActionApproved {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The approval that was pending.
        pub action_id: ActionId,
    }
}

event! {
    /// The user answered an approval with no.
    pub struct PendingActionRejected {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn.
        pub turn_id: TurnId,
        /// The approval that was pending.
        pub action_id: ActionId,
        /// What the agent is told about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}

event! {
    /// A checkpoint was made.
    pub struct CheckpointCreated {
        /// The thread.
        pub thread_id: ThreadId,
        /// The new checkpoint.
        pub checkpoint_id: CheckpointId,
        /// Where git keeps the state of the files.
        pub git_ref: GitRef,
        /// What it is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<NonBlank>,
        /// How many turns the thread had.
        pub turn_count: u32,
    }
}

event! {
    /// A thread went back to a checkpoint: the turns past `turn_count` and the checkpoints listed after it are dropped.
    pub struct CheckpointRestored {
        /// The thread.
        pub thread_id: ThreadId,
        /// The checkpoint.
        pub checkpoint_id: CheckpointId,
        /// How many turns the thread keeps.
        pub turn_count: u32,
    }
}

event! {
    /// A thread was put on a new branch of its project.
    pub struct BranchCreated {
        /// The thread.
        pub thread_id: ThreadId,
        /// The new branch.
        pub branch: BranchName,
    }
}

event! {
    /// A commit was added to a thread's branch.
    pub struct ChangesCommitted {
        /// The thread.
        pub thread_id: ThreadId,
        /// The branch.
        pub branch: BranchName,
        /// The commit message.
        pub message: NonBlank,
    }
}

event! {
    /// A thread's branch was pushed, with all the commits that it had.
    pub struct BranchPushed {
        /// The thread.
        pub thread_id: ThreadId,
        /// The branch.
        pub branch: BranchName,
    }
}
