//! T7: what a checkpoint counts, and what restoring one keeps.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CreateCheckpoint, RestoreCheckpoint};
use orchestration::read_model::{Checkpoint, Thread};

use super::same;
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::between;
use crate::describe::or_none;

/// T7: a checkpoint counts the turns that stand, and restoring it keeps exactly those.
pub(super) fn check(command: &Command, before: &Thread, after: &Thread, findings: &mut Findings) {
    if let Command::CreateCheckpoint(command) = command {
        check_checkpoint(command, before, after, findings);
    } else if let Command::RestoreCheckpoint(command) = command {
        check_restore(command, before, after, findings);
    } else {
        findings.pass_over(Invariant::T7);
    }
}

fn check_checkpoint(command: &CreateCheckpoint, before: &Thread, after: &Thread, findings: &mut Findings) {
    let count = after.checkpoint(command.checkpoint_id).map(Checkpoint::turn_count);
    let turns = before.turns().len();
    findings.expect(
        Invariant::T7,
        count.is_some_and(|count| count as usize == turns),
        || {
            let id = command.checkpoint_id;
            let (thread, count) = (before.id(), or_none(count));
            format!("checkpoint {id} of thread {thread}: turn_count: expected {turns}, found {count}")
        },
    );
}

fn check_restore(command: &RestoreCheckpoint, before: &Thread, after: &Thread, findings: &mut Findings) {
    let id = command.checkpoint_id;
    let expected = before
        .checkpoint(id)
        .map_or(0, |checkpoint| checkpoint.turn_count() as usize);
    let found = after.turns().len();
    findings.expect(Invariant::T7, found == expected, || {
        format!(
            "restoring checkpoint {id} of thread {}: turns: expected to keep the first {expected}, found {found}",
            before.id()
        )
    });
    let changed = after
        .turns()
        .zip(before.turns())
        .find(|(after, before)| !same(*before, *after));
    let expected = 1 + before
        .checkpoints()
        .take_while(|checkpoint| checkpoint.id() != id)
        .count();
    let are_kept = after.checkpoints().len() == expected
        && after
            .checkpoints()
            .zip(before.checkpoints())
            .all(|(after, before)| after == before);
    findings.expect(Invariant::T7, changed.is_none() && are_kept, || {
        let what = match changed {
            Some((after, before)) => format!("changed kept turn {}: {}", before.id(), between(before, after)),
            None => wrong_checkpoints(before, after, expected),
        };
        format!("restoring checkpoint {id} of thread {} {what}", before.id())
    });
}

/// What is wrong with the checkpoints that are left, where the first so many of those before were to be kept.
fn wrong_checkpoints(before: &Thread, after: &Thread, expected: usize) -> String {
    let found = after.checkpoints().len();
    let is_there = |checkpoint: &&Checkpoint| after.checkpoint(checkpoint.id()).is_some();
    if let Some(kept) = before.checkpoints().skip(expected).find(is_there) {
        return format!(
            "kept checkpoint {}, which was made after the restored one: checkpoints: expected {expected}, found {found}",
            kept.id()
        );
    }
    let mut earlier = before.checkpoints().take(expected);
    if let Some(lost) = earlier.find(|checkpoint| !is_there(checkpoint)) {
        let lost = lost.id();
        return format!("lost checkpoint {lost}: checkpoints: expected {expected}, found {found}");
    }
    let kept: Vec<_> = before.checkpoints().take(expected).collect();
    format!(
        "changed a checkpoint: {}",
        between(&kept, &after.checkpoints().collect())
    )
}
