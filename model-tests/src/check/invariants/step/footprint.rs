//! What a command may touch, said once for all the checks that ask.

use orchestration::read_model::Thread;
use orchestration::{
    CheckpointId, OrchestrationCommand as Command, OrchestrationReadModel, ProjectId, ProviderEvent, ThreadId,
};

/// What an accepted command may touch. All else stays as it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Footprint {
    threads: Threads,
    /// The project that may change, come or go: the one that the command names, or that of the thread which a branch
    /// command names.
    pub(crate) project: Option<ProjectId>,
    /// The thread that is selected afterwards.
    pub(crate) selection: Option<ThreadId>,
    /// The fields of the thread and of the project that lose what they held, by their names in the model.
    pub(crate) overwrites: &'static [&'static str],
    /// What it removes or settles in each thread that it may touch.
    pub(crate) clears: Clears,
}

/// What a command removes or settles by its rule: as much as there is of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clears {
    /// Nothing.
    Nothing,
    /// What the active turn leaves unsettled.
    Turn,
    /// The thread, and what its active turn leaves unsettled.
    Thread,
    /// What came after a checkpoint.
    After(CheckpointId),
}

/// The threads that a command may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Threads {
    None,
    Named(ThreadId),
    Of(ProjectId),
}

impl Footprint {
    /// What a command may touch in a model.
    pub(crate) fn of(command: &Command, before: &OrchestrationReadModel) -> Self {
        let selected = before.selected_thread();
        let project_of = |id| before.thread(id).map(Thread::project_id);
        let on_project = |project_id, threads| Self {
            threads,
            project: Some(project_id),
            selection: selected,
            overwrites: &[],
            clears: Clears::Nothing,
        };
        let on_thread = |thread_id| Self {
            threads: Threads::Named(thread_id),
            project: None,
            selection: selected,
            overwrites: &[],
            clears: Clears::Nothing,
        };
        let ends_turn = |thread_id| Self {
            clears: Clears::Turn,
            ..on_thread(thread_id)
        };
        let on_branch = |thread_id| Self {
            project: project_of(thread_id),
            ..on_thread(thread_id)
        };
        match command {
            Command::CreateProject(command) => on_project(command.project_id, Threads::None),
            Command::RenameProject(command) => Self {
                overwrites: &["name", "updated_at"],
                ..on_project(command.project_id, Threads::None)
            },
            Command::DeleteProject(command) => {
                let id = command.project_id;
                Self {
                    selection: selected.filter(|selected| project_of(*selected) != Some(id)),
                    clears: Clears::Thread,
                    ..on_project(id, Threads::Of(id))
                }
            }
            Command::SelectThread(command) => Self {
                selection: Some(command.thread_id),
                ..on_thread(command.thread_id)
            },
            Command::DeleteThread(command) => Self {
                selection: selected.filter(|selected| *selected != command.thread_id),
                ..ends_turn(command.thread_id)
            },
            Command::CreateThread(command) => on_thread(command.thread_id),
            Command::StartTurn(command) => on_thread(command.thread_id),
            Command::InterruptTurn(command) => ends_turn(command.thread_id),
            Command::ApprovePendingAction(command) => on_thread(command.thread_id),
            Command::RejectPendingAction(command) => on_thread(command.thread_id),
            Command::IngestProviderEvent(command) => match &command.event {
                ProviderEvent::TurnComplete(_) | ProviderEvent::Error(_) => ends_turn(command.thread_id),
                ProviderEvent::TextDelta(_)
                | ProviderEvent::ThinkingDelta(_)
                | ProviderEvent::ToolCall(_)
                | ProviderEvent::ToolResult(_)
                | ProviderEvent::AwaitingApproval(_) => on_thread(command.thread_id),
            },
            Command::CreateCheckpoint(command) => Self {
                overwrites: &["checkpoints"],
                ..on_thread(command.thread_id)
            },
            Command::RestoreCheckpoint(command) => Self {
                overwrites: &["checkpoints"],
                clears: Clears::After(command.checkpoint_id),
                ..on_thread(command.thread_id)
            },
            Command::CreateBranch(command) => Self {
                overwrites: &["branch"],
                ..on_branch(command.thread_id)
            },
            Command::CommitChanges(command) => on_branch(command.thread_id),
            Command::PushBranch(command) => on_branch(command.thread_id),
        }
    }

    /// The threads of a model that it may touch.
    pub(crate) fn threads<'m>(&self, model: &'m OrchestrationReadModel) -> impl Iterator<Item = &'m Thread> {
        let (named, of) = match self.threads {
            Threads::None => (None, None),
            Threads::Named(id) => (model.thread(id), None),
            Threads::Of(id) => (None, Some(model.threads_of(id))),
        };
        named.into_iter().chain(of.into_iter().flatten())
    }

    /// Whether it may touch a thread of a project.
    pub(crate) fn touches(&self, thread_id: ThreadId, project_id: Option<ProjectId>) -> bool {
        match self.threads {
            Threads::None => false,
            Threads::Named(named) => named == thread_id,
            Threads::Of(named) => project_id == Some(named),
        }
    }

    /// Whether it may touch this thread.
    pub(crate) fn touches_thread(&self, thread: &Thread) -> bool {
        self.touches(thread.id(), Some(thread.project_id()))
    }
}
