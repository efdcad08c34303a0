//! T8: what earlier commands brought stays until a later one overwrites it.

use orchestration::read_model::{Project, Thread};
use orchestration::{BranchName, OrchestrationCommand as Command};
use serde::Serialize;

use super::{Footprint, Transition, same};
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{differences, list};

/// Checks that the project and the thread which an accepted command names have kept what it does not overwrite.
pub(super) fn check(transition: Transition<'_>, footprint: &Footprint, findings: &mut Findings) {
    let Transition {
        command, before, after, ..
    } = transition;
    let thread_id = command.thread_id();
    let threads = thread_id.and_then(|id| before.thread(id).zip(after.thread(id)));
    if let Some((before, after)) = threads {
        let lost = lost_by_thread(footprint, before, after);
        let name = || format!("thread {}", before.id());
        expect_nothing_lost(command, name, lost, (before, after), findings);
    }
    let projects = footprint
        .project
        .and_then(|id| before.project(id).zip(after.project(id)));
    if let Some((before, after)) = projects {
        let on_branch = threads.and_then(|(_, thread)| thread.branch());
        let are_branches_kept = are_branches_kept(before, after, on_branch);
        let lost = lost_by_project(footprint, before, after).or((!are_branches_kept).then_some("branches"));
        let name = || format!("project {}", before.id());
        expect_nothing_lost(command, name, lost, (before, after), findings);
    }
}

/// Whether all branches of a project are as they were, but for the one that the command is on: both projects have theirs in
/// order, and those that came between are passed.
fn are_branches_kept(before: &Project, after: &Project, on_branch: Option<&BranchName>) -> bool {
    let mut later = after.branches();
    before
        .branches()
        .filter(|branch| Some(branch.name()) != on_branch)
        .all(|branch| {
            let found = later.find(|later| std::ptr::eq(*later, branch) || later.name() == branch.name());
            found.is_some_and(|later| same(branch, later))
        })
}

fn expect_nothing_lost<T: Serialize>(
    command: &Command,
    name: impl FnOnce() -> String,
    lost: Option<&'static str>,
    (before, after): (&T, &T),
    findings: &mut Findings,
) {
    findings.expect(Invariant::T8, lost.is_none(), || {
        let field = lost.unwrap_or_default();
        let mut differences = differences(before, after);
        differences.retain(|difference| difference.path.starts_with(field));
        let (kind, name) = (command.kind(), name());
        format!(
            "{kind} does not name the {field} of {name}, and changed it: {}",
            list(&differences)
        )
    });
}

/// The first field that is not as it was, and that the command does not overwrite.
fn first_lost(footprint: &Footprint, fields: &[(&'static str, bool)]) -> Option<&'static str> {
    let mut lost = fields.iter().filter(|(_, is_kept)| !is_kept).map(|(field, _)| *field);
    lost.find(|field| !footprint.overwrites.contains(field))
}

/// The field of a thread that the command changed without saying so. What becomes of turns is checked elsewhere.
fn lost_by_thread(footprint: &Footprint, before: &Thread, after: &Thread) -> Option<&'static str> {
    let (earlier, later) = (before.checkpoints(), after.checkpoints());
    let is_same_number = earlier.len() == later.len();
    let lost = first_lost(
        footprint,
        &[
            ("project_id", before.project_id() == after.project_id()),
            ("title", before.title() == after.title()),
            ("provider", before.provider() == after.provider()),
            ("model", before.model() == after.model()),
            ("runtime_mode", before.runtime_mode() == after.runtime_mode()),
            ("created_at", before.created_at() == after.created_at()),
            ("branch", before.branch() == after.branch()),
            ("checkpoints", is_same_number),
        ],
    );
    // Checkpoints come and go at the end, and none becomes another.
    let are_the_same = earlier.zip(later).all(|(before, after)| same(before, after));
    lost.or((!are_the_same).then_some("checkpoints"))
}

/// The field of a project that the command changed without saying so.
fn lost_by_project(footprint: &Footprint, before: &Project, after: &Project) -> Option<&'static str> {
    first_lost(
        footprint,
        &[
            ("path", before.path() == after.path()),
            ("created_at", before.created_at() == after.created_at()),
            ("name", before.name() == after.name()),
            ("updated_at", before.updated_at() == after.updated_at()),
        ],
    )
}
