//! Steps taken one after the other.

use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use super::{Resolver, Step};
use crate::subject::{Decided, Subject};

/// Takes steps from the empty model on, and checks nothing: each is resolved against the model that it meets, decided, and
/// folded into it.
///
/// ```
/// use model_tests::generate::{RandomSteps, Walk};
/// use model_tests::subject::Subject;
///
/// let mut walk = Walk::new(Subject::CORE);
/// let trace: Vec<_> = RandomSteps::new(7).take(100).map(|step| walk.take(step).command).collect();
/// assert_eq!(trace.len(), 100);
/// assert!(walk.model().projects().len() > 0);
/// ```
#[derive(Clone, Debug)]
pub struct Walk {
    subject: Subject,
    model: OrchestrationReadModel,
    resolver: Resolver,
}

/// A step that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What it became.
    pub command: OrchestrationCommand,
    /// What was decided.
    pub decided: Decided,
}

impl Walk {
    /// Begins with the empty model.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            model: OrchestrationReadModel::default(),
            resolver: Resolver::new(),
        }
    }

    /// The model as it is now.
    #[must_use]
    pub const fn model(&self) -> &OrchestrationReadModel {
        &self.model
    }

    /// What goes on making commands as they would be made in this run.
    #[must_use]
    pub(crate) fn into_resolver(self) -> Resolver {
        self.resolver
    }

    /// Takes a step.
    pub fn take(&mut self, step: Step) -> Taken {
        let command = self.resolver.resolve(step, &self.model);
        let decided = self.subject.decide(&command, &self.model);
        let events = decided.as_deref().unwrap_or_default();
        self.model = self.subject.fold(std::mem::take(&mut self.model), events);
        self.resolver.advance(events);
        Taken { command, decided }
    }
}
