//! What is put to the test.

use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

/// A decider: the shape of [`orchestration::decide`].
pub type Decide = fn(&OrchestrationCommand, &OrchestrationReadModel) -> Result<Vec<OrchestrationEvent>, DeciderError>;

/// A projector: the shape of [`orchestration::project`].
pub type Project = fn(OrchestrationReadModel, &OrchestrationEvent) -> OrchestrationReadModel;

/// A decider and a projector to be tested: those of the core, or faulty ones that the harness must catch.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Decides commands.
    pub decide: Decide,
    /// Projects events.
    pub project: Project,
}

impl Subject {
    /// The core itself.
    pub const CORE: Self = Self {
        decide: orchestration::decide,
        project: orchestration::project,
    };
}
