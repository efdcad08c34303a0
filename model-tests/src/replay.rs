//! Replays: a trace run on a subject, step by step.

use orchestration::OrchestrationCommand;
use serde::Serialize;

use crate::coverage::Status;
use crate::invariants::Violation;
use crate::run::{Decision, Run};
use crate::subject::Subject;

/// A command of a trace, and what came of it.
#[derive(Clone, Debug)]
pub struct ReplayedStep {
    /// The number of the step, from 1.
    pub step: u64,
    /// The command.
    pub command: OrchestrationCommand,
    /// What the thread that it names was doing before.
    pub status_before: Status,
    /// What the thread that it names was doing after.
    pub status_after: Status,
    /// The events that it caused, or why it was refused.
    pub decision: Decision,
    /// What did not hold then. What is found after the first violation of a replay may be a consequence of it.
    pub violations: Vec<Violation>,
}

/// What a whole replay came to.
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
}

impl Replay {
    /// A replay from the empty model.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self { run: Run::new(subject) }
    }

    /// Gives the next command.
    pub fn step(&mut self, command: OrchestrationCommand) -> ReplayedStep {
        let status_before = Status::met_by(&command, self.run.model());
        let decision = self.run.step(&command);
        ReplayedStep {
            step: self.run.steps(),
            status_before,
            status_after: Status::met_by(&command, self.run.model()),
            decision,
            violations: self.run.take_violations(),
            command,
        }
    }

    /// Checks what is left to be checked at the end.
    pub fn finish(&mut self) -> Vec<Violation> {
        self.run.finish();
        self.run.take_violations()
    }

    /// The run so far.
    #[must_use]
    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// What it came to so far.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        let (steps, accepted) = (self.run.steps(), self.run.accepted());
        Totals {
            steps,
            accepted,
            rejected: steps - accepted,
        }
    }
}
