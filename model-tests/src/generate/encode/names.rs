//! The names in commands, and which of another run they stand for.

use std::collections::{HashMap, HashSet};

use orchestration::read_model::RuntimeMode;
use orchestration::{
    ActionId, BranchName, CheckpointId, MessageId, OrchestrationCommand as Command, ProjectId, ProjectPath,
    ProviderEvent, ThreadId, ToolCallId, TurnId,
};

/// Something by which commands name things: what a renaming renames.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    Project(ProjectId),
    Path(ProjectPath),
    Thread(ThreadId),
    Turn(TurnId),
    Message(MessageId),
    ToolCall(ToolCallId),
    Action(ActionId),
    Checkpoint(CheckpointId),
    Branch(BranchName),
}

/// What a command says, but for its texts and its time.
pub(super) struct Gist {
    /// The names, those that tell where first.
    pub(super) names: Vec<Option<Name>>,
    /// The flags, and which of the optional fields are there.
    flags: [bool; 2],
}

impl Gist {
    pub(super) fn of(command: &Command) -> Self {
        Self {
            names: names(command),
            flags: flags(command),
        }
    }
}

/// Which name of one run stands for which of another.
#[derive(Default)]
pub(super) struct Renaming {
    renamed: HashMap<Name, Name>,
    taken: HashSet<Name>,
}

impl Renaming {
    /// In what a command of the other run agrees with one of this, the most important first.
    pub(super) fn agreement(&self, this: &Gist, other: &Gist) -> Vec<bool> {
        let names = this.names.iter().zip(&other.names).map(|names| match names {
            (Some(this), Some(other)) => self.is_renamed(this, other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        });
        let flags = this.flags.iter().zip(&other.flags).map(|(this, other)| this == other);
        names.chain(flags).collect()
    }

    /// A name that stands for none yet agrees with any that none stands for.
    fn is_renamed(&self, this: &Name, other: &Name) -> bool {
        self.renamed
            .get(this)
            .map_or_else(|| !self.taken.contains(other), |renamed| renamed == other)
    }

    /// Takes note of the names that two corresponding commands share.
    pub(super) fn learn(&mut self, this: Gist, other: Gist) {
        for (this, other) in this.names.into_iter().flatten().zip(other.names.into_iter().flatten()) {
            self.taken.insert(other.clone());
            self.renamed.insert(this, other);
        }
    }
}

fn names(command: &Command) -> Vec<Option<Name>> {
    let project = |id| Some(Name::Project(id));
    let thread = |id| Some(Name::Thread(id));
    match command {
        Command::CreateProject(command) => vec![project(command.project_id), Some(Name::Path(command.path.clone()))],
        Command::RenameProject(command) => vec![project(command.project_id)],
        Command::DeleteProject(command) => vec![project(command.project_id)],
        Command::CreateThread(command) => vec![project(command.project_id), thread(command.thread_id)],
        Command::SelectThread(command) => vec![thread(command.thread_id)],
        Command::DeleteThread(command) => vec![thread(command.thread_id)],
        Command::StartTurn(command) => {
            let (turn, message) = (Name::Turn(command.turn_id), Name::Message(command.message_id));
            vec![thread(command.thread_id), Some(turn), Some(message)]
        }
        Command::InterruptTurn(command) => vec![thread(command.thread_id), Some(Name::Turn(command.turn_id))],
        Command::ApprovePendingAction(command) => {
            let (turn, action) = (Name::Turn(command.turn_id), Name::Action(command.action_id));
            vec![thread(command.thread_id), Some(turn), Some(action)]
        }
        Command::RejectPendingAction(command) => {
            let (turn, action) = (Name::Turn(command.turn_id), Name::Action(command.action_id));
            vec![thread(command.thread_id), Some(turn), Some(action)]
        }
        Command::IngestProviderEvent(command) => {
            let mut names = vec![thread(command.thread_id), Some(Name::Turn(command.turn_id))];
            names.extend(names_of_event(&command.event));
            names
        }
        Command::CreateCheckpoint(command) => {
            vec![thread(command.thread_id), Some(Name::Checkpoint(command.checkpoint_id))]
        }
        Command::RestoreCheckpoint(command) => {
            vec![thread(command.thread_id), Some(Name::Checkpoint(command.checkpoint_id))]
        }
        Command::CreateBranch(command) => vec![thread(command.thread_id), Some(Name::Branch(command.branch.clone()))],
        Command::CommitChanges(command) => vec![thread(command.thread_id)],
        Command::PushBranch(command) => vec![thread(command.thread_id)],
    }
}

fn names_of_event(event: &ProviderEvent) -> Vec<Option<Name>> {
    match event {
        ProviderEvent::TextDelta(delta) => vec![Some(Name::Message(delta.message_id))],
        ProviderEvent::ThinkingDelta(delta) => vec![Some(Name::Message(delta.message_id))],
        ProviderEvent::ToolCall(request) => vec![Some(Name::ToolCall(request.tool_call_id.clone()))],
        ProviderEvent::ToolResult(result) => vec![Some(Name::ToolCall(result.tool_call_id.clone()))],
        ProviderEvent::AwaitingApproval(request) => {
            vec![
                Some(Name::Action(request.action_id)),
                request.tool_call_id.clone().map(Name::ToolCall),
            ]
        }
        ProviderEvent::TurnComplete(_) | ProviderEvent::Error(_) => Vec::new(),
    }
}

fn flags(command: &Command) -> [bool; 2] {
    match command {
        Command::CreateThread(command) => [command.model.is_some(), command.runtime_mode == RuntimeMode::Supervised],
        Command::RejectPendingAction(command) => [command.reason.is_some(), false],
        Command::CreateCheckpoint(command) => [command.description.is_some(), false],
        Command::IngestProviderEvent(command) => match &command.event {
            ProviderEvent::ToolResult(result) => [result.is_error, false],
            ProviderEvent::Error(error) => [error.code.is_some(), false],
            ProviderEvent::TextDelta(_)
            | ProviderEvent::ThinkingDelta(_)
            | ProviderEvent::ToolCall(_)
            | ProviderEvent::AwaitingApproval(_)
            | ProviderEvent::TurnComplete(_) => [false; 2],
        },
        Command::CreateProject(_)
        | Command::RenameProject(_)
        | Command::DeleteProject(_)
        | Command::SelectThread(_)
        | Command::DeleteThread(_)
        | Command::StartTurn(_)
        | Command::InterruptTurn(_)
        | Command::ApprovePendingAction(_)
        | Command::RestoreCheckpoint(_)
        | Command::CreateBranch(_)
        | Command::CommitChanges(_)
        | Command::PushBranch(_) => [false; 2],
    }
}
