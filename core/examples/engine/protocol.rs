//! What is said over a connection: JSON Lines, each request with an id that its replies bear.

use std::num::NonZeroU32;
use std::path::PathBuf;

use orchestration::uuid::Uuid;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationReadModel, StoredEvent};
use serde::{Deserialize, Serialize};

use crate::crash::Point;
use crate::engine::Answer;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The id of a request, and what it asks for. Fields that are not known are ignored.
#[derive(Deserialize)]
pub struct Asked {
    pub id: u64,
    #[serde(flatten)]
    pub ask: Ask,
}

/// What is asked for.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Ask {
    /// Opens the store of a folder: first, where the process was not given one.
    Open { folder: PathBuf, protocol: Option<u32> },
    /// Carries out a command. The key names the request for ever, whoever sends it: it takes effect once.
    ///
    /// The command is taken as it is, for a harness that compares. A server that trusts no client's clock stamps it with
    /// its own, by `with_at`.
    Dispatch {
        command: OrchestrationCommand,
        key: Option<Uuid>,
    },
    /// Reads the log.
    Log { after: u64, limit: usize },
    /// Reads the model.
    Model,
    /// Writes a snapshot.
    Snapshot,
    /// Follows the log.
    Subscribe { after: u64 },
    /// Ends the process when the point is passed for this many more times.
    CrashAt { point: Point, hits: NonZeroU32 },
}

/// The id alone, of a request that cannot be read.
#[derive(Default, Deserialize)]
pub struct Id {
    pub id: Option<u64>,
}

/// What a reply says.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Body<'a> {
    Opened {
        protocol: u32,
        sequence: u64,
        crash_points: [Point; 8],
        deduplicates: bool,
        recovers: bool,
    },
    Accepted {
        outcome: &'static str,
        sequence: u64,
    },
    Rejected {
        outcome: &'static str,
        error: DeciderError,
        sequence: u64,
    },
    Log {
        events: &'a [StoredEvent],
    },
    Model {
        sequence: u64,
        model: &'a OrchestrationReadModel,
    },
    Snapshot {
        sequence: u64,
    },
    Event {
        event: &'a StoredEvent,
    },
    Armed {},
    Error {
        error: Problem,
    },
}

/// Why a request was not carried out.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Problem {
    /// Ask for something else.
    BadRequest { message: String },
    /// The engine could not do it.
    Failed { message: String },
}

impl From<Answer> for Body<'_> {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Accepted { sequence } => Self::Accepted {
                outcome: "accepted",
                sequence,
            },
            Answer::Rejected { error, sequence } => Self::Rejected {
                outcome: "rejected",
                error,
                sequence,
            },
        }
    }
}

/// Appends a reply to a text, on a line of its own.
pub fn write_line(text: &mut Vec<u8>, id: Option<u64>, body: Body) {
    #[derive(Serialize)]
    struct Reply<'a> {
        id: Option<u64>,
        #[serde(flatten)]
        body: Body<'a>,
    }

    serde_json::to_writer(&mut *text, &Reply { id, body }).expect("a reply can be written as JSON");
    text.push(b'\n');
}
