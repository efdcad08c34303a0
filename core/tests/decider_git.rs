//! What is decided about branches and commits.

use crate::common::{
    ACTION, NOW, OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, TURN, a_branch, a_branch_of, a_commit, a_project,
    a_project_at, a_thread, a_thread_of, a_turn, an_approval, value,
};
use orchestration::DeciderError;
use orchestration::commands::{CommitChanges, CreateBranch, PushBranch};
use orchestration::events::{BranchCreated, BranchPushed, ChangesCommitted};
use orchestration::read_model::ThreadStatus;
use orchestration::testing::given;

fn create_branch(name: &str) -> CreateBranch {
    CreateBranch {
        thread_id: THREAD,
        branch: value(name),
        at: NOW,
    }
}

fn branch_created(name: &str) -> BranchCreated {
    BranchCreated {
        thread_id: THREAD,
        branch: value(name),
        at: NOW,
    }
}

#[test]
fn create_branch_with_a_name_new_in_the_project_creates_it() {
    given([a_project(), a_thread()])
        .when(create_branch("fix/build"))
        .then([branch_created("fix/build").into()]);
}

#[test]
fn create_branch_in_a_thread_that_is_on_one_puts_it_on_another() {
    given([a_project(), a_thread(), a_branch("first")])
        .when(create_branch("second"))
        .then([branch_created("second").into()]);
}

#[test]
fn create_branch_with_a_name_known_in_another_project_creates_it() {
    given([
        a_project(),
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread(),
        a_thread_of(OTHER_PROJECT, OTHER_THREAD),
        a_branch_of(OTHER_THREAD, "fix"),
    ])
    .when(create_branch("fix"))
    .then([branch_created("fix").into()]);
}

#[test]
fn create_branch_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project()])
        .when(create_branch("fix"))
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn create_branch_in_a_running_thread_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(create_branch("fix"))
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: ThreadStatus::Running,
        });
}

#[test]
fn create_branch_with_a_name_known_from_another_thread_is_refused_as_branch_already_exists() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_branch_of(OTHER_THREAD, "fix"),
    ])
    .when(create_branch("fix"))
    .then_error(DeciderError::BranchAlreadyExists {
        project_id: PROJECT,
        branch: value("fix"),
    });
}

#[test]
fn create_branch_in_a_running_thread_with_a_known_name_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_branch("fix"), a_turn(TURN)])
        .when(create_branch("fix"))
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: ThreadStatus::Running,
        });
}

fn commit_changes() -> CommitChanges {
    CommitChanges {
        thread_id: THREAD,
        message: value("Repair the build"),
        at: NOW,
    }
}

#[test]
fn commit_changes_commits_to_the_branch_that_the_thread_is_on() {
    given([a_project(), a_thread(), a_branch("first"), a_branch("second")])
        .when(commit_changes())
        .then([ChangesCommitted {
            thread_id: THREAD,
            branch: value("second"),
            message: value("Repair the build"),
            at: NOW,
        }
        .into()]);
}

#[test]
fn commit_changes_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project()])
        .when(commit_changes())
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn commit_changes_in_a_thread_that_awaits_an_approval_is_refused_as_thread_not_idle() {
    given([
        a_project(),
        a_thread(),
        a_branch("fix"),
        a_turn(TURN),
        an_approval(ACTION),
    ])
    .when(commit_changes())
    .then_error(DeciderError::ThreadNotIdle {
        thread_id: THREAD,
        status: ThreadStatus::AwaitingApproval,
    });
}

#[test]
fn commit_changes_in_a_thread_on_no_branch_is_refused_as_no_branch() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_branch_of(OTHER_THREAD, "fix"),
    ])
    .when(commit_changes())
    .then_error(DeciderError::NoBranch { thread_id: THREAD });
}

#[test]
fn commit_changes_in_a_running_thread_on_no_branch_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(commit_changes())
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: ThreadStatus::Running,
        });
}

const PUSH_BRANCH: PushBranch = PushBranch {
    thread_id: THREAD,
    at: NOW,
};

fn branch_pushed() -> BranchPushed {
    BranchPushed {
        thread_id: THREAD,
        branch: value("fix"),
        at: NOW,
    }
}

#[test]
fn push_branch_pushes_the_branch_that_the_thread_is_on() {
    given([a_project(), a_thread(), a_branch("fix"), a_commit("fix")])
        .when(PUSH_BRANCH)
        .then([branch_pushed().into()]);
}

#[test]
fn push_branch_in_a_running_thread_pushes_all_the_same() {
    given([a_project(), a_thread(), a_branch("fix"), a_turn(TURN)])
        .when(PUSH_BRANCH)
        .then([branch_pushed().into()]);
}

#[test]
fn push_branch_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project()])
        .when(PUSH_BRANCH)
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn push_branch_in_a_thread_on_no_branch_is_refused_as_no_branch() {
    given([a_project(), a_thread()])
        .when(PUSH_BRANCH)
        .then_error(DeciderError::NoBranch { thread_id: THREAD });
}
