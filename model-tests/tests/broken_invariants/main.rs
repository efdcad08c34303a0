//! Each invariant of a model and of a step holds of what the core does, and is seen to be broken by what it should
//! not do: by models that were made illegal as JSON, and by steps that came to something else than the core's.

mod fields;
mod fixture;
mod frame;
mod state;
mod step;
mod turns;
