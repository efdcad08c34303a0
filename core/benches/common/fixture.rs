//! Models and commands to measure with.

#![allow(dead_code, reason = "each benchmark takes what it needs")]

use std::fmt::Debug;
use std::str::FromStr;

use chrono::DateTime;
use orchestration::commands::{
    CreateCheckpoint, CreateProject, CreateThread, IngestProviderEvent, InterruptTurn, StartTurn,
};
use orchestration::provider_event::{
    ProviderError, ProviderEvent, TextDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::RuntimeMode;
use orchestration::{
    CheckpointId, MessageId, OrchestrationCommand, OrchestrationReadModel, ProjectId, ThreadId, ToolCallId, TurnId,
    decide, project,
};
use uuid::Uuid;

/// An id that is spread over all bits, as random ones are.
pub fn uuid(number: u64) -> Uuid {
    Uuid::from_u64_pair(number.wrapping_mul(0x9E37_79B9_7F4A_7C15), number)
}

pub fn thread_id(number: u64) -> ThreadId {
    ThreadId::new(uuid(number))
}

pub fn turn_id(number: u64) -> TurnId {
    TurnId::new(uuid(number))
}

pub fn message_id(number: u64) -> MessageId {
    MessageId::new(uuid(number))
}

pub fn text<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("the text is not blank")
}

/// Decides and projects a command.
pub fn dispatch(model: &mut OrchestrationReadModel, command: &OrchestrationCommand) {
    let events = decide(command, model).expect("the command is accepted");
    for event in &events {
        *model = project(std::mem::take(model), event);
    }
}

pub fn create_project() -> OrchestrationCommand {
    CreateProject {
        project_id: ProjectId::new(uuid(0)),
        path: "/repo".parse().expect("a path"),
        name: text("repo"),
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

pub fn create_thread(number: u64) -> OrchestrationCommand {
    create_thread_of(0, number)
}

pub fn create_thread_of(project: u64, number: u64) -> OrchestrationCommand {
    CreateThread {
        thread_id: thread_id(number),
        project_id: ProjectId::new(uuid(project)),
        title: text("thread"),
        provider: text("claude"),
        model: None,
        runtime_mode: RuntimeMode::FullAccess,
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

pub fn start_turn(thread: u64, turn: u64) -> OrchestrationCommand {
    StartTurn {
        thread_id: thread_id(thread),
        turn_id: turn_id(turn),
        message_id: message_id(0),
        prompt: text("Do something."),
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

pub fn ingest(thread: u64, turn: u64, event: impl Into<ProviderEvent>) -> OrchestrationCommand {
    let (thread_id, turn_id, at) = (thread_id(thread), turn_id(turn), DateTime::UNIX_EPOCH);
    IngestProviderEvent {
        thread_id,
        turn_id,
        event: event.into(),
        at,
    }
    .into()
}

pub fn delta(thread: u64, turn: u64, message: u64, text: &str) -> OrchestrationCommand {
    ingest(
        thread,
        turn,
        TextDelta {
            message_id: message_id(message),
            text: text.into(),
        },
    )
}

/// A model of threads, each with a running turn of messages.
pub fn model(threads: u64, messages: u64) -> OrchestrationReadModel {
    let mut model = OrchestrationReadModel::default();
    dispatch(&mut model, &create_project());
    for thread in 0..threads {
        dispatch(&mut model, &create_thread(thread));
        dispatch(&mut model, &start_turn(thread, 0));
        for message in 1..messages {
            dispatch(&mut model, &delta(thread, 0, message, "A message of some length."));
        }
    }
    model
}

/// A model of ten threads, in the first of which messages lie in turns that have ended.
pub fn model_with_ended_turns(turns: u64, messages: u64) -> OrchestrationReadModel {
    let mut model = model(10, 2);
    for turn in 0..turns {
        for message in 1..messages {
            dispatch(&mut model, &delta(0, turn, message, "A message of some length."));
        }
        dispatch(&mut model, &ingest(0, turn, TurnComplete {}));
        dispatch(&mut model, &start_turn(0, turn + 1));
    }
    dispatch(&mut model, &delta(0, turns, 1, "A message of some length."));
    model
}

/// A session in the proportions of a recorded one: of a thousand commands about 725 text deltas of 25 bytes, 125 tool
/// calls with their results, and turns that end in several ways. It begins and ends with an idle thread, whose turns are
/// numbered from the one given.
pub fn session(first_turn: u64, turns: u64) -> Vec<OrchestrationCommand> {
    let mut commands = Vec::new();
    for turn in first_turn..first_turn + turns {
        commands.push(start_turn(0, turn));
        for message in 1..6 {
            commands.extend((0..5).map(|_| delta(0, turn, message, "some twenty-five bytes.. ")));
            let tool_call_id = ToolCallId::parse(format!("toolu_{message}")).expect("an id");
            let (name, input) = (text("read"), "{\"path\":\"src/main.rs\"}".into());
            commands.push(ingest(
                0,
                turn,
                ToolCallRequest {
                    tool_call_id: tool_call_id.clone(),
                    name,
                    input,
                },
            ));
            let output = "fn main() {}".into();
            commands.push(ingest(
                0,
                turn,
                ToolResult {
                    tool_call_id,
                    output,
                    is_error: false,
                },
            ));
        }
        let at = DateTime::UNIX_EPOCH;
        commands.push(match turn % 10 {
            0 => InterruptTurn {
                thread_id: thread_id(0),
                turn_id: turn_id(turn),
                at,
            }
            .into(),
            1 => ingest(
                0,
                turn,
                ProviderError {
                    message: "terminated".into(),
                    code: None,
                },
            ),
            _ => ingest(0, turn, TurnComplete {}),
        });
        let git_ref = "68b152fd61035bed".parse().expect("a ref");
        let checkpoint_id = CheckpointId::new(uuid(turn));
        commands.push(
            CreateCheckpoint {
                thread_id: thread_id(0),
                checkpoint_id,
                git_ref,
                description: None,
                at,
            }
            .into(),
        );
    }
    commands
}

/// A model with one idle thread.
pub fn idle_model() -> OrchestrationReadModel {
    let mut model = model(1, 1);
    dispatch(&mut model, &ingest(0, 0, TurnComplete {}));
    model
}
