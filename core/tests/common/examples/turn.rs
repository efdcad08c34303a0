//! Turns, as the user has them.

use orchestration::commands::{InterruptTurn, StartTurn};
use orchestration::events::{TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted};
use orchestration::{OrchestrationCommand, OrchestrationEvent};

use super::Example;
use crate::common::{NOW as at, PROMPT, THREAD, TURN, value};

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    vec![
        (
            "start_turn",
            StartTurn {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: PROMPT,
                prompt: value("Why does the build fail?"),
                at,
            }
            .into(),
        ),
        (
            "interrupt_turn",
            InterruptTurn {
                thread_id: THREAD,
                turn_id: TURN,
                at,
            }
            .into(),
        ),
    ]
}

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    vec![
        (
            "turn_started",
            TurnStarted {
                thread_id: THREAD,
                turn_id: TURN,
                message_id: PROMPT,
                prompt: value("Why does the build fail?"),
                at,
            }
            .into(),
        ),
        (
            "turn_interrupted",
            TurnInterrupted {
                thread_id: THREAD,
                turn_id: TURN,
                at,
            }
            .into(),
        ),
        (
            "turn_completed",
            TurnCompleted {
                thread_id: THREAD,
                turn_id: TURN,
                at,
            }
            .into(),
        ),
        (
            "turn_failed",
            TurnFailed {
                thread_id: THREAD,
                turn_id: TURN,
                message: "the context is full".into(),
                code: Some("context_length".into()),
                at,
            }
            .into(),
        ),
        (
            "turn_failed_without_code",
            TurnFailed {
                thread_id: THREAD,
                turn_id: TURN,
                message: "the context is full".into(),
                code: None,
                at,
            }
            .into(),
        ),
    ]
}
