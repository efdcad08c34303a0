//! Arbitrary models, ill-sorted ones included.

use arbitrary::{Arbitrary, Result, Unstructured};
use chrono::{DateTime, Utc};

use super::keyed::{KeyedList, collect_keyed};
use super::{Branch, Checkpoint, Commit, OrchestrationReadModel, Project, RuntimeMode, Thread, ThreadStatus, Turn};
use crate::arbitrary_values::time;
use crate::persistent::List;
use crate::values::{BranchName, Label, ProjectId, ProjectPath, ThreadId};

/// The largest number of projects, and of threads, in an arbitrary model.
const LARGEST_COLLECTION: usize = 6;

/// The parts of a project that are as arbitrary as can be.
#[derive(Arbitrary)]
struct ProjectParts {
    id: ProjectId,
    path: ProjectPath,
    name: Label,
    branches: Vec<BranchParts>,
    #[arbitrary(with = time)]
    created_at: DateTime<Utc>,
    #[arbitrary(with = time)]
    updated_at: DateTime<Utc>,
}

#[derive(Arbitrary)]
struct BranchParts {
    name: BranchName,
    thread_id: ThreadId,
    commits: Vec<Commit>,
    pushed_commits: u32,
}

#[derive(Arbitrary)]
struct ThreadParts {
    id: ThreadId,
    title: Label,
    provider: Label,
    model: Option<Label>,
    runtime_mode: RuntimeMode,
    status: ThreadStatus,
    turns: Vec<Turn>,
    checkpoints: Vec<Checkpoint>,
    branch: Option<BranchName>,
    #[arbitrary(with = time)]
    created_at: DateTime<Utc>,
    #[arbitrary(with = time)]
    updated_at: DateTime<Utc>,
}

impl From<ProjectParts> for Project {
    fn from(parts: ProjectParts) -> Self {
        Self {
            id: parts.id,
            path: parts.path,
            name: parts.name,
            branches: collect_keyed(parts.branches.into_iter().map(Branch::from)),
            created_at: parts.created_at,
            updated_at: parts.updated_at,
        }
    }
}

impl From<BranchParts> for Branch {
    fn from(parts: BranchParts) -> Self {
        Self {
            name: parts.name,
            thread_id: parts.thread_id,
            commits: List::from_iter(parts.commits),
            pushed_commits: parts.pushed_commits,
        }
    }
}

impl ThreadParts {
    fn into_thread_of(self, project_id: ProjectId) -> Thread {
        Thread {
            id: self.id,
            project_id,
            title: self.title,
            provider: self.provider,
            model: self.model,
            runtime_mode: self.runtime_mode,
            status: self.status,
            turns: KeyedList::from_iter(self.turns),
            checkpoints: KeyedList::from_iter(self.checkpoints),
            branch: self.branch,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// Every thread's project exists, the selected thread exists, and no two projects share a path: what the projector
/// keeps true whatever the events. All else may contradict itself: two turns that run, an idle thread with a pending
/// approval, a checkpoint past the last turn.
impl<'a> Arbitrary<'a> for OrchestrationReadModel {
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        let mut model = Self::default();
        for _ in 0..source.int_in_range(0..=LARGEST_COLLECTION)? {
            let project = Project::from(ProjectParts::arbitrary(source)?);
            if model.project_at(&project.path).is_none() {
                model.remove_project(project.id);
                model.add_project(project);
            }
        }
        let projects: Vec<ProjectId> = model.projects.keys().copied().collect();
        if projects.is_empty() {
            return Ok(model);
        }
        for _ in 0..source.int_in_range(0..=LARGEST_COLLECTION)? {
            let project_id = *source.choose(&projects)?;
            let thread = ThreadParts::arbitrary(source)?.into_thread_of(project_id);
            model.remove_thread(thread.id);
            model.add_thread(thread);
        }
        let threads: Vec<ThreadId> = model.threads.keys().copied().collect();
        if !threads.is_empty() && source.arbitrary()? {
            model.selected_thread = Some(*source.choose(&threads)?);
        }
        Ok(model)
    }
}
