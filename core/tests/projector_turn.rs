//! What the events of turns and messages do to the model.

use crate::common::changes::{assert_changes_nothing, changes};
use crate::common::{
    ACTION, MESSAGE, NOW, OTHER_ACTION, OTHER_THREAD, OTHER_TURN, PROJECT, PROMPT, THREAD, TURN, a_completion,
    a_failure, a_message, a_project, a_thread, a_thread_of, a_tool_call, a_tool_result, a_turn, a_turn_of, a_yes,
    an_approval, an_approval_of, an_interruption, model_after, turn_with, value,
};
use insta::assert_snapshot;
use orchestration::events::{
    ApprovalRequested, MessageChunkReceived, PendingActionApproved, PendingActionRejected, ToolCallEnded,
    ToolCallStarted, TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted,
};
use orchestration::read_model::{MessageRole, ThreadStatus};
use orchestration::{OrchestrationEvent, TurnId};

fn turn_started(turn_id: TurnId) -> TurnStarted {
    TurnStarted {
        thread_id: THREAD,
        turn_id,
        message_id: PROMPT,
        prompt: value("Add a test"),
        at: NOW,
    }
}

#[test]
fn turn_started_opens_the_turn_with_the_prompt_and_sets_the_thread_running() {
    assert_snapshot!(changes([a_project(), a_thread()], turn_started(TURN)), @r#"
    - threads.11.status: "idle"
    + threads.11.status: "running"
    - threads.11.turns: []
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.0.at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.entries.0.id: "31"
    + threads.11.turns.0.entries.0.role: "user"
    + threads.11.turns.0.entries.0.text: "Add a test"
    + threads.11.turns.0.entries.0.type: "message"
    + threads.11.turns.0.id: "21"
    + threads.11.turns.0.started_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.status.type: "running"
    "#);
}

#[test]
fn turn_started_puts_the_turn_behind_those_that_ended() {
    let before = [a_project(), a_thread(), a_turn(TURN), a_completion(TURN)];
    assert_snapshot!(changes(before, turn_started(OTHER_TURN)), @r#"
    - threads.11.status: "idle"
    + threads.11.status: "running"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.1.entries.0.at: "2026-01-01T00:01:00Z"
    + threads.11.turns.1.entries.0.id: "31"
    + threads.11.turns.1.entries.0.role: "user"
    + threads.11.turns.1.entries.0.text: "Add a test"
    + threads.11.turns.1.entries.0.type: "message"
    + threads.11.turns.1.id: "22"
    + threads.11.turns.1.started_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.1.status.type: "running"
    "#);
}

#[test]
fn turn_started_in_an_unknown_thread_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], turn_started(TURN));
}

#[test]
fn turn_started_while_another_turn_is_active_changes_nothing() {
    assert_changes_nothing(turn_with([]), turn_started(OTHER_TURN));
}

#[test]
fn turn_started_with_a_known_id_changes_nothing() {
    assert_changes_nothing(turn_with([]), turn_started(TURN));
    assert_changes_nothing(turn_with([a_completion(TURN)]), turn_started(TURN));
}

const fn turn_interrupted() -> TurnInterrupted {
    TurnInterrupted {
        thread_id: THREAD,
        turn_id: TURN,
        at: NOW,
    }
}

const fn turn_completed() -> TurnCompleted {
    TurnCompleted {
        thread_id: THREAD,
        turn_id: TURN,
        at: NOW,
    }
}

fn turn_failed() -> TurnFailed {
    TurnFailed {
        thread_id: THREAD,
        turn_id: TURN,
        message: "the context is full".into(),
        code: Some("context_length".into()),
        at: NOW,
    }
}

/// The three events that end the turn.
fn ends() -> [OrchestrationEvent; 3] {
    [turn_interrupted().into(), turn_completed().into(), turn_failed().into()]
}

