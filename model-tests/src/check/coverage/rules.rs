//! Which outcomes each command can have at each status, and why it cannot have the others.

use super::Coverage;
use super::Outcome::{self, Accepted, Refused, StatusChanged};
use super::Status::{self, AwaitingApproval, Idle, NoThread, Running};
use crate::kind::Kind;

const WITHOUT_THREAD: &[Status] = &[NoThread];
const AT_REST: &[Status] = &[Idle];
const ACTIVE: &[Status] = &[Running, AwaitingApproval];
const EXISTING: &[Status] = &[Idle, Running, AwaitingApproval];
const EVERYWHERE: &[Status] = &Status::ALL;

const THREAD_NOT_FOUND: (Outcome, &[Status]) = (Refused("thread_not_found"), WITHOUT_THREAD);
const THREAD_NOT_IDLE: (Outcome, &[Status]) = (Refused("thread_not_idle"), ACTIVE);
const NO_ACTIVE_TURN: (Outcome, &[Status]) = (Refused("no_active_turn"), AT_REST);
const TURN_MISMATCH: (Outcome, &[Status]) = (Refused("turn_mismatch"), ACTIVE);

/// The outcomes of an answer to an approval.
const ANSWER: &[(Outcome, &[Status])] = &[
    (Accepted, &[AwaitingApproval]),
    (StatusChanged, &[AwaitingApproval]),
    THREAD_NOT_FOUND,
    NO_ACTIVE_TURN,
    TURN_MISMATCH,
    (Refused("action_not_pending"), ACTIVE),
];

/// The outcomes of a piece of a message.
const DELTA: &[(Outcome, &[Status])] = &[
    (Accepted, ACTIVE),
    THREAD_NOT_FOUND,
    NO_ACTIVE_TURN,
    TURN_MISMATCH,
    (Refused("message_role_mismatch"), ACTIVE),
];

/// The outcomes of the end of a turn.
const END: &[(Outcome, &[Status])] = &[(StatusChanged, ACTIVE), THREAD_NOT_FOUND, NO_ACTIVE_TURN, TURN_MISMATCH];

/// The outcomes that a kind of command can have at all, each with the statuses at which it can be met. All else is
/// impossible.
#[must_use]
pub const fn outcomes(kind: Kind) -> &'static [(Outcome, &'static [Status])] {
    match kind {
        Kind::CreateProject => &[
            (Accepted, WITHOUT_THREAD),
            (Refused("project_already_exists"), WITHOUT_THREAD),
            (Refused("duplicate_project_path"), WITHOUT_THREAD),
        ],
        Kind::RenameProject => &[
            (Accepted, WITHOUT_THREAD),
            (Refused("project_not_found"), WITHOUT_THREAD),
        ],
        Kind::DeleteProject => &[
            (Accepted, WITHOUT_THREAD),
            (StatusChanged, WITHOUT_THREAD),
            (Refused("project_not_found"), WITHOUT_THREAD),
        ],
        Kind::CreateThread => &[
            (Accepted, WITHOUT_THREAD),
            (Refused("project_not_found"), EVERYWHERE),
            (Refused("thread_already_exists"), EXISTING),
        ],
        Kind::SelectThread => &[(Accepted, EXISTING), THREAD_NOT_FOUND],
        Kind::DeleteThread => &[(Accepted, AT_REST), (StatusChanged, ACTIVE), THREAD_NOT_FOUND],
        Kind::StartTurn => &[
            (StatusChanged, AT_REST),
            THREAD_NOT_FOUND,
            THREAD_NOT_IDLE,
            (Refused("turn_already_exists"), AT_REST),
        ],
        Kind::InterruptTurn => &[(StatusChanged, ACTIVE), THREAD_NOT_FOUND, NO_ACTIVE_TURN, TURN_MISMATCH],
        Kind::ApprovePendingAction | Kind::RejectPendingAction => ANSWER,
        Kind::TextDelta | Kind::ThinkingDelta => DELTA,
        Kind::ToolCall => &[
            (Accepted, ACTIVE),
            THREAD_NOT_FOUND,
            NO_ACTIVE_TURN,
            TURN_MISMATCH,
            (Refused("tool_call_already_exists"), ACTIVE),
        ],
        Kind::ToolResult => &[
            (Accepted, ACTIVE),
            THREAD_NOT_FOUND,
            NO_ACTIVE_TURN,
            TURN_MISMATCH,
            (Refused("tool_call_not_found"), ACTIVE),
            (Refused("tool_call_already_ended"), ACTIVE),
            (Refused("tool_call_awaiting_approval"), &[AwaitingApproval]),
        ],
        Kind::AwaitingApproval => &[
            (Accepted, &[AwaitingApproval]),
            (StatusChanged, &[Running]),
            THREAD_NOT_FOUND,
            NO_ACTIVE_TURN,
            TURN_MISMATCH,
            (Refused("action_already_exists"), ACTIVE),
            (Refused("tool_call_not_found"), ACTIVE),
            (Refused("tool_call_already_ended"), ACTIVE),
        ],
        Kind::TurnComplete | Kind::Error => END,
        Kind::CreateCheckpoint => &[
            (Accepted, AT_REST),
            THREAD_NOT_FOUND,
            THREAD_NOT_IDLE,
            (Refused("checkpoint_already_exists"), AT_REST),
        ],
        Kind::RestoreCheckpoint => &[
            (Accepted, AT_REST),
            THREAD_NOT_FOUND,
            THREAD_NOT_IDLE,
            (Refused("checkpoint_not_found"), AT_REST),
        ],
        Kind::CreateBranch => &[
            (Accepted, AT_REST),
            THREAD_NOT_FOUND,
            THREAD_NOT_IDLE,
            (Refused("branch_already_exists"), AT_REST),
        ],
        Kind::CommitChanges => &[
            (Accepted, AT_REST),
            THREAD_NOT_FOUND,
            THREAD_NOT_IDLE,
            (Refused("no_branch"), AT_REST),
        ],
        Kind::PushBranch => &[(Accepted, EXISTING), THREAD_NOT_FOUND, (Refused("no_branch"), EXISTING)],
    }
}

