//! A few commands that between them do all kinds of things to a log.

use chrono::DateTime;
use orchestration::commands::{
    ApprovePendingAction, CreateProject, CreateThread, DeleteProject, DeleteThread, IngestProviderEvent, InterruptTurn,
    StartTurn,
};
use orchestration::provider_event::{ApprovalRequest, TextDelta, TurnComplete};
use orchestration::read_model::RuntimeMode;
use orchestration::{ActionId, MessageId, OrchestrationCommand, ProjectId, ProviderEvent, ThreadId, TurnId};
use uuid::Uuid;

use super::search::Letter;

const AT: DateTime<chrono::Utc> = DateTime::UNIX_EPOCH;

/// Ten commands on one project, one thread and one turn, and a snapshot.
///
/// Some have a batch of one event, some of two, and one of four; some may be sent twice, and be accepted both times.
#[must_use]
pub fn alphabet() -> Vec<Letter> {
    let commands = [
        create_project(),
        create_thread(),
        start_turn(),
        said(TextDelta {
            message_id: message(),
            text: "Hello. ".into(),
        }),
        said(ApprovalRequest {
            action_id: action(),
            tool_call_id: None,
            description: "may I?".into(),
        }),
        approve(),
        said(TurnComplete {}),
        interrupt(),
        DeleteThread {
            thread_id: thread(),
            at: AT,
        }
        .into(),
        DeleteProject {
            project_id: project(),
            at: AT,
        }
        .into(),
    ];
    let letters = commands.into_iter().map(Letter::Command);
    letters.chain([Letter::Snapshot]).collect()
}

/// A project with a thread in which a turn runs: what an alphabet does more to than to nothing.
#[must_use]
pub fn prepared() -> Vec<Letter> {
    [create_project(), create_thread(), start_turn()]
        .map(Letter::Command)
        .into()
}

fn create_project() -> OrchestrationCommand {
    CreateProject {
        project_id: project(),
        path: "/repo".parse().expect("a path"),
        name: "repo".parse().expect("a label"),
        at: AT,
    }
    .into()
}

fn create_thread() -> OrchestrationCommand {
    CreateThread {
        thread_id: thread(),
        project_id: project(),
        title: "thread".parse().expect("a label"),
        provider: "agent".parse().expect("a label"),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: AT,
    }
    .into()
}

fn start_turn() -> OrchestrationCommand {
    StartTurn {
        thread_id: thread(),
        turn_id: turn(),
        message_id: MessageId::from(Uuid::from_u128(5)),
        prompt: "go".parse().expect("a prompt"),
        at: AT,
    }
    .into()
}

fn said(event: impl Into<ProviderEvent>) -> OrchestrationCommand {
    IngestProviderEvent {
        thread_id: thread(),
        turn_id: turn(),
        event: event.into(),
        at: AT,
    }
    .into()
}

fn approve() -> OrchestrationCommand {
    ApprovePendingAction {
        thread_id: thread(),
        turn_id: turn(),
        action_id: action(),
        at: AT,
    }
    .into()
}

fn interrupt() -> OrchestrationCommand {
    InterruptTurn {
        thread_id: thread(),
        turn_id: turn(),
        at: AT,
    }
    .into()
}

fn project() -> ProjectId {
    Uuid::from_u128(1).into()
}

fn thread() -> ThreadId {
    Uuid::from_u128(2).into()
}

fn turn() -> TurnId {
    Uuid::from_u128(3).into()
}

fn message() -> MessageId {
    Uuid::from_u128(4).into()
}

fn action() -> ActionId {
    Uuid::from_u128(6).into()
}
