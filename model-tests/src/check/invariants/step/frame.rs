//! T4: what a command does not name, it leaves alone.

use orchestration::read_model::{Project, Thread};
use orchestration::{OrchestrationCommand, OrchestrationReadModel, ProjectId, ThreadId};
use serde::Serialize;

use super::{Footprint, Frame, Transition, same};
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{list, of_things};
use crate::describe::or_none;

/// Checks that only what the command may touch has changed.
pub(super) fn check(transition: Transition<'_>, footprint: &Footprint, frame: Frame, findings: &mut Findings) {
    let Transition {
        command, before, after, ..
    } = transition;
    check_selection(transition, footprint, findings);
    if frame == Frame::Whole {
        let is_other_thread = |thread: &&Thread| !footprint.touches_thread(thread);
        check_others(
            command,
            before.threads().filter(is_other_thread),
            after.threads().filter(is_other_thread),
            findings,
        );
        let is_other_project = |project: &&Project| Some(project.id()) != footprint.project;
        check_others(
            command,
            before.projects().filter(is_other_project),
            after.projects().filter(is_other_project),
            findings,
        );
    }
}

/// Whether two models are equal; what they share needs no look.
pub(super) fn is_unchanged(before: &OrchestrationReadModel, after: &OrchestrationReadModel) -> bool {
    if std::ptr::eq(before, after) {
        return true;
    }
    before.selected_thread() == after.selected_thread()
        && before.threads().len() == after.threads().len()
        && before.projects().len() == after.projects().len()
        && before
            .threads()
            .zip(after.threads())
            .all(|(before, after)| same(before, after))
        && before
            .projects()
            .zip(after.projects())
            .all(|(before, after)| same(before, after))
}

/// Something that a model keeps by its id.
trait Identified: PartialEq + Serialize {
    type Id: Ord + std::fmt::Display;

    /// What it is called.
    const KIND: &'static str;

    fn identity(&self) -> Self::Id;
}

impl Identified for Thread {
    type Id = ThreadId;

    const KIND: &'static str = "thread";

    fn identity(&self) -> ThreadId {
        self.id()
    }
}

impl Identified for Project {
    type Id = ProjectId;

    const KIND: &'static str = "project";

    fn identity(&self) -> ProjectId {
        self.id()
    }
}

/// Checks that what the command does not name is the same before and after.
fn check_others<'a, T: Identified + 'a>(
    command: &OrchestrationCommand,
    mut before: impl Iterator<Item = &'a T>,
    mut after: impl Iterator<Item = &'a T>,
    findings: &mut Findings,
) {
    loop {
        let (earlier, later) = (before.next(), after.next());
        let is_same = match (earlier, later) {
            (None, None) => return,
            (Some(earlier), Some(later)) => same(earlier, later),
            (Some(_), None) | (None, Some(_)) => false,
        };
        findings.expect(Invariant::T4, is_same, || {
            // Where one came or went, the two are not the same thing, and both are told of.
            let [earlier, later] = [earlier, later].map(Option::into_iter);
            let differences = of_things(T::KIND, earlier, later, T::identity);
            let (kind, of) = (command.kind(), T::KIND);
            format!("{kind} changed a {of} that it does not name: {}", list(&differences))
        });
        if !is_same {
            return;
        }
    }
}

/// The selection changes only when a thread is selected, or the selected one is deleted.
fn check_selection(transition: Transition<'_>, footprint: &Footprint, findings: &mut Findings) {
    let Transition { command, after, .. } = transition;
    let expected = footprint.selection;
    findings.expect(Invariant::T4, after.selected_thread() == expected, || {
        let found = after.selected_thread();
        format!(
            "{} left the wrong thread selected: selected_thread: expected {}, found {}",
            command.kind(),
            or_none(expected),
            or_none(found)
        )
    });
}
