//! Every kind of command on a legal model.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::induct);
