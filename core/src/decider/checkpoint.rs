//! Decisions about checkpoints.

use super::{Events, require};
use crate::commands::{CreateCheckpoint, RestoreCheckpoint};
use crate::error::DeciderError;
use crate::events::{CheckpointCreated, CheckpointRestored};
use crate::read_model::OrchestrationReadModel;

pub(super) fn create(command: &CreateCheckpoint, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::idle_thread(model, command.thread_id)?;
    let (thread_id, checkpoint_id) = (thread.id(), command.checkpoint_id);
    if thread.checkpoint(checkpoint_id).is_some() {
        return Err(DeciderError::CheckpointAlreadyExists {
            thread_id,
            checkpoint_id,
        });
    }
    let created = CheckpointCreated {
        thread_id,
        checkpoint_id,
        git_ref: command.git_ref.clone(),
        description: command.description.clone(),
        turn_count: thread.turn_count(),
        at: command.at,
    };
    Ok(vec![created.into()])
}

pub(super) fn restore(command: &RestoreCheckpoint, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    let thread = require::idle_thread(model, command.thread_id)?;
    let (thread_id, checkpoint_id) = (thread.id(), command.checkpoint_id);
    let checkpoint = thread
        .checkpoint(checkpoint_id)
        .ok_or(DeciderError::CheckpointNotFound {
            thread_id,
            checkpoint_id,
        })?;
    let restored = CheckpointRestored {
        thread_id,
        checkpoint_id,
        turn_count: checkpoint.turn_count(),
        at: command.at,
    };
    Ok(vec![restored.into()])
}
