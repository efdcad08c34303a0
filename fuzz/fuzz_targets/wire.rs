//! Any bytes as JSON commands, events, snapshots and traces.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::wire);
