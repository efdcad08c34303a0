//! The index by which the entries of a turn are found, and what a running turn counts so that nothing has to be searched.
//!
//! Equality ignores both, and neither is stored: only this check looks at them.

use std::collections::BTreeMap;

use orchestration::ToolCallId;
use orchestration::read_model::{Thread, Turn, TurnEntry};

use super::{Findings, Invariant};
use crate::describe::{self, or_none};

/// S1 and S4 of a thread's turns: every entry is found by its id, and the pending approvals are counted right.
pub(super) fn check(thread: &Thread, findings: &mut Findings) {
    for turn in thread.turns() {
        check_keys(thread, turn, findings);
        if turn.status().is_running() {
            let count_of = |id: &ToolCallId| turn.pending_approvals_of(id);
            check_counts(thread, turn, turn.pending_approvals(), count_of, findings);
        }
    }
}

fn check_keys(thread: &Thread, turn: &Turn, findings: &mut Findings) {
    let lost = turn.entries().find(|entry| !is_found(turn, entry));
    findings.expect(Invariant::S1, lost.is_none(), || {
        format!(
            "turn {} of thread {}: expected {} to be found by its id, found nothing or another",
            turn.id(),
            thread.id(),
            or_none(lost.map(describe::entry))
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

/// S4: `count` approvals are pending, and as many of each tool call as `count_of` says.
fn check_counts(
    thread: &Thread,
    turn: &Turn,
    count: usize,
    count_of: impl Fn(&ToolCallId) -> usize,
    findings: &mut Findings,
) {
    let approvals = turn.entries().filter_map(TurnEntry::as_approval);
    let pending: Vec<_> = approvals.filter(|approval| approval.decision().is_pending()).collect();
    let mut pending_of: BTreeMap<&ToolCallId, usize> = BTreeMap::new();
    for id in pending.iter().filter_map(|approval| approval.tool_call_id()) {
        *pending_of.entry(id).or_default() += 1;
    }
    let miscounted = turn
        .entries()
        .filter_map(TurnEntry::as_tool_call)
        .find(|call| count_of(call.id()) != pending_of.get(call.id()).copied().unwrap_or_default());
    let is_right = count == pending.len() && miscounted.is_none();
    findings.expect(Invariant::S4, is_right, || {
        format!(
            "turn {} of thread {}: pending approvals: expected {}, found {count} counted; the tool call whose own are \
             miscounted: {}",
            turn.id(),
            thread.id(),
            pending.len(),
            or_none(miscounted.map(|call| describe::quote(call.id().as_str())))
        )
    });
}

#[cfg(test)]
mod tests {
    use orchestration::OrchestrationReadModel;
    use orchestration::testing::Unchecked;
    use serde_json::json;

    use super::*;

    /// A thread that waits for an answer about one of two calls.
    fn waiting() -> OrchestrationReadModel {
        let (at, id) = ("2026-01-01T00:00:00Z", |kind: &str| {
            format!("000000{kind}-0000-4000-8000-000000000001")
        });
        let call =
            |id| json!({"type": "tool_call", "id": id, "name": "bash", "input": "ls", "status": "open", "at": at});
        let asked = json!({"type": "approval", "id": id("e0"), "tool_call_id": "call", "description": "Run ls",
            "decision": {"type": "pending"}, "at": at});
        let turn = json!({"id": id("c0"), "status": {"type": "running"}, "started_at": at,
            "entries": [call("call"), call("other"), asked]});
        let thread = json!({"id": id("b0"), "project_id": id("a0"), "title": "Fix it", "provider": "claude",
            "runtime_mode": "supervised", "status": "awaiting_approval", "turns": [turn], "checkpoints": [],
            "created_at": at, "updated_at": at});
        let model = json!({"projects": {}, "threads": {id("b0"): thread}});
        let Unchecked(model) = serde_json::from_value(model).expect("its form is right");
        model
    }

    #[test]
    fn counts_of_pending_approvals_that_are_wrong_are_found() {
        let model = waiting();
        let thread = model.threads().next().expect("there is a thread");
        let turn = thread.active_turn().expect("there is an active turn");
        let told = |count, of_call, of_other| {
            let mut findings = Findings::default();
            let count_of = |id: &ToolCallId| if id.as_str() == "call" { of_call } else { of_other };
            check_counts(thread, turn, count, count_of, &mut findings);
            assert_eq!(findings.tally.of(Invariant::S4).premise_held, 1);
            let mut messages = findings.violations.into_iter().map(|violation| violation.message);
            messages.next().unwrap_or_default()
        };
        assert_eq!(told(1, 1, 0), "");
        assert!(
            told(0, 1, 0).contains(
                "pending approvals: expected 1, found 0 counted; the tool call whose own are miscounted: none"
            )
        );
        assert!(told(2, 1, 0).contains("pending approvals: expected 1, found 2 counted"));
        assert!(told(1, 0, 0).contains("miscounted: \"call\""));
        assert!(told(1, 1, 1).contains("miscounted: \"other\""));
    }

    #[test]
    fn a_running_turn_has_its_counts_checked() {
        let model = waiting();
        let mut findings = Findings::default();
        check(model.threads().next().expect("there is a thread"), &mut findings);
        assert_eq!(findings.violations, []);
        assert_eq!(findings.tally.of(Invariant::S4).premise_held, 1);
        assert_eq!(findings.tally.of(Invariant::S1).premise_held, 1);
    }
}
