//! The harness: proves the orchestration core right, and shows what went wrong when it is not.

mod bugs;
mod check;
mod corpus;
mod coverage;
mod explore;
mod files;
mod invariants;
mod lines;
mod output;
mod progress;
mod replay;
mod shrink;
mod soak;
mod summary;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Proves the orchestration core right, and shows what went wrong when it is not.
///
/// Without a task: explores every state of three scopes, soaks for 20 seconds, and gives a verdict.
///
/// Exit status: 0 when all is well; 1 when an invariant is violated, the core and the reference machine disagree, or
/// something that can be reached was not; 2 when the usage or the input is bad.
#[derive(Debug, Parser)]
#[command(name = "harness", version, about, long_about)]
struct Harness {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    check: check::Arguments,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Task {
    Explore(explore::Arguments),
    Soak(soak::Arguments),
    Replay(replay::Arguments),
    Shrink(shrink::Arguments),
    Coverage(coverage::Arguments),
    Corpus(corpus::Arguments),
    Invariants(invariants::Arguments),
    Bugs(bugs::Arguments),
}

fn main() -> ExitCode {
    let arguments = Harness::parse();
    let result = match &arguments.task {
        None => check::check(&arguments.check),
        Some(Task::Explore(arguments)) => explore::explore(arguments),
        Some(Task::Soak(arguments)) => soak::soak(arguments),
        Some(Task::Replay(arguments)) => replay::replay(arguments),
        Some(Task::Shrink(arguments)) => shrink::shrink(arguments),
        Some(Task::Coverage(arguments)) => coverage::coverage(arguments),
        Some(Task::Corpus(arguments)) => corpus::corpus(arguments),
        Some(Task::Invariants(arguments)) => invariants::invariants(arguments),
        Some(Task::Bugs(arguments)) => bugs::bugs(arguments),
    };
    output::exit_code(result)
}
