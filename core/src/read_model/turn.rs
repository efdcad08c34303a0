//! Turns.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::derived::Derived;
use super::entry::{Approval, Message, ToolCall, TurnEntry};
use super::keyed::Keyed;
use super::status::{Decision, ToolCallStatus, TurnStatus};
use crate::persistent::{List, Map, WIDE};
use crate::values::{ActionId, MessageId, Text, ToolCallId, TurnId};

/// The user's prompt, and all that the agent did about it.
///
/// No two messages, tool calls or approvals of a turn have the same id. Of a model that was read, and contradicts itself
/// there, look-ups and events mean the last.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "TurnRecord")]
pub struct Turn {
    pub(super) id: TurnId,
    pub(super) status: TurnStatus,
    pub(super) entries: List<TurnEntry>,
    pub(super) started_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    index: Derived<Arc<TurnIndex>>,
}

/// A turn as it is stored: without what can be computed from it.
#[derive(Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
struct TurnRecord {
    id: TurnId,
    status: TurnStatus,
    entries: Vec<TurnEntry>,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
    started_at: DateTime<Utc>,
    #[serde(default)]
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::optional_time))]
    ended_at: Option<DateTime<Utc>>,
}

impl From<TurnRecord> for Turn {
    fn from(record: TurnRecord) -> Self {
        let mut turn = Self {
            id: record.id,
            status: record.status,
            entries: List::new(),
            started_at: record.started_at,
            ended_at: record.ended_at,
            index: Derived::default(),
        };
        for entry in record.entries {
            turn.push(entry);
        }
        turn
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Turn {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        TurnRecord::arbitrary(source).map(Self::from)
    }
}

/// Where the entries of a turn stand, and which of them the end of the turn is to settle.
#[derive(Clone, Default)]
struct TurnIndex {
    messages: Map<MessageId, usize, WIDE>,
    tool_calls: Map<ToolCallId, usize>,
    approvals: Map<ActionId, usize, WIDE>,
    /// The open tool calls and pending approvals of a turn that runs.
    unsettled: Map<usize, (), WIDE>,
    pending_approvals: usize,
    /// How many approvals each tool call waits for, if any. Kept apart from the tool calls, so that it is right whatever
    /// the order in which approvals and calls come.
    pending_approvals_of: Map<ToolCallId, usize>,
}

impl Turn {
    /// A turn that begins with the user's prompt.
    pub(crate) fn start(id: TurnId, prompt: Message, at: DateTime<Utc>) -> Self {
        Self::from(TurnRecord {
            id,
            status: TurnStatus::Running,
            entries: vec![prompt.into()],
            started_at: at,
            ended_at: None,
        })
    }

    /// The turn's id, unique in its thread.
    #[must_use]
    pub const fn id(&self) -> TurnId {
        self.id
    }

    /// What has become of the turn.
    #[must_use]
    pub const fn status(&self) -> &TurnStatus {
        &self.status
    }

    /// The messages, tool calls and approvals, in the order in which they began.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &TurnEntry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// When the turn began.
    #[must_use]
    pub const fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// When the turn ended; nothing while it runs.
    #[must_use]
    pub const fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.ended_at
    }

