//! Steps, resolved against the live model: the core against the reference machine, with every invariant.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::command_sequence, steps);
