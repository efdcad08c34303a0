//! What an engine asks, as a line.

use model_tests::describe::printable;
use orchestration::chrono::{DateTime, Utc};
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, Snapshot, StoredEvent};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What a line may hold.
const EXPECTED: &str = "expected an object with one of `command`, `event`, `events`, `read` and `snapshot`";

/// A line that was understood.
#[derive(Debug)]
pub struct Asked {
    /// Stands in the answer too.
    pub id: Option<Value>,
    /// What is asked.
    pub request: Request,
}

/// What is asked.
#[derive(Debug)]
pub enum Request {
    /// Decide on a model.
    DecideOn(Box<OrchestrationCommand>, OrchestrationReadModel),
    /// Decide on the session's model.
    Decide {
        command: Box<OrchestrationCommand>,
        /// When the events are stored, where the answer is to have them so.
        stored_at: Option<DateTime<Utc>>,
        /// Whether the events are folded into the model.
        is_folded: bool,
    },
    /// Fold events.
    Fold(Vec<Event>),
    /// Give what the session has.
    Read(Read),
    /// Begin anew.
    Begin(Box<Snapshot>),
}

/// An event that is told of.
#[derive(Debug)]
pub enum Event {
    Stored(StoredEvent),
    Bare(OrchestrationEvent),
}

/// What of the session is read.
#[derive(Clone, Copy, Debug)]
pub enum Read {
    Model,
    ActiveTurns,
    Snapshot,
}

/// A line that was not understood.
#[derive(Debug)]
pub struct Misread {
    /// The id in it, if that much could be read.
    pub id: Option<Value>,
    /// What is wrong, and what was expected.
    pub reason: String,
    /// Where, from 1, if that is known.
    pub column: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    id: Option<Value>,
    command: Option<Box<OrchestrationCommand>>,
    model: Option<OrchestrationReadModel>,
    stored_at: Option<DateTime<Utc>>,
    fold: Option<bool>,
    event: Option<Event>,
    events: Option<Vec<Event>>,
    read: Option<Read>,
    #[serde(default)]
    snapshot: Beginning,
}

/// What the session is to begin with.
#[derive(Default)]
enum Beginning {
    /// Nothing is said of that.
    #[default]
    Unsaid,
    At(Box<Snapshot>),
}

impl<'de> Deserialize<'de> for Beginning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let snapshot: Option<Box<Snapshot>> = Option::deserialize(deserializer)?;
        Ok(Self::At(snapshot.unwrap_or_default()))
    }
}

/// Reads a line.
pub fn read(line: &[u8]) -> Result<Asked, Misread> {
    let line = line.trim_ascii_end();
    let mut fields: Fields = serde_json::from_slice(line).map_err(|error| misread(line, &error))?;
    let id = fields.id.take();
    match request(fields) {
        Ok(request) => Ok(Asked { id, request }),
        Err(reason) => Err(Misread {
            id,
            reason,
            column: None,
        }),
    }
}

fn request(fields: Fields) -> Result<Request, String> {
    let Fields {
        id: _,
        command,
        model,
        stored_at,
        fold,
        event,
        events,
        read,
        snapshot,
    } = fields;
    let named = [
        ("command", command.is_some()),
        ("event", event.is_some()),
        ("events", events.is_some()),
        ("read", read.is_some()),
        ("snapshot", matches!(snapshot, Beginning::At(_))),
    ];
    let named: Vec<_> = named
        .into_iter()
        .filter_map(|(name, is_there)| is_there.then_some(name))
        .collect();
    if named.len() != 1 {
        let found = if named.is_empty() {
            "none".to_owned()
        } else {
            named.join(" and ")
        };
        return Err(format!("{EXPECTED}, found {found}"));
    }
    let beside = [
        ("model", model.is_some()),
        ("stored_at", stored_at.is_some()),
        ("fold", fold.is_some()),
    ];
    if let (None, Some((beside, _))) = (&command, beside.into_iter().find(|(_, is_there)| *is_there)) {
        return Err(format!(
            "expected `{beside}` beside `command` only, found it beside `{}`",
            named.concat()
        ));
    }
    if let Some(command) = command {
        return match model {
            Some(model) if stored_at.is_none() && fold.is_none() => Ok(Request::DecideOn(command, model)),
            Some(_) => {
                Err("expected neither `stored_at` nor `fold` beside `model`: nothing is numbered or folded".to_owned())
            }
            None => Ok(Request::Decide {
                command,
                stored_at,
                is_folded: fold.unwrap_or(true),
            }),
        };
    }
    if let Some(read) = read {
        return Ok(Request::Read(read));
    }
    if let Beginning::At(snapshot) = snapshot {
        return Ok(Request::Begin(snapshot));
    }
    Ok(Request::Fold(
        events.unwrap_or_default().into_iter().chain(event).collect(),
    ))
}

/// What is wrong with a line that could not be read, with its id if there is one.
fn misread(line: &[u8], error: &serde_json::Error) -> Misread {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    if value.as_ref().is_some_and(|value| !value.is_object()) {
        return Misread {
            id: None,
            reason: format!("{EXPECTED}, found something else"),
            column: None,
        };
    }
    // The parser sees one line and calls it line 1: the number of the line is told beside.
    let whole = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    Misread {
        id: value.and_then(|value| value.get("id").cloned()),
        reason: printable(whole.strip_suffix(&position).unwrap_or(&whole)),
        column: Some(error.column()).filter(|column| *column > 0),
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        // No event has a field of this name.
        let read = if value.get("event").is_some() {
            serde_json::from_value(value).map(Self::Stored)
        } else {
            serde_json::from_value(value).map(Self::Bare)
        };
        read.map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match (value.as_bool(), value.as_str()) {
            (Some(true), _) | (_, Some("model")) => Ok(Self::Model),
            (_, Some("active_turns")) => Ok(Self::ActiveTurns),
            (_, Some("snapshot")) => Ok(Self::Snapshot),
            (_, _) => Err(D::Error::custom(format!(
                "expected `read` to be true, \"active_turns\" or \"snapshot\", found {value}"
            ))),
        }
    }
}
