//! What is said to be the same is the same, and what anything was done to is not, whatever it is.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::made;
use crate::read_model::{
    Approval, Decision, Message, MessageRole, OrchestrationReadModel, ToolCall, ToolCallStatus, Turn, TurnEntry,
    TurnStatus,
};
use crate::values::{ActionId, MessageId, Text, TurnId};
use crate::{OrchestrationEvent, project};

/// How many values of each sort are made.
const VALUES: u64 = 2_000;

/// Changes one thing, and says whether it was there.
type Change<T> = fn(&mut T) -> bool;

/// A value that is equal, and is not one with the other.
fn own<T: std::str::FromStr + ToString>(value: &T) -> T {
    value.to_string().parse().ok().expect("it is what it was")
}

fn own_text(text: &Text) -> Text {
    Text::from(text.as_str())
}

fn other_time(time: &DateTime<Utc>) -> DateTime<Utc> {
    let later = time.checked_add_signed(TimeDelta::nanoseconds(1));
    later.unwrap_or(DateTime::UNIX_EPOCH)
}

fn other_id(id: &Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128() ^ 1)
}

/// A value of its own for what is there.
fn renew<T>(value: &mut Option<T>, own: impl Fn(&T) -> T) -> bool {
    *value = value.as_ref().map(own);
    value.is_some()
}

/// Nothing where there was something, and the other way round.
fn toggle<T>(value: &mut Option<T>, other: T) -> bool {
    *value = if value.is_some() { None } else { Some(other) };
    true
}

/// Makes another of what is there.
fn change<T>(value: &mut T, other: impl FnOnce(&T) -> T) -> bool {
    *value = other(value);
    true
}

const fn message_and_code(turn: &mut Turn) -> Option<(&mut Text, &mut Option<Text>)> {
    match &mut turn.status {
        TurnStatus::Failed { message, code } => Some((message, code)),
        TurnStatus::Running | TurnStatus::Completed | TurnStatus::Interrupted => None,
    }
}

const fn reason(approval: &mut Approval) -> Option<&mut Option<Text>> {
    match &mut approval.decision {
        Decision::Rejected { reason } => Some(reason),
        Decision::Pending | Decision::Approved | Decision::Cancelled => None,
    }
}

const OF_TURNS: &[Change<Turn>] = &[
    |turn| change(&mut turn.id, |id| TurnId::new(other_id(id.as_uuid()))),
    |turn| change(&mut turn.started_at, other_time),
    |turn| renew(&mut turn.ended_at, other_time),
    |turn| toggle(&mut turn.ended_at, DateTime::UNIX_EPOCH),
    |turn| {
        let status = match turn.status {
            TurnStatus::Running => TurnStatus::Completed,
            TurnStatus::Completed => TurnStatus::Interrupted,
            TurnStatus::Interrupted | TurnStatus::Failed { .. } => TurnStatus::Running,
        };
        change(&mut turn.status, |_| status)
    },
    |turn| message_and_code(turn).is_some_and(|(message, _)| change(message, own_text)),
    |turn| message_and_code(turn).is_some_and(|(_, code)| renew(code, own_text)),
    |turn| message_and_code(turn).is_some_and(|(_, code)| toggle(code, Text::from("429"))),
    |turn| {
        let last = turn.entries.last().cloned();
        last.map(|entry| turn.entries.push_back_mut(entry)).is_some()
    },
    |turn| {
        let length = turn.entries.len();
        turn.entries.drop_last_mut();
        length > 0
    },
    // Equal ones, in nodes of their own.
    |turn| turn.entries.len() > 1 && change(&mut turn.entries, |entries| entries.iter().cloned().collect()),
];

const OF_MESSAGES: &[Change<Message>] = &[
    |message| change(&mut message.id, |id| MessageId::new(other_id(id.as_uuid()))),
    |message| {
        let role = match message.role {
            MessageRole::User => MessageRole::Assistant,
            MessageRole::Assistant => MessageRole::Reasoning,
            MessageRole::Reasoning => MessageRole::User,
        };
        change(&mut message.role, |_| role)
    },
    |message| change(&mut message.at, other_time),
    |message| !message.text.is_empty() && change(&mut message.text, |text| Text::from(text.to_string()).into()),
    |message| !message.text.is_empty() && change(&mut message.text, |_| Text::from("").into()),
    |message| {
        message.text.push(&Text::from("more"));
        true
    },
];

