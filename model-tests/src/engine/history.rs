//! What happened to an engine, in the order in which the harness saw it.

use orchestration::{DeciderError, OrchestrationCommand, OrchestrationReadModel, StoredEvent};

use super::protocol::{Body, Opened, RequestId};

/// What a client was told of its command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was accepted.
    Accepted {
        /// The number of its batch's last event.
        sequence: u64,
    },
    /// It was refused.
    Rejected {
        /// Why.
        error: DeciderError,
        /// The number of the last event of the model on which it was decided, if the engine says so.
        sequence: Option<u64>,
    },
}

impl From<Answer> for Body {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Accepted { sequence } => Self::Accepted { sequence },
            Answer::Rejected { error, sequence } => Self::Rejected { error, sequence },
        }
    }
}

/// One thing that the harness did or saw. One that stands before another in a [`History`] was over when that began.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment {
    /// The engine was open: for the first time, or again after a crash.
    Opened {
        /// What it said of itself.
        opened: Opened,
    },
    /// The whole log was read: after every opening, and at the end.
    Log {
        /// So many events stand at its front that stood there, just the same, when it was read before.
        kept: usize,
        /// What comes then, in the order in which the engine gave it.
        then: Vec<StoredEvent>,
    },
    /// A client sent a command: for the first time, or again after a crash.
    Sent {
        /// The id of the request: the same when it is sent again.
        request: RequestId,
        /// Who.
        client: u32,
        /// The command.
        command: OrchestrationCommand,
    },
    /// A client was told what became of its command.
    Answered {
        /// The id of the request.
        request: RequestId,
        /// What it was told.
        answer: Answer,
    },
    /// Somebody asked for the model.
    Asked {
        /// The id of the request.
        request: RequestId,
    },
    /// Somebody was given the model.
    Read {
        /// The id of the request.
        request: RequestId,
        /// The number of the last event in it.
        sequence: u64,
        /// The model.
        model: OrchestrationReadModel,
    },
    /// A snapshot was written.
    Snapshot {
        /// The number of the last event in it.
        sequence: u64,
    },
    /// Somebody subscribed.
    Subscribed {
        /// The id of the request.
        request: RequestId,
        /// To what comes after this number.
        after: u64,
    },
    /// A subscriber was told of an event.
    Delivered {
        /// The id of its request.
        request: RequestId,
        /// The event.
        event: StoredEvent,
    },
    /// The engine was told to crash at a point.
    Armed {
        /// Which point.
        point: String,
    },
    /// The engine ended, and all subscriptions and what was not answered with it.
    Crashed {
        /// At which point, if it was told to.
        point: Option<String>,
    },
}

/// All that happened, in order. The last moment but a failed run's is a [`Moment::Log`] after everything was answered and
/// every subscriber was given its time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// In order.
    pub moments: Vec<Moment>,
}
