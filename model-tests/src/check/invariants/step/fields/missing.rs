//! A field of a command that is not found in the model.

use orchestration::OrchestrationCommand as Command;
use orchestration::read_model::MessageText;
use serde::Serialize;

use crate::check::told::{Difference, words};

/// A field of the command that is not found, with the place in the named thread or project where it belongs.
pub(super) struct Missing {
    pub(super) field: &'static str,
    pub(super) difference: Difference,
}

impl Missing {
    /// What the field names is not there.
    pub(super) fn thing(field: &'static str) -> Self {
        Self::because(field, field, "it to be there", "nothing".to_owned())
    }

    pub(super) fn because(field: &'static str, place: &'static str, expected: &str, found: String) -> Self {
        let difference = Difference {
            path: place.to_owned(),
            expected: Some(expected.to_owned()),
            found: Some(found),
        };
        Self { field, difference }
    }
}

/// The field of a command is found in this place.
pub(super) fn found<T: PartialEq + Serialize + ?Sized>(
    field: &'static str,
    place: &'static str,
    expected: &T,
    found: &T,
) -> Result<(), Missing> {
    if expected == found {
        return Ok(());
    }
    let difference = Difference::of(place, &expected, &found);
    Err(Missing { field, difference })
}

/// A text is found in this place, in one piece or in many.
pub(super) fn is_text(
    field: &'static str,
    place: &'static str,
    expected: &str,
    found: &MessageText,
) -> Result<(), Missing> {
    if *found == *expected {
        return Ok(());
    }
    let difference = Difference::of(place, &expected, &found.to_string().as_str());
    Err(Missing { field, difference })
}

/// What a field names is gone.
pub(super) fn gone<T: Serialize>(field: &'static str, place: &'static str, found: Option<&T>) -> Result<(), Missing> {
    match found {
        None => Ok(()),
        Some(found) => Err(Missing::because(field, place, "none", words(found))),
    }
}

/// The thread or project that a command names.
pub(super) fn named(command: &Command) -> String {
    let thread = command.thread_id().map(|id| format!("thread {id}"));
    let project = || command.project_id().map(|id| format!("project {id}"));
    thread.or_else(project).unwrap_or_default()
}
