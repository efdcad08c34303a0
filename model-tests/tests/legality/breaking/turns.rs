//! What is broken in a turn.

use serde_json::{Value, json};

use super::{Break, Broken, Random, is_running, items, one_of, thread};
use crate::below;

/// Breaks something in a turn, which the breach tells.
fn in_turn(
    model: &mut Value,
    random: &mut Random,
    breach_of: impl FnOnce(&mut Value, &mut Random) -> Option<Value>,
) -> Option<Broken> {
    let thread = thread(model, random)?;
    let thread_id = thread["id"].clone();
    let turn = one_of(items(thread, "turns"), random)?;
    let breach = breach_of(turn, random)?;
    let place = json!({ "type": "turn", "thread_id": thread_id, "turn_id": turn["id"] });
    Some(Broken { place, breach })
}

/// An entry of the turn that is such a one.
fn entry<'a>(turn: &'a mut Value, random: &mut Random, is_such: impl Fn(&Value) -> bool) -> Option<&'a mut Value> {
    let mut entries = items(turn, "entries");
    entries.retain(|entry| is_such(entry));
    one_of(entries, random)
}

fn is_call(status: &'static str) -> impl Fn(&Value) -> bool {
    move |entry| entry["type"] == "tool_call" && entry["status"] == status
}

fn is_approval(decision: &'static str) -> impl Fn(&Value) -> bool {
    move |entry| entry["type"] == "approval" && entry["decision"]["type"] == decision
}

fn is_ended_call(entry: &Value) -> bool {
    is_call("succeeded")(entry) || is_call("failed")(entry)
}

/// Gives an entry of a turn the id of another of its kind.
fn repeat(turn: &mut Value, random: &mut Random, kind: &str) -> Option<Value> {
    let mut entries = items(turn, "entries");
    entries.retain(|entry| entry["type"] == kind);
    let place = below(random, entries.len().saturating_sub(1));
    let id = entries.get(place)?["id"].clone();
    entries.into_iter().nth(place + 1)?["id"] = id.clone();
    Some(id)
}

/// Ends the tool call that an approval of such a decision names.
fn end_call_of(turn: &mut Value, random: &mut Random, decision: &'static str, expected: &str) -> Option<Value> {
    let is_such = is_approval(decision);
    let id = entry(turn, random, |entry| is_such(entry) && !entry["tool_call_id"].is_null())?["tool_call_id"].clone();
    let first = items(turn, "entries")
        .into_iter()
        .find(|entry| is_such(entry) && entry["tool_call_id"] == id)?;
    let action_id = first["id"].clone();
    let call = entry(turn, random, |entry| entry["type"] == "tool_call" && entry["id"] == id)?;
    call["output"] = "done".into();
    call["status"] = "succeeded".into();
    Some(json!({
        "type": "tool_call_of_approval", "action_id": action_id, "tool_call_id": id, "expected": expected,
        "found": "succeeded",
    }))
}

pub(super) const WAYS: &[Break] = &[
    |model, random| {
        in_turn(model, random, |turn, random| {
            let is_running = is_running(turn);
            let call = entry(turn, random, |entry| !is_running && entry["type"] == "tool_call")?;
            call["status"] = "open".into();
            Some(json!({ "type": "tool_call_open_at_end", "tool_call_id": call["id"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let is_running = is_running(turn);
            let approval = entry(turn, random, |entry| !is_running && entry["type"] == "approval")?;
            approval["decision"] = json!({ "type": "pending" });
            Some(json!({ "type": "approval_pending_at_end", "action_id": approval["id"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, _| {
            turn.as_object_mut()?.remove("ended_at")?;
            Some(json!({ "type": "end_time_missing" }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, _| {
            is_running(turn).then_some(())?;
            turn["ended_at"] = turn["started_at"].clone();
            Some(json!({ "type": "end_time_of_active_turn", "ended_at": turn["ended_at"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let roles = ["assistant", "reasoning"];
            items(turn, "entries").into_iter().next()?["role"] = roles[below(random, 2)].into();
            Some(json!({ "type": "prompt_missing" }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let is_reply = |entry: &Value| entry["type"] == "message" && entry["role"] != "user";
            let message = entry(turn, random, is_reply)?;
            message["role"] = "user".into();
            Some(json!({ "type": "second_prompt", "message_id": message["id"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let id = repeat(turn, random, "message")?;
            Some(json!({ "type": "message_repeated", "message_id": id }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let id = repeat(turn, random, "tool_call")?;
            Some(json!({ "type": "tool_call_repeated", "tool_call_id": id }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let id = repeat(turn, random, "approval")?;
            Some(json!({ "type": "approval_repeated", "action_id": id }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let approval = entry(turn, random, |entry| entry["type"] == "approval")?;
            approval["tool_call_id"] = "no such call".into();
            let action_id = &approval["id"];
            Some(json!({ "type": "tool_call_not_before", "action_id": action_id, "tool_call_id": "no such call" }))
        })
    },
    // An approval moves to the place before its call.
    |model, random| {
        in_turn(model, random, |turn, _| {
            let entries = turn["entries"].as_array_mut()?;
            let from = entries.iter().position(|entry| !entry["tool_call_id"].is_null())?;
            let (action_id, id) = (entries[from]["id"].clone(), entries[from]["tool_call_id"].clone());
            let to = entries
                .iter()
                .position(|entry| entry["type"] == "tool_call" && entry["id"] == id)?;
            entries[to..=from].rotate_right(1);
            Some(json!({ "type": "tool_call_not_before", "action_id": action_id, "tool_call_id": id }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let call = entry(turn, random, is_ended_call)?;
            call.as_object_mut()?.remove("output")?;
            Some(json!({ "type": "output_missing", "tool_call_id": call["id"], "status": call["status"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let call = entry(turn, random, |entry| {
                entry["type"] == "tool_call" && !is_ended_call(entry)
            })?;
            call["output"] = "done".into();
            Some(json!({ "type": "output_without_result", "tool_call_id": call["id"], "status": call["status"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let call = entry(turn, random, is_call("open"))?;
            call["status"] = "cancelled".into();
            Some(json!({ "type": "tool_call_cancelled_early", "tool_call_id": call["id"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            let is_running = is_running(turn);
            let is_answered = |entry: &Value| is_approval("approved")(entry) || is_approval("rejected")(entry);
            let approval = entry(turn, random, |entry| is_running && is_answered(entry))?;
            approval["decision"] = json!({ "type": "cancelled" });
            Some(json!({ "type": "approval_cancelled_early", "action_id": approval["id"] }))
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            end_call_of(turn, random, "pending", "open")
        })
    },
    |model, random| {
        in_turn(model, random, |turn, random| {
            end_call_of(turn, random, "cancelled", "cancelled")
        })
    },
];
