//! L1 of one model: whatever runs can be interrupted.

use orchestration::OrchestrationReadModel;
use orchestration::commands::InterruptTurn;
use orchestration::read_model::ThreadStatus;

use crate::check::invariants::{Findings, Invariant};
use crate::subject::Subject;

/// L1: interrupting each active turn brings its thread to rest, and all of them all threads.
pub(crate) fn check_interrupts(subject: Subject, model: &OrchestrationReadModel, findings: &mut Findings) {
    let mut rested = model.clone();
    for (thread, turn) in model.active_turns() {
        let (thread_id, turn_id, at) = (thread.id(), turn.id(), thread.updated_at());
        let interrupt = InterruptTurn { thread_id, turn_id, at }.into();
        let decision = subject.decide(&interrupt, &rested);
        let events = decision.as_deref().unwrap_or_default();
        rested = subject.fold(rested, events);
        let is_idle = rested
            .thread(thread_id)
            .is_some_and(|thread| thread.status() == ThreadStatus::Idle);
        findings.expect(Invariant::L1, is_idle, || {
            format!("interrupting turn {turn_id} left thread {thread_id} not idle: {decision:?}")
        });
    }
    let restless = rested.threads().find(|thread| thread.status() != ThreadStatus::Idle);
    findings.expect(Invariant::L1, restless.is_none(), || {
        let id = restless.map(|thread| thread.id().to_string()).unwrap_or_default();
        format!("with all active turns interrupted, thread {id} is still not idle")
    });
}
