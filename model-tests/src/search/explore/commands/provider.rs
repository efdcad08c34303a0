//! What providers tell of a turn.

use orchestration::commands::IngestProviderEvent;
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, ProviderEvent, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::{Approval, Message, Turn, TurnEntry};
use orchestration::{ActionId, MessageId, Text, ThreadId, ToolCallId, TurnId};

use super::List;
use crate::search::explore::names::Numbered;

impl List<'_> {
    fn ingest(&mut self, thread_id: ThreadId, turn_id: TurnId, event: impl Into<ProviderEvent>) {
        let at = self.maker.names.at;
        self.push(IngestProviderEvent {
            thread_id,
            turn_id,
            event: event.into(),
            at,
        });
    }

    /// One of each kind, for a turn that is not the active one.
    pub(super) fn stray_provider_events(&mut self, thread_id: ThreadId, turn_id: TurnId) {
        let names = &self.maker.names;
        let (message_id, tool_call_id) = (MessageId::numbered(0), names.tool_call(0));
        self.ingest(
            thread_id,
            turn_id,
            TextDelta {
                message_id,
                text: names.piece(0),
            },
        );
        self.ingest(
            thread_id,
            turn_id,
            ThinkingDelta {
                message_id,
                text: names.piece(0),
            },
        );
        self.call(thread_id, turn_id, tool_call_id.clone());
        self.result(thread_id, turn_id, tool_call_id, false);
        self.ask(thread_id, turn_id, ActionId::numbered(0), None);
        self.end(thread_id, turn_id);
    }

    fn end(&mut self, thread_id: ThreadId, turn_id: TurnId) {
        self.ingest(thread_id, turn_id, TurnComplete {});
        self.ingest(
            thread_id,
            turn_id,
            ProviderError {
                message: self.maker.names.output.clone(),
                code: None,
            },
        );
    }

    fn call(&mut self, thread_id: ThreadId, turn_id: TurnId, tool_call_id: ToolCallId) {
        let (name, input) = (self.maker.names.label.clone(), self.maker.names.output.clone());
        self.ingest(
            thread_id,
            turn_id,
            ToolCallRequest {
                tool_call_id,
                name,
                input,
            },
        );
    }

    fn result(&mut self, thread_id: ThreadId, turn_id: TurnId, tool_call_id: ToolCallId, is_error: bool) {
        let output = self.maker.names.output.clone();
        self.ingest(
            thread_id,
            turn_id,
            ToolResult {
                tool_call_id,
                output,
                is_error,
            },
        );
    }

    fn ask(&mut self, thread_id: ThreadId, turn_id: TurnId, action_id: ActionId, tool_call_id: Option<ToolCallId>) {
        let description = self.maker.names.output.clone();
        self.ingest(
            thread_id,
            turn_id,
            ApprovalRequest {
                action_id,
                tool_call_id,
                description,
            },
        );
    }

    pub(super) fn active_turn(&mut self, thread_id: ThreadId, turn: &Turn) {
        self.deltas(thread_id, turn);
        self.tool_calls(thread_id, turn);
        self.approvals(thread_id, turn);
        self.end(thread_id, turn.id());
        let before_it = self
            .model
            .thread(thread_id)
            .and_then(|thread| thread.turns().rev().nth(1))
            .map_or(TurnId::never(), Turn::id);
        self.late_answers(thread_id, before_it, turn);
        self.stray_provider_events(thread_id, before_it);
    }

    /// Answers for another turn than the active one, to what the active one asks: each turn takes its ids from the same
    /// pool, so that the other may have asked under the same one.
    fn late_answers(&mut self, thread_id: ThreadId, other: TurnId, active: &Turn) {
        let mut approvals = active.entries().filter_map(TurnEntry::as_approval);
        let pending = approvals.find(|approval| approval.decision().is_pending());
        self.answers(thread_id, other, pending.map_or(ActionId::never(), Approval::id));
    }

    /// A piece of a message, as text and as reasoning: one of the two is of another role, unless the message is new.
    fn piece_of_either_role(&mut self, thread_id: ThreadId, turn_id: TurnId, message_id: MessageId, text: Text) {
        let spoken = TextDelta {
            message_id,
            text: text.clone(),
        };
        self.ingest(thread_id, turn_id, spoken);
        self.ingest(thread_id, turn_id, ThinkingDelta { message_id, text });
    }

    fn deltas(&mut self, thread_id: ThreadId, turn: &Turn) {
        let (maker, turn_id) = (self.maker, turn.id());
        let pieces = |message: &Message| message.text().pieces().count();
        let messages: Vec<_> = turn.entries().filter_map(TurnEntry::as_message).collect();
        // The prompt counts as one that is full: a piece for it is refused, and so are pieces of another role.
        let has_room = |message: &Message| pieces(message) < usize::from(maker.scope.pieces);
        let continued: Vec<_> = messages
            .iter()
            .map(|message| (message.id(), pieces(message), has_room(message)))
            .collect();
        for (place, (message_id, count, has_room)) in continued.into_iter().enumerate() {
            if place == 0 || has_room {
                self.piece_of_either_role(thread_id, turn_id, message_id, maker.names.piece(count));
            }
        }
        let most = 1 + u32::from(maker.scope.messages);
        for message_id in maker.fresh(most, MessageId::numbered, |id| turn.message(*id).is_some()) {
            self.piece_of_either_role(thread_id, turn_id, message_id, maker.names.piece(0));
        }
    }

    fn tool_calls(&mut self, thread_id: ThreadId, turn: &Turn) {
        let (maker, turn_id) = (self.maker, turn.id());
        let most = u32::from(maker.scope.tool_calls);
        let known = known_tool_calls(turn);
        for id in maker.fresh(most, |number| maker.names.tool_call(number), |id| known.contains(id)) {
            self.call(thread_id, turn_id, id);
        }
        if let Some(id) = known.first() {
            self.call(thread_id, turn_id, id.clone());
        }
        for id in known {
            self.result(thread_id, turn_id, id.clone(), false);
            self.result(thread_id, turn_id, id, true);
        }
        self.result(thread_id, turn_id, maker.names.never_called(), false);
    }

    fn approvals(&mut self, thread_id: ThreadId, turn: &Turn) {
        let (maker, turn_id) = (self.maker, turn.id());
        let most = u32::from(maker.scope.approvals);
        let known: Vec<_> = turn
            .entries()
            .filter_map(TurnEntry::as_approval)
            .map(Approval::id)
            .collect();
        let calls = known_tool_calls(turn);
        for action_id in maker.fresh(most, ActionId::numbered, |id| known.contains(id)) {
            self.ask(thread_id, turn_id, action_id, None);
            for call in &calls {
                self.ask(thread_id, turn_id, action_id, Some(call.clone()));
            }
        }
        self.ask(thread_id, turn_id, ActionId::never(), Some(maker.names.never_called()));
        for call in calls
            .iter()
            .filter(|call| turn.tool_call(call).is_some_and(|call| call.output().is_some()))
        {
            self.ask(thread_id, turn_id, ActionId::never(), Some(call.clone()));
        }
        if let Some(action_id) = known.first() {
            self.ask(thread_id, turn_id, *action_id, None);
        }
        for action_id in known.into_iter().chain([ActionId::never()]) {
            self.answers(thread_id, turn_id, action_id);
        }
    }
}

fn known_tool_calls(turn: &Turn) -> Vec<ToolCallId> {
    turn.entries()
        .filter_map(TurnEntry::as_tool_call)
        .map(|call| call.id().clone())
        .collect()
}
