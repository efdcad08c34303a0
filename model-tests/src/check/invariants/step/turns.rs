//! T2, T3 and T6: what may become of a thread's turns, and of what is in them.

use orchestration::OrchestrationCommand as Command;
use orchestration::provider_event::{ProviderEvent, ToolResult};
use orchestration::read_model::{
    Approval, Decision, Message, MessageText, Thread, ToolCall, ToolCallStatus, Turn, TurnEntry,
};
use orchestration::{ActionId, MessageId, Text, ToolCallId, TurnId};

use super::{checkpoints, same};
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{Difference, between, differences, list};
use crate::describe::{self, or_none};

/// Checks the turns of the thread that an accepted command names; `after` is `None` when it was deleted.
pub(super) fn check(command: &Command, before: &Thread, after: Option<&Thread>, findings: &mut Findings) {
    let Some(after) = after else {
        check_deletion(command, before, findings);
        return;
    };
    let is_restore = matches!(command, Command::RestoreCheckpoint(_));
    let mut later = after.turns();
    for turn in before.turns() {
        match later.next() {
            None => findings.expect(Invariant::T2, is_restore, || {
                format!(
                    "{} took turn {} of thread {} away: expected {} turns, found {}",
                    command.kind(),
                    turn.id(),
                    before.id(),
                    before.turns().len(),
                    after.turns().len()
                )
            }),
            Some(later) if turn.status().is_running() => check_running_turn(command, before, turn, later, findings),
            Some(later) => findings.expect(Invariant::T2, same(turn, later), || {
                let name = format!("turn {} of thread {}", turn.id(), before.id());
                let (kind, change) = (command.kind(), between(turn, later));
                format!("{kind} changed {name}, which had ended: {change}")
            }),
        }
    }
    checkpoints::check(command, before, after, findings);
}

/// T2: turns go with their thread, and a thread goes only when it is deleted.
fn check_deletion(command: &Command, before: &Thread, findings: &mut Findings) {
    let is_deletion = matches!(command, Command::DeleteThread(_) | Command::DeleteProject(_));
    findings.expect(Invariant::T2, is_deletion, || {
        let (kind, id, turns) = (command.kind(), before.id(), before.turns().len());
        format!("{kind} took thread {id} away: expected it to keep its {turns} turns, found nothing")
    });
}

/// T2, T3 and T6: what was in the running turn is in it still, changed only as the command says.
fn check_running_turn(command: &Command, thread: &Thread, before: &Turn, after: &Turn, findings: &mut Findings) {
    let name = || format!("turn {} of thread {}", before.id(), thread.id());
    let is_same_turn = before.id() == after.id() && before.started_at() == after.started_at();
    findings.expect(
        Invariant::T2,
        is_same_turn && before.entries().len() <= after.entries().len(),
        || {
            let (kind, place) = (command.kind(), name());
            let identity = |turn: &Turn| (turn.id(), turn.started_at(), turn.entries().len());
            let [expected, found] = [before, after].map(|turn| {
                let (id, started_at, entries) = identity(turn);
                format!("turn {id} of {started_at} with {entries} entries")
            });
            format!("{kind} changed {place} into another: expected {expected} or more, found {found}")
        },
    );
    let change = Change {
        command,
        turn_id: before.id(),
        has_ended: !after.status().is_running(),
    };
    for (earlier, later) in before.entries().zip(after.entries()) {
        change.check_entry(earlier, later, &name, findings);
    }
    change.check_appended(before, after, &name, findings);
    change.check_result(before, &name, findings);
}

/// What a command may change in a running turn.
struct Change<'a> {
    command: &'a Command,
    turn_id: TurnId,
    has_ended: bool,
}