#[test]
fn turn_interrupted_ends_the_turn_and_sets_the_thread_idle() {
    assert_snapshot!(changes(turn_with([]), turn_interrupted()), @r#"
    - threads.11.status: "running"
    + threads.11.status: "idle"
    - threads.11.turns.0.status.type: "running"
    + threads.11.turns.0.status.type: "interrupted"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.ended_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn turn_completed_ends_the_turn_and_sets_the_thread_idle() {
    assert_snapshot!(changes(turn_with([]), turn_completed()), @r#"
    - threads.11.status: "running"
    + threads.11.status: "idle"
    - threads.11.turns.0.status.type: "running"
    + threads.11.turns.0.status.type: "completed"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.ended_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn turn_failed_ends_the_turn_with_its_message_and_code_and_sets_the_thread_idle() {
    assert_snapshot!(changes(turn_with([]), turn_failed()), @r#"
    - threads.11.status: "running"
    + threads.11.status: "idle"
    - threads.11.turns.0.status.type: "running"
    + threads.11.turns.0.status.type: "failed"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.ended_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.status.code: "context_length"
    + threads.11.turns.0.status.message: "the context is full"
    "#);
}

#[test]
fn turn_failed_without_a_code_keeps_none() {
    let failed = TurnFailed {
        message: "".into(),
        code: None,
        ..turn_failed()
    };
    assert_snapshot!(changes(turn_with([]), failed), @r#"
    - threads.11.status: "running"
    + threads.11.status: "idle"
    - threads.11.turns.0.status.type: "running"
    + threads.11.turns.0.status.type: "failed"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.ended_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.status.message: ""
    "#);
}

#[test]
fn the_end_of_a_turn_cancels_what_is_open_or_pending_and_nothing_else() {
    let before = || {
        turn_with([
            a_message(MESSAGE, MessageRole::Assistant),
            a_tool_call("ended"),
            a_tool_result("ended", false),
            a_tool_call("failed"),
            a_tool_result("failed", true),
            a_tool_call("open"),
            an_approval_of("open", ACTION),
            a_yes(ACTION),
            an_approval_of("open", OTHER_ACTION),
        ])
    };
    let interrupted = changes(before(), turn_interrupted());
    assert_snapshot!(interrupted, @r#"
    - threads.11.status: "awaiting_approval"
    + threads.11.status: "idle"
    - threads.11.turns.0.entries.4.status: "open"
    + threads.11.turns.0.entries.4.status: "cancelled"
    - threads.11.turns.0.entries.6.decision.type: "pending"
    + threads.11.turns.0.entries.6.decision.type: "cancelled"
    - threads.11.turns.0.status.type: "running"
    + threads.11.turns.0.status.type: "interrupted"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.turns.0.ended_at: "2026-01-01T00:01:00Z"
    "#);
    let but_for_how = |text: String, status: &str| text.replace(status, "interrupted");
    assert_eq!(
        but_for_how(changes(before(), turn_completed()), "completed"),
        interrupted
    );
    for end in ends() {
        let model = model_after(before().into_iter().chain([end]));
        let thread = model.thread(THREAD).expect("the thread is there");
        assert_eq!(thread.status(), ThreadStatus::Idle);
        assert_eq!(thread.active_turn(), None);
        let turn = thread.turn(TURN).expect("the turn is there");
        assert!(!turn.entries().any(orchestration::read_model::TurnEntry::is_unsettled));
        assert_eq!(
            (turn.pending_approvals(), turn.pending_approvals_of(&value("open"))),
            (0, 0)
        );
    }
}

#[test]
fn the_end_of_an_unknown_turn_changes_nothing() {
    for end in ends() {
        assert_changes_nothing([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], end.clone());
        assert_changes_nothing([a_project(), a_thread()], end.clone());
        assert_changes_nothing([a_project(), a_thread(), a_turn(OTHER_TURN)], end.clone());
        let in_another_thread = [
            a_project(),
            a_thread(),
            a_thread_of(PROJECT, OTHER_THREAD),
            a_turn_of(OTHER_THREAD, TURN),
        ];
        assert_changes_nothing(in_another_thread, end);
    }
}

/// Every event inside a turn, each about something that is there or new, so that only the turn can be amiss.
fn events_inside_the_turn() -> Vec<OrchestrationEvent> {
    let (thread_id, turn_id, at) = (THREAD, TURN, NOW);
    let mut events = ends().to_vec();
    events.extend([
        a_message(MESSAGE, MessageRole::Assistant),
        MessageChunkReceived {
            thread_id,
            turn_id,
            message_id: PROMPT,
            text: "more".into(),
            at,
        }
        .into(),
        ToolCallStarted {
            thread_id,
            turn_id,
            tool_call_id: value("call-2"),
            name: value("edit"),
            input: "".into(),
            at,
        }
        .into(),
        ToolCallEnded {
            thread_id,
            turn_id,
            tool_call_id: value("call-1"),
            output: "late".into(),
            is_error: false,
            at,
        }
        .into(),
        ApprovalRequested {
            thread_id,
            turn_id,
            action_id: OTHER_ACTION,
            tool_call_id: None,
            description: "late".into(),
            at,
        }
        .into(),
        PendingActionApproved {
            thread_id,
            turn_id,
            action_id: ACTION,
            at,
        }
        .into(),
        PendingActionRejected {
            thread_id,
            turn_id,
            action_id: ACTION,
            reason: None,
            at,
        }
        .into(),
    ]);
    events
}

#[test]
fn every_event_inside_a_turn_changes_it_while_it_runs() {
    for event in events_inside_the_turn() {
        let kind = event.kind();
        let before = turn_with([a_tool_call("call-1"), an_approval(ACTION)]);
        assert_ne!(changes(before, event), "", "{kind}");
    }
}

#[test]
fn every_late_event_for_a_turn_that_ended_changes_nothing() {
    for end in [a_completion(TURN), a_failure(TURN), an_interruption(TURN)] {
        for event in events_inside_the_turn() {
            let before = turn_with([a_tool_call("call-1"), an_approval(ACTION), end.clone()]);
            let with_the_next = before.iter().cloned().chain([a_turn(OTHER_TURN)]);
            assert_changes_nothing(with_the_next, event.clone());
            assert_changes_nothing(before, event);
        }
    }
}

#[test]
fn every_event_inside_an_unknown_turn_or_thread_changes_nothing() {
    for event in events_inside_the_turn() {
        assert_changes_nothing([a_project(), a_thread()], event.clone());
        assert_changes_nothing([a_project()], event.clone());
        assert_changes_nothing([], event);
    }
}
