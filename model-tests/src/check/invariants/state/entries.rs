//! S8 to S11: what must be true of the entries of a turn.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use orchestration::read_model::{Approval, Decision, MessageRole, Thread, ToolCall, ToolCallStatus, Turn, TurnEntry};
use orchestration::{ActionId, MessageId, ToolCallId};

use super::check_unique;
use crate::check::invariants::{Findings, Invariant};
use crate::describe::{self, or_none};

/// Checks the entries of a turn, which may have had fewer of them earlier: what cannot have changed since is not looked
/// at again.
pub(super) fn check(thread: &Thread, turn: &Turn, earlier: Option<&Turn>, findings: &mut Findings) {
    let is_running = turn.status().is_running();
    let mut oddities = Oddities::default();
    for (index, entry) in turn.entries().enumerate() {
        oddities.look_at(index, entry, is_running);
    }
    let name = || format!("turn {} of thread {}", turn.id(), thread.id());
    findings.expect(Invariant::S8, oddities.has_prompt, || {
        let first = or_none(turn.entries().next().map(describe::entry));
        format!("{}: entries[0]: expected the user's prompt, found {first}", name())
    });
    findings.expect(Invariant::S8, oddities.second_prompt.is_none(), || {
        let told = or_none(oddities.second_prompt.map(describe::entry));
        format!(
            "{}: expected no message of the user's behind the first entry, found {told}",
            name()
        )
    });
    findings.expect(Invariant::S10, oddities.output.is_none(), || {
        let call = oddities.output.and_then(TurnEntry::as_tool_call);
        let [expected, found] = if call.is_some_and(has_result) {
            ["an output", "none"]
        } else {
            ["no output", "one"]
        };
        let told = or_none(oddities.output.map(describe::entry));
        format!("{}: {told}: output: expected {expected}, found {found}", name())
    });
    findings.expect(Invariant::S11, oddities.cancelled.is_none(), || {
        let told = or_none(oddities.cancelled.map(describe::entry));
        format!(
            "{} is active: expected nothing in it to be cancelled, found {told}",
            name()
        )
    });
    check_unanswered(turn, oddities.unanswered, findings, name);
    let checked = earlier.map_or(0, |earlier| earlier.entries().len());
    if earlier.is_some_and(|earlier| earlier.entries().len() == turn.entries().len()) {
        return;
    }
    check_order(turn, checked, findings, name);
    check_unique(
        || turn.entries().map(identity),
        checked,
        findings,
        || format!("entries of one kind in {}", name()),
    );
}

/// What one look at each entry tells.
#[derive(Default)]
struct Oddities<'a> {
    has_prompt: bool,
    second_prompt: Option<&'a TurnEntry>,
    output: Option<&'a TurnEntry>,
    cancelled: Option<&'a TurnEntry>,
    /// The approvals of tool calls that were not answered, or not yet.
    unanswered: Vec<&'a Approval>,
}

impl<'a> Oddities<'a> {
    fn look_at(&mut self, index: usize, entry: &'a TurnEntry, is_running: bool) {
        let is_cancelled = match entry {
            TurnEntry::Message(message) => {
                match (index, message.role()) {
                    (0, MessageRole::User) => self.has_prompt = true,
                    (_, MessageRole::User) => self.second_prompt = self.second_prompt.or(Some(entry)),
                    (_, MessageRole::Assistant | MessageRole::Reasoning) => {}
                }
                false
            }
            TurnEntry::ToolCall(call) => {
                if has_result(call) != call.output().is_some() {
                    self.output = self.output.or(Some(entry));
                }
                call.status() == ToolCallStatus::Cancelled
            }
            TurnEntry::Approval(approval) => {
                let is_cancelled = matches!(approval.decision(), Decision::Cancelled);
                if approval.tool_call_id().is_some() && (is_cancelled || approval.decision().is_pending()) {
                    self.unanswered.push(approval);
                }
                is_cancelled
            }
        };
        if is_cancelled && is_running {
            self.cancelled = self.cancelled.or(Some(entry));
        }
    }
}

fn has_result(call: &ToolCall) -> bool {
    match call.status() {
        ToolCallStatus::Succeeded | ToolCallStatus::Failed => true,
        ToolCallStatus::Open | ToolCallStatus::Cancelled => false,
    }
}

