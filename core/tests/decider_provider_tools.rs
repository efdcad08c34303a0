//! What is decided about the tool calls and approval requests of agents.

use crate::common::{
    ACTION, NOW, OTHER_ACTION, OTHER_TURN, THREAD, TURN, a_completion, a_no, a_tool_call, a_tool_result, a_turn, a_yes,
    an_approval, an_approval_of, approval_request, ingest, status_changed, tool_call, tool_result, turn_with, value,
};
use orchestration::commands::IngestProviderEvent;
use orchestration::events::{ApprovalRequested, ToolCallEnded, ToolCallStarted};
use orchestration::read_model::ThreadStatus::{AwaitingApproval, Running};
use orchestration::read_model::ToolCallStatus;
use orchestration::testing::given;
use orchestration::{ActionId, DeciderError};

#[test]
fn tool_call_with_a_new_id_starts_the_call() {
    given(turn_with([a_tool_call("call-2")]))
        .when(ingest(tool_call("call-1")))
        .then([ToolCallStarted {
            thread_id: THREAD,
            turn_id: TURN,
            tool_call_id: value("call-1"),
            name: value("edit"),
            input: r#"{"file":"a.rs"}"#.into(),
            at: NOW,
        }
        .into()]);
}

#[test]
fn tool_call_with_the_id_of_an_open_or_ended_call_is_refused_as_tool_call_already_exists() {
    for before in [
        vec![a_tool_call("call-1")],
        vec![a_tool_call("call-1"), a_tool_result("call-1", false)],
    ] {
        given(turn_with(before))
            .when(ingest(tool_call("call-1")))
            .then_error(DeciderError::ToolCallAlreadyExists {
                thread_id: THREAD,
                turn_id: TURN,
                tool_call_id: value("call-1"),
            });
    }
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

fn tool_call_already_ended(status: ToolCallStatus) -> DeciderError {
    DeciderError::ToolCallAlreadyEnded {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value("call-1"),
        status,
    }
}

fn tool_call_not_found() -> DeciderError {
    DeciderError::ToolCallNotFound {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value("call-1"),
    }
}

#[test]
fn tool_result_of_an_open_call_ends_it_with_or_without_an_error() {
    for is_error in [false, true] {
        given(turn_with([a_tool_call("call-1")]))
            .when(ingest(tool_result("call-1", is_error)))
            .then([tool_call_ended(is_error).into()]);
    }
}

#[test]
fn tool_result_after_the_calls_approval_was_answered_ends_it() {
    for answer in [a_yes(ACTION), a_no(ACTION)] {
        given(turn_with([
            a_tool_call("call-1"),
            an_approval_of("call-1", ACTION),
            answer,
        ]))
        .when(ingest(tool_result("call-1", false)))
        .then([tool_call_ended(false).into()]);
    }
}

#[test]
fn tool_result_while_an_approval_of_something_else_is_pending_ends_the_call() {
    given(turn_with([
        a_tool_call("call-1"),
        a_tool_call("call-2"),
        an_approval(ACTION),
        an_approval_of("call-2", OTHER_ACTION),
    ]))
    .when(ingest(tool_result("call-1", false)))
    .then([tool_call_ended(false).into()]);
}

#[test]
fn tool_result_of_an_unknown_call_is_refused_as_tool_call_not_found() {
    given(turn_with([a_tool_call("call-2")]))
        .when(ingest(tool_result("call-1", false)))
        .then_error(tool_call_not_found());
}

#[test]
fn tool_result_of_a_call_of_an_earlier_turn_is_refused_as_tool_call_not_found() {
    let result = IngestProviderEvent {
        turn_id: OTHER_TURN,
        ..ingest(tool_result("call-1", false))
    };
    given(turn_with([
        a_tool_call("call-1"),
        a_completion(TURN),
        a_turn(OTHER_TURN),
    ]))
    .when(result)
    .then_error(DeciderError::ToolCallNotFound {
        thread_id: THREAD,
        turn_id: OTHER_TURN,
        tool_call_id: value("call-1"),
    });
}

#[test]
fn tool_result_of_an_ended_call_is_refused_as_tool_call_already_ended_telling_how() {
    for (is_error, status) in [(false, ToolCallStatus::Succeeded), (true, ToolCallStatus::Failed)] {
        given(turn_with([a_tool_call("call-1"), a_tool_result("call-1", is_error)]))
            .when(ingest(tool_result("call-1", false)))
            .then_error(tool_call_already_ended(status));
    }
}

#[test]
fn tool_result_of_a_call_with_a_pending_approval_is_refused_as_tool_call_awaiting_approval() {
    given(turn_with([
        a_tool_call("call-1"),
        an_approval_of("call-1", ACTION),
        an_approval_of("call-1", OTHER_ACTION),
        a_yes(ACTION),
    ]))
    .when(ingest(tool_result("call-1", false)))
    .then_error(DeciderError::ToolCallAwaitingApproval {
        thread_id: THREAD,
        turn_id: TURN,
        tool_call_id: value("call-1"),
    });
}

#[test]
fn tool_result_of_an_ended_call_with_a_pending_approval_is_refused_as_tool_call_already_ended() {
    given(turn_with([
        a_tool_call("call-1"),
        a_tool_result("call-1", false),
        an_approval_of("call-1", ACTION),
    ]))
    .when(ingest(tool_result("call-1", false)))
    .then_error(tool_call_already_ended(ToolCallStatus::Succeeded));
}

fn approval_requested(action_id: ActionId, tool_call_id: Option<&str>) -> ApprovalRequested {
    ApprovalRequested {
        thread_id: THREAD,
        turn_id: TURN,
        action_id,
        tool_call_id: tool_call_id.map(value),
        description: "edit a.rs".into(),
        at: NOW,
    }
}

fn action_already_exists() -> DeciderError {
    DeciderError::ActionAlreadyExists {
        thread_id: THREAD,
        turn_id: TURN,
        action_id: ACTION,
    }
}

#[test]
fn awaiting_approval_in_a_running_turn_requests_it_and_sets_the_thread_awaiting() {
    given(turn_with([])).when(ingest(approval_request(ACTION, None))).then([
        approval_requested(ACTION, None).into(),
        status_changed(Running, AwaitingApproval),
    ]);
}

#[test]
fn awaiting_approval_of_an_open_tool_call_requests_it_for_the_call() {
    given(turn_with([a_tool_call("call-1")]))
        .when(ingest(approval_request(ACTION, Some("call-1"))))
        .then([
            approval_requested(ACTION, Some("call-1")).into(),
            status_changed(Running, AwaitingApproval),
        ]);
}

#[test]
fn awaiting_approval_beside_a_pending_one_requests_it_alone() {
    given(turn_with([an_approval(OTHER_ACTION)]))
        .when(ingest(approval_request(ACTION, None)))
        .then([approval_requested(ACTION, None).into()]);
}

#[test]
fn awaiting_approval_after_an_answer_sets_the_thread_awaiting_again() {
    given(turn_with([an_approval(OTHER_ACTION), a_yes(OTHER_ACTION)]))
        .when(ingest(approval_request(ACTION, None)))
        .then([
            approval_requested(ACTION, None).into(),
            status_changed(Running, AwaitingApproval),
        ]);
}

#[test]
fn awaiting_approval_of_a_known_action_is_refused_as_action_already_exists() {
    for before in [
        vec![an_approval(ACTION)],
        vec![an_approval(ACTION), a_yes(ACTION)],
        vec![an_approval(ACTION), a_no(ACTION)],
    ] {
        given(turn_with(before))
            .when(ingest(approval_request(ACTION, None)))
            .then_error(action_already_exists());
    }
}

#[test]
fn awaiting_approval_of_an_unknown_tool_call_is_refused_as_tool_call_not_found() {
    given(turn_with([a_tool_call("call-2")]))
        .when(ingest(approval_request(ACTION, Some("call-1"))))
        .then_error(tool_call_not_found());
}

#[test]
fn awaiting_approval_of_an_ended_tool_call_is_refused_as_tool_call_already_ended() {
    for (is_error, status) in [(false, ToolCallStatus::Succeeded), (true, ToolCallStatus::Failed)] {
        given(turn_with([a_tool_call("call-1"), a_tool_result("call-1", is_error)]))
            .when(ingest(approval_request(ACTION, Some("call-1"))))
            .then_error(tool_call_already_ended(status));
    }
}

#[test]
fn awaiting_approval_of_a_known_action_and_an_unknown_or_ended_call_is_refused_as_action_already_exists() {
    for before in [
        vec![an_approval(ACTION)],
        vec![
            a_tool_call("call-1"),
            a_tool_result("call-1", false),
            an_approval(ACTION),
        ],
    ] {
        given(turn_with(before))
            .when(ingest(approval_request(ACTION, Some("call-1"))))
            .then_error(action_already_exists());
    }
}
