//! Histories of an engine that is right, and what is changed in them.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use model_tests::engine::{Action, Check, Finding, History, Moment, Schedule, carry_out, check};
use orchestration::chrono::{DateTime, TimeDelta, Utc};
use orchestration::commands::{
    CreateProject, CreateThread, IngestProviderEvent, InterruptTurn, RenameProject, StartTurn,
};
use orchestration::events::MessageChunkReceived;
use orchestration::provider_event::TextDelta;
use orchestration::read_model::RuntimeMode;
use orchestration::uuid::Uuid;
use orchestration::{OrchestrationCommand, OrchestrationEvent, StoredEvent};

use crate::small::Small;

pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// Every command has a time of its own.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

pub fn create_project(number: u128) -> OrchestrationCommand {
    let (project_id, path) = (id(number), format!("/{number}").parse().expect("a path"));
    let (name, at) = ("repo".parse().expect("a name"), at(10));
    CreateProject {
        project_id,
        path,
        name,
        at,
    }
    .into()
}

pub fn rename_project(number: u128) -> OrchestrationCommand {
    let (project_id, name, at) = (id(number), "renamed".parse().expect("a name"), at(11));
    RenameProject { project_id, name, at }.into()
}

pub fn create_thread() -> OrchestrationCommand {
    CreateThread {
        thread_id: id(20),
        project_id: id(1),
        title: "title".parse().expect("a title"),
        provider: "claude".parse().expect("a name"),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: at(12),
    }
    .into()
}

pub fn start_turn() -> OrchestrationCommand {
    let (thread_id, turn_id, message_id, at) = (id(20), id(30), id(40), at(13));
    let prompt = "prompt".parse().expect("a prompt");
    StartTurn {
        thread_id,
        turn_id,
        message_id,
        prompt,
        at,
    }
    .into()
}

pub fn text() -> OrchestrationCommand {
    let event = TextDelta {
        message_id: id(41),
        text: "Hello. ".into(),
    }
    .into();
    let (thread_id, turn_id, at) = (id(20), id(30), at(14));
    IngestProviderEvent {
        thread_id,
        turn_id,
        event,
        at,
    }
    .into()
}

pub fn interrupt() -> OrchestrationCommand {
    let (thread_id, turn_id, at) = (id(20), id(30), at(15));
    InterruptTurn { thread_id, turn_id, at }.into()
}

/// A history of an engine that is right: each command is answered before the next is sent.
pub fn history(commands: &[OrchestrationCommand], then: &[Action]) -> History {
    let mut actions = vec![Action::Subscribe { after: 0 }];
    for (request, command) in (1..).zip(commands) {
        let (client, command) = (0, command.clone());
        actions.push(Action::Send {
            request,
            client,
            command,
        });
        actions.push(Action::Await { request });
    }
    actions.extend_from_slice(then);
    let schedule = Schedule { actions };
    let stop = AtomicBool::new(false);
    let run = carry_out(&mut Small::default(), &schedule, Duration::from_secs(5), &stop);
    assert_eq!((run.failure, run.checked.findings), (None, Vec::new()));
    run.history
}

/// A project, a thread and a turn that runs.
pub fn running() -> Vec<OrchestrationCommand> {
    vec![create_project(1), create_thread(), start_turn()]
}

/// The moments, each to be changed.
pub fn each(history: &mut History, mut change: impl FnMut(&mut Moment)) {
    history.moments.iter_mut().for_each(&mut change);
}

/// All events, wherever they are read or published.
pub fn each_event(history: &mut History, mut change: impl FnMut(&mut StoredEvent)) {
    each(history, |moment| match moment {
        Moment::Log { then, .. } => then.iter_mut().for_each(&mut change),
        Moment::Delivered { event, .. } => change(event),
        _ => {}
    });
}

/// The log, when it was read last and something had come.
pub fn log(history: &mut History) -> &mut Vec<StoredEvent> {
    let logs = history.moments.iter_mut().filter_map(|moment| match moment {
        Moment::Log { then, .. } if !then.is_empty() => Some(then),
        _ => None,
    });
    logs.last().expect("a log")
}

#[track_caller]
pub fn found_by(history: &History) -> Vec<Check> {
    let checks: Vec<_> = check(history).findings.iter().map(|finding| finding.check).collect();
    assert!(!checks.is_empty(), "nothing is found");
    checks
}

#[track_caller]
pub fn finding(history: &History, check: Check) -> Finding {
    let findings = model_tests::engine::check(history).findings;
    let of_check = findings.iter().find(|finding| finding.check == check).cloned();
    of_check.unwrap_or_else(|| panic!("{check} finds nothing: {findings:?}"))
}

/// Puts the text at the end of the log there a second time, as the core would: a piece for a message that is there.
pub fn stands_twice(history: &mut History) {
    let stored = log(history).last().expect("the text").clone();
    let OrchestrationEvent::MessageAppended(first) = stored.event else {
        panic!("a message");
    };
    let chunk = MessageChunkReceived {
        thread_id: first.thread_id,
        turn_id: first.turn_id,
        message_id: first.message_id,
        text: "Hello. ".into(),
        at: first.at,
    };
    let (sequence, stored_at) = (stored.sequence + 1, stored.stored_at);
    log(history).push(StoredEvent {
        sequence,
        event: chunk.into(),
        stored_at,
    });
}
