//! A legal model in which there is one of everything, and ways to make it illegal.

use orchestration::read_model::OrchestrationReadModel;
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationCommand, decide, project};
use serde_json::{Value, json};

pub const PROJECT: &str = "000000a0-0000-4000-8000-000000000001";
pub const OTHER_PROJECT: &str = "000000a0-0000-4000-8000-000000000002";
pub const THREAD: &str = "000000b0-0000-4000-8000-000000000001";
pub const OTHER_THREAD: &str = "000000b0-0000-4000-8000-000000000002";
pub const UNKNOWN: &str = "000000ff-0000-4000-8000-000000000001";
pub const FIRST_TURN: &str = "000000c0-0000-4000-8000-000000000001";
pub const SECOND_TURN: &str = "000000c0-0000-4000-8000-000000000002";
pub const PROMPT: &str = "000000d0-0000-4000-8000-000000000001";
pub const ANSWER: &str = "000000d0-0000-4000-8000-000000000002";
pub const ACTION: &str = "000000e0-0000-4000-8000-000000000001";
pub const FIRST_CHECKPOINT: &str = "000000f0-0000-4000-8000-000000000001";
pub const SECOND_CHECKPOINT: &str = "000000f0-0000-4000-8000-000000000002";
pub const THIRD_CHECKPOINT: &str = "000000f0-0000-4000-8000-000000000003";
const AT: &str = "2026-01-01T00:00:00Z";

/// A command of a kind, with these fields and a time.
pub fn command(kind: &str, mut fields: Value) -> OrchestrationCommand {
    fields["type"] = json!(kind);
    fields["at"] = json!(AT);
    serde_json::from_value(fields).expect("the fields are those of the command")
}

/// A command on the thread, with these fields beside the thread's id.
pub fn on_thread(kind: &str, mut fields: Value) -> OrchestrationCommand {
    fields["thread_id"] = json!(THREAD);
    command(kind, fields)
}

/// Something that the agent says in a turn of the thread.
pub fn says(turn_id: &str, event: &Value) -> OrchestrationCommand {
    on_thread("ingest_provider_event", json!({"turn_id": turn_id, "event": event}))
}

pub fn start(turn_id: &str) -> OrchestrationCommand {
    on_thread(
        "start_turn",
        json!({"turn_id": turn_id, "message_id": PROMPT, "prompt": "Why?"}),
    )
}

pub fn text(turn_id: &str, text: &str) -> OrchestrationCommand {
    says(
        turn_id,
        &json!({"type": "text_delta", "message_id": ANSWER, "text": text}),
    )
}

pub fn call(turn_id: &str) -> OrchestrationCommand {
    says(
        turn_id,
        &json!({"type": "tool_call", "tool_call_id": "call", "name": "bash", "input": "ls"}),
    )
}

pub fn result(turn_id: &str) -> OrchestrationCommand {
    says(
        turn_id,
        &json!({"type": "tool_result", "tool_call_id": "call", "output": "src", "is_error": false}),
    )
}

pub fn ask(turn_id: &str) -> OrchestrationCommand {
    says(
        turn_id,
        &json!({"type": "awaiting_approval", "action_id": ACTION, "tool_call_id": "call", "description": "Run ls"}),
    )
}

pub fn complete(turn_id: &str) -> OrchestrationCommand {
    says(turn_id, &json!({"type": "turn_complete"}))
}

pub fn approve(turn_id: &str) -> OrchestrationCommand {
    on_thread(
        "approve_pending_action",
        json!({"turn_id": turn_id, "action_id": ACTION}),
    )
}

pub fn checkpoint(checkpoint_id: &str) -> OrchestrationCommand {
    on_thread(
        "create_checkpoint",
        json!({"checkpoint_id": checkpoint_id, "git_ref": "68b152fd", "description": "here"}),
    )
}

/// What the core makes of a model by a command that it accepts.
pub fn accept(model: OrchestrationReadModel, command: &OrchestrationCommand) -> OrchestrationReadModel {
    let events = decide(command, &model).unwrap_or_else(|error| panic!("{} was refused: {error}", command.kind()));
    events.iter().fold(model, project)
}

