//! Tool calls that are left without a result, or get another's.

use orchestration::events::ToolCallEnded;
use orchestration::read_model::{Decision as Answer, ToolCall, ToolCallStatus, Turn, TurnEntry};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ToolCallId, decide, project,
};

use super::faults::{active_turn, end_leaving};
use super::{BARE, Bug, NONE, deciding, projecting};
use crate::search::explore::Scope;
use crate::subject::Decided;

/// Two tool calls in a turn.
const TWO_CALLS: Scope = Scope { tool_calls: 2, ..BARE };

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "interrupt-leaves-tool-call-open",
        sentence: "an interrupt leaves tool calls open",
        symptom: "an interrupt left tool calls without result, and every later request was refused",
        reports: &[
            "https://github.com/anomalyco/opencode/issues/10616",
            "https://github.com/anomalyco/opencode/issues/21326",
        ],
        subject: projecting(interrupt_leaves_tool_call_open),
        ..NONE
    },
    Bug {
        id: "completion-leaves-second-tool-call-open",
        sentence: "the completion of a turn cancels its first open tool call, and leaves the others",
        symptom: "tool calls were left without result",
        reports: &["https://github.com/anomalyco/opencode/issues/21326"],
        subject: projecting(completion_leaves_second_tool_call_open),
        scope: TWO_CALLS,
        ..NONE
    },
    Bug {
        id: "failure-leaves-awaiting-tool-call-open",
        sentence: "an error leaves a tool call open that awaited an approval",
        symptom: "a tool call was left without result, and every later request was refused",
        reports: &["https://github.com/earendil-works/pi/issues/4189"],
        subject: projecting(failure_leaves_awaiting_tool_call_open),
        ..NONE
    },
    Bug {
        id: "result-refused-after-rejection",
        sentence: "the result of a tool call is refused once an approval of it was rejected",
        symptom: "a rejected tool call was left without result",
        reports: &["https://github.com/anomalyco/opencode/issues/10616"],
        subject: deciding(result_refused_after_rejection),
        ..NONE
    },
    Bug {
        id: "result-ends-first-open-call",
        sentence: "a tool's result ends the first call that is open, whichever it names",
        symptom: "a tool call was left without result, and another had a wrong one",
        reports: &["https://github.com/earendil-works/pi/issues/4189"],
        subject: projecting(result_ends_first_open_call),
        scope: TWO_CALLS,
        ..NONE
    },
];

fn first_open(turn: &Turn) -> Option<&ToolCallId> {
    let mut calls = turn.entries().filter_map(TurnEntry::as_tool_call);
    calls
        .find(|call| call.status() == ToolCallStatus::Open)
        .map(ToolCall::id)
}

fn interrupt_leaves_tool_call_open(before: Model, event: &Event) -> Model {
    match event {
        Event::TurnInterrupted(interrupted) => end_leaving(before, event, interrupted.thread_id, |_, entry| {
            entry.as_tool_call().is_some()
        }),
        _ => project(before, event),
    }
}

fn completion_leaves_second_tool_call_open(before: Model, event: &Event) -> Model {
    match event {
        Event::TurnCompleted(completed) => end_leaving(before, event, completed.thread_id, |turn, entry| {
            entry
                .as_tool_call()
                .is_some_and(|call| Some(call.id()) != first_open(turn))
        }),
        _ => project(before, event),
    }
}

fn failure_leaves_awaiting_tool_call_open(before: Model, event: &Event) -> Model {
    match event {
        Event::TurnFailed(failed) => end_leaving(before, event, failed.thread_id, |turn, entry| {
            entry
                .as_tool_call()
                .is_some_and(|call| turn.pending_approvals_of(call.id()) > 0)
        }),
        _ => project(before, event),
    }
}

fn result_refused_after_rejection(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    if let [Event::ToolCallEnded(ended)] = events.as_slice()
        && let Some(turn) = active_turn(model, ended.thread_id)
        && turn.entries().filter_map(TurnEntry::as_approval).any(|approval| {
            approval.tool_call_id() == Some(&ended.tool_call_id)
                && matches!(approval.decision(), Answer::Rejected { .. })
        })
    {
        return Err(DeciderError::ToolCallAlreadyEnded {
            thread_id: ended.thread_id,
            turn_id: ended.turn_id,
            tool_call_id: ended.tool_call_id.clone(),
            status: ToolCallStatus::Cancelled,
        });
    }
    Ok(events)
}

fn result_ends_first_open_call(model: Model, event: &Event) -> Model {
    if let Event::ToolCallEnded(ended) = event
        && let Some(first) = active_turn(&model, ended.thread_id).and_then(first_open)
    {
        let tool_call_id = first.clone();
        let ended = ToolCallEnded {
            tool_call_id,
            ..ended.clone()
        };
        return project(model, &ended.into());
    }
    project(model, event)
}
