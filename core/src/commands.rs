//! Commands: what a client or an agent asks of the core.
//!
//! Each carries every id and timestamp that its effect needs; [`decide`](crate::decide) draws none. What a command
//! causes, and when it is refused, is told by the table of [`decider`](crate::decider).
//!
//! On the wire a command is an object tagged by `"type"`, and unknown fields are refused: a client that misspells an
//! optional field hears of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::naming::{named_ids, naming_enum};
use crate::provider_event::ProviderEvent;
use crate::read_model::RuntimeMode;
use crate::values::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, ProjectId, ProjectPath, Text, ThreadId,
    TurnId,
};

naming_enum! {
    /// A request to change something, to be [decided](crate::decide).
    pub enum OrchestrationCommand {
        /// Takes up a workspace on disk.
        "create_project" => CreateProject(CreateProject),
        /// Gives a project another name.
        "rename_project" => RenameProject(RenameProject),
        /// Removes a project with its threads.
        "delete_project" => DeleteProject(DeleteProject),
        /// Opens a conversation with an agent.
        "create_thread" => CreateThread(CreateThread),
        /// Makes a thread the selected one.
        "select_thread" => SelectThread(SelectThread),
        /// Removes a thread.
        "delete_thread" => DeleteThread(DeleteThread),
        /// Sends a prompt.
        "start_turn" => StartTurn(StartTurn),
        /// Stops the active turn.
        "interrupt_turn" => InterruptTurn(InterruptTurn),
        /// Answers an approval with yes.
        "approve_pending_action" => ApprovePendingAction(ApprovePendingAction),
        /// Answers an approval with no.
        "reject_pending_action" => RejectPendingAction(RejectPendingAction),
        /// Takes in what an agent said.
        "ingest_provider_event" => IngestProviderEvent(IngestProviderEvent),
        /// Remembers how far a thread has come, with its files.
        "create_checkpoint" => CreateCheckpoint(CreateCheckpoint),
        /// Takes a thread back to a checkpoint.
        "restore_checkpoint" => RestoreCheckpoint(RestoreCheckpoint),
        /// Puts a thread on a new branch.
        "create_branch" => CreateBranch(CreateBranch),
        /// Commits to the thread's branch.
        "commit_changes" => CommitChanges(CommitChanges),
        /// Pushes the thread's branch.
        "push_branch" => PushBranch(PushBranch),
    }

    /// The project that the command names.
    pub fn project_id;
    /// The thread that the command names.
    pub fn thread_id;
    /// The turn that the command names.
    pub fn turn_id;
    /// When the command was given.
    pub fn at;
    /// The command as given at another time: a server that trusts no client's clock stamps its own.
    pub fn with_at;
}

/// Defines the commands' structs, with what all of them derive and the time that all of them carry.
macro_rules! command {
    ($(#[$meta:meta])* pub struct $name:ident { $( $(#[$field_meta:meta])* pub $field:ident: $type:ty, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// When the command was given, by the clock of whoever gave it; its events bear the same time.
            #[serde(deserialize_with = "crate::wire::time")]
            #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
            pub at: DateTime<Utc>,
        }

        named_ids!($name: $($field)*);
    };
}

command! {
    /// Takes up a workspace on disk.
    pub struct CreateProject {
        /// The new project's id.
        pub project_id: ProjectId,
        /// Where it stands; no two projects share a path.
        pub path: ProjectPath,
        /// What to call it.
        pub name: Label,
    }
}

command! {
    /// Gives a project another name.
    pub struct RenameProject {
        /// The project.
        pub project_id: ProjectId,
        /// What to call it from now on.
        pub name: Label,
    }
}

command! {
    /// Removes a project with its threads; turns that run in them are interrupted first.
    pub struct DeleteProject {
        /// The project.
        pub project_id: ProjectId,
    }
}

command! {
    /// Opens a conversation with an agent.
    pub struct CreateThread {
        /// The new thread's id.
        pub thread_id: ThreadId,
        /// The project that it works on.
        pub project_id: ProjectId,
        /// What to call it.
        pub title: Label,
        /// Which agent, such as `claude` or `codex`.
        pub provider: Label,
        /// Which of the provider's models; the provider's own default where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub model: Option<Label>,
        /// Whether the agent asks before it acts.
        pub runtime_mode: RuntimeMode,
    }
}

command! {
    /// Makes a thread the selected one.
    pub struct SelectThread {
        /// The thread.
        pub thread_id: ThreadId,
    }
}

command! {
    /// Removes a thread; a turn that runs in it is interrupted first. Its branches stay in the project.
    pub struct DeleteThread {
        /// The thread.
        pub thread_id: ThreadId,
    }
}

command! {
    /// Sends a prompt: opens a turn with it.
    pub struct StartTurn {
        /// The thread, which must be idle.
        pub thread_id: ThreadId,
        /// The new turn's id.
        pub turn_id: TurnId,
        /// The id of the message that holds the prompt.
        pub message_id: MessageId,
        /// What the user asks.
        pub prompt: NonBlank,
    }
}

command! {
    /// Stops the active turn, whatever it waits for.
    pub struct InterruptTurn {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn that is meant, so that a late interrupt cannot stop the next one.
        pub turn_id: TurnId,
    }
}

command! {
    /// Answers an approval with yes.
    pub struct ApprovePendingAction {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn that asked, so that a late answer cannot be taken for one to what the next turn asks under the same id.
        pub turn_id: TurnId,
        /// The approval, pending in that turn.
        pub action_id: ActionId,
    }
}

command! {
    /// Answers an approval with no.
    pub struct RejectPendingAction {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn that asked, so that a late answer cannot be taken for one to what the next turn asks under the same id.
        pub turn_id: TurnId,
        /// The approval, pending in that turn.
        pub action_id: ActionId,
        /// What the agent is told about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}

command! {
    /// Takes in what an agent said in a turn.
    pub struct IngestProviderEvent {
        /// The thread.
        pub thread_id: ThreadId,
        /// The turn that the event belongs to: a late event for a turn that ended is refused.
        pub turn_id: TurnId,
        /// What the agent said.
        pub event: ProviderEvent,
    }
}

command! {
    /// Remembers how many turns an idle thread has, beside the git state of its files.
    pub struct CreateCheckpoint {
        /// The thread.
        pub thread_id: ThreadId,
        /// The new checkpoint's id.
        pub checkpoint_id: CheckpointId,
        /// Where git keeps the state of the files.
        pub git_ref: GitRef,
        /// What to call it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<NonBlank>,
    }
}

command! {
    /// Takes an idle thread back to the turns that it had at a checkpoint. Git is left as it is.
    pub struct RestoreCheckpoint {
        /// The thread.
        pub thread_id: ThreadId,
        /// The checkpoint, one of the thread's.
        pub checkpoint_id: CheckpointId,
    }
}

command! {
    /// Puts an idle thread on a new branch of its project.
    pub struct CreateBranch {
        /// The thread.
        pub thread_id: ThreadId,
        /// The branch's name, new in the project.
        pub branch: BranchName,
    }
}

command! {
    /// Commits to an idle thread's branch.
    pub struct CommitChanges {
        /// The thread.
        pub thread_id: ThreadId,
        /// The commit message.
        pub message: NonBlank,
    }
}

command! {
    /// Pushes a thread's branch.
    pub struct PushBranch {
        /// The thread.
        pub thread_id: ThreadId,
    }
}
