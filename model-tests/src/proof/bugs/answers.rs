//! Approvals that are answered twice, too late, or to no effect.

use orchestration::events::{PendingActionApproved, PendingActionRejected};
use orchestration::read_model::{Approval, Decision as Answer, ThreadStatus, TurnEntry};
use orchestration::{
    ActionId, DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event,
    OrchestrationReadModel as Model, ProviderEvent, ThreadId, decide, project,
};
use serde_json::json;

use super::faults::{
    active_turn, approval_requested, last_entries, named_thread, patch, status_changed, tool_call_ended,
    with_thread_status, without,
};
use super::{BARE, Bug, NONE, deciding, deciding_and_projecting, projecting};
use crate::search::explore::Scope;
use crate::subject::Decided;

/// Two approvals in a turn.
const TWO_APPROVALS: Scope = Scope { approvals: 2, ..BARE };

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "second-answer-accepted",
        sentence: "a second answer to an approval is accepted",
        symptom: "an approval was answered twice, and both answers were accepted",
        reports: &[
            "https://github.com/Emanuele-web04/synara/issues/403",
            "https://github.com/pingdotgg/t3code/issues/2051",
        ],
        subject: deciding(second_answer_accepted),
        ..NONE
    },
    Bug {
        id: "rejection-overwritten",
        sentence: "a rejected action can be approved afterwards",
        symptom: "an approval was answered twice, and the second answer stood",
        reports: &["https://github.com/Emanuele-web04/synara/issues/403"],
        subject: deciding_and_projecting(rejection_overwritten, project_rejection_overwritten),
        ..NONE
    },
    Bug {
        id: "request-repeated-asks-again",
        sentence: "a request for an approval that has its answer asks for it again",
        symptom: "a resolved approval flipped back to pending",
        reports: &["https://github.com/pingdotgg/t3code/issues/2051"],
        subject: deciding_and_projecting(request_repeated_asks_again, project_request_repeated_asks_again),
        ..NONE
    },
    Bug {
        id: "next-request-reopens-answered",
        sentence: "a request for an approval sets those of the turn that were granted back to pending",
        symptom: "a resolved approval flipped back to pending",
        reports: &["https://github.com/pingdotgg/t3code/issues/2051"],
        subject: projecting(next_request_reopens_answered),
        scope: TWO_APPROVALS,
        ..NONE
    },
    Bug {
        id: "first-answer-resumes",
        sentence: "the first of two answers sets the thread running",
        symptom: "a thread went on without the second of its approvals, which could never be answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/7113"],
        subject: deciding(first_answer_resumes),
        scope: TWO_APPROVALS,
        ..NONE
    },
    Bug {
        id: "rejection-resumes-nothing",
        sentence: "a rejection leaves its thread awaiting approval",
        symptom: "a thread awaited an approval that had its answer",
        reports: &["https://github.com/pingdotgg/t3code/issues/5454"],
        subject: deciding_and_projecting(rejection_resumes_nothing, project_rejection_resumes_nothing),
        ..NONE
    },
    Bug {
        id: "result-before-answer",
        sentence: "a tool's result is accepted while an approval of the call is pending",
        symptom: "an approval outlived the call that it was asked for",
        reports: &["https://github.com/pingdotgg/t3code/issues/10466"],
        subject: deciding(result_before_answer),
        ..NONE
    },
];

/// What an answer would have caused that was refused because its approval had one.
fn answer_all_the_same(command: &Command, model: &Model, decision: &Decided) -> Option<Event> {
    let Err(DeciderError::ActionNotPending {
        thread_id,
        turn_id,
        action_id,
    }) = *decision
    else {
        return None;
    };
    active_turn(model, thread_id)?.approval(action_id)?;
    let at = command.at();
    let event = if let Command::RejectPendingAction(reject) = command {
        PendingActionRejected {
            thread_id,
            turn_id,
            action_id,
            reason: reject.reason.clone(),
            at,
        }
        .into()
    } else {
        PendingActionApproved {
            thread_id,
            turn_id,
            action_id,
            at,
        }
        .into()
    };
    Some(event)
}

fn second_answer_accepted(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    match answer_all_the_same(command, model, &decision) {
        Some(event) => Ok(vec![event]),
        None => decision,
    }
}