/// Whether an outcome can be met by a kind at a status.
#[must_use]
pub(crate) fn is_possible(kind: Kind, status: Status, outcome: Outcome) -> bool {
    outcomes(kind)
        .iter()
        .any(|(possible, statuses)| *possible == outcome && statuses.contains(&status))
}

/// A cell of the table: a command, the status of its thread, and an outcome.
pub type Cell = (Kind, Status, Outcome);

/// Every cell that can be reached.
pub fn possible_cells() -> impl Iterator<Item = Cell> {
    Kind::ALL.into_iter().flat_map(|kind| {
        outcomes(kind)
            .iter()
            .flat_map(move |(outcome, statuses)| statuses.iter().map(move |status| (kind, *status, *outcome)))
    })
}

/// How a coverage differs from what can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Cells that can be reached, and were not.
    pub unreached: Vec<Cell>,
    /// Cells that cannot be, and were reached.
    pub unexpected: Vec<Cell>,
}

impl Gaps {
    /// The gaps of a coverage.
    #[must_use]
    pub fn of(coverage: &Coverage) -> Self {
        let is_unreached = |(kind, status, outcome): &Cell| coverage.of(*kind, *status, *outcome) == 0;
        Self {
            unreached: possible_cells().filter(is_unreached).collect(),
            unexpected: coverage
                .iter()
                .map(|(kind, status, outcome, _)| (kind, status, outcome))
                .filter(|(kind, status, outcome)| !is_possible(*kind, *status, *outcome))
                .collect(),
        }
    }

    /// Whether the coverage is exactly what can be.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.unreached.is_empty() && self.unexpected.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use orchestration::DeciderError;

    use super::*;

    #[test]
    fn every_error_is_the_outcome_of_some_row_and_every_refusal_an_error() {
        let refusals: Vec<_> = possible_cells()
            .filter_map(|(_, _, outcome)| if let Refused(kind) = outcome { Some(kind) } else { None })
            .collect();
        assert!(DeciderError::KINDS.iter().all(|kind| refusals.contains(kind)));
        assert!(refusals.iter().all(|kind| DeciderError::KINDS.contains(kind)));
    }

    #[test]
    fn an_empty_coverage_lacks_every_cell_and_a_full_one_none() {
        let mut coverage = Coverage::default();
        assert_eq!(Gaps::of(&coverage).unreached.len(), possible_cells().count());
        possible_cells().for_each(|(kind, status, outcome)| coverage.note(kind, status, outcome));
        assert!(Gaps::of(&coverage).is_none());
    }

    #[test]
    fn a_cell_that_cannot_be_is_unexpected() {
        let mut coverage = Coverage::default();
        let cell = (Kind::StartTurn, Running, StatusChanged);
        coverage.note(cell.0, cell.1, cell.2);
        assert_eq!(Gaps::of(&coverage).unexpected, [cell]);
    }

    #[test]
    fn there_are_gaps_if_a_cell_is_unreached_or_unexpected() {
        let cell = (Kind::StartTurn, Running, StatusChanged);
        let gaps = |unreached: &[Cell], unexpected: &[Cell]| Gaps {
            unreached: unreached.to_vec(),
            unexpected: unexpected.to_vec(),
        };
        assert!(gaps(&[], &[]).is_none());
        assert!(!gaps(&[cell], &[]).is_none());
        assert!(!gaps(&[], &[cell]).is_none());
        assert!(!gaps(&[cell], &[cell]).is_none());
    }
}
