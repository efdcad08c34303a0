//! The rules of the domain, a second time, as simply as they can be told.

mod git;
mod project;
mod provider;
mod thread;
mod turn;

use std::sync::Arc;

use orchestration::OrchestrationCommand as Command;
use orchestration::read_model::ThreadStatus;
use orchestration::{DeciderError, OrchestrationEvent, ProjectId, ThreadId, TurnId};

use super::state::{Machine, Project, Thread};

/// What the machine expects of a command: the events in order, or the error, with all that they hold.
pub type Prediction = Result<Vec<OrchestrationEvent>, DeciderError>;

impl Machine {
    /// Predicts what comes of a command, and goes on to the state after it. A refused command changes nothing.
    ///
    /// # Errors
    ///
    /// The error, when the command is to be refused.
    pub fn predict(&mut self, command: &Command) -> Prediction {
        match command {
            Command::CreateProject(command) => self.create_project(command),
            Command::RenameProject(command) => self.rename_project(command),
            Command::DeleteProject(command) => self.delete_project(command),
            Command::CreateThread(command) => self.create_thread(command),
            Command::SelectThread(command) => self.select_thread(command),
            Command::DeleteThread(command) => self.delete_thread(command),
            Command::StartTurn(command) => self.start_turn(command),
            Command::InterruptTurn(command) => self.interrupt_turn(command),
            Command::ApprovePendingAction(command) => self.approve(command),
            Command::RejectPendingAction(command) => self.reject(command),
            Command::IngestProviderEvent(command) => self.ingest(command),
            Command::CreateCheckpoint(command) => self.create_checkpoint(command),
            Command::RestoreCheckpoint(command) => self.restore_checkpoint(command),
            Command::CreateBranch(command) => self.create_branch(command),
            Command::CommitChanges(command) => self.commit_changes(command),
            Command::PushBranch(command) => self.push_branch(command),
        }
    }

    fn project(&mut self, project_id: ProjectId) -> Result<&mut Arc<Project>, DeciderError> {
        let index = self.projects.binary_search_by_key(&project_id, |project| project.id);
        index
            .ok()
            .and_then(|index| self.projects.get_mut(index))
            .ok_or(DeciderError::ProjectNotFound { project_id })
    }

    fn thread(&mut self, thread_id: ThreadId) -> Result<&mut Arc<Thread>, DeciderError> {
        let index = self.threads.binary_search_by_key(&thread_id, |thread| thread.id);
        index
            .ok()
            .and_then(|index| self.threads.get_mut(index))
            .ok_or(DeciderError::ThreadNotFound { thread_id })
    }

    fn idle_thread(&mut self, thread_id: ThreadId) -> Result<&mut Arc<Thread>, DeciderError> {
        let thread = self.thread(thread_id)?;
        let status = thread.status;
        refuse_if(status != ThreadStatus::Idle, || DeciderError::ThreadNotIdle {
            thread_id,
            status,
        })?;
        Ok(thread)
    }

    /// The thread, whose last turn goes on and is the one named.
    fn thread_in_turn(&mut self, thread_id: ThreadId, turn_id: TurnId) -> Result<&mut Arc<Thread>, DeciderError> {
        let thread = self.thread(thread_id)?;
        let no_active_turn = || DeciderError::NoActiveTurn { thread_id };
        refuse_if(thread.status == ThreadStatus::Idle, no_active_turn)?;
        let active = thread.turns.last().ok_or_else(no_active_turn)?.id;
        refuse_if(active != turn_id, || DeciderError::TurnMismatch {
            thread_id,
            expected: active,
            found: turn_id,
        })?;
        Ok(thread)
    }

    fn forget_lost_selection(&mut self) {
        self.selected = self
            .selected
            .filter(|selected| self.threads.iter().any(|thread| thread.id == *selected));
    }
}

fn refuse_if(condition: bool, error: impl FnOnce() -> DeciderError) -> Result<(), DeciderError> {
    if condition { Err(error()) } else { Ok(()) }
}

/// Puts a value in its place among others that are ordered by a key.
fn insert_by<T, K: Ord>(values: &mut Vec<T>, value: T, key: impl Fn(&T) -> K) {
    let index = values
        .binary_search_by_key(&key(&value), &key)
        .unwrap_or_else(|index| index);
    values.insert(index, value);
}
