//! What is decided about checkpoints.

use crate::common::{
    ACTION, CHECKPOINT, NOW, OTHER_CHECKPOINT, OTHER_THREAD, OTHER_TURN, PROJECT, THREAD, TURN, a_checkpoint,
    a_completion, a_failure, a_project, a_thread, a_thread_of, a_turn, an_approval, value,
};
use orchestration::commands::{CreateCheckpoint, RestoreCheckpoint};
use orchestration::events::{CheckpointCreated, CheckpointRestored};
use orchestration::read_model::ThreadStatus;
use orchestration::testing::given;
use orchestration::{DeciderError, ThreadId};

fn create_checkpoint() -> CreateCheckpoint {
    CreateCheckpoint {
        thread_id: THREAD,
        checkpoint_id: CHECKPOINT,
        git_ref: value("refs/checkpoints/1"),
        description: Some(value("before the rewrite")),
        at: NOW,
    }
}

fn checkpoint_created(turn_count: u32) -> CheckpointCreated {
    CheckpointCreated {
        thread_id: THREAD,
        checkpoint_id: CHECKPOINT,
        git_ref: value("refs/checkpoints/1"),
        description: Some(value("before the rewrite")),
        turn_count,
        at: NOW,
    }
}

#[test]
fn create_checkpoint_in_a_new_thread_creates_one_of_no_turns() {
    given([a_project(), a_thread()])
        .when(create_checkpoint())
        .then([checkpoint_created(0).into()]);
}

#[test]
fn create_checkpoint_counts_every_turn_however_it_ended() {
    given([
        a_project(),
        a_thread(),
        a_turn(TURN),
        a_completion(TURN),
        a_turn(OTHER_TURN),
        a_failure(OTHER_TURN),
    ])
    .when(create_checkpoint())
    .then([checkpoint_created(2).into()]);
}

#[test]
fn create_checkpoint_without_a_description_creates_one_without() {
    let command = CreateCheckpoint {
        description: None,
        ..create_checkpoint()
    };
    let created = CheckpointCreated {
        description: None,
        ..checkpoint_created(0)
    };
    given([a_project(), a_thread()]).when(command).then([created.into()]);
}

#[test]
fn create_checkpoint_with_the_id_of_another_threads_checkpoint_creates_it() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        checkpoint_of(OTHER_THREAD).into(),
    ])
    .when(create_checkpoint())
    .then([checkpoint_created(0).into()]);
}

fn checkpoint_of(thread_id: ThreadId) -> CheckpointCreated {
    CheckpointCreated {
        thread_id,
        ..checkpoint_created(0)
    }
}

#[test]
fn create_checkpoint_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project()])
        .when(create_checkpoint())
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn create_checkpoint_in_a_running_thread_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(create_checkpoint())
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: ThreadStatus::Running,
        });
}

#[test]
fn create_checkpoint_with_a_known_id_is_refused_as_checkpoint_already_exists() {
    given([a_project(), a_thread(), a_checkpoint(CHECKPOINT, 0)])
        .when(create_checkpoint())
        .then_error(DeciderError::CheckpointAlreadyExists {
            thread_id: THREAD,
            checkpoint_id: CHECKPOINT,
        });
}

#[test]
fn create_checkpoint_in_a_running_thread_with_a_known_id_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_checkpoint(CHECKPOINT, 0), a_turn(TURN)])
        .when(create_checkpoint())
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: ThreadStatus::Running,
        });
}

const RESTORE_CHECKPOINT: RestoreCheckpoint = RestoreCheckpoint {
    thread_id: THREAD,
    checkpoint_id: CHECKPOINT,
    at: NOW,
};

#[test]
fn restore_checkpoint_restores_the_turn_count_that_the_checkpoint_was_made_with() {
    given([
        a_project(),
        a_thread(),
        a_turn(TURN),
        a_completion(TURN),
        a_checkpoint(CHECKPOINT, 1),
        a_turn(OTHER_TURN),
        a_completion(OTHER_TURN),
        a_checkpoint(OTHER_CHECKPOINT, 2),
    ])
    .when(RESTORE_CHECKPOINT)
    .then([CheckpointRestored {
        thread_id: THREAD,
        checkpoint_id: CHECKPOINT,
        turn_count: 1,
        at: NOW,
    }
    .into()]);
}

#[test]
fn restore_checkpoint_in_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project()])
        .when(RESTORE_CHECKPOINT)
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn restore_checkpoint_in_a_thread_that_awaits_an_approval_is_refused_as_thread_not_idle() {
    given([
        a_project(),
        a_thread(),
        a_checkpoint(CHECKPOINT, 0),
        a_turn(TURN),
        an_approval(ACTION),
    ])
    .when(RESTORE_CHECKPOINT)
    .then_error(DeciderError::ThreadNotIdle {
        thread_id: THREAD,
        status: ThreadStatus::AwaitingApproval,
    });
}

#[test]
fn restore_checkpoint_of_an_unknown_checkpoint_is_refused_as_checkpoint_not_found() {
    given([a_project(), a_thread(), a_checkpoint(OTHER_CHECKPOINT, 0)])
        .when(RESTORE_CHECKPOINT)
        .then_error(DeciderError::CheckpointNotFound {
            thread_id: THREAD,
            checkpoint_id: CHECKPOINT,
        });
}

#[test]
fn restore_checkpoint_of_another_threads_checkpoint_is_refused_as_checkpoint_not_found() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        checkpoint_of(OTHER_THREAD).into(),
    ])
    .when(RESTORE_CHECKPOINT)
    .then_error(DeciderError::CheckpointNotFound {
        thread_id: THREAD,
        checkpoint_id: CHECKPOINT,
    });
}

#[test]
fn restore_checkpoint_of_an_unknown_checkpoint_in_a_running_thread_is_refused_as_thread_not_idle() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(RESTORE_CHECKPOINT)
        .then_error(DeciderError::ThreadNotIdle {
            thread_id: THREAD,
            status: ThreadStatus::Running,
        });
}
