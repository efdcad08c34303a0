//! Whole engines, driven and held against the core.

mod checks;
mod driving;
mod failing;
mod small;
