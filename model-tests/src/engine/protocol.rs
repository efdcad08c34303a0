//! What is said between the harness and an engine.
//!
//! JSON Lines: the harness writes requests to the engine's standard input, and reads replies from its standard output. Every
//! request has an id; its reply bears it. Replies may come in any order. Both sides ignore fields that they do not know, and
//! the first line each way says `"protocol":1`.
//!
//! | request | reply |
//! |---|---|
//! | `{"op":"open","id":1,"protocol":1,"folder":"…"}`: open or recover the store in this folder; the first after every start | `{"id":1,"protocol":1,"sequence":N,"crash_points":["before_append",…],"deduplicates":true,"recovers":true}`; all but `sequence` may be left out |
//! | `{"op":"dispatch","id":7,"client":3,"command":{…}}` | `{"id":7,"outcome":"accepted","sequence":18}`, the number of the batch's last event; or `{"id":7,"outcome":"rejected","error":{…},"sequence":16}`, that of the model on which it was decided, which may be left out |
//! | `{"op":"log","id":8,"after":N,"limit":1000}` | `{"id":8,"events":[…]}`: stored events; fewer than the limit only where the log ends |
//! | `{"op":"model","id":9}` | `{"id":9,"sequence":N,"model":{…}}` |
//! | `{"op":"snapshot","id":10}`: write one now | `{"id":10,"sequence":N}`, or `{"id":10,"unsupported":true}` |
//! | `{"op":"subscribe","id":11,"after":N}` | `{"id":11,"event":{…}}` for each event after N, as it is published, until the process ends |
//! | `{"op":"crash_at","id":12,"point":"after_append","hits":2}`: end abruptly when this point is passed for the second time | `{"id":12}` |
//!
//! To anything that it cannot do an engine replies `{"id":…,"error":{"message":"…"}}`, without an `outcome`.
//!
//! A request that was in flight when the engine ended is sent again, under the same id, to the next process. Ids are never
//! used for anything else, over all processes on one folder: an engine that keeps them with its batches can tell a command
//! that it has carried out already. Those of `open` count down from 2^53 - 1, and never meet the others, which count up: every
//! language that reads JSON reads them as they are.

use orchestration::{DeciderError, OrchestrationCommand, OrchestrationReadModel, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The id of a request: given once, over all processes on one store.
pub type RequestId = u64;

/// The id of the first `open` on a store. The next has the one below it, and so on.
pub const FIRST_OPEN: RequestId = (1 << 53) - 1;

/// A request to an engine that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    /// Carry out a command.
    Dispatch {
        /// Of this request.
        id: RequestId,
        /// Who sends it.
        client: u32,
        /// The command.
        command: OrchestrationCommand,
    },
    /// Give a part of the log.
    Log {
        /// Of this request.
        id: RequestId,
        /// The events with a greater number than this, in order.
        after: u64,
        /// No more of them than this.
        limit: u64,
    },
    /// Give the model as readers see it now.
    Model {
        /// Of this request.
        id: RequestId,
    },
    /// Write a snapshot now.
    Snapshot {
        /// Of this request.
        id: RequestId,
    },
    /// Give each event as it is published.
    Subscribe {
        /// Of this request, and of all that is delivered.
        id: RequestId,
        /// Those with a greater number than this, the ones that are stored already first.
        after: u64,
    },
    /// End abruptly when a crash point is passed.
    CrashAt {
        /// Of this request.
        id: RequestId,
        /// Which one.
        point: String,
        /// For the how manyth time from now: 1 for the next.
        hits: u32,
    },
}

impl Request {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> RequestId {
        match self {
            Self::Dispatch { id, .. }
            | Self::Log { id, .. }
            | Self::Model { id }
            | Self::Snapshot { id }
            | Self::Subscribe { id, .. }
            | Self::CrashAt { id, .. } => *id,
        }
    }
}

/// The first request after every start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename = "open")]
pub struct Open {
    /// Of this request.
    pub id: RequestId,
    /// [`VERSION`].
    pub protocol: u32,
    /// Where the store is, or is to be.
    pub folder: String,
}

/// What an engine says of itself when it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The number of the last event in its log, what it did to recover included; 0 if there is none.
    pub sequence: u64,
    /// Where it can be told to crash.
    #[serde(default)]
    pub crash_points: Vec<String>,
    /// Whether a request that is sent again over a crash takes effect once.
    #[serde(default)]
    pub deduplicates: bool,
    /// Whether it ends, before it is open, every turn that a crash has left active.
    #[serde(default)]
    pub recovers: bool,
}

/// What an engine says while it is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The id of the request that it belongs to.
    pub id: RequestId,
    /// What it says.
    pub body: Body,
}

