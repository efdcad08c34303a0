//! Decisions about branches and commits.

use super::{Events, require};
use crate::commands::{CommitChanges, CreateBranch, PushBranch};
use crate::error::DeciderError;
use crate::events::{BranchCreated, BranchPushed, ChangesCommitted};
use crate::read_model::OrchestrationReadModel;

pub(super) fn create_branch(command: &CreateBranch, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::idle_thread(model, command.thread_id)?;
    let project_id = thread.project_id();
    let branch = command.branch.clone();
    if model
        .project(project_id)
        .is_some_and(|project| project.branch(&branch).is_some())
    {
        return Err(DeciderError::BranchAlreadyExists { project_id, branch });
    }
    Ok(vec![
        BranchCreated {
            thread_id: thread.id(),
            branch,
            at: command.at,
        }
        .into(),
    ])
}

pub(super) fn commit(command: &CommitChanges, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::idle_thread(model, command.thread_id)?;
    let branch = require::branch(thread)?.clone();
    let committed = ChangesCommitted {
        thread_id: thread.id(),
        branch,
        message: command.message.clone(),
        at: command.at,
    };
    Ok(vec![committed.into()])
}

pub(super) fn push(command: &PushBranch, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::thread(model, command.thread_id)?;
    let branch = require::branch(thread)?.clone();
    Ok(vec![
        BranchPushed {
            thread_id: thread.id(),
            branch,
            at: command.at,
        }
        .into(),
    ])
}
