//! An event has that checked which it can have touched.

use model_tests::check::invariants::state::check_touched;
use model_tests::check::invariants::{Findings, Invariant};
use orchestration::events::{OrchestrationEvent, ProjectCreated, ProjectDeleted, ThreadSelected};
use serde_json::{Value, json};

use crate::fixture::{
    OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, UNKNOWN, edited, first_project, thread, waiting_model,
};

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
