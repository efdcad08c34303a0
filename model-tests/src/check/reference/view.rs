//! The abstract view of a core's model: what the reference machine says of it, read off its accessors.

use orchestration::OrchestrationReadModel;
use orchestration::read_model::{self, Decision, MessageRole, ThreadStatus, ToolCallStatus, TurnEntry, TurnStatus};

use super::state::{
    Answer, Branch, CallState, Checkpoint, Entry, Machine, Project, Speaker, Status, Thread, Turn, TurnState,
};

impl From<&OrchestrationReadModel> for Machine {
    fn from(model: &OrchestrationReadModel) -> Self {
        Self {
            projects: model.projects().map(Project::from).collect(),
            threads: model.threads().map(Thread::from).collect(),
            selected: model.selected_thread(),
        }
    }
}

impl From<&read_model::Project> for Project {
    fn from(project: &read_model::Project) -> Self {
        Self {
            id: project.id(),
            path: project.path().clone(),
            branches: project.branches().map(Branch::from).collect(),
        }
    }
}

impl From<&read_model::Branch> for Branch {
    fn from(branch: &read_model::Branch) -> Self {
        Self {
            name: branch.name().clone(),
            commits: branch.commits().len(),
            pushed: branch.pushed_commits() as usize,
        }
    }
}

impl From<&read_model::Thread> for Thread {
    fn from(thread: &read_model::Thread) -> Self {
        Self {
            id: thread.id(),
            project: thread.project_id(),
            status: status(thread.status()),
            turns: thread.turns().map(Turn::from).collect(),
            checkpoints: thread
                .checkpoints()
                .map(|checkpoint| view_of_checkpoint(checkpoint, thread))
                .collect(),
            branch: thread.branch().cloned(),
        }
    }
}

fn view_of_checkpoint(checkpoint: &read_model::Checkpoint, thread: &read_model::Thread) -> Checkpoint {
    let stood = thread.turns().take(checkpoint.turn_count() as usize);
    Checkpoint {
        id: checkpoint.id(),
        turns: stood.map(read_model::Turn::id).collect(),
    }
}

impl From<&read_model::Turn> for Turn {
    fn from(turn: &read_model::Turn) -> Self {
        Self {
            id: turn.id(),
            state: turn_state(turn.status()),
            entries: turn.entries().map(Entry::from).collect(),
        }
    }
}

impl From<&TurnEntry> for Entry {
    fn from(entry: &TurnEntry) -> Self {
        match entry {
            TurnEntry::Message(message) => Self::Message(message.id(), speaker(message.role())),
            TurnEntry::ToolCall(call) => Self::Call(call.id().clone(), call_state(call.status())),
            TurnEntry::Approval(approval) => Self::Approval(
                approval.id(),
                approval.tool_call_id().cloned(),
                answer(approval.decision()),
            ),
        }
    }
}

/// Whether a thread of the machine is what the core's model says, without making a view of it.
#[must_use]
pub fn is_thread(expected: &Thread, found: &read_model::Thread) -> bool {
    is_thread_at_its_end(expected, found)
        && expected
            .turns
            .iter()
            .zip(found.turns())
            .all(|(expected, found)| is_turn(expected, found))
        && expected
            .checkpoints
            .iter()
            .zip(found.checkpoints())
            .all(|(expected, checkpoint)| {
                expected.id == checkpoint.id()
                    && expected.turns.len() == checkpoint.turn_count() as usize
                    && expected
                        .turns
                        .iter()
                        .copied()
                        .eq(found.turns().map(read_model::Turn::id).take(expected.turns.len()))
            })
}

