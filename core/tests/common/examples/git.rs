//! Checkpoints, branches and commits.

use orchestration::commands::{CommitChanges, CreateBranch, CreateCheckpoint, PushBranch, RestoreCheckpoint};
use orchestration::events::{BranchCreated, BranchPushed, ChangesCommitted, CheckpointCreated, CheckpointRestored};
use orchestration::{OrchestrationCommand, OrchestrationEvent};

use super::Example;
use crate::common::{CHECKPOINT, NOW as at, THREAD, value};

pub fn commands() -> Vec<Example<OrchestrationCommand>> {
    vec![
        (
            "create_checkpoint",
            CreateCheckpoint {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: Some(value("before the rewrite")),
                at,
            }
            .into(),
        ),
        (
            "create_checkpoint_without_description",
            CreateCheckpoint {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: None,
                at,
            }
            .into(),
        ),
        (
            "restore_checkpoint",
            RestoreCheckpoint {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                at,
            }
            .into(),
        ),
        (
            "create_branch",
            CreateBranch {
                thread_id: THREAD,
                branch: value("fix/build"),
                at,
            }
            .into(),
        ),
        (
            "commit_changes",
            CommitChanges {
                thread_id: THREAD,
                message: value("Add the semicolon"),
                at,
            }
            .into(),
        ),
        ("push_branch", PushBranch { thread_id: THREAD, at }.into()),
    ]
}

pub fn events() -> Vec<Example<OrchestrationEvent>> {
    vec![
        (
            "checkpoint_created",
            CheckpointCreated {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: Some(value("before the rewrite")),
                turn_count: 3,
                at,
            }
            .into(),
        ),
        (
            "checkpoint_created_without_description",
            CheckpointCreated {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                git_ref: value("68b152fd"),
                description: None,
                turn_count: 0,
                at,
            }
            .into(),
        ),
        (
            "checkpoint_restored",
            CheckpointRestored {
                thread_id: THREAD,
                checkpoint_id: CHECKPOINT,
                turn_count: 3,
                at,
            }
            .into(),
        ),
        (
            "branch_created",
            BranchCreated {
                thread_id: THREAD,
                branch: value("fix/build"),
                at,
            }
            .into(),
        ),
        (
            "changes_committed",
            ChangesCommitted {
                thread_id: THREAD,
                branch: value("fix/build"),
                message: value("Add the semicolon"),
                at,
            }
            .into(),
        ),
        (
            "branch_pushed",
            BranchPushed {
                thread_id: THREAD,
                branch: value("fix/build"),
                at,
            }
            .into(),
        ),
    ]
}
