//! Decisions about projects.

use super::{Events, require, thread};
use crate::commands::{CreateProject, DeleteProject, RenameProject};
use crate::error::DeciderError;
use crate::events::{ProjectCreated, ProjectDeleted, ProjectRenamed};
use crate::read_model::OrchestrationReadModel;

pub(super) fn create(command: &CreateProject, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let project_id = command.project_id;
    if model.project(project_id).is_some() {
        return Err(DeciderError::ProjectAlreadyExists { project_id });
    }
    if let Some(other) = model.project_at(&command.path) {
        return Err(DeciderError::DuplicateProjectPath {
            path: command.path.clone(),
            project_id: other.id(),
        });
    }
    let created = ProjectCreated {
        project_id,
        path: command.path.clone(),
        name: command.name.clone(),
        at: command.at,
    };
    Ok(vec![created.into()])
}

pub(super) fn rename(command: &RenameProject, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let project = require::project(model, command.project_id)?;
    let renamed = ProjectRenamed {
        project_id: project.id(),
        name: command.name.clone(),
        at: command.at,
    };
    Ok(vec![renamed.into()])
}

pub(super) fn delete(command: &DeleteProject, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let project_id = require::project(model, command.project_id)?.id();
    let deleted = ProjectDeleted {
        project_id,
        at: command.at,
    };
    let threads = model.threads_of(project_id);
    Ok(threads
        .flat_map(|thread| thread::deletion(thread, command.at))
        .chain([deleted.into()])
        .collect())
}
