//! Commands as `derive(Arbitrary)` makes them, straight into the decider: the baseline, which knows nothing of the domain.

use arbitrary::{Arbitrary, Unstructured};
use orchestration::OrchestrationCommand;

use super::Checked;
use super::command_sequence::{checked, run_commands};
use crate::check::run::Run;
use crate::subject::Subject;

/// Gives the commands that the bytes are made into.
pub(super) fn check(subject: Subject, bytes: &[u8]) -> Checked {
    checked(run(subject, bytes))
}

/// The commands, up to the first that breaks something.
pub(super) fn commands(subject: Subject, bytes: &[u8]) -> Vec<OrchestrationCommand> {
    run(subject, bytes).1
}

fn run(subject: Subject, bytes: &[u8]) -> (Run, Vec<OrchestrationCommand>) {
    let mut source = Unstructured::new(bytes);
    run_commands(subject, |_, _| {
        if source.is_empty() {
            return None;
        }
        OrchestrationCommand::arbitrary(&mut source).ok()
    })
}
