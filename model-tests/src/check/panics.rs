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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_what_made_it_and_the_reason_that_it_gave() {
        let told =
            |panic: fn()| caught("delete_thread", panic).map_err(|violation| (violation.invariant, violation.message));
        let violated = |reason: &str| {
            let start =
                "delete_thread made the core panic: expected it to be carried out or refused, found the panic: ";
            Err((Invariant::A6, format!("{start}{reason}")))
        };
        assert_eq!(told(|| {}), Ok(()));
        assert_eq!(told(|| panic!("why")), violated("why"));
        assert_eq!(told(|| panic!("why {}", 7)), violated("why 7"));
        assert_eq!(told(|| std::panic::panic_any(7)), violated("no reason"));
    }
}
