//! The checks of what clients, readers and subscribers saw, E6 to E12, each on a history that is right but for one thing.

use model_tests::engine::{Action, Answer, Check, History, Moment, check};
use orchestration::chrono::TimeDelta;
use orchestration::{OrchestrationReadModel, StoredEvent};

use crate::fixture::*;

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
