//! Projectors that break one thing of a model, which no planted bug breaks first.

use model_tests::subject::Subject;
use orchestration::read_model::Thread;
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationEvent as Event, OrchestrationReadModel as Model, ThreadId, project};
use serde_json::{Value, json};

/// Changes the JSON of a thread.
fn patch(model: Model, id: ThreadId, change: impl FnOnce(&mut Value)) -> Model {
    let mut json = serde_json::to_value(&model).expect("a model is JSON");
    let thread = &mut json["threads"][id.to_string()];
    if thread.is_null() {
        return model;
    }
    change(thread);
    serde_json::from_value(json).map_or(model, |Unchecked(patched)| patched)
}

/// The entries of a thread's last turn, if it has one.
fn last_entries(thread: &mut Value) -> Option<&mut Vec<Value>> {
    thread["turns"].as_array_mut()?.last_mut()?["entries"].as_array_mut()
}

/// S3: when a turn starts, the first of its thread is active too.
pub const SECOND_ACTIVE_TURN: Subject = Subject::CORE.with_projector(|model, event| {
    let model = project(model, event);
    let Event::TurnStarted(started) = event else {
        return model;
    };
    patch(model, started.thread_id, |thread| {
        let turns = thread["turns"].as_array_mut().expect("a list");
        if turns.len() > 1 {
            turns[0]["status"] = json!({"type": "running"});
            turns[0]["ended_at"] = Value::Null;
        }
    })
});

/// S6: one commit more is pushed than there is.
pub const PUSHED_ONE_TOO_MANY: Subject = Subject::CORE.with_projector(|model, event| {
    let model = project(model, event);
    let Event::BranchPushed(pushed) = event else {
        return model;
    };
    let project_id = model.thread(pushed.thread_id).map(Thread::project_id);
    let Some(project_id) = project_id else {
        return model;
    };
    let mut json = serde_json::to_value(&model).expect("a model is JSON");
    let branch = &mut json["projects"][project_id.to_string()]["branches"][pushed.branch.as_str()];
    branch["pushed_commits"] = json!(branch["pushed_commits"].as_u64().unwrap_or_default() + 1);
    serde_json::from_value(json).map_or(model, |Unchecked(patched)| patched)
});

/// S8: the prompt is the agent's.
pub const PROMPT_OF_AGENT: Subject = Subject::CORE.with_projector(|model, event| {
    let model = project(model, event);
    let Event::TurnStarted(started) = event else {
        return model;
    };
    patch(model, started.thread_id, |thread| {
        if let Some(prompt) = last_entries(thread).and_then(|entries| entries.first_mut()) {
            prompt["role"] = json!("assistant");
        }
    })
});

/// S9: an approval names a tool call that is not there.
pub const APPROVAL_OF_NOTHING: Subject = Subject::CORE.with_projector(|model, event| {
    let model = project(model, event);
    let Event::ApprovalRequested(requested) = event else {
        return model;
    };
    if requested.tool_call_id.is_none() {
        return model;
    }
    patch(model, requested.thread_id, |thread| {
        if let Some(approval) = last_entries(thread).and_then(|entries| entries.last_mut()) {
            approval["tool_call_id"] = json!("none");
        }
    })
});

/// S10: a tool call ends by a result without an output.
pub const OUTPUT_LOST: Subject = Subject::CORE.with_projector(|model, event| {
    let model = project(model, event);
    let Event::ToolCallEnded(ended) = event else {
        return model;
    };
    patch(model, ended.thread_id, |thread| {
        let entries = last_entries(thread).into_iter().flatten();
        for call in entries.filter(|entry| entry["id"] == json!(ended.tool_call_id)) {
            call["output"] = Value::Null;
        }
    })
});
