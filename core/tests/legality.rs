//! Each rule of the model holds of what was logged, and a model that breaks it is refused: by `check`, and when it is
//! read.

use std::collections::BTreeMap;

use crate::common::conversation::whole_conversation;
use insta::assert_snapshot;
use orchestration::legality::{Breach, IllegalModel, Place, Rule};
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationReadModel, Snapshot, StoredEvent};
use serde_json::{Value, json};

const LOG: &str = include_str!("golden/2/conversation.jsonl");
const SNAPSHOT: &str = include_str!("golden/2/conversation.snapshot.json");

/// The first project, with the branch that the first thread made.
const PROJECT: &str = "00000000-0000-0000-0000-000000000001";
const OTHER_PROJECT: &str = "00000000-0000-0000-0000-000000000002";
/// A thread with one turn, ended, in which an approval was given and another was not.
const DONE: &str = "00000000-0000-0000-0000-000000000011";
/// A thread with three turns: one failed, one interrupted while it asked, and one that asks.
const WAITING: &str = "00000000-0000-0000-0000-000000000013";
const UNKNOWN: &str = "00000000-0000-0000-0000-0000000000ff";

/// The model of the golden snapshot, edited: as it is in memory, why it is illegal, and why it is refused.
#[track_caller]
fn broken(edit: impl FnOnce(&mut Value)) -> IllegalModel {
    let mut snapshot: Value = serde_json::from_str(SNAPSHOT).expect("it is JSON");
    edit(&mut snapshot["model"]);
    let Unchecked(model) = serde_json::from_value(snapshot["model"].clone()).expect("its form is right");
    let illegal = model.check().expect_err("it is not legal");
    for refusal in [
        serde_json::from_value::<OrchestrationReadModel>(snapshot["model"].clone()).map(|_| ()),
        serde_json::from_value::<Snapshot>(snapshot.clone()).map(|_| ()),
    ] {
        assert_eq!(refusal.expect_err("it is not legal").to_string(), illegal.to_string());
    }
    let text = snapshot.to_string();
    let refusal = serde_json::from_str::<Snapshot>(&text).expect_err("it is not legal");
    assert!(refusal.to_string().starts_with(&illegal.to_string()), "{refusal}");
    illegal
}

fn done(model: &mut Value) -> &mut Value {
    &mut model["threads"][DONE]
}

fn waiting(model: &mut Value) -> &mut Value {
    &mut model["threads"][WAITING]
}

/// The turn that has ended with both calls settled.
fn done_turn(model: &mut Value) -> &mut Value {
    &mut done(model)["turns"][0]
}

/// The turn that was interrupted while it asked about a call.
fn interrupted_turn(model: &mut Value) -> &mut Value {
    &mut waiting(model)["turns"][1]
}

/// The turn that asks about a call.
fn asking_turn(model: &mut Value) -> &mut Value {
    &mut waiting(model)["turns"][2]
}

fn entries(turn: &mut Value) -> &mut Vec<Value> {
    turn["entries"].as_array_mut().expect("an array")
}

/// The first entry of the turn that has this type and this id.
#[track_caller]
fn entry<'a>(turn: &'a mut Value, kind: &str, id: &str) -> &'a mut Value {
    let is_it = |entry: &&mut Value| entry["type"] == kind && entry["id"].as_str().is_some_and(|own| own.ends_with(id));
    entries(turn).iter_mut().find(is_it).expect("the entry is there")
}

#[test]
fn the_model_is_legal_after_every_event() {
    let log = LOG
        .lines()
        .map(|line| serde_json::from_str::<StoredEvent>(line).expect("it is read"));
    log.fold(Snapshot::default(), |snapshot, stored| {
        let next = snapshot.apply(&stored).expect("the log is whole");
        assert_eq!(next.model.check(), Ok(()), "after event {}", next.sequence);
        next
    });
    for snapshot in whole_conversation().snapshots {
        assert_eq!(snapshot.model.check(), Ok(()), "after event {}", snapshot.sequence);
    }
}

