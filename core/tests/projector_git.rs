//! What the events of checkpoints, branches and commits do to the model.

use crate::common::changes::{assert_changes_nothing, changes};
use crate::common::{
    CHECKPOINT, NOW, OTHER_CHECKPOINT, OTHER_PROJECT, OTHER_THREAD, OTHER_TURN, PROJECT, THREAD, TURN, a_branch,
    a_branch_of, a_checkpoint, a_commit, a_completion, a_failure, a_project, a_project_at, a_thread, a_thread_of,
    a_turn, model_after, value,
};
use insta::assert_snapshot;
use orchestration::OrchestrationEvent;
use orchestration::events::{
    BranchCreated, BranchPushed, ChangesCommitted, CheckpointCreated, CheckpointRestored, ThreadDeleted,
};
use orchestration::read_model::ThreadStatus;

fn checkpoint_created() -> CheckpointCreated {
    CheckpointCreated {
        thread_id: THREAD,
        checkpoint_id: CHECKPOINT,
        git_ref: value("refs/checkpoints/1"),
        description: Some(value("before the rewrite")),
        turn_count: 1,
        at: NOW,
    }
}

#[test]
fn checkpoint_created_adds_the_checkpoint_with_all_that_it_says() {
    let before = [a_project(), a_thread(), a_turn(TURN), a_completion(TURN)];
    assert_snapshot!(changes(before, checkpoint_created()), @r#"
    - threads.11.checkpoints: []
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.checkpoints.0.at: "2026-01-01T00:01:00Z"
    + threads.11.checkpoints.0.description: "before the rewrite"
    + threads.11.checkpoints.0.git_ref: "refs/checkpoints/1"
    + threads.11.checkpoints.0.id: "51"
    + threads.11.checkpoints.0.turn_count: 1
    "#);
}

#[test]
fn checkpoint_created_without_a_description_is_put_behind_the_others_without_one() {
    let before = [a_project(), a_thread(), a_checkpoint(OTHER_CHECKPOINT, 0)];
    let created = CheckpointCreated {
        description: None,
        ..checkpoint_created()
    };
    assert_snapshot!(changes(before, created), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + threads.11.checkpoints.1.at: "2026-01-01T00:01:00Z"
    + threads.11.checkpoints.1.git_ref: "refs/checkpoints/1"
    + threads.11.checkpoints.1.id: "51"
    + threads.11.checkpoints.1.turn_count: 1
    "#);
}

#[test]
fn checkpoint_created_with_a_known_id_changes_nothing() {
    assert_changes_nothing(
        [a_project(), a_thread(), a_checkpoint(CHECKPOINT, 0)],
        checkpoint_created(),
    );
}

#[test]
fn checkpoint_created_in_an_unknown_thread_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], checkpoint_created());
}

const fn checkpoint_restored(turn_count: u32) -> CheckpointRestored {
    CheckpointRestored {
        thread_id: THREAD,
        checkpoint_id: CHECKPOINT,
        turn_count,
        at: NOW,
    }
}

/// A checkpoint between two turns, and another behind them.
fn two_checkpoints() -> [OrchestrationEvent; 8] {
    [
        a_project(),
        a_thread(),
        a_turn(TURN),
        a_completion(TURN),
        a_checkpoint(CHECKPOINT, 1),
        a_turn(OTHER_TURN),
        a_failure(OTHER_TURN),
        a_checkpoint(OTHER_CHECKPOINT, 2),
    ]
}

