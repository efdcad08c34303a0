//! What events do to projects.

use crate::events::{ProjectCreated, ProjectDeleted, ProjectRenamed};
use crate::persistent::Map;
use crate::read_model::{OrchestrationReadModel, Project};
use crate::values::ThreadId;

pub(super) fn created(model: &mut OrchestrationReadModel, event: &ProjectCreated) {
    let is_there = model.project(event.project_id).is_some() || model.project_at(&event.path).is_some();
    if !is_there {
        let project = Project {
            id: event.project_id,
            path: event.path.clone(),
            name: event.name.clone(),
            branches: Map::new(),
            created_at: event.at,
            updated_at: event.at,
        };
        model.add_project(project);
    }
}

pub(super) fn renamed(model: &mut OrchestrationReadModel, event: &ProjectRenamed) {
    if let Some(project) = model.project_mut(event.project_id) {
        project.name = event.name.clone();
        project.updated_at = event.at;
    }
}

pub(super) fn deleted(model: &mut OrchestrationReadModel, event: &ProjectDeleted) {
    // The decider deletes the threads first; this is for a log that did not.
    let orphans: Vec<ThreadId> = model.threads_of(event.project_id).map(|thread| thread.id).collect();
    for thread_id in orphans {
        model.remove_thread(thread_id);
    }
    model.remove_project(event.project_id);
}
