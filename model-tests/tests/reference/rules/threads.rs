//! The commands about threads: how to write each, what it causes, and how it is refused.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CreateThread, DeleteThread, SelectThread};
use orchestration::read_model::RuntimeMode;

use super::{AT, Accepted, Refused, awaiting, completed, id, idle, running, text};

pub fn create_thread(thread: u8, project: u8) -> Command {
    CreateThread {
        thread_id: id(thread),
        project_id: id(project),
        title: text(),
        provider: text(),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: AT,
    }
    .into()
}

pub fn select_thread(thread: u8) -> Command {
    SelectThread {
        thread_id: id(thread),
        at: AT,
    }
    .into()
}

pub fn delete_thread(thread: u8) -> Command {
    DeleteThread {
        thread_id: id(thread),
        at: AT,
    }
    .into()
}

/// What came before, each command, and the events that it is to cause.
pub fn accepted() -> Vec<Accepted> {
    vec![
        (idle(), create_thread(2, 1), &["thread_created"]),
        (idle(), select_thread(1), &["thread_selected"]),
        (idle(), delete_thread(1), &["thread_deleted"]),
        (completed(), delete_thread(1), &["thread_deleted"]),
        (
            running(),
            delete_thread(1),
            &["turn_interrupted", "thread_status_changed", "thread_deleted"],
        ),
        (
            awaiting(),
            delete_thread(1),
            &["turn_interrupted", "thread_status_changed", "thread_deleted"],
        ),
    ]
}

/// What came before, each command, and the error with which it is to be refused.
pub fn refused() -> Vec<Refused> {
    vec![
        (idle(), create_thread(1, 3), "project_not_found"),
        (idle(), create_thread(1, 2), "thread_already_exists"),
        (running(), select_thread(3), "thread_not_found"),
        (running(), delete_thread(3), "thread_not_found"),
    ]
}
