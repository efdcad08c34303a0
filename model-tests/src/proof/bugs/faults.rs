//! What faults are made of.
//!
//! A model cannot be made illegal by hand. A fault writes it as JSON, changes that, and reads it back.

use orchestration::commands::IngestProviderEvent;
use orchestration::events::{ApprovalRequested, ThreadStatusChanged, ToolCallEnded};
use orchestration::provider_event::{ApprovalRequest, ToolResult};
use orchestration::read_model::{Thread, ThreadStatus, Turn, TurnEntry};
use orchestration::testing::Unchecked;
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ProviderEvent, ThreadId, TurnId, decide, project,
};
use serde_json::{Value, json};

use crate::subject::Decided;

/// Changes the JSON of a model. If the result is not a model, nothing is changed.
pub(super) fn patch(model: Model, change: impl FnOnce(&mut Value)) -> Model {
    let patched = serde_json::to_value(&model).and_then(|mut value| {
        change(&mut value);
        serde_json::from_value(value)
    });
    patched.map_or(model, |Unchecked(patched)| patched)
}

/// The JSON of a thread.
pub(super) fn thread_json(model: &mut Value, id: ThreadId) -> &mut Value {
    &mut model["threads"][id.to_string()]
}

/// The JSON of a thread's last turn.
pub(super) fn last_turn_json(model: &mut Value, id: ThreadId) -> Option<&mut Value> {
    thread_json(model, id)["turns"].as_array_mut()?.last_mut()
}

/// The JSON of the entries of a thread's last turn.
pub(super) fn last_entries(model: &mut Value, id: ThreadId) -> impl Iterator<Item = &mut Value> {
    let entries = last_turn_json(model, id).and_then(|turn| turn["entries"].as_array_mut());
    entries.into_iter().flatten()
}

/// Sets the status of a thread, if it is there.
pub(super) fn with_thread_status(model: Model, id: ThreadId, status: ThreadStatus) -> Model {
    if model.thread(id).is_none() {
        return model;
    }
    patch(model, |json| thread_json(json, id)["status"] = json!(status))
}

/// Projects the end of a turn, and leaves some of its open tool calls and pending approvals as they are.
pub(super) fn end_leaving(
    before: Model,
    event: &Event,
    thread_id: ThreadId,
    is_left: impl Fn(&Turn, &TurnEntry) -> bool,
) -> Model {
    let turn = active_turn(&before, thread_id);
    let left: Vec<bool> = turn
        .into_iter()
        .flat_map(|turn| turn.entries().map(|entry| entry.is_unsettled() && is_left(turn, entry)))
        .collect();
    let model = project(before, event);
    if !left.contains(&true) {
        return model;
    }
    patch(model, |json| {
        let entries = last_entries(json, thread_id).zip(left);
        for (entry, _) in entries.filter(|(_, is_left)| *is_left) {
            if entry["type"] == "approval" {
                entry["decision"] = json!({"type": "pending"});
            } else {
                entry["status"] = json!("open");
            }
        }
    })
}

/// A decision without some of its events.
pub(super) fn without(decision: Decided, is_dropped: impl Fn(&Event) -> bool) -> Decided {
    let mut events = decision?;
    events.retain(|event| !is_dropped(event));
    Ok(events)
}

/// Decides a provider event for a turn that has ended as if it were for the active one.
pub(super) fn taken_for_active_turn(
    command: &Command,
    model: &Model,
    is_mistaken: impl Fn(&ProviderEvent) -> bool,
) -> Decided {
    match (command, decide(command, model)) {
        (Command::IngestProviderEvent(ingest), Err(DeciderError::TurnMismatch { expected, found, .. }))
            if is_mistaken(&ingest.event) && is_known(model, ingest.thread_id, found) =>
        {
            let turn_id = expected;
            let ingest = IngestProviderEvent {
                turn_id,
                ..ingest.clone()
            };
            decide(&ingest.into(), model)
        }
        (_, decision) => decision,
    }
}

pub(super) fn is_known(model: &Model, thread_id: ThreadId, turn_id: TurnId) -> bool {
    model
        .thread(thread_id)
        .is_some_and(|thread| thread.turn(turn_id).is_some())
}

pub(super) fn active_turn(model: &Model, id: ThreadId) -> Option<&Turn> {
    model.thread(id)?.active_turn()
}

/// The thread that a command names, if it is there.
pub(super) fn named_thread<'a>(command: &Command, model: &'a Model) -> Option<&'a Thread> {
    model.thread(command.thread_id()?)
}

/// The event that a request for approval causes.
pub(super) fn approval_requested(ingest: &IngestProviderEvent, request: &ApprovalRequest) -> Event {
    ApprovalRequested {
        thread_id: ingest.thread_id,
        turn_id: ingest.turn_id,
        action_id: request.action_id,
        tool_call_id: request.tool_call_id.clone(),
        description: request.description.clone(),
        at: ingest.at,
    }
    .into()
}

/// The event that a tool's result causes.
pub(super) fn tool_call_ended(ingest: &IngestProviderEvent, result: &ToolResult) -> Event {
    ToolCallEnded {
        thread_id: ingest.thread_id,
        turn_id: ingest.turn_id,
        tool_call_id: result.tool_call_id.clone(),
        output: result.output.clone(),
        is_error: result.is_error,
        at: ingest.at,
    }
    .into()
}

/// The event that tells of a change from a thread's status to another.
pub(super) fn status_changed(thread: &Thread, to: ThreadStatus, command: &Command) -> Event {
    ThreadStatusChanged {
        thread_id: thread.id(),
        from: thread.status(),
        to,
        at: command.at(),
    }
    .into()
}
