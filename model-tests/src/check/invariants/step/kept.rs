//! T8: what earlier commands brought stays until a later one overwrites it.

use orchestration::OrchestrationCommand as Command;
use orchestration::read_model::{Checkpoint, Project, Thread};

use super::{Footprint, Transition, same};
use crate::check::invariants::{Findings, Invariant};

/// Checks that the project and the thread which an accepted command names have kept what it does not overwrite.
pub(super) fn check(transition: Transition<'_>, footprint: &Footprint, findings: &mut Findings) {
    let Transition {
        command, before, after, ..
    } = transition;
    let thread_id = command.thread_id();
    let threads = thread_id.and_then(|id| before.thread(id).zip(after.thread(id)));
    if let Some((before, after)) = threads {
        let lost = lost_by_thread(command, before, after);
        expect_nothing_lost(command, &format_args!("thread {}", before.id()), lost, findings);
    }
    let projects = footprint
        .project
        .and_then(|id| before.project(id).zip(after.project(id)));
    if let Some((before, after)) = projects {
        let on_branch = threads.and_then(|(_, thread)| thread.branch());
        let is_overwritten = |name| !matches!(command, Command::RenameProject(_)) && Some(name) == on_branch;
        let are_branches_kept = before
            .branches()
            .filter(|branch| !is_overwritten(branch.name()))
            .all(|branch| after.branch(branch.name()).is_some_and(|after| same(branch, after)));
        let lost = lost_by_project(command, before, after).or((!are_branches_kept).then_some("branches"));
        expect_nothing_lost(command, &format_args!("project {}", before.id()), lost, findings);
    }
}

fn expect_nothing_lost(
    command: &Command,
    name: &std::fmt::Arguments<'_>,
    lost: Option<&'static str>,
    findings: &mut Findings,
) {
    findings.expect(Invariant::T8, lost.is_none(), || {
        let field = lost.unwrap_or_default();
        format!(
            "{} says nothing of the {field} of {name}, and changed it",
            command.kind()
        )
    });
}

/// The first of some facts that is not so.
fn first_lost(facts: &[(&'static str, bool)]) -> Option<&'static str> {
    facts.iter().find(|(_, is_kept)| !is_kept).map(|(field, _)| *field)
}

/// The field of a thread that the command changed without saying so. What becomes of turns is checked elsewhere.
fn lost_by_thread(command: &Command, before: &Thread, after: &Thread) -> Option<&'static str> {
    let may_branch = matches!(command, Command::CreateBranch(_));
    first_lost(&[
        ("project_id", before.project_id() == after.project_id()),
        ("title", before.title() == after.title()),
        ("provider", before.provider() == after.provider()),
        ("model", before.model() == after.model()),
        ("runtime_mode", before.runtime_mode() == after.runtime_mode()),
        ("created_at", before.created_at() == after.created_at()),
        ("branch", may_branch || before.branch() == after.branch()),
        ("checkpoints", are_checkpoints_kept(command, before, after)),
    ])
}

/// Making a checkpoint adds one behind the others; restoring one takes those behind it away.
fn are_checkpoints_kept(command: &Command, before: &Thread, after: &Thread) -> bool {
    let (earlier, later) = (before.checkpoints(), after.checkpoints());
    let is_right_number = match command {
        Command::CreateCheckpoint(_) => later.len() == earlier.len() + 1,
        Command::RestoreCheckpoint(command) => later.last().map(Checkpoint::id) == Some(command.checkpoint_id),
        Command::CreateProject(_)
        | Command::RenameProject(_)
        | Command::DeleteProject(_)
        | Command::CreateThread(_)
        | Command::SelectThread(_)
        | Command::DeleteThread(_)
        | Command::StartTurn(_)
        | Command::InterruptTurn(_)
        | Command::ApprovePendingAction(_)
        | Command::RejectPendingAction(_)
        | Command::IngestProviderEvent(_)
        | Command::CreateBranch(_)
        | Command::CommitChanges(_)
        | Command::PushBranch(_) => later.len() == earlier.len(),
    };
    is_right_number
        && earlier
            .zip(after.checkpoints())
            .all(|(before, after)| same(before, after))
}

/// The field of a project that the command changed without saying so.
fn lost_by_project(command: &Command, before: &Project, after: &Project) -> Option<&'static str> {
    let may_rename = matches!(command, Command::RenameProject(_));
    first_lost(&[
        ("path", before.path() == after.path()),
        ("created_at", before.created_at() == after.created_at()),
        ("name", may_rename || before.name() == after.name()),
        ("updated_at", may_rename || before.updated_at() == after.updated_at()),
    ])
}
