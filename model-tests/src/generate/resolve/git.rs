//! Checkpoints, branches and commits.

use orchestration::BranchName;
use orchestration::commands::{CommitChanges, CreateBranch, CreateCheckpoint, PushBranch, RestoreCheckpoint};
use orchestration::read_model::{Branch, Checkpoint, Project, Thread};

use super::turn::is_idle;
use super::{Context, Located, choose};
use crate::generate::pools::{POOLS, numbered_branch};
use crate::generate::selector::Target;

/// How many names of the pool are tried for one that is free.
const NAMES_TRIED: usize = 3;

impl Context<'_> {
    pub(super) fn create_checkpoint(&self) -> CreateCheckpoint {
        let Located { id: thread_id, thread } = self.thread(is_idle);
        CreateCheckpoint {
            thread_id,
            checkpoint_id: self.new_id(&self.past.checkpoints, |choice| {
                choose(thread?.checkpoints().rev().map(Checkpoint::id), choice)
            }),
            git_ref: POOLS.git_ref(self.variation.text()),
            description: self
                .variation
                .first_flag()
                .then(|| POOLS.note(self.variation.choice() / 2)),
            at: self.at,
        }
    }

    pub(super) fn restore_checkpoint(&self) -> RestoreCheckpoint {
        let Located { id: thread_id, thread } = self.thread(|thread| is_idle(thread) && is_past_a_checkpoint(thread));
        RestoreCheckpoint {
            thread_id,
            checkpoint_id: self.old_id(
                &self.past.checkpoints,
                |choice| choose(thread?.checkpoints().rev().map(Checkpoint::id), choice),
                |choice| choose(thread?.checkpoints().map(Checkpoint::id), choice),
            ),
            at: self.at,
        }
    }

    pub(super) fn create_branch(&self) -> CreateBranch {
        let Located { id: thread_id, thread } = self.thread(|thread| is_idle(thread) && !has_branch(thread));
        let project = thread.and_then(|thread| self.model.project(thread.project_id()));
        CreateBranch {
            thread_id,
            branch: self.branch(project),
            at: self.at,
        }
    }

    /// Mostly a name that is free in the project.
    fn branch(&self, project: Option<&Project>) -> BranchName {
        let is_free = |name: &BranchName| project.is_none_or(|project| project.branch(name).is_none());
        let taken = |choice| choose(project?.branches().map(Branch::name), choice);
        match self.target {
            Target::Live(choice) => POOLS.branches_from(choice).take(NAMES_TRIED).find(|name| is_free(name)),
            Target::Unfit(choice) => taken(choice),
            Target::Stray(choice) => POOLS.branches_from(choice).next(),
            Target::Never(_) => None,
        }
        .map_or_else(|| numbered_branch(self.number()), BranchName::clone)
    }

    pub(super) fn commit_changes(&self) -> CommitChanges {
        CommitChanges {
            thread_id: self.thread(|thread| is_idle(thread) && has_branch(thread)).id,
            message: POOLS.note(self.variation.text()),
            at: self.at,
        }
    }

    pub(super) fn push_branch(&self) -> PushBranch {
        PushBranch {
            thread_id: self.thread(has_branch).id,
            at: self.at,
        }
    }
}

/// Whether going back to a checkpoint drops something.
fn is_past_a_checkpoint(thread: &Thread) -> bool {
    let first = thread.checkpoints().next();
    first.is_some_and(|checkpoint| checkpoint.turn_count() < thread.turn_count())
}

const fn has_branch(thread: &Thread) -> bool {
    thread.branch().is_some()
}