/// Two projects with a thread each. The first thread is selected, is on a branch with a pushed commit, has had a turn
/// with a call that was asked about, and has a checkpoint from before it and one from behind it.
pub fn idle_model() -> OrchestrationReadModel {
    let create_thread = |thread_id, project_id| {
        command(
            "create_thread",
            json!({"thread_id": thread_id, "project_id": project_id, "title": "Fix it", "provider": "claude",
                "model": "sonnet", "runtime_mode": "supervised"}),
        )
    };
    [
        command(
            "create_project",
            json!({"project_id": PROJECT, "path": "/repo", "name": "repo"}),
        ),
        command(
            "create_project",
            json!({"project_id": OTHER_PROJECT, "path": "/other", "name": "other"}),
        ),
        create_thread(THREAD, PROJECT),
        create_thread(OTHER_THREAD, OTHER_PROJECT),
        on_thread("select_thread", json!({})),
        on_thread("create_branch", json!({"branch": "earlier"})),
        on_thread("commit_changes", json!({"message": "Begin"})),
        on_thread("create_branch", json!({"branch": "fix"})),
        on_thread("commit_changes", json!({"message": "Fix it"})),
        on_thread("push_branch", json!({})),
        checkpoint(FIRST_CHECKPOINT),
        start(FIRST_TURN),
        text(FIRST_TURN, "Because"),
        call(FIRST_TURN),
        ask(FIRST_TURN),
        approve(FIRST_TURN),
        result(FIRST_TURN),
        complete(FIRST_TURN),
        checkpoint(SECOND_CHECKPOINT),
    ]
    .iter()
    .fold(OrchestrationReadModel::default(), accept)
}

/// The same, and the first thread has a second turn, in which it has begun to answer.
pub fn running_model() -> OrchestrationReadModel {
    [start(SECOND_TURN), text(SECOND_TURN, "Well, "), call(SECOND_TURN)]
        .iter()
        .fold(idle_model(), accept)
}

/// The same, and the thread waits for an answer about a call.
pub fn waiting_model() -> OrchestrationReadModel {
    accept(running_model(), &ask(SECOND_TURN))
}

/// The model with its JSON changed.
pub fn edited(model: &OrchestrationReadModel, edit: impl FnOnce(&mut Value)) -> OrchestrationReadModel {
    let mut json = serde_json::to_value(model).expect("a model is JSON");
    edit(&mut json);
    let Unchecked(edited) = serde_json::from_value(json).expect("its form is right");
    assert_ne!(edited, *model, "the edit changes nothing");
    edited
}

/// The JSON of the first thread.
pub fn thread(model: &mut Value) -> &mut Value {
    &mut model["threads"][THREAD]
}

/// The JSON of the first project.
pub fn first_project(model: &mut Value) -> &mut Value {
    &mut model["projects"][PROJECT]
}

/// Removes a value from a JSON array, and gives it.
pub fn remove(array: &mut Value, place: usize) -> Value {
    array.as_array_mut().expect("an array").remove(place)
}

/// Puts a value behind the others of a JSON array.
pub fn push(array: &mut Value, value: Value) {
    array.as_array_mut().expect("an array").push(value);
}

/// The idle model, going on with commands.
pub fn idle_then(commands: &[OrchestrationCommand]) -> OrchestrationReadModel {
    commands.iter().fold(idle_model(), accept)
}

pub fn delete_thread() -> OrchestrationCommand {
    on_thread("delete_thread", json!({}))
}

pub fn delete_project() -> OrchestrationCommand {
    command("delete_project", json!({"project_id": PROJECT}))
}

pub fn restore(checkpoint_id: &str) -> OrchestrationCommand {
    on_thread("restore_checkpoint", json!({"checkpoint_id": checkpoint_id}))
}

pub fn reject(turn_id: &str) -> OrchestrationCommand {
    on_thread(
        "reject_pending_action",
        json!({"turn_id": turn_id, "action_id": ACTION, "reason": "Rather not"}),
    )
}

pub fn fail(turn_id: &str) -> OrchestrationCommand {
    says(
        turn_id,
        &json!({"type": "error", "message": "Too many requests", "code": "429"}),
    )
}

pub fn think(turn_id: &str) -> OrchestrationCommand {
    let message_id = "000000d0-0000-4000-8000-000000000009";
    says(
        turn_id,
        &json!({"type": "thinking_delta", "message_id": message_id, "text": "Hm"}),
    )
}

pub fn interrupt(turn_id: &str) -> OrchestrationCommand {
    on_thread("interrupt_turn", json!({"turn_id": turn_id}))
}
