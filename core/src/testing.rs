//! A test kit in the form given, when, then. It panics when an expectation fails, as tests do.
//!
//! ```
//! use orchestration::commands::RenameProject;
//! use orchestration::events::{ProjectCreated, ProjectRenamed};
//! use orchestration::testing::given;
//! use orchestration::{DeciderError, ProjectId};
//! # use chrono::DateTime;
//!
//! # let at = DateTime::UNIX_EPOCH;
//! let project_id: ProjectId = "6f9619ff-8b86-4d01-b42d-00c04fc964ff".parse()?;
//! let created = ProjectCreated { project_id, path: "/repo".parse()?, name: "repo".parse()?, at };
//! let rename = RenameProject { project_id, name: "core".parse()?, at };
//!
//! given([created.into()])
//!     .when(rename.clone())
//!     .then([ProjectRenamed { project_id, name: "core".parse()?, at }.into()])
//!     .then_model(|model| assert_eq!(model.project(project_id).unwrap().name(), &"core"));
//!
//! given([]).when(rename).then_error(DeciderError::ProjectNotFound { project_id });
//! # Ok::<(), orchestration::ValueError>(())
//! ```

use std::fmt::{Debug, Write};

use serde::{Deserialize, Deserializer};

use crate::commands::OrchestrationCommand;
use crate::decider::decide;
use crate::error::DeciderError;
use crate::events::OrchestrationEvent;
use crate::projector::project;
use crate::read_model::{OrchestrationReadModel, Record};

/// A model that is read without being checked, for tests of what must cope with an [illegal](crate::legality) one.
///
/// ```
/// use orchestration::legality::Rule;
/// use orchestration::testing::Unchecked;
///
/// let damaged = r#"{"projects":{},"threads":{},"selected_thread":"6f9619ff-8b86-4d01-b42d-00c04fc964ff"}"#;
/// let Unchecked(model) = serde_json::from_str(damaged)?;
/// assert_eq!(model.check().map_err(|illegal| illegal.rule()), Err(Rule::S1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked(pub OrchestrationReadModel);

impl<'de> Deserialize<'de> for Unchecked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Record::deserialize(deserializer).map(|record| Self(record.into_model()))
    }
}

/// How much of models this thread has looked at since it began: a step for each node of a collection that was descended into,
/// for each item that an iterator passed, and for each piece of a message. Wraps around at its end.
///
/// What something costs is the difference before and after it. Unlike a time it is the same in every run, so that a test can
/// hold cost flat: a walk through all that there is takes as many steps as there are things, though it allocates nothing.
///
/// ```
/// use orchestration::OrchestrationReadModel;
/// use orchestration::testing::visits;
///
/// let model = OrchestrationReadModel::default();
/// let before = visits();
/// assert_eq!(model.threads().count(), 0);
/// assert_eq!(visits().wrapping_sub(before), 0);
/// ```
#[must_use]
pub fn visits() -> u64 {
    crate::persistent::visits()
}

/// Begins a test with the events that happened before.
pub fn given(events: impl IntoIterator<Item = OrchestrationEvent>) -> Given {
    Given {
        model: fold(OrchestrationReadModel::default(), events),
    }
}

/// What happened before.
#[derive(Clone, Debug)]
#[must_use = "nothing is tested before an expectation is named"]
pub struct Given {
    model: OrchestrationReadModel,
}

impl Given {
    /// Gives a command, and decides it.
    pub fn when(self, command: impl Into<OrchestrationCommand>) -> When {
        let command = command.into();
        let decision = decide(&command, &self.model);
        When {
            command,
            before: self.model,
            decision,
        }
    }

    /// Looks at the model that the events add up to.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "often the last call of a test")]
    pub fn then_model(self, check: impl FnOnce(&OrchestrationReadModel)) -> Then {
        Then { model: self.model }.then_model(check)
    }
}

/// A command, and what was decided about it.
#[derive(Clone, Debug)]
#[must_use = "nothing is tested before an expectation is named"]
pub struct When {
    command: OrchestrationCommand,
    before: OrchestrationReadModel,
    decision: Result<Vec<OrchestrationEvent>, DeciderError>,
}

