//! The kinds of step.

use orchestration::{OrchestrationCommand as Command, ProviderEvent};

/// How many kinds of step there are.
const COUNT: usize = StepKind::ALL.len();

/// Defines the kinds with their wire names and their shares of the 256 values of a byte.
macro_rules! step_kinds {
    ($( $(#[$meta:meta])* $name:literal => $variant:ident, $share:literal; )+) => {
        /// What a step does: one kind for each command, and one for each provider event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            $( $(#[$meta])* $variant, )+
        }

        impl StepKind {
            /// Every kind, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The wire `type` of the command, or of the provider event.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )+
                }
            }

            /// How many of the 256 values of a byte stand for the kind.
            #[must_use]
            pub const fn share(self) -> u8 {
                match self {
                    $( Self::$variant => $share, )+
                }
            }
        }
    };
}

step_kinds! {
    /// Creates a project.
    "create_project" => CreateProject, 6;
    /// Renames a project.
    "rename_project" => RenameProject, 4;
    /// Deletes a project.
    "delete_project" => DeleteProject, 2;
    /// Creates a thread.
    "create_thread" => CreateThread, 9;
    /// Selects a thread.
    "select_thread" => SelectThread, 4;
    /// Deletes a thread.
    "delete_thread" => DeleteThread, 3;
    /// Starts a turn.
    "start_turn" => StartTurn, 33;
    /// Interrupts a turn.
    "interrupt_turn" => InterruptTurn, 7;
    /// Approves a pending action.
    "approve_pending_action" => ApprovePendingAction, 13;
    /// Rejects a pending action.
    "reject_pending_action" => RejectPendingAction, 8;
    /// Delivers a piece of text.
    "text_delta" => TextDelta, 23;
    /// Delivers a piece of reasoning.
    "thinking_delta" => ThinkingDelta, 13;
    /// Delivers a tool call.
    "tool_call" => ToolCall, 26;
    /// Delivers a tool's result.
    "tool_result" => ToolResult, 15;
    /// Delivers a request for approval.
    "awaiting_approval" => AwaitingApproval, 26;
    /// Completes a turn.
    "turn_complete" => TurnComplete, 14;
    /// Fails a turn.
    "error" => Error, 6;
    /// Creates a checkpoint.
    "create_checkpoint" => CreateCheckpoint, 14;
    /// Restores a checkpoint.
    "restore_checkpoint" => RestoreCheckpoint, 7;
    /// Creates a branch.
    "create_branch" => CreateBranch, 9;
    /// Commits to a branch.
    "commit_changes" => CommitChanges, 8;
    /// Pushes a branch.
    "push_branch" => PushBranch, 6;
}

/// The kind that each value of a byte stands for: a run of values for each, as long as its share.
const KIND_OF_BYTE: [StepKind; 256] = {
    let mut kinds = [StepKind::CreateProject; 256];
    let (mut byte, mut kind) = (0, 0);
    while kind < COUNT {
        let end = byte + StepKind::ALL[kind].share() as usize;
        while byte < end {
            kinds[byte] = StepKind::ALL[kind];
            byte += 1;
        }
        kind += 1;
    }
    assert!(byte == 256, "the shares of the kinds add up to 256");
    kinds
};

impl StepKind {
    /// The kind that a byte stands for: any byte stands for one.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        KIND_OF_BYTE[byte as usize]
    }

    /// The least byte that stands for the kind.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        let (mut byte, mut kind) = (0, 0);
        while kind < self as usize {
            byte += StepKind::ALL[kind].share();
            kind += 1;
        }
        byte
    }

    /// The kind of step that gives this command.
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
            Command::IngestProviderEvent(command) => match command.event {
                ProviderEvent::TextDelta(_) => Self::TextDelta,
                ProviderEvent::ThinkingDelta(_) => Self::ThinkingDelta,
                ProviderEvent::ToolCall(_) => Self::ToolCall,
                ProviderEvent::ToolResult(_) => Self::ToolResult,
                ProviderEvent::AwaitingApproval(_) => Self::AwaitingApproval,
                ProviderEvent::TurnComplete(_) => Self::TurnComplete,
                ProviderEvent::Error(_) => Self::Error,
            },
            Command::CreateCheckpoint(_) => Self::CreateCheckpoint,
            Command::RestoreCheckpoint(_) => Self::RestoreCheckpoint,
            Command::CreateBranch(_) => Self::CreateBranch,
            Command::CommitChanges(_) => Self::CommitChanges,
            Command::PushBranch(_) => Self::PushBranch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_byte_of_its_own() {
        for kind in StepKind::ALL {
            assert_eq!(StepKind::from_byte(kind.to_byte()), *kind);
        }
    }

    #[test]
    fn every_command_and_every_provider_event_has_a_kind_of_its_name() {
        let names: Vec<_> = StepKind::ALL.iter().map(|kind| kind.name()).collect();
        let commands = Command::KINDS.iter().filter(|kind| **kind != "ingest_provider_event");
        for kind in commands.chain(ProviderEvent::KINDS) {
            assert!(names.contains(kind), "no step for {kind}");
        }
        assert_eq!(names.len(), Command::KINDS.len() - 1 + ProviderEvent::KINDS.len());
    }
}
