//! Where a model finds projects by their paths, and threads by their projects.

use std::sync::Arc;

use super::project::Project;
use super::thread::Thread;
use crate::persistent::Map;
use crate::values::{ProjectId, ProjectPath, ThreadId};

/// What is looked up in a model otherwise than by its id.
#[derive(Clone, Default)]
pub(super) struct Index {
    projects: Map<ProjectPath, ProjectId>,
    /// A project without threads has no entry.
    threads: Map<ProjectId, Map<ThreadId, ()>>,
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
        self.projects.get(path).copied()
    }

    /// A project's threads, in order.
    pub(super) fn threads_of(&self, id: ProjectId) -> impl DoubleEndedIterator<Item = ThreadId> {
        self.threads.get(&id).into_iter().flat_map(Map::keys).copied()
    }

    pub(super) fn add_project(&mut self, project: &Project) {
        self.projects.insert_mut(project.path.clone(), project.id);
    }

    pub(super) fn remove_project(&mut self, project: &Project) {
        if self.project_at(&project.path) == Some(project.id) {
            self.projects.remove_mut(&project.path);
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
