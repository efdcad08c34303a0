//! Refusals and events of the right kind that say something untrue.

use orchestration::read_model::{Approval, Thread, ThreadStatus, ToolCallStatus, Turn, TurnEntry};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model, decide,
};

use super::faults::{active_turn, named_thread};
use super::{BARE, Bug, NONE, deciding};
use crate::search::explore::Scope;
use crate::subject::Decided;

/// One thread, and a message in two pieces.
const ONE_MESSAGE: Scope = Scope {
    messages: 1,
    pieces: 2,
    ..BARE
};

/// One thread with one tool call.
const ONE_CALL: Scope = Scope { tool_calls: 1, ..BARE };

/// One thread in which one action is asked for.
const ONE_APPROVAL: Scope = Scope { approvals: 1, ..BARE };

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "mismatch-told-the-wrong-way-round",
        sentence: "a command for another turn is told that the active turn is the other one, and its own was expected",
        symptom: "a client that read the refusal sent the command again, for the same wrong turn",
        subject: deciding(mismatch_swapped),
        scope: Scope { turns: 2, ..BARE },
        ..NONE
    },
    Bug {
        id: "taken-path-told-of-new-project",
        sentence: "a path that is taken is said to be taken by the project that is refused",
        symptom: "“open the project that has this folder” opened one that did not exist",
        subject: deciding(taken_path_of_new_project),
        scope: BARE,
        ..NONE
    },
    Bug {
        id: "busy-thread-always-said-to-run",
        sentence: "a thread that awaits approval is said to run where it should be idle",
        symptom: "a user was told to wait for an agent that waited for the user",
        subject: deciding(busy_thread_runs),
        scope: ONE_APPROVAL,
        ..NONE
    },
    Bug {
        id: "role-told-the-wrong-way-round",
        sentence: "a piece of another role is told that the message has the role of the piece",
        symptom: "a log of refusals blamed the message that was there",
        subject: deciding(role_swapped),
        scope: ONE_MESSAGE,
        ..NONE
    },
    Bug {
        id: "ended-call-always-said-to-have-failed",
        sentence: "a result for a tool call that has one is told that the call failed",
        symptom: "a tool that had succeeded was run again",
        subject: deciding(ended_call_failed),
        scope: ONE_CALL,
        ..NONE
    },
    Bug {
        id: "unanswerable-action-told-of-another",
        sentence: "an answer to an action that is not pending is told of the first action that was ever asked for",
        symptom: "a client took the wrong question off the screen",
        subject: deciding(unanswerable_action_of_first),
        scope: Scope {
            turns: 2,
            ..ONE_APPROVAL
        },
        ..NONE
    },
    Bug {
        id: "status-told-at-start-of-turn",
        sentence: "the change of status at the end of a turn is said to have been when the turn began",
        symptom: "a list of what happened last showed a finished turn as the oldest",
        subject: deciding(status_told_at_start),
        scope: BARE,
        ..NONE
    },
    Bug {
        id: "deleted-thread-interrupted-at-its-start",
        sentence: "deleting a thread interrupts its turn at the time at which the turn began",
        symptom: "the bill of a deleted conversation counted no time at all",
        subject: deciding(deletion_interrupts_at_start),
        scope: BARE,
        ..NONE
    },
];

fn mismatch_swapped(command: &Command, model: &Model) -> Decided {
    decide(command, model).map_err(|error| match error {
        DeciderError::TurnMismatch {
            thread_id,
            expected,
            found,
        } => DeciderError::TurnMismatch {
            thread_id,
            expected: found,
            found: expected,
        },
        other => other,
    })
}

fn taken_path_of_new_project(command: &Command, model: &Model) -> Decided {
    decide(command, model).map_err(|error| match (error, command) {
        (DeciderError::DuplicateProjectPath { path, .. }, Command::CreateProject(refused)) => {
            DeciderError::DuplicateProjectPath {
                path,
                project_id: refused.project_id,
            }
        }
        (other, _) => other,
    })
}

fn busy_thread_runs(command: &Command, model: &Model) -> Decided {
    decide(command, model).map_err(|error| match error {
        DeciderError::ThreadNotIdle { thread_id, .. } => DeciderError::ThreadNotIdle {
            thread_id,
            status: ThreadStatus::Running,
        },
        other => other,
    })
}

fn role_swapped(command: &Command, model: &Model) -> Decided {
    decide(command, model).map_err(|error| match error {
        DeciderError::MessageRoleMismatch {
            thread_id,
            turn_id,
            message_id,
            expected,
            found,
        } => DeciderError::MessageRoleMismatch {
            thread_id,
            turn_id,
            message_id,
            expected: found,
            found: expected,
        },
        other => other,
    })
}

fn ended_call_failed(command: &Command, model: &Model) -> Decided {
    decide(command, model).map_err(|error| match error {
        DeciderError::ToolCallAlreadyEnded {
            thread_id,
            turn_id,
            tool_call_id,
            ..
        } => DeciderError::ToolCallAlreadyEnded {
            thread_id,
            turn_id,
            tool_call_id,
            status: ToolCallStatus::Failed,
        },
        other => other,
    })
}

fn unanswerable_action_of_first(command: &Command, model: &Model) -> Decided {
    decide(command, model).map_err(|error| match error {
        DeciderError::ActionNotPending {
            thread_id,
            turn_id,
            action_id,
        } => {
            let turns = model.thread(thread_id).into_iter().flat_map(Thread::turns);
            let first = turns.flat_map(Turn::entries).find_map(TurnEntry::as_approval);
            DeciderError::ActionNotPending {
                thread_id,
                turn_id,
                action_id: first.map_or(action_id, Approval::id),
            }
        }
        other => other,
    })
}

fn status_told_at_start(command: &Command, model: &Model) -> Decided {
    let started_at = command
        .thread_id()
        .and_then(|id| active_turn(model, id))
        .map(Turn::started_at);
    let mut events = decide(command, model)?;
    let ends = events
        .iter()
        .any(|event| matches!(event, Event::TurnCompleted(_) | Event::TurnFailed(_)));
    for event in &mut events {
        if let (Event::ThreadStatusChanged(changed), Some(at), true) = (event, started_at, ends) {
            changed.at = at;
        }
    }
    Ok(events)
}

fn deletion_interrupts_at_start(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    let turn = named_thread(command, model).and_then(Thread::active_turn);
    if let (Command::DeleteThread(_), Some(turn)) = (command, turn) {
        for event in &mut events {
            if let Event::TurnInterrupted(interrupted) = event {
                interrupted.at = turn.started_at();
            }
        }
    }
    Ok(events)
}
