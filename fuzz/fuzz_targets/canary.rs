//! A planted bug, which must be found: if it is not, the fuzzing does not work.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::canary, steps);
