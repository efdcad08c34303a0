//! The kinds of command, those that ingest provider events told apart by the kind of the event.

use std::fmt;

use orchestration::{OrchestrationCommand as Command, ProviderEvent};

/// A kind of command; `ingest_provider_event` is divided by what it ingests.
///
/// Kinds are ordered like the commands, with the provider events in the place of the command that ingests them. Whatever
/// the harness knows of each kind of command, it knows by an exhaustive match on this: a new command does not compile
/// until every such place has an answer for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Creates a project.
    CreateProject,
    /// Renames a project.
    RenameProject,
    /// Deletes a project.
    DeleteProject,
    /// Creates a thread.
    CreateThread,
    /// Selects a thread.
    SelectThread,
    /// Deletes a thread.
    DeleteThread,
    /// Starts a turn.
    StartTurn,
    /// Interrupts a turn.
    InterruptTurn,
    /// Approves a pending action.
    ApprovePendingAction,
    /// Rejects a pending action.
    RejectPendingAction,
    /// Delivers a piece of text.
    TextDelta,
    /// Delivers a piece of reasoning.
    ThinkingDelta,
    /// Delivers a tool call.
    ToolCall,
    /// Delivers a tool's result.
    ToolResult,
    /// Delivers a request for approval.
    AwaitingApproval,
    /// Completes a turn.
    TurnComplete,
    /// Fails a turn.
    Error,
    /// Creates a checkpoint.
    CreateCheckpoint,
    /// Restores a checkpoint.
    RestoreCheckpoint,
    /// Creates a branch.
    CreateBranch,
    /// Commits to a branch.
    CommitChanges,
    /// Pushes a branch.
    PushBranch,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 22] = [
        Self::CreateProject,
        Self::RenameProject,
        Self::DeleteProject,
        Self::CreateThread,
        Self::SelectThread,
        Self::DeleteThread,
        Self::StartTurn,
        Self::InterruptTurn,
        Self::ApprovePendingAction,
        Self::RejectPendingAction,
        Self::TextDelta,
        Self::ThinkingDelta,
        Self::ToolCall,
        Self::ToolResult,
        Self::AwaitingApproval,
        Self::TurnComplete,
        Self::Error,
        Self::CreateCheckpoint,
        Self::RestoreCheckpoint,
        Self::CreateBranch,
        Self::CommitChanges,
        Self::PushBranch,
    ];

    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The kind of a command.
    #[must_use]
    pub const fn of(command: &Command) -> Self {
        match command {
            Command::CreateProject(_) => Self::CreateProject,
            Command::RenameProject(_) => Self::RenameProject,
            Command::DeleteProject(_) => Self::DeleteProject,
            Command::CreateThread(_) => Self::CreateThread,
            Command::SelectThread(_) => Self::SelectThread,
            Command::DeleteThread(_) => Self::DeleteThread,
            Command::StartTurn(_) => Self::StartTurn,
            Command::InterruptTurn(_) => Self::InterruptTurn,
            Command::ApprovePendingAction(_) => Self::ApprovePendingAction,
            Command::RejectPendingAction(_) => Self::RejectPendingAction,
            Command::IngestProviderEvent(ingestion) => Self::of_event(&ingestion.event),
            Command::CreateCheckpoint(_) => Self::CreateCheckpoint,
            Command::RestoreCheckpoint(_) => Self::RestoreCheckpoint,
            Command::CreateBranch(_) => Self::CreateBranch,
            Command::CommitChanges(_) => Self::CommitChanges,
            Command::PushBranch(_) => Self::PushBranch,
        }
    }

    /// The kind of the command that ingests a provider event.
    #[must_use]
    pub const fn of_event(event: &ProviderEvent) -> Self {
        match event {
            ProviderEvent::TextDelta(_) => Self::TextDelta,
            ProviderEvent::ThinkingDelta(_) => Self::ThinkingDelta,
            ProviderEvent::ToolCall(_) => Self::ToolCall,
            ProviderEvent::ToolResult(_) => Self::ToolResult,
            ProviderEvent::AwaitingApproval(_) => Self::AwaitingApproval,
            ProviderEvent::TurnComplete(_) => Self::TurnComplete,
            ProviderEvent::Error(_) => Self::Error,
        }
    }

    /// The wire `type` of the command, or of the provider event that it ingests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateProject => "create_project",
            Self::RenameProject => "rename_project",
            Self::DeleteProject => "delete_project",
            Self::CreateThread => "create_thread",
            Self::SelectThread => "select_thread",
            Self::DeleteThread => "delete_thread",
            Self::StartTurn => "start_turn",
            Self::InterruptTurn => "interrupt_turn",
            Self::ApprovePendingAction => "approve_pending_action",
            Self::RejectPendingAction => "reject_pending_action",
            Self::TextDelta => "text_delta",
            Self::ThinkingDelta => "thinking_delta",
            Self::ToolCall => "tool_call",
            Self::ToolResult => "tool_result",
            Self::AwaitingApproval => "awaiting_approval",
            Self::TurnComplete => "turn_complete",
            Self::Error => "error",
            Self::CreateCheckpoint => "create_checkpoint",
            Self::RestoreCheckpoint => "restore_checkpoint",
            Self::CreateBranch => "create_branch",
            Self::CommitChanges => "commit_changes",
            Self::PushBranch => "push_branch",
        }
    }

    /// Where it stands in [`ALL`](Self::ALL).
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_events_stand_in_the_place_of_the_command_that_ingests_them() {
        let names: Vec<_> = Kind::ALL.map(Kind::name).to_vec();
        let mut expected = Command::KINDS.to_vec();
        let index = expected.iter().position(|kind| *kind == "ingest_provider_event");
        let index = index.expect("a command ingests provider events");
        expected.splice(index..=index, ProviderEvent::KINDS.iter().copied());
        assert_eq!(names, expected);
    }

    #[test]
    fn a_kind_stands_at_its_index() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), index);
        }
    }
}
