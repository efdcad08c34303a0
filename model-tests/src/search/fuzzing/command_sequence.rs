//! Steps, resolved against the live model: everything that a run checks, after every step.

use orchestration::OrchestrationCommand;

use super::{Checked, counterexample};
use crate::check::run::Run;
use crate::counterexample::Evidence;
use crate::generate::{Resolver, Step};
use crate::subject::Subject;

/// The most steps of an input that are taken: more of them tell little more, and take longer.
pub(super) const MOST_STEPS: usize = 512;

/// After how many steps the log is replayed on the last snapshot, and the next is taken.
const SNAPSHOT_INTERVAL: u64 = 16;

/// Takes the steps that the bytes stand for.
pub(super) fn check(subject: Subject, bytes: &[u8]) -> Checked {
    checked(run(subject, bytes))
}

/// The commands that they become, up to the first that breaks something.
pub(super) fn commands(subject: Subject, bytes: &[u8]) -> Vec<OrchestrationCommand> {
    run(subject, bytes).1
}

fn run(subject: Subject, bytes: &[u8]) -> (Run, Vec<OrchestrationCommand>) {
    let mut resolver = Resolver::new();
    let steps = bytes.as_chunks::<{ Step::SIZE }>().0.iter();
    let mut steps = steps.map(|bytes| Step::from_bytes(*bytes));
    run_commands(subject, |run, decided| {
        if let Some(events) = decided {
            resolver.advance(events);
        }
        steps.next().map(|step| resolver.resolve(step, run.model()))
    })
}

/// Gives a run the commands that `next` comes up with: it is told what events the one before caused, if there was one. Gives
/// the run with its commands.
pub(super) fn run_commands(
    subject: Subject,
    mut next: impl FnMut(&Run, Option<&[orchestration::OrchestrationEvent]>) -> Option<OrchestrationCommand>,
) -> (Run, Vec<OrchestrationCommand>) {
    let mut run = Run::new(subject);
    let mut trace = Vec::new();
    let mut events = None;
    while let Some(command) = next(&run, events.as_deref()) {
        let decision = run.step_unwinding(&command);
        trace.push(command);
        if run.is_violated() {
            return (run, trace);
        }
        if run.steps().is_multiple_of(SNAPSHOT_INTERVAL) {
            run.check_log();
        }
        events = Some(decision.and_then(Result::ok).unwrap_or_default());
    }
    run.finish_in_memory();
    (run, trace)
}

/// The result of a run.
pub(super) fn checked((mut run, trace): (Run, Vec<OrchestrationCommand>)) -> Checked {
    Checked {
        steps: run.steps(),
        found: counterexample(run.take_violations(), || Evidence::Run(trace)),
    }
}
