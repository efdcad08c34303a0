//! Threads.

use orchestration::commands::{CreateThread, DeleteThread, SelectThread};
use orchestration::events::{ThreadCreated, ThreadDeleted, ThreadSelected, ThreadStatusChanged};
use orchestration::read_model::{RuntimeMode, ThreadStatus};
use orchestration::{OrchestrationCommand, OrchestrationEvent};

use super::Example;
use crate::common::{NOW as at, PROJECT, THREAD, value};

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    vec![
        (
            "create_thread",
            CreateThread {
                thread_id: THREAD,
                project_id: PROJECT,
                title: value("Fix the build"),
                provider: value("claude"),
                model: Some(value("large")),
                runtime_mode: RuntimeMode::Supervised,
                at,
            }
            .into(),
        ),
        (
            "create_thread_without_model",
            CreateThread {
                thread_id: THREAD,
                project_id: PROJECT,
                title: value("Fix the build"),
                provider: value("claude"),
                model: None,
                runtime_mode: RuntimeMode::FullAccess,
                at,
            }
            .into(),
        ),
        ("select_thread", SelectThread { thread_id: THREAD, at }.into()),
        ("delete_thread", DeleteThread { thread_id: THREAD, at }.into()),
    ]
}

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    vec![
        (
            "thread_created",
            ThreadCreated {
                thread_id: THREAD,
                project_id: PROJECT,
                title: value("Fix the build"),
                provider: value("claude"),
                model: Some(value("large")),
                runtime_mode: RuntimeMode::Supervised,
                at,
            }
            .into(),
        ),
        (
            "thread_created_without_model",
            ThreadCreated {
                thread_id: THREAD,
                project_id: PROJECT,
                title: value("Fix the build"),
                provider: value("claude"),
                model: None,
                runtime_mode: RuntimeMode::FullAccess,
                at,
            }
            .into(),
        ),
        ("thread_selected", ThreadSelected { thread_id: THREAD, at }.into()),
        ("thread_deleted", ThreadDeleted { thread_id: THREAD, at }.into()),
        (
            "thread_status_changed",
            ThreadStatusChanged {
                thread_id: THREAD,
                from: ThreadStatus::Running,
                to: ThreadStatus::AwaitingApproval,
                at,
            }
            .into(),
        ),
    ]
}
