//! Where a model finds projects by their paths, and threads by their projects.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::project::Project;
use super::thread::Thread;
use crate::persistent::{Map, WIDE};
use crate::values::{ProjectId, ProjectPath, ThreadId};

/// What is looked up in a model otherwise than by its id.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// A path is compared only where the hashes of two are equal: to look at it is to leave the node for its text.
    projects: Map<(u64, ProjectPath), ProjectId, WIDE>,
    /// A project without threads has no entry.
    threads: Map<ProjectId, Map<ThreadId, (), WIDE>>,
}

impl Index {
    pub(super) fn of<'a>(
        projects: impl Iterator<Item = &'a Arc<Project>>,
        threads: impl Iterator<Item = &'a Arc<Thread>>,
    ) -> Self {
        let mut index = Self::default();
        projects.for_each(|project| index.add_project(project));
        threads.for_each(|thread| index.add_thread(thread));
        index
    }

    pub(super) fn project_at(&self, path: &ProjectPath) -> Option<ProjectId> {
        self.projects.get(&hashed(path)).copied()
    }

    /// A project's threads, in order.
    pub(super) fn threads_of(&self, id: ProjectId) -> impl DoubleEndedIterator<Item = ThreadId> {
        self.threads.get(&id).into_iter().flat_map(Map::keys).copied()
    }

    pub(super) fn add_project(&mut self, project: &Project) {
        self.projects.insert_mut(hashed(&project.path), project.id);
    }

    pub(super) fn remove_project(&mut self, project: &Project) {
        if self.project_at(&project.path) == Some(project.id) {
            self.projects.remove_mut(&hashed(&project.path));
        }
    }

    pub(super) fn add_thread(&mut self, thread: &Thread) {
        if let Some(threads) = self.threads.get_mut(&thread.project_id) {
            threads.insert_mut(thread.id, ());
        } else {
            let threads = Map::from_iter([(thread.id, ())]);
            self.threads.insert_mut(thread.project_id, threads);
        }
    }

    pub(super) fn remove_thread(&mut self, thread: &Thread) {
        let Some(threads) = self.threads.get_mut(&thread.project_id) else {
            return;
        };
        threads.remove_mut(&thread.id);
        if threads.len() == 0 {
            self.threads.remove_mut(&thread.project_id);
        }
    }
}

/// A path behind its hash. The hash is the same in every run, so that a model is; paths that are made to have one hash cost no
/// more than a comparison of their texts.
fn hashed(path: &ProjectPath) -> (u64, ProjectPath) {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    (hasher.finish(), path.clone())
}
