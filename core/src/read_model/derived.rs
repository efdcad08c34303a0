//! State that is computed from other state.

use std::fmt;
use std::hash::{Hash, Hasher};

/// What can be computed from the values beside it, kept because computing it each time would cost too much.
///
/// Two of them are always equal, and hash alike: whether two models are equal is decided by what they hold, not by
/// how they find it.
#[derive(Clone, Default)]
pub(crate) struct Derived<T>(pub(crate) T);

impl<T> PartialEq for Derived<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl<T> Eq for Derived<T> {}

impl<T> Hash for Derived<T> {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

impl<T> fmt::Debug for Derived<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(derived)")
    }
}
