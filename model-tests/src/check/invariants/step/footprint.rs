//! What a command may touch, said once for all the checks that ask.

use orchestration::read_model::Thread;
use orchestration::{OrchestrationCommand as Command, OrchestrationReadModel, ProjectId, ThreadId};

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
        };
        let on_thread = |thread_id| Self {
            threads: Threads::Named(thread_id),
            project: None,
            selection: selected,
            overwrites: &[],
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
                    ..on_project(id, Threads::Of(id))
                }
            }
            Command::SelectThread(command) => Self {
                selection: Some(command.thread_id),
                ..on_thread(command.thread_id)
            },
            Command::DeleteThread(command) => Self {
                selection: selected.filter(|selected| *selected != command.thread_id),
                ..on_thread(command.thread_id)
            },
            Command::CreateThread(command) => on_thread(command.thread_id),
            Command::StartTurn(command) => on_thread(command.thread_id),
            Command::InterruptTurn(command) => on_thread(command.thread_id),
            Command::ApprovePendingAction(command) => on_thread(command.thread_id),
            Command::RejectPendingAction(command) => on_thread(command.thread_id),
            Command::IngestProviderEvent(command) => on_thread(command.thread_id),
            Command::CreateCheckpoint(command) => Self {
                overwrites: &["checkpoints"],
                ..on_thread(command.thread_id)
            },
            Command::RestoreCheckpoint(command) => Self {
                overwrites: &["checkpoints"],
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
