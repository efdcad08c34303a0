//! The view of a core's model: all that its accessors say of it, in the words of the reference machine.

use std::sync::Arc;

use orchestration::read_model::{self, Decision, TurnEntry, TurnStatus};
use orchestration::{OrchestrationReadModel, Text};

use super::state::{
    Answer, Approval, Branch, Call, Checkpoint, Commit, Entry, Machine, Message, Project, Thread, Turn, TurnState,
    Words,
};

impl From<&OrchestrationReadModel> for Machine {
    fn from(model: &OrchestrationReadModel) -> Self {
        Self {
            projects: model.projects().map(Project::from).map(Arc::new).collect(),
            threads: model.threads().map(Thread::from).map(Arc::new).collect(),
            selected: model.selected_thread(),
        }
    }
}

impl From<&read_model::Project> for Project {
    fn from(project: &read_model::Project) -> Self {
        Self {
            id: project.id(),
            path: project.path().as_str().into(),
            name: project.name().as_str().into(),
            branches: project.branches().map(Branch::from).collect(),
            created_at: project.created_at(),
            updated_at: project.updated_at(),
        }
    }
}

impl From<&read_model::Branch> for Branch {
    fn from(branch: &read_model::Branch) -> Self {
        Self {
            name: branch.name().clone(),
            thread_id: branch.thread_id(),
            commits: branch.commits().map(Commit::from).collect(),
            pushed_commits: branch.pushed_commits() as usize,
        }
    }
}

impl From<&read_model::Commit> for Commit {
    fn from(commit: &read_model::Commit) -> Self {
        Self {
            message: commit.message().as_str().into(),
            at: commit.at(),
        }
    }
}

impl From<&read_model::Thread> for Thread {
    fn from(thread: &read_model::Thread) -> Self {
        Self {
            id: thread.id(),
            project_id: thread.project_id(),
            title: thread.title().as_str().into(),
            provider: thread.provider().as_str().into(),
            model: thread.model().map(|model| model.as_str().into()),
            runtime_mode: thread.runtime_mode(),
            status: thread.status(),
            turns: thread.turns().map(Turn::from).map(Arc::new).collect(),
            checkpoints: thread
                .checkpoints()
                .map(|checkpoint| view_of_checkpoint(checkpoint, thread))
                .collect(),
            branch: thread.branch().cloned(),
            created_at: thread.created_at(),
            updated_at: thread.updated_at(),
        }
    }
}

fn view_of_checkpoint(checkpoint: &read_model::Checkpoint, thread: &read_model::Thread) -> Checkpoint {
    let turn_count = checkpoint.turn_count() as usize;
    Checkpoint {
        id: checkpoint.id(),
        description: checkpoint.description().map(|description| description.as_str().into()),
        git_ref: checkpoint.git_ref().as_str().into(),
        turn_count,
        turns: thread.turns().take(turn_count).map(read_model::Turn::id).collect(),
        at: checkpoint.at(),
    }
}

impl From<&read_model::Turn> for Turn {
    fn from(turn: &read_model::Turn) -> Self {
        Self {
            id: turn.id(),
            status: TurnState::from(turn.status()),
            entries: turn.entries().map(Entry::from).collect(),
            started_at: turn.started_at(),
            ended_at: turn.ended_at(),
        }
    }
}

impl From<&TurnStatus> for TurnState {
    fn from(status: &TurnStatus) -> Self {
        match status {
            TurnStatus::Running => Self::Running,
            TurnStatus::Completed => Self::Completed,
            TurnStatus::Interrupted => Self::Interrupted,
            TurnStatus::Failed { message, code } => Self::Failed {
                message: words(message),
                code: code.as_ref().map(words),
            },
        }
    }
}

impl From<&TurnEntry> for Entry {
    fn from(entry: &TurnEntry) -> Self {
        match entry {
            TurnEntry::Message(message) => Self::Message(Message {
                id: message.id(),
                role: message.role(),
                text: message.text().pieces().collect(),
                at: message.at(),
            }),
            TurnEntry::ToolCall(call) => Self::ToolCall(Call {
                id: call.id().clone(),
                name: call.name().as_str().into(),
                input: words(call.input()),
                status: call.status(),
                output: call.output().map(words),
                at: call.at(),
            }),
            TurnEntry::Approval(approval) => Self::Approval(Approval {
                id: approval.id(),
                tool_call_id: approval.tool_call_id().cloned(),
                description: words(approval.description()),
                decision: Answer::from(approval.decision()),
                at: approval.at(),
            }),
        }
    }
}

impl From<&Decision> for Answer {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::Pending => Self::Pending,
            Decision::Approved => Self::Approved,
            Decision::Rejected { reason } => Self::Rejected {
                reason: reason.as_ref().map(words),
            },
            Decision::Cancelled => Self::Cancelled,
        }
    }
}

fn words(text: &Text) -> Words {
    text.as_str().into()
}
