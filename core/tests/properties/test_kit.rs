//! The test kit passes what was decided and nothing else, and shows where they differ.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arbitrary::{Arbitrary, Unstructured};
use orchestration::testing::{given, visits};
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide, project};

use super::bytes;

/// How many runs are tried.
const RUNS: u64 = 150;

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

type Decision = Result<Vec<OrchestrationEvent>, DeciderError>;

/// The events of a run, and the commands with which it goes on.
fn run(number: u64) -> (Vec<OrchestrationEvent>, Vec<OrchestrationCommand>) {
    let bytes: Vec<u8> = (0..8).flat_map(|part| bytes(8 * number + part)).collect();
    let mut source = Unstructured::new(&bytes);
    let mut next = || OrchestrationCommand::arbitrary(&mut source).expect("a command is made of any bytes");
    let (mut model, mut events) = (OrchestrationReadModel::default(), Vec::new());
    for _ in 0..100 {
        let decided = decide(&next(), &model).unwrap_or_default();
        model = decided.iter().fold(model, project);
        events.extend(decided);
    }
    (events, (0..12).map(|_| next()).collect())
}

/// What a test says that fails.
#[track_caller]
fn message_of<T>(test: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(test)).err().expect("the test fails");
    *panic.downcast::<String>().expect("it says why")
}

/// The lines behind the first that begin with one of these marks, without them.
fn marked<'a>(message: &'a str, marks: &str) -> Vec<&'a str> {
    let lines = message.lines().skip(1);
    lines
        .filter(|line| line.starts_with(|mark| marks.contains(mark)))
        .map(|line| &line[2..])
        .collect()
}

/// The message shows the lines in which what was expected and what was decided differ, and those around them.
#[track_caller]
fn assert_shown(message: &str, expected: &impl std::fmt::Debug, actual: &impl std::fmt::Debug) {
    let (expected, actual) = (format!("{expected:#?}"), format!("{actual:#?}"));
    let (expected, actual): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let (missing, extra) = (marked(message, "-"), marked(message, "+"));
    assert!(
        missing.first() != extra.first() && missing.last() != extra.last(),
        "{message}"
    );
    let marks: Vec<_> = message.lines().skip(1).map(|line| &line[..1]).collect();
    let [before, after] = [
        marks.iter().take_while(|mark| **mark == " ").count(),
        marks.iter().rev().take_while(|mark| **mark == " ").count(),
    ];
    for (lines, shown) in [(&expected, marked(message, " -")), (&actual, marked(message, " +"))] {
        let is_there = |from: &usize| {
            let (to, is_first) = (from + shown.len(), *from == 0);
            lines.get(*from..to) == Some(&shown[..])
                && (before == CONTEXT || is_first)
                && (after == CONTEXT || to == lines.len())
        };
        assert!((0..lines.len()).any(|from| is_there(&from)), "{message}");
    }
    assert!(before <= CONTEXT && after <= CONTEXT, "{message}");
}

fn kinds(decided: &Decision) -> Result<Vec<&str>, &str> {
    match decided {
        Ok(events) => Ok(events.iter().map(OrchestrationEvent::kind).collect()),
        Err(error) => Err(error.kind()),
    }
}

/// Whatever else is expected fails the test, which says where it differs from what was decided.
#[track_caller]
fn assert_refused(
    history: &[OrchestrationEvent],
    command: &OrchestrationCommand,
    decided: &Decision,
    other: &Decision,
) {
    let when = || given(history.to_vec()).when(command.clone());
    let message = match other.clone() {
        Ok(events) => message_of(|| when().then(events)),
        Err(error) => message_of(|| when().then_error(error)),
    };
    let beginning = format!(
        "{} was not decided as expected (- expected, + actual):\n",
        command.kind()
    );
    assert!(message.starts_with(&beginning), "{message}");
    assert_shown(&message, other, decided);
    let (kinds, other) = (kinds(decided), kinds(other));
    if kinds != other {
        let message = match other.clone() {
            Ok(kinds) => message_of(|| when().then_kinds(kinds)),
            Err(kind) => message_of(|| when().then_error_kind(kind)),
        };
        assert!(message.starts_with(&beginning), "{message}");
        assert_shown(&message, &other, &kinds);
    }
}

#[test]
fn what_was_decided_passes_and_nothing_else_does_whatever_the_command() {
    let (mut accepted, mut refused) = (0, 0);
    for number in 0..RUNS {
        let (history, commands) = run(number);
        let before = history.iter().fold(OrchestrationReadModel::default(), project);
        given(history.clone()).then_model(|model| assert_eq!(*model, before));
        for command in commands {
            let when = || given(history.clone()).when(command.clone());
            let decided = decide(&command, &before);
            let after = decided.iter().flatten().fold(before.clone(), project);
            let is_after = |model: &OrchestrationReadModel| assert_eq!(*model, after);
            let unknown = DeciderError::KINDS[0];
            match &decided {
                Ok(events) => {
                    when().then(events.clone()).then_model(is_after);
                    when()
                        .then_kinds(events.iter().map(OrchestrationEvent::kind))
                        .then_model(is_after);
                    when().then_model(is_after);
                    let (_, but_last) = events.split_last().expect("there is an event");
                    let twice = [&events[..], &events[..]].concat();
                    assert_refused(&history, &command, &decided, &Ok(but_last.to_vec()));
                    assert_refused(&history, &command, &decided, &Ok(twice));
                    message_of(|| when().then_error_kind(unknown));
                    accepted += 1;
                }
                Err(error) => {
                    when().then_error(error.clone()).then_model(is_after);
                    when().then_error_kind(error.kind()).then_model(is_after);
                    message_of(|| when().then_model(|_| ()));
                    assert_refused(&history, &command, &decided, &Ok(history.clone()));
                    refused += 1;
                }
            }
        }
    }
    assert!(
        accepted > 100 && refused > 100,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn what_is_passed_is_counted_whatever_the_model() {
    for number in 0..RUNS {
        let bytes = bytes(number);
        let model = OrchestrationReadModel::arbitrary(&mut Unstructured::new(&bytes)).expect("it is made of any bytes");
        let before = visits();
        let passed = model
            .threads()
            .map(drop)
            .chain(model.projects().map(drop))
            .fold(0, |count, ()| count + 1);
        let counted = visits().wrapping_sub(before);
        assert!((passed..=4 * passed + 8).contains(&counted), "{counted} of {passed}");
    }
}