impl When {
    /// Expects the command to cause exactly these events, in this order.
    ///
    /// # Panics
    ///
    /// If it is refused, or causes others; the message shows where the two differ.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = OrchestrationEvent>) -> Then {
        let expected: Vec<_> = expected.into_iter().collect();
        self.expect(&Ok(expected));
        Then { model: self.after() }
    }

    /// Expects the command to be refused with this error.
    ///
    /// # Panics
    ///
    /// If it is accepted, or refused with another; the message shows where the two differ.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "often the last call of a test")]
    pub fn then_error(self, expected: DeciderError) -> Then {
        self.expect(&Err(expected));
        Then { model: self.before }
    }

    /// Expects the command to cause events of exactly these kinds, in this order.
    ///
    /// # Panics
    ///
    /// If it is refused, or causes others.
    #[track_caller]
    pub fn then_kinds<'a>(self, expected: impl IntoIterator<Item = &'a str>) -> Then {
        let expected: Result<Vec<&str>, &str> = Ok(expected.into_iter().collect());
        self.expect_kinds(&expected);
        Then { model: self.after() }
    }

    /// Expects the command to be refused with an error of this kind.
    ///
    /// # Panics
    ///
    /// If it is accepted, or refused with another.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "often the last call of a test")]
    pub fn then_error_kind(self, expected: &str) -> Then {
        self.expect_kinds(&Err(expected));
        Then { model: self.before }
    }

    /// Expects the command to be accepted, and looks at the model after it.
    ///
    /// # Panics
    ///
    /// If it is refused.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test kit reports by panicking")]
    pub fn then_model(self, check: impl FnOnce(&OrchestrationReadModel)) -> Then {
        if let Err(error) = &self.decision {
            panic!("{} was refused: {error}", self.command.kind());
        }
        Then { model: self.after() }.then_model(check)
    }

    #[track_caller]
    #[allow(clippy::panic, reason = "a test kit reports by panicking")]
    fn expect(&self, expected: &Result<Vec<OrchestrationEvent>, DeciderError>) {
        if self.decision != *expected {
            let difference = difference(expected, &self.decision);
            panic!(
                "{} was not decided as expected (- expected, + actual):\n{difference}",
                self.command.kind()
            );
        }
    }

    #[track_caller]
    #[allow(clippy::panic, reason = "a test kit reports by panicking")]
    fn expect_kinds(&self, expected: &Result<Vec<&str>, &str>) {
        let decided = self.decision.as_ref();
        let actual = decided
            .map(|events| events.iter().map(OrchestrationEvent::kind).collect::<Vec<_>>())
            .map_err(DeciderError::kind);
        if actual != *expected {
            let difference = difference(expected, &actual);
            panic!(
                "{} was not decided as expected (- expected, + actual):\n{difference}",
                self.command.kind()
            );
        }
    }

    fn after(self) -> OrchestrationReadModel {
        fold(self.before, self.decision.into_iter().flatten())
    }
}

/// The model after the command.
#[derive(Clone, Debug)]
pub struct Then {
    model: OrchestrationReadModel,
}

impl Then {
    /// Looks at the model after the command: as it was before, if the command was refused.
    #[track_caller]
    #[allow(clippy::return_self_not_must_use, reason = "often the last call of a test")]
    pub fn then_model(self, check: impl FnOnce(&OrchestrationReadModel)) -> Self {
        check(&self.model);
        self
    }

    /// Goes on with another command.
    pub fn when(self, command: impl Into<OrchestrationCommand>) -> When {
        Given { model: self.model }.when(command)
    }
}

fn fold(model: OrchestrationReadModel, events: impl IntoIterator<Item = OrchestrationEvent>) -> OrchestrationReadModel {
    events.into_iter().fold(model, |model, event| project(model, &event))
}

/// The lines in which two values differ, with the lines around them that do not.
fn difference(expected: &impl Debug, actual: &impl Debug) -> String {
    /// How many equal lines to show before and after.
    const CONTEXT: usize = 3;

    let (expected, actual) = (format!("{expected:#?}"), format!("{actual:#?}"));
    let (expected, actual): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let shorter = expected.len().min(actual.len());
    let before = expected
        .iter()
        .zip(&actual)
        .take_while(|(left, right)| left == right)
        .count();
    let after = expected
        .iter()
        .rev()
        .zip(actual.iter().rev())
        .take(shorter.saturating_sub(before))
        .take_while(|(left, right)| left == right)
        .count();
    let differing = |lines: &[&str]| lines.len().saturating_sub(before).saturating_sub(after);

    let mut text = String::new();
    let mut write = |mark: &str, lines: &mut dyn Iterator<Item = &&str>| {
        for line in lines {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{mark} {line}");
        }
    };
    write(
        " ",
        &mut expected.iter().take(before).skip(before.saturating_sub(CONTEXT)),
    );
    write("-", &mut expected.iter().skip(before).take(differing(&expected)));
    write("+", &mut actual.iter().skip(before).take(differing(&actual)));
    write(
        " ",
        &mut expected.iter().skip(expected.len().saturating_sub(after)).take(CONTEXT),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_the_differing_lines_with_three_around_them() {
        let (expected, actual) = ([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9]);
        let lines = "      2,\n      3,\n      4,\n-     5,\n+     0,\n      6,\n      7,\n      8,\n";
        assert_eq!(difference(&expected, &actual), lines);
    }

    #[test]
    fn a_difference_of_a_repeated_line_shows_the_extra_one() {
        assert_eq!(
            difference(&[1, 1], &[1, 1, 1]),
            "      1,\n      1,\n+     1,\n  ]\n".replace("      1,\n      1,\n", "  [\n      1,\n      1,\n")
        );
    }
}
