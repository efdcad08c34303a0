//! The commands about branches: how to write each, what it causes, and how it is refused.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CommitChanges, CreateBranch, PushBranch};

use super::threads::create_thread;
use super::turns::start_turn;
use super::{AT, Accepted, Refused, after, id, idle, running, text};

pub fn create_branch(thread: u8, branch: u8) -> Command {
    let branch = format!("branch-{branch}").parse().expect("git takes it");
    CreateBranch {
        thread_id: id(thread),
        branch,
        at: AT,
    }
    .into()
}

pub fn commit(thread: u8) -> Command {
    CommitChanges {
        thread_id: id(thread),
        message: text(),
        at: AT,
    }
    .into()
}

pub fn push(thread: u8) -> Command {
    PushBranch {
        thread_id: id(thread),
        at: AT,
    }
    .into()
}

/// What came before, each command, and the events that it is to cause.
pub fn accepted() -> Vec<Accepted> {
    let on_branch = after(idle(), [create_branch(1, 1)]);
    vec![
        (idle(), create_branch(1, 1), &["branch_created"]),
        (on_branch.clone(), create_branch(1, 2), &["branch_created"]),
        (on_branch.clone(), commit(1), &["changes_committed"]),
        (on_branch.clone(), push(1), &["branch_pushed"]),
        (after(on_branch, [start_turn(1, 1)]), push(1), &["branch_pushed"]),
    ]
}

/// What came before, each command, and the error with which it is to be refused.
pub fn refused() -> Vec<Refused> {
    let on_branch = after(idle(), [create_branch(1, 1), create_thread(2, 1)]);
    vec![
        (on_branch.clone(), create_branch(2, 1), "branch_already_exists"),
        (on_branch.clone(), commit(2), "no_branch"),
        (on_branch, push(2), "no_branch"),
        (running(), create_branch(3, 1), "thread_not_found"),
        (running(), commit(3), "thread_not_found"),
        (running(), push(3), "thread_not_found"),
        (running(), create_branch(1, 1), "thread_not_idle"),
        (running(), commit(1), "thread_not_idle"),
    ]
}
