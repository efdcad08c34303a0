//! The rules of projects.

use std::sync::Arc;

use orchestration::DeciderError;
use orchestration::commands::{CreateProject, DeleteProject, RenameProject};
use orchestration::events::{ProjectCreated, ProjectDeleted, ProjectRenamed};

use super::super::state::{Machine, Project};
use super::thread::deletion;
use super::{Prediction, insert_by, refuse_if};

impl Machine {
    pub(super) fn create_project(&mut self, command: &CreateProject) -> Prediction {
        let CreateProject {
            project_id,
            path,
            name,
            at,
        } = command;
        let is_known = self.projects.iter().any(|project| project.id == *project_id);
        refuse_if(is_known, || DeciderError::ProjectAlreadyExists {
            project_id: *project_id,
        })?;
        let mut others = self.projects.iter();
        if let Some(other) = others.find(|project| *project.path == *path.as_str()) {
            return Err(DeciderError::DuplicateProjectPath {
                path: path.clone(),
                project_id: other.id,
            });
        }
        let project = Project {
            id: *project_id,
            path: path.as_str().into(),
            name: name.as_str().into(),
            branches: vec![],
            created_at: *at,
            updated_at: *at,
        };
        insert_by(&mut self.projects, Arc::new(project), |project| project.id);
        let created = ProjectCreated {
            project_id: *project_id,
            path: path.clone(),
            name: name.clone(),
            at: *at,
        };
        Ok(vec![created.into()])
    }

    pub(super) fn rename_project(&mut self, command: &RenameProject) -> Prediction {
        let project = Arc::make_mut(self.project(command.project_id)?);
        project.name = command.name.as_str().into();
        project.updated_at = command.at;
        let renamed = ProjectRenamed {
            project_id: command.project_id,
            name: command.name.clone(),
            at: command.at,
        };
        Ok(vec![renamed.into()])
    }

    pub(super) fn delete_project(&mut self, command: &DeleteProject) -> Prediction {
        let DeleteProject { project_id, at } = *command;
        self.project(project_id)?;
        let threads = self.threads.iter().filter(|thread| thread.project_id == project_id);
        let mut events: Vec<_> = threads.flat_map(|thread| deletion(thread, at)).collect();
        events.push(ProjectDeleted { project_id, at }.into());
        self.threads.retain(|thread| thread.project_id != project_id);
        self.projects.retain(|project| project.id != project_id);
        self.forget_lost_selection();
        Ok(events)
    }
}