impl Change<'_> {
    fn event(&self) -> Option<&ProviderEvent> {
        if let Command::IngestProviderEvent(command) = self.command {
            Some(&command.event)
        } else {
            None
        }
    }

    /// The piece that the command brings, and the message that it is for.
    fn piece(&self) -> Option<(MessageId, &Text)> {
        match self.event()? {
            ProviderEvent::TextDelta(delta) => Some((delta.message_id, &delta.text)),
            ProviderEvent::ThinkingDelta(delta) => Some((delta.message_id, &delta.text)),
            ProviderEvent::ToolCall(_)
            | ProviderEvent::ToolResult(_)
            | ProviderEvent::AwaitingApproval(_)
            | ProviderEvent::TurnComplete(_)
            | ProviderEvent::Error(_) => None,
        }
    }

    fn result(&self) -> Option<&ToolResult> {
        if let ProviderEvent::ToolResult(result) = self.event()? {
            Some(result)
        } else {
            None
        }
    }

    /// The action that the command answers, and the turn that asked.
    fn answered(&self) -> Option<(TurnId, ActionId)> {
        if let Command::ApprovePendingAction(command) = self.command {
            return Some((command.turn_id, command.action_id));
        }
        if let Command::RejectPendingAction(command) = self.command {
            return Some((command.turn_id, command.action_id));
        }
        None
    }

    fn check_entry(&self, earlier: &TurnEntry, later: &TurnEntry, name: &impl Fn() -> String, findings: &mut Findings) {
        if std::ptr::eq(earlier, later) {
            return;
        }
        let (invariant, is_right) = match (earlier, later) {
            (TurnEntry::Message(earlier), TurnEntry::Message(later)) => {
                (Invariant::T3, self.may_message_become(earlier, later))
            }
            (TurnEntry::ToolCall(earlier), TurnEntry::ToolCall(later)) => {
                (Invariant::T6, self.may_tool_call_become(earlier, later))
            }
            (TurnEntry::Approval(earlier), TurnEntry::Approval(later)) => {
                (Invariant::T6, self.may_approval_become(earlier, later))
            }
            (TurnEntry::Message(_), TurnEntry::ToolCall(_) | TurnEntry::Approval(_))
            | (TurnEntry::ToolCall(_), TurnEntry::Message(_) | TurnEntry::Approval(_))
            | (TurnEntry::Approval(_), TurnEntry::Message(_) | TurnEntry::ToolCall(_)) => (Invariant::T2, false),
        };
        findings.expect(invariant, is_right, || {
            let (kind, place) = (self.command.kind(), name());
            let differences = self.differences(earlier, later);
            let entry = describe::entry(earlier);
            format!("{kind} changed {place}: {entry}: {}", list(&differences))
        });
    }

    /// Where an entry is not what the command makes of it.
    fn differences(&self, earlier: &TurnEntry, later: &TurnEntry) -> Vec<Difference> {
        if std::mem::discriminant(earlier) != std::mem::discriminant(later) {
            return vec![Difference {
                path: String::new(),
                expected: Some(describe::entry(earlier)),
                found: Some(describe::entry(later)),
            }];
        }
        let mut differences = differences(earlier, later);
        match (earlier, later) {
            (TurnEntry::ToolCall(earlier), TurnEntry::ToolCall(later)) => {
                differences.retain(|difference| difference.path != "status" && difference.path != "output");
                let (status, output) = self.expected_of_call(earlier);
                if status != later.status() {
                    differences.push(Difference::of("status", &status, &later.status()));
                }
                if output != later.output() {
                    differences.push(Difference::of("output", &output, &later.output()));
                }
            }
            (TurnEntry::Approval(earlier), TurnEntry::Approval(later)) => {
                differences.retain(|difference| !difference.path.starts_with("decision"));
                let expected = self.expected_decision(earlier);
                if expected != *later.decision() {
                    differences.extend(within("decision", &expected, later.decision()));
                }
            }
            (TurnEntry::Message(earlier), TurnEntry::Message(_)) => {
                // What the message that goes on says is told separately.
                let is_continued = self.piece().is_some_and(|(id, _)| id == earlier.id());
                differences.retain(|difference| !(is_continued && difference.path == "text"));
            }
            (TurnEntry::Message(_), TurnEntry::ToolCall(_) | TurnEntry::Approval(_))
            | (TurnEntry::ToolCall(_), TurnEntry::Message(_) | TurnEntry::Approval(_))
            | (TurnEntry::Approval(_), TurnEntry::Message(_) | TurnEntry::ToolCall(_)) => {}
        }
        differences
    }

    fn may_message_become(&self, earlier: &Message, later: &Message) -> bool {
        // Whether the message that the command continues says the right thing is checked separately.
        let is_continued = self.piece().is_some_and(|(id, _)| id == earlier.id());
        earlier.id() == later.id()
            && earlier.role() == later.role()
            && earlier.at() == later.at()
            && (is_continued || earlier.text() == later.text())
    }

    fn may_tool_call_become(&self, earlier: &ToolCall, later: &ToolCall) -> bool {
        let is_same_call = earlier.id() == later.id()
            && earlier.name() == later.name()
            && earlier.input() == later.input()
            && earlier.at() == later.at();
        is_same_call && (later.status(), later.output()) == self.expected_of_call(earlier)
    }

    /// What a tool call's status and output are to be.
    fn expected_of_call<'c>(&'c self, earlier: &'c ToolCall) -> (ToolCallStatus, Option<&'c Text>) {
        let result = self.result().filter(|result| result.tool_call_id == *earlier.id());
        match (earlier.status(), result) {
            (ToolCallStatus::Open, Some(result)) if result.is_error => (ToolCallStatus::Failed, Some(&result.output)),
            (ToolCallStatus::Open, Some(result)) => (ToolCallStatus::Succeeded, Some(&result.output)),
            (ToolCallStatus::Open, None) if self.has_ended => (ToolCallStatus::Cancelled, None),
            (ToolCallStatus::Open, None) => (ToolCallStatus::Open, None),
            (ended @ (ToolCallStatus::Succeeded | ToolCallStatus::Failed | ToolCallStatus::Cancelled), _) => {
                (ended, earlier.output())
            }
        }
    }

    fn may_approval_become(&self, earlier: &Approval, later: &Approval) -> bool {
        let is_same_approval = earlier.id() == later.id()
            && earlier.tool_call_id() == later.tool_call_id()
            && earlier.description() == later.description()
            && earlier.at() == later.at();
        is_same_approval && *later.decision() == self.expected_decision(earlier)
    }

    fn expected_decision(&self, approval: &Approval) -> Decision {
        if !approval.decision().is_pending() {
            return approval.decision().clone();
        }
        if self.answered() == Some((self.turn_id, approval.id())) {
            return if let Command::RejectPendingAction(command) = self.command {
                Decision::Rejected {
                    reason: command.reason.clone(),
                }
            } else {
                Decision::Approved
            };
        }
        if self.has_ended {
            Decision::Cancelled
        } else {
            Decision::Pending
        }
    }

    /// T3: a message that the command begins says what the command brings, and goes behind the others.
    fn check_appended(&self, before: &Turn, after: &Turn, name: &impl Fn() -> String, findings: &mut Findings) {
        let Some((id, piece)) = self.piece() else {
            findings.pass_over(Invariant::T3);
            return;
        };
        let empty = MessageText::default();
        let earlier = before.message(id).map_or(&empty, Message::text);
        let later = after.message(id).map(Message::text);
        let is_right = later.is_some_and(|later| is_continued(earlier, piece, later));
        findings.expect(Invariant::T3, is_right, || {
            let expected = format!("{earlier}{piece}");
            let place = format!("{}: message {id}: text", name());
            let found = later.map(ToString::to_string);
            Difference::of(place, &Some(expected), &found).to_string()
        });
    }

    /// T6: an accepted result is for an open call of which no approval is pending; an answer is to an approval that is pending
    /// in the turn that it names.
    fn check_result(&self, before: &Turn, name: &impl Fn() -> String, findings: &mut Findings) {
        let approvals = || before.entries().filter_map(TurnEntry::as_approval);
        let pending = || approvals().filter(|approval| approval.decision().is_pending());
        let (is_right, wanted) = if let Some(result) = self.result() {
            let id = &result.tool_call_id;
            let call = before.tool_call(id);
            let is_open = call.is_some_and(|call| call.status() == ToolCallStatus::Open);
            let is_right = is_open && pending().all(|approval| approval.tool_call_id() != Some(id));
            (is_right, Wanted::OpenCall(id))
        } else {
            let Some((turn_id, action_id)) = self.answered() else {
                return findings.pass_over(Invariant::T6);
            };
            let is_right = turn_id == self.turn_id && pending().any(|approval| approval.id() == action_id);
            (is_right, Wanted::PendingApproval(turn_id, action_id))
        };
        findings.expect(Invariant::T6, is_right, || {
            let (kind, place) = (self.command.kind(), name());
            format!("{kind} was accepted in {place}: {}", wanted.told(before))
        });
    }
}