fn rejection_overwritten(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    match (command, answer_all_the_same(command, model, &decision)) {
        (Command::ApprovePendingAction(approve), Some(event))
            if is_rejected(model, approve.thread_id, approve.action_id) =>
        {
            Ok(vec![event])
        }
        _ => decision,
    }
}

fn project_rejection_overwritten(model: Model, event: &Event) -> Model {
    match event {
        Event::PendingActionApproved(approved) if is_rejected(&model, approved.thread_id, approved.action_id) => {
            with_answer(model, approved.thread_id, approved.action_id, &Answer::Approved)
        }
        _ => project(model, event),
    }
}

fn is_rejected(model: &Model, thread_id: ThreadId, action_id: ActionId) -> bool {
    let approval = active_turn(model, thread_id).and_then(|turn| turn.approval(action_id));
    approval.is_some_and(|approval| matches!(approval.decision(), Answer::Rejected { .. }))
}

/// Sets the answer to an approval of a thread's last turn.
fn with_answer(model: Model, thread_id: ThreadId, action_id: ActionId, answer: &Answer) -> Model {
    patch(model, |json| {
        let id = json!(action_id);
        for entry in last_entries(json, thread_id).filter(|entry| entry["type"] == "approval" && entry["id"] == id) {
            entry["decision"] = json!(answer);
        }
    })
}

fn request_repeated_asks_again(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::AwaitingApproval(request) = &ingest.event
        && let Err(DeciderError::ActionAlreadyExists { .. }) = decision
        && let Some(thread) = named_thread(command, model)
        && thread.status() == ThreadStatus::Running
    {
        return Ok(vec![
            approval_requested(ingest, request),
            status_changed(thread, ThreadStatus::AwaitingApproval, command),
        ]);
    }
    decision
}

fn project_request_repeated_asks_again(model: Model, event: &Event) -> Model {
    let Event::ApprovalRequested(requested) = event else {
        return project(model, event);
    };
    let turn = active_turn(&model, requested.thread_id).filter(|turn| turn.id() == requested.turn_id);
    if turn.and_then(|turn| turn.approval(requested.action_id)).is_none() {
        return project(model, event);
    }
    let model = with_answer(model, requested.thread_id, requested.action_id, &Answer::Pending);
    with_thread_status(model, requested.thread_id, ThreadStatus::AwaitingApproval)
}

fn next_request_reopens_answered(before: Model, event: &Event) -> Model {
    let model = project(before, event);
    let Event::ApprovalRequested(requested) = event else {
        return model;
    };
    let granted: Vec<ActionId> = active_turn(&model, requested.thread_id)
        .into_iter()
        .flat_map(|turn| turn.entries().filter_map(TurnEntry::as_approval))
        .filter(|approval| *approval.decision() == Answer::Approved)
        .map(Approval::id)
        .collect();
    granted.into_iter().fold(model, |model, action_id| {
        with_answer(model, requested.thread_id, action_id, &Answer::Pending)
    })
}

fn first_answer_resumes(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    let is_answer = matches!(
        events.as_slice(),
        [Event::PendingActionApproved(_) | Event::PendingActionRejected(_)]
    );
    let thread = named_thread(command, model).filter(|_| is_answer);
    events.extend(thread.map(|thread| status_changed(thread, ThreadStatus::Running, command)));
    Ok(events)
}

fn rejection_resumes_nothing(command: &Command, model: &Model) -> Decided {
    without(decide(command, model), |event| {
        matches!(
            (command, event),
            (Command::RejectPendingAction(_), Event::ThreadStatusChanged(_))
        )
    })
}

fn project_rejection_resumes_nothing(model: Model, event: &Event) -> Model {
    let model = project(model, event);
    match event {
        Event::PendingActionRejected(rejected) => {
            with_thread_status(model, rejected.thread_id, ThreadStatus::AwaitingApproval)
        }
        _ => model,
    }
}

fn result_before_answer(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::ToolResult(result) = &ingest.event
        && let Err(DeciderError::ToolCallAwaitingApproval { .. }) = decision
    {
        return Ok(vec![tool_call_ended(ingest, result)]);
    }
    decision
}
