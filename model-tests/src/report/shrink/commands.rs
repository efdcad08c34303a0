//! Shrinking a trace.

use std::sync::atomic::AtomicBool;

use orchestration::{OrchestrationCommand, ProjectId, ThreadId};

use super::budget::Budget;
use super::{leave_out_stretches, simplify};
use crate::check::invariants::Violation;
use crate::fields::FIELDS;
use crate::rename::{Renumbering, rename};

/// Shrinks a trace for which `breaks` gives the number of commands that it takes, and the violation.
///
/// First whole stretches are left out, then all that is said to one thread or project, then single commands; then the
/// commands that are left are simplified one by one, and all over again until nothing changes. At last the ids are
/// renumbered. Gives nothing if the trace breaks nothing.
pub fn shrink_trace(
    trace: &[OrchestrationCommand],
    breaks: &mut impl FnMut(&[OrchestrationCommand]) -> Option<(usize, Violation)>,
) -> Option<(Vec<OrchestrationCommand>, Violation)> {
    shrink_within(&Budget::new(&AtomicBool::new(false)), trace, breaks)
}

pub(super) fn shrink_within(
    budget: &Budget<'_>,
    trace: &[OrchestrationCommand],
    breaks: &mut impl FnMut(&[OrchestrationCommand]) -> Option<(usize, Violation)>,
) -> Option<(Vec<OrchestrationCommand>, Violation)> {
    let (length, violation) = breaks(trace)?;
    let mut shrinking = Shrinking {
        trace: trace.iter().take(length).cloned().collect(),
        violation,
        breaks,
        budget,
    };
    loop {
        let before = shrinking.trace.clone();
        shrinking.leave_out_stretches();
        shrinking.leave_out_things();
        shrinking.simplify();
        if shrinking.trace == before {
            break;
        }
    }
    shrinking.renumber();
    Some((shrinking.trace, shrinking.violation))
}

struct Shrinking<'a, F> {
    trace: Vec<OrchestrationCommand>,
    violation: Violation,
    breaks: &'a mut F,
    budget: &'a Budget<'a>,
}

impl<F: FnMut(&[OrchestrationCommand]) -> Option<(usize, Violation)>> Shrinking<'_, F> {
    /// How many commands of a candidate are needed, if it breaks what it is to break.
    fn needed(&mut self, candidate: &[OrchestrationCommand]) -> Option<usize> {
        let (length, violation) = (self.breaks)(candidate)?;
        if violation.invariant != self.violation.invariant {
            return None;
        }
        self.violation = violation;
        Some(length)
    }

    /// Takes a candidate if it breaks what it is to break.
    fn try_out(&mut self, mut candidate: Vec<OrchestrationCommand>) {
        let length = self.budget.take(candidate.len()).and_then(|()| self.needed(&candidate));
        if let Some(length) = length {
            candidate.truncate(length);
            self.trace = candidate;
        }
    }

    fn leave_out_stretches(&mut self) {
        let mut trace = std::mem::take(&mut self.trace);
        leave_out_stretches(self.budget, &mut trace, &mut |candidate| self.needed(candidate));
        self.trace = trace;
    }

    /// Leaves out all that names one thread, or one project.
    fn leave_out_things(&mut self) {
        let mut threads: Vec<ThreadId> = self.trace.iter().filter_map(OrchestrationCommand::thread_id).collect();
        threads.sort_unstable();
        threads.dedup();
        for id in threads {
            if !self.budget.allows(0) {
                return;
            }
            self.keep(|command| command.thread_id() != Some(id));
        }
        let mut projects: Vec<ProjectId> = self.trace.iter().filter_map(OrchestrationCommand::project_id).collect();
        projects.sort_unstable();
        projects.dedup();
        for id in projects {
            self.keep(|command| command.project_id() != Some(id));
        }
    }

    fn keep(&mut self, is_kept: impl Fn(&OrchestrationCommand) -> bool) {
        let candidate: Vec<_> = self.trace.iter().filter(|command| is_kept(command)).cloned().collect();
        self.try_out(candidate);
    }

    /// Makes each field simpler in all commands at once: one by one takes long where many are alike.
    fn simplify_at_once(&mut self) {
        for field in FIELDS {
            let simpler = self.trace.iter().map(|command| simplify::simplest_in(command, field));
            let simpler: Vec<_> = simpler.collect();
            if simpler != self.trace {
                self.try_out(simpler);
            }
        }
    }

    fn simplify(&mut self) {
        self.simplify_at_once();
        for index in 0..self.trace.len() {
            if !self.budget.allows(self.trace.len()) {
                return;
            }
            let Some(command) = self.trace.get(index).cloned() else {
                return;
            };
            for simpler in simplify::simpler(&command) {
                let mut candidate = self.trace.clone();
                if let Some(command) = candidate.get_mut(index) {
                    *command = simpler;
                    self.try_out(candidate);
                }
            }
        }
    }

    fn renumber(&mut self) {
        let mut numbers = Renumbering::default();
        let renamed: serde_json::Result<Vec<_>> = self
            .trace
            .iter()
            .map(|command| rename(command, &mut |kind, id| numbers.new_id(kind, id)))
            .collect();
        if let Ok(candidate) = renamed {
            self.try_out(candidate);
        }
    }
}

#[cfg(test)]
mod tests;
