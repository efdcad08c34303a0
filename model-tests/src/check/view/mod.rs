//! What can be read of a model, in types that are not the core's: the harness's own judgement of whether two are equal.
//!
//! The core's `==` and hash are under test like the rest of it. So where models are compared, they are compared by what their
//! public accessors give: ids as numbers, times as seconds and nanoseconds, texts byte by byte, words by a match of the
//! harness's own. A7 holds the core's judgement against this one.

mod accessors;
mod alike;
mod judgement;
mod near;
mod wire;
mod words;

use chrono::{DateTime, Utc};
use orchestration::OrchestrationReadModel;
use orchestration::read_model::{
    Approval, Branch, Checkpoint, Commit, Message, Project, Thread, ToolCall, Turn, TurnEntry,
};
use uuid::Uuid;

pub use accessors::check_accessors;
pub use alike::{is_alike, is_alike_snapshot};
pub use judgement::{HeldClone, Judgement};
pub use near::{Leaves, check_near};
pub use wire::{check_command, check_decision};

/// Seconds and nanoseconds since the epoch.
pub type TimeView = (i64, u32);

/// All that can be read of a model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelView<'a> {
    /// The selected thread.
    pub selected_thread: Option<u128>,
    /// The projects, in their order.
    pub projects: Vec<ProjectView<'a>>,
    /// The threads, in their order.
    pub threads: Vec<ThreadView<'a>>,
}

/// All that can be read of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProjectView<'a> {
    /// What it holds itself.
    pub head: ProjectHead<'a>,
    /// Its branches, in their order.
    pub branches: Vec<BranchView<'a>>,
}

/// What a project holds, but for its branches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProjectHead<'a> {
    id: u128,
    path: &'a str,
    name: &'a str,
    created_at: TimeView,
    updated_at: TimeView,
}

/// All that can be read of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchView<'a> {
    /// What it holds itself.
    pub head: BranchHead<'a>,
    /// Its commits, oldest first.
    pub commits: Vec<CommitView<'a>>,
}

/// What a branch holds, but for its commits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchHead<'a> {
    name: &'a str,
    thread_id: u128,
    pushed_commits: u32,
}

/// All that can be read of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitView<'a> {
    message: &'a str,
    at: TimeView,
}

/// All that can be read of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThreadView<'a> {
    /// What it holds itself.
    pub head: ThreadHead<'a>,
    /// Its turns, in their order.
    pub turns: Vec<TurnView<'a>>,
    /// Its checkpoints, in their order.
    pub checkpoints: Vec<CheckpointView<'a>>,
}

/// What a thread holds, but for its turns and checkpoints.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ThreadHead<'a> {
    id: u128,
    project_id: u128,
    title: &'a str,
    provider: &'a str,
    model: Option<&'a str>,
    runtime_mode: &'static str,
    status: &'static str,
    branch: Option<&'a str>,
    created_at: TimeView,
    updated_at: TimeView,
}

/// All that can be read of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CheckpointView<'a> {
    id: u128,
    description: Option<&'a str>,
    git_ref: &'a str,
    turn_count: u32,
    at: TimeView,
}

/// All that can be read of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TurnView<'a> {
    /// What it holds itself.
    pub head: TurnHead<'a>,
    /// Its entries, in their order.
    pub entries: Vec<EntryView<'a>>,
}

/// What a turn holds, but for its entries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TurnHead<'a> {
    id: u128,
    status: &'static str,
    /// Why it failed, and the provider's code for it.
    failure: Option<(&'a str, Option<&'a str>)>,
    started_at: TimeView,
    ended_at: Option<TimeView>,
}

/// All that can be read of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntryView<'a> {
    /// Something said.
    Message {
        /// Its id.
        id: u128,
        /// Whose it is.
        role: &'static str,
        /// All its pieces, one behind the other.
        text: String,
        /// When it began.
        at: TimeView,
    },
    /// Something done.
    ToolCall {
        /// Its id.
        id: &'a str,
        /// The tool.
        name: &'a str,
        /// What it was given.
        input: &'a str,
        /// What became of it.
        status: &'static str,
        /// What it gave back.
        output: Option<&'a str>,
        /// When it began.
        at: TimeView,
    },
    /// Something asked.
    Approval {
        /// Its id.
        id: u128,
        /// The tool call that waits for it.
        tool_call_id: Option<&'a str>,
        /// What is asked.
        description: &'a str,
        /// The answer.
        decision: &'static str,
        /// What a rejection was told to be for.
        reason: Option<&'a str>,
        /// When it was asked.
        at: TimeView,
    },
}

impl<'a> From<&'a OrchestrationReadModel> for ModelView<'a> {
    fn from(model: &'a OrchestrationReadModel) -> Self {
        Self {
            selected_thread: model.selected_thread().map(|id| number(id.as_uuid())),
            projects: model.projects().map(ProjectView::from).collect(),
            threads: model.threads().map(ThreadView::from).collect(),
        }
    }
}

