//! Commands as they are derived, straight into the decider: what a fuzzer does that knows nothing of the domain.

use arbitrary::{Arbitrary, Unstructured};
use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use super::Checked;
use super::command_sequence::check_commands;
use crate::subject::Subject;

/// Gives the commands that the bytes are made into.
pub(super) fn check(subject: Subject, bytes: &[u8], observe: &mut impl FnMut(&OrchestrationReadModel)) -> Checked {
    let mut source = Unstructured::new(bytes);
    check_commands(subject, observe, |_, _| {
        if source.is_empty() {
            return None;
        }
        OrchestrationCommand::arbitrary(&mut source).ok()
    })
}
