//! The same as `command_sequence`, and libFuzzer is told which shapes of model an input comes by.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::command_sequence_by_shape, steps);