const OF_TOOL_CALLS: &[Change<ToolCall>] = &[
    |call| change(&mut call.id, own),
    |call| change(&mut call.name, own),
    |call| change(&mut call.input, own_text),
    |call| {
        let status = match call.status {
            ToolCallStatus::Open => ToolCallStatus::Succeeded,
            ToolCallStatus::Succeeded => ToolCallStatus::Failed,
            ToolCallStatus::Failed => ToolCallStatus::Cancelled,
            ToolCallStatus::Cancelled => ToolCallStatus::Open,
        };
        change(&mut call.status, |_| status)
    },
    |call| renew(&mut call.output, own_text),
    |call| toggle(&mut call.output, Text::from("src")),
    |call| change(&mut call.at, other_time),
];

const OF_APPROVALS: &[Change<Approval>] = &[
    |approval| change(&mut approval.id, |id| ActionId::new(other_id(id.as_uuid()))),
    |approval| renew(&mut approval.tool_call_id, own),
    |approval| toggle(&mut approval.tool_call_id, "call".parse().expect("an id")),
    |approval| change(&mut approval.description, own_text),
    |approval| {
        let decision = match approval.decision {
            Decision::Pending => Decision::Approved,
            Decision::Approved => Decision::Cancelled,
            Decision::Cancelled => Decision::Rejected { reason: None },
            Decision::Rejected { .. } => Decision::Pending,
        };
        change(&mut approval.decision, |_| decision)
    },
    |approval| reason(approval).is_some_and(|reason| renew(reason, own_text)),
    |approval| reason(approval).is_some_and(|reason| toggle(reason, Text::from("Rather not"))),
    |approval| change(&mut approval.at, other_time),
];

/// A turn whose only entry is this.
fn turn_of(entry: impl Into<TurnEntry>) -> Turn {
    let mut turn: Turn = made(0);
    turn.entries = [entry.into()].into_iter().collect();
    turn
}

/// A clone is the same as the value, and is no longer once any one of these things is done to it.
#[track_caller]
fn assert_told<T>(changes: &[Change<T>], is_same: impl Fn(&T, &T) -> bool)
where
    T: Clone + std::fmt::Debug + for<'a> arbitrary::Arbitrary<'a>,
{
    let mut made_to = BTreeSet::new();
    for number in 0..VALUES {
        let value: T = made(number);
        assert!(is_same(&value, &value.clone()), "{value:?}");
        for (place, change) in changes.iter().enumerate() {
            let mut other = value.clone();
            if change(&mut other) {
                assert!(!is_same(&value, &other), "change {place}: {value:?}");
                assert!(!is_same(&other, &value), "change {place}: {value:?}");
                made_to.insert(place);
            }
        }
    }
    assert_eq!(
        made_to.len(),
        changes.len(),
        "only these changes were made: {made_to:?}"
    );
}

#[test]
fn a_turn_is_another_once_anything_in_it_is() {
    assert_told(OF_TURNS, Turn::is_same_as);
}

#[test]
fn a_turn_is_another_once_anything_in_an_entry_is() {
    fn is_same<T: Clone + Into<TurnEntry>>(own: &T, other: &T) -> bool {
        turn_of(own.clone()).is_same_as(&turn_of(other.clone()))
    }
    // The status of the turns is one that holds no text: those of two turns that are made are not one.
    assert!(!matches!(made::<Turn>(0).status, TurnStatus::Failed { .. }));
    assert_told(OF_MESSAGES, is_same);
    assert_told(OF_TOOL_CALLS, is_same);
    assert_told(OF_APPROVALS, is_same);
}

#[test]
fn entries_of_two_kinds_are_never_the_same() {
    for number in 0..VALUES {
        let turns = [
            turn_of(made::<Message>(number)),
            turn_of(made::<ToolCall>(number)),
            turn_of(made::<Approval>(number)),
        ];
        for (place, own) in turns.iter().enumerate() {
            assert!(turns.iter().skip(place + 1).all(|other| !own.is_same_as(other)));
        }
    }
}

#[test]
fn an_event_leaves_all_threads_but_its_own_the_same_and_of_those_all_turns_but_the_last() {
    let mut kept = 0;
    for number in 0..VALUES {
        let (model, event): (OrchestrationReadModel, OrchestrationEvent) = (made(number), made(number + VALUES));
        let after = project(model.clone(), &event);
        for (own, other) in model.threads().filter_map(|own| Some((own, after.thread(own.id())?))) {
            let is_named = event.thread_id() == Some(own.id());
            assert!(own.is_same_as(other) || is_named, "{event:?} changed {own:?}");
            assert!(!own.is_same_as(other) || own == other);
            assert!(
                !own.is_same_as(&own.clone()),
                "a clone of a thread alone is one with it"
            );
            let turns = own.turns().zip(other.turns());
            for (own, other) in turns.rev().skip(1) {
                assert!(
                    own.is_same_as(other) || own.id() != other.id(),
                    "{event:?} changed {own:?}"
                );
                kept += 1;
            }
        }
    }
    assert!(kept > 100, "only {kept} turns");
}
