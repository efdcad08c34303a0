//! What comes late, for a turn that has ended, and is taken in all the same.

use orchestration::commands::{ApprovePendingAction, InterruptTurn, RejectPendingAction};
use orchestration::events::{MessageAppended, ToolCallStarted};
use orchestration::provider_event::{TextDelta, ToolCallRequest};
use orchestration::read_model::{MessageRole, ThreadStatus};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ProviderEvent, decide,
};

use super::faults::{approval_requested, is_known, named_thread, status_changed, taken_for_active_turn};
use super::{BARE, Bug, NONE, deciding};
use crate::search::explore::Scope;
use crate::subject::Decided;

/// One turn after the other.
const TWO_TURNS: Scope = Scope { turns: 2, ..BARE };

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "late-event-accepted",
        sentence: "a provider event is accepted for a turn that has ended",
        symptom: "items of an ended turn landed in it after its end, or in the next",
        reports: &[
            "https://github.com/daronyondem/agent-cockpit/issues/300",
            "https://github.com/first-tree-ai/first-tree/issues/2381",
        ],
        subject: deciding(late_event_accepted),
        ..NONE
    },
    Bug {
        id: "late-completion-ends-next-turn",
        sentence: "the completion of a turn that has ended completes the active one",
        symptom: "the completion of one turn settled the next",
        reports: &[
            "https://github.com/tiann/hapi/issues/1070",
            "https://github.com/pingdotgg/t3code/issues/3076",
        ],
        subject: deciding(late_completion_ends_next_turn),
        scope: TWO_TURNS,
        ..NONE
    },
    Bug {
        id: "late-error-fails-next-turn",
        sentence: "an error of a turn that has ended fails the active one",
        symptom: "a turn that had only begun was shown as failed with the error of the one before it",
        reports: &["https://github.com/openai/codex/issues/20080"],
        subject: deciding(late_error_fails_next_turn),
        scope: TWO_TURNS,
        ..NONE
    },
    Bug {
        id: "late-interrupt-ends-next-turn",
        sentence: "an interrupt that names a turn which has ended ends the active one",
        symptom: "to stop one turn stopped the next",
        reports: &["https://github.com/pingdotgg/t3code/issues/8480"],
        subject: deciding(late_interrupt_ends_next_turn),
        scope: TWO_TURNS,
        ..NONE
    },
    Bug {
        id: "late-answer-approves-next-turn",
        sentence: "an answer to what a turn that has ended asked is taken for one to what the active turn asks under the same id",
        symptom: "agents number their requests anew in each turn, and an answer went to another request than the user saw",
        reports: &[
            "https://github.com/managoat/fountain/issues/957",
            "https://github.com/rojim666/SztuCode/pull/163",
        ],
        subject: deciding(late_answer_approves_next_turn),
        scope: Scope {
            approvals: 1,
            ..TWO_TURNS
        },
        ..NONE
    },
    Bug {
        id: "late-text-lands-in-next-turn",
        sentence: "text of a turn that has ended lands in the active one",
        symptom: "text of an ended turn landed in the new one",
        reports: &["https://github.com/daronyondem/agent-cockpit/issues/300"],
        subject: deciding(late_text_lands_in_next_turn),
        scope: TWO_TURNS,
        ..NONE
    },
    Bug {
        id: "late-result-ends-call-of-next-turn",
        sentence: "a tool's result for a turn that has ended ends the call of the same id in the active one",
        symptom: "items of an ended turn landed in the new one",
        reports: &["https://github.com/daronyondem/agent-cockpit/issues/300"],
        subject: deciding(late_result_ends_call_of_next_turn),
        scope: Scope {
            tool_calls: 1,
            ..TWO_TURNS
        },
        ..NONE
    },
    Bug {
        id: "late-tool-call-reopens-turn",
        sentence: "a tool call of a turn that has ended sets its thread running",
        symptom: "an item that came late reopened the ended turn",
        reports: &["https://github.com/first-tree-ai/first-tree/issues/2381"],
        subject: deciding(late_tool_call_reopens_turn),
        ..NONE
    },
    Bug {
        id: "late-request-revives-dialog",
        sentence: "a request for approval of a turn that has ended is accepted",
        symptom: "a request for approval that came after the abort revived the dialog",
        reports: &["https://github.com/arthurzengg/opencui/issues/330"],
        subject: deciding(late_request_revives_dialog),
        ..NONE
    },
];

