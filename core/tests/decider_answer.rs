//! What is decided about the answers to approvals.

use crate::common::{
    ACTION, NOW, OTHER_ACTION, OTHER_TURN, THREAD, TURN, a_completion, a_no, a_project, a_thread, a_turn, a_yes,
    an_approval, an_approval_in, an_interruption, status_changed,
};
use orchestration::commands::{ApprovePendingAction, RejectPendingAction};
use orchestration::events::{PendingActionApproved, PendingActionRejected};
use orchestration::read_model::ThreadStatus::{AwaitingApproval, Running};
use orchestration::testing::given;
use orchestration::{DeciderError, OrchestrationCommand};

const APPROVE: ApprovePendingAction = ApprovePendingAction {
    thread_id: THREAD,
    turn_id: TURN,
    action_id: ACTION,
    at: NOW,
};

const APPROVED: PendingActionApproved = PendingActionApproved {
    thread_id: THREAD,
    turn_id: TURN,
    action_id: ACTION,
    at: NOW,
};

fn reject(reason: Option<&str>) -> RejectPendingAction {
    RejectPendingAction {
        thread_id: THREAD,
        turn_id: TURN,
        action_id: ACTION,
        reason: reason.map(Into::into),
        at: NOW,
    }
}

fn rejected(reason: Option<&str>) -> PendingActionRejected {
    PendingActionRejected {
        thread_id: THREAD,
        turn_id: TURN,
        action_id: ACTION,
        reason: reason.map(Into::into),
        at: NOW,
    }
}

/// Both ways to answer an approval: they are refused for the same reasons.
fn answers() -> [OrchestrationCommand; 2] {
    [APPROVE.into(), reject(None).into()]
}

#[test]
fn approve_pending_action_of_the_last_one_pending_approves_it_and_sets_the_thread_running() {
    given([a_project(), a_thread(), a_turn(TURN), an_approval(ACTION)])
        .when(APPROVE)
        .then([APPROVED.into(), status_changed(AwaitingApproval, Running)]);
}

#[test]
fn approve_pending_action_of_one_of_two_pending_approves_it_alone() {
    given([
        a_project(),
        a_thread(),
        a_turn(TURN),
        an_approval(ACTION),
        an_approval(OTHER_ACTION),
    ])
    .when(APPROVE)
    .then([APPROVED.into()]);
}

#[test]
fn approve_pending_action_after_the_other_was_answered_sets_the_thread_running() {
    for answer in [a_yes(OTHER_ACTION), a_no(OTHER_ACTION)] {
        given([
            a_project(),
            a_thread(),
            a_turn(TURN),
            an_approval(ACTION),
            an_approval(OTHER_ACTION),
            answer,
        ])
        .when(APPROVE)
        .then([APPROVED.into(), status_changed(AwaitingApproval, Running)]);
    }
}

#[test]
fn reject_pending_action_of_the_last_one_pending_rejects_it_and_sets_the_thread_running() {
    given([a_project(), a_thread(), a_turn(TURN), an_approval(ACTION)])
        .when(reject(Some("use the cache")))
        .then([
            rejected(Some("use the cache")).into(),
            status_changed(AwaitingApproval, Running),
        ]);
}

#[test]
fn reject_pending_action_of_one_of_two_pending_rejects_it_alone_without_a_reason_if_none_is_given() {
    given([
        a_project(),
        a_thread(),
        a_turn(TURN),
        an_approval(ACTION),
        an_approval(OTHER_ACTION),
    ])
    .when(reject(None))
    .then([rejected(None).into()]);
}

#[test]
fn an_answer_in_an_unknown_thread_is_refused_as_thread_not_found() {
    for answer in answers() {
        given([a_project()])
            .when(answer)
            .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
    }
}

#[test]
fn an_answer_in_a_thread_without_turns_is_refused_as_no_active_turn() {
    for answer in answers() {
        given([a_project(), a_thread()])
            .when(answer)
            .then_error(DeciderError::NoActiveTurn { thread_id: THREAD });
    }
}

#[test]
fn an_answer_after_the_turn_ended_is_refused_as_no_active_turn() {
    for answer in answers() {
        given([
            a_project(),
            a_thread(),
            a_turn(TURN),
            an_approval(ACTION),
            an_interruption(TURN),
        ])
        .when(answer)
        .then_error(DeciderError::NoActiveTurn { thread_id: THREAD });
    }
}

#[test]
fn an_answer_about_an_unknown_action_is_refused_as_action_not_pending() {
    for answer in answers() {
        given([a_project(), a_thread(), a_turn(TURN), an_approval(OTHER_ACTION)])
            .when(answer)
            .then_error(DeciderError::ActionNotPending {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
            });
    }
}

#[test]
fn a_second_answer_is_refused_as_action_not_pending_whatever_the_first_was() {
    for first in [a_yes(ACTION), a_no(ACTION)] {
        for second in answers() {
            given([
                a_project(),
                a_thread(),
                a_turn(TURN),
                an_approval(ACTION),
                an_approval(OTHER_ACTION),
                first.clone(),
            ])
            .when(second)
            .then_error(DeciderError::ActionNotPending {
                thread_id: THREAD,
                turn_id: TURN,
                action_id: ACTION,
            });
        }
    }
}

#[test]
fn a_late_answer_to_an_earlier_turn_is_refused_as_turn_mismatch() {
    for answer in answers() {
        given([
            a_project(),
            a_thread(),
            a_turn(TURN),
            an_approval(ACTION),
            a_completion(TURN),
            a_turn(OTHER_TURN),
        ])
        .when(answer)
        .then_error(DeciderError::TurnMismatch {
            thread_id: THREAD,
            expected: OTHER_TURN,
            found: TURN,
        });
    }
}

#[test]
fn a_late_answer_is_refused_as_turn_mismatch_though_the_next_turn_asks_under_the_same_id() {
    for answer in answers() {
        given([
            a_project(),
            a_thread(),
            a_turn(TURN),
            an_approval(ACTION),
            an_interruption(TURN),
            a_turn(OTHER_TURN),
            an_approval_in(OTHER_TURN, ACTION),
        ])
        .when(answer)
        .then_error(DeciderError::TurnMismatch {
            thread_id: THREAD,
            expected: OTHER_TURN,
            found: TURN,
        });
    }
}

#[test]
fn an_answer_that_names_no_turn_of_the_thread_is_refused_as_turn_mismatch_whatever_the_action() {
    for action in [ACTION, OTHER_ACTION] {
        given([
            a_project(),
            a_thread(),
            a_turn(OTHER_TURN),
            an_approval_in(OTHER_TURN, action),
        ])
        .when(APPROVE)
        .then_error(DeciderError::TurnMismatch {
            thread_id: THREAD,
            expected: OTHER_TURN,
            found: TURN,
        });
    }
}

#[test]
fn an_answer_that_names_the_active_turn_answers_it_though_an_earlier_turn_asked_under_the_same_id() {
    given([
        a_project(),
        a_thread(),
        a_turn(OTHER_TURN),
        an_approval_in(OTHER_TURN, ACTION),
        an_interruption(OTHER_TURN),
        a_turn(TURN),
        an_approval(ACTION),
    ])
    .when(APPROVE)
    .then([APPROVED.into(), status_changed(AwaitingApproval, Running)]);
}
