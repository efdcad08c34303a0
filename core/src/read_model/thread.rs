//! Threads and their checkpoints.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::keyed::{Keyed, KeyedList};
use super::status::{RuntimeMode, ThreadStatus};
use super::turn::Turn;
use crate::values::{BranchName, CheckpointId, GitRef, Label, NonBlank, ProjectId, ThreadId, TurnId};

/// A conversation with an agent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Thread {
    pub(crate) id: ThreadId,
    pub(crate) project_id: ProjectId,
    pub(crate) title: Label,
    pub(crate) provider: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<Label>,
    pub(crate) runtime_mode: RuntimeMode,
    pub(crate) status: ThreadStatus,
    pub(crate) turns: KeyedList<Turn>,
    pub(crate) checkpoints: KeyedList<Checkpoint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) branch: Option<BranchName>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

impl Thread {
    /// The thread's id.
    #[must_use]
    pub const fn id(&self) -> ThreadId {
        self.id
    }

    /// The project that the thread works on.
    #[must_use]
    pub const fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// What the thread is called.
    #[must_use]
    pub const fn title(&self) -> &Label {
        &self.title
    }

    /// Which agent it is with.
    #[must_use]
    pub const fn provider(&self) -> &Label {
        &self.provider
    }

    /// Which of the provider's models; the provider's own default where absent.
    #[must_use]
    pub const fn model(&self) -> Option<&Label> {
        self.model.as_ref()
    }

    /// Whether the agent asks before it acts.
    #[must_use]
    pub const fn runtime_mode(&self) -> RuntimeMode {
        self.runtime_mode
    }

    /// What the thread is doing.
    #[must_use]
    pub const fn status(&self) -> ThreadStatus {
        self.status
    }

    /// The turns, in the order in which they began.
    #[must_use]
    pub fn turns(&self) -> impl DoubleEndedIterator<Item = &Turn> + ExactSizeIterator {
        self.turns.iter()
    }

    /// The turn with this id.
    #[must_use]
    pub fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.turns.get(&id)
    }

    /// The turn that runs: it is always the last.
    #[must_use]
    pub fn active_turn(&self) -> Option<&Turn> {
        self.turns.last().filter(|turn| turn.status().is_running())
    }

    /// The checkpoints, in the order in which they were made.
    #[must_use]
    pub fn checkpoints(&self) -> impl DoubleEndedIterator<Item = &Checkpoint> + ExactSizeIterator {
        self.checkpoints.iter()
    }

    /// The checkpoint with this id.
    #[must_use]
    pub fn checkpoint(&self, id: CheckpointId) -> Option<&Checkpoint> {
        self.checkpoints.get(&id)
    }

    /// The branch that the thread is on, one of its project's.
    #[must_use]
    pub const fn branch(&self) -> Option<&BranchName> {
        self.branch.as_ref()
    }

    /// When the thread was created.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When the last event that names the thread happened.
    #[must_use]
    pub const fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }

    /// How many turns there are, as checkpoints count them.
    #[must_use]
    pub fn turn_count(&self) -> u32 {
        u32::try_from(self.turns.len()).unwrap_or(u32::MAX)
    }

    /// Takes the thread back to a checkpoint, if it has it: drops the turns past those that are kept, and the checkpoints
    /// listed after it.
    pub(crate) fn restore(&mut self, id: CheckpointId, kept_turns: u32) {
        if let Some(position) = self.checkpoints.position(&id) {
            self.turns
                .truncate_mut(usize::try_from(kept_turns).unwrap_or(usize::MAX));
            self.checkpoints.truncate_mut(position.saturating_add(1));
        }
    }

    /// The last turn, to be changed; not in its id.
    pub(crate) fn last_turn_mut(&mut self) -> Option<&mut Turn> {
        self.turns.last_mut()
    }

    /// The status that the turns call for.
    pub(crate) fn status_of_turns(&self) -> ThreadStatus {
        match self.active_turn() {
            None => ThreadStatus::Idle,
            Some(turn) if turn.pending_approvals() == 0 => ThreadStatus::Running,
            Some(_) => ThreadStatus::AwaitingApproval,
        }
    }
}

impl Keyed for Thread {
    type Key = ThreadId;

    fn key(&self) -> ThreadId {
        self.id
    }
}

/// A point in a thread's life to which it can go back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Checkpoint {
    pub(crate) id: CheckpointId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<NonBlank>,
    pub(crate) git_ref: GitRef,
    pub(crate) turn_count: u32,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
    pub(crate) at: DateTime<Utc>,
}

impl Keyed for Checkpoint {
    type Key = CheckpointId;

    fn key(&self) -> CheckpointId {
        self.id
    }
}

impl Checkpoint {
    /// The checkpoint's id, unique in its thread.
    #[must_use]
    pub const fn id(&self) -> CheckpointId {
        self.id
    }

    /// What it is called.
    #[must_use]
    pub const fn description(&self) -> Option<&NonBlank> {
        self.description.as_ref()
    }

    /// Where git keeps the state of the files.
    #[must_use]
    pub const fn git_ref(&self) -> &GitRef {
        &self.git_ref
    }

    /// How many turns the thread had.
    #[must_use]
    pub const fn turn_count(&self) -> u32 {
        self.turn_count
    }

    /// When it was made.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }
}
