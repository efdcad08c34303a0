//! Which rule does not hold of a model, and where.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::read_model::{ThreadStatus, ToolCallStatus};
use crate::values::{
    ActionId, BranchName, CheckpointId, MessageId, ProjectId, ProjectPath, ThreadId, ToolCallId, TurnId,
};

/// A model is not [legal](super): the first rule that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[error("illegal model: {} is broken{place}: {breach}", breach.rule())]
pub struct IllegalModel {
    /// Where.
    pub place: Place,
    /// What is found there.
    pub breach: Breach,
}

impl IllegalModel {
    /// The rule that does not hold.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.breach.rule()
    }
}

/// A rule that holds of every legal model. The [module](super) tells what each says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the module's table says what each is")]
pub enum Rule {
    S1,
    S2,
    S3,
    S4,
    S5,
    S6,
    S7,
    S8,
    S9,
    S10,
    S11,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: &'static [Self] = &[
        Self::S1,
        Self::S2,
        Self::S3,
        Self::S4,
        Self::S5,
        Self::S6,
        Self::S7,
        Self::S8,
        Self::S9,
        Self::S10,
        Self::S11,
    ];
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Where in a model something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Place {
    /// The model as a whole.
    Model,
    /// One of its projects.
    Project {
        /// The project.
        project_id: ProjectId,
    },
    /// One of its threads.
    Thread {
        /// The thread.
        thread_id: ThreadId,
    },
    /// A turn of one of its threads.
    Turn {
        /// The thread.
        thread_id: ThreadId,
        /// The turn.
        turn_id: TurnId,
    },
}

impl Place {
    /// The project, if that is the place.
    #[must_use]
    pub const fn project_id(&self) -> Option<ProjectId> {
        match self {
            Self::Project { project_id } => Some(*project_id),
            Self::Model | Self::Thread { .. } | Self::Turn { .. } => None,
        }
    }

    /// The thread, if the place is in one.
    #[must_use]
    pub const fn thread_id(&self) -> Option<ThreadId> {
        match self {
            Self::Thread { thread_id } | Self::Turn { thread_id, .. } => Some(*thread_id),
            Self::Model | Self::Project { .. } => None,
        }
    }

    /// The turn, if the place is in one.
    #[must_use]
    pub const fn turn_id(&self) -> Option<TurnId> {
        match self {
            Self::Turn { turn_id, .. } => Some(*turn_id),
            Self::Model | Self::Project { .. } | Self::Thread { .. } => None,
        }
    }
}

/// Continues a sentence: nothing for the whole model.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model => Ok(()),
            Self::Project { project_id } => write!(formatter, " in project {project_id}"),
            Self::Thread { thread_id } => write!(formatter, " in thread {thread_id}"),
            Self::Turn { thread_id, turn_id } => write!(formatter, " in turn {turn_id} of thread {thread_id}"),
        }
    }
}

