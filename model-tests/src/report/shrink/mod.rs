//! Shrinking: the shortest and simplest evidence that still breaks the same invariant.

mod budget;
mod commands;
mod model;
mod simplify;
mod stretches;

use std::sync::atomic::AtomicBool;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

use crate::check::invariants::{Invariant, Violation};
use crate::check::run::Run;
use crate::counterexample::{Counterexample, Evidence};
use crate::subject::Subject;

use budget::Budget;
pub use commands::shrink_trace;
use stretches::leave_out_stretches;

/// Leaves out of a list what is not needed: halves, quarters and so on, down to single items. `needed` says how many of a
/// candidate's items are enough, from its first on, or that it will not do. Ends early once `stop` is set.
pub(crate) fn leave_out<T: Clone>(
    stop: &AtomicBool,
    items: &mut Vec<T>,
    needed: &mut impl FnMut(&[T]) -> Option<usize>,
) {
    leave_out_stretches(&Budget::new(stop), items, needed);
}

/// Shrinks a counterexample. What does not show the violation by itself stays as it is.
///
/// A candidate is taken if it breaks the same invariant. The number of attempts is bounded, and the same counterexample
/// is always shrunk to the same.
#[must_use]
pub fn shrink(subject: Subject, found: &Counterexample) -> Counterexample {
    shrink_until(subject, found, &AtomicBool::new(false))
}

/// The same, but with the best that was found until then once `stop` is set.
#[must_use]
pub fn shrink_until(subject: Subject, found: &Counterexample, stop: &AtomicBool) -> Counterexample {
    let shrinking = Shrinking {
        subject,
        invariant: found.violation.invariant,
        budget: &Budget::new(stop),
    };
    let shrunk = match &found.evidence {
        Evidence::Run(trace) => shrinking.run(trace),
        Evidence::Laws(trace) => shrinking.trace(trace, Evidence::Laws),
        Evidence::Model { model, commands } => model::shrink(shrinking, model, commands),
        Evidence::Events { model, events } => shrinking.events(model, events),
        Evidence::Text(text) => shrinking.items(text.clone(), Evidence::Text),
        Evidence::Graph(_) => None,
    };
    shrunk.map_or_else(
        || found.clone(),
        |(evidence, violation)| Counterexample {
            violation,
            evidence,
            origin: found.origin,
        },
    )
}

/// What candidates are tried on, and what they are to break.
#[derive(Clone, Copy)]
struct Shrinking<'a> {
    subject: Subject,
    invariant: Invariant,
    budget: &'a Budget<'a>,
}

impl Shrinking<'_> {
    /// How much of some evidence it takes to break the invariant, and how it is broken, if it is.
    fn broken(self, evidence: &Evidence) -> Option<(usize, Violation)> {
        let broken = evidence.broken(self.subject)?;
        let violation = broken.of(self.invariant)?.clone();
        Some((broken.length, violation))
    }

    fn trace(
        self,
        trace: &[OrchestrationCommand],
        of: fn(Vec<OrchestrationCommand>) -> Evidence,
    ) -> Option<(Evidence, Violation)> {
        let (trace, violation) =
            commands::shrink_within(self.budget, trace, &mut |trace| self.broken(&of(trace.to_vec())))?;
        Some((of(trace), violation))
    }

    fn run(self, trace: &[OrchestrationCommand]) -> Option<(Evidence, Violation)> {
        let (length, _) = self.broken(&Evidence::Run(trace.to_vec()))?;
        let trace = trace.get(..length).unwrap_or(trace);
        // Most refused commands have nothing to do with it: to leave all of them out at once saves many attempts.
        let accepted = accepted_or_last(self.subject, trace);
        let is_enough = self.broken(&Evidence::Run(accepted.clone())).is_some();
        self.trace(if is_enough { &accepted } else { trace }, Evidence::Run)
    }

    fn events(self, model: &OrchestrationReadModel, events: &[OrchestrationEvent]) -> Option<(Evidence, Violation)> {
        let of = |model: &OrchestrationReadModel, events: &[OrchestrationEvent]| Evidence::Events {
            model: model.clone(),
            events: events.to_vec(),
        };
        let (length, _) = self.broken(&of(model, events))?;
        let events = events.get(..length).unwrap_or(events).to_vec();
        // Where the model is not needed, an empty one is simpler than any.
        let empty = OrchestrationReadModel::default();
        let model = if self.broken(&of(&empty, &events)).is_some() {
            &empty
        } else {
            model
        };
        self.items(events, |events| of(model, &events))
    }

    /// Leaves out what is not needed of a list that shows it.
    fn items<T: Clone>(self, mut items: Vec<T>, of: impl Fn(Vec<T>) -> Evidence) -> Option<(Evidence, Violation)> {
        leave_out_stretches(self.budget, &mut items, &mut |candidate| {
            Some(self.broken(&of(candidate.to_vec()))?.0)
        });
        let evidence = of(items);
        let (_, violation) = self.broken(&evidence)?;
        Some((evidence, violation))
    }
}

/// The commands of a trace that are accepted, and the last one whatever becomes of it.
fn accepted_or_last(subject: Subject, trace: &[OrchestrationCommand]) -> Vec<OrchestrationCommand> {
    let mut run = Run::new(subject);
    let mut is_kept = |index: usize, command: &OrchestrationCommand| {
        let decision = run.step_unwinding(command);
        index + 1 == trace.len() || decision.is_none_or(|decision| decision.is_ok())
    };
    let commands = trace.iter().enumerate();
    commands
        .filter(|(index, command)| is_kept(*index, command))
        .map(|(_, command)| command.clone())
        .collect()
}

#[cfg(test)]
mod tests;