/// What is said in answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The command was accepted, and its batch is stored.
    Accepted {
        /// The number of its last event.
        sequence: u64,
    },
    /// The command was refused.
    Rejected {
        /// Why.
        error: DeciderError,
        /// The number of the last event of the model on which it was decided, if the engine says so.
        sequence: Option<u64>,
    },
    /// A part of the log.
    Log {
        /// In order.
        events: Vec<StoredEvent>,
    },
    /// The model.
    Model {
        /// The number of the last event in it.
        sequence: u64,
        /// What the events up to there add up to.
        model: Box<OrchestrationReadModel>,
    },
    /// A number alone: the snapshot is of this one.
    Snapshot {
        /// The number of the last event in it.
        sequence: u64,
    },
    /// The engine writes no snapshots.
    Unsupported,
    /// An event was published.
    Delivered {
        /// As it is stored.
        event: Box<StoredEvent>,
    },
    /// It is done.
    Done,
    /// It cannot be done.
    Unable {
        /// Why.
        message: String,
    },
}

/// Reads and writes messages as lines.
mod line {
    use super::{Body, Message};
    use orchestration::{DeciderError, OrchestrationReadModel, StoredEvent};
    use serde::{Deserialize, Serialize};
    use serde_json::Value;

    #[derive(Debug, Default, Serialize, Deserialize)]
    pub struct Fields {
        pub id: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub outcome: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub error: Option<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sequence: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub events: Option<Vec<StoredEvent>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub model: Option<Box<OrchestrationReadModel>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub event: Option<Box<StoredEvent>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unsupported: Option<bool>,
    }

    impl Fields {
        pub fn body(self) -> Result<Body, String> {
            let sequence = self.sequence;
            let named = |what| sequence.ok_or_else(|| format!("missing field `sequence` beside {what}"));
            match self.outcome.as_deref() {
                Some("accepted") => {
                    return Ok(Body::Accepted {
                        sequence: named("`accepted`")?,
                    });
                }
                Some("rejected") => {
                    let error = self.error.ok_or("missing field `error` beside `rejected`")?;
                    let error: DeciderError =
                        serde_json::from_value(error).map_err(|error| format!("`error`: {error}"))?;
                    return Ok(Body::Rejected { error, sequence });
                }
                Some(other) => return Err(format!("unknown outcome `{other}`: expected `accepted` or `rejected`")),
                None => {}
            }
            if let Some(error) = self.error {
                let message = error
                    .get("message")
                    .and_then(Value::as_str)
                    .map_or_else(|| error.to_string(), str::to_owned);
                return Ok(Body::Unable { message });
            }
            if let Some(events) = self.events {
                return Ok(Body::Log { events });
            }
            if let Some(model) = self.model {
                return Ok(Body::Model {
                    sequence: named("`model`")?,
                    model,
                });
            }
            if let Some(event) = self.event {
                return Ok(Body::Delivered { event });
            }
            if self.unsupported == Some(true) {
                return Ok(Body::Unsupported);
            }
            Ok(sequence.map_or(Body::Done, |sequence| Body::Snapshot { sequence }))
        }

        pub fn of(message: &Message) -> serde_json::Result<Self> {
            let mut fields = Self {
                id: message.id,
                ..Self::default()
            };
            match &message.body {
                Body::Accepted { sequence } => {
                    fields.outcome = Some("accepted".to_owned());
                    fields.sequence = Some(*sequence);
                }
                Body::Rejected { error, sequence } => {
                    fields.outcome = Some("rejected".to_owned());
                    fields.error = Some(serde_json::to_value(error)?);
                    fields.sequence = *sequence;
                }
                Body::Log { events } => fields.events = Some(events.clone()),
                Body::Model { sequence, model } => {
                    fields.sequence = Some(*sequence);
                    fields.model = Some(model.clone());
                }
                Body::Snapshot { sequence } => fields.sequence = Some(*sequence),
                Body::Unsupported => fields.unsupported = Some(true),
                Body::Delivered { event } => fields.event = Some(event.clone()),
                Body::Done => {}
                Body::Unable { message } => fields.error = Some(serde_json::json!({ "message": message })),
            }
            Ok(fields)
        }
    }
}

impl Message {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn read(line: &str) -> Result<Self, String> {
        let fields: line::Fields = serde_json::from_str(line).map_err(|error| error.to_string())?;
        Ok(Self {
            id: fields.id,
            body: fields.body()?,
        })
    }

    /// The line for it, without its end.
    ///
    /// # Errors
    ///
    /// None that is known: all that a message holds can be written.
    pub fn write(&self) -> serde_json::Result<String> {
        serde_json::to_string(&line::Fields::of(self)?)
    }
}

/// What an engine writes when it is open, as a line.
///
/// # Errors
///
/// What is wrong with it, in words: also that it is of another version, or that the engine could not open its store.
pub fn read_opened(line: &str) -> Result<(RequestId, Opened), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let id = value.get("id").and_then(Value::as_u64).ok_or("missing field `id`")?;
    if let Some(error) = value.get("error") {
        return Err(format!("the engine could not open its store: {error}"));
    }
    if let Some(version) = value
        .get("protocol")
        .filter(|version| version.as_u64() != Some(VERSION.into()))
    {
        return Err(format!(
            "it speaks version {version} of the protocol: expected {VERSION}"
        ));
    }
    Ok((id, serde_json::from_value(value).map_err(|error| error.to_string())?))
}

#[cfg(test)]
mod tests;
