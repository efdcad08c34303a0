//! Faulty projectors.
//!
//! A model cannot be made illegal by hand. A fault writes it as JSON, where it can, and reads it back.

use orchestration::read_model::TurnEntry;
use orchestration::{OrchestrationEvent as Event, OrchestrationReadModel as Model, ThreadId, project};
use serde_json::{Value, json};

/// Changes the JSON of a model. A change that gives no model is none.
fn patch(model: Model, change: impl FnOnce(&mut Value)) -> Model {
    let patched = serde_json::to_value(&model).and_then(|mut value| {
        change(&mut value);
        serde_json::from_value(value)
    });
    patched.unwrap_or(model)
}

/// The JSON of a thread.
fn thread(model: &mut Value, id: ThreadId) -> &mut Value {
    &mut model["threads"][id.to_string()]
}

/// The JSON of the entries of a thread's last turn.
fn last_entries(model: &mut Value, id: ThreadId) -> Option<&mut Vec<Value>> {
    thread(model, id)["turns"].as_array_mut()?.last_mut()?["entries"].as_array_mut()
}

pub(super) fn complete_leaves_running(model: Model, event: &Event) -> Model {
    let model = project(model, event);
    match event {
        Event::TurnCompleted(completed) if model.thread(completed.thread_id).is_some() => patch(model, |json| {
            thread(json, completed.thread_id)["status"] = json!("running");
        }),
        _ => model,
    }
}

pub(super) fn interrupt_leaves_pending(before: Model, event: &Event) -> Model {
    let Event::TurnInterrupted(interrupted) = event else {
        return project(before, event);
    };
    let turn = before
        .thread(interrupted.thread_id)
        .and_then(|thread| thread.active_turn());
    let is_pending = |entry: &TurnEntry| {
        entry
            .as_approval()
            .is_some_and(|approval| approval.decision().is_pending())
    };
    let pending: Vec<bool> = turn
        .into_iter()
        .flat_map(|turn| turn.entries().map(is_pending))
        .collect();
    let model = project(before, event);
    if !pending.contains(&true) {
        return model;
    }
    patch(model, |json| {
        let entries = last_entries(json, interrupted.thread_id).into_iter().flatten();
        for (entry, _) in entries.zip(&pending).filter(|(_, was_pending)| **was_pending) {
            entry["decision"] = json!({"type": "pending"});
        }
    })
}

pub(super) fn pieces_prepended(before: Model, event: &Event) -> Model {
    let Event::MessageChunkReceived(received) = event else {
        return project(before, event);
    };
    let turn = before
        .thread(received.thread_id)
        .and_then(|thread| thread.active_turn());
    let earlier = turn
        .and_then(|turn| turn.message(received.message_id))
        .map(|message| message.text().to_string());
    let model = project(before, event);
    let Some(earlier) = earlier else { return model };
    patch(model, |json| {
        let id = json!(received.message_id);
        let entries = last_entries(json, received.thread_id).into_iter().flatten();
        for entry in entries.filter(|entry| entry["type"] == "message" && entry["id"] == id) {
            entry["text"] = json!(format!("{}{earlier}", received.text));
        }
    })
}

pub(super) fn delete_leaves_threads(before: Model, event: &Event) -> Model {
    let Event::ProjectDeleted(deleted) = event else {
        return project(before, event);
    };
    let has_threads = before.threads_of(deleted.project_id).next().is_some();
    let threads = serde_json::to_value(&before).map(|mut json| json["threads"].take());
    let model = project(before, event);
    match threads {
        Ok(threads) if has_threads => patch(model, |json| json["threads"] = threads),
        _ => model,
    }
}
