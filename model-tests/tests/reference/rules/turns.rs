//! The commands about turns, and answers to approvals: how to write each, what it causes, and how it is refused.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{ApprovePendingAction, InterruptTurn, RejectPendingAction, StartTurn};

use super::provider_events::ask;
use super::{AT, Accepted, PROMPT, Refused, after, awaiting, completed, id, idle, running, text};

pub fn start_turn(thread: u8, turn: u8) -> Command {
    StartTurn {
        thread_id: id(thread),
        turn_id: id(turn),
        message_id: id(PROMPT),
        prompt: text(),
        at: AT,
    }
    .into()
}

pub fn interrupt_turn(thread: u8, turn: u8) -> Command {
    InterruptTurn {
        thread_id: id(thread),
        turn_id: id(turn),
        at: AT,
    }
    .into()
}

pub fn approve(thread: u8, turn: u8, action: u8) -> Command {
    ApprovePendingAction {
        thread_id: id(thread),
        turn_id: id(turn),
        action_id: id(action),
        at: AT,
    }
    .into()
}

pub fn reject(thread: u8, turn: u8, action: u8) -> Command {
    RejectPendingAction {
        thread_id: id(thread),
        turn_id: id(turn),
        action_id: id(action),
        reason: None,
        at: AT,
    }
    .into()
}

/// What came before, each command, and the events that it is to cause.
pub fn accepted() -> Vec<Accepted> {
    let two_pending = after(awaiting(), [ask(1, 1, 2, None)]);
    vec![
        (idle(), start_turn(1, 1), &["turn_started", "thread_status_changed"]),
        (
            completed(),
            start_turn(1, 2),
            &["turn_started", "thread_status_changed"],
        ),
        (
            running(),
            interrupt_turn(1, 1),
            &["turn_interrupted", "thread_status_changed"],
        ),
        (
            awaiting(),
            interrupt_turn(1, 1),
            &["turn_interrupted", "thread_status_changed"],
        ),
        (
            awaiting(),
            approve(1, 1, 1),
            &["pending_action_approved", "thread_status_changed"],
        ),
        (two_pending.clone(), approve(1, 1, 2), &["pending_action_approved"]),
        (
            awaiting(),
            reject(1, 1, 1),
            &["pending_action_rejected", "thread_status_changed"],
        ),
        (two_pending, reject(1, 1, 1), &["pending_action_rejected"]),
    ]
}

/// What came before, each command, and the error with which it is to be refused.
pub fn refused() -> Vec<Refused> {
    let answered = after(awaiting(), [approve(1, 1, 1)]);
    let asked_again = after(awaiting(), [interrupt_turn(1, 1), start_turn(1, 2), ask(1, 2, 1, None)]);
    vec![
        (running(), start_turn(1, 1), "thread_not_idle"),
        (awaiting(), start_turn(1, 2), "thread_not_idle"),
        (completed(), start_turn(1, 1), "turn_already_exists"),
        (running(), interrupt_turn(1, 2), "turn_mismatch"),
        // The turn is looked at before the action is.
        (running(), approve(1, 2, 1), "turn_mismatch"),
        (asked_again.clone(), approve(1, 1, 1), "turn_mismatch"),
        (asked_again, reject(1, 1, 1), "turn_mismatch"),
        (running(), approve(1, 1, 1), "action_not_pending"),
        (answered.clone(), approve(1, 1, 1), "action_not_pending"),
        (answered.clone(), reject(1, 1, 1), "action_not_pending"),
        (running(), start_turn(3, 1), "thread_not_found"),
        (running(), interrupt_turn(3, 1), "thread_not_found"),
        (running(), approve(3, 1, 1), "thread_not_found"),
        (running(), reject(3, 1, 1), "thread_not_found"),
        (completed(), interrupt_turn(1, 1), "no_active_turn"),
        (completed(), approve(1, 1, 1), "no_active_turn"),
        (completed(), reject(1, 1, 1), "no_active_turn"),
        (awaiting(), approve(1, 2, 1), "turn_mismatch"),
        (awaiting(), reject(1, 2, 1), "turn_mismatch"),
    ]
}
