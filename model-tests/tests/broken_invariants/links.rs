//! What ties approvals, tool calls and their ends together: S9 to S11.

use model_tests::check::invariants::Invariant;
use serde_json::{Value, json};

use crate::fixture::{UNKNOWN, push, remove};
use crate::state::{broken_by, ended_turn, last_turn};

#[test]
fn s9_is_broken_by_an_approval_that_stands_before_its_tool_call() {
    for turn in [last_turn, ended_turn] {
        assert_eq!(
            broken_by(|model| {
                let entries = &mut turn(model)["entries"];
                let call = remove(entries, 2);
                push(entries, call);
            }),
            [Invariant::S9]
        );
    }
}

#[test]
fn s9_is_broken_by_an_approval_whose_tool_call_is_missing() {
    for turn in [last_turn, ended_turn] {
        assert_eq!(
            broken_by(|model| {
                remove(&mut turn(model)["entries"], 2);
            }),
            [Invariant::S9]
        );
    }
}

#[test]
fn s10_is_broken_by_an_output_without_a_result_and_by_a_result_without_an_output() {
    for (output, status) in [
        (Value::Null, "succeeded"),
        (Value::Null, "failed"),
        (json!("src"), "cancelled"),
    ] {
        assert_eq!(
            broken_by(|model| {
                let call = &mut ended_turn(model)["entries"][2];
                call["output"] = output;
                call["status"] = json!(status);
            }),
            [Invariant::S10],
            "{status}"
        );
    }
    assert_eq!(
        broken_by(|model| last_turn(model)["entries"][2]["output"] = json!("")),
        [Invariant::S10]
    );
}

#[test]
fn s11_is_broken_by_what_is_cancelled_in_an_active_turn() {
    let cancelled = json!({"type": "cancelled"});
    let pending_beside = |model: &mut Value| {
        // Another approval is pending, so that the thread waits still.
        let mut other = last_turn(model)["entries"][3].clone();
        other["id"] = json!(UNKNOWN);
        other["tool_call_id"] = Value::Null;
        push(&mut last_turn(model)["entries"], other);
    };
    assert_eq!(
        broken_by(|model| {
            pending_beside(model);
            last_turn(model)["entries"][3]["tool_call_id"] = Value::Null;
            last_turn(model)["entries"][3]["decision"] = cancelled;
        }),
        [Invariant::S11]
    );
    assert_eq!(
        broken_by(|model| {
            pending_beside(model);
            last_turn(model)["entries"][3]["decision"] = json!({"type": "approved"});
            last_turn(model)["entries"][2]["status"] = json!("cancelled");
        }),
        [Invariant::S11]
    );
}

#[test]
fn s11_is_broken_by_a_pending_approval_whose_tool_call_is_not_open() {
    assert_eq!(
        broken_by(|model| {
            let call = &mut last_turn(model)["entries"][2];
            call["status"] = json!("succeeded");
            call["output"] = json!("src");
        }),
        [Invariant::S11]
    );
}

#[test]
fn s11_is_broken_by_a_cancelled_approval_whose_tool_call_is_not() {
    assert_eq!(
        broken_by(|model| ended_turn(model)["entries"][3]["decision"] = json!({"type": "cancelled"})),
        [Invariant::S11]
    );
}

#[test]
fn s11_is_broken_by_one_of_two_approvals_whose_tool_calls_go_by_their_ids() {
    for (open, ended) in [("a", "b"), ("b", "a")] {
        assert_eq!(
            broken_by(|model| {
                let entries = &mut last_turn(model)["entries"];
                let (mut call, mut approval) = (entries[2].clone(), entries[3].clone());
                entries[2]["id"] = json!(open);
                entries[3]["tool_call_id"] = json!(open);
                call["id"] = json!(ended);
                call["status"] = json!("succeeded");
                call["output"] = json!("src");
                approval["id"] = json!(UNKNOWN);
                approval["tool_call_id"] = json!(ended);
                push(entries, call);
                push(entries, approval);
            }),
            [Invariant::S11],
            "{ended}"
        );
    }
}
