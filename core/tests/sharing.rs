//! What models share, and in which threads they differ.

use std::collections::BTreeSet;

use crate::common::{
    ACTION, EARLIER, MESSAGE, OTHER_ACTION, OTHER_MESSAGE, OTHER_THREAD, OTHER_TURN, PROJECT, PROMPT, THREAD, TURN,
    a_completion, a_failure, a_message, a_no, a_project, a_selection, a_thread, a_thread_of, a_tool_call,
    a_tool_result, a_turn, a_turn_of, a_yes, an_approval, an_interruption, model_after, turn_with, value,
};
use chrono::TimeDelta;
use orchestration::events::{
    ApprovalRequested, MessageAppended, PendingActionRejected, ToolCallEnded, ToolCallStarted, TurnFailed, TurnStarted,
};
use orchestration::read_model::{MessageRole, Thread, ThreadChange, Turn};
use orchestration::{OrchestrationEvent, OrchestrationReadModel, StoredEvent, ThreadId, project};

/// The models before and after each event of a log that has every kind of event, and the events.
fn conversation() -> (Vec<OrchestrationReadModel>, Vec<OrchestrationEvent>) {
    let read = |line| {
        serde_json::from_str::<StoredEvent>(line)
            .expect("a stored event is read")
            .event
    };
    let events: Vec<_> = include_str!("golden/2/conversation.jsonl").lines().map(read).collect();
    let mut models = vec![OrchestrationReadModel::default()];
    for event in &events {
        models.extend(models.last().cloned().map(|model| project(model, event)));
    }
    (models, events)
}

fn ids(model: &OrchestrationReadModel) -> BTreeSet<ThreadId> {
    model.threads().map(Thread::id).collect()
}

/// A model that is equal, and shares nothing.
fn read_back(model: &OrchestrationReadModel) -> OrchestrationReadModel {
    let text = serde_json::to_string(model).expect("it has a wire form");
    serde_json::from_str(&text).expect("it is read")
}

/// The changes say what became of each thread that is not equal, and nothing that is not so.
#[track_caller]
fn assert_told(before: &OrchestrationReadModel, after: &OrchestrationReadModel) {
    let changes: Vec<_> = after.changed_threads(before).collect();
    let told: Vec<ThreadId> = changes.iter().map(ThreadChange::thread_id).collect();
    assert!(
        told.is_sorted_by(|left, right| left < right),
        "in order, each once: {told:?}"
    );
    for change in changes {
        let id = change.thread_id();
        match change {
            ThreadChange::Added(thread) => assert_eq!((None, Some(thread)), (before.thread(id), after.thread(id))),
            ThreadChange::Removed(thread) => assert_eq!((Some(thread), None), (before.thread(id), after.thread(id))),
            ThreadChange::Changed {
                before: old,
                after: new,
            } => {
                assert_eq!((Some(old), Some(new)), (before.thread(id), after.thread(id)));
            }
        }
    }
    for id in ids(before).union(&ids(after)) {
        let untold = !told.contains(id);
        assert!(
            !untold || before.thread(*id) == after.thread(*id),
            "the change of {id} is missed"
        );
    }
}

#[test]
fn no_change_of_a_thread_is_missed_between_any_two_models_of_a_log() {
    let (models, _) = conversation();
    for before in &models {
        for after in &models {
            assert_told(before, after);
        }
    }
}

#[test]
fn no_change_of_a_thread_is_missed_between_models_that_share_nothing() {
    let (models, _) = conversation();
    for (before, after) in models.iter().zip(models.iter().skip(1)) {
        assert_told(&read_back(before), after);
        let of_equals = after.changed_threads(&read_back(after)).count();
        assert_eq!(of_equals, after.threads().len(), "what may have changed is told");
    }
}

#[test]
fn an_event_changes_no_thread_but_its_own() {
    let (models, events) = conversation();
    for ((before, after), event) in models.iter().zip(models.iter().skip(1)).zip(&events) {
        for change in after.changed_threads(before) {
            let of_its_project = event.project_id().is_some()
                && before.thread(change.thread_id()).map(Thread::project_id) == event.project_id();
            assert!(
                event.thread_id() == Some(change.thread_id()) || of_its_project,
                "{} changed {}",
                event.kind(),
                change.thread_id()
            );
        }
    }
}

