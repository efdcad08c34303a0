//! What is put to the test: a decider, a projector and a replay.

use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot,
    SnapshotOfAnotherLog, StoredEvent,
};

/// What a decider says of a command: the events that it causes, or why it is refused.
pub type Decided = Result<Vec<OrchestrationEvent>, DeciderError>;

/// A decider: the shape of [`orchestration::decide`].
pub(crate) type Decide = fn(&OrchestrationCommand, &OrchestrationReadModel) -> Decided;

/// A projector: the shape of [`orchestration::project`].
pub type Project = fn(OrchestrationReadModel, &OrchestrationEvent) -> OrchestrationReadModel;

/// A replay, one stored event at a time: the shape of [`Snapshot::apply`].
pub(crate) type Apply = fn(Snapshot, &StoredEvent) -> Result<Snapshot, ReplayError>;

/// A replay in place: the shape of [`Snapshot::advance`].
pub(crate) type Advance = fn(&mut Snapshot, &StoredEvent) -> Result<(), ReplayError>;

/// What tells whether a snapshot is of a log: the shape of [`Snapshot::check_log`].
pub(crate) type CheckLog = fn(&Snapshot, &StoredEvent) -> Result<(), SnapshotOfAnotherLog>;

/// A decider, a projector and a replay to be tested: those of the core, or faulty ones that the harness must catch.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    decide: Decide,
    project: Project,
    apply: Apply,
    advance: Advance,
    check_log: CheckLog,
    has_core_projector: bool,
}

impl Subject {
    /// The core itself.
    pub const CORE: Self = Self {
        decide: orchestration::decide,
        project: orchestration::project,
        apply: Snapshot::apply,
        advance: Snapshot::advance,
        check_log: Snapshot::check_log,
        has_core_projector: true,
    };

    /// The same with another decider.
    #[must_use]
    pub const fn with_decider(self, decide: Decide) -> Self {
        Self { decide, ..self }
    }

    /// The same with another projector.
    #[must_use]
    pub const fn with_projector(self, project: Project) -> Self {
        Self {
            project,
            has_core_projector: false,
            ..self
        }
    }

    /// The same with another replay.
    #[must_use]
    pub(crate) const fn with_replay(self, apply: Apply) -> Self {
        Self { apply, ..self }
    }

    /// The same with another replay in place.
    #[must_use]
    pub(crate) const fn with_advance(self, advance: Advance) -> Self {
        Self { advance, ..self }
    }

    /// The same with another check of what log a snapshot is of.
    #[must_use]
    pub(crate) const fn with_log_check(self, check_log: CheckLog) -> Self {
        Self { check_log, ..self }
    }

    /// Decides a command.
    ///
    /// # Errors
    ///
    /// The refusal, if the command is refused.
    pub fn decide(&self, command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
        (self.decide)(command, model)
    }

    /// Projects an event.
    #[must_use]
    pub fn project(&self, model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
        (self.project)(model, event)
    }

    /// Projects one event after the other. A refusal has none.
    #[must_use]
    pub fn fold<'a>(
        &self,
        model: OrchestrationReadModel,
        events: impl IntoIterator<Item = &'a OrchestrationEvent>,
    ) -> OrchestrationReadModel {
        events.into_iter().fold(model, self.project)
    }

    /// Applies a stored event to a snapshot.
    ///
    /// # Errors
    ///
    /// Why the event is not the next one.
    pub fn apply(&self, snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
        (self.apply)(snapshot, stored)
    }

    /// Applies a stored event to a snapshot in place.
    ///
    /// # Errors
    ///
    /// Why the event is not the next one.
    pub fn advance(&self, snapshot: &mut Snapshot, stored: &StoredEvent) -> Result<(), ReplayError> {
        (self.advance)(snapshot, stored)
    }

    /// Checks that a snapshot is of the log that has this event.
    ///
    /// # Errors
    ///
    /// Why it is of another one.
    pub(crate) fn check_log(&self, snapshot: &Snapshot, stored: &StoredEvent) -> Result<(), SnapshotOfAnotherLog> {
        (self.check_log)(snapshot, stored)
    }

    /// Whether the projector is the core's own, so that projecting with both would be the same work twice.
    #[must_use]
    pub(crate) const fn has_core_projector(&self) -> bool {
        self.has_core_projector
    }
}