fn late_event_accepted(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::TextDelta(TextDelta { message_id, text }) = &ingest.event
        && is_late(&decision, model, command)
    {
        let appended = MessageAppended {
            thread_id: ingest.thread_id,
            turn_id: ingest.turn_id,
            message_id: *message_id,
            role: MessageRole::Assistant,
            text: text.clone(),
            at: ingest.at,
        };
        return Ok(vec![appended.into()]);
    }
    decision
}

/// Whether a provider event was refused because its turn has ended.
fn is_late(decision: &Decided, model: &Model, command: &Command) -> bool {
    let is_refused = matches!(
        decision,
        Err(DeciderError::NoActiveTurn { .. } | DeciderError::TurnMismatch { .. })
    );
    let Command::IngestProviderEvent(ingest) = command else {
        return false;
    };
    is_refused && is_known(model, ingest.thread_id, ingest.turn_id)
}

fn late_completion_ends_next_turn(command: &Command, model: &Model) -> Decided {
    taken_for_active_turn(command, model, |event| matches!(event, ProviderEvent::TurnComplete(_)))
}

fn late_error_fails_next_turn(command: &Command, model: &Model) -> Decided {
    taken_for_active_turn(command, model, |event| matches!(event, ProviderEvent::Error(_)))
}

fn late_interrupt_ends_next_turn(command: &Command, model: &Model) -> Decided {
    match (command, decide(command, model)) {
        (Command::InterruptTurn(interrupt), Err(DeciderError::TurnMismatch { expected, found, .. }))
            if is_known(model, interrupt.thread_id, found) =>
        {
            let turn_id = expected;
            let interrupt = InterruptTurn {
                turn_id,
                ..interrupt.clone()
            };
            decide(&interrupt.into(), model)
        }
        (_, decision) => decision,
    }
}

fn late_answer_approves_next_turn(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    let Err(DeciderError::TurnMismatch {
        thread_id,
        expected: turn_id,
        found,
    }) = decision
    else {
        return decision;
    };
    let has_asked = |action_id| {
        let turn = model.thread(thread_id).and_then(|thread| thread.turn(found));
        turn.is_some_and(|turn| turn.approval(action_id).is_some())
    };
    let mistaken: Command = match command {
        Command::ApprovePendingAction(answer) if has_asked(answer.action_id) => ApprovePendingAction {
            turn_id,
            ..answer.clone()
        }
        .into(),
        Command::RejectPendingAction(answer) if has_asked(answer.action_id) => RejectPendingAction {
            turn_id,
            ..answer.clone()
        }
        .into(),
        _ => return decision,
    };
    // It tells only where the active turn asks under the same id.
    decide(&mistaken, model).or(decision)
}

fn late_text_lands_in_next_turn(command: &Command, model: &Model) -> Decided {
    taken_for_active_turn(command, model, |event| matches!(event, ProviderEvent::TextDelta(_)))
}

fn late_result_ends_call_of_next_turn(command: &Command, model: &Model) -> Decided {
    taken_for_active_turn(command, model, |event| matches!(event, ProviderEvent::ToolResult(_)))
}

fn late_tool_call_reopens_turn(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::ToolCall(ToolCallRequest {
            tool_call_id,
            name,
            input,
        }) = &ingest.event
        && let Err(DeciderError::NoActiveTurn { .. }) = decision
        && is_late(&decision, model, command)
    {
        let started = ToolCallStarted {
            thread_id: ingest.thread_id,
            turn_id: ingest.turn_id,
            tool_call_id: tool_call_id.clone(),
            name: name.clone(),
            input: input.clone(),
            at: ingest.at,
        };
        return Ok(with_status(started.into(), command, model, ThreadStatus::Running));
    }
    decision
}

fn late_request_revives_dialog(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::AwaitingApproval(request) = &ingest.event
        && let Err(DeciderError::NoActiveTurn { .. }) = decision
        && is_late(&decision, model, command)
    {
        return Ok(with_status(
            approval_requested(ingest, request),
            command,
            model,
            ThreadStatus::AwaitingApproval,
        ));
    }
    decision
}

/// An event, and the change of the thread's status behind it.
fn with_status(event: Event, command: &Command, model: &Model, status: ThreadStatus) -> Vec<Event> {
    let thread = named_thread(command, model);
    let changed = thread.map(|thread| status_changed(thread, status, command));
    [event].into_iter().chain(changed).collect()
}
