//! T2, T3, T6 and T7: what may become of a thread's turns, and of what is in them.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CreateCheckpoint, RestoreCheckpoint};
use orchestration::provider_event::{ProviderEvent, ToolResult};
use orchestration::read_model::{
    Approval, Checkpoint, Decision, Message, MessageText, Thread, ToolCall, ToolCallStatus, Turn, TurnEntry,
};
use orchestration::{ActionId, MessageId, Text, TurnId};

use super::same;
use crate::check::invariants::{Findings, Invariant};
use crate::describe::{or_none, wire_form};

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
                    "{} took turn {} of thread {} away",
                    command.kind(),
                    turn.id(),
                    before.id()
                )
            }),
            Some(later) if turn.status().is_running() => check_running_turn(command, before, turn, later, findings),
            Some(later) => findings.expect(Invariant::T2, same(turn, later), || {
                let name = format!("turn {} of thread {}", turn.id(), before.id());
                format!("{} changed {name}, which had ended ({})", command.kind(), turn.status())
            }),
        }
    }
    check_checkpoints(command, before, after, findings);
}

/// T2: turns go with their thread, and a thread goes only when it is deleted.
fn check_deletion(command: &Command, before: &Thread, findings: &mut Findings) {
    let is_deletion = matches!(command, Command::DeleteThread(_) | Command::DeleteProject(_));
    findings.expect(Invariant::T2, is_deletion, || {
        format!("{} took thread {} away with its turns", command.kind(), before.id())
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
            format!(
                "{} put another turn in the place of {}, or took entries from it",
                command.kind(),
                name()
            )
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
            format!(
                "{} turned an entry of {} from {} into {}",
                self.command.kind(),
                name(),
                wire_form(earlier),
                wire_form(later)
            )
        });
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
        let result = self.result().filter(|result| result.tool_call_id == *earlier.id());
        let expected = match (earlier.status(), result) {
            (ToolCallStatus::Open, Some(result)) if result.is_error => (ToolCallStatus::Failed, Some(&result.output)),
            (ToolCallStatus::Open, Some(result)) => (ToolCallStatus::Succeeded, Some(&result.output)),
            (ToolCallStatus::Open, None) if self.has_ended => (ToolCallStatus::Cancelled, None),
            (ToolCallStatus::Open, None) => (ToolCallStatus::Open, None),
            (ended @ (ToolCallStatus::Succeeded | ToolCallStatus::Failed | ToolCallStatus::Cancelled), _) => {
                (ended, earlier.output())
            }
        };
        is_same_call && (later.status(), later.output()) == expected
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
            format!(
                "message {id} of {} said {}, was given {}, and says {}",
                name(),
                wire_form(earlier),
                wire_form(&piece),
                later.map_or_else(|| "nothing, for it is not there".to_owned(), wire_form)
            )
        });
    }

    /// T6: an accepted result is for an open call of which no approval is pending; an answer is to an approval that is pending
    /// in the turn that it names.
    fn check_result(&self, before: &Turn, name: &impl Fn() -> String, findings: &mut Findings) {
        let approvals = || before.entries().filter_map(TurnEntry::as_approval);
        let pending = || approvals().filter(|approval| approval.decision().is_pending());
        let (is_right, what) = if let Some(result) = self.result() {
            let id = &result.tool_call_id;
            let is_open = before
                .tool_call(id)
                .is_some_and(|call| call.status() == ToolCallStatus::Open);
            (
                is_open && pending().all(|approval| approval.tool_call_id() != Some(id)),
                id.to_string(),
            )
        } else {
            let Some((turn_id, action_id)) = self.answered() else {
                return findings.pass_over(Invariant::T6);
            };
            (
                turn_id == self.turn_id && pending().any(|approval| approval.id() == action_id),
                format!("action {action_id} of turn {turn_id}"),
            )
        };
        findings.expect(Invariant::T6, is_right, || {
            format!(
                "{} was accepted for {what} in {}, which was not waiting for it",
                self.command.kind(),
                name()
            )
        });
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

/// T7: a checkpoint counts the turns that stand, and restoring it keeps exactly those.
fn check_checkpoints(command: &Command, before: &Thread, after: &Thread, findings: &mut Findings) {
    if let Command::CreateCheckpoint(command) = command {
        check_checkpoint(command, before, after, findings);
    } else if let Command::RestoreCheckpoint(command) = command {
        check_restore(command, before, after, findings);
    } else {
        findings.pass_over(Invariant::T7);
    }
}

fn check_checkpoint(command: &CreateCheckpoint, before: &Thread, after: &Thread, findings: &mut Findings) {
    let count = after.checkpoint(command.checkpoint_id).map(Checkpoint::turn_count);
    let turns = before.turns().len();
    findings.expect(
        Invariant::T7,
        count.is_some_and(|count| count as usize == turns),
        || {
            let id = command.checkpoint_id;
            format!(
                "checkpoint {id} of thread {} counts {} turns: expected {turns}",
                before.id(),
                or_none(count)
            )
        },
    );
}

fn check_restore(command: &RestoreCheckpoint, before: &Thread, after: &Thread, findings: &mut Findings) {
    let id = command.checkpoint_id;
    let expected = before
        .checkpoint(id)
        .map_or(0, |checkpoint| checkpoint.turn_count() as usize);
    let found = after.turns().len();
    findings.expect(Invariant::T7, found == expected, || {
        format!(
            "restoring checkpoint {id} of thread {} kept {found} turns: expected {expected}",
            before.id()
        )
    });
    let are_turns_kept = after
        .turns()
        .zip(before.turns())
        .all(|(after, before)| same(before, after));
    let listed_before = before
        .checkpoints()
        .take_while(|checkpoint| checkpoint.id() != id)
        .count();
    let are_checkpoints_kept = after.checkpoints().len() == listed_before + 1
        && after
            .checkpoints()
            .zip(before.checkpoints())
            .all(|(after, before)| after == before);
    findings.expect(Invariant::T7, are_turns_kept && are_checkpoints_kept, || {
        format!(
            "restoring checkpoint {id} of thread {} changed what it should keep",
            before.id()
        )
    });
}
