//! Turns that do not start, end or tell of it as they should.

use orchestration::events::{MessageAppended, TurnCompleted, TurnInterrupted, TurnStarted};
use orchestration::read_model::{MessageRole, ThreadStatus, TurnStatus};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ProviderEvent, Text, ThreadId, TurnId, decide, project,
};
use serde_json::json;
use uuid::Uuid;

use super::faults::{active_turn, last_turn_json, named_thread, patch, status_changed, with_thread_status, without};
use super::{BARE, Bug, NONE, deciding, deciding_and_projecting, projecting};
use crate::search::explore::Scope;
use crate::subject::Decided;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "start-while-running",
        sentence: "a turn is started without asking whether the thread is idle",
        symptom: "one trigger started two turns",
        reports: &[
            "https://github.com/fujibee/agmsg/issues/870",
            "https://github.com/get-bb/bb/issues/2379",
        ],
        subject: deciding(start_while_running),
        ..NONE
    },
    Bug {
        id: "turn-started-again",
        sentence: "a turn whose id is known is started again",
        symptom: "a trigger that came twice started its turn twice",
        reports: &["https://github.com/get-bb/bb/issues/2379"],
        subject: deciding(turn_started_again),
        ..NONE
    },
    Bug {
        id: "prompt-vanishes",
        sentence: "a prompt is accepted while an approval is pending, and nothing comes of it",
        symptom: "a prompt that was sent during a turn vanished",
        reports: &["https://github.com/anomalyco/opencode/issues/40955"],
        subject: deciding(prompt_vanishes),
        ..NONE
    },
    Bug {
        id: "prompt-joins-running-turn",
        sentence: "a prompt that comes during a turn becomes a message of that turn",
        symptom: "a prompt that was sent during a turn was never answered",
        reports: &["https://github.com/pingdotgg/t3code/issues/9672"],
        subject: deciding(prompt_joins_running_turn),
        ..NONE
    },
    Bug {
        id: "turn-id-made-up",
        sentence: "a turn whose id another thread knows too gets one that the decider makes up",
        symptom: "an id drawn while deciding collided, and the thing could not be created twice",
        reports: &["https://github.com/pingdotgg/t3code/issues/624"],
        subject: deciding(turn_id_made_up),
        scope: Scope { threads: 2, ..BARE },
        ..NONE
    },
    Bug {
        id: "complete-leaves-running",
        sentence: "the completion of a turn leaves the thread running",
        symptom: "a turn ended, and its thread stayed running for ever",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/8802",
            "https://github.com/pingdotgg/t3code/issues/8895",
            "https://github.com/pingdotgg/t3code/issues/4713",
        ],
        subject: deciding_and_projecting(complete_leaves_running, project_complete_leaves_running),
        ..NONE
    },
    Bug {
        id: "failure-leaves-running",
        sentence: "an error of the agent leaves the thread running if an approval was pending",
        symptom: "an error ended the turn, and its thread stayed running for ever",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/8802",
            "https://github.com/pingdotgg/t3code/issues/8895",
        ],
        subject: deciding_and_projecting(failure_leaves_running, project_failure_leaves_running),
        ..NONE
    },
    Bug {
        id: "completion-not-folded",
        sentence: "the completion of a turn sets the thread's status, and not the turn's",
        symptom: "a thread was ready, and its active turn was still set",
        reports: &["https://github.com/pingdotgg/t3code/issues/3159"],
        subject: projecting(completion_not_folded),
        ..NONE
    },
    Bug {
        id: "completion-lost-beside-tool-call",
        sentence: "the completion of a turn is taken note of, and causes nothing, while a tool call is open",
        symptom: "the end of a turn was lost, and the turn went on for ever",
        reports: &[
            "https://github.com/openai/codex/issues/28495",
            "https://github.com/openai/codex/issues/35810",
        ],
        subject: deciding(completion_lost_beside_tool_call),
        ..NONE
    },
    Bug {
        id: "interrupt-refused-while-awaiting",
        sentence: "an interrupt is refused while an approval is pending",
        symptom: "nothing that the user could send ended the turn",
        reports: &[
            "https://github.com/openclaw/openclaw/issues/75205",
            "https://github.com/pingdotgg/t3code/issues/4713",
        ],
        subject: deciding(interrupt_refused_while_awaiting),
        ..NONE
    },
    Bug {
        id: "interrupt-ends-nothing",
        sentence: "an interrupt sets the thread's status, and leaves the turn running",
        symptom: "an interrupt returned early and settled nothing",
        reports: &["https://github.com/pingdotgg/t3code/issues/11796"],
        subject: deciding(interrupt_ends_nothing),
        ..NONE
    },
    Bug {
        id: "interrupt-untold",
        sentence: "an interrupt does not tell that the thread's status changed",
        symptom: "a stopped thread looked busy until the server was restarted",
        reports: &["https://github.com/pingdotgg/t3code/issues/4524"],
        subject: deciding(interrupt_untold),
        ..NONE
    },
    Bug {
        id: "interrupt-reads-completed",
        sentence: "a turn that is interrupted becomes a completed one",
        symptom: "a stopped run was shown as completed",
        reports: &["https://github.com/BloopAI/vibe-kanban/issues/2547"],
        subject: projecting(interrupt_reads_completed),
        ..NONE
    },
    Bug {
        id: "interrupt-overwrites-failure",
        sentence: "an interrupt of a turn that failed makes an interrupted one of it",
        symptom: "an abort wiped the message of the failure before it",
        reports: &["https://github.com/pingdotgg/t3code/issues/6531"],
        subject: deciding_and_projecting(interrupt_overwrites_failure, project_interrupt_overwrites_failure),
        ..NONE
    },
    Bug {
        id: "failure-loses-message",
        sentence: "the message of a failure is lost if an approval was pending",
        symptom: "a failure was shown without its message",
        reports: &["https://github.com/pingdotgg/t3code/issues/6531"],
        subject: deciding(failure_loses_message),
        ..NONE
    },
];

