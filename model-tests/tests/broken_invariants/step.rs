//! Steps that the core took, and wrong ones made of them.

use model_tests::check::invariants::step::{Frame, Transition, check_step};
use model_tests::check::invariants::{Findings, Invariant};
use model_tests::subject::Decided;
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide};
use serde_json::Value;

use crate::fixture::edited;

/// A command on a model, what was decided about it, and what it came to.
pub struct Step {
    pub before: OrchestrationReadModel,
    pub command: OrchestrationCommand,
    pub decided: Decided,
    pub after: OrchestrationReadModel,
}

impl Step {
    /// What the core does.
    pub fn of_core(before: OrchestrationReadModel, command: OrchestrationCommand) -> Self {
        let decided = decide(&command, &before);
        let after = decided.iter().flatten().fold(before.clone(), orchestration::project);
        Self {
            before,
            command,
            decided,
            after,
        }
    }

    /// The same, but that another model comes of it.
    pub fn coming_to(mut self, edit: impl FnOnce(&mut Value)) -> Self {
        self.after = edited(&self.after, edit);
        self
    }

    /// The same, but that other events are emitted.
    pub fn telling(mut self, edit: impl FnOnce(&mut Vec<OrchestrationEvent>)) -> Self {
        edit(self.decided.as_mut().expect("the command is accepted"));
        self
    }

    pub fn check(&self, frame: Frame) -> Findings {
        let mut findings = Findings::default();
        let transition = Transition {
            command: &self.command,
            decided: &self.decided,
            before: &self.before,
            after: &self.after,
        };
        check_step(transition, frame, &mut findings);
        findings
    }

    /// The invariants that the step breaks, each once.
    pub fn broken(&self) -> Vec<Invariant> {
        broken(&self.check(Frame::Whole))
    }
}

pub fn broken(findings: &Findings) -> Vec<Invariant> {
    let mut broken: Vec<_> = findings
        .violations
        .iter()
        .map(|violation| violation.invariant)
        .collect();
    broken.sort_unstable();
    broken.dedup();
    broken
}
