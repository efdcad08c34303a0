//! The harness: proves the orchestration core right, and shows what went wrong when it is not.

mod bugs;
mod check;
mod common;
mod corpus;
mod cost;
mod coverage;
mod decide;
mod ending;
mod engine;
mod explore;
mod failures;
mod files;
mod induct;
mod invariants;
mod limits;
mod lines;
mod night;
mod opening;
mod output;
mod pages;
mod planted;
mod progress;
mod renew;
mod replay;
mod screen;
mod serve;
mod shrink;
mod soak;
mod stateful;
mod stop;
mod style;
mod summary;
mod verdict;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Proves the orchestration core right, and shows what went wrong when it is not.
///
/// Without a task: soaks for 2 seconds, explores every state of three scopes, tries legal models for 5 seconds, counts what commands cost, soaks for 20, and gives a verdict.
#[derive(Debug, Parser)]
#[command(name = "harness", version, about, long_about, args_conflicts_with_subcommands = true, after_help = verdict::EXIT_STATUSES)]
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
    Induct(induct::Arguments),
    Cost(cost::Arguments),
    Soak(soak::Arguments),
    Stateful(stateful::Arguments),
    Replay(replay::Arguments),
    Open(opening::Arguments),
    Serve(serve::Arguments),
    Shrink(shrink::Arguments),
    Coverage(coverage::Arguments),
    Corpus(corpus::Arguments),
    Invariants(invariants::Arguments),
    Bugs(bugs::Arguments),
    Engine(engine::Arguments),
    Decide(decide::Arguments),
    Night(night::Arguments),
    Renew(renew::Arguments),
}

fn main() -> ExitCode {
    let arguments = match Harness::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::explain(&error),
    };
    let result = match &arguments.task {
        None => check::check(&arguments.check),
        Some(Task::Explore(arguments)) => explore::explore(arguments),
        Some(Task::Induct(arguments)) => induct::induct(arguments),
        Some(Task::Cost(arguments)) => cost::cost(arguments),
        Some(Task::Soak(arguments)) => soak::soak(arguments),
        Some(Task::Stateful(arguments)) => stateful::stateful(arguments),
        Some(Task::Replay(arguments)) => replay::replay(arguments),
        Some(Task::Open(arguments)) => opening::open(arguments),
        Some(Task::Serve(arguments)) => serve::serve(arguments),
        Some(Task::Shrink(arguments)) => shrink::shrink(arguments),
        Some(Task::Coverage(arguments)) => coverage::coverage(arguments),
        Some(Task::Corpus(arguments)) => corpus::corpus(arguments),
        Some(Task::Invariants(arguments)) => invariants::invariants(arguments),
        Some(Task::Bugs(arguments)) => bugs::bugs(arguments),
        Some(Task::Engine(arguments)) => engine::engine(arguments),
        Some(Task::Decide(arguments)) => decide::decide(arguments),
        Some(Task::Night(arguments)) => night::night(arguments),
        Some(Task::Renew(arguments)) => renew::renew(arguments),
    };
    verdict::exit_code(result)
}