fn start_while_running(command: &Command, model: &Model) -> Decided {
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

fn turn_started_again(command: &Command, model: &Model) -> Decided {
    match (command, decide(command, model), named_thread(command, model)) {
        (Command::StartTurn(start), Err(DeciderError::TurnAlreadyExists { .. }), Some(thread)) => {
            let started = TurnStarted {
                thread_id: start.thread_id,
                turn_id: start.turn_id,
                message_id: start.message_id,
                prompt: start.prompt.clone(),
                at: start.at,
            };
            Ok(vec![
                started.into(),
                status_changed(thread, ThreadStatus::Running, command),
            ])
        }
        (_, decision, _) => decision,
    }
}

fn prompt_vanishes(command: &Command, model: &Model) -> Decided {
    match (command, decide(command, model)) {
        (
            Command::StartTurn(_),
            Err(DeciderError::ThreadNotIdle {
                status: ThreadStatus::AwaitingApproval,
                ..
            }),
        ) => Ok(vec![]),
        (_, decision) => decision,
    }
}

fn prompt_joins_running_turn(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let (Command::StartTurn(start), Err(DeciderError::ThreadNotIdle { .. })) = (command, &decision)
        && let Some(turn) = active_turn(model, start.thread_id)
    {
        let appended = MessageAppended {
            thread_id: start.thread_id,
            turn_id: turn.id(),
            message_id: start.message_id,
            role: MessageRole::User,
            text: Text::from(&start.prompt),
            at: start.at,
        };
        return Ok(vec![appended.into()]);
    }
    decision
}

fn turn_id_made_up(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::TurnStarted(started) = event
            && model.threads().any(|thread| thread.turn(started.turn_id).is_some())
        {
            let number = model.threads().map(|thread| u128::from(thread.turn_count())).sum();
            started.turn_id = TurnId::new(Uuid::from_u128(number));
        }
    }
    Ok(events)
}

fn complete_leaves_running(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    let is_completion = events.iter().any(|event| matches!(event, Event::TurnCompleted(_)));
    without(Ok(events), |event| {
        is_completion && matches!(event, Event::ThreadStatusChanged(_))
    })
}

fn project_complete_leaves_running(model: Model, event: &Event) -> Model {
    let model = project(model, event);
    match event {
        Event::TurnCompleted(completed) => with_thread_status(model, completed.thread_id, ThreadStatus::Running),
        _ => model,
    }
}

