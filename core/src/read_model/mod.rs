//! The read model: what all the events so far add up to.
//!
//! ```text
//! OrchestrationReadModel { projects, threads, selected_thread }
//! Project    { id, path, name, branches, created_at, updated_at }
//! Branch     { name, thread_id, commits: [ Commit { message, at } ], pushed_commits }
//! Thread     { id, project_id, title, provider, model?, runtime_mode, status, turns, checkpoints, branch?,
//!              created_at, updated_at }
//! Turn       { id, status, entries, started_at, ended_at? }
//! TurnEntry  = Message  { id, role, text, at }
//!            | ToolCall { id, name, input, status, output?, at }
//!            | Approval { id, tool_call_id?, description, decision, at }
//! Checkpoint { id, description?, git_ref, turn_count, at }
//! ```
//!
//! Everything is read through accessors; only the [projector](crate::projector) changes it. Iteration is in a fixed
//! order everywhere: projects and threads by id, branches by name, turns, entries, checkpoints and commits in the
//! order in which they began. Projects, threads and branches are JSON objects keyed by id or name, the rest arrays.
//!
//! What is read is [legal](crate::legality): reading a model checks the form of every value, and then the rules between
//! things, such as that a thread's project exists. A thread or a turn that is read by itself has its form checked only.
//!
#![doc = include_str!("representation.md")]

mod derived;
mod entry;
mod index;
mod keyed;
mod message_text;
mod project;
mod sharing;
mod status;
mod thread;
mod turn;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use entry::{Approval, Message, ToolCall, TurnEntry};
pub use message_text::MessageText;
pub use project::{Branch, Commit, Project};
pub use sharing::ThreadChange;
pub use status::{Decision, MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus, TurnStatus};
pub use thread::{Checkpoint, Thread};
pub use turn::Turn;

pub(crate) use keyed::KeyedList;

use crate::legality::IllegalModel;
use crate::persistent::Map;
use crate::values::{ProjectId, ProjectPath, ThreadId};
use derived::Derived;
use index::Index;

#[cfg(feature = "arbitrary")]
mod arbitrary_model;

/// All projects and threads of a server. The default is the empty model, where every log begins.
///
/// A clone shares everything with the original and takes constant time: publish one after every event. To find something
/// by its id, a project by its path, or the first of a project's threads, takes logarithmic time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Record")]
pub struct OrchestrationReadModel {
    #[serde(serialize_with = "keyed::serialize")]
    projects: Map<ProjectId, Arc<Project>>,
    #[serde(serialize_with = "keyed::serialize")]
    threads: Map<ThreadId, Arc<Thread>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selected_thread: Option<ThreadId>,
    #[serde(skip)]
    index: Derived<Arc<Index>>,
}

/// A model as it is stored: without what can be computed from it, and perhaps not legal.
#[derive(Deserialize)]
pub(crate) struct Record {
    #[serde(deserialize_with = "keyed::deserialize")]
    projects: Map<ProjectId, Arc<Project>>,
    #[serde(deserialize_with = "keyed::deserialize")]
    threads: Map<ThreadId, Arc<Thread>>,
    #[serde(default)]
    selected_thread: Option<ThreadId>,
}

impl Record {
    /// The model, legal or not.
    pub(crate) fn into_model(self) -> OrchestrationReadModel {
        let index = Index::of(self.projects.values(), self.threads.values());
        OrchestrationReadModel {
            projects: self.projects,
            threads: self.threads,
            selected_thread: self.selected_thread,
            index: Derived(Arc::new(index)),
        }
    }
}

impl TryFrom<Record> for OrchestrationReadModel {
    type Error = IllegalModel;

    fn try_from(record: Record) -> Result<Self, IllegalModel> {
        let model = record.into_model();
        model.check()?;
        Ok(model)
    }
}

impl OrchestrationReadModel {
    /// The projects, ordered by id.
    #[must_use]
    pub fn projects(&self) -> impl DoubleEndedIterator<Item = &Project> + ExactSizeIterator {
        self.projects.values().map(Arc::as_ref)
    }

