//! What events do to branches.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::events::{BranchCreated, BranchPushed, ChangesCommitted};
use crate::persistent::List;
use crate::read_model::{Branch, Commit, OrchestrationReadModel};
use crate::values::{BranchName, ThreadId};

pub(super) fn branch_created(model: &mut OrchestrationReadModel, event: &BranchCreated) {
    let Some(project_id) = model.thread(event.thread_id).map(|thread| thread.project_id) else {
        return;
    };
    let Some(project) = model.project(project_id) else {
        return;
    };
    if project.branch(&event.branch).is_some() {
        return;
    }
    let branch = Branch {
        name: event.branch.clone(),
        thread_id: event.thread_id,
        commits: List::new(),
        pushed_commits: 0,
    };
    if let Some(project) = model.project_mut(project_id) {
        project.branches.insert_mut(event.branch.clone(), Arc::new(branch));
    }
    if let Some(thread) = model.thread_mut(event.thread_id) {
        thread.branch = Some(event.branch.clone());
        thread.updated_at = event.at;
    }
}

pub(super) fn changes_committed(model: &mut OrchestrationReadModel, event: &ChangesCommitted) {
    if let Some(branch) = branch_mut(model, event.thread_id, &event.branch) {
        branch.commits.push_back_mut(Commit {
            message: event.message.clone(),
            at: event.at,
        });
        touch(model, event.thread_id, event.at);
    }
}

pub(super) fn branch_pushed(model: &mut OrchestrationReadModel, event: &BranchPushed) {
    if let Some(branch) = branch_mut(model, event.thread_id, &event.branch) {
        branch.pushed_commits = u32::try_from(branch.commits.len()).unwrap_or(u32::MAX);
        touch(model, event.thread_id, event.at);
    }
}

/// The branch, to be changed, if the thread is there and its project has it.
fn branch_mut<'a>(
    model: &'a mut OrchestrationReadModel,
    thread_id: ThreadId,
    name: &BranchName,
) -> Option<&'a mut Branch> {
    let project_id = model.thread(thread_id)?.project_id;
    model.project(project_id)?.branch(name)?;
    let branch = model.project_mut(project_id)?.branches.get_mut(name)?;
    Some(Arc::make_mut(branch))
}

fn touch(model: &mut OrchestrationReadModel, thread_id: ThreadId, at: DateTime<Utc>) {
    if let Some(thread) = model.thread_mut(thread_id) {
        thread.updated_at = at;
    }
}
