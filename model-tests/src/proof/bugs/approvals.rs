//! Approvals that are lost, outlive what they were asked for, or are answered wrongly.

use orchestration::read_model::{Approval, Decision as Answer, ThreadStatus, Turn, TurnEntry, TurnStatus};
use orchestration::{
    ActionId, DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event,
    OrchestrationReadModel as Model, ThreadId, decide, project,
};
use serde_json::json;

use super::faults::{active_turn, end_leaving, patch, thread_json, with_thread_status};
use super::{BARE, Bug, NONE, deciding, projecting};
use crate::search::explore::Scope;
use crate::subject::Decided;

/// Two approvals in a turn.
const TWO_APPROVALS: Scope = Scope { approvals: 2, ..BARE };

/// An approval in each of two threads.
const TWO_THREADS: Scope = Scope {
    threads: 2,
    approvals: 1,
    ..BARE
};

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "interrupt-leaves-pending",
        sentence: "an interrupt leaves an approval pending",
        symptom: "an approval outlived its turn and could never be answered",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/11799",
            "https://github.com/pingdotgg/t3code/issues/5454",
        ],
        subject: projecting(interrupt_leaves_pending),
        ..NONE
    },
    Bug {
        id: "completion-leaves-pending",
        sentence: "the completion of a turn leaves an approval pending that belongs to no tool call",
        symptom: "an approval outlived its turn and could never be answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/10466"],
        subject: projecting(completion_leaves_pending),
        ..NONE
    },
    Bug {
        id: "failure-leaves-second-pending",
        sentence: "an error cancels the first pending approval of its turn, and leaves the others",
        symptom: "an approval outlived its session and could never be answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/7113"],
        subject: projecting(failure_leaves_second_pending),
        scope: TWO_APPROVALS,
        ..NONE
    },
    Bug {
        id: "discarded-approval-stays-pending",
        sentence: "a restore hands the approvals of the turn that it drops on to the turn before it, pending",
        symptom: "approvals of turns that a revert discarded stayed pending",
        reports: &["https://github.com/pingdotgg/t3code/issues/8425"],
        subject: projecting(discarded_approval_stays_pending),
        scope: Scope {
            turns: 2,
            approvals: 1,
            checkpoints: 1,
            ..BARE
        },
        ..NONE
    },
    Bug {
        id: "restore-elsewhere-loses-pending",
        sentence: "a restore of one thread drops what is pending in another",
        symptom: "an approval vanished before it was answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/10466"],
        subject: projecting(restore_elsewhere_loses_pending),
        scope: Scope {
            checkpoints: 1,
            ..TWO_THREADS
        },
        ..NONE
    },
    Bug {
        id: "answer-refused-after-interrupt-elsewhere",
        sentence: "an answer is refused once a turn of another thread was interrupted",
        symptom: "an approval could never be answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/5454"],
        subject: deciding(answer_refused_after_interrupt_elsewhere),
        scope: TWO_THREADS,
        ..NONE
    },
    Bug {
        id: "next-request-replaces-pending",
        sentence: "a request for an approval takes the place of the one that is pending",
        symptom: "the first of two approvals could never be answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/11799"],
        subject: projecting(next_request_replaces_pending),
        scope: TWO_APPROVALS,
        ..NONE
    },
    Bug {
        id: "pending-behind-cap",
        sentence: "a pending approval no longer counts once three entries stand behind it",
        symptom: "a pending approval fell out of a list with a cap",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: projecting(pending_behind_cap),
        scope: Scope {
            messages: 3,
            pieces: 1,
            approvals: 1,
            ..BARE
        },
        ..NONE
    },
];

fn as_pending(entry: &TurnEntry) -> Option<&Approval> {
    entry.as_approval().filter(|approval| approval.decision().is_pending())
}

fn first_pending(turn: &Turn) -> Option<ActionId> {
    turn.entries().find_map(as_pending).map(Approval::id)
}

fn interrupt_leaves_pending(before: Model, event: &Event) -> Model {
    match event {
        Event::TurnInterrupted(interrupted) => end_leaving(before, event, interrupted.thread_id, |_, entry| {
            entry.as_approval().is_some()
        }),
        _ => project(before, event),
    }
}

fn completion_leaves_pending(before: Model, event: &Event) -> Model {
    match event {
        Event::TurnCompleted(completed) => end_leaving(before, event, completed.thread_id, |_, entry| {
            as_pending(entry).is_some_and(|approval| approval.tool_call_id().is_none())
        }),
        _ => project(before, event),
    }
}

