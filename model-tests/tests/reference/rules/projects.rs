//! The commands about projects: how to write each, what it causes, and how it is refused.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CreateProject, DeleteProject, RenameProject};

use super::threads::create_thread;
use super::{AT, Accepted, Refused, after, awaiting, id, idle, text};

pub fn create_project(project: u8, path: u8) -> Command {
    let path = format!("/repo-{path}").parse().expect("it is absolute");
    CreateProject {
        project_id: id(project),
        path,
        name: text(),
        at: AT,
    }
    .into()
}

pub fn rename_project(project: u8) -> Command {
    RenameProject {
        project_id: id(project),
        name: text(),
        at: AT,
    }
    .into()
}

pub fn delete_project(project: u8) -> Command {
    DeleteProject {
        project_id: id(project),
        at: AT,
    }
    .into()
}

/// What came before, each command, and the events that it is to cause.
pub fn accepted() -> Vec<Accepted> {
    let two_threads = after(awaiting(), [create_thread(2, 1), create_thread(3, 2)]);
    vec![
        (vec![], create_project(1, 1), &["project_created"]),
        (idle(), rename_project(1), &["project_renamed"]),
        (idle(), delete_project(2), &["project_deleted"]),
        (
            two_threads,
            delete_project(1),
            &[
                "turn_interrupted",
                "thread_status_changed",
                "thread_deleted",
                "thread_deleted",
                "project_deleted",
            ],
        ),
    ]
}

/// What came before, each command, and the error with which it is to be refused.
pub fn refused() -> Vec<Refused> {
    vec![
        // Both are wrong: the first check is the answer.
        (idle(), create_project(1, 2), "project_already_exists"),
        (idle(), create_project(3, 2), "duplicate_project_path"),
        (idle(), rename_project(3), "project_not_found"),
        (idle(), delete_project(3), "project_not_found"),
    ]
}
