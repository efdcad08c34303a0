//! What events do to projects.

use rpds::RedBlackTreeMapSync;

use crate::events::{ProjectCreated, ProjectDeleted, ProjectRenamed};
use crate::read_model::{OrchestrationReadModel, Project};
use crate::values::ThreadId;

pub(super) fn created(model: &mut OrchestrationReadModel, event: &ProjectCreated) {
    let is_there = model.project(event.project_id).is_some() || model.project_at(&event.path).is_some();
    if !is_there {
        let project = Project {
            id: event.project_id,
            path: event.path.clone(),
            name: event.name.clone(),
            branches: RedBlackTreeMapSync::new_sync(),
            created_at: event.at,
            updated_at: event.at,
        };
        model.projects.insert_mut(project.id, project);
    }
}

pub(super) fn renamed(model: &mut OrchestrationReadModel, event: &ProjectRenamed) {
    if let Some(project) = model.projects.get_mut(&event.project_id) {
        project.name = event.name.clone();
        project.updated_at = event.at;
    }
}

pub(super) fn deleted(model: &mut OrchestrationReadModel, event: &ProjectDeleted) {
    // The decider deletes the threads first; this is for a log that did not.
    let orphans: Vec<ThreadId> = model.threads_of(event.project_id).map(|thread| thread.id).collect();
    for thread_id in orphans {
        super::thread::remove(model, thread_id);
    }
    model.projects.remove_mut(&event.project_id);
}
