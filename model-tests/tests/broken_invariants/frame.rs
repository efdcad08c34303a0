//! T1, T4 and T5: what a command may change, and what is told of it.

use model_tests::check::invariants::Invariant;
use model_tests::check::invariants::step::Frame;
use orchestration::OrchestrationEvent;
use serde_json::{Value, json};

use crate::fixture::{
    FIRST_TURN, OTHER_THREAD, SECOND_CHECKPOINT, SECOND_TURN, THIRD_CHECKPOINT, THREAD, UNKNOWN, approve, ask, call,
    checkpoint, command, complete, delete_project, delete_thread, first_project, idle_model, interrupt, on_thread,
    restore, result, running_model, start, thread, waiting_model,
};
use crate::step::{Step, broken};

#[test]
fn t1_holds_of_a_refusal() {
    for command in [
        start(FIRST_TURN),
        approve(FIRST_TURN),
        restore(UNKNOWN),
        result(FIRST_TURN),
    ] {
        let step = Step::of_core(idle_model(), command);
        assert!(step.decided.is_err());
        assert_eq!(step.broken(), []);
    }
}

#[test]
fn t1_is_broken_by_a_refusal_that_changes_the_model() {
    let step = || Step::of_core(idle_model(), approve(FIRST_TURN));
    for frame in [Frame::Whole, Frame::Named] {
        let findings = step()
            .coming_to(|model| thread(model)["title"] = json!("Other"))
            .check(frame);
        assert_eq!(broken(&findings), [Invariant::T1]);
        let findings = step()
            .coming_to(|model| {
                model["threads"].as_object_mut().expect("an object").remove(THREAD);
            })
            .check(frame);
        assert_eq!(broken(&findings), [Invariant::T1]);
    }
    let edits: [fn(&mut Value); 4] = [
        |model| first_project(model)["name"] = json!("other"),
        |model| model["threads"][OTHER_THREAD]["title"] = json!("Other"),
        |model| model["selected_thread"] = Value::Null,
        |model| {
            model["threads"]
                .as_object_mut()
                .expect("an object")
                .remove(OTHER_THREAD);
        },
    ];
    for edit in edits {
        assert_eq!(step().coming_to(edit).broken(), [Invariant::T1]);
    }
}

#[test]
fn t1_is_broken_by_a_command_that_is_accepted_and_does_nothing() {
    let mut step = Step::of_core(idle_model(), command("select_thread", json!({"thread_id": THREAD})));
    assert_eq!(step.broken(), []);
    step.decided = Ok(Vec::new());
    assert_eq!(step.broken(), [Invariant::T1]);
}

#[test]
fn t4_is_broken_by_a_change_of_what_the_command_does_not_name() {
    let edits: [fn(&mut Value); 6] = [
        |model| model["threads"][OTHER_THREAD]["title"] = json!("Other"),
        |model| model["threads"][OTHER_THREAD]["updated_at"] = json!("2026-01-01T00:00:01Z"),
        |model| first_project(model)["updated_at"] = json!("2026-01-01T00:00:01Z"),
        |model| first_project(model)["branches"]["fix"]["pushed_commits"] = json!(0),
        |model| model["selected_thread"] = Value::Null,
        |model| {
            let mut new = model["threads"][OTHER_THREAD].clone();
            new["id"] = json!(UNKNOWN);
            model["threads"][UNKNOWN] = new;
        },
    ];
    for edit in edits {
        for command in [
            start(SECOND_TURN),
            checkpoint(THIRD_CHECKPOINT),
            restore(SECOND_CHECKPOINT),
        ] {
            assert_eq!(
                Step::of_core(idle_model(), command).coming_to(edit).broken(),
                [Invariant::T4]
            );
        }
    }
}

#[test]
fn t4_is_broken_by_a_deleted_project_that_takes_another_ones_thread_along() {
    let step = Step::of_core(idle_model(), delete_project()).coming_to(|model| {
        model["threads"]
            .as_object_mut()
            .expect("an object")
            .remove(OTHER_THREAD);
    });
    assert_eq!(step.broken(), [Invariant::T4]);
}

