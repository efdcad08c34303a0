//! Whether two models read alike: the same as that their views are equal, but what they share is passed over.

use orchestration::read_model::{Branch, Project, Thread, Turn, TurnEntry};
use orchestration::{OrchestrationReadModel, Snapshot};

use super::{BranchHead, CheckpointView, CommitView, EntryView, ProjectHead, ThreadHead, TurnHead, time};

/// Whether all that can be read of two models is equal.
///
/// What stands at one address is not read twice: the models hold it in common.
#[must_use]
pub fn is_alike(left: &OrchestrationReadModel, right: &OrchestrationReadModel) -> bool {
    left.selected_thread().map(|id| id.as_uuid().as_u128()) == right.selected_thread().map(|id| id.as_uuid().as_u128())
        && are_alike(left.projects(), right.projects(), is_alike_project)
        && are_alike(left.threads(), right.threads(), is_alike_thread)
}

/// Whether two snapshots are of one place, and all that can be read of their models is equal.
#[must_use]
pub fn is_alike_snapshot(left: &Snapshot, right: &Snapshot) -> bool {
    left.sequence == right.sequence
        && left.stored_at.map(time) == right.stored_at.map(time)
        && is_alike(&left.model, &right.model)
}

pub(super) fn is_alike_thread(left: &Thread, right: &Thread) -> bool {
    ThreadHead::from(left) == ThreadHead::from(right)
        && are_alike(left.turns(), right.turns(), is_alike_turn)
        && are_alike(left.checkpoints(), right.checkpoints(), |left, right| {
            CheckpointView::from(left) == CheckpointView::from(right)
        })
}

pub(super) fn is_alike_turn(left: &Turn, right: &Turn) -> bool {
    TurnHead::from(left) == TurnHead::from(right) && are_alike(left.entries(), right.entries(), is_alike_entry)
}

fn is_alike_entry(left: &TurnEntry, right: &TurnEntry) -> bool {
    EntryView::from(left) == EntryView::from(right)
}

fn is_alike_project(left: &Project, right: &Project) -> bool {
    ProjectHead::from(left) == ProjectHead::from(right) && are_alike(left.branches(), right.branches(), is_alike_branch)
}

fn is_alike_branch(left: &Branch, right: &Branch) -> bool {
    BranchHead::from(left) == BranchHead::from(right)
        && are_alike(left.commits(), right.commits(), |left, right| {
            CommitView::from(left) == CommitView::from(right)
        })
}

/// Whether each thing of one kind reads as the other of its place does, and there are as many.
fn are_alike<'a, T: 'a>(
    left: impl Iterator<Item = &'a T>,
    mut right: impl Iterator<Item = &'a T>,
    is_alike: impl Fn(&T, &T) -> bool,
) -> bool {
    for own in left {
        match right.next() {
            Some(other) if std::ptr::eq(own, other) || is_alike(own, other) => {}
            Some(_) | None => return false,
        }
    }
    right.next().is_none()
}
