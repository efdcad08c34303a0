//! Projects and their branches.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::keyed::{self, Keyed};
use crate::persistent::{List, Map};
use crate::values::{BranchName, Label, NonBlank, ProjectId, ProjectPath, ThreadId};

/// A workspace on disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Project {
    pub(crate) id: ProjectId,
    pub(crate) path: ProjectPath,
    pub(crate) name: Label,
    #[serde(with = "keyed")]
    pub(crate) branches: Map<BranchName, Arc<Branch>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

impl Project {
    /// The project's id.
    #[must_use]
    pub const fn id(&self) -> ProjectId {
        self.id
    }

    /// Where it stands; no two projects share a path.
    #[must_use]
    pub const fn path(&self) -> &ProjectPath {
        &self.path
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &Label {
        &self.name
    }

    /// The branches that were created in it, ordered by name.
    #[must_use]
    pub fn branches(&self) -> impl DoubleEndedIterator<Item = &Branch> + ExactSizeIterator {
        self.branches.values().map(Arc::as_ref)
    }

    /// The branch with this name.
    #[must_use]
    pub fn branch(&self, name: &BranchName) -> Option<&Branch> {
        self.branches.get(name).map(Arc::as_ref)
    }

    /// The branches with what they are kept by.
    pub(crate) fn branches_by_key(&self) -> impl Iterator<Item = (&BranchName, &Branch)> {
        self.branches.iter().map(|(key, branch)| (key, branch.as_ref()))
    }

    /// When the project was created.
    #[must_use]
    pub const fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When the project was created or last renamed: what happens in its threads and branches leaves it alone.
    #[must_use]
    pub const fn updated_at(&self) -> DateTime<Utc> {
        self.updated_at
    }
}

impl Keyed for Project {
    type Key = ProjectId;

    fn key(&self) -> ProjectId {
        self.id
    }
}

/// A branch of a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Branch {
    pub(crate) name: BranchName,
    pub(crate) thread_id: ThreadId,
    pub(crate) commits: List<Commit>,
    pub(crate) pushed_commits: u32,
}

impl Branch {
    /// The branch's name, unique in its project.
    #[must_use]
    pub const fn name(&self) -> &BranchName {
        &self.name
    }

    /// The thread that the branch was made for, which may be gone.
    #[must_use]
    pub const fn thread_id(&self) -> ThreadId {
        self.thread_id
    }

    /// The commits, oldest first.
    #[must_use]
    pub fn commits(&self) -> impl DoubleEndedIterator<Item = &Commit> + ExactSizeIterator {
        self.commits.iter()
    }

    /// How many of the commits, from the oldest on, were pushed.
    #[must_use]
    pub const fn pushed_commits(&self) -> u32 {
        self.pushed_commits
    }
}

impl Keyed for Branch {
    type Key = BranchName;

    fn key(&self) -> BranchName {
        self.name.clone()
    }
}

/// A commit on a branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Commit {
    pub(crate) message: NonBlank,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
    pub(crate) at: DateTime<Utc>,
}

impl Commit {
    /// The commit message.
    #[must_use]
    pub const fn message(&self) -> &NonBlank {
        &self.message
    }

    /// When it was committed.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }
}
