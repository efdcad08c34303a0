//! The index by which the entries of a turn are found, and what a running turn counts so that nothing has to be searched.
//!
//! Equality ignores both, and neither is stored: only this check looks at them.

use std::collections::BTreeMap;

use orchestration::ToolCallId;
use orchestration::read_model::{Thread, ToolCall, Turn, TurnEntry};

use super::{Findings, Invariant};
use crate::describe::{or_none, wire_form};

/// S1 and S4 of a thread's turns: every entry is found by its id, and the pending approvals are counted right.
pub(super) fn check(thread: &Thread, findings: &mut Findings) {
    for turn in thread.turns() {
        check_keys(thread, turn, findings);
        if turn.status().is_running() {
            check_counts(thread, turn, findings);
        }
    }
}

fn check_keys(thread: &Thread, turn: &Turn, findings: &mut Findings) {
    let lost = turn.entries().find(|entry| !is_found(turn, entry));
    findings.expect(Invariant::S1, lost.is_none(), || {
        format!(
            "in turn {} of thread {}, this is not found by its id: {}",
            turn.id(),
            thread.id(),
            lost.map(wire_form).unwrap_or_default()
        )
    });
}

/// Whether the entry's id finds it, or, in a turn that ended, one of that id: that there is no other is for S8 to say.
fn is_found(turn: &Turn, entry: &TurnEntry) -> bool {
    let is_running = turn.status().is_running();
    match entry {
        TurnEntry::Message(message) => turn
            .message(message.id())
            .is_some_and(|found| std::ptr::eq(found, message) || (!is_running && found.id() == message.id())),
        TurnEntry::ToolCall(call) => turn
            .tool_call(call.id())
            .is_some_and(|found| std::ptr::eq(found, call) || (!is_running && found.id() == call.id())),
        TurnEntry::Approval(approval) => turn
            .approval(approval.id())
            .is_some_and(|found| std::ptr::eq(found, approval) || (!is_running && found.id() == approval.id())),
    }
}

fn check_counts(thread: &Thread, turn: &Turn, findings: &mut Findings) {
    let approvals = turn.entries().filter_map(TurnEntry::as_approval);
    let pending: Vec<_> = approvals.filter(|approval| approval.decision().is_pending()).collect();
    let mut pending_of: BTreeMap<&ToolCallId, usize> = BTreeMap::new();
    for id in pending.iter().filter_map(|approval| approval.tool_call_id()) {
        *pending_of.entry(id).or_default() += 1;
    }
    let miscounted = turn
        .entries()
        .filter_map(TurnEntry::as_tool_call)
        .find(|call| turn.pending_approvals_of(call.id()) != pending_of.get(call.id()).copied().unwrap_or_default());
    let is_right = turn.pending_approvals() == pending.len() && miscounted.is_none();
    findings.expect(Invariant::S4, is_right, || {
        format!(
            "in turn {} of thread {}, {} approvals are pending, and {} are counted; the tool call whose own are miscounted: {}",
            turn.id(),
            thread.id(),
            pending.len(),
            turn.pending_approvals(),
            or_none(miscounted.map(ToolCall::id))
        )
    });
}
