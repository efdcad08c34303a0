//! Commands as they are derived: the baseline that `command_sequence` is measured against.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::naive_commands);
