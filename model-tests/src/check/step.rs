//! All that is checked of a step, whoever takes it.

use super::invariants::Findings;
use super::invariants::step::{Frame, Transition, check_step};
use super::reference::{self, Machine, Prediction};

/// How much of the model is compared with the reference machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// All of it.
    Whole,
    /// What the command can have touched.
    Touched,
    /// Nothing: the command was refused, and both are known to be as they were.
    Nothing,
}

/// Checks T1 to T8 and R1 of a step: `machine` has predicted the decision, and taken the step too.
pub(crate) fn check(
    transition: Transition<'_>,
    predicted: &Prediction,
    machine: &Machine,
    (frame, compared): (Frame, Compared),
    findings: &mut Findings,
) {
    let Transition {
        command,
        decided,
        before,
        after,
    } = transition;
    reference::check_decision(command, before, predicted, decided, findings);
    check_step(transition, frame, findings);
    match compared {
        Compared::Whole => reference::check_model(machine, after, findings),
        Compared::Touched => reference::check_touched(command, machine, before, after, findings),
        Compared::Nothing => {}
    }
}
