//! The rules of branches and commits.

use std::sync::Arc;

use orchestration::commands::{CommitChanges, CreateBranch, PushBranch};
use orchestration::events::{BranchCreated, BranchPushed, ChangesCommitted};
use orchestration::{DeciderError, ThreadId};

use super::super::state::{Branch, Commit, Machine};
use super::{Prediction, insert_by, refuse_if};

impl Machine {
    pub(super) fn create_branch(&mut self, command: &CreateBranch) -> Prediction {
        let CreateBranch { thread_id, branch, at } = command;
        let project_id = self.idle_thread(*thread_id)?.project_id;
        let project = self.project(project_id)?;
        let is_known = project.branches.iter().any(|known| known.name == *branch);
        refuse_if(is_known, || DeciderError::BranchAlreadyExists {
            project_id,
            branch: branch.clone(),
        })?;
        let made = Branch {
            name: branch.clone(),
            thread_id: *thread_id,
            commits: vec![],
            pushed_commits: 0,
        };
        insert_by(&mut Arc::make_mut(project).branches, made, |branch| branch.name.clone());
        let thread = Arc::make_mut(self.thread(*thread_id)?);
        thread.branch = Some(branch.clone());
        thread.updated_at = *at;
        let created = BranchCreated {
            thread_id: *thread_id,
            branch: branch.clone(),
            at: *at,
        };
        Ok(vec![created.into()])
    }

    pub(super) fn commit_changes(&mut self, command: &CommitChanges) -> Prediction {
        let CommitChanges { thread_id, message, at } = command;
        self.idle_thread(*thread_id)?;
        let branch = self.branch_of(*thread_id)?;
        branch.commits.push(Commit {
            message: message.as_str().into(),
            at: *at,
        });
        let name = branch.name.clone();
        Arc::make_mut(self.thread(*thread_id)?).updated_at = *at;
        let committed = ChangesCommitted {
            thread_id: *thread_id,
            branch: name,
            message: message.clone(),
            at: *at,
        };
        Ok(vec![committed.into()])
    }

    pub(super) fn push_branch(&mut self, command: &PushBranch) -> Prediction {
        let PushBranch { thread_id, at } = *command;
        let branch = self.branch_of(thread_id)?;
        branch.pushed_commits = branch.commits.len();
        let name = branch.name.clone();
        Arc::make_mut(self.thread(thread_id)?).updated_at = at;
        let pushed = BranchPushed {
            thread_id,
            branch: name,
            at,
        };
        Ok(vec![pushed.into()])
    }

    /// The branch that a thread is on, to be changed.
    fn branch_of(&mut self, thread_id: ThreadId) -> Result<&mut Branch, DeciderError> {
        let thread = self.thread(thread_id)?;
        let no_branch = DeciderError::NoBranch { thread_id };
        let Some(name) = thread.branch.clone() else {
            return Err(no_branch);
        };
        let project_id = thread.project_id;
        Arc::make_mut(self.project(project_id)?)
            .branches
            .iter_mut()
            .find(|branch| branch.name == name)
            .ok_or(no_branch)
    }
}