/// How a rule is broken: one variant per cause, with the ids involved beside those of the [`Place`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Breach {
    /// S1: the project or the thread is kept under a key that is not its id.
    #[error("it is not found by its id")]
    LostByKey,
    /// S1: a branch of the project is kept under a key that is not its name.
    #[error("branch {branch} is not found by its name")]
    BranchLostByKey {
        /// The branch.
        branch: BranchName,
    },
    /// S1: the thread's project does not exist.
    #[error("its project {project_id} does not exist")]
    ProjectMissing {
        /// The project named.
        project_id: ProjectId,
    },
    /// S1: the selected thread does not exist.
    #[error("the selected thread {thread_id} does not exist")]
    SelectedThreadMissing {
        /// The thread named.
        thread_id: ThreadId,
    },
    /// S2: two projects share a path.
    #[error("its path {path} is that of project {project_id} too")]
    PathShared {
        /// The path of both.
        path: ProjectPath,
        /// The other project.
        project_id: ProjectId,
    },
    /// S3: an active turn is not the last of its thread.
    #[error("the turn is running, and is not the thread's last")]
    ActiveTurnNotLast,
    /// S4: the thread's status is not the one that its turns call for.
    #[error("the thread is {found}: expected it to be {expected}")]
    StatusMismatch {
        /// The status that the turns call for.
        expected: ThreadStatus,
        /// The status that it has.
        found: ThreadStatus,
    },
    /// S5: an ended turn has an open tool call.
    #[error("the turn has ended, and tool call {tool_call_id} is open")]
    ToolCallOpenAtEnd {
        /// The tool call.
        tool_call_id: ToolCallId,
    },
    /// S5: an ended turn has a pending approval.
    #[error("the turn has ended, and the approval of action {action_id} is pending")]
    ApprovalPendingAtEnd {
        /// The action.
        action_id: ActionId,
    },
    /// S5: an ended turn does not say when it ended.
    #[error("the turn has ended, and there is no time at which it did")]
    EndTimeMissing,
    /// S5: an active turn says when it ended.
    #[error("the turn is running, and is said to have ended at {ended_at}")]
    EndTimeOfActiveTurn {
        /// When it is said to have ended.
        ended_at: DateTime<Utc>,
    },
    /// S6: the thread's branch is none of its project's.
    #[error("its branch {branch} is none of its project {project_id}")]
    BranchMissing {
        /// The branch.
        branch: BranchName,
        /// The thread's project.
        project_id: ProjectId,
    },
    /// S6: the thread's branch was made by another thread.
    #[error("its branch {branch} was made by thread {made_by}")]
    BranchOfAnotherThread {
        /// The branch.
        branch: BranchName,
        /// The thread that made it.
        made_by: ThreadId,
    },
    /// S6: more commits of a branch are pushed than there are.
    #[error("{pushed_commits} commits of branch {branch} are pushed: expected at most {commits}")]
    TooManyPushed {
        /// The branch.
        branch: BranchName,
        /// How many are pushed.
        pushed_commits: u32,
        /// How many there are.
        commits: usize,
    },
    /// S7: a checkpoint counts fewer turns than the one before it, or more than have ended.
    #[error("checkpoint {checkpoint_id} counts {turn_count} turns: expected {least} to {most}")]
    TurnCountMismatch {
        /// The checkpoint.
        checkpoint_id: CheckpointId,
        /// How many turns it counts.
        turn_count: u32,
        /// How many the checkpoint before it counts.
        least: u32,
        /// How many turns have ended.
        most: usize,
    },
    /// S8: the turn does not begin with a message of the user.
    #[error("the turn does not begin with the user's prompt")]
    PromptMissing,
    /// S8: the turn has more than one message of the user.
    #[error("message {message_id} is the user's, and is not the turn's first entry")]
    SecondPrompt {
        /// The message that is not the first entry.
        message_id: MessageId,
    },
    /// S8: two turns of the thread have the turn's id.
    #[error("another turn of the thread has its id")]
    TurnRepeated,
    /// S8: two checkpoints of the thread share an id.
    #[error("two checkpoints have the id {checkpoint_id}")]
    CheckpointRepeated {
        /// The id of both.
        checkpoint_id: CheckpointId,
    },
    /// S8: two messages of the turn share an id.
    #[error("two messages have the id {message_id}")]
    MessageRepeated {
        /// The id of both.
        message_id: MessageId,
    },
    /// S8: two tool calls of the turn share an id.
    #[error("two tool calls have the id {tool_call_id}")]
    ToolCallRepeated {
        /// The id of both.
        tool_call_id: ToolCallId,
    },
    /// S8: two approvals of the turn are of one action.
    #[error("two approvals are of the action {action_id}")]
    ApprovalRepeated {
        /// The action of both.
        action_id: ActionId,
    },
    /// S9: an approval does not stand behind the tool call that it names.
    #[error("the approval of action {action_id} does not stand behind tool call {tool_call_id}, which it names")]
    ToolCallNotBefore {
        /// The action.
        action_id: ActionId,
        /// The tool call that is missing, or stands behind the approval.
        tool_call_id: ToolCallId,
    },
    /// S10: a tool call that succeeded or failed has no output.
    #[error("tool call {tool_call_id} has {status}, and has no output")]
    OutputMissing {
        /// The tool call.
        tool_call_id: ToolCallId,
        /// What has become of it.
        status: ToolCallStatus,
    },
    /// S10: a tool call that is open or was cancelled has an output.
    #[error("tool call {tool_call_id} is {status}, and has an output")]
    OutputWithoutResult {
        /// The tool call.
        tool_call_id: ToolCallId,
        /// What has become of it.
        status: ToolCallStatus,
    },
    /// S11: a tool call is cancelled while its turn runs.
    #[error("the turn is running, and tool call {tool_call_id} is cancelled")]
    ToolCallCancelledEarly {
        /// The tool call.
        tool_call_id: ToolCallId,
    },
    /// S11: an approval is cancelled while its turn runs.
    #[error("the turn is running, and the approval of action {action_id} is cancelled")]
    ApprovalCancelledEarly {
        /// The action.
        action_id: ActionId,
    },
    /// S11: the tool call of a pending approval is not open, or that of a cancelled one not cancelled.
    #[error("the tool call {tool_call_id} of action {action_id} is {found}: expected it to be {expected}")]
    ToolCallOfApproval {
        /// The action.
        action_id: ActionId,
        /// Its tool call.
        tool_call_id: ToolCallId,
        /// What should have become of the tool call.
        expected: ToolCallStatus,
        /// What has become of it.
        found: ToolCallStatus,
    },
}

impl Breach {
    /// The rule that is broken.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::LostByKey
            | Self::BranchLostByKey { .. }
            | Self::ProjectMissing { .. }
            | Self::SelectedThreadMissing { .. } => Rule::S1,
            Self::PathShared { .. } => Rule::S2,
            Self::ActiveTurnNotLast => Rule::S3,
            Self::StatusMismatch { .. } => Rule::S4,
            Self::ToolCallOpenAtEnd { .. }
            | Self::ApprovalPendingAtEnd { .. }
            | Self::EndTimeMissing
            | Self::EndTimeOfActiveTurn { .. } => Rule::S5,
            Self::BranchMissing { .. } | Self::BranchOfAnotherThread { .. } | Self::TooManyPushed { .. } => Rule::S6,
            Self::TurnCountMismatch { .. } => Rule::S7,
            Self::PromptMissing
            | Self::SecondPrompt { .. }
            | Self::TurnRepeated
            | Self::CheckpointRepeated { .. }
            | Self::MessageRepeated { .. }
            | Self::ToolCallRepeated { .. }
            | Self::ApprovalRepeated { .. } => Rule::S8,
            Self::ToolCallNotBefore { .. } => Rule::S9,
            Self::OutputMissing { .. } | Self::OutputWithoutResult { .. } => Rule::S10,
            Self::ToolCallCancelledEarly { .. }
            | Self::ApprovalCancelledEarly { .. }
            | Self::ToolCallOfApproval { .. } => Rule::S11,
        }
    }
}
