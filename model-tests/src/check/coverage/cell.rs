//! The cells of the coverage table: a command, the status of its thread, and an outcome.

use std::fmt;

use orchestration::read_model::ThreadStatus;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

use crate::subject::Decided;

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
    pub(crate) fn met_by(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Self {
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
    /// The outcome of a decision.
    #[must_use]
    pub fn of(decision: &Decided) -> Self {
        match decision {
            Err(error) => Self::Refused(error.kind()),
            Ok(events) if events.iter().any(is_status_change) => Self::StatusChanged,
            Ok(_) => Self::Accepted,
        }
    }

    /// How many there are.
    pub(super) const COUNT: usize = 2 + DeciderError::KINDS.len();

    /// The outcome of an index among all of them.
    pub(super) fn at(index: usize) -> Self {
        match index {
            0 => Self::Accepted,
            1 => Self::StatusChanged,
            refusal => Self::Refused(DeciderError::KINDS[refusal - 2]),
        }
    }

    /// Its index among all of them; `None` for a refusal with an error that does not exist.
    pub(super) fn index(self) -> Option<usize> {
        match self {
            Self::Accepted => Some(0),
            Self::StatusChanged => Some(1),
            Self::Refused(kind) => DeciderError::KINDS
                .iter()
                .position(|known| *known == kind)
                .map(|index| index + 2),
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
    use chrono::DateTime;
    use orchestration::ThreadId;
    use orchestration::events::{ThreadSelected, ThreadStatusChanged};
    use orchestration::read_model::ThreadStatus;

    use super::*;

    #[test]
    fn a_status_that_changes_is_an_outcome_of_its_own() {
        let at = DateTime::UNIX_EPOCH;
        let thread_id: ThreadId = "000000b0-0000-4000-8000-000000000001".parse().expect("an id");
        let selected = OrchestrationEvent::from(ThreadSelected { thread_id, at });
        let (from, to) = (ThreadStatus::Idle, ThreadStatus::Running);
        let changed = OrchestrationEvent::from(ThreadStatusChanged {
            thread_id,
            from,
            to,
            at,
        });
        let refusal = DeciderError::ThreadNotFound { thread_id };
        let outcomes = [
            (Ok(vec![]), Outcome::Accepted, true),
            (Ok(vec![selected.clone()]), Outcome::Accepted, true),
            (Ok(vec![selected, changed]), Outcome::StatusChanged, true),
            (Err(refusal), Outcome::Refused("thread_not_found"), false),
        ];
        for (decision, outcome, is_accepted) in outcomes {
            assert_eq!(Outcome::of(&decision), outcome);
            assert_eq!(outcome.is_accepted(), is_accepted);
        }
    }

    #[test]
    fn statuses_and_outcomes_are_shown_in_words() {
        let statuses = Status::ALL.map(|status| status.to_string());
        assert_eq!(statuses, ["no thread", "idle", "running", "awaiting approval"]);
        let outcomes = [Outcome::Accepted, Outcome::StatusChanged, Outcome::Refused("no_branch")];
        let outcomes = outcomes.map(|outcome| outcome.to_string());
        assert_eq!(outcomes, ["accepted", "accepted, status changed", "no_branch"]);
        assert_eq!(format!("{:>6}", Status::Idle), "  idle");
    }
}