/// The same, but of the turns and checkpoints only the last: that is where a thread changes.
#[must_use]
pub fn is_thread_at_its_end(expected: &Thread, found: &read_model::Thread) -> bool {
    let last_turns = (expected.turns.last(), found.turns().next_back());
    let last_checkpoints = (expected.checkpoints.last(), found.checkpoints().next_back());
    expected.id == found.id()
        && expected.project == found.project_id()
        && expected.status == status(found.status())
        && expected.branch.as_ref() == found.branch()
        && expected.turns.len() == found.turns().len()
        && last_turns
            .0
            .zip(last_turns.1)
            .is_none_or(|(expected, found)| is_turn(expected, found))
        && expected.checkpoints.len() == found.checkpoints().len()
        && last_checkpoints
            .0
            .zip(last_checkpoints.1)
            .is_none_or(|(expected, found)| {
                expected.id == found.id() && expected.turns.len() == found.turn_count() as usize
            })
}

fn is_turn(expected: &Turn, found: &read_model::Turn) -> bool {
    expected.id == found.id()
        && expected.state == turn_state(found.status())
        && expected.entries.len() == found.entries().len()
        && expected
            .entries
            .iter()
            .zip(found.entries())
            .all(|(expected, found)| is_entry(expected, found))
}

fn is_entry(expected: &Entry, found: &TurnEntry) -> bool {
    match (expected, found) {
        (Entry::Message(id, by), TurnEntry::Message(message)) => *id == message.id() && *by == speaker(message.role()),
        (Entry::Call(id, state), TurnEntry::ToolCall(call)) => id == call.id() && *state == call_state(call.status()),
        (Entry::Approval(id, call, said), TurnEntry::Approval(approval)) => {
            *id == approval.id() && call.as_ref() == approval.tool_call_id() && *said == answer(approval.decision())
        }
        (Entry::Message(..) | Entry::Call(..) | Entry::Approval(..), _) => false,
    }
}

/// Whether a project of the machine is what the core's model says, without making a view of it.
#[must_use]
pub fn is_project(expected: &Project, found: &read_model::Project) -> bool {
    expected.id == found.id()
        && expected.path == *found.path()
        && expected.branches.len() == found.branches().len()
        && expected.branches.iter().zip(found.branches()).all(|(expected, found)| {
            expected.name == *found.name()
                && expected.commits == found.commits().len()
                && expected.pushed == found.pushed_commits() as usize
        })
}

/// Whether the machine is what the core's model says.
#[must_use]
pub fn is_model(expected: &Machine, found: &OrchestrationReadModel) -> bool {
    expected.selected == found.selected_thread()
        && expected.projects.len() == found.projects().len()
        && expected
            .projects
            .iter()
            .zip(found.projects())
            .all(|(expected, found)| is_project(expected, found))
        && expected.threads.len() == found.threads().len()
        && expected
            .threads
            .iter()
            .zip(found.threads())
            .all(|(expected, found)| is_thread(expected, found))
}

const fn status(status: ThreadStatus) -> Status {
    match status {
        ThreadStatus::Idle => Status::Idle,
        ThreadStatus::Running => Status::Running,
        ThreadStatus::AwaitingApproval => Status::Awaiting,
    }
}

const fn turn_state(status: &TurnStatus) -> TurnState {
    match status {
        TurnStatus::Running => TurnState::Running,
        TurnStatus::Completed => TurnState::Completed,
        TurnStatus::Interrupted => TurnState::Interrupted,
        TurnStatus::Failed { .. } => TurnState::Failed,
    }
}

const fn speaker(role: MessageRole) -> Speaker {
    match role {
        MessageRole::User => Speaker::User,
        MessageRole::Assistant => Speaker::Assistant,
        MessageRole::Reasoning => Speaker::Reasoning,
    }
}

const fn call_state(status: ToolCallStatus) -> CallState {
    match status {
        ToolCallStatus::Open => CallState::Open,
        ToolCallStatus::Succeeded => CallState::Succeeded,
        ToolCallStatus::Failed => CallState::Failed,
        ToolCallStatus::Cancelled => CallState::Cancelled,
    }
}

const fn answer(decision: &Decision) -> Answer {
    match decision {
        Decision::Pending => Answer::Pending,
        Decision::Approved => Answer::Approved,
        Decision::Rejected { .. } => Answer::Rejected,
        Decision::Cancelled => Answer::Cancelled,
    }
}
