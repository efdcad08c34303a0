//! What an engine is answered.

use orchestration::{
    DeciderError, OrchestrationEvent, OrchestrationReadModel, Snapshot, StoredEvent, ThreadId, TurnId,
};
use serde::Serialize;
use serde_json::Value;

/// The answer to a line: only what it is about is there.
#[derive(Debug, Default, Serialize)]
pub struct Answer {
    /// That of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Events>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_turns: Option<Vec<ActiveTurn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<OrchestrationReadModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accepted,
    Rejected,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Events {
    Bare(Vec<OrchestrationEvent>),
    Stored(Vec<StoredEvent>),
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Error {
    /// Why a command was refused.
    Refusal(DeciderError),
    /// Why a line could not be carried out.
    Odd(Odd),
}

#[derive(Debug, Serialize)]
pub struct Odd {
    message: String,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// A turn that a crash has left active.
#[derive(Debug, Serialize)]
pub struct ActiveTurn {
    pub thread_id: ThreadId,
    pub turn_id: TurnId,
}

impl Answer {
    /// The answer to a line that could not be carried out.
    pub fn of_error(id: Option<Value>, message: String, column: Option<usize>) -> Self {
        Self {
            id,
            error: Some(Error::Odd(Odd {
                message,
                line: 0,
                column,
            })),
            ..Self::default()
        }
    }

    /// Whether the line could not be carried out.
    pub const fn is_odd(&self) -> bool {
        matches!(self.error, Some(Error::Odd(_)))
    }

    /// The same, with the number of the line where something is wrong with that.
    pub fn at_line(mut self, number: u64) -> Self {
        if let Some(Error::Odd(odd)) = &mut self.error {
            odd.line = number;
            let column = odd
                .column
                .map(|column| format!(", column {column}"))
                .unwrap_or_default();
            odd.message = format!("line {number}{column}: {}", odd.message);
        }
        self
    }
}
