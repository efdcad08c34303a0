//! What happened in a run, step by step, as data: for terminals, pages and servers alike.
//!
//! A [`Walkthrough`] is a whole run that one can go through in either direction. A [`Replay`] takes one step
//! at a time, and keeps none of them. Both call things by [short names](names) and say [what differs](difference) by the
//! paths of fields.

pub mod difference;
pub mod names;
pub mod replay;

use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use crate::check::coverage::Status;
use crate::check::invariants::Violation;
use crate::check::reference::Prediction;
use crate::difference::Change;
use crate::subject::{Decided, Subject};
use names::Names;
use replay::Replay;

/// A command of a run, and what came of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The number of the step, from 1.
    pub number: usize,
    /// The command.
    pub command: OrchestrationCommand,
    /// What the thread that it names was doing before.
    pub status_before: Status,
    /// What the thread that it names was doing after.
    pub status_after: Status,
    /// The events that it caused, or why it was refused; nothing if the subject panicked.
    pub decision: Option<Decided>,
    /// What the reference machine expected: the events, or the refusal.
    pub predicted: Prediction,
    /// Where the model after it is another than the reference machine expected: that stands before, what was found after.
    /// Looked for only where the two disagree.
    pub disputed: Vec<Change>,
    /// What did not hold then, each invariant once. What is found after the first violation may be a consequence of it.
    pub violations: Vec<Violation>,
    /// The model before it.
    pub before: OrchestrationReadModel,
    /// The model after it.
    pub after: OrchestrationReadModel,
}

impl Step {
    /// Whether the reference machine expected another decision.
    #[must_use]
    pub fn is_decision_disputed(&self) -> bool {
        self.decision.as_ref() != Some(&self.predicted)
    }
}

/// A whole run.
#[derive(Clone, Debug)]
pub struct Walkthrough {
    beginning: OrchestrationReadModel,
    at_beginning: Vec<Violation>,
    steps: Vec<Step>,
    at_end: Vec<Violation>,
    names: Names,
}

impl Walkthrough {
    /// Runs commands from the empty model on, or from another one. It goes on after a violation, but not after a panic of the
    /// subject: no step after that means anything.
    #[must_use]
    pub fn of(subject: Subject, beginning: Option<OrchestrationReadModel>, commands: &[OrchestrationCommand]) -> Self {
        let mut replay = match &beginning {
            None => Replay::new(subject),
            Some(model) => Replay::from_model(subject, model.clone()),
        };
        let beginning = beginning.unwrap_or_default();
        let mut names = Names::default();
        names.of_model(&beginning);
        let at_beginning = replay.take_violations();
        let mut steps = Vec::with_capacity(commands.len());
        for command in commands {
            if replay.has_panicked() {
                break;
            }
            let step = replay.step(command.clone());
            names.of_value(&step.command);
            match &step.decision {
                Some(Ok(events)) => events.iter().for_each(|event| names.of_value(event)),
                Some(Err(error)) => names.of_value(error),
                None => {}
            }
            steps.push(step);
        }
        let mut at_end = replay.finish();
        at_end.retain(|violation| {
            let is_known = |known: &Violation| known.invariant == violation.invariant;
            !steps.is_empty() || !at_beginning.iter().any(is_known)
        });
        // What a faulty projector may have made up.
        names.of_model(steps.last().map_or(&beginning, |step| &step.after));
        Self {
            beginning,
            at_beginning,
            steps,
            at_end,
            names,
        }
    }

    /// The steps, of which the one with number 1 comes first.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The step of a number.
    #[must_use]
    pub fn step(&self, number: usize) -> Option<&Step> {
        self.steps.get(number.checked_sub(1)?)
    }

    /// The model after so many steps: after none, the one that the run begins with. Nothing if there are not so many.
    #[must_use]
    pub fn model_after(&self, steps: usize) -> Option<&OrchestrationReadModel> {
        if steps == 0 {
            return Some(&self.beginning);
        }
        self.step(steps).map(|step| &step.after)
    }

    /// What is wrong with the model that the run begins with.
    #[must_use]
    pub fn violations_at_beginning(&self) -> &[Violation] {
        &self.at_beginning
    }

    /// What shows only when the whole is looked at after the last step, and not with that step.
    #[must_use]
    pub fn violations_at_end(&self) -> &[Violation] {
        &self.at_end
    }

    /// All violations, each with the number of steps after which it was found: 0 for those of the beginning.
    pub fn violations(&self) -> impl Iterator<Item = (usize, &Violation)> {
        let beginning = self.at_beginning.iter().map(|violation| (0, violation));
        let along = self.steps.iter().flat_map(|step| {
            let number = step.number;
            step.violations.iter().map(move |violation| (number, violation))
        });
        let end = self.at_end.iter().map(|violation| (self.steps.len(), violation));
        beginning.chain(along).chain(end)
    }

    /// Of the violations that were found first, the most telling.
    #[must_use]
    pub fn first_violation(&self) -> Option<&Violation> {
        let (first, _) = self.violations().next()?;
        let together = self.violations().filter(|(step, _)| *step == first);
        together
            .map(|(_, violation)| violation)
            .min_by_key(|violation| violation.invariant)
    }

    /// The short names of all that there is in the run.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }
}

#[cfg(test)]
mod tests;
