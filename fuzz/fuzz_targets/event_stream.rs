//! Events, ill-sorted and contradictory ones included, on any model.

#![cfg_attr(fuzzing, no_main)]

fuzz::target!(fuzz::event_stream);