#[test]
fn checkpoint_restored_drops_the_later_turns_and_checkpoints_and_keeps_the_restored_one() {
    assert_snapshot!(changes(two_checkpoints(), checkpoint_restored(1)), @r#"
    - threads.11.checkpoints.1.at: "2026-01-01T00:00:00Z"
    - threads.11.checkpoints.1.git_ref: "68b152fd"
    - threads.11.checkpoints.1.id: "52"
    - threads.11.checkpoints.1.turn_count: 2
    - threads.11.turns.1.ended_at: "2026-01-01T00:00:00Z"
    - threads.11.turns.1.entries.0.at: "2026-01-01T00:00:00Z"
    - threads.11.turns.1.entries.0.id: "31"
    - threads.11.turns.1.entries.0.role: "user"
    - threads.11.turns.1.entries.0.text: "Why does the build fail?"
    - threads.11.turns.1.entries.0.type: "message"
    - threads.11.turns.1.id: "22"
    - threads.11.turns.1.started_at: "2026-01-01T00:00:00Z"
    - threads.11.turns.1.status.message: "the provider is overloaded"
    - threads.11.turns.1.status.type: "failed"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn checkpoint_restored_to_no_turns_empties_the_thread() {
    let before = [
        a_project(),
        a_thread(),
        a_checkpoint(CHECKPOINT, 0),
        a_turn(TURN),
        a_completion(TURN),
    ];
    let model = model_after(before.into_iter().chain([checkpoint_restored(0).into()]));
    let thread = model.thread(THREAD).expect("the thread is there");
    assert_eq!((thread.turns().len(), thread.checkpoints().len()), (0, 1));
}

#[test]
fn checkpoint_restored_to_as_many_turns_as_there_are_sets_the_threads_time_alone() {
    let before = [
        a_project(),
        a_thread(),
        a_turn(TURN),
        a_completion(TURN),
        a_checkpoint(CHECKPOINT, 1),
    ];
    assert_snapshot!(changes(before.clone(), checkpoint_restored(1)), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
    assert_snapshot!(changes(before, checkpoint_restored(u32::MAX)), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn checkpoint_restored_leaves_git_as_it_is() {
    let before = [
        a_project(),
        a_thread(),
        a_checkpoint(CHECKPOINT, 0),
        a_branch("fix"),
        a_commit("fix"),
    ];
    let branches = |events: Vec<OrchestrationEvent>| {
        let model = model_after(events);
        let thread = model.thread(THREAD).expect("the thread is there");
        let project = model.project(PROJECT).expect("the project is there");
        (
            thread.branch().cloned(),
            project.branches().cloned().collect::<Vec<_>>(),
        )
    };
    let after = before.iter().cloned().chain([checkpoint_restored(0).into()]);
    assert_eq!(branches(after.collect()), branches(before.to_vec()));
}

#[test]
fn checkpoint_restored_that_drops_a_running_turn_leaves_the_thread_idle() {
    let before = [a_project(), a_thread(), a_checkpoint(CHECKPOINT, 0), a_turn(TURN)];
    let model = model_after(before.into_iter().chain([checkpoint_restored(0).into()]));
    let status = model.thread(THREAD).map(orchestration::read_model::Thread::status);
    assert_eq!(status, Some(ThreadStatus::Idle));
}

#[test]
fn checkpoint_restored_of_an_unknown_checkpoint_changes_nothing() {
    assert_changes_nothing(
        [a_project(), a_thread(), a_turn(TURN), a_checkpoint(OTHER_CHECKPOINT, 0)],
        checkpoint_restored(0),
    );
}

#[test]
fn checkpoint_restored_in_an_unknown_thread_changes_nothing() {
    assert_changes_nothing(
        [a_project(), a_thread_of(PROJECT, OTHER_THREAD)],
        checkpoint_restored(0),
    );
}

fn branch_created() -> BranchCreated {
    BranchCreated {
        thread_id: THREAD,
        branch: value("fix"),
        at: NOW,
    }
}

#[test]
fn branch_created_adds_the_branch_to_the_project_and_puts_the_thread_on_it() {
    assert_snapshot!(changes([a_project(), a_thread()], branch_created()), @r#"
    - projects.01.branches: {}
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + projects.01.branches.fix.commits: []
    + projects.01.branches.fix.name: "fix"
    + projects.01.branches.fix.pushed_commits: 0
    + projects.01.branches.fix.thread_id: "11"
    + threads.11.branch: "fix"
    "#);
}

#[test]
fn branch_created_in_a_thread_that_is_on_a_branch_keeps_the_old_branch_in_the_project() {
    assert_snapshot!(changes([a_project(), a_thread(), a_branch("old")], branch_created()), @r#"
    - threads.11.branch: "old"
    + threads.11.branch: "fix"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + projects.01.branches.fix.commits: []
    + projects.01.branches.fix.name: "fix"
    + projects.01.branches.fix.pushed_commits: 0
    + projects.01.branches.fix.thread_id: "11"
    "#);
}

#[test]
fn branch_created_with_a_name_known_in_the_project_changes_nothing() {
    let before = [
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_branch_of(OTHER_THREAD, "fix"),
    ];
    assert_changes_nothing(before, branch_created());
}

#[test]
fn branch_created_in_an_unknown_thread_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread_of(PROJECT, OTHER_THREAD)], branch_created());
}

fn changes_committed() -> ChangesCommitted {
    ChangesCommitted {
        thread_id: THREAD,
        branch: value("fix"),
        message: value("Repair the build"),
        at: NOW,
    }
}

#[test]
fn changes_committed_adds_the_commit_to_the_branch_unpushed() {
    let before = [a_project(), a_thread(), a_branch("fix"), a_commit("fix")];
    assert_snapshot!(changes(before, changes_committed()), @r#"
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    + projects.01.branches.fix.commits.1.at: "2026-01-01T00:01:00Z"
    + projects.01.branches.fix.commits.1.message: "Repair the build"
    "#);
}

#[test]
fn changes_committed_on_an_unknown_branch_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread(), a_branch("other")], changes_committed());
    let in_another_project = [
        a_project(),
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread(),
        a_thread_of(OTHER_PROJECT, OTHER_THREAD),
        a_branch_of(OTHER_THREAD, "fix"),
    ];
    assert_changes_nothing(in_another_project, changes_committed());
}

fn branch_pushed() -> BranchPushed {
    BranchPushed {
        thread_id: THREAD,
        branch: value("fix"),
        at: NOW,
    }
}

#[test]
fn branch_pushed_counts_all_commits_of_the_branch_as_pushed() {
    let before = [
        a_project(),
        a_thread(),
        a_branch("fix"),
        a_commit("fix"),
        a_commit("fix"),
    ];
    assert_snapshot!(changes(before, branch_pushed()), @r#"
    - projects.01.branches.fix.pushed_commits: 0
    + projects.01.branches.fix.pushed_commits: 2
    - threads.11.updated_at: "2026-01-01T00:00:00Z"
    + threads.11.updated_at: "2026-01-01T00:01:00Z"
    "#);
}

#[test]
fn branch_pushed_on_an_unknown_branch_changes_nothing() {
    assert_changes_nothing([a_project(), a_thread(), a_branch("other")], branch_pushed());
}

#[test]
fn a_commit_or_push_of_an_unknown_thread_changes_nothing() {
    let deleted = ThreadDeleted {
        thread_id: THREAD,
        at: NOW,
    };
    let before = [a_project(), a_thread(), a_branch("fix"), deleted.into()];
    assert_changes_nothing(before.clone(), changes_committed());
    assert_changes_nothing(before, branch_pushed());
}
