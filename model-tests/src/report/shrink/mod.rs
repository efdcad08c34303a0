//! Shrinking: the shortest and simplest trace that still breaks the same invariant, or one that tells more.

mod simplify;

use orchestration::{OrchestrationCommand, ProjectId, ThreadId};

use crate::check::invariants::{Findings, Invariant, Violation};
use crate::check::laws;
use crate::check::run::Run;
use crate::rename::{Renumbering, rename};
use crate::subject::Subject;

/// How many commands all the candidates may have together. Shrinking stops there, with the best that it has found.
const MOST_COMMANDS: usize = 1_000_000;

/// A trace, and what it breaks.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The commands, up to the one that breaks it.
    pub trace: Vec<OrchestrationCommand>,
    /// What does not hold then.
    pub violation: Violation,
    /// How many candidates were tried.
    pub attempts: u64,
}

/// Finds what a trace breaks from the empty model on: gives the number of commands that it takes, and it.
///
/// What breaks along the way is found first. A trace that breaks nothing there is asked for the
/// [laws](laws::check_trace) as a whole.
#[must_use]
pub fn first_violation(subject: Subject, trace: &[OrchestrationCommand]) -> Option<(usize, Violation)> {
    violation_of_run(subject, trace).or_else(|| violation_of_laws(subject, trace))
}

/// The same, but only what the laws find in the trace as a whole.
fn violation_of_laws(subject: Subject, trace: &[OrchestrationCommand]) -> Option<(usize, Violation)> {
    let mut findings = Findings::default();
    laws::check_trace(subject, trace, &mut findings);
    let violation = findings.violations.into_iter().next();
    violation.map(|violation| (trace.len(), violation))
}

/// The same, but only what a [run](crate::check::run) finds along the way and at its end, as a replay does.
#[must_use]
pub fn violation_of_run(subject: Subject, trace: &[OrchestrationCommand]) -> Option<(usize, Violation)> {
    let mut run = Run::new(subject);
    for (place, command) in trace.iter().enumerate() {
        if run.step_unwinding(command).is_none() || run.is_violated() {
            return Violation::most_telling(run.take_violations()).map(|violation| (place + 1, violation));
        }
    }
    run.finish();
    Violation::most_telling(run.take_violations()).map(|violation| (trace.len(), violation))
}

/// Shrinks a trace that breaks an invariant of a subject. Gives nothing if it breaks none.
#[must_use]
pub fn shrink(subject: Subject, trace: &[OrchestrationCommand]) -> Option<Shrunk> {
    if let Some((length, violation)) = violation_of_run(subject, trace) {
        let trace = trace.get(..length).unwrap_or(trace);
        let mut violates = |trace: &[OrchestrationCommand]| violation_of_run(subject, trace);
        // Most refused commands have nothing to do with it: to leave all of them out at once saves many attempts.
        let accepted = accepted_or_last(subject, trace);
        let is_enough = violates(&accepted).is_some_and(|(_, found)| is_as_telling(&found, &violation));
        return shrink_by(if is_enough { &accepted } else { trace }, &mut violates);
    }
    shrink_by(trace, &mut |trace| violation_of_laws(subject, trace))
}

/// The commands of a trace that are accepted, and the last one whatever becomes of it.
fn accepted_or_last(subject: Subject, trace: &[OrchestrationCommand]) -> Vec<OrchestrationCommand> {
    let mut run = Run::new(subject);
    let mut is_kept = |place: usize, command: &OrchestrationCommand| {
        let decision = run.step_unwinding(command);
        place + 1 == trace.len() || decision.is_none_or(|decision| decision.is_ok())
    };
    let commands = trace.iter().enumerate();
    commands
        .filter(|(place, command)| is_kept(*place, command))
        .map(|(_, command)| command.clone())
        .collect()
}

