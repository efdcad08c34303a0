//! Each check, on a history that is right but for one thing.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use model_tests::engine::{Action, Answer, Check, Finding, History, Moment, Schedule, carry_out, check};
use orchestration::chrono::{DateTime, TimeDelta, Utc};
use orchestration::commands::{
    CreateProject, CreateThread, IngestProviderEvent, InterruptTurn, RenameProject, StartTurn,
};
use orchestration::events::{MessageChunkReceived, ProjectRenamed};
use orchestration::provider_event::TextDelta;
use orchestration::read_model::RuntimeMode;
use orchestration::uuid::Uuid;
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, StoredEvent};

use crate::small::Small;

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// Every command has a time of its own.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn create_project(number: u128) -> OrchestrationCommand {
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

fn rename_project(number: u128) -> OrchestrationCommand {
    let (project_id, name, at) = (id(number), "renamed".parse().expect("a name"), at(11));
    RenameProject { project_id, name, at }.into()
}

fn create_thread() -> OrchestrationCommand {
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

fn start_turn() -> OrchestrationCommand {
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

fn text() -> OrchestrationCommand {
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

fn interrupt() -> OrchestrationCommand {
    let (thread_id, turn_id, at) = (id(20), id(30), at(15));
    InterruptTurn { thread_id, turn_id, at }.into()
}

/// A history of an engine that is right: each command is answered before the next is sent.
fn history(commands: &[OrchestrationCommand], then: &[Action]) -> History {
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
fn running() -> Vec<OrchestrationCommand> {
    vec![create_project(1), create_thread(), start_turn()]
}

/// The moments, each to be changed.
fn each(history: &mut History, mut change: impl FnMut(&mut Moment)) {
    history.moments.iter_mut().for_each(&mut change);
}

/// All events, wherever they are read or published.
fn each_event(history: &mut History, mut change: impl FnMut(&mut StoredEvent)) {
    each(history, |moment| match moment {
        Moment::Log { then, .. } => then.iter_mut().for_each(&mut change),
        Moment::Delivered { event, .. } => change(event),
        _ => {}
    });
}

/// The log, when it was read last and something had come.
fn log(history: &mut History) -> &mut Vec<StoredEvent> {
    let logs = history.moments.iter_mut().filter_map(|moment| match moment {
        Moment::Log { then, .. } if !then.is_empty() => Some(then),
        _ => None,
    });
    logs.last().expect("a log")
}

#[track_caller]
fn found_by(history: &History) -> Vec<Check> {
    let checks: Vec<_> = check(history).findings.iter().map(|finding| finding.check).collect();
    assert!(!checks.is_empty(), "nothing is found");
    checks
}

#[track_caller]
fn finding(history: &History, check: Check) -> Finding {
    let findings = model_tests::engine::check(history).findings;
    let of_check = findings.iter().find(|finding| finding.check == check).cloned();
    of_check.unwrap_or_else(|| panic!("{check} finds nothing: {findings:?}"))
}

#[test]
fn e1_a_number_that_is_left_out() {
    let mut history = history(&[create_project(1), create_project(2)], &[]);
    log(&mut history)[1].sequence = 3;
    assert_eq!(finding(&history, Check::E1).message, "expected event 2, found 3");
}

#[test]
fn e2_a_field_that_is_stored_otherwise() {
    let mut history = history(&[create_project(1), rename_project(1)], &[]);
    each_event(&mut history, |stored| {
        if let OrchestrationEvent::ProjectRenamed(ProjectRenamed { name, .. }) = &mut stored.event {
            *name = "other".parse().expect("a name");
        }
    });
    let found = finding(&history, Check::E2);
    assert!(
        found.message.contains(r#"name: expected "renamed", found "other""#),
        "{}",
        found.message
    );
    assert_eq!((found.request, found.sequence), (Some(2), Some(2)));
}

#[test]
fn e2_a_command_that_the_core_refuses_there() {
    let mut history = history(&[create_project(1), rename_project(1)], &[]);
    let log = log(&mut history);
    log.swap(0, 1);
    for (stored, sequence) in log.iter_mut().zip(1..) {
        stored.sequence = sequence;
    }
    let found = finding(&history, Check::E2);
    assert!(found.message.contains("project_not_found"), "{}", found.message);
}

#[test]
fn e3_an_event_that_nobody_caused() {
    let mut history = history(&[create_project(1)], &[]);
    let event = ProjectRenamed {
        project_id: id(1),
        name: "odd".parse().expect("a name"),
        at: at(99),
    };
    let stored_at = DateTime::UNIX_EPOCH;
    log(&mut history).push(StoredEvent {
        sequence: 2,
        event: event.into(),
        stored_at,
    });
    assert_eq!(
        finding(&history, Check::E3).message,
        "event 2, project_renamed, is of no command that was sent"
    );
}

#[test]
fn e3_an_interrupt_by_recovery_when_nothing_was_started_again() {
    let mut commands = running();
    commands.push(interrupt());
    let mut history = history(&commands, &[]);
    let is_of_interrupt = |moment: &Moment| match moment {
        Moment::Sent { request, .. } | Moment::Answered { request, .. } => *request == 4,
        _ => false,
    };
    history.moments.retain(|moment| !is_of_interrupt(moment));
    assert!(found_by(&history).contains(&Check::E3));
    let found = finding(&history, Check::E3);
    assert!(
        found
            .message
            .contains("was interrupted by nobody, and not at a start either"),
        "{}",
        found.message
    );
}

/// Puts the text at the end of the log there a second time, as the core would: a piece for a message that is there.
fn stands_twice(history: &mut History) {
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

#[test]
fn e3_a_command_that_was_sent_once_and_stands_twice() {
    let mut commands = running();
    commands.push(text());
    let mut history = history(&commands, &[]);
    stands_twice(&mut history);
    assert!(
        finding(&history, Check::E3)
            .message
            .ends_with("was sent once, and stands in the log 2 times")
    );
}

#[test]
fn e4_what_was_acknowledged_and_is_gone() {
    let mut history = history(&[create_project(1), create_project(2)], &[]);
    log(&mut history).pop();
    let found = finding(&history, Check::E4);
    assert!(
        found
            .message
            .ends_with("was acknowledged up to event 2, and the log ends at 1"),
        "{}",
        found.message
    );
}

#[test]
fn e4_what_was_acknowledged_with_another_number() {
    let mut history = history(&[create_project(1), create_project(2)], &[]);
    each(&mut history, |moment| {
        if let Moment::Answered { request: 1, answer } = moment {
            *answer = Answer::Accepted { sequence: 2 };
        }
    });
    assert!(finding(&history, Check::E4).message.contains("it stands up to event 1"));
}

#[test]
fn e4_a_log_that_a_crash_made_shorter() {
    let mut history = history(&[create_project(1), create_project(2)], &[Action::Crash { after: 0 }]);
    let last = history.moments.iter_mut().rev().find_map(|moment| match moment {
        Moment::Log { kept, .. } => Some(kept),
        _ => None,
    });
    *last.expect("a log") = 1;
    assert!(
        finding(&history, Check::E4)
            .message
            .contains("the log had 2 events, and after a restart event 2 is another or gone")
    );
}

#[test]
fn e5_half_a_batch() {
    let mut history = history(&running(), &[]);
    log(&mut history).pop();
    let found = finding(&history, Check::E5);
    assert!(
        found
            .message
            .ends_with("the log has only 1: after event 3 comes nothing, not thread_status_changed"),
        "{}",
        found.message
    );
}

/// A history with a refusal at its end, of request 2.
fn refused() -> History {
    history(&[create_project(1), rename_project(2)], &[])
}

#[test]
fn e6_a_refusal_on_a_model_that_was_old_already() {
    let mut history = refused();
    each(&mut history, |moment| {
        if let Moment::Answered {
            answer: Answer::Rejected { sequence, .. },
            ..
        } = moment
        {
            *sequence = Some(0);
        }
    });
    assert!(
        finding(&history, Check::E6)
            .message
            .contains("though event 1 had been told of before it was sent")
    );
}

#[test]
fn e6_a_refusal_that_the_core_does_not_give() {
    let mut history = history(&[create_project(1), rename_project(2), create_project(1)], &[]);
    let errors = history.moments.iter().filter_map(|moment| match moment {
        Moment::Answered {
            answer: Answer::Rejected { error, .. },
            ..
        } => Some(error.clone()),
        _ => None,
    });
    let errors: Vec<_> = errors.collect();
    for named in [Some(1), None] {
        each(&mut history, |moment| {
            if let Moment::Answered {
                request: 2,
                answer: Answer::Rejected { error, sequence },
            } = moment
            {
                (*error, *sequence) = (errors[1].clone(), named);
            }
        });
        assert_eq!(finding(&history, Check::E6).request, Some(2));
    }
}

#[test]
fn e6_what_was_refused_and_stands_in_the_log() {
    let mut history = history(&[create_project(1), create_project(2)], &[]);
    let errors = refused();
    let error = errors.moments.iter().find_map(|moment| match moment {
        Moment::Answered {
            answer: Answer::Rejected { error, .. },
            ..
        } => Some(error.clone()),
        _ => None,
    });
    each(&mut history, |moment| {
        if let Moment::Answered { request: 2, answer } = moment {
            *answer = Answer::Rejected {
                error: error.clone().expect("a refusal"),
                sequence: None,
            };
        }
    });
    let messages: Vec<_> = check(&history)
        .findings
        .into_iter()
        .map(|finding| finding.message)
        .collect();
    assert!(
        messages
            .iter()
            .any(|message| message.ends_with("was refused, and stands in the log up to event 2")),
        "{messages:?}"
    );
}

#[test]
fn e7_what_was_sent_later_and_stands_before() {
    let mut history = history(&[create_project(1), create_project(2)], &[]);
    each(&mut history, |moment| match moment {
        Moment::Log { then, .. } if then.len() == 2 => {
            then.swap(0, 1);
            for (stored, sequence) in then.iter_mut().zip(1..) {
                stored.sequence = sequence;
            }
        }
        Moment::Answered {
            answer: Answer::Accepted { sequence },
            ..
        } => *sequence = 3 - *sequence,
        _ => {}
    });
    history.moments.retain(|moment| {
        !matches!(
            moment,
            Moment::Delivered { .. } | Moment::Subscribed { .. } | Moment::Read { .. }
        )
    });
    assert_eq!(found_by(&history), [Check::E7]);
}

#[test]
fn e8_a_model_that_is_older_than_what_had_been_told() {
    let mut history = history(&[create_project(1)], &[Action::Read]);
    let reads = history.moments.iter_mut().filter_map(|moment| match moment {
        Moment::Read { sequence, model, .. } if *sequence > 0 => Some((sequence, model)),
        _ => None,
    });
    for (sequence, model) in reads {
        (*sequence, *model) = (0, OrchestrationReadModel::default());
    }
    assert_eq!(found_by(&history), [Check::E8, Check::E8]);
    assert!(
        finding(&history, Check::E8)
            .message
            .contains("though event 1 had been told of before")
    );
}

#[test]
fn e8_a_model_that_is_not_what_the_log_adds_up_to() {
    let mut history = history(&[create_project(1)], &[Action::Read]);
    each(&mut history, |moment| {
        if let Moment::Read { model, .. } = moment {
            *model = OrchestrationReadModel::default();
        }
    });
    assert_eq!(found_by(&history), [Check::E8, Check::E8]);
    assert!(
        finding(&history, Check::E8)
            .message
            .contains("is not what the log adds up to")
    );
}

/// The events that were published, in a history of three of them, after a change.
fn published(change: impl FnOnce(&mut Vec<StoredEvent>)) -> History {
    let mut history = history(&[create_project(1), create_project(2), create_project(3)], &[]);
    let events = history.moments.iter().filter_map(|moment| match moment {
        Moment::Delivered { request, event } => Some((*request, event.clone())),
        _ => None,
    });
    let (requests, mut events): (Vec<_>, Vec<_>) = events.unzip();
    history
        .moments
        .retain(|moment| !matches!(moment, Moment::Delivered { .. }));
    change(&mut events);
    let request = requests[0];
    history
        .moments
        .extend(events.into_iter().map(|event| Moment::Delivered { request, event }));
    history
}

#[test]
fn e9_what_a_subscriber_misses_gets_twice_out_of_order_or_otherwise() {
    let changes: [fn(&mut Vec<StoredEvent>); 5] = [
        |events| drop(events.pop()),
        |events| drop(events.remove(1)),
        |events| events.insert(1, events[0].clone()),
        |events| events.swap(1, 2),
        |events| events[1].stored_at += TimeDelta::nanoseconds(1),
    ];
    assert_eq!(check(&published(|_| {})).findings, []);
    for change in changes {
        assert_eq!(found_by(&published(change)), [Check::E9]);
    }
}

#[test]
fn e9_what_a_subscriber_got_and_a_crash_took_back() {
    let mut history = history(&[create_project(1)], &[Action::Crash { after: 0 }]);
    each(&mut history, |moment| match moment {
        Moment::Log { kept, then } => {
            *kept = 0;
            then.clear();
        }
        Moment::Opened { opened } => opened.sequence = 0,
        _ => {}
    });
    history
        .moments
        .retain(|moment| !matches!(moment, Moment::Answered { .. } | Moment::Read { .. }));
    assert_eq!(found_by(&history), [Check::E9]);
}

#[test]
fn e10_a_turn_that_is_active_after_a_start() {
    let mut history = history(&running(), &[Action::Crash { after: 0 }]);
    each(&mut history, |moment| {
        if let Moment::Opened { opened } = moment {
            opened.sequence = opened.sequence.min(4);
        }
    });
    assert!(finding(&history, Check::E10).message.contains("has an active turn"));
    // An engine that does not say that it recovers may leave it.
    each(&mut history, |moment| {
        if let Moment::Opened { opened } = moment {
            opened.recovers = false;
        }
    });
    assert!(!found_by(&history).contains(&Check::E10));
}

#[test]
fn e11_what_was_sent_again_over_a_crash_and_stands_twice() {
    let mut commands = running();
    commands.push(text());
    let mut history = history(&commands, &[]);
    stands_twice(&mut history);
    let sent = history
        .moments
        .iter()
        .find(|moment| matches!(moment, Moment::Sent { request: 4, .. }))
        .cloned();
    let answered = history
        .moments
        .iter()
        .position(|moment| matches!(moment, Moment::Answered { request: 4, .. }));
    history
        .moments
        .insert(answered.expect("it was answered"), sent.expect("it was sent"));
    assert!(
        finding(&history, Check::E11)
            .message
            .contains("was sent again over a crash, and took effect 2 times")
    );
}

#[test]
fn e12_a_model_that_a_snapshot_has_changed() {
    let mut history = history(&[create_project(1)], &[Action::Crash { after: 0 }]);
    let crashed = history
        .moments
        .iter()
        .position(|moment| matches!(moment, Moment::Crashed { .. }))
        .expect("a crash");
    history.moments.insert(crashed, Moment::Snapshot { sequence: 1 });
    assert_eq!(check(&history).findings, []);
    let first = history
        .moments
        .iter_mut()
        .skip(crashed)
        .find_map(|moment| match moment {
            Moment::Read { model, .. } => Some(model),
            _ => None,
        });
    *first.expect("it is read after the restart") = OrchestrationReadModel::default();
    assert_eq!(found_by(&history), [Check::E12]);
}

#[test]
fn e12_a_snapshot_that_is_newer_than_the_log() {
    let mut history = history(&[create_project(1)], &[]);
    history.moments.push(Moment::Snapshot { sequence: 2 });
    assert_eq!(found_by(&history), [Check::E12]);
}