impl<'a> From<&'a Project> for ProjectView<'a> {
    fn from(project: &'a Project) -> Self {
        Self {
            head: project.into(),
            branches: project.branches().map(BranchView::from).collect(),
        }
    }
}

impl<'a> From<&'a Project> for ProjectHead<'a> {
    fn from(project: &'a Project) -> Self {
        Self {
            id: number(project.id().as_uuid()),
            path: project.path().as_str(),
            name: project.name().as_str(),
            created_at: time(project.created_at()),
            updated_at: time(project.updated_at()),
        }
    }
}

impl<'a> From<&'a Branch> for BranchView<'a> {
    fn from(branch: &'a Branch) -> Self {
        Self {
            head: branch.into(),
            commits: branch.commits().map(CommitView::from).collect(),
        }
    }
}

impl<'a> From<&'a Branch> for BranchHead<'a> {
    fn from(branch: &'a Branch) -> Self {
        Self {
            name: branch.name().as_str(),
            thread_id: number(branch.thread_id().as_uuid()),
            pushed_commits: branch.pushed_commits(),
        }
    }
}

impl<'a> From<&'a Commit> for CommitView<'a> {
    fn from(commit: &'a Commit) -> Self {
        Self {
            message: commit.message().as_str(),
            at: time(commit.at()),
        }
    }
}

impl<'a> From<&'a Thread> for ThreadView<'a> {
    fn from(thread: &'a Thread) -> Self {
        Self {
            head: thread.into(),
            turns: thread.turns().map(TurnView::from).collect(),
            checkpoints: thread.checkpoints().map(CheckpointView::from).collect(),
        }
    }
}

impl<'a> From<&'a Thread> for ThreadHead<'a> {
    fn from(thread: &'a Thread) -> Self {
        Self {
            id: number(thread.id().as_uuid()),
            project_id: number(thread.project_id().as_uuid()),
            title: thread.title().as_str(),
            provider: thread.provider().as_str(),
            model: thread.model().map(orchestration::Label::as_str),
            runtime_mode: words::runtime_mode(thread.runtime_mode()),
            status: words::thread_status(thread.status()),
            branch: thread.branch().map(orchestration::BranchName::as_str),
            created_at: time(thread.created_at()),
            updated_at: time(thread.updated_at()),
        }
    }
}

impl<'a> From<&'a Checkpoint> for CheckpointView<'a> {
    fn from(checkpoint: &'a Checkpoint) -> Self {
        Self {
            id: number(checkpoint.id().as_uuid()),
            description: checkpoint.description().map(orchestration::NonBlank::as_str),
            git_ref: checkpoint.git_ref().as_str(),
            turn_count: checkpoint.turn_count(),
            at: time(checkpoint.at()),
        }
    }
}

impl<'a> From<&'a Turn> for TurnView<'a> {
    fn from(turn: &'a Turn) -> Self {
        Self {
            head: turn.into(),
            entries: turn.entries().map(EntryView::from).collect(),
        }
    }
}

impl<'a> From<&'a Turn> for TurnHead<'a> {
    fn from(turn: &'a Turn) -> Self {
        let (status, failure) = words::turn_status(turn.status());
        Self {
            id: number(turn.id().as_uuid()),
            status,
            failure,
            started_at: time(turn.started_at()),
            ended_at: turn.ended_at().map(time),
        }
    }
}

impl<'a> From<&'a TurnEntry> for EntryView<'a> {
    fn from(entry: &'a TurnEntry) -> Self {
        match entry {
            TurnEntry::Message(message) => Self::of_message(message),
            TurnEntry::ToolCall(call) => Self::of_tool_call(call),
            TurnEntry::Approval(approval) => Self::of_approval(approval),
        }
    }
}

impl<'a> EntryView<'a> {
    fn of_message(message: &Message) -> Self {
        Self::Message {
            id: number(message.id().as_uuid()),
            role: words::message_role(message.role()),
            text: message.text().pieces().collect::<String>(),
            at: time(message.at()),
        }
    }

    fn of_tool_call(call: &'a ToolCall) -> Self {
        Self::ToolCall {
            id: call.id().as_str(),
            name: call.name().as_str(),
            input: call.input().as_str(),
            status: words::tool_call_status(call.status()),
            output: call.output().map(orchestration::Text::as_str),
            at: time(call.at()),
        }
    }

    fn of_approval(approval: &'a Approval) -> Self {
        let (decision, reason) = words::decision(approval.decision());
        Self::Approval {
            id: number(approval.id().as_uuid()),
            tool_call_id: approval.tool_call_id().map(orchestration::ToolCallId::as_str),
            description: approval.description().as_str(),
            decision,
            reason,
            at: time(approval.at()),
        }
    }
}

/// An id as a number.
const fn number(id: &Uuid) -> u128 {
    id.as_u128()
}

/// A time as numbers.
pub(crate) const fn time(at: DateTime<Utc>) -> TimeView {
    (at.timestamp(), at.timestamp_subsec_nanos())
}

#[cfg(test)]
mod tests;
