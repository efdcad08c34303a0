//! Replays: a trace run on a subject, step by step.
//!
//! A replay goes on after a violation: where a run went from there is what one wants to see. After a panic of the
//! subject it cannot go on.

use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde::Serialize;

use super::Step;
use crate::check::coverage::Status;
use crate::check::invariants::{Invariant, Violation};
use crate::check::reference::state_changes;
use crate::check::run::Run;
use crate::subject::Subject;

/// The result of a whole replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Commands given.
    pub steps: u64,
    /// Commands accepted.
    pub accepted: u64,
    /// Commands refused.
    pub rejected: u64,
}

/// Steps a subject through commands.
#[derive(Clone, Debug)]
pub struct Replay {
    run: Run,
    totals: Totals,
    has_panicked: bool,
    /// The invariants that the last step violated.
    violated_last: Vec<Invariant>,
}

impl Replay {
    /// A replay from the empty model.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            run: Run::new(subject),
            totals: Totals::default(),
            has_panicked: false,
            violated_last: Vec::new(),
        }
    }

    /// A replay from a model. What is wrong with that is found with the first step, or at the end.
    #[must_use]
    pub fn from_model(subject: Subject, model: OrchestrationReadModel) -> Self {
        Self {
            run: Run::from_model(subject, model).counting_cost(),
            ..Self::new(subject)
        }
    }

    /// Gives the next command.
    pub fn step(&mut self, command: OrchestrationCommand) -> Step {
        let before = self.run.model().clone();
        let predicted = self.run.predict(&command);
        let decision = self.run.step_as_predicted_unwinding(&command, &predicted);
        self.totals.steps += 1;
        match &decision {
            None => self.has_panicked = true,
            Some(Ok(_)) => self.totals.accepted += 1,
            Some(Err(_)) => self.totals.rejected += 1,
        }
        let violations = each_once(self.run.take_violations());
        self.violated_last = violations.iter().map(|violation| violation.invariant).collect();
        let after = self.run.model().clone();
        let is_disputed = self.violated_last.contains(&Invariant::R1);
        let disputed = is_disputed.then(|| state_changes(self.run.reference(), &after));
        Step {
            number: usize::try_from(self.totals.steps).unwrap_or(usize::MAX),
            status_before: Status::met_by(&command, &before),
            status_after: Status::met_by(&command, &after),
            decision,
            predicted,
            violations,
            disputed: disputed.unwrap_or_default(),
            command,
            before,
            after,
        }
    }

    /// What was found wrong with the model that it begins with, if it is asked for before the first step: else that is told
    /// with the first step.
    pub fn take_violations(&mut self) -> Vec<Violation> {
        each_once(self.run.take_violations())
    }

    /// Checks what is left to be checked at the end, and gives what the last step has not shown yet. After a panic there is
    /// nothing to check: the last command was only half carried out, and all else would be a consequence of that.
    pub fn finish(&mut self) -> Vec<Violation> {
        if !self.has_panicked {
            self.run.finish();
        }
        let mut violations = each_once(self.run.take_violations());
        violations.retain(|violation| !self.violated_last.contains(&violation.invariant));
        violations
    }

    /// Whether the subject panicked: then no step after it means anything.
    #[must_use]
    pub const fn has_panicked(&self) -> bool {
        self.has_panicked
    }

    /// The run so far.
    #[must_use]
    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// The result so far.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        self.totals
    }
}

/// Each invariant once, with all that is to be said of it.
fn each_once(violations: Vec<Violation>) -> Vec<Violation> {
    let mut once: Vec<Violation> = Vec::new();
    for violation in violations {
        match once.iter_mut().find(|known| known.invariant == violation.invariant) {
            None => once.push(violation),
            Some(known) if known.message.contains(&violation.message) => {}
            Some(known) => {
                known.message.push('\n');
                known.message.push_str(&violation.message);
            }
        }
    }
    once
}
