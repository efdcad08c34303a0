//! The invariants of one step: from before a command to after it.

mod checkpoints;
mod fields;
mod footprint;
mod frame;
mod kept;
mod status;
mod turns;

use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

pub(crate) use footprint::{Clears, Footprint};

use super::{Findings, Invariant};
use crate::check::told::between_models;
use crate::subject::Decided;

/// One step: a command, what was decided about it, and the models before and after.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    /// The command.
    pub command: &'a OrchestrationCommand,
    /// What was decided.
    pub decided: &'a Decided,
    /// The model before.
    pub before: &'a OrchestrationReadModel,
    /// The model after all the events.
    pub after: &'a OrchestrationReadModel,
}

/// How much of the rest of the model is looked at for changes that should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// All of it.
    Whole,
    /// Only what the command names: the cost then does not grow with the model.
    Named,
}

/// Checks T1 to T8.
pub fn check_step(transition: Transition<'_>, frame: Frame, findings: &mut Findings) {
    let Transition {
        command,
        decided,
        before,
        after,
    } = transition;
    match decided {
        Err(error) => check_refusal(command, error, before, after, frame, findings),
        Ok(events) => {
            findings.expect(Invariant::T1, !events.is_empty(), || {
                format!(
                    "{} was accepted: expected at least one event, found none",
                    command.kind()
                )
            });
            check_acceptance(transition, events, frame, findings);
        }
    }
}

/// T1: a refused command leaves the model as it was.
fn check_refusal(
    command: &OrchestrationCommand,
    error: &DeciderError,
    before: &OrchestrationReadModel,
    after: &OrchestrationReadModel,
    frame: Frame,
    findings: &mut Findings,
) {
    let is_unchanged = match frame {
        Frame::Whole => frame::is_unchanged(before, after),
        Frame::Named => command
            .thread_id()
            .is_none_or(|id| match (before.thread(id), after.thread(id)) {
                (None, None) => true,
                (Some(before), Some(after)) => same(before, after),
                (Some(_), None) | (None, Some(_)) => false,
            }),
    };
    findings.expect(Invariant::T1, is_unchanged, || {
        let (kind, refusal) = (command.kind(), error.kind());
        let change = between_models(before, after);
        format!("{kind} was refused ({refusal}) and changed the model: {change}")
    });
    for invariant in [
        Invariant::T2,
        Invariant::T3,
        Invariant::T4,
        Invariant::T5,
        Invariant::T6,
        Invariant::T7,
        Invariant::T8,
    ] {
        findings.pass_over(invariant);
    }
}

/// T2 to T8 of an accepted command.
fn check_acceptance(transition: Transition<'_>, events: &[OrchestrationEvent], frame: Frame, findings: &mut Findings) {
    let Transition {
        command, before, after, ..
    } = transition;
    if let OrchestrationCommand::DeleteProject(command_on_project) = command {
        for thread in before.threads_of(command_on_project.project_id) {
            turns::check(command, thread, None, findings);
            status::check(Some(thread), None, events, findings);
        }
    }
    let thread_id = command.thread_id();
    let thread_before = thread_id.and_then(|id| before.thread(id));
    let thread_after = thread_id.and_then(|id| after.thread(id));
    if let Some(thread) = thread_before {
        turns::check(command, thread, thread_after, findings);
    }
    status::check(thread_before, thread_after, events, findings);
    let footprint = Footprint::of(command, before);
    status::check_others(transition, &footprint, events, findings);
    frame::check(transition, &footprint, frame, findings);
    fields::check(transition, findings);
    kept::check(transition, &footprint, findings);
}

/// Whether two values are equal; those that the models share need no look.
fn same<T: PartialEq>(before: &T, after: &T) -> bool {
    std::ptr::eq(before, after) || before == after
}
