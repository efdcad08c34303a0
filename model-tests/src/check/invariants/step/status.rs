//! T5: how a thread's status moves, and that every move is told.

use orchestration::OrchestrationEvent;
use orchestration::read_model::{Thread, ThreadStatus};

use super::{Footprint, Transition};
use crate::check::invariants::{Findings, Invariant};

/// Checks the changes of one thread's status that the events tell against those that there were.
pub(super) fn check(
    before: Option<&Thread>,
    after: Option<&Thread>,
    events: &[OrchestrationEvent],
    findings: &mut Findings,
) {
    let Some(thread) = before.or(after) else {
        findings.pass_over(Invariant::T5);
        return;
    };
    let id = thread.id();
    let mut status = before.map_or(ThreadStatus::Idle, Thread::status);
    let mut is_told = false;
    for event in events {
        if let OrchestrationEvent::ThreadStatusChanged(change) = event
            && change.thread_id == id
        {
            is_told = true;
            let (from, to) = (change.from, change.to);
            findings.expect(Invariant::T5, from == status && is_move(from, to), || {
                let expected = moves_from(status);
                format!(
                    "thread {id} was {status}: status: expected {expected}, found it told to move from {from} to {to}"
                )
            });
            status = to;
        }
    }
    // A thread that is deleted has come to rest first.
    let reached = after.map_or(ThreadStatus::Idle, Thread::status);
    if is_told || status != reached {
        findings.expect(Invariant::T5, status == reached, || {
            format!("thread {id}: status: expected {status}, as the events tell, found {reached}")
        });
    } else {
        findings.pass_over(Invariant::T5);
    }
}

/// Checks that the events tell of no other thread's status: what is told without having happened misleads whoever
/// follows the events, even where the model is right.
pub(super) fn check_others(
    transition: Transition<'_>,
    footprint: &Footprint,
    events: &[OrchestrationEvent],
    findings: &mut Findings,
) {
    let Transition { command, before, .. } = transition;
    for event in events {
        let OrchestrationEvent::ThreadStatusChanged(change) = event else {
            continue;
        };
        let project_id = before.thread(change.thread_id).map(Thread::project_id);
        let is_named = footprint.touches(change.thread_id, project_id);
        findings.expect(Invariant::T5, is_named, || {
            let (id, from, to) = (change.thread_id, change.from, change.to);
            let kind = command.kind();
            format!("{kind} does not name thread {id}: expected no event of its status, found one from {from} to {to}")
        });
    }
}

/// The moves that there are from a status, in words.
const fn moves_from(status: ThreadStatus) -> &'static str {
    match status {
        ThreadStatus::Idle => "a move from idle to running",
        ThreadStatus::Running => "a move from running to awaiting approval or idle",
        ThreadStatus::AwaitingApproval => "a move from awaiting approval to running or idle",
    }
}

/// The moves that there are.
const fn is_move(from: ThreadStatus, to: ThreadStatus) -> bool {
    matches!(
        (from, to),
        (
            ThreadStatus::Idle | ThreadStatus::AwaitingApproval,
            ThreadStatus::Running
        ) | (ThreadStatus::Running, ThreadStatus::AwaitingApproval)
            | (
                ThreadStatus::Running | ThreadStatus::AwaitingApproval,
                ThreadStatus::Idle
            )
    )
}
