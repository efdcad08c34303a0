//! What events do to checkpoints.

use rpds::VectorSync;

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
        let kept = usize::try_from(event.turn_count).unwrap_or(usize::MAX);
        while thread.turns.len() > kept {
            thread.turns.drop_last_mut();
        }
        drop_after(&mut thread.checkpoints, |checkpoint| {
            checkpoint.id == event.checkpoint_id
        });
        settle(thread, event.at);
    }
}

/// Drops what is listed after the last checkpoint that meets the condition.
fn drop_after(checkpoints: &mut VectorSync<Checkpoint>, is_last: impl Fn(&Checkpoint) -> bool) {
    while checkpoints.last().is_some_and(|checkpoint| !is_last(checkpoint)) {
        checkpoints.drop_last_mut();
    }
}
