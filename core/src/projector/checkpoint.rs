//! What events do to checkpoints.

use super::{settle, thread_mut_if};
use crate::events::{CheckpointCreated, CheckpointRestored};
use crate::read_model::{Checkpoint, OrchestrationReadModel, Thread};

pub(super) fn created(model: &mut OrchestrationReadModel, event: &CheckpointCreated) {
    let is_new = |thread: &Thread| thread.checkpoint(event.checkpoint_id).is_none();
    if let Some(thread) = thread_mut_if(model, event.thread_id, is_new) {
        thread.checkpoints.push_back_mut(Checkpoint {
            id: event.checkpoint_id,
            description: event.description.clone(),
            git_ref: event.git_ref.clone(),
            turn_count: event.turn_count,
            at: event.at,
        });
        thread.updated_at = event.at;
    }
}

pub(super) fn restored(model: &mut OrchestrationReadModel, event: &CheckpointRestored) {
    let is_there = |thread: &Thread| thread.checkpoint(event.checkpoint_id).is_some();
    if let Some(thread) = thread_mut_if(model, event.thread_id, is_there) {
        thread.restore(event.checkpoint_id, event.turn_count);
        settle(thread, event.at);
    }
}
