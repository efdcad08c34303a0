//! The harness: replays traces on the orchestration core and checks it.

mod output;
mod replay;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Proves the orchestration core right, and shows what went wrong when it is not.
///
/// Exit status: 0 when all is well, 1 when an invariant is violated or the core disagrees with the reference machine, 2
/// when the usage or the input is bad.
#[derive(Debug, Parser)]
#[command(version, about, long_about)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Task {
    Replay(replay::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        None => replay::replay_shipped(),
        Some(Task::Replay(arguments)) => replay::replay(&arguments),
    };
    output::exit_code(result)
}
