//! What agents say.

use orchestration::commands::IngestProviderEvent;
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::{Approval, Message, MessageRole, Thread, ToolCall, ToolCallStatus, Turn, TurnEntry};
use orchestration::{ActionId, MessageId, ProviderEvent, ToolCallId};

use super::turn::{is_active, recent_entries};
use super::{Context, choose};
use crate::generate::ids::Numbered;
use crate::generate::pools::POOLS;
use crate::generate::selector::Target;

impl Context<'_> {
    /// An event for the turn that the place selects, made from the turn that is active there.
    fn ingest<E: Into<ProviderEvent>>(&self, event: impl FnOnce(Option<&Turn>) -> E) -> IngestProviderEvent {
        self.ingest_where(is_active, event)
    }

    fn ingest_where<E: Into<ProviderEvent>>(
        &self,
        fits: impl Fn(&Thread) -> bool,
        event: impl FnOnce(Option<&Turn>) -> E,
    ) -> IngestProviderEvent {
        let located = self.thread(fits);
        IngestProviderEvent {
            thread_id: located.id,
            turn_id: self.turn(located),
            event: event(located.thread.and_then(Thread::active_turn)).into(),
            at: self.at,
        }
    }

    pub(super) fn text_delta(&self) -> IngestProviderEvent {
        self.ingest(|turn| TextDelta {
            message_id: self.message(turn, MessageRole::Assistant),
            text: POOLS.text(self.variation.text()),
        })
    }

    pub(super) fn thinking_delta(&self) -> IngestProviderEvent {
        self.ingest(|turn| ThinkingDelta {
            message_id: self.message(turn, MessageRole::Reasoning),
            text: POOLS.text(self.variation.text()),
        })
    }

    /// A message that goes on, or a new one: both are live.
    fn message(&self, turn: Option<&Turn>, role: MessageRole) -> MessageId {
        /// One in this many picks opens a message.
        const OPENS_ONE_IN: usize = 3;
        let find = |has_role: bool, choice| {
            let messages = recent_entries(turn?).filter_map(TurnEntry::as_message);
            choose(messages.filter(|message| (message.role() == role) == has_role), choice).map(Message::id)
        };
        match self.target {
            Target::Live(choice) if choice % OPENS_ONE_IN == 0 => None,
            Target::Live(choice) => find(true, choice / OPENS_ONE_IN),
            Target::Unfit(choice) => find(false, choice),
            Target::Stray(choice) => self.past.messages.get(choice).copied(),
            Target::Never(choice) => Some(MessageId::never(choice)),
        }
        .unwrap_or_else(|| MessageId::numbered(self.number()))
    }

    pub(super) fn tool_call(&self) -> IngestProviderEvent {
        self.ingest(|turn| ToolCallRequest {
            tool_call_id: self.new_id(&self.past.tool_calls, |choice| find_call(turn?, |_| true, choice)),
            name: POOLS.label(self.variation.choice()),
            input: POOLS.text(self.variation.text()),
        })
    }

    pub(super) fn tool_result(&self) -> IngestProviderEvent {
        self.ingest_where(has_open_call, |turn| ToolResult {
            tool_call_id: self.old_id(
                &self.past.tool_calls,
                |choice| open_call(turn?, choice),
                |choice| find_call(turn?, |call| !is_open(call), choice),
            ),
            output: POOLS.text(self.variation.text()),
            is_error: self.variation.first_flag(),
        })
    }

    pub(super) fn awaiting_approval(&self) -> IngestProviderEvent {
        let located = self.thread(is_active);
        self.ingest(|turn| ApprovalRequest {
            action_id: self.action_to_ask(located.thread, turn),
            tool_call_id: self.tool_call_to_approve(turn),
            description: POOLS.text(self.variation.text()),
        })
    }

    /// Mostly a new id; now and then that of an earlier turn, as agents give that count anew in each.
    fn action_to_ask(&self, thread: Option<&Thread>, turn: Option<&Turn>) -> ActionId {
        /// One in this many live picks is an id of the turn before.
        const REUSED_ONE_IN: usize = 8;
        let find = |turn: &Turn, choice, fits: &dyn Fn(ActionId) -> bool| {
            let approvals = recent_entries(turn)
                .filter_map(TurnEntry::as_approval)
                .map(Approval::id);
            choose(approvals.filter(|id| fits(*id)), choice)
        };
        let reused = |choice| {
            let (before, active) = (thread?.turns().rev().nth(1)?, turn?);
            find(before, choice, &|id| active.approval(id).is_none())
        };
        if let Target::Live(choice) = self.target
            && choice % REUSED_ONE_IN == REUSED_ONE_IN - 1
            && let Some(id) = reused(choice / REUSED_ONE_IN)
        {
            return id;
        }
        self.new_id(&self.past.actions, |choice| find(turn?, choice, &|_| true))
    }

    /// Mostly an open call, now and then none, and now and then one that is not open.
    fn tool_call_to_approve(&self, turn: Option<&Turn>) -> Option<ToolCallId> {
        let stray = |choice| self.past.tool_calls.get(choice).cloned();
        match self.variation.choice() {
            0..10 => None,
            choice @ 10..28 => find_call(turn?, is_open, choice),
            choice @ 28..30 => find_call(turn?, |call| !is_open(call), choice).or_else(|| stray(choice)),
            choice @ 30..31 => stray(choice),
            choice => Some(ToolCallId::never(choice)),
        }
    }

    pub(super) fn turn_complete(&self) -> IngestProviderEvent {
        self.ingest(|_| TurnComplete {})
    }

    pub(super) fn error(&self) -> IngestProviderEvent {
        self.ingest(|_| ProviderError {
            message: POOLS.text(self.variation.text()),
            code: self.variation.first_flag().then(|| POOLS.text(self.variation.choice())),
        })
    }
}

/// Whether a call is open in the active turn, among the last few entries.
fn has_open_call(thread: &Thread) -> bool {
    /// How many entries are looked at: a few, since this is asked of several threads.
    const LAST_ENTRIES: usize = 8;
    let is_open_call = |entry: &TurnEntry| entry.as_tool_call().is_some_and(is_open);
    thread
        .active_turn()
        .is_some_and(|turn| turn.entries().rev().take(LAST_ENTRIES).any(is_open_call))
}

/// An open call, rather one that waits for no approval.
fn open_call(turn: &Turn, choice: usize) -> Option<ToolCallId> {
    /// One pick in this many also takes calls that await approval.
    const ANY_ONE_IN: usize = 4;
    let is_free = |call: &ToolCall| is_open(call) && turn.pending_approvals_of(call.id()) == 0;
    let free = || find_call(turn, is_free, choice / ANY_ONE_IN);
    let any = || find_call(turn, is_open, choice / ANY_ONE_IN);
    if choice % ANY_ONE_IN == ANY_ONE_IN - 1 {
        any()
    } else {
        free().or_else(any)
    }
}

fn find_call(turn: &Turn, fits: impl Fn(&ToolCall) -> bool, choice: usize) -> Option<ToolCallId> {
    let calls = recent_entries(turn).filter_map(TurnEntry::as_tool_call);
    choose(calls.filter(|call| fits(call)), choice).map(|call| call.id().clone())
}

fn is_open(call: &ToolCall) -> bool {
    call.status() == ToolCallStatus::Open
}
