//! A run: commands decided and projected one by one, with everything checked along the way.

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, Snapshot};

use crate::check::coverage::{Coverage, Outcome, Status};
use crate::check::invariants::step::{Frame, Transition};
use crate::check::invariants::{Findings, Invariant, Violation, state};
use crate::check::laws;
use crate::check::panics::caught;
use crate::check::reference::{self, Machine, Prediction};
use crate::check::step::{self, Compared};
use crate::check::told::{between_decisions, between_models};
use crate::check::view::{self, HeldClone, is_alike};
use crate::kind::Kind;
use crate::subject::{Decided, Subject};

/// After how many steps a run looks at the whole model, and not only at what the step can have touched.
pub(crate) const WHOLE_CHECK_INTERVAL: u64 = 256;

/// After how many steps a run takes a clone of its model, to see whether it stays as it is until the next sampled step.
const CLONE_INTERVAL: u64 = 4 * WHOLE_CHECK_INTERVAL;

/// How many events are kept before they are replayed.
const LONGEST_LOG: usize = 4_096;

/// Up to how many threads the whole model is looked at after every step.
const FEW_THREADS: usize = 8;

/// A model under test, from the empty one on or from any legal one, with the second opinion beside it.
#[derive(Clone, Debug)]
pub struct Run {
    subject: Subject,
    model: OrchestrationReadModel,
    reference: Machine,
    findings: Findings,
    coverage: Coverage,
    log: Log,
    clone: Option<HeldClone>,
    steps: u64,
    accepted: u64,
    is_counted: bool,
}

/// The events since a snapshot, to be replayed on it.
#[derive(Clone, Debug, Default)]
struct Log {
    snapshot: Snapshot,
    events: Vec<OrchestrationEvent>,
}