fn failure_leaves_second_pending(before: Model, event: &Event) -> Model {
    match event {
        Event::TurnFailed(failed) => end_leaving(before, event, failed.thread_id, |turn, entry| {
            as_pending(entry).is_some_and(|approval| Some(approval.id()) != first_pending(turn))
        }),
        _ => project(before, event),
    }
}

fn discarded_approval_stays_pending(before: Model, event: &Event) -> Model {
    let Event::CheckpointRestored(restored) = event else {
        return project(before, event);
    };
    let last = before
        .thread(restored.thread_id)
        .and_then(|thread| thread.turns().last());
    let cancelled: Vec<_> = last
        .into_iter()
        .flat_map(Turn::entries)
        .filter(|entry| {
            entry
                .as_approval()
                .is_some_and(|approval| *approval.decision() == Answer::Cancelled)
        })
        .filter_map(|entry| serde_json::to_value(entry).ok())
        .collect();
    let kept = usize::try_from(restored.turn_count).unwrap_or(usize::MAX);
    let turns = before
        .thread(restored.thread_id)
        .map_or(0, |thread| thread.turns().len());
    let model = project(before, event);
    if cancelled.is_empty() || kept == 0 || turns <= kept {
        return model;
    }
    patch(model, |json| {
        let turns = thread_json(json, restored.thread_id)["turns"].as_array_mut();
        if let Some(entries) = turns
            .and_then(|turns| turns.last_mut())
            .and_then(|turn| turn["entries"].as_array_mut())
        {
            entries.extend(cancelled.into_iter().map(|mut entry| {
                entry["decision"] = json!({"type": "pending"});
                entry
            }));
        }
    })
}

fn restore_elsewhere_loses_pending(before: Model, event: &Event) -> Model {
    let model = project(before, event);
    let Event::CheckpointRestored(restored) = event else {
        return model;
    };
    let is_other = |id: &ThreadId| *id != restored.thread_id;
    let awaiting = model
        .active_turns()
        .filter(|(_, turn)| first_pending(turn).is_some())
        .map(|(thread, _)| thread.id());
    let awaiting: Vec<_> = awaiting.filter(is_other).collect();
    if awaiting.is_empty() {
        return model;
    }
    patch(model, |json| {
        for id in awaiting {
            drop_pending(json, id);
            thread_json(json, id)["status"] = json!(ThreadStatus::Running);
        }
    })
}

/// Drops the pending approvals of a thread's last turn from its JSON.
fn drop_pending(json: &mut serde_json::Value, id: ThreadId) {
    let turns = thread_json(json, id)["turns"].as_array_mut();
    let entries = turns
        .and_then(|turns| turns.last_mut())
        .and_then(|turn| turn["entries"].as_array_mut());
    if let Some(entries) = entries {
        entries.retain(|entry| entry["decision"]["type"] != "pending");
    }
}

fn answer_refused_after_interrupt_elsewhere(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    let is_answer = matches!(
        command,
        Command::ApprovePendingAction(_) | Command::RejectPendingAction(_)
    );
    let mut last_turns = model.threads().filter_map(|thread| thread.turns().last());
    match command.thread_id() {
        Some(thread_id) if is_answer && last_turns.any(|turn| *turn.status() == TurnStatus::Interrupted) => {
            Err(DeciderError::NoActiveTurn { thread_id })
        }
        Some(_) | None => Ok(events),
    }
}

fn next_request_replaces_pending(mut model: Model, event: &Event) -> Model {
    if let Event::ApprovalRequested(requested) = event
        && active_turn(&model, requested.thread_id).is_some_and(|turn| first_pending(turn).is_some())
    {
        model = patch(model, |json| drop_pending(json, requested.thread_id));
    }
    project(model, event)
}

fn pending_behind_cap(before: Model, event: &Event) -> Model {
    /// How many of a turn's entries are looked at.
    const CAP: usize = 3;

    let model = project(before, event);
    let turn = event.thread_id().and_then(|id| Some((id, active_turn(&model, id)?)));
    match turn {
        Some((id, turn))
            if first_pending(turn).is_some()
                && !turn.entries().rev().take(CAP).any(|entry| as_pending(entry).is_some()) =>
        {
            with_thread_status(model, id, ThreadStatus::Running)
        }
        Some(_) | None => model,
    }
}
