//! What the reference machine knows: the model, value by value.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use orchestration::read_model::{MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus};
use orchestration::{ActionId, BranchName, CheckpointId, MessageId, ProjectId, ThreadId, ToolCallId, TurnId};
use serde::Serialize;

/// A text that is never added to, copied out of the core once.
pub(crate) type Words = Arc<str>;

/// All that there is to say of a model.
///
/// Projects, threads and turns are shared with clones of the machine until one of them changes: exploration sets the
/// machine back after every command that was accepted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// The projects, ordered by id.
    pub projects: Vec<Arc<Project>>,
    /// The threads, ordered by id.
    pub threads: Vec<Arc<Thread>>,
    /// The thread that was selected last, if it is there.
    pub selected: Option<ThreadId>,
}

impl Clone for Machine {
    fn clone(&self) -> Self {
        let Self {
            projects,
            threads,
            selected,
        } = self;
        Self {
            projects: projects.clone(),
            threads: threads.clone(),
            selected: *selected,
        }
    }

    /// Takes no memory where there is enough of it.
    fn clone_from(&mut self, source: &Self) {
        let Self {
            projects,
            threads,
            selected,
        } = source;
        self.projects.clone_from(projects);
        self.threads.clone_from(threads);
        self.selected = *selected;
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Where it stands.
    pub path: Words,
    /// What it is called.
    pub name: Words,
    /// Its branches, ordered by name.
    pub branches: Vec<Branch>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was created or renamed last.
    pub updated_at: DateTime<Utc>,
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Its name.
    pub name: BranchName,
    /// The thread that made it.
    pub thread_id: ThreadId,
    /// Its commits, in order.
    pub commits: Vec<Commit>,
    /// How many of them are pushed.
    pub pushed_commits: usize,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// What it says.
    pub message: Words,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// The project that it works on.
    pub project_id: ProjectId,
    /// What it is called.
    pub title: Words,
    /// Which agent.
    pub provider: Words,
    /// Which of the provider's models.
    pub model: Option<Words>,
    /// Whether the agent asks before it acts.
    pub runtime_mode: RuntimeMode,
    /// What it is doing.
    pub status: ThreadStatus,
    /// Its turns, in order.
    pub turns: Vec<Arc<Turn>>,
    /// Its checkpoints, in order.
    pub checkpoints: Vec<Checkpoint>,
    /// The branch that it is on.
    pub branch: Option<BranchName>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When something happened to it last.
    pub updated_at: DateTime<Utc>,
}

/// A turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// Whether it goes on, or how it ended.
    pub status: TurnState,
    /// What is in it, in order.
    pub entries: Vec<Entry>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended, if it did.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Whether a turn goes on, or how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TurnState {
    /// It goes on.
    Running,
    /// The agent was done.
    Completed,
    /// The user stopped it.
    Interrupted,
    /// The agent gave up.
    Failed {
        /// What went wrong.
        message: Words,
        /// The provider's own code for it.
        code: Option<Words>,
    },
}

/// Something in a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// Something said.
    Message(Message),
    /// Something done.
    ToolCall(Call),
    /// Something asked.
    Approval(Approval),
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Whose it is.
    pub role: MessageRole,
    /// What it says so far.
    pub text: String,
    /// When it began.
    pub at: DateTime<Utc>,
}

/// A tool call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Its id.
    pub id: ToolCallId,
    /// The tool's name.
    pub name: Words,
    /// What the tool was given.
    pub input: Words,
    /// What has become of it.
    pub status: ToolCallStatus,
    /// What the tool gave back.
    pub output: Option<Words>,
    /// When it began.
    pub at: DateTime<Utc>,
}

/// A question to the user, about a tool call or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// The id of what is to be done.
    pub id: ActionId,
    /// The call that waits for the answer.
    pub tool_call_id: Option<ToolCallId>,
    /// What is asked.
    pub description: Words,
    /// What the user said.
    pub decision: Answer,
    /// When it was asked.
    pub at: DateTime<Utc>,
}

/// What the user said to an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// Nothing yet.
    Pending,
    /// Yes.
    Approved,
    /// No.
    Rejected {
        /// What the agent is told about it.
        reason: Option<Words>,
    },
    /// Nothing, and the turn ended.
    Cancelled,
}

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// Its id.
    pub id: CheckpointId,
    /// What it is called.
    pub description: Option<Words>,
    /// Where git keeps the state of the files.
    pub git_ref: Words,
    /// How many turns stood when it was made.
    pub turn_count: usize,
    /// Which turns these are: by name, where the core counts them.
    pub turns: Vec<TurnId>,
    /// When it was made.
    pub at: DateTime<Utc>,
}
