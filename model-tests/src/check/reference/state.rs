//! What the reference machine knows: the model in the abstract.

use orchestration::{
    ActionId, BranchName, CheckpointId, MessageId, ProjectId, ProjectPath, ThreadId, ToolCallId, TurnId,
};

/// All that matters of a model: what there is, and what it is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Machine {
    /// The projects, ordered by id.
    pub projects: Vec<Project>,
    /// The threads, ordered by id.
    pub threads: Vec<Thread>,
    /// The thread that was selected last, if it is there.
    pub selected: Option<ThreadId>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Where it stands.
    pub path: ProjectPath,
    /// Its branches, ordered by name.
    pub branches: Vec<Branch>,
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Branch {
    /// Its name.
    pub name: BranchName,
    /// How many commits it has.
    pub commits: usize,
    /// How many of them are pushed.
    pub pushed: usize,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// The project that it works on.
    pub project: ProjectId,
    /// What it is doing.
    pub status: Status,
    /// Its turns, in order.
    pub turns: Vec<Turn>,
    /// Its checkpoints, in order.
    pub checkpoints: Vec<Checkpoint>,
    /// The branch that it is on.
    pub branch: Option<BranchName>,
}

/// What a thread is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nothing.
    Idle,
    /// Its last turn goes on.
    Running,
    /// Its last turn goes on, and waits for the user.
    Awaiting,
}

/// A turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// Whether it goes on, or how it ended.
    pub state: TurnState,
    /// What is in it, in order.
    pub entries: Vec<Entry>,
}

/// Whether a turn goes on, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TurnState {
    /// It goes on.
    Running,
    /// The agent was done.
    Completed,
    /// The user stopped it.
    Interrupted,
    /// The agent gave up.
    Failed,
}

/// Something in a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Something said.
    Message(MessageId, Speaker),
    /// Something done.
    Call(ToolCallId, CallState),
    /// Something asked, about a call or not.
    Approval(ActionId, Option<ToolCallId>, Answer),
}

/// Whose a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The user.
    User,
    /// The agent, aloud.
    Assistant,
    /// The agent, to itself.
    Reasoning,
}

/// What has become of a tool call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallState {
    /// It goes on.
    Open,
    /// It went well.
    Succeeded,
    /// It did not.
    Failed,
    /// The turn ended first.
    Cancelled,
}

/// What the user said to an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Nothing yet.
    Pending,
    /// Yes.
    Approved,
    /// No.
    Rejected,
    /// Nothing, and the turn ended.
    Cancelled,
}

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    /// Its id.
    pub id: CheckpointId,
    /// The turns that stood when it was made: by name, where the core counts them.
    pub turns: Vec<TurnId>,
}
