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
//! Decoding checks the form: every value, and that every key is its value's own. It does not check the rules between
//! things, such as that a thread's project exists: a stored model is a cache of a log that the decider kept legal.
//!
#![doc = include_str!("representation.md")]

mod derived;
mod entry;
mod keyed;
mod message_text;
mod project;
mod status;
mod thread;
mod turn;

use rpds::RedBlackTreeMapSync;
use serde::{Deserialize, Serialize};

pub use entry::{Approval, Message, ToolCall, TurnEntry};
pub use message_text::MessageText;
pub use project::{Branch, Commit, Project};
pub use status::{Decision, MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus, TurnStatus};
pub use thread::{Checkpoint, Thread};
pub use turn::Turn;

use crate::values::{ProjectId, ProjectPath, ThreadId};
use keyed::deserialize_keyed;

#[cfg(feature = "arbitrary")]
mod arbitrary_model;

/// All projects and threads of a server. The default is the empty model, where every log begins.
///
/// A clone shares everything with the original and takes constant time: publish one after every event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrchestrationReadModel {
    #[serde(deserialize_with = "deserialize_keyed")]
    pub(crate) projects: RedBlackTreeMapSync<ProjectId, Project>,
    #[serde(deserialize_with = "deserialize_keyed")]
    pub(crate) threads: RedBlackTreeMapSync<ThreadId, Thread>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) selected_thread: Option<ThreadId>,
}

impl OrchestrationReadModel {
    /// The projects, ordered by id.
    #[must_use]
    pub fn projects(&self) -> impl DoubleEndedIterator<Item = &Project> + ExactSizeIterator {
        self.projects.values()
    }

    /// The project with this id.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Option<&Project> {
        self.projects.get(&id)
    }

    /// The project that stands at this path. Takes time linear in the number of projects.
    #[must_use]
    pub fn project_at(&self, path: &ProjectPath) -> Option<&Project> {
        self.projects.values().find(|project| project.path == *path)
    }

    /// The threads, ordered by id.
    #[must_use]
    pub fn threads(&self) -> impl DoubleEndedIterator<Item = &Thread> + ExactSizeIterator {
        self.threads.values()
    }

    /// The thread with this id.
    #[must_use]
    pub fn thread(&self, id: ThreadId) -> Option<&Thread> {
        self.threads.get(&id)
    }

    /// A project's threads, ordered by id. Takes time linear in the number of all threads.
    #[must_use]
    pub fn threads_of(&self, id: ProjectId) -> impl DoubleEndedIterator<Item = &Thread> {
        self.threads.values().filter(move |thread| thread.project_id == id)
    }

    /// The id of the thread that was selected last, unless it was deleted since.
    #[must_use]
    pub const fn selected_thread(&self) -> Option<ThreadId> {
        self.selected_thread
    }

    /// Every active turn with its thread, ordered by thread id: what an engine that restarts after a crash finds
    /// running, and interrupts.
    #[must_use]
    pub fn active_turns(&self) -> impl DoubleEndedIterator<Item = (&Thread, &Turn)> {
        self.threads
            .values()
            .filter_map(|thread| Some((thread, thread.active_turn()?)))
    }
}
