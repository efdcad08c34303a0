//! What the events of tool calls and approvals do to the model.

use crate::common;
use crate::common::changes::{assert_changes_nothing, changes};
use crate::common::{
    ACTION, NOW, OTHER_ACTION, THREAD, TURN, a_no, a_tool_call, a_tool_result, a_yes, an_approval, an_approval_of,
    turn_with, value,
};
use insta::assert_snapshot;
use orchestration::events::{
    ApprovalRequested, PendingActionApproved, PendingActionRejected, ToolCallEnded, ToolCallStarted,
};

fn tool_call_started() -> ToolCallStarted {
    ToolCallStarted {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value("call-1"),
        name: value("edit"),
        input: "a.rs".into(),
        at: NOW,
    }
}

#[test]
fn tool_call_started_adds_the_call_open_and_without_an_output() {
    assert_snapshot!(changes(turn_with([a_tool_call("call-2")]), tool_call_started()), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.2.at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.2.id: "call-1"
    + threads.11.turns.0.entries.2.input: "a.rs"
    + threads.11.turns.0.entries.2.name: "edit"
    + threads.11.turns.0.entries.2.status: "open"
    + threads.11.turns.0.entries.2.type: "tool_call"
    "#);
}

#[test]
fn tool_call_started_with_a_known_id_changes_nothing() {
    assert_changes_nothing(turn_with([a_tool_call("call-1")]), tool_call_started());
    let ended = turn_with([a_tool_call("call-1"), a_tool_result("call-1", false)]);
    assert_changes_nothing(ended, tool_call_started());
}

fn tool_call_ended(is_error: bool) -> ToolCallEnded {
    ToolCallEnded {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value("call-1"),
        output: "3 lines".into(),
        is_error,
        at: NOW,
    }
}

#[test]
fn tool_call_ended_without_an_error_ends_the_call_as_succeeded() {
    let before = turn_with([a_tool_call("call-1"), a_tool_call("call-2")]);
    assert_snapshot!(changes(before, tool_call_ended(false)), @r#"
    - threads.11.turns.0.entries.1.status: "open"
    + threads.11.turns.0.entries.1.status: "succeeded"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.1.output: "3 lines"
    "#);
}

#[test]
fn tool_call_ended_with_an_error_ends_the_call_as_failed() {
    assert_snapshot!(changes(turn_with([a_tool_call("call-1")]), tool_call_ended(true)), @r#"
    - threads.11.turns.0.entries.1.status: "open"
    + threads.11.turns.0.entries.1.status: "failed"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.1.output: "3 lines"
    "#);
}

#[test]
fn tool_call_ended_of_an_unknown_call_changes_nothing() {
    assert_changes_nothing(turn_with([a_tool_call("call-2")]), tool_call_ended(false));
}

#[test]
fn tool_call_ended_of_an_ended_call_changes_nothing() {
    for is_error in [false, true] {
        let before = turn_with([a_tool_call("call-1"), a_tool_result("call-1", is_error)]);
        assert_changes_nothing(before, tool_call_ended(!is_error));
    }
}

fn approval_requested(tool_call_id: Option<&str>) -> ApprovalRequested {
    ApprovalRequested {
        thread_id: THREAD,
        turn_id: TURN,
        action_id: ACTION,
        tool_call_id: tool_call_id.map(value),
        description: "edit a.rs".into(),
        at: NOW,
    }
}

#[test]
fn approval_requested_adds_the_approval_pending_and_sets_the_thread_awaiting() {
    assert_snapshot!(changes(turn_with([]), approval_requested(None)), @r#"
    - threads.11.status: "running"
    + threads.11.status: "awaiting_approval"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.1.at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.1.decision.type: "pending"
    + threads.11.turns.0.entries.1.description: "edit a.rs"
    + threads.11.turns.0.entries.1.id: "41"
    + threads.11.turns.0.entries.1.type: "approval"
    "#);
}

#[test]
fn approval_requested_for_a_tool_call_names_the_call() {
    assert_snapshot!(changes(turn_with([a_tool_call("call-1")]), approval_requested(Some("call-1"))), @r#"
    - threads.11.status: "running"
    + threads.11.status: "awaiting_approval"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.2.at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.2.decision.type: "pending"
    + threads.11.turns.0.entries.2.description: "edit a.rs"
    + threads.11.turns.0.entries.2.id: "41"
    + threads.11.turns.0.entries.2.tool_call_id: "call-1"
    + threads.11.turns.0.entries.2.type: "approval"
    "#);
}

#[test]
fn approval_requested_for_an_unknown_tool_call_changes_nothing() {
    assert_changes_nothing(turn_with([a_tool_call("call-2")]), approval_requested(Some("call-1")));
}

#[test]
fn approval_requested_of_a_known_action_changes_nothing() {
    for before in [
        vec![an_approval(ACTION)],
        vec![an_approval(ACTION), a_yes(ACTION)],
        vec![an_approval(ACTION), a_no(ACTION)],
    ] {
        assert_changes_nothing(turn_with(before), approval_requested(None));
    }
}

const APPROVED: PendingActionApproved = PendingActionApproved {
    thread_id: THREAD,
    turn_id: TURN,
    action_id: ACTION,
    at: NOW,
};

fn rejected(reason: Option<&str>) -> PendingActionRejected {
    PendingActionRejected {
        thread_id: THREAD,
        turn_id: TURN,
        action_id: ACTION,
        reason: reason.map(Into::into),
        at: NOW,
    }
}

#[test]
fn pending_action_approved_decides_the_approval_and_sets_the_thread_running_if_it_was_the_last() {
    assert_snapshot!(changes(turn_with([an_approval(ACTION)]), APPROVED), @r#"
    - threads.11.status: "awaiting_approval"
    + threads.11.status: "running"
    - threads.11.turns.0.entries.1.decision.type: "pending"
    + threads.11.turns.0.entries.1.decision.type: "approved"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn pending_action_approved_leaves_the_thread_awaiting_while_another_is_pending() {
    let before = turn_with([an_approval(ACTION), an_approval(OTHER_ACTION)]);
    assert_snapshot!(changes(before, APPROVED), @r#"
    - threads.11.turns.0.entries.1.decision.type: "pending"
    + threads.11.turns.0.entries.1.decision.type: "approved"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn pending_action_rejected_decides_the_approval_with_its_reason() {
    assert_snapshot!(changes(turn_with([an_approval(ACTION)]), rejected(Some("use the cache"))), @r#"
    - threads.11.status: "awaiting_approval"
    + threads.11.status: "running"
    - threads.11.turns.0.entries.1.decision.type: "pending"
    + threads.11.turns.0.entries.1.decision.type: "rejected"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.1.decision.reason: "use the cache"
    "#);
}

#[test]
fn pending_action_rejected_without_a_reason_keeps_none_and_waits_for_the_other_approval() {
    let before = turn_with([an_approval(ACTION), an_approval(OTHER_ACTION)]);
    assert_snapshot!(changes(before, rejected(None)), @r#"
    - threads.11.turns.0.entries.1.decision.type: "pending"
    + threads.11.turns.0.entries.1.decision.type: "rejected"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn an_answer_about_an_unknown_action_changes_nothing() {
    assert_changes_nothing(turn_with([an_approval(OTHER_ACTION)]), APPROVED);
    assert_changes_nothing(turn_with([an_approval(OTHER_ACTION)]), rejected(None));
}

#[test]
fn an_answer_changes_the_model_only_once() {
    for first in [a_yes(ACTION), a_no(ACTION)] {
        for second in [a_yes(ACTION), a_no(ACTION)] {
            assert_changes_nothing(turn_with([an_approval(ACTION), first.clone()]), second);
        }
    }
}

#[test]
fn the_pending_approvals_of_a_call_are_counted_up_by_requests_and_down_by_answers() {
    let pending = |events: &[orchestration::OrchestrationEvent]| {
        let model = common::model_after(turn_with(events.iter().cloned()));
        let turn = model
            .thread(THREAD)
            .and_then(|thread| thread.active_turn())
            .cloned()
            .expect("a turn runs");
        (turn.pending_approvals(), turn.pending_approvals_of(&value("call-1")))
    };
    let events = [
        a_tool_call("call-1"),
        an_approval_of("call-1", ACTION),
        an_approval(OTHER_ACTION),
        a_yes(ACTION),
        a_no(OTHER_ACTION),
    ];
    let counts: Vec<_> = (0..=events.len()).map(|count| pending(&events[..count])).collect();
    assert_eq!(counts, [(0, 0), (0, 0), (1, 1), (2, 1), (1, 0), (0, 0)]);
}