#[test]
fn a_clone_is_the_same_and_so_are_its_threads_and_turns() {
    let (models, _) = conversation();
    for model in &models {
        let clone = model.clone();
        assert!(clone.is_same_as(model));
        assert_eq!(clone.changed_threads(model).count(), 0);
        for (thread, other) in model.threads().zip(clone.threads()) {
            assert!(thread.is_same_as(other));
            assert!(
                thread
                    .turns()
                    .zip(other.turns())
                    .all(|(turn, other)| turn.is_same_as(other))
            );
        }
    }
}

#[test]
fn what_is_the_same_is_equal_in_any_two_models_of_a_log() {
    let (models, _) = conversation();
    for before in &models {
        for after in &models {
            assert!(!before.is_same_as(after) || before == after);
            for (old, new) in before.threads().filter_map(|old| Some((old, after.thread(old.id())?))) {
                assert!(!old.is_same_as(new) || old == new);
                for (old, new) in old.turns().filter_map(|old| Some((old, new.turn(old.id())?))) {
                    assert!(!old.is_same_as(new) || old == new);
                }
            }
        }
    }
}

#[test]
fn a_turn_that_an_event_left_alone_is_the_same_before_and_after_it() {
    let (models, events) = conversation();
    let mut left_alone = 0;
    for ((before, after), event) in models.iter().zip(models.iter().skip(1)).zip(&events) {
        for (old, new) in before.threads().filter_map(|old| Some((old, after.thread(old.id())?))) {
            for (old, new) in old.turns().filter_map(|old| Some((old, new.turn(old.id())?))) {
                assert!(
                    old.is_same_as(new) || old != new,
                    "{} made it another one",
                    event.kind()
                );
                left_alone += usize::from(old == new && event.turn_id().is_some());
            }
        }
    }
    assert!(left_alone > 0, "an event of one turn leaves others alone");
}

#[test]
fn turns_that_went_different_ways_from_one_model_are_not_the_same() {
    let last_entries = [
        a_tool_call("1"),
        an_approval(ACTION),
        a_message(MESSAGE, MessageRole::Assistant),
    ];
    for last_entry in last_entries {
        let model = model_after(turn_with([last_entry]));
        let ways = [
            a_tool_result("1", false),
            a_tool_result("1", true),
            a_yes(ACTION),
            a_no(ACTION),
            a_completion(TURN),
            an_interruption(TURN),
            a_failure(TURN),
        ];
        let after: Vec<_> = ways.iter().map(|event| project(model.clone(), event)).collect();
        let turns: Vec<&Turn> = after
            .iter()
            .filter_map(|model| model.thread(THREAD)?.turn(TURN))
            .collect();
        assert_eq!(turns.len(), ways.len());
        for (one, way) in turns.iter().zip(&ways) {
            for (other, other_way) in turns.iter().zip(&ways) {
                assert_eq!(
                    one.is_same_as(other),
                    one == other,
                    "{} and {}",
                    way.kind(),
                    other_way.kind()
                );
            }
        }
    }
}

#[test]
fn what_shares_nothing_is_not_the_same_however_equal() {
    let model = model_after([a_project(), a_thread(), a_turn(TURN)]);
    let read = read_back(&model);
    let of = |model: &OrchestrationReadModel| model.thread(THREAD).cloned().expect("it is there");
    assert_eq!((&model, of(&model)), (&read, of(&read)));
    assert!(!model.is_same_as(&read));
    let (Some(thread), Some(other)) = (model.thread(THREAD), read.thread(THREAD)) else {
        panic!("it is there");
    };
    assert!(!thread.is_same_as(other));
    assert!(
        !thread
            .turns()
            .zip(other.turns())
            .any(|(turn, other)| turn.is_same_as(other))
    );
}

#[test]
fn an_event_leaves_all_turns_but_the_last_and_all_other_threads_the_same() {
    let before = model_after([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_turn(TURN),
    ]);
    let after = project(before.clone(), &a_turn_of(OTHER_THREAD, TURN));
    assert!(!after.is_same_as(&before));
    let pair = |id| before.thread(id).zip(after.thread(id)).expect("it is there");
    let (thread, same) = pair(THREAD);
    assert!(same.is_same_as(thread));
    let (thread, other) = pair(OTHER_THREAD);
    assert!(!other.is_same_as(thread));
    let changes: Vec<_> = after.changed_threads(&before).collect();
    assert_eq!(
        changes,
        [ThreadChange::Changed {
            before: thread,
            after: other
        }]
    );
}

