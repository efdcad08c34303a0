//! The rules, a row for each way to be accepted and each way to be refused, about things told apart by small numbers.

pub mod checkpoints;
pub mod git;
pub mod projects;
pub mod provider_events;
pub mod threads;
pub mod turns;

use std::fmt::Debug;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use orchestration::{OrchestrationCommand as Command, ToolCallId};
use uuid::Uuid;

use self::projects::create_project;
use self::provider_events::{ask, complete, tool_call};
use self::threads::create_thread;
use self::turns::start_turn;

/// What came before, a command, and the kinds of the events that it is to cause.
pub type Accepted = (Vec<Command>, Command, &'static [&'static str]);

/// What came before, a command, and the kind of the error with which it is to be refused.
pub type Refused = (Vec<Command>, Command, &'static str);

/// Every row of what is accepted.
pub fn accepted() -> Vec<Accepted> {
    [
        projects::accepted(),
        threads::accepted(),
        turns::accepted(),
        provider_events::accepted(),
        checkpoints::accepted(),
        git::accepted(),
    ]
    .concat()
}

/// Every row of what is refused.
pub fn refused() -> Vec<Refused> {
    [
        projects::refused(),
        threads::refused(),
        turns::refused(),
        provider_events::refused(),
        checkpoints::refused(),
        git::refused(),
    ]
    .concat()
}

pub const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

pub fn id<T: From<Uuid>>(number: u8) -> T {
    Uuid::from_u128(u128::from(number)).into()
}

pub fn text<T: FromStr<Err: Debug>>() -> T {
    "text".parse().expect("it is not blank")
}

pub fn call_id(number: u8) -> ToolCallId {
    format!("call-{number}").parse().expect("it is short")
}

/// The message that holds the prompt of every turn; those of the agent have other numbers, unless they are to clash.
pub const PROMPT: u8 = 0;

/// Two projects, and an idle thread in the first.
pub fn idle() -> Vec<Command> {
    vec![create_project(1, 1), create_project(2, 2), create_thread(1, 1)]
}

pub fn after(mut earlier: Vec<Command>, later: impl IntoIterator<Item = Command>) -> Vec<Command> {
    earlier.extend(later);
    earlier
}

pub fn running() -> Vec<Command> {
    after(idle(), [start_turn(1, 1)])
}

pub fn calling() -> Vec<Command> {
    after(running(), [tool_call(1, 1, 1)])
}

/// A tool call that awaits an approval.
pub fn awaiting() -> Vec<Command> {
    after(calling(), [ask(1, 1, 1, Some(1))])
}

pub fn completed() -> Vec<Command> {
    after(running(), [complete(1, 1)])
}