/// Where two values differ that stand under a name.
fn within<T: serde::Serialize>(name: &str, expected: &T, found: &T) -> Vec<Difference> {
    let mut differences = differences(expected, found);
    for difference in &mut differences {
        difference.path = format!("{name}.{}", difference.path);
    }
    differences
}

/// What a result or an answer is to meet.
enum Wanted<'a> {
    /// An open tool call of which no approval is pending.
    OpenCall(&'a ToolCallId),
    /// An approval of this turn that is pending.
    PendingApproval(TurnId, ActionId),
}

impl Wanted<'_> {
    /// What was expected in a turn, and what was found there.
    fn told(&self, turn: &Turn) -> String {
        match self {
            Self::OpenCall(id) => {
                let call = turn.tool_call(id).map(ToolCall::status);
                let pending = turn.pending_approvals_of(id);
                let id = describe::quote(id.as_str());
                format!(
                    "tool call {id}: status: expected open, with no approval of it pending, found {} with {pending}",
                    or_none(call)
                )
            }
            Self::PendingApproval(turn_id, id) => {
                let found = turn.approval(*id).map(describe::approval);
                format!(
                    "expected approval {id} to be pending in turn {turn_id}, found {} in turn {}",
                    or_none(found),
                    turn.id()
                )
            }
        }
    }
}

/// Whether a text is an earlier text with a piece appended.
fn is_continued(earlier: &MessageText, piece: &Text, later: &MessageText) -> bool {
    if later.len() != earlier.len() + piece.as_str().len() {
        return false;
    }
    let expected = || {
        earlier
            .pieces()
            .chain([piece.as_str()])
            .filter(|piece| !piece.is_empty())
    };
    // As a rule both share the very same pieces, which need not be read.
    let are_shared = expected().map(str::as_ptr).eq(later.pieces().map(str::as_ptr));
    are_shared || expected().flat_map(str::bytes).eq(later.pieces().flat_map(str::bytes))
}