#[test]
fn a_selection_changes_the_model_and_no_thread() {
    let before = model_after([a_project(), a_thread()]);
    let after = project(before.clone(), &a_selection(THREAD));
    assert!(!after.is_same_as(&before));
    let told: Vec<_> = after
        .changed_threads(&before)
        .map(|change| change.thread_id())
        .collect();
    assert!(told.iter().all(|id| *id == THREAD), "{told:?}");
}

/// The events, and each of them with one field changed: what is not changed is one and the same in memory.
macro_rules! with_each_field_changed {
    ($event:expr, $($field:ident: $other:expr),+ $(,)?) => {{
        let event = $event;
        let mut events = vec![OrchestrationEvent::from(event.clone())];
        $({
            let mut other = event.clone();
            other.$field = $other;
            events.push(other.into());
        })+
        events
    }};
}

#[test]
fn turns_that_differ_in_a_single_field_are_not_the_same_though_they_share_all_others() {
    let (thread_id, turn_id, at) = (THREAD, TURN, EARLIER);
    let later = EARLIER + TimeDelta::nanoseconds(1);
    let before = |events: Vec<OrchestrationEvent>| model_after(turn_with(events));
    let asked = || vec![a_tool_call("call"), an_approval(ACTION)];
    let none = model_after([a_project(), a_thread()]);
    let cases = [
        (
            none,
            with_each_field_changed!(
                TurnStarted { thread_id, turn_id, message_id: MESSAGE, prompt: value("Why?"), at },
                turn_id: OTHER_TURN, message_id: PROMPT, prompt: value("Why not?"), at: later,
            ),
        ),
        (
            before(vec![]),
            with_each_field_changed!(
                MessageAppended {
                    thread_id, turn_id, message_id: MESSAGE, role: MessageRole::Assistant, text: "Because".into(), at,
                },
                message_id: OTHER_MESSAGE, role: MessageRole::Reasoning, text: "No idea".into(), at: later,
            ),
        ),
        (
            before(vec![]),
            with_each_field_changed!(
                ToolCallStarted {
                    thread_id, turn_id, tool_call_id: value("call"), name: value("shell"), input: "ls".into(), at,
                },
                tool_call_id: value("other"), name: value("edit"), input: "rm".into(), at: later,
            ),
        ),
        (
            before(asked()),
            with_each_field_changed!(
                ToolCallEnded {
                    thread_id, turn_id, tool_call_id: value("call"), output: "done".into(), is_error: false, at,
                },
                tool_call_id: value("unknown"), output: "nothing done".into(), is_error: true,
            ),
        ),
        (
            before(asked()),
            with_each_field_changed!(
                ApprovalRequested {
                    thread_id, turn_id, action_id: OTHER_ACTION, tool_call_id: Some(value("call")),
                    description: "run".into(), at,
                },
                action_id: value("000000ff-0000-4000-8000-000000000001"), tool_call_id: None, description: "push".into(), at: later,
            ),
        ),
        (
            before(asked()),
            with_each_field_changed!(
                PendingActionRejected { thread_id, turn_id, action_id: ACTION, reason: Some("no".into()), at },
                action_id: OTHER_ACTION, reason: None, reason: Some("never".into()),
            ),
        ),
        (
            before(asked()),
            with_each_field_changed!(
                TurnFailed { thread_id, turn_id, message: "overloaded".into(), code: Some("529".into()), at },
                message: "limited".into(), code: None, code: Some("429".into()), at: later,
            ),
        ),
    ];
    for (before, events) in cases {
        let after: Vec<_> = events.iter().map(|event| project(before.clone(), event)).collect();
        let last = |model: &OrchestrationReadModel| {
            let turn = model.thread(THREAD).and_then(|thread| thread.turns().last()).cloned();
            turn.expect("there is a turn")
        };
        let turns: Vec<Turn> = after.iter().map(last).collect();
        for (index, turn) in turns.iter().enumerate() {
            for (other_index, other) in turns.iter().enumerate() {
                let is_same = index == other_index;
                assert_eq!(
                    turn.is_same_as(other),
                    is_same,
                    "{:?} and {:?}",
                    events[index],
                    events[other_index]
                );
            }
        }
    }
}
