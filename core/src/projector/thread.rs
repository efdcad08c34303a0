//! What events do to threads.

use super::thread_mut_if;
use crate::events::{ThreadCreated, ThreadDeleted, ThreadSelected, ThreadStatusChanged};
use crate::read_model::{KeyedList, OrchestrationReadModel, Thread, ThreadStatus};

pub(super) fn created(model: &mut OrchestrationReadModel, event: &ThreadCreated) {
    if model.thread(event.thread_id).is_none() && model.project(event.project_id).is_some() {
        let thread = Thread {
            id: event.thread_id,
            project_id: event.project_id,
            title: event.title.clone(),
            provider: event.provider.clone(),
            model: event.model.clone(),
            runtime_mode: event.runtime_mode,
            status: ThreadStatus::Idle,
            turns: KeyedList::new(),
            checkpoints: KeyedList::new(),
            branch: None,
            created_at: event.at,
            updated_at: event.at,
        };
        model.add_thread(thread);
    }
}

pub(super) fn selected(model: &mut OrchestrationReadModel, event: &ThreadSelected) {
    if let Some(thread) = model.thread_mut(event.thread_id) {
        thread.updated_at = event.at;
        model.selected_thread = Some(event.thread_id);
    }
}

pub(super) fn deleted(model: &mut OrchestrationReadModel, event: &ThreadDeleted) {
    model.remove_thread(event.thread_id);
}

pub(super) fn status_changed(model: &mut OrchestrationReadModel, event: &ThreadStatusChanged) {
    // As a rule the event before it in the batch has set both already.
    let tells_news = |thread: &Thread| (thread.status, thread.updated_at) != (event.to, event.at);
    if let Some(thread) = thread_mut_if(model, event.thread_id, tells_news) {
        thread.status = event.to;
        thread.updated_at = event.at;
    }
}
