//! Nothing: what libFuzzer itself costs.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::empty);
