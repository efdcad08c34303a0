//! An event has that checked which it can have touched.

use model_tests::check::invariants::state::check_touched;
use model_tests::check::invariants::{Findings, Invariant};
use orchestration::OrchestrationReadModel;
use orchestration::events::{OrchestrationEvent, ProjectCreated, ProjectDeleted, ThreadSelected};
use orchestration::testing::Unchecked;
use serde_json::{Value, json};

use crate::fixture::{
    OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, UNKNOWN, edited, first_project, idle_then, on_thread, thread,
    waiting_model,
};
use crate::step::Step;

/// What is broken where the event can have touched it.
fn broken_where_touched(event: &OrchestrationEvent, edit: impl FnOnce(&mut Value)) -> Vec<Invariant> {
    let before = waiting_model();
    let mut findings = Findings::default();
    check_touched(event, &before, &before, &mut findings);
    assert_eq!(findings.violations, [], "nothing has changed");
    check_touched(event, &before, &edited(&before, edit), &mut findings);
    findings
        .violations
        .into_iter()
        .map(|violation| violation.invariant)
        .collect()
}

#[test]
fn an_event_on_a_thread_has_that_thread_and_the_selection_checked() {
    let event = ThreadSelected {
        thread_id: THREAD.parse().expect("an id"),
        at: chrono::DateTime::UNIX_EPOCH,
    }
    .into();
    let broken = |edit: fn(&mut Value)| broken_where_touched(&event, edit);
    assert_eq!(
        broken(|model| model["selected_thread"] = json!(UNKNOWN)),
        [Invariant::S1]
    );
    assert_eq!(
        broken(|model| thread(model)["status"] = json!("running")),
        [Invariant::S4]
    );
    assert_eq!(
        broken(|model| thread(model)["turns"][0]["ended_at"] = Value::Null),
        [Invariant::S5]
    );
    assert_eq!(
        broken(|model| thread(model)["branch"] = json!("unknown")),
        [Invariant::S6]
    );
    assert_eq!(
        broken(|model| first_project(model)["branches"]["fix"]["pushed_commits"] = json!(2)),
        [Invariant::S6]
    );
}

#[test]
fn a_new_project_has_all_paths_checked() {
    let event = ProjectCreated {
        project_id: PROJECT.parse().expect("an id"),
        path: "/repo".parse().expect("a path"),
        name: "repo".parse().expect("a name"),
        at: chrono::DateTime::UNIX_EPOCH,
    }
    .into();
    let broken = |edit: fn(&mut Value)| broken_where_touched(&event, edit);
    assert_eq!(
        broken(|model| model["projects"][OTHER_PROJECT]["path"] = json!("/repo")),
        [Invariant::S2]
    );
}

#[test]
fn a_deleted_project_has_the_projects_of_all_threads_checked() {
    let event = ProjectDeleted {
        project_id: PROJECT.parse().expect("an id"),
        at: chrono::DateTime::UNIX_EPOCH,
    }
    .into();
    let broken = |edit: fn(&mut Value)| broken_where_touched(&event, edit);
    assert_eq!(
        broken(|model| model["threads"][OTHER_THREAD]["project_id"] = json!(UNKNOWN)),
        [Invariant::S1]
    );
}

#[test]
fn a_branch_that_the_model_shares_with_the_one_before_is_not_looked_at_again() {
    let before = idle_then(&[on_thread("create_branch", json!({"branch": "a"}))]);
    let step = Step::of_core(before, on_thread("commit_changes", json!({"message": "More"})));
    let events = step.decided.expect("it is accepted");
    let looks = |before: &OrchestrationReadModel| {
        let mut findings = Findings::default();
        check_touched(&events[0], before, &step.after, &mut findings);
        assert_eq!(findings.violations, []);
        findings.tally.of(Invariant::S1).checked
    };
    let stranger = serde_json::to_value(&step.before).expect("a model is JSON");
    let Unchecked(stranger) = serde_json::from_value(stranger).expect("it is one");
    assert_eq!(
        looks(&stranger) - looks(&step.before),
        2,
        "two of three branches are shared"
    );
}
