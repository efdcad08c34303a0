//! The commands about checkpoints: how to write each, what it causes, and how it is refused.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CreateCheckpoint, RestoreCheckpoint};

use super::{AT, Accepted, Refused, after, id, idle, running};

pub fn create_checkpoint(thread: u8, checkpoint: u8) -> Command {
    let git_ref = "refs/checkpoints/1".parse().expect("it has no white space");
    CreateCheckpoint {
        thread_id: id(thread),
        checkpoint_id: id(checkpoint),
        git_ref,
        description: None,
        at: AT,
    }
    .into()
}

pub fn restore_checkpoint(thread: u8, checkpoint: u8) -> Command {
    RestoreCheckpoint {
        thread_id: id(thread),
        checkpoint_id: id(checkpoint),
        at: AT,
    }
    .into()
}

/// What came before, each command, and the events that it is to cause.
pub fn accepted() -> Vec<Accepted> {
    vec![
        (idle(), create_checkpoint(1, 1), &["checkpoint_created"]),
        (
            after(idle(), [create_checkpoint(1, 1)]),
            restore_checkpoint(1, 1),
            &["checkpoint_restored"],
        ),
    ]
}

/// What came before, each command, and the error with which it is to be refused.
pub fn refused() -> Vec<Refused> {
    vec![
        (
            after(idle(), [create_checkpoint(1, 1)]),
            create_checkpoint(1, 1),
            "checkpoint_already_exists",
        ),
        (idle(), restore_checkpoint(1, 1), "checkpoint_not_found"),
        (running(), create_checkpoint(3, 1), "thread_not_found"),
        (running(), restore_checkpoint(3, 1), "thread_not_found"),
        (running(), create_checkpoint(1, 1), "thread_not_idle"),
        (running(), restore_checkpoint(1, 1), "thread_not_idle"),
    ]
}
