//! An example of every variant that has a wire form, optional fields both present and absent.
//!
//! Each list follows the order of the variants. An example's name is its kind, with `_without_…` where optional fields
//! are absent.

#![allow(clippy::too_many_lines, reason = "a list of examples is long, not complex")]

mod errors;
mod events;
mod requests;

pub use errors::errors;
pub use events::events;
pub use requests::{commands, provider_events};

/// A named example.
pub type Example<T> = (&'static str, T);
