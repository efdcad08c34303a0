//! The kinds of command, those that ingest provider events told apart by the kind of the event.

use std::fmt;

use orchestration::{OrchestrationCommand as Command, ProviderEvent};

/// Defines the kinds: one list makes the variants, their names and `ALL`.
macro_rules! kinds {
    ($(#[$meta:meta])* pub enum Kind { $( $(#[$variant_meta:meta])* $name:literal => $variant:ident, )+ }) => {
        $(#[$meta])*
        pub enum Kind {
            $( $(#[$variant_meta])* $variant, )+
        }

        impl Kind {
            /// How many there are.
            pub const COUNT: usize = [$($name),+].len();

            /// Every kind, in order.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant),+];

            /// The wire `type` of the command, or of the provider event that it ingests.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )+
                }
            }
        }
    };
}

kinds! {
    /// A kind of command; `ingest_provider_event` is divided by what it ingests.
    ///
    /// Kinds are ordered like the commands, with the provider events in the place of the command that ingests them. Whatever
    /// the harness knows of each kind of command, it knows by an exhaustive match on this: a new command does not compile
    /// until every such place has an answer for it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Kind {
        /// Creates a project.
        "create_project" => CreateProject,
        /// Renames a project.
        "rename_project" => RenameProject,
        /// Deletes a project.
        "delete_project" => DeleteProject,
        /// Creates a thread.
        "create_thread" => CreateThread,
        /// Selects a thread.
        "select_thread" => SelectThread,
        /// Deletes a thread.
        "delete_thread" => DeleteThread,
        /// Starts a turn.
        "start_turn" => StartTurn,
        /// Interrupts a turn.
        "interrupt_turn" => InterruptTurn,
        /// Approves a pending action.
        "approve_pending_action" => ApprovePendingAction,
        /// Rejects a pending action.
        "reject_pending_action" => RejectPendingAction,
        /// Delivers a piece of text.
        "text_delta" => TextDelta,
        /// Delivers a piece of reasoning.
        "thinking_delta" => ThinkingDelta,
        /// Delivers a tool call.
        "tool_call" => ToolCall,
        /// Delivers a tool's result.
        "tool_result" => ToolResult,
        /// Delivers a request for approval.
        "awaiting_approval" => AwaitingApproval,
        /// Completes a turn.
        "turn_complete" => TurnComplete,
        /// Fails a turn.
        "error" => Error,
        /// Creates a checkpoint.
        "create_checkpoint" => CreateCheckpoint,
        /// Restores a checkpoint.
        "restore_checkpoint" => RestoreCheckpoint,
        /// Creates a branch.
        "create_branch" => CreateBranch,
        /// Commits to a branch.
        "commit_changes" => CommitChanges,
        /// Pushes a branch.
        "push_branch" => PushBranch,
    }
}

impl Kind {
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
    pub(crate) const fn of_event(event: &ProviderEvent) -> Self {
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
