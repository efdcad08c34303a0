//! Whole engines, driven and held against the core.

mod checks_of_clients;
mod checks_of_log;
mod driving;
mod failing;
mod fixture;
mod small;
