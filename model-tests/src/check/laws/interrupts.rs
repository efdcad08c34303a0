//! L1 of one model: whatever runs can be interrupted.

use orchestration::OrchestrationReadModel;
use orchestration::commands::InterruptTurn;
use orchestration::read_model::{Thread, ThreadStatus};

use crate::check::invariants::{Findings, Invariant};
use crate::describe::{self, or_none};
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
        let status = rested.thread(thread_id).map(Thread::status);
        findings.expect(Invariant::L1, status == Some(ThreadStatus::Idle), || {
            let (status, decided) = (or_none(status), describe::decision(Some(&decision)));
            format!(
                "interrupting turn {turn_id}: thread {thread_id}: status: expected idle, found {status} ({decided})"
            )
        });
    }
    let restless = rested.threads().find(|thread| thread.status() != ThreadStatus::Idle);
    findings.expect(Invariant::L1, restless.is_none(), || {
        let (id, status) = (or_none(restless.map(Thread::id)), or_none(restless.map(Thread::status)));
        format!("with all active turns interrupted, thread {id}: status: expected idle, found {status}")
    });
}