/// S11: the tool call of a pending approval is open, and that of a cancelled one cancelled.
fn check_unanswered(turn: &Turn, mut unanswered: Vec<&Approval>, findings: &mut Findings, name: impl Fn() -> String) {
    if unanswered.is_empty() {
        findings.pass_over(Invariant::S11);
        return;
    }
    unanswered.sort_unstable_by_key(|approval| approval.tool_call_id());
    let wanted = |approval: &Approval| {
        if approval.decision().is_pending() {
            ToolCallStatus::Open
        } else {
            ToolCallStatus::Cancelled
        }
    };
    // That there is such a call at all is for S9 to say.
    let at_odds = turn.entries().filter_map(TurnEntry::as_tool_call).find_map(|call| {
        let id = Some(call.id());
        let first = unanswered.partition_point(|approval| approval.tool_call_id() < id);
        let mut own = unanswered
            .iter()
            .skip(first)
            .take_while(|approval| approval.tool_call_id() == id);
        let approval = own.find(|approval| call.status() != wanted(approval))?;
        Some((call, *approval))
    });
    findings.expect(Invariant::S11, at_odds.is_none(), || {
        at_odds.map_or_else(String::new, |(call, approval)| {
            let (expected, found) = (wanted(approval), call.status());
            let (call, asked) = (describe::quote(call.id().as_str()), describe::approval(approval));
            format!(
                "{}: tool call {call}: status: expected {expected}, as its {asked}, found {found}",
                name()
            )
        })
    });
}

/// S9: an approval that names a tool call stands behind it. So many of the first entries were checked already.
fn check_order(turn: &Turn, checked: usize, findings: &mut Findings, name: impl Fn() -> String) {
    let new = turn.entries().len().saturating_sub(checked);
    let mut named = turn.entries().rev().take(new).filter_map(TurnEntry::as_approval);
    if named.find_map(Approval::tool_call_id).is_none() {
        findings.pass_over(Invariant::S9);
        return;
    }
    // From the last entry to the first: an approval is at fault if its call does not come up after it.
    let mut wanted: BTreeSet<&ToolCallId> = BTreeSet::new();
    for (from_behind, entry) in turn.entries().rev().enumerate() {
        match entry {
            TurnEntry::Approval(approval) if from_behind < new => wanted.extend(approval.tool_call_id()),
            TurnEntry::Message(_) | TurnEntry::Approval(_) => {}
            TurnEntry::ToolCall(call) => {
                wanted.remove(call.id());
            }
        }
    }
    findings.expect(Invariant::S9, wanted.is_empty(), || {
        let calls: Vec<_> = wanted.iter().take(3).map(|id| describe::quote(id.as_str())).collect();
        format!(
            "{}: expected approvals to stand behind the tool calls that they name, found none of these before them: {}",
            name(),
            calls.join(", ")
        )
    });
}

/// What tells an entry from the others of its turn: its kind and its id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identity<'a> {
    Message(MessageId),
    ToolCall(&'a ToolCallId),
    Approval(ActionId),
}

impl Display for Identity<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(id) => write!(formatter, "{id} (messages)"),
            Self::ToolCall(id) => write!(formatter, "{id} (tool calls)"),
            Self::Approval(id) => write!(formatter, "{id} (approvals)"),
        }
    }
}

fn identity(entry: &TurnEntry) -> Identity<'_> {
    match entry {
        TurnEntry::Message(message) => Identity::Message(message.id()),
        TurnEntry::ToolCall(call) => Identity::ToolCall(call.id()),
        TurnEntry::Approval(approval) => Identity::Approval(approval.id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_named_by_its_id_and_kind() {
        let (id, call) = (uuid::Uuid::nil(), ToolCallId::parse("call").expect("an id"));
        assert_eq!(
            Identity::Message(MessageId::new(id)).to_string(),
            format!("{id} (messages)")
        );
        assert_eq!(Identity::ToolCall(&call).to_string(), "call (tool calls)");
        assert_eq!(
            Identity::Approval(ActionId::new(id)).to_string(),
            format!("{id} (approvals)")
        );
    }
}
