//! Each invariant of a model and of a step holds of what the core does, and is seen to be broken by what it should
//! not do: by models that were made illegal as JSON, and by steps that did something else than the core.

mod fields;
mod fixture;
mod frame;
mod links;
mod single_changes;
mod state;
mod step;
mod touched;
mod turns;
