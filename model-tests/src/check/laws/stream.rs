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
