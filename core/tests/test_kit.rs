//! The test kit: what is not as a test expects fails the test, and shows why.

use std::panic::{UnwindSafe, catch_unwind};

use crate::common::{NOW, OTHER_THREAD, THREAD, a_project, a_thread};
use orchestration::DeciderError;
use orchestration::commands::SelectThread;
use orchestration::events::ThreadSelected;
use orchestration::testing::{When, given};

const SELECT: SelectThread = SelectThread {
    thread_id: THREAD,
    at: NOW,
};

const SELECTED: ThreadSelected = ThreadSelected {
    thread_id: THREAD,
    at: NOW,
};

const NOT_FOUND: DeciderError = DeciderError::ThreadNotFound { thread_id: THREAD };

fn accepted() -> When {
    given([a_project(), a_thread()]).when(SELECT)
}

fn refused() -> When {
    given([a_project()]).when(SELECT)
}

/// What a test says that fails.
fn message_of<T>(test: impl FnOnce() -> T + UnwindSafe) -> String {
    let panic = catch_unwind(test).err().expect("the test fails");
    *panic.downcast::<String>().expect("it says why")
}

#[test]
fn other_events_than_the_expected_ones_fail_the_test_and_are_shown_beside_them() {
    let other = ThreadSelected {
        thread_id: OTHER_THREAD,
        ..SELECTED
    };
    let message = message_of(|| accepted().then([other.into()]));
    assert!(
        message.starts_with("select_thread was not decided as expected (- expected, + actual):\n"),
        "{message}"
    );
    let line_of = |mark: char, id: &str| message.lines().any(|line| line.starts_with(mark) && line.contains(id));
    assert!(line_of('-', &OTHER_THREAD.to_string()), "{message}");
    assert!(line_of('+', &THREAD.to_string()), "{message}");
    for missing_or_extra in [vec![], vec![SELECTED.into(), SELECTED.into()]] {
        message_of(|| accepted().then(missing_or_extra));
    }
}

#[test]
fn a_refusal_where_events_are_expected_fails_the_test() {
    for message in [
        message_of(|| refused().then([SELECTED.into()])),
        message_of(|| refused().then_kinds(["thread_selected"])),
        message_of(|| refused().then_model(|_| ())),
    ] {
        assert!(message.starts_with("select_thread was "), "{message}");
    }
}

#[test]
fn events_where_a_refusal_is_expected_fail_the_test() {
    for message in [
        message_of(|| accepted().then_error(NOT_FOUND)),
        message_of(|| accepted().then_error_kind("thread_not_found")),
    ] {
        assert!(message.contains("not decided as expected"), "{message}");
    }
}

#[test]
fn another_refusal_than_the_expected_one_fails_the_test() {
    message_of(|| {
        refused().then_error(DeciderError::ThreadNotFound {
            thread_id: OTHER_THREAD,
        })
    });
    message_of(|| refused().then_error_kind("thread_not_idle"));
}

#[test]
fn events_of_other_kinds_than_the_expected_ones_fail_the_test() {
    message_of(|| accepted().then_kinds(["thread_deleted"]));
    message_of(|| accepted().then_kinds([]));
}

#[test]
fn what_is_as_expected_passes_and_goes_on_with_the_model_after_it() {
    let is_selected = |selected| {
        move |model: &orchestration::OrchestrationReadModel| {
            assert_eq!(model.selected_thread(), selected);
        }
    };
    accepted().then([SELECTED.into()]).then_model(is_selected(Some(THREAD)));
    accepted()
        .then_kinds(["thread_selected"])
        .then_model(is_selected(Some(THREAD)));
    accepted().then_model(is_selected(Some(THREAD)));
    refused().then_error(NOT_FOUND).then_model(is_selected(None));
    refused()
        .then_error_kind("thread_not_found")
        .then_model(is_selected(None));
    given([a_project()]).then_model(is_selected(None));
    message_of(|| accepted().then_model(is_selected(None)));
}
