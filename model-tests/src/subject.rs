//! What is put to the test.

use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot, StoredEvent,
};

/// A decider: the shape of [`orchestration::decide`].
pub type Decide = fn(&OrchestrationCommand, &OrchestrationReadModel) -> Result<Vec<OrchestrationEvent>, DeciderError>;

/// A projector: the shape of [`orchestration::project`].
pub type Project = fn(OrchestrationReadModel, &OrchestrationEvent) -> OrchestrationReadModel;

/// A replay, one stored event at a time: the shape of [`Snapshot::apply`].
pub type Apply = fn(Snapshot, &StoredEvent) -> Result<Snapshot, ReplayError>;

/// A decider, a projector and a replay to be tested: those of the core, or faulty ones that the harness must catch.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Decides commands.
    pub decide: Decide,
    /// Projects events.
    pub project: Project,
    /// Applies stored events to snapshots.
    pub apply: Apply,
}

impl Subject {
    /// The core itself.
    pub const CORE: Self = Self {
        decide: orchestration::decide,
        project: orchestration::project,
        apply: Snapshot::apply,
    };

    /// Whether the projector is known to be the core's own, so that projecting with both would be the same work twice.
    ///
    /// The core's projector may have several addresses, and then this is false where it need not be; what has its
    /// address does what it does.
    pub(crate) fn projects_as_the_core(&self) -> bool {
        std::ptr::fn_addr_eq(self.project, Self::CORE.project)
    }
}
