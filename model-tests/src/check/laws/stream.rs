//! A2 and A6 of events, however ill-sorted, that come to a model one after the other.

use orchestration::{OrchestrationEvent, OrchestrationReadModel, Snapshot, project};

use super::{check_replay, check_totality};
use crate::check::invariants::Findings;
use crate::check::invariants::state::check_agreement;
use crate::subject::Subject;

/// A model to which any events come.
#[derive(Clone, Debug)]
pub struct Stream {
    subject: Subject,
    snapshot: Snapshot,
}

impl Stream {
    /// Begins with a model, legal or not.
    #[must_use]
    pub fn new(subject: Subject, model: OrchestrationReadModel) -> Self {
        let snapshot = Snapshot {
            model,
            ..Snapshot::default()
        };
        Self { subject, snapshot }
    }

    /// The model as it is now.
    #[must_use]
    pub const fn model(&self) -> &OrchestrationReadModel {
        &self.snapshot.model
    }

    /// R2: the core and the harness say the same of the model as it is now.
    pub fn check_model(&self, findings: &mut Findings) {
        check_agreement(self.model(), findings);
    }

    /// Takes the next event: it is projected without panic (A6), and a snapshot takes it, once (A2).
    pub fn step(&mut self, event: &OrchestrationEvent, findings: &mut Findings) {
        let before = &self.snapshot.model;
        let after = check_totality(self.subject, before.clone(), event, findings);
        let expected = match &after {
            Some(after) if self.subject.has_core_projector() => after.clone(),
            Some(_) | None => project(before.clone(), event),
        };
        check_replay(
            self.subject,
            self.snapshot.clone(),
            vec![event.clone()],
            &expected,
            findings,
        );
        let sequence = self.snapshot.sequence + 1;
        self.snapshot = Snapshot {
            sequence,
            stored_at: Some(event.at()),
            model: after.unwrap_or_default(),
        };
    }
}

#[cfg(test)]
mod tests {
    use orchestration::events::ProjectCreated;

    use super::*;
    use crate::check::invariants::Invariant;

    fn created(number: u8) -> OrchestrationEvent {
        let created = ProjectCreated {
            project_id: format!("00000000-0000-0000-0000-0000000000{number:02}")
                .parse()
                .expect("an id"),
            path: format!("/{number}").parse().expect("a path"),
            name: "a".parse().expect("a name"),
            at: chrono::DateTime::UNIX_EPOCH,
        };
        created.into()
    }

    #[test]
    fn a_stream_counts_its_events_and_shows_and_judges_the_model_that_they_come_to() {
        let mut findings = Findings::default();
        let mut stream = Stream::new(Subject::CORE, OrchestrationReadModel::default());
        stream.step(&created(1), &mut findings);
        stream.step(&created(2), &mut findings);
        assert_eq!((stream.snapshot.sequence, stream.model().projects().len()), (2, 2));
        let count = |findings: &Findings| findings.tally.of(Invariant::R2).checked;
        let before = count(&findings);
        stream.check_model(&mut findings);
        assert_eq!(count(&findings), before + 1);
        assert_eq!(findings.violations, []);
    }

    #[test]
    fn a_replay_is_held_against_the_projector_that_it_has_and_not_against_a_faulty_one() {
        /// Gives every new project another name.
        fn late(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
            let OrchestrationEvent::ProjectCreated(created) = event else {
                return project(model, event);
            };
            let name = "other".parse().expect("a name");
            project(
                model,
                &ProjectCreated {
                    name,
                    ..created.clone()
                }
                .into(),
            )
        }
        let mut findings = Findings::default();
        let mut stream = Stream::new(Subject::CORE.with_projector(late), OrchestrationReadModel::default());
        stream.step(&created(1), &mut findings);
        assert_eq!(findings.violations, []);
    }
}
