//! The cells of the coverage table: a command, the status of its thread, and an outcome.

use std::fmt;

use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProviderEvent,
    read_model::ThreadStatus,
};

/// A kind of command; the commands that ingest provider events are told apart by the kind of the event.
///
/// Rows are ordered like the commands, with the provider events in the place of the command that ingests them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(u8);

impl Row {
    /// How many there are.
    pub const COUNT: usize = OrchestrationCommand::KINDS.len() - 1 + ProviderEvent::KINDS.len();

    /// The names of all rows, in order.
    const NAMES: [&'static str; Self::COUNT] = names_of_rows();

    /// The row of a command.
    #[must_use]
    pub fn of(command: &OrchestrationCommand) -> Self {
        let name = match command {
            OrchestrationCommand::IngestProviderEvent(ingestion) => ingestion.event.kind(),
            named => named.kind(),
        };
        // A list of some twenty short names is searched faster than a map of them.
        let place = Self::NAMES.iter().position(|known| *known == name);
        Self::at(place.unwrap_or_default())
    }

    /// All rows, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self::at)
    }

    /// The wire name of the command, or of the provider event that it ingests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self.place()]
    }

    /// The row at a place in the order.
    #[allow(clippy::cast_possible_truncation, reason = "there are some twenty rows")]
    const fn at(place: usize) -> Self {
        Self(place as u8)
    }

    /// Its place in the order.
    pub(super) const fn place(self) -> usize {
        self.0 as usize
    }
}

/// The names of the commands, with those of the provider events in the place of the command that ingests them.
const fn names_of_rows() -> [&'static str; Row::COUNT] {
    let (commands, provider_events) = (OrchestrationCommand::KINDS, ProviderEvent::KINDS);
    let mut names = [""; Row::COUNT];
    let (mut count, mut command) = (0, 0);
    while command < commands.len() {
        if is_ingestion(commands[command]) {
            let mut event = 0;
            while event < provider_events.len() {
                names[count] = provider_events[event];
                (count, event) = (count + 1, event + 1);
            }
        } else {
            names[count] = commands[command];
            count += 1;
        }
        command += 1;
    }
    names
}

/// Whether this is the command whose row is divided by what it ingests.
const fn is_ingestion(kind: &str) -> bool {
    const INGESTION: &[u8] = b"ingest_provider_event";
    let kind = kind.as_bytes();
    let mut place = 0;
    while place < kind.len() && place < INGESTION.len() && kind[place] == INGESTION[place] {
        place += 1;
    }
    place == kind.len() && place == INGESTION.len()
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Row({})", self.name())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
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

    /// How many there are.
    pub(super) const COUNT: usize = 2 + DeciderError::KINDS.len();

    /// The outcome at a place among all of them.
    pub(super) fn at(place: usize) -> Self {
        match place {
            0 => Self::Accepted,
            1 => Self::StatusChanged,
            refusal => Self::Refused(DeciderError::KINDS[refusal - 2]),
        }
    }

    /// Its place among all of them; `None` for a refusal with an error that does not exist.
    pub(super) fn place(self) -> Option<usize> {
        match self {
            Self::Accepted => Some(0),
            Self::StatusChanged => Some(1),
            Self::Refused(kind) => DeciderError::KINDS
                .iter()
                .position(|known| *known == kind)
                .map(|place| place + 2),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_events_stand_in_the_place_of_the_command_that_ingests_them() {
        let names: Vec<_> = Row::all().map(Row::name).collect();
        let mut expected = OrchestrationCommand::KINDS.to_vec();
        let place = expected.iter().position(|kind| *kind == "ingest_provider_event");
        let place = place.expect("a command ingests provider events");
        expected.splice(place..=place, ProviderEvent::KINDS.iter().copied());
        assert_eq!(names, expected);
    }
}
