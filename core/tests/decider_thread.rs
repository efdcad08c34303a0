//! What is decided about threads.

use crate::common::{
    ACTION, NOW, OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, TURN, a_completion, a_project, a_project_at,
    a_selection, a_thread, a_thread_of, a_turn, an_approval, status_changed, value,
};
use orchestration::DeciderError;
use orchestration::commands::{CreateThread, DeleteThread, SelectThread};
use orchestration::events::{ThreadCreated, ThreadDeleted, ThreadSelected, TurnInterrupted};
use orchestration::read_model::{RuntimeMode, ThreadStatus};
use orchestration::testing::given;

fn create_thread() -> CreateThread {
    CreateThread {
        thread_id: THREAD,
        project_id: PROJECT,
        title: value("Add a test"),
        provider: value("codex"),
        model: Some(value("large")),
        runtime_mode: RuntimeMode::FullAccess,
        at: NOW,
    }
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
fn create_thread_creates_the_thread_with_all_that_the_command_says() {
    given([a_project()])
        .when(create_thread())
        .then([thread_created().into()]);
}

#[test]
fn create_thread_without_a_model_creates_a_thread_without_one() {
    let command = CreateThread {
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        ..create_thread()
    };
    let created = ThreadCreated {
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        ..thread_created()
    };
    given([a_project()]).when(command).then([created.into()]);
}

#[test]
fn create_thread_in_an_unknown_project_is_refused_as_project_not_found() {
    given([a_project_at(OTHER_PROJECT, "/other")])
        .when(create_thread())
        .then_error(DeciderError::ProjectNotFound { project_id: PROJECT });
}

#[test]
fn create_thread_with_a_known_id_is_refused_as_thread_already_exists() {
    given([a_project(), a_thread()])
        .when(create_thread())
        .then_error(DeciderError::ThreadAlreadyExists { thread_id: THREAD });
}

#[test]
fn create_thread_with_an_id_known_in_another_project_is_refused_as_thread_already_exists() {
    given([
        a_project(),
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread_of(OTHER_PROJECT, THREAD),
    ])
    .when(create_thread())
    .then_error(DeciderError::ThreadAlreadyExists { thread_id: THREAD });
}

#[test]
fn create_thread_in_an_unknown_project_with_a_known_id_is_refused_as_project_not_found() {
    given([
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread_of(OTHER_PROJECT, THREAD),
    ])
    .when(create_thread())
    .then_error(DeciderError::ProjectNotFound { project_id: PROJECT });
}

const SELECT_THREAD: SelectThread = SelectThread {
    thread_id: THREAD,
    at: NOW,
};

const THREAD_SELECTED: ThreadSelected = ThreadSelected {
    thread_id: THREAD,
    at: NOW,
};

#[test]
fn select_thread_selects_it() {
    given([
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_selection(OTHER_THREAD),
    ])
    .when(SELECT_THREAD)
    .then([THREAD_SELECTED.into()]);
}

#[test]
fn select_thread_of_the_selected_thread_selects_it_again() {
    given([a_project(), a_thread(), a_selection(THREAD)])
        .when(SELECT_THREAD)
        .then([THREAD_SELECTED.into()]);
}

#[test]
fn select_thread_of_a_thread_at_work_selects_it() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(SELECT_THREAD)
        .then([THREAD_SELECTED.into()]);
}

#[test]
fn select_thread_of_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project(), a_thread_of(PROJECT, OTHER_THREAD)])
        .when(SELECT_THREAD)
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

const DELETE_THREAD: DeleteThread = DeleteThread {
    thread_id: THREAD,
    at: NOW,
};

const THREAD_DELETED: ThreadDeleted = ThreadDeleted {
    thread_id: THREAD,
    at: NOW,
};

const TURN_INTERRUPTED: TurnInterrupted = TurnInterrupted {
    thread_id: THREAD,
    turn_id: TURN,
    at: NOW,
};

#[test]
fn delete_thread_of_an_idle_thread_deletes_it() {
    given([a_project(), a_thread(), a_turn(TURN), a_completion(TURN)])
        .when(DELETE_THREAD)
        .then([THREAD_DELETED.into()]);
}

#[test]
fn delete_thread_of_a_running_thread_interrupts_its_turn_first() {
    given([a_project(), a_thread(), a_turn(TURN)])
        .when(DELETE_THREAD)
        .then([
            TURN_INTERRUPTED.into(),
            status_changed(ThreadStatus::Running, ThreadStatus::Idle),
            THREAD_DELETED.into(),
        ]);
}

#[test]
fn delete_thread_of_a_thread_that_awaits_an_approval_interrupts_its_turn_first() {
    given([a_project(), a_thread(), a_turn(TURN), an_approval(ACTION)])
        .when(DELETE_THREAD)
        .then([
            TURN_INTERRUPTED.into(),
            status_changed(ThreadStatus::AwaitingApproval, ThreadStatus::Idle),
            THREAD_DELETED.into(),
        ]);
}

#[test]
fn delete_thread_of_an_unknown_thread_is_refused_as_thread_not_found() {
    given([a_project(), a_thread_of(PROJECT, OTHER_THREAD)])
        .when(DELETE_THREAD)
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}

#[test]
fn delete_thread_twice_is_refused_as_thread_not_found() {
    given([a_project(), a_thread(), THREAD_DELETED.into()])
        .when(DELETE_THREAD)
        .then_error(DeciderError::ThreadNotFound { thread_id: THREAD });
}
