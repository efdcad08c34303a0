//! The cells of the coverage table: a command, the status of its thread, and an outcome.

use std::fmt;

use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProviderEvent,
    read_model::ThreadStatus,
};

/// A kind of command; the commands that ingest provider events are told apart by the kind of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(&'static str);

impl Row {
    /// How many there are.
    pub const COUNT: usize = OrchestrationCommand::KINDS.len() - 1 + ProviderEvent::KINDS.len();

    /// The row of a command.
    #[must_use]
    pub const fn of(command: &OrchestrationCommand) -> Self {
        if let OrchestrationCommand::IngestProviderEvent(command) = command {
            return Self(command.event.kind());
        }
        Self(command.kind())
    }

    /// All rows, in the order of the commands, with the provider events in the place of the command that ingests them.
    pub fn all() -> impl Iterator<Item = Self> {
        OrchestrationCommand::KINDS.iter().copied().flat_map(|kind| {
            let is_ingestion = kind == INGESTION;
            let provider_events = ProviderEvent::KINDS.iter().copied().filter(move |_| is_ingestion);
            provider_events.chain((!is_ingestion).then_some(kind)).map(Self)
        })
    }

    /// The wire name of the command, or of the provider event that it ingests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// The command whose row is divided by what it ingests.
const INGESTION: &str = "ingest_provider_event";

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.0)
    }
}

/// What a command finds the thread that it names doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It names none, or one that does not exist.
    NoThread,
    /// The thread is idle.
    Idle,
    /// The thread is running.
    Running,
    /// The thread awaits an approval.
    AwaitingApproval,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NoThread, Self::Idle, Self::Running, Self::AwaitingApproval];

    /// What the command finds in the model.
    #[must_use]
    pub fn met_by(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Self {
        match command
            .thread_id()
            .and_then(|id| model.thread(id))
            .map(orchestration::read_model::Thread::status)
        {
            None => Self::NoThread,
            Some(ThreadStatus::Idle) => Self::Idle,
            Some(ThreadStatus::Running) => Self::Running,
            Some(ThreadStatus::AwaitingApproval) => Self::AwaitingApproval,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::NoThread => "no thread",
            Self::Idle => "idle",
            Self::Running => "running",
            Self::AwaitingApproval => "awaiting approval",
        })
    }
}

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Accepted, and no status changed.
    Accepted,
    /// Accepted, and the status of a thread changed.
    StatusChanged,
    /// Refused, with the error of this kind.
    Refused(&'static str),
}

impl Outcome {
    /// What a decision comes to.
    #[must_use]
    pub fn of(decision: &Result<Vec<OrchestrationEvent>, DeciderError>) -> Self {
        match decision {
            Err(error) => Self::Refused(error.kind()),
            Ok(events) if events.iter().any(is_status_change) => Self::StatusChanged,
            Ok(_) => Self::Accepted,
        }
    }

    /// Whether the command was accepted.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::StatusChanged)
    }
}

const fn is_status_change(event: &OrchestrationEvent) -> bool {
    matches!(event, OrchestrationEvent::ThreadStatusChanged(_))
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Accepted => "accepted",
            Self::StatusChanged => "accepted, status changed",
            Self::Refused(kind) => kind,
        })
    }
}