fn failure_leaves_running(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    let is_failure = events.iter().any(|event| matches!(event, Event::TurnFailed(_)));
    without(Ok(events), |event| {
        is_failure && is_awaiting(model, event) && matches!(event, Event::ThreadStatusChanged(_))
    })
}

fn project_failure_leaves_running(before: Model, event: &Event) -> Model {
    let is_awaiting = is_awaiting(&before, event);
    let model = project(before, event);
    match event {
        Event::TurnFailed(failed) if is_awaiting => with_thread_status(model, failed.thread_id, ThreadStatus::Running),
        _ => model,
    }
}

/// Whether the thread that an event names awaits an approval.
fn is_awaiting(model: &Model, event: &Event) -> bool {
    let thread = event.thread_id().and_then(|id| model.thread(id));
    thread.is_some_and(|thread| thread.status() == ThreadStatus::AwaitingApproval)
}

fn completion_not_folded(model: Model, event: &Event) -> Model {
    match event {
        Event::TurnCompleted(_) => model,
        _ => project(model, event),
    }
}

fn completion_lost_beside_tool_call(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    let turn = command.thread_id().and_then(|id| active_turn(model, id));
    let has_open_call = turn.is_some_and(|turn| {
        turn.entries()
            .any(|entry| entry.as_tool_call().is_some() && entry.is_unsettled())
    });
    match command {
        Command::IngestProviderEvent(ingest)
            if has_open_call && matches!(ingest.event, ProviderEvent::TurnComplete(_)) =>
        {
            Ok(vec![])
        }
        _ => Ok(events),
    }
}

fn interrupt_refused_while_awaiting(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    match (command, named_thread(command, model)) {
        (Command::InterruptTurn(interrupt), Some(thread)) if thread.status() == ThreadStatus::AwaitingApproval => {
            let thread_id = interrupt.thread_id;
            Err(DeciderError::NoActiveTurn { thread_id })
        }
        _ => Ok(events),
    }
}

fn interrupt_ends_nothing(command: &Command, model: &Model) -> Decided {
    without(decide(command, model), |event| {
        matches!((command, event), (Command::InterruptTurn(_), Event::TurnInterrupted(_)))
    })
}

fn interrupt_untold(command: &Command, model: &Model) -> Decided {
    without(decide(command, model), |event| {
        matches!(
            (command, event),
            (Command::InterruptTurn(_), Event::ThreadStatusChanged(_))
        )
    })
}

fn interrupt_reads_completed(model: Model, event: &Event) -> Model {
    match event {
        Event::TurnInterrupted(interrupted) => {
            let completed = TurnCompleted {
                thread_id: interrupted.thread_id,
                turn_id: interrupted.turn_id,
                at: interrupted.at,
            };
            project(model, &completed.into())
        }
        _ => project(model, event),
    }
}

fn interrupt_overwrites_failure(command: &Command, model: &Model) -> Decided {
    match (command, decide(command, model)) {
        (Command::InterruptTurn(interrupt), Err(DeciderError::NoActiveTurn { .. }))
            if is_last_failed(model, interrupt.thread_id, interrupt.turn_id) =>
        {
            let interrupted = TurnInterrupted {
                thread_id: interrupt.thread_id,
                turn_id: interrupt.turn_id,
                at: interrupt.at,
            };
            Ok(vec![interrupted.into()])
        }
        (_, decision) => decision,
    }
}

fn project_interrupt_overwrites_failure(model: Model, event: &Event) -> Model {
    match event {
        Event::TurnInterrupted(interrupted) if is_last_failed(&model, interrupted.thread_id, interrupted.turn_id) => {
            patch(model, |json| {
                if let Some(turn) = last_turn_json(json, interrupted.thread_id) {
                    turn["status"] = json!({"type": "interrupted"});
                }
            })
        }
        _ => project(model, event),
    }
}

fn is_last_failed(model: &Model, thread_id: ThreadId, turn_id: TurnId) -> bool {
    let last = model.thread(thread_id).and_then(|thread| thread.turns().last());
    last.is_some_and(|turn| turn.id() == turn_id && matches!(turn.status(), TurnStatus::Failed { .. }))
}

fn failure_loses_message(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        let is_awaiting = is_awaiting(model, event);
        if let Event::TurnFailed(failed) = event
            && is_awaiting
        {
            failed.message = Text::from("");
        }
    }
    Ok(events)
}