#[test]
fn t4_is_broken_by_a_selection_that_outlives_its_thread_or_falls_on_another() {
    for command in [delete_thread(), delete_project()] {
        for selected in [THREAD, OTHER_THREAD] {
            let step = Step::of_core(idle_model(), command.clone())
                .coming_to(|model| model["selected_thread"] = json!(selected));
            assert_eq!(step.broken(), [Invariant::T4]);
        }
    }
}

#[test]
fn t5_is_broken_by_a_move_that_is_not_told() {
    for (model, command) in [
        (idle_model(), start(SECOND_TURN)),
        (running_model(), complete(SECOND_TURN)),
        (running_model(), ask(SECOND_TURN)),
        (waiting_model(), approve(SECOND_TURN)),
        (waiting_model(), delete_thread()),
        (waiting_model(), delete_project()),
    ] {
        let step = Step::of_core(model, command)
            .telling(|events| events.retain(|event| !matches!(event, OrchestrationEvent::ThreadStatusChanged(_))));
        assert_eq!(step.broken(), [Invariant::T5], "{:?}", step.command);
    }
}

#[test]
fn t5_is_broken_by_a_move_that_is_told_and_not_made() {
    for (status, command) in [
        ("running", complete(SECOND_TURN)),
        ("idle", ask(SECOND_TURN)),
        ("awaiting_approval", interrupt(SECOND_TURN)),
    ] {
        let step = Step::of_core(running_model(), command).coming_to(|model| thread(model)["status"] = json!(status));
        assert_eq!(step.broken(), [Invariant::T5], "{status}");
    }
}

/// A `ThreadStatusChanged`.
fn told(thread_id: &str, from: &str, to: &str) -> OrchestrationEvent {
    let json = json!({"type": "thread_status_changed", "thread_id": thread_id, "from": from, "to": to, "at": "2026-01-01T00:00:00Z"});
    serde_json::from_value(json).expect("an event")
}

#[test]
fn t5_is_broken_by_a_move_that_is_told_untruly() {
    for (from, to) in [
        ("awaiting_approval", "idle"),
        ("idle", "idle"),
        ("running", "running"),
        ("running", "awaiting_approval"),
    ] {
        let step = Step::of_core(running_model(), complete(SECOND_TURN))
            .telling(|events| *events.last_mut().expect("events") = told(THREAD, from, to));
        assert_eq!(step.broken(), [Invariant::T5], "{from} to {to}");
    }
}

#[test]
fn t5_is_broken_by_a_move_that_is_told_twice() {
    let step = Step::of_core(running_model(), complete(SECOND_TURN))
        .telling(|events| events.push(told(THREAD, "running", "idle")));
    assert_eq!(step.broken(), [Invariant::T5]);
}

#[test]
fn t5_is_broken_by_a_move_from_idle_to_awaiting_approval() {
    let step = Step::of_core(idle_model(), on_thread("select_thread", json!({})))
        .telling(|events| events.push(told(THREAD, "idle", "awaiting_approval")))
        .coming_to(|model| thread(model)["status"] = json!("awaiting_approval"));
    assert_eq!(step.broken(), [Invariant::T5]);
}

#[test]
fn t5_is_broken_by_what_is_told_of_a_thread_that_the_command_does_not_name() {
    let delete_other = command("delete_thread", json!({"thread_id": OTHER_THREAD}));
    for command in [complete(SECOND_TURN), delete_other, delete_project()] {
        let other = if command.thread_id().is_some_and(|id| id.to_string() == OTHER_THREAD) {
            THREAD
        } else {
            OTHER_THREAD
        };
        let step =
            Step::of_core(running_model(), command).telling(|events| events.push(told(other, "running", "idle")));
        assert_eq!(step.broken(), [Invariant::T5], "{:?}", step.command);
    }
}

#[test]
fn a_step_on_a_named_thread_is_checked_as_well_when_the_rest_is_not_looked_at() {
    let step = Step::of_core(running_model(), complete(SECOND_TURN))
        .coming_to(|model| thread(model)["turns"][0]["status"] = json!({"type": "interrupted"}));
    assert_eq!(broken(&step.check(Frame::Named)), [Invariant::T2]);
    let step = Step::of_core(idle_model(), call(SECOND_TURN));
    assert!(step.decided.is_err());
    assert_eq!(broken(&step.check(Frame::Named)), []);
}