#[test]
fn s1_a_thread_needs_its_project() {
    let illegal = broken(|model| waiting(model)["project_id"] = json!(UNKNOWN));
    assert_snapshot!(illegal, @"illegal model: S1 is broken in thread 00000000-0000-0000-0000-000000000013: its project 00000000-0000-0000-0000-0000000000ff does not exist");
    assert_eq!(illegal.rule(), Rule::S1);
    assert_eq!(
        illegal.place.thread_id().map(|id| id.to_string()).as_deref(),
        Some(WAITING)
    );
}

#[test]
fn s1_the_selected_thread_exists() {
    let illegal = broken(|model| model["selected_thread"] = json!(UNKNOWN));
    assert_snapshot!(illegal, @"illegal model: S1 is broken: the selected thread 00000000-0000-0000-0000-0000000000ff does not exist");
    assert_eq!((illegal.rule(), illegal.place), (Rule::S1, Place::Model));
}

#[test]
fn s2_no_two_projects_share_a_path() {
    let illegal = broken(|model| model["projects"][OTHER_PROJECT]["path"] = json!("/repo"));
    assert_snapshot!(illegal, @"illegal model: S2 is broken in project 00000000-0000-0000-0000-000000000002: its path /repo is that of project 00000000-0000-0000-0000-000000000001 too");
    assert_eq!(
        illegal.place.project_id().map(|id| id.to_string()).as_deref(),
        Some(OTHER_PROJECT)
    );
}

#[test]
fn s3_an_active_turn_is_the_last() {
    let illegal = broken(|model| {
        let turn = interrupted_turn(model);
        turn["status"] = json!({"type": "running"});
        turn["ended_at"] = Value::Null;
    });
    assert_snapshot!(illegal, @"illegal model: S3 is broken in turn 00000000-0000-0000-0000-000000000023 of thread 00000000-0000-0000-0000-000000000013: the turn is running, and is not the thread's last");
}

#[test]
fn s4_the_status_is_what_the_turns_call_for() {
    assert_snapshot!(broken(|model| done(model)["status"] = json!("running")), @"illegal model: S4 is broken in thread 00000000-0000-0000-0000-000000000011: the thread is running: expected it to be idle");
    assert_snapshot!(broken(|model| waiting(model)["status"] = json!("running")), @"illegal model: S4 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the thread is running: expected it to be awaiting approval");
    assert_snapshot!(broken(|model| waiting(model)["status"] = json!("idle")), @"illegal model: S4 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the thread is idle: expected it to be awaiting approval");
    assert_snapshot!(broken(|model| {
        entry(asking_turn(model), "approval", "41")["decision"] = json!({"type": "approved"});
    }), @"illegal model: S4 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the thread is awaiting approval: expected it to be running");
}

#[test]
fn s5_an_ended_turn_is_settled_and_an_active_one_has_not_ended() {
    assert_snapshot!(broken(|model| {
        let call = entry(done_turn(model), "tool_call", "call-1");
        call["status"] = json!("open");
        call["output"] = Value::Null;
    }), @"illegal model: S5 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: the turn has ended, and tool call call-1 is open");
    assert_snapshot!(broken(|model| {
        entry(done_turn(model), "approval", "42")["decision"] = json!({"type": "pending"});
    }), @"illegal model: S5 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: the turn has ended, and the approval of action 00000000-0000-0000-0000-000000000042 is pending");
    assert_snapshot!(broken(|model| done_turn(model)["ended_at"] = Value::Null), @"illegal model: S5 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: the turn has ended, and there is no time at which it did");
    assert_snapshot!(broken(|model| asking_turn(model)["ended_at"] = json!("2026-01-01T00:00:00Z")), @"illegal model: S5 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the turn is running, and is said to have ended at 2026-01-01 00:00:00 UTC");
}

#[test]
fn s6_a_branch_is_of_the_project_and_of_the_thread_and_no_more_is_pushed_than_committed() {
    assert_snapshot!(broken(|model| done(model)["branch"] = json!("unknown")), @"illegal model: S6 is broken in thread 00000000-0000-0000-0000-000000000011: its branch unknown is none of its project 00000000-0000-0000-0000-000000000001");
    assert_snapshot!(broken(|model| waiting(model)["branch"] = json!("fix")), @"illegal model: S6 is broken in thread 00000000-0000-0000-0000-000000000013: its branch fix was made by thread 00000000-0000-0000-0000-000000000011");
    assert_snapshot!(broken(|model| model["projects"][PROJECT]["branches"]["fix"]["pushed_commits"] = json!(2)), @"illegal model: S6 is broken in project 00000000-0000-0000-0000-000000000001: 2 commits of branch fix are pushed: expected at most 1");
}

