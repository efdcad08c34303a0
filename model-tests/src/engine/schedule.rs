//! What is done with an engine, in order.

use chrono::TimeDelta;
use orchestration::OrchestrationCommand;
use serde::{Deserialize, Serialize};

use super::protocol::RequestId;

/// One thing that is done with an engine. All are carried out in order, and an engine may do its own work meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// A client sends a command, and nobody waits for the answer yet.
    Send {
        /// The id of the request, under which it is sent again after a crash.
        request: RequestId,
        /// Who sends it.
        client: u32,
        /// The command.
        command: OrchestrationCommand,
    },
    /// Waits for the answer to a request.
    Await {
        /// Its id.
        request: RequestId,
    },
    /// Reads the model, and waits for it.
    Read,
    /// Has a snapshot written, and waits for that.
    Snapshot,
    /// Subscribes to what comes after an event of this number: 0 for all.
    Subscribe {
        /// The number.
        after: u64,
    },
    /// Has the engine crash when it passes a point, which then happens during one of the next actions.
    CrashAt {
        /// Which point.
        point: String,
        /// For the how manyth time from now: 1 for the next.
        hits: u32,
    },
    /// Crashes the engine.
    ///
    /// After this crash, and after one at a point, the engine is opened again, the log and the model are read, and what was
    /// sent and not answered is sent again.
    Crash {
        /// When, in microseconds from now: meanwhile it may go on, and what it says is heard.
        after: u64,
    },
    /// Crashes the engine while it opens after a crash: there is one before, and then it is opened again.
    CrashOpening {
        /// How long it has to open, in microseconds.
        after: u64,
    },
}

/// A command at a later time, if there is such a time: what is sent twice can then be told apart in the log.
pub(super) fn later(command: &OrchestrationCommand, by: TimeDelta) -> OrchestrationCommand {
    let at = command.at().checked_add_signed(by);
    at.map_or_else(|| command.clone(), |at| command.clone().with_at(at))
}

/// What is done with an engine, from an empty store on. At its end all answers are waited for and the log is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// In order.
    pub actions: Vec<Action>,
}
