//! What is decided about turns.

use crate::common::{
    ACTION, MESSAGE, NOW, OTHER_THREAD, OTHER_TURN, PROJECT, THREAD, TURN, a_completion, a_failure, a_project,
    a_thread, a_thread_of, a_turn, a_turn_of, an_approval, an_interruption, status_changed, value,
};
use orchestration::commands::{InterruptTurn, StartTurn};
use orchestration::events::{TurnInterrupted, TurnStarted};
use orchestration::read_model::ThreadStatus::{AwaitingApproval, Idle, Running};
use orchestration::testing::given;
use orchestration::{DeciderError, TurnId};

fn start_turn(turn_id: TurnId) -> StartTurn {
    StartTurn {
        thread_id: THREAD,
        turn_id,
        message_id: MESSAGE,
        prompt: value("Add a test"),
        at: NOW,
    }
}

fn turn_started(turn_id: TurnId) -> TurnStarted {
    TurnStarted {
        thread_id: THREAD,
        turn_id,
        message_id: MESSAGE,
        prompt: value("Add a test"),
        at: NOW,
    }
}

#[test]
fn start_turn_in_an_idle_thread_starts_it_and_sets_the_thread_running() {
    given([a_project(), a_thread()])
        .when(start_turn(TURN))
        .then([turn_started(TURN).into(), status_changed(Idle, Running)]);
}

#[test]
fn start_turn_after_a_turn_that_ended_in_any_way_starts_the_next() {
    for end in [a_completion(TURN), a_failure(TURN), an_interruption(TURN)] {
        given([a_project(), a_thread(), a_turn(TURN), end])
            .when(start_turn(OTHER_TURN))
            .then([turn_started(OTHER_TURN).into(), status_changed(Idle, Running)]);
    }
}

#[test]
fn start_turn_with_the_id_of_another_threads_turn_starts_it() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_turn_of(OTHER_THREAD, TURN),
    ])
    .when(start_turn(TURN))
    .then([turn_started(TURN).into(), status_changed(Idle, Running)]);
}

#[test]
fn start_turn_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project(), a_thread_of(PROJECT, OTHER_THREAD)])
        .when(start_turn(TURN))
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn start_turn_in_a_running_thread_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(start_turn(OTHER_TURN))
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: Running,
        });
}

#[test]
fn start_turn_in_a_thread_that_awaits_an_approval_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN), an_approval(ACTION)])
        .when(start_turn(OTHER_TURN))
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: AwaitingApproval,
        });
}

#[test]
fn start_turn_with_a_known_id_is_refused_as_turn_already_exists() {
    given([a_project(), a_thread(), a_turn(TURN), a_completion(TURN)])
        .when(start_turn(TURN))
        .then_error(DeciderError::TurnAlreadyExists {
            thread_id: THREAD,
            turn_id: TURN,
        });
}

#[test]
fn start_turn_with_the_id_of_the_active_turn_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(start_turn(TURN))
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: Running,
        });
}

const INTERRUPT_TURN: InterruptTurn = InterruptTurn {
    thread_id: THREAD,
    turn_id: TURN,
    at: NOW,
};

const TURN_INTERRUPTED: TurnInterrupted = TurnInterrupted {
    thread_id: THREAD,
    turn_id: TURN,
    at: NOW,
};

#[test]
fn interrupt_turn_of_a_running_turn_interrupts_it_and_sets_the_thread_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(INTERRUPT_TURN)
        .then([TURN_INTERRUPTED.into(), status_changed(Running, Idle)]);
}

#[test]
fn interrupt_turn_while_an_approval_is_pending_interrupts_it_and_sets_the_thread_idle() {
    given([a_project(), a_thread(), a_turn(TURN), an_approval(ACTION)])
        .when(INTERRUPT_TURN)
        .then([TURN_INTERRUPTED.into(), status_changed(AwaitingApproval, Idle)]);
}

#[test]
fn interrupt_turn_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project()])
        .when(INTERRUPT_TURN)
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn interrupt_turn_in_a_thread_without_turns_is_refused_as_no_active_turn() {
    given([a_project(), a_thread()])
        .when(INTERRUPT_TURN)
        .then_error(DeciderError::NoActiveTurn { thread_id: THREAD });
}

#[test]
fn interrupt_turn_of_a_turn_that_ended_is_refused_as_no_active_turn() {
    given([a_project(), a_thread(), a_turn(TURN), an_interruption(TURN)])
        .when(INTERRUPT_TURN)
        .then_error(DeciderError::NoActiveTurn { thread_id: THREAD });
}

#[test]
fn interrupt_turn_that_comes_late_for_another_active_turn_is_refused_as_turn_mismatch() {
    given([
        a_project(),
        a_thread(),
        a_turn(TURN),
        a_completion(TURN),
        a_turn(OTHER_TURN),
    ])
    .when(INTERRUPT_TURN)
    .then_error(DeciderError::TurnMismatch {
        thread_id: THREAD,
        expected: OTHER_TURN,
        found: TURN,
    });
}
