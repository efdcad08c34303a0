//! The rules of threads and their checkpoints.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use orchestration::commands::{CreateCheckpoint, CreateThread, DeleteThread, RestoreCheckpoint, SelectThread};
use orchestration::events::{
    CheckpointCreated, CheckpointRestored, ThreadCreated, ThreadDeleted, ThreadSelected, ThreadStatusChanged,
    TurnInterrupted,
};
use orchestration::read_model::ThreadStatus;
use orchestration::{DeciderError, OrchestrationEvent};

use super::super::state::{Checkpoint, Machine, Thread};
use super::{Prediction, insert_by, refuse_if};

impl Machine {
    pub(super) fn create_thread(&mut self, command: &CreateThread) -> Prediction {
        let CreateThread {
            thread_id,
            project_id,
            title,
            provider,
            model,
            runtime_mode,
            at,
        } = command;
        self.project(*project_id)?;
        refuse_if(self.thread(*thread_id).is_ok(), || DeciderError::ThreadAlreadyExists {
            thread_id: *thread_id,
        })?;
        let thread = Thread {
            id: *thread_id,
            project_id: *project_id,
            title: title.as_str().into(),
            provider: provider.as_str().into(),
            model: model.as_ref().map(|model| model.as_str().into()),
            runtime_mode: *runtime_mode,
            status: ThreadStatus::Idle,
            turns: vec![],
            checkpoints: vec![],
            branch: None,
            created_at: *at,
            updated_at: *at,
        };
        insert_by(&mut self.threads, Arc::new(thread), |thread| thread.id);
        let created = ThreadCreated {
            thread_id: *thread_id,
            project_id: *project_id,
            title: title.clone(),
            provider: provider.clone(),
            model: model.clone(),
            runtime_mode: *runtime_mode,
            at: *at,
        };
        Ok(vec![created.into()])
    }

    pub(super) fn select_thread(&mut self, command: &SelectThread) -> Prediction {
        let SelectThread { thread_id, at } = *command;
        Arc::make_mut(self.thread(thread_id)?).updated_at = at;
        self.selected = Some(thread_id);
        Ok(vec![ThreadSelected { thread_id, at }.into()])
    }

    pub(super) fn delete_thread(&mut self, command: &DeleteThread) -> Prediction {
        let events = deletion(self.thread(command.thread_id)?, command.at);
        self.threads.retain(|thread| thread.id != command.thread_id);
        self.forget_lost_selection();
        Ok(events)
    }

    pub(super) fn create_checkpoint(&mut self, command: &CreateCheckpoint) -> Prediction {
        let CreateCheckpoint {
            thread_id,
            checkpoint_id,
            git_ref,
            description,
            at,
        } = command;
        let (thread_id, checkpoint_id) = (*thread_id, *checkpoint_id);
        let thread = self.idle_thread(thread_id)?;
        let is_known = thread.checkpoints.iter().any(|known| known.id == checkpoint_id);
        refuse_if(is_known, || DeciderError::CheckpointAlreadyExists {
            thread_id,
            checkpoint_id,
        })?;
        let thread = Arc::make_mut(thread);
        let turn_count = thread.turns.len();
        thread.checkpoints.push(Checkpoint {
            id: checkpoint_id,
            description: description.as_ref().map(|description| description.as_str().into()),
            git_ref: git_ref.as_str().into(),
            turn_count,
            turns: thread.turns.iter().map(|turn| turn.id).collect(),
            at: *at,
        });
        thread.updated_at = *at;
        let created = CheckpointCreated {
            thread_id,
            checkpoint_id,
            git_ref: git_ref.clone(),
            description: description.clone(),
            turn_count: as_count(turn_count),
            at: *at,
        };
        Ok(vec![created.into()])
    }

    pub(super) fn restore_checkpoint(&mut self, command: &RestoreCheckpoint) -> Prediction {
        let RestoreCheckpoint {
            thread_id,
            checkpoint_id,
            at,
        } = *command;
        let thread = self.idle_thread(thread_id)?;
        let mut known = thread.checkpoints.iter();
        let index = known
            .position(|known| known.id == checkpoint_id)
            .ok_or(DeciderError::CheckpointNotFound {
                thread_id,
                checkpoint_id,
            })?;
        let thread = Arc::make_mut(thread);
        thread.checkpoints.truncate(index + 1);
        let stood = &thread.checkpoints[index].turns;
        let turn_count = as_count(stood.len());
        thread.turns.retain(|turn| stood.contains(&turn.id));
        thread.updated_at = at;
        let restored = CheckpointRestored {
            thread_id,
            checkpoint_id,
            turn_count,
            at,
        };
        Ok(vec![restored.into()])
    }
}

/// The number as events tell it: no thread has more turns than that.
fn as_count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The events of deleting a thread: it comes to rest first.
pub(super) fn deletion(thread: &Thread, at: DateTime<Utc>) -> Vec<OrchestrationEvent> {
    let thread_id = thread.id;
    let mut events = Vec::new();
    if let (ThreadStatus::Running | ThreadStatus::AwaitingApproval, Some(turn)) = (thread.status, thread.turns.last()) {
        let turn_id = turn.id;
        events.push(TurnInterrupted { thread_id, turn_id, at }.into());
        events.extend(change_of_status(thread, ThreadStatus::Idle, at));
    }
    events.push(ThreadDeleted { thread_id, at }.into());
    events
}

/// The event that tells of another status, if it is another one.
pub(super) fn change_of_status(thread: &Thread, to: ThreadStatus, at: DateTime<Utc>) -> Option<OrchestrationEvent> {
    let changed = ThreadStatusChanged {
        thread_id: thread.id,
        from: thread.status,
        to,
        at,
    };
    (thread.status != to).then(|| changed.into())
}
