//! What is decided about projects.

use crate::common;
use crate::common::{
    EARLIER, NOW, OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, TURN, a_project, a_project_at, a_thread, a_thread_of,
    a_turn, a_turn_of, an_approval, status_changed, status_changed_of, value,
};
use orchestration::DeciderError;
use orchestration::commands::{CreateProject, DeleteProject, RenameProject};
use orchestration::events::{ProjectCreated, ProjectDeleted, ProjectRenamed, ThreadDeleted, TurnInterrupted};
use orchestration::read_model::ThreadStatus;
use orchestration::testing::given;

fn create_project() -> CreateProject {
    CreateProject {
        project_id: PROJECT,
        path: value("/repo"),
        name: value("core"),
        at: NOW,
    }
}

#[test]
fn create_project_with_a_new_id_and_path_creates_the_project() {
    given([a_project_at(OTHER_PROJECT, "/other")])
        .when(create_project())
        .then([ProjectCreated {
            project_id: PROJECT,
            path: value("/repo"),
            name: value("core"),
            at: NOW,
        }
        .into()]);
}

#[test]
fn create_project_with_a_known_id_is_refused_as_project_already_exists() {
    given([a_project_at(PROJECT, "/elsewhere")])
        .when(create_project())
        .then_error(DeciderError::ProjectAlreadyExists { project_id: PROJECT });
}

#[test]
fn create_project_with_a_taken_path_is_refused_as_duplicate_project_path_naming_its_owner() {
    given([a_project_at(OTHER_PROJECT, "/repo")])
        .when(create_project())
        .then_error(DeciderError::DuplicateProjectPath {
            path: value("/repo"),
            project_id: OTHER_PROJECT,
        });
}

#[test]
fn create_project_with_a_taken_path_in_another_spelling_is_refused_as_duplicate_project_path() {
    let command = CreateProject {
        path: value("//repo/./"),
        ..create_project()
    };
    given([a_project_at(OTHER_PROJECT, "/repo")])
        .when(command)
        .then_error(DeciderError::DuplicateProjectPath {
            path: value("/repo"),
            project_id: OTHER_PROJECT,
        });
}

#[test]
fn create_project_with_a_known_id_and_a_taken_path_is_refused_as_project_already_exists() {
    given([a_project()])
        .when(create_project())
        .then_error(DeciderError::ProjectAlreadyExists { project_id: PROJECT });
}

#[test]
fn create_project_with_the_id_and_path_of_a_deleted_project_creates_it_anew() {
    let deleted = ProjectDeleted {
        project_id: PROJECT,
        at: EARLIER,
    };
    given([a_project(), deleted.into()])
        .when(create_project())
        .then([ProjectCreated {
            project_id: PROJECT,
            path: value("/repo"),
            name: value("core"),
            at: NOW,
        }
        .into()]);
}

fn rename_project(name: &str) -> RenameProject {
    RenameProject {
        project_id: PROJECT,
        name: value(name),
        at: NOW,
    }
}

fn project_renamed(name: &str) -> ProjectRenamed {
    ProjectRenamed {
        project_id: PROJECT,
        name: value(name),
        at: NOW,
    }
}

#[test]
fn rename_project_renames_it() {
    given([a_project()])
        .when(rename_project("core"))
        .then([project_renamed("core").into()]);
}

#[test]
fn rename_project_to_the_name_that_it_has_renames_it_all_the_same() {
    given([a_project()])
        .when(rename_project("repo"))
        .then([project_renamed("repo").into()]);
}

#[test]
fn rename_project_of_an_unknown_project_is_refused_as_project_not_found() {
    given([a_project_at(OTHER_PROJECT, "/other")])
        .when(rename_project("core"))
        .then_error(DeciderError::ProjectNotFound { project_id: PROJECT });
}

const DELETE_PROJECT: DeleteProject = DeleteProject {
    project_id: PROJECT,
    at: NOW,
};

const PROJECT_DELETED: ProjectDeleted = ProjectDeleted {
    project_id: PROJECT,
    at: NOW,
};

const fn thread_deleted(thread_id: orchestration::ThreadId) -> ThreadDeleted {
    ThreadDeleted { thread_id, at: NOW }
}

const fn turn_interrupted(thread_id: orchestration::ThreadId) -> TurnInterrupted {
    TurnInterrupted {
        thread_id,
        turn_id: TURN,
        at: NOW,
    }
}

#[test]
fn delete_project_without_threads_deletes_the_project_alone() {
    given([a_project()]).when(DELETE_PROJECT).then([PROJECT_DELETED.into()]);
}

#[test]
fn delete_project_deletes_its_threads_first_in_the_order_of_their_ids() {
    given([a_project(), a_thread_of(PROJECT, OTHER_THREAD), a_thread()])
        .when(DELETE_PROJECT)
        .then([
            thread_deleted(THREAD).into(),
            thread_deleted(OTHER_THREAD).into(),
            PROJECT_DELETED.into(),
        ]);
}

#[test]
fn delete_project_interrupts_every_turn_that_is_active_in_it() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_turn(TURN),
        an_approval(common::ACTION),
        a_turn_of(OTHER_THREAD, TURN),
    ])
    .when(DELETE_PROJECT)
    .then([
        turn_interrupted(THREAD).into(),
        status_changed(ThreadStatus::AwaitingApproval, ThreadStatus::Idle),
        thread_deleted(THREAD).into(),
        turn_interrupted(OTHER_THREAD).into(),
        status_changed_of(OTHER_THREAD, ThreadStatus::Running, ThreadStatus::Idle),
        thread_deleted(OTHER_THREAD).into(),
        PROJECT_DELETED.into(),
    ]);
}

#[test]
fn delete_project_leaves_the_threads_of_other_projects_alone() {
    given([
        a_project(),
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread(),
        a_thread_of(OTHER_PROJECT, OTHER_THREAD),
    ])
    .when(DELETE_PROJECT)
    .then([thread_deleted(THREAD).into(), PROJECT_DELETED.into()]);
}

#[test]
fn delete_project_of_an_unknown_project_is_refused_as_project_not_found() {
    given([a_project_at(OTHER_PROJECT, "/other")])
        .when(DELETE_PROJECT)
        .then_error(DeciderError::ProjectNotFound { project_id: PROJECT });
}
