//! Decisions about threads.

use chrono::{DateTime, Utc};

use super::{Events, require, turn};
use crate::commands::{CreateThread, DeleteThread, SelectThread};
use crate::error::DeciderError;
use crate::events::{ThreadCreated, ThreadDeleted, ThreadSelected};
use crate::read_model::{OrchestrationReadModel, Thread};

pub(super) fn create(command: &CreateThread, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let project_id = require::project(model, command.project_id)?.id();
    let thread_id = command.thread_id;
    if model.thread(thread_id).is_some() {
        return Err(DeciderError::ThreadAlreadyExists { thread_id });
    }
    let created = ThreadCreated {
        thread_id,
        project_id,
        title: command.title.clone(),
        provider: command.provider.clone(),
        model: command.model.clone(),
        runtime_mode: command.runtime_mode,
        at: command.at,
    };
    Ok(vec![created.into()])
}

pub(super) fn select(command: &SelectThread, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread_id = require::thread(model, command.thread_id)?.id();
    Ok(vec![
        ThreadSelected {
            thread_id,
            at: command.at,
        }
        .into(),
    ])
}

pub(super) fn delete(command: &DeleteThread, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::thread(model, command.thread_id)?;
    Ok(deletion(thread, command.at))
}

/// What deleting a thread causes: its active turn is interrupted first.
pub(super) fn deletion(thread: &Thread, at: DateTime<Utc>) -> Events {
    let mut events = match thread.active_turn() {
        Some(active) => turn::interruption(thread, active, at),
        None => Events::new(),
    };
    events.push(
        ThreadDeleted {
            thread_id: thread.id(),
            at,
        }
        .into(),
    );
    events
}
