//! Faulty deciders.

use orchestration::events::{MessageAppended, PendingActionApproved, PendingActionRejected, TurnStarted};
use orchestration::read_model::{MessageRole, Turn};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ProviderEvent, decide,
};

use crate::run::Decision;

pub(super) fn start_while_running(command: &Command, model: &Model) -> Decision {
    match (command, decide(command, model)) {
        (Command::StartTurn(start), Err(DeciderError::ThreadNotIdle { .. })) => Ok(vec![
            TurnStarted {
                thread_id: start.thread_id,
                turn_id: start.turn_id,
                message_id: start.message_id,
                prompt: start.prompt.clone(),
                at: start.at,
            }
            .into(),
        ]),
        (_, decision) => decision,
    }
}

pub(super) fn complete_leaves_running(command: &Command, model: &Model) -> Decision {
    let mut events = decide(command, model)?;
    if events.iter().any(|event| matches!(event, Event::TurnCompleted(_))) {
        events.retain(|event| !matches!(event, Event::ThreadStatusChanged(_)));
    }
    Ok(events)
}

pub(super) fn late_event_accepted(command: &Command, model: &Model) -> Decision {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::TextDelta(delta) = &ingest.event
        && let Err(DeciderError::NoActiveTurn { .. } | DeciderError::TurnMismatch { .. }) = &decision
        && model
            .thread(ingest.thread_id)
            .and_then(|thread| thread.turn(ingest.turn_id))
            .is_some_and(has_ended)
    {
        let appended = MessageAppended {
            thread_id: ingest.thread_id,
            turn_id: ingest.turn_id,
            message_id: delta.message_id,
            role: MessageRole::Assistant,
            text: delta.text.clone(),
            at: ingest.at,
        };
        return Ok(vec![appended.into()]);
    }
    decision
}

fn has_ended(turn: &Turn) -> bool {
    !turn.status().is_running()
}

pub(super) fn restore_keeps_one_more(command: &Command, model: &Model) -> Decision {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::CheckpointRestored(restored) = event {
            restored.turn_count += 1;
        }
    }
    Ok(events)
}

pub(super) fn delete_leaves_threads(command: &Command, model: &Model) -> Decision {
    let mut events = decide(command, model)?;
    if matches!(command, Command::DeleteProject(_)) {
        events.retain(|event| matches!(event, Event::ProjectDeleted(_)));
    }
    Ok(events)
}

pub(super) fn second_answer_accepted(command: &Command, model: &Model) -> Decision {
    let decision = decide(command, model);
    let Err(DeciderError::ActionNotPending {
        thread_id,
        turn_id,
        action_id,
    }) = decision
    else {
        return decision;
    };
    let turn = model.thread(thread_id).and_then(|thread| thread.turn(turn_id));
    if turn.and_then(|turn| turn.approval(action_id)).is_none() {
        return decision;
    }
    let at = command.at();
    if let Command::RejectPendingAction(reject) = command {
        let reason = reject.reason.clone();
        return Ok(vec![
            PendingActionRejected {
                thread_id,
                turn_id,
                action_id,
                reason,
                at,
            }
            .into(),
        ]);
    }
    Ok(vec![
        PendingActionApproved {
            thread_id,
            turn_id,
            action_id,
            at,
        }
        .into(),
    ])
}