/// Shrinks a trace for which `violates` gives a violation and the number of commands that it takes.
///
/// First whole stretches are left out, then all that is said to one thread or project, then single commands; then the
/// commands that are left are simplified one by one, and all over again until nothing changes. At last the ids are
/// renumbered. A candidate is taken if it breaks the same invariant, or any where only the reference machine saw it
/// otherwise: in a small model the invariants say what is wrong themselves. The number of attempts is bounded, and the
/// same trace is always shrunk to the same.
pub fn shrink_by(
    trace: &[OrchestrationCommand],
    violates: &mut impl FnMut(&[OrchestrationCommand]) -> Option<(usize, Violation)>,
) -> Option<Shrunk> {
    let (length, violation) = violates(trace)?;
    let trace = trace.iter().take(length).cloned().collect();
    let mut shrinking = Shrinking {
        best: Shrunk {
            trace,
            violation,
            attempts: 1,
        },
        violates,
        commands_left: MOST_COMMANDS,
    };
    loop {
        let before = shrinking.best.trace.clone();
        shrinking.leave_out_stretches();
        shrinking.leave_out_things();
        shrinking.simplify();
        if shrinking.best.trace == before {
            break;
        }
    }
    shrinking.renumber();
    Some(shrinking.best)
}

/// Whether one violation says what another one says, or what is wrong where that says only that something is.
fn is_as_telling(found: &Violation, wanted: &Violation) -> bool {
    found.invariant == wanted.invariant || wanted.invariant == Invariant::R1
}

struct Shrinking<'a, F> {
    best: Shrunk,
    violates: &'a mut F,
    commands_left: usize,
}

impl<F: FnMut(&[OrchestrationCommand]) -> Option<(usize, Violation)>> Shrinking<'_, F> {
    /// Takes a candidate if it breaks what it is to break.
    fn try_out(&mut self, mut candidate: Vec<OrchestrationCommand>) -> bool {
        let Some(left) = self.commands_left.checked_sub(candidate.len()) else {
            return false;
        };
        self.commands_left = left;
        self.best.attempts += 1;
        match (self.violates)(&candidate) {
            Some((length, violation)) if is_as_telling(&violation, &self.best.violation) => {
                candidate.truncate(length);
                self.best.trace = candidate;
                self.best.violation = violation;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Leaves out halves, quarters and so on, down to single commands.
    fn leave_out_stretches(&mut self) {
        let mut length = self.best.trace.len().div_ceil(2);
        while length > 0 {
            // From behind: what comes late depends on what comes early.
            let mut end = self.best.trace.len();
            while end > 0 {
                let start = end.saturating_sub(length);
                let mut candidate = self.best.trace.clone();
                candidate.drain(start..end);
                end = if self.try_out(candidate) {
                    start.min(self.best.trace.len())
                } else {
                    start
                };
            }
            length = if length == 1 { 0 } else { length.div_ceil(2) };
        }
    }

    /// Leaves out all that names one thread, or one project.
    fn leave_out_things(&mut self) {
        let mut threads: Vec<ThreadId> = self
            .best
            .trace
            .iter()
            .filter_map(OrchestrationCommand::thread_id)
            .collect();
        threads.sort_unstable();
        threads.dedup();
        for id in threads {
            self.keep(|command| command.thread_id() != Some(id));
        }
        let mut projects: Vec<ProjectId> = self
            .best
            .trace
            .iter()
            .filter_map(OrchestrationCommand::project_id)
            .collect();
        projects.sort_unstable();
        projects.dedup();
        for id in projects {
            self.keep(|command| command.project_id() != Some(id));
        }
    }

    fn keep(&mut self, is_kept: impl Fn(&OrchestrationCommand) -> bool) {
        let candidate: Vec<_> = self
            .best
            .trace
            .iter()
            .filter(|command| is_kept(command))
            .cloned()
            .collect();
        if candidate.len() < self.best.trace.len() {
            self.try_out(candidate);
        }
    }

    fn simplify(&mut self) {
        for place in 0..self.best.trace.len() {
            let Some(command) = self.best.trace.get(place).cloned() else {
                return;
            };
            for simpler in simplify::simpler(&command) {
                let mut candidate = self.best.trace.clone();
                candidate[place] = simpler;
                self.try_out(candidate);
            }
        }
    }

    fn renumber(&mut self) {
        let mut numbers = Renumbering::default();
        let renamed: serde_json::Result<Vec<_>> = self
            .best
            .trace
            .iter()
            .map(|command| rename(command, &mut |field, id| numbers.new_id(field, id)))
            .collect();
        if let Ok(candidate) = renamed {
            self.try_out(candidate);
        }
    }
}