    /// The project with this id.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Option<&Project> {
        self.projects.get(&id).map(Arc::as_ref)
    }

    /// The project that stands at this path.
    #[must_use]
    pub fn project_at(&self, path: &ProjectPath) -> Option<&Project> {
        self.project(self.index.0.project_at(path)?)
    }

    /// The threads, ordered by id.
    #[must_use]
    pub fn threads(&self) -> impl DoubleEndedIterator<Item = &Thread> + ExactSizeIterator {
        self.threads.values().map(Arc::as_ref)
    }

    /// The thread with this id.
    #[must_use]
    pub fn thread(&self, id: ThreadId) -> Option<&Thread> {
        self.threads.get(&id).map(Arc::as_ref)
    }

    /// A project's threads, ordered by id. Each takes logarithmic time, whatever threads other projects have.
    #[must_use]
    pub fn threads_of(&self, id: ProjectId) -> impl DoubleEndedIterator<Item = &Thread> {
        self.index.0.threads_of(id).filter_map(|id| self.thread(id))
    }

    /// The id of the thread that was selected last, unless it was deleted since.
    #[must_use]
    pub const fn selected_thread(&self) -> Option<ThreadId> {
        self.selected_thread
    }

    /// Every active turn with its thread, ordered by thread id: what an engine that restarts after a crash finds
    /// running, and interrupts. Takes time linear in the number of threads.
    #[must_use]
    pub fn active_turns(&self) -> impl DoubleEndedIterator<Item = (&Thread, &Turn)> {
        self.threads()
            .filter_map(|thread| Some((thread, thread.active_turn()?)))
    }

    /// The projects with what they are kept by.
    pub(crate) fn projects_by_key(&self) -> impl Iterator<Item = (ProjectId, &Project)> {
        self.projects.iter().map(|(key, project)| (*key, project.as_ref()))
    }

    /// The threads with what they are kept by.
    pub(crate) fn threads_by_key(&self) -> impl Iterator<Item = (ThreadId, &Thread)> {
        self.threads.iter().map(|(key, thread)| (*key, thread.as_ref()))
    }

    /// Adds a project. The caller sees to it that its id and its path are new.
    pub(crate) fn add_project(&mut self, project: Project) {
        Arc::make_mut(&mut self.index.0).add_project(&project);
        self.projects.insert_mut(project.id, Arc::new(project));
    }

    /// The project, to be changed; not in its id or path.
    pub(crate) fn project_mut(&mut self, id: ProjectId) -> Option<&mut Project> {
        self.projects.get_mut(&id).map(Arc::make_mut)
    }

    /// Removes a project. Its threads are the caller's to remove.
    pub(crate) fn remove_project(&mut self, id: ProjectId) {
        if let Some(project) = self.projects.remove_mut(&id) {
            Arc::make_mut(&mut self.index.0).remove_project(&project);
        }
    }

    /// Adds a thread. The caller sees to it that its id is new.
    pub(crate) fn add_thread(&mut self, thread: Thread) {
        Arc::make_mut(&mut self.index.0).add_thread(&thread);
        self.threads.insert_mut(thread.id, Arc::new(thread));
    }

    /// The thread, to be changed; not in its id or project.
    pub(crate) fn thread_mut(&mut self, id: ThreadId) -> Option<&mut Thread> {
        self.threads.get_mut(&id).map(Arc::make_mut)
    }

    /// Removes a thread, and the selection if it was that thread.
    pub(crate) fn remove_thread(&mut self, id: ThreadId) {
        if let Some(thread) = self.threads.remove_mut(&id) {
            Arc::make_mut(&mut self.index.0).remove_thread(&thread);
        }
        if self.selected_thread == Some(id) {
            self.selected_thread = None;
        }
    }
}

// Too many cases for Miri.
#[cfg(all(test, not(miri)))]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{BranchCreated, ProjectCreated, ThreadCreated};
    use crate::legality::{Breach, Place};
    use crate::projector::project;
    use chrono::DateTime;

    const PROJECT: ProjectId = ProjectId::new(uuid::Uuid::from_u128(1));
    const THREAD: ThreadId = ThreadId::new(uuid::Uuid::from_u128(2));

    /// A project with a branch and the thread that made it.
    fn model() -> OrchestrationReadModel {
        let at = DateTime::UNIX_EPOCH;
        let parsed = "a value that is well-formed";
        let events = [
            ProjectCreated {
                project_id: PROJECT,
                path: "/repo".parse().expect(parsed),
                name: "repo".parse().expect(parsed),
                at,
            }
            .into(),
            ThreadCreated {
                thread_id: THREAD,
                project_id: PROJECT,
                title: "Fix it".parse().expect(parsed),
                provider: "claude".parse().expect(parsed),
                model: None,
                runtime_mode: RuntimeMode::Supervised,
                at,
            }
            .into(),
            BranchCreated {
                thread_id: THREAD,
                branch: "fix".parse().expect(parsed),
                at,
            }
            .into(),
        ];
        events.iter().fold(OrchestrationReadModel::default(), project)
    }

    #[test]
    fn a_key_that_is_not_its_values_id_is_found_out_in_memory_too() {
        assert_eq!(model().check(), Ok(()));
        let mut threads = model();
        let thread = threads.threads.get(&THREAD).cloned().expect("it is there");
        threads
            .threads
            .insert_mut(ThreadId::new(uuid::Uuid::from_u128(3)), thread);
        let mut projects = model();
        let other = projects.projects.get(&PROJECT).cloned().expect("it is there");
        projects
            .projects
            .insert_mut(ProjectId::new(uuid::Uuid::from_u128(3)), other);
        let in_thread = Place::Thread { thread_id: THREAD };
        let in_project = Place::Project { project_id: PROJECT };
        for (model, place) in [(threads, in_thread), (projects, in_project)] {
            let breach = Breach::LostByKey;
            assert_eq!(model.check(), Err(IllegalModel { place, breach }));
        }
        let mut branches = model();
        let project = branches.project_mut(PROJECT).expect("it is there");
        let branch = project.branches.values().next().cloned().expect("it is there");
        let breach = Breach::BranchLostByKey {
            branch: branch.name.clone(),
        };
        let other = "other".parse().expect("a name");
        project.branches.insert_mut(other, branch);
        let place = in_project;
        assert_eq!(branches.check(), Err(IllegalModel { place, breach }));
    }
}
