//! A subject that panics: a violation like any other, and not the end of the search.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::check::invariants::{Invariant, Violation};

/// Does some work of a subject, and turns a panic into a violation of A6. `kind` names the command or event.
///
/// # Errors
///
/// The violation, if the subject panicked: what the work changed is then half done, and not to be used.
pub(crate) fn caught<T>(kind: &str, work: impl FnOnce() -> T) -> Result<T, Violation> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Violation::new(Invariant::A6, message(kind, &*panic)))
}

fn message(kind: &str, panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    let reason = text.unwrap_or("no reason");
    format!("{kind} made the core panic: expected it to be carried out or refused, found the panic: {reason}")
}
