//! What the events of projects and threads do to the model.

use crate::common;
use crate::common::changes::{assert_changes_nothing, changes};
use crate::common::{
    ACTION, EARLIER, NOW, OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, TURN, a_branch, a_checkpoint, a_commit,
    a_project, a_project_at, a_selection, a_thread, a_thread_of, a_tool_call, a_turn, an_approval, model_after,
    status_changed, value,
};
use insta::assert_snapshot;
use orchestration::ProjectId;
use orchestration::events::{
    ProjectCreated, ProjectDeleted, ProjectRenamed, ThreadCreated, ThreadDeleted, ThreadSelected,
};
use orchestration::read_model::{RuntimeMode, ThreadStatus};

fn project_created(project_id: ProjectId, path: &str) -> ProjectCreated {
    ProjectCreated {
        project_id,
        path: value(path),
        name: value("core"),
        at: NOW,
    }
}

#[test]
fn project_created_adds_the_project() {
    assert_snapshot!(changes([], project_created(PROJECT, "/repo")), @r#"
    - projects: {}
    + projects.01.branches: {}
    + projects.01.created_at: "2026-01-01T00:01:00Z"
    + projects.01.id: "01"
    + projects.01.name: "core"
    + projects.01.path: "/repo"
    + projects.01.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn project_created_with_a_known_id_changes_nothing() {
    assert_changes_nothing([a_project()], project_created(PROJECT, "/elsewhere"));
}

#[test]
fn project_created_with_a_taken_path_changes_nothing() {
    assert_changes_nothing([a_project()], project_created(OTHER_PROJECT, "/repo"));
}

fn project_renamed() -> ProjectRenamed {
    ProjectRenamed {
        project_id: PROJECT,
        name: value("core"),
        at: NOW,
    }
}

#[test]
fn project_renamed_sets_the_name_and_the_time() {
    assert_snapshot!(changes([a_project()], project_renamed()), @r#"
    - projects.01.name: "repo"
    + projects.01.name: "core"
    - projects.01.updated_at: "2026-01-01T00:00:00Z"
    + projects.01.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn project_renamed_of_an_unknown_project_changes_nothing() {
    assert_changes_nothing([a_project_at(OTHER_PROJECT, "/other")], project_renamed());
}

const PROJECT_DELETED: ProjectDeleted = ProjectDeleted {
    project_id: PROJECT,
    at: NOW,
};

#[test]
fn project_deleted_removes_the_project_with_its_branches_threads_and_selection() {
    let before = [
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_branch("fix"),
        a_turn(TURN),
        a_selection(OTHER_THREAD),
    ];
    let model = model_after(before.into_iter().chain([PROJECT_DELETED.into()]));
    assert_eq!(model, model_after([]));
}

#[test]
fn project_deleted_leaves_other_projects_their_threads_and_the_selection_alone() {
    let other = [
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread_of(OTHER_PROJECT, OTHER_THREAD),
        a_selection(OTHER_THREAD),
    ];
    let before = other.clone().into_iter().chain([a_project(), a_thread()]);
    let model = model_after(before.chain([PROJECT_DELETED.into()]));
    assert_eq!(model, model_after(other));
}

#[test]
fn project_deleted_of_an_unknown_project_changes_nothing() {
    assert_changes_nothing(
        [
            a_project_at(OTHER_PROJECT, "/other"),
            a_thread_of(OTHER_PROJECT, OTHER_THREAD),
        ],
        PROJECT_DELETED,
    );
}

#[test]
fn a_project_is_updated_by_nothing_that_happens_in_its_threads_and_branches() {
    let model = model_after([
        project_created(PROJECT, "/repo").into(),
        a_thread(),
        a_selection(THREAD),
        a_checkpoint(common::CHECKPOINT, 0),
        a_branch("fix"),
        a_commit("fix"),
        a_turn(TURN),
        ThreadDeleted {
            thread_id: THREAD,
            at: EARLIER,
        }
        .into(),
    ]);
    let project = model.project(PROJECT).expect("the project is there");
    assert_eq!((project.created_at(), project.updated_at()), (NOW, NOW));
    assert_eq!(project.branches().len(), 1);
}

fn thread_created() -> ThreadCreated {
    ThreadCreated {
        thread_id: THREAD,
        project_id: PROJECT,
        title: value("Add a test"),
        provider: value("codex"),
        model: Some(value("large")),
        runtime_mode: RuntimeMode::FullAccess,
        at: NOW,
    }
}

#[test]
fn thread_created_adds_the_thread_idle_and_empty() {
    assert_snapshot!(changes([a_project()], thread_created()), @r#"
    - threads: {}
    + threads.11.checkpoints: []
    + threads.11.created_at: "2026-01-01T00:01:00Z"
    + threads.11.id: "11"
    + threads.11.model: "large"
    + threads.11.project_id: "01"
    + threads.11.provider: "codex"
    + threads.11.runtime_mode: "full_access"
    + threads.11.status: "idle"
    + threads.11.title: "Add a test"
    + threads.11.turns: []
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn thread_created_without_a_model_adds_a_thread_without_one() {
    let created = ThreadCreated {
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        ..thread_created()
    };
    assert_snapshot!(changes([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], created), @r#"
    + threads.11.checkpoints: []
    + threads.11.created_at: "2026-01-01T00:01:00Z"
    + threads.11.id: "11"
    + threads.11.project_id: "01"
    + threads.11.provider: "codex"
    + threads.11.runtime_mode: "supervised"
    + threads.11.status: "idle"
    + threads.11.title: "Add a test"
    + threads.11.turns: []
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn thread_created_with_a_known_id_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread()], thread_created());
    assert_changes_nothing(
        [
            a_project(),
            a_project_at(OTHER_PROJECT, "/other"),
            a_thread_of(OTHER_PROJECT, THREAD),
        ],
        thread_created(),
    );
}

#[test]
fn thread_created_in_an_unknown_project_changes_nothing() {
    assert_changes_nothing([a_project_at(OTHER_PROJECT, "/other")], thread_created());
}

const THREAD_SELECTED: ThreadSelected = ThreadSelected {
    thread_id: THREAD,
    at: NOW,
};

#[test]
fn thread_selected_sets_the_selection_and_the_threads_time() {
    assert_snapshot!(changes([a_project(), a_thread()], THREAD_SELECTED), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + selected_thread: "11"
    "#);
}

#[test]
fn thread_selected_replaces_the_selection() {
    let before = [
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_selection(OTHER_THREAD),
    ];
    assert_snapshot!(changes(before, THREAD_SELECTED), @r#"
    - selected_thread: "12"
    + selected_thread: "11"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn thread_selected_of_an_unknown_thread_changes_nothing() {
    assert_changes_nothing(
        [
            a_project(),
            a_thread_of(PROJECT, OTHER_THREAD),
            a_selection(OTHER_THREAD),
        ],
        THREAD_SELECTED,
    );
}

const THREAD_DELETED: ThreadDeleted = ThreadDeleted {
    thread_id: THREAD,
    at: NOW,
};

#[test]
fn thread_deleted_removes_the_thread_and_its_selection_and_leaves_its_branches() {
    let before = [a_project(), a_thread(), a_branch("fix"), a_selection(THREAD)];
    assert_snapshot!(changes(before, THREAD_DELETED), @r#"
    - selected_thread: "11"
    - threads.11.branch: "fix"
    - threads.11.checkpoints: []
    - threads.11.created_at: "2026-01-01T00:00:00Z"
    - threads.11.id: "11"
    - threads.11.project_id: "01"
    - threads.11.provider: "claude"
    - threads.11.runtime_mode: "supervised"
    - threads.11.status: "idle"
    - threads.11.title: "Fix the build"
    - threads.11.turns: []
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads: {}
    "#);
    let model = model_after([a_project(), a_thread(), a_branch("fix"), THREAD_DELETED.into()]);
    let branch = model.project(PROJECT).and_then(|project| project.branch(&value("fix")));
    assert_eq!(branch.map(orchestration::read_model::Branch::thread_id), Some(THREAD));
}

#[test]
fn thread_deleted_leaves_the_selection_of_another_thread() {
    let model = model_after([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_selection(OTHER_THREAD),
        THREAD_DELETED.into(),
    ]);
    assert_eq!(model.selected_thread(), Some(OTHER_THREAD));
    assert_eq!(model.thread(THREAD), None);
}

#[test]
fn thread_deleted_of_an_unknown_thread_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], THREAD_DELETED);
}

#[test]
fn thread_status_changed_sets_the_status_to_what_it_says() {
    let event = status_changed(ThreadStatus::Idle, ThreadStatus::Running);
    assert_snapshot!(changes([a_project(), a_thread()], event), @r#"
    - threads.11.status: "idle"
    + threads.11.status: "running"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn thread_status_changed_believes_the_new_status_and_ignores_the_old_one() {
    let event = status_changed(ThreadStatus::Running, ThreadStatus::AwaitingApproval);
    assert_snapshot!(changes([a_project(), a_thread()], event), @r#"
    - threads.11.status: "idle"
    + threads.11.status: "awaiting_approval"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn thread_status_changed_of_an_unknown_thread_changes_nothing() {
    let event = status_changed(ThreadStatus::Idle, ThreadStatus::Running);
    assert_changes_nothing([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], event);
}

#[test]
fn thread_status_changed_after_the_event_that_caused_it_finds_the_status_set() {
    let turn = a_turn(TURN);
    let at_the_same_time = |from, to| orchestration::events::ThreadStatusChanged {
        thread_id: THREAD,
        from,
        to,
        at: EARLIER,
    };
    assert_changes_nothing(
        [a_project(), a_thread(), turn.clone()],
        at_the_same_time(ThreadStatus::Idle, ThreadStatus::Running),
    );
    assert_changes_nothing(
        [
            a_project(),
            a_thread(),
            turn,
            a_tool_call("call-1"),
            an_approval(ACTION),
        ],
        at_the_same_time(ThreadStatus::Running, ThreadStatus::AwaitingApproval),
    );
}
