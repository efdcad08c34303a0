//! S1, S2, S6 and S7: what refers to what.

use std::collections::BTreeMap;

use super::illegal::{Breach, IllegalModel, Place};
use super::turns::repeated;
use crate::read_model::{Branch, Checkpoint, OrchestrationReadModel, Project, Thread};
use crate::values::{ProjectId, ProjectPath};

/// S1: every key equals its value's id, every thread's project exists, and the selected thread does.
pub(super) fn keys_and_references_hold(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    for (key, project) in model.projects_by_key() {
        expect(key == project.id(), || in_project(project, Breach::LostByKey))?;
        for (key, branch) in project.branches_by_key() {
            expect(key == branch.name(), || {
                let branch = branch.name().clone();
                in_project(project, Breach::BranchLostByKey { branch })
            })?;
        }
    }
    for (key, thread) in model.threads_by_key() {
        expect(key == thread.id(), || in_thread(thread, Breach::LostByKey))?;
        let project_id = thread.project_id();
        expect(model.project(project_id).is_some(), || {
            in_thread(thread, Breach::ProjectMissing { project_id })
        })?;
    }
    match model.selected_thread() {
        Some(thread_id) if model.thread(thread_id).is_none() => Err(IllegalModel {
            place: Place::Model,
            breach: Breach::SelectedThreadMissing { thread_id },
        }),
        Some(_) | None => Ok(()),
    }
}

/// S2: no two projects share a path.
pub(super) fn paths_are_unique(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    let mut paths: BTreeMap<&ProjectPath, ProjectId> = BTreeMap::new();
    model.projects().try_for_each(|project| {
        let other = paths.insert(project.path(), project.id());
        other.map_or(Ok(()), |project_id| {
            let path = project.path().clone();
            Err(in_project(project, Breach::PathShared { path, project_id }))
        })
    })
}

/// S6: a thread's branch is one of its project's, made by that thread, and no more commits are pushed than there are.
pub(super) fn branches_are_their_threads_own(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    for project in model.projects() {
        for branch in project.branches() {
            let (pushed_commits, commits) = (branch.pushed_commits(), branch.commits().len());
            let is_within = usize::try_from(pushed_commits).is_ok_and(|pushed| pushed <= commits);
            expect(is_within, || {
                let branch = branch.name().clone();
                let breach = Breach::TooManyPushed {
                    branch,
                    pushed_commits,
                    commits,
                };
                in_project(project, breach)
            })?;
        }
    }
    model
        .threads()
        .try_for_each(|thread| branch_breach(model, thread).map_or(Ok(()), |breach| Err(in_thread(thread, breach))))
}

/// What is wrong with the thread's branch, if anything is.
fn branch_breach(model: &OrchestrationReadModel, thread: &Thread) -> Option<Breach> {
    let name = thread.branch()?;
    let project_id = thread.project_id();
    let found = model.project(project_id).and_then(|project| project.branch(name));
    match found.map(Branch::thread_id) {
        Some(made_by) if made_by == thread.id() => None,
        Some(made_by) => Some(Breach::BranchOfAnotherThread {
            branch: name.clone(),
            made_by,
        }),
        None => Some(Breach::BranchMissing {
            branch: name.clone(),
            project_id,
        }),
    }
}

/// S7: the turn counts of a thread's checkpoints never fall, and never exceed the number of its ended turns.
pub(super) fn checkpoints_count_ended_turns(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    for thread in model.threads() {
        let most = thread.turns().filter(|turn| !turn.status().is_running()).count();
        let mut least = 0;
        for checkpoint in thread.checkpoints() {
            let turn_count = checkpoint.turn_count();
            let is_within = turn_count >= least && usize::try_from(turn_count).is_ok_and(|count| count <= most);
            expect(is_within, || {
                let breach = Breach::TurnCountMismatch {
                    checkpoint_id: checkpoint.id(),
                    turn_count,
                    least,
                    most,
                };
                in_thread(thread, breach)
            })?;
            least = turn_count;
        }
    }
    Ok(())
}

/// S8, as far as it speaks of checkpoints: no two of a thread share an id.
pub(super) fn repeated_checkpoint(thread: &Thread) -> Option<IllegalModel> {
    let checkpoint_id = repeated(thread.checkpoints().map(Checkpoint::id))?;
    Some(in_thread(thread, Breach::CheckpointRepeated { checkpoint_id }))
}

fn expect(condition: bool, otherwise: impl FnOnce() -> IllegalModel) -> Result<(), IllegalModel> {
    if condition { Ok(()) } else { Err(otherwise()) }
}

fn in_project(project: &Project, breach: Breach) -> IllegalModel {
    let place = Place::Project {
        project_id: project.id(),
    };
    IllegalModel { place, breach }
}

fn in_thread(thread: &Thread, breach: Breach) -> IllegalModel {
    let place = Place::Thread { thread_id: thread.id() };
    IllegalModel { place, breach }
}