impl Run {
    /// A run from the empty model.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            model: OrchestrationReadModel::default(),
            reference: Machine::default(),
            findings: Findings::default(),
            coverage: Coverage::default(),
            log: Log::default(),
            clone: None,
            steps: 0,
            accepted: 0,
            is_counted: false,
        }
    }

    /// The same run, which also counts what each step costs (A8). For that, each step is done a few more times.
    #[must_use]
    pub(crate) const fn counting_cost(mut self) -> Self {
        self.is_counted = true;
        self
    }

    /// A run from a model that should be legal, whether commands can lead to it or not. What is wrong with the model itself is
    /// found at once.
    #[must_use]
    pub fn from_model(subject: Subject, model: OrchestrationReadModel) -> Self {
        let mut run = Self::new(subject);
        state::check_model_and_agreement(&model, &mut run.findings);
        run.reference = reference::of_model(&model);
        run.log.snapshot.model = model.clone();
        run.model = model;
        run
    }

    /// A second run that goes on from here independently, with nothing found or covered yet.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            subject: self.subject,
            model: self.model.clone(),
            reference: self.reference.clone(),
            findings: Findings::default(),
            coverage: Coverage::default(),
            log: self.log.clone(),
            clone: None,
            steps: 0,
            accepted: 0,
            is_counted: self.is_counted,
        }
    }

    /// The model as it is now.
    #[must_use]
    pub const fn model(&self) -> &OrchestrationReadModel {
        &self.model
    }

    /// The reference machine, which has taken the same steps.
    #[must_use]
    pub(crate) const fn reference(&self) -> &Machine {
        &self.reference
    }

    /// What was found so far. A run may go on after a violation, but what it finds then may be a consequence of it.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Notes the findings of a check that is not the run's own.
    pub(crate) fn check_with(&mut self, check: impl FnOnce(&mut Findings)) {
        check(&mut self.findings);
    }

    /// Takes the violations that were found since they were last taken.
    pub fn take_violations(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.findings.violations)
    }

    /// What was covered so far.
    #[must_use]
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// How many commands were given.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// How many of them were accepted.
    #[must_use]
    pub const fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Whether a violation was found.
    #[must_use]
    pub const fn is_violated(&self) -> bool {
        !self.findings.violations.is_empty()
    }

    /// Decides and projects a command, and checks the step.
    ///
    /// # Errors
    ///
    /// The refusal, if the command is refused: that is an outcome like any other.
    pub fn step(&mut self, command: &OrchestrationCommand) -> Decided {
        let predicted = self.predict(command);
        self.step_as_predicted(command, &predicted)
    }

    /// Has the reference machine predict what comes of a command, and take its step.
    pub(crate) fn predict(&mut self, command: &OrchestrationCommand) -> Prediction {
        self.reference.predict(command)
    }

    /// Takes a step that the reference machine has taken already.
    fn step_as_predicted(&mut self, command: &OrchestrationCommand, predicted: &Prediction) -> Decided {
        let before = self.model.clone();
        if self.is_counted {
            laws::check_cost(self.subject, &before, command, &mut self.findings);
        }
        let decision = self.subject.decide(command, &before);
        self.steps += 1;
        self.coverage.note(
            Kind::of(command),
            Status::met_by(command, &before),
            Outcome::of(&decision),
        );
        if let Ok(events) = &decision {
            self.accepted += 1;
            for event in events {
                self.project(event, &before);
            }
            self.log.events.extend(events.iter().cloned());
        }
        let is_sampled = self.steps.is_multiple_of(WHOLE_CHECK_INTERVAL);
        let is_framed = is_sampled || self.model.threads().len() <= FEW_THREADS;
        let frame = if is_framed { Frame::Whole } else { Frame::Named };
        let compared = if is_sampled { Compared::Whole } else { Compared::Touched };
        let transition = Transition {
            command,
            decided: &decision,
            before: &before,
            after: &self.model,
        };
        step::check(
            transition,
            predicted,
            &self.reference,
            (frame, compared),
            &mut self.findings,
        );
        if is_sampled {
            self.check_again(command, &before, &decision);
            state::check_model_and_agreement(&self.model, &mut self.findings);
            self.check_judgement(&before);
        }
        if self.log.events.len() >= LONGEST_LOG {
            self.check_log();
        }
        decision
    }

    /// Checks what is left to be checked at the end of a run.
    pub fn finish(&mut self) {
        self.finish_in_memory();
        view::check_accessors(&self.model, &mut self.findings);
        self.check_json();
    }

    /// The same, without writing the model as JSON and reading it again: in a short run, that takes longer than all the rest.
    pub(crate) fn finish_in_memory(&mut self) {
        state::check_model_and_agreement(&self.model, &mut self.findings);
        self.compare_whole();
        self.check_log();
    }

    /// Takes a step, and turns a panic of the subject into a violation. Gives nothing if it panicked: the model is then
    /// as it was before the command.
    pub fn step_unwinding(&mut self, command: &OrchestrationCommand) -> Option<Decided> {
        let predicted = self.predict(command);
        self.step_as_predicted_unwinding(command, &predicted)
    }

    /// The same, after the reference machine has taken the step.
    pub(crate) fn step_as_predicted_unwinding(
        &mut self,
        command: &OrchestrationCommand,
        predicted: &Prediction,
    ) -> Option<Decided> {
        let before = self.model.clone();
        match caught(command.kind(), || self.step_as_predicted(command, predicted)) {
            Ok(decision) => Some(decision),
            Err(violation) => {
                self.model = before;
                self.findings.violate(violation);
                None
            }
        }
    }

    /// R1 of the whole model, whatever the last command can have touched.
    pub(crate) fn compare_whole(&mut self) {
        reference::check_model(&self.reference, &self.model, &mut self.findings);
    }

    fn project(&mut self, event: &OrchestrationEvent, before: &OrchestrationReadModel) {
        self.model = self.subject.project(std::mem::take(&mut self.model), event);
        state::check_touched(event, before, &self.model, &mut self.findings);
    }

    /// A1: deciding again on the same model gives the same.
    fn check_again(&mut self, command: &OrchestrationCommand, before: &OrchestrationReadModel, decision: &Decided) {
        let again = self.subject.decide(command, before);
        self.findings.expect(Invariant::A1, again == *decision, || {
            let change = between_decisions(decision, &again);
            format!(
                "{} was decided twice on the same model, the second time otherwise: {change}",
                command.kind()
            )
        });
    }

    /// A2: replaying the log on the snapshot gives the live model, which is the next snapshot.
    pub(crate) fn check_log(&mut self) {
        let log = std::mem::take(&mut self.log);
        let sequence = log.snapshot.sequence + log.events.len() as u64;
        let expected = if self.subject.has_core_projector() {
            // The snapshot, which takes the events by the same projector, is to come to it.
            self.model.clone()
        } else {
            let replay = |subject: Subject| subject.fold(log.snapshot.model.clone(), &log.events);
            let replayed = replay(self.subject);
            self.findings
                .expect(Invariant::A2, is_alike(&replayed, &self.model), || {
                    let (count, change) = (log.events.len(), between_models(&self.model, &replayed));
                    format!("replaying the last {count} events gives another model than the live one: {change}")
                });
            replay(Subject::CORE)
        };
        let stored_at = log.events.last().map(OrchestrationEvent::at);
        let stored_at = stored_at.or(log.snapshot.stored_at);
        laws::check_replay(self.subject, log.snapshot, log.events, &expected, &mut self.findings);
        self.log.snapshot = Snapshot {
            sequence,
            stored_at,
            model: self.model.clone(),
        };
    }

    /// A7, in one sampled step in four: on a large model it takes long.
    fn check_judgement(&mut self, before: &OrchestrationReadModel) {
        if self.steps.is_multiple_of(CLONE_INTERVAL) {
            laws::check_models(before, &self.model, &mut self.findings);
        }
        self.check_clone();
    }

    /// A7: a clone that was taken a while ago looks as it did then. Takes the next.
    fn check_clone(&mut self) {
        if self.steps.is_multiple_of(CLONE_INTERVAL) {
            self.clone = Some(HeldClone::of(&self.model));
        } else if let Some(clone) = self.clone.take() {
            clone.check(&mut self.findings);
        }
    }

    /// A3: a snapshot of the model survives JSON.
    fn check_json(&mut self) {
        laws::check_json_of_snapshot(&self.log.snapshot, &mut self.findings);
    }
}

#[cfg(test)]
mod tests;
