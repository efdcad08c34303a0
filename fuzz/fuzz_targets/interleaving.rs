//! Two threads' steps, merged in two ways, and with other ids.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::interleaving);