#[test]
fn s7_checkpoints_count_turns_that_have_ended_and_never_fewer_than_before() {
    // Three turns, one of which is active: none counts that.
    assert_snapshot!(broken(|model| waiting(model)["checkpoints"][0]["turn_count"] = json!(3)), @"illegal model: S7 is broken in thread 00000000-0000-0000-0000-000000000013: checkpoint 00000000-0000-0000-0000-000000000051 counts 3 turns: expected 0 to 2");
    assert_snapshot!(broken(|model| {
        let checkpoints = waiting(model)["checkpoints"].as_array_mut().expect("an array");
        let mut later = checkpoints[0].clone();
        later["id"] = json!(UNKNOWN);
        later["turn_count"] = json!(0);
        checkpoints.push(later);
    }), @"illegal model: S7 is broken in thread 00000000-0000-0000-0000-000000000013: checkpoint 00000000-0000-0000-0000-0000000000ff counts 0 turns: expected 1 to 2");
}

#[test]
fn s8_a_turn_begins_with_its_only_prompt() {
    assert_snapshot!(broken(|model| done_turn(model)["entries"] = json!([])), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: the turn does not begin with the user's prompt");
    assert_snapshot!(broken(|model| entry(done_turn(model), "message", "31")["role"] = json!("assistant")), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: the turn does not begin with the user's prompt");
    assert_snapshot!(broken(|model| entry(done_turn(model), "message", "33")["role"] = json!("user")), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: message 00000000-0000-0000-0000-000000000033 is the user's, and is not the turn's first entry");
}

#[test]
fn s8_ids_are_unique() {
    assert_snapshot!(broken(|model| {
        let id = waiting(model)["turns"][0]["id"].clone();
        waiting(model)["turns"][2]["id"] = id;
    }), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000013: another turn of the thread has its id");
    assert_snapshot!(broken(|model| {
        let checkpoints = waiting(model)["checkpoints"].as_array_mut().expect("an array");
        checkpoints.push(checkpoints[0].clone());
    }), @"illegal model: S8 is broken in thread 00000000-0000-0000-0000-000000000013: two checkpoints have the id 00000000-0000-0000-0000-000000000051");
    let again = |kind: &str, id: &str| {
        broken(|model| {
            let entry = entry(done_turn(model), kind, id).clone();
            entries(done_turn(model)).push(entry);
        })
    };
    assert_snapshot!(again("message", "32"), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: two messages have the id 00000000-0000-0000-0000-000000000032");
    assert_snapshot!(again("tool_call", "call-1"), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: two tool calls have the id call-1");
    assert_snapshot!(again("approval", "41"), @"illegal model: S8 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: two approvals are of the action 00000000-0000-0000-0000-000000000041");
}

#[test]
fn s9_an_approval_stands_behind_its_tool_call() {
    assert_snapshot!(broken(|model| {
        entries(asking_turn(model)).retain(|entry| entry["type"] != "tool_call");
    }), @"illegal model: S9 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the approval of action 00000000-0000-0000-0000-000000000041 does not stand behind tool call toolu_01A/ü, which it names");
    assert_snapshot!(broken(|model| {
        let entries = entries(asking_turn(model));
        let call = entries.iter().position(|entry| entry["type"] == "tool_call").expect("a call");
        let call = entries.remove(call);
        entries.push(call);
    }), @"illegal model: S9 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the approval of action 00000000-0000-0000-0000-000000000041 does not stand behind tool call toolu_01A/ü, which it names");
}

#[test]
fn s10_an_output_comes_with_a_result() {
    let with = |output: Value, status: &str| {
        broken(|model| {
            let call = entry(done_turn(model), "tool_call", "call-1");
            call["output"] = output;
            call["status"] = json!(status);
        })
    };
    assert_snapshot!(with(Value::Null, "succeeded"), @"illegal model: S10 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: tool call call-1 has succeeded, and has no output");
    assert_snapshot!(with(Value::Null, "failed"), @"illegal model: S10 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: tool call call-1 has failed, and has no output");
    assert_snapshot!(with(json!(""), "cancelled"), @"illegal model: S10 is broken in turn 00000000-0000-0000-0000-000000000021 of thread 00000000-0000-0000-0000-000000000011: tool call call-1 is cancelled, and has an output");
    assert_snapshot!(broken(|model| {
        entry(asking_turn(model), "tool_call", "ü")["output"] = json!("src");
    }), @"illegal model: S10 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: tool call toolu_01A/ü is open, and has an output");
}

#[test]
fn s11_only_the_end_of_a_turn_cancels_and_a_call_is_as_its_approval() {
    assert_snapshot!(broken(|model| {
        entry(asking_turn(model), "approval", "42")["decision"] = json!({"type": "cancelled"});
    }), @"illegal model: S11 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the turn is running, and the approval of action 00000000-0000-0000-0000-000000000042 is cancelled");
    assert_snapshot!(broken(|model| {
        let call = json!({"type": "tool_call", "id": "c", "name": "bash", "input": "", "status": "cancelled",
            "at": "2026-01-01T00:00:00Z"});
        entries(asking_turn(model)).push(call);
    }), @"illegal model: S11 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the turn is running, and tool call c is cancelled");
    assert_snapshot!(broken(|model| {
        let call = entry(asking_turn(model), "tool_call", "ü");
        call["status"] = json!("succeeded");
        call["output"] = json!("");
    }), @"illegal model: S11 is broken in turn 00000000-0000-0000-0000-000000000024 of thread 00000000-0000-0000-0000-000000000013: the tool call toolu_01A/ü of action 00000000-0000-0000-0000-000000000041 is succeeded: expected it to be open");
    assert_snapshot!(broken(|model| {
        let call = entry(interrupted_turn(model), "tool_call", "call-1");
        call["status"] = json!("failed");
        call["output"] = json!("");
    }), @"illegal model: S11 is broken in turn 00000000-0000-0000-0000-000000000023 of thread 00000000-0000-0000-0000-000000000013: the tool call call-1 of action 00000000-0000-0000-0000-000000000041 is failed: expected it to be cancelled");
}

#[test]
fn of_several_rules_that_are_broken_the_first_is_named() {
    let illegal = broken(|model| {
        done_turn(model)["entries"] = json!([]);
        waiting(model)["status"] = json!("running");
        waiting(model)["branch"] = json!("unknown");
    });
    assert_eq!(illegal.rule(), Rule::S4);
}

#[test]
fn why_a_model_is_illegal_has_a_wire_form_with_the_place_and_the_ids() {
    let illegal = broken(|model| entries(asking_turn(model)).retain(|entry| entry["type"] != "tool_call"));
    let json = serde_json::to_value(&illegal).expect("it has a wire form");
    assert_eq!(
        json,
        json!({
            "place": {"type": "turn", "thread_id": WAITING, "turn_id": "00000000-0000-0000-0000-000000000024"},
            "breach": {
                "type": "tool_call_not_before",
                "action_id": "00000000-0000-0000-0000-000000000041",
                "tool_call_id": "toolu_01A/ü",
            },
        })
    );
    assert_eq!(
        serde_json::from_value::<IllegalModel>(json).expect("it is read"),
        illegal
    );
    let places = [(illegal.place.project_id().is_none(), illegal.place.turn_id().is_some())];
    assert_eq!(places, [(true, true)]);
}

#[test]
fn the_table_of_the_rules_names_them_all_and_each_is_told_apart() {
    let source = include_str!("../src/legality/mod.rs");
    let rows: BTreeMap<_, _> = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! | S")?.split_once(" | "))
        .collect();
    let names: Vec<_> = Rule::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(names, (1..=11).map(|number| format!("S{number}")).collect::<Vec<_>>());
    assert!(names.iter().all(|name| rows.contains_key(&name[1..])), "{rows:?}");
    assert_eq!(Breach::PromptMissing.rule(), Rule::S8);
}
