//! The checks of the log, E1 to E5, each on a history that is right but for one thing.

use model_tests::engine::{Action, Answer, Check, Moment};
use orchestration::chrono::DateTime;
use orchestration::events::ProjectRenamed;
use orchestration::{OrchestrationEvent, StoredEvent};

use crate::fixture::*;

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
