//! Projects.

use orchestration::commands::{CreateProject, DeleteProject, RenameProject};
use orchestration::events::{ProjectCreated, ProjectDeleted, ProjectRenamed};
use orchestration::{OrchestrationCommand, OrchestrationEvent};

use super::Example;
use crate::common::{NOW as at, PROJECT, value};

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    vec![
        (
            "create_project",
            CreateProject {
                project_id: PROJECT,
                path: value("/repo"),
                name: value("repo"),
                at,
            }
            .into(),
        ),
        (
            "rename_project",
            RenameProject {
                project_id: PROJECT,
                name: value("core"),
                at,
            }
            .into(),
        ),
        (
            "delete_project",
            DeleteProject {
                project_id: PROJECT,
                at,
            }
            .into(),
        ),
    ]
}

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    vec![
        (
            "project_created",
            ProjectCreated {
                project_id: PROJECT,
                path: value("/repo"),
                name: value("repo"),
                at,
            }
            .into(),
        ),
        (
            "project_renamed",
            ProjectRenamed {
                project_id: PROJECT,
                name: value("core"),
                at,
            }
            .into(),
        ),
        (
            "project_deleted",
            ProjectDeleted {
                project_id: PROJECT,
                at,
            }
            .into(),
        ),
    ]
}