    /// The message with this id.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.entries.get(self.position_of_message(id)?)?.as_message()
    }

    /// Where the message with this id stands.
    pub(crate) fn position_of_message(&self, id: MessageId) -> Option<usize> {
        // An agent speaks in its last message as a rule.
        match self.entries.last() {
            Some(TurnEntry::Message(message)) if message.id == id => self.entries.len().checked_sub(1),
            Some(_) | None => self.index.0.messages.get(&id).copied(),
        }
    }

    /// The tool call with this id.
    #[must_use]
    pub fn tool_call(&self, id: &ToolCallId) -> Option<&ToolCall> {
        self.entries.get(*self.index.0.tool_calls.get(id)?)?.as_tool_call()
    }

    /// The approval of this action.
    #[must_use]
    pub fn approval(&self, id: ActionId) -> Option<&Approval> {
        self.entries.get(*self.index.0.approvals.get(&id)?)?.as_approval()
    }

    /// How many approvals are pending in the turn while it runs; none when it has ended.
    #[must_use]
    pub fn pending_approvals(&self) -> usize {
        self.index.0.pending_approvals
    }

    /// How many approvals of this tool call are pending while the turn runs; none when it has ended.
    #[must_use]
    pub fn pending_approvals_of(&self, id: &ToolCallId) -> usize {
        self.index.0.pending_approvals_of.get(id).copied().unwrap_or_default()
    }

    /// Puts an entry behind the others. The caller sees to it that its id is new.
    pub(crate) fn push(&mut self, entry: TurnEntry) {
        let can_settle = self.status.is_running() && entry.is_unsettled();
        Arc::make_mut(&mut self.index.0).add(self.entries.len(), &entry, can_settle);
        self.entries.push_back_mut(entry);
    }

    /// Puts a piece behind the text of the message at this position.
    pub(crate) fn push_text(&mut self, position: usize, piece: &Text) {
        if let Some(TurnEntry::Message(message)) = self.entries.get_mut(position) {
            message.text.push(piece);
        }
    }

    /// Ends an open tool call with a result.
    pub(crate) fn end_tool_call(&mut self, id: &ToolCallId, status: ToolCallStatus, output: &Text) {
        let Some(position) = self.index.0.tool_calls.get(id).copied() else {
            return;
        };
        if let Some(TurnEntry::ToolCall(call)) = self.entries.get_mut(position) {
            call.status = status;
            call.output = Some(output.clone());
            Arc::make_mut(&mut self.index.0).unsettled.remove_mut(&position);
        }
    }

    /// Decides a pending approval.
    pub(crate) fn decide_approval(&mut self, id: ActionId, decision: Decision) {
        let Some(position) = self.index.0.approvals.get(&id).copied() else {
            return;
        };
        if let Some(TurnEntry::Approval(approval)) = self.entries.get_mut(position) {
            approval.decision = decision;
            let index = Arc::make_mut(&mut self.index.0);
            index.unsettled.remove_mut(&position);
            index.remove_pending(approval.tool_call_id.as_ref());
        }
    }

    /// Ends the turn, and with it whatever is open or pending in it.
    pub(crate) fn end(&mut self, status: TurnStatus, at: DateTime<Utc>) {
        let index = Arc::make_mut(&mut self.index.0);
        let unsettled = std::mem::take(&mut index.unsettled);
        for position in unsettled.keys() {
            let Some(entry) = self.entries.get_mut(*position) else {
                continue;
            };
            entry.cancel();
            if let TurnEntry::Approval(approval) = entry {
                index.remove_pending(approval.tool_call_id.as_ref());
            }
        }
        self.status = status;
        self.ended_at = Some(at);
    }
}

impl Keyed for Turn {
    type Key = TurnId;

    fn key(&self) -> TurnId {
        self.id
    }
}

impl TurnIndex {
    fn add(&mut self, position: usize, entry: &TurnEntry, can_settle: bool) {
        match entry {
            TurnEntry::Message(message) => self.messages.insert_mut(message.id, position),
            TurnEntry::ToolCall(call) => self.tool_calls.insert_mut(call.id.clone(), position),
            TurnEntry::Approval(approval) => {
                self.approvals.insert_mut(approval.id, position);
                if can_settle {
                    self.add_pending(approval.tool_call_id.as_ref());
                }
            }
        }
        if can_settle {
            self.unsettled.insert_mut(position, ());
        }
    }

    fn add_pending(&mut self, id: Option<&ToolCallId>) {
        self.pending_approvals = self.pending_approvals.saturating_add(1);
        if let Some(id) = id {
            let others = self.pending_approvals_of.get(id).copied().unwrap_or_default();
            self.pending_approvals_of
                .insert_mut(id.clone(), others.saturating_add(1));
        }
    }

    fn remove_pending(&mut self, id: Option<&ToolCallId>) {
        self.pending_approvals = self.pending_approvals.saturating_sub(1);
        let Some(id) = id else { return };
        match self.pending_approvals_of.get(id).copied() {
            None => {}
            Some(0 | 1) => {
                self.pending_approvals_of.remove_mut(id);
            }
            Some(count) => self
                .pending_approvals_of
                .insert_mut(id.clone(), count.saturating_sub(1)),
        }
    }
}
