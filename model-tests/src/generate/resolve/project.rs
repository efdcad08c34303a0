//! Commands about projects and threads.

use orchestration::ProjectPath;
use orchestration::commands::{CreateProject, CreateThread, DeleteProject, DeleteThread, RenameProject, SelectThread};
use orchestration::read_model::{Project, RuntimeMode};

use super::Context;
use crate::generate::pools::{POOLS, numbered_path, respelt};

impl Context<'_> {
    pub(super) fn create_project(&self) -> CreateProject {
        let projects = &self.resolver.projects;
        CreateProject {
            project_id: self.new_id(&self.past.deleted_projects, |choice| {
                projects.get(choice.checked_rem(projects.len())?).copied()
            }),
            path: self.path(),
            name: POOLS.label(self.variation.text()),
            at: self.at,
        }
    }

    /// Mostly a path of its own, now and then one of a few, and now and then one that is taken.
    fn path(&self) -> ProjectPath {
        match self.variation.choice() {
            choice @ 0..20 => numbered_path(self.number(), choice),
            choice @ 20..28 => POOLS.path(choice),
            choice => self
                .taken_path()
                .map_or_else(|| POOLS.path(choice), |path| respelt(path, choice)),
        }
    }

    fn taken_path(&self) -> Option<&ProjectPath> {
        let projects = &self.resolver.projects;
        let id = projects.get(self.variation.text().checked_rem(projects.len())?)?;
        self.model.project(*id).map(Project::path)
    }

    pub(super) fn rename_project(&self) -> RenameProject {
        RenameProject {
            project_id: self.project(),
            name: POOLS.label(self.variation.text()),
            at: self.at,
        }
    }

    pub(super) fn delete_project(&self) -> DeleteProject {
        DeleteProject {
            project_id: self.project(),
            at: self.at,
        }
    }

    pub(super) fn create_thread(&self) -> CreateThread {
        let threads = &self.resolver.threads;
        let (text, choice) = (self.variation.text(), self.variation.choice());
        CreateThread {
            thread_id: self.new_id(&self.past.deleted_threads, |choice| {
                threads.get(choice.checked_rem(threads.len())?).copied()
            }),
            project_id: self.project(),
            title: POOLS.label(text),
            provider: POOLS.label(text + 1),
            model: self.variation.first_flag().then(|| POOLS.label(choice)),
            runtime_mode: if self.variation.second_flag() {
                RuntimeMode::Supervised
            } else {
                RuntimeMode::FullAccess
            },
            at: self.at,
        }
    }

    pub(super) fn select_thread(&self) -> SelectThread {
        SelectThread {
            thread_id: self.thread(|_| true).id,
            at: self.at,
        }
    }

    pub(super) fn delete_thread(&self) -> DeleteThread {
        DeleteThread {
            thread_id: self.thread(|_| true).id,
            at: self.at,
        }
    }
}
