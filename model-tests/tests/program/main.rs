//! The program as its users meet it: run as a process, with whatever they give it and wherever its output goes.

mod core_tests;
mod decide;
mod engine;
mod inputs;
mod interrupts;
mod keeping;
mod kept;
mod limits;
mod opening;
mod output;
mod renew;
mod replay_output;
mod replay_views;
mod screen;
mod serve;
#[path = "../served/mod.rs"]
mod served;
mod support;
mod verdicts;
mod words;
