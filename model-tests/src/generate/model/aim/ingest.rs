//! What agents say.

use arbitrary::Result;
use orchestration::commands::IngestProviderEvent;
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult,
};
use orchestration::read_model::{Approval, Message, MessageRole, Thread, ToolCall, ToolCallStatus, TurnEntry};
use orchestration::{MessageId, OrchestrationCommand, OrchestrationReadModel, ProviderEvent, ToolCallId};

use super::super::draw::Draw;
use super::super::is_of_agent;
use super::{ASTRAY_ONE_IN, Aim, Place, entries, is_active, pick};
use crate::generate::ids::Numbered;

impl Aim<'_> {
    /// What an agent says in the active turn of a thread that fits.
    pub(super) fn ingest(
        &self,
        draw: &mut Draw<'_, '_>,
        is_fit: fn(&Thread) -> bool,
        event: fn(&Self, &mut Draw<'_, '_>, Option<&Thread>) -> Result<ProviderEvent>,
    ) -> Result<OrchestrationCommand> {
        let Place { id, thread, turn } = self.thread(draw, is_fit)?;
        let event = event(self, draw, thread)?;
        Ok(IngestProviderEvent {
            thread_id: id,
            turn_id: turn,
            event,
            at: draw.time()?,
        }
        .into())
    }

    pub(super) fn text_delta(&self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<ProviderEvent> {
        Ok(TextDelta {
            message_id: self.message(draw, thread, MessageRole::Assistant)?,
            text: draw.text()?,
        }
        .into())
    }

    pub(super) fn thinking_delta(&self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<ProviderEvent> {
        Ok(ThinkingDelta {
            message_id: self.message(draw, thread, MessageRole::Reasoning)?,
            text: draw.text()?,
        }
        .into())
    }

    pub(super) fn tool_call(&self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<ProviderEvent> {
        Ok(ToolCallRequest {
            tool_call_id: self.new_id(draw, calls(thread).map(|call| call.id().clone()))?,
            name: draw.label()?,
            input: draw.text()?,
        }
        .into())
    }

    pub(super) fn tool_result(_: &Self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<ProviderEvent> {
        Ok(ToolResult {
            tool_call_id: call(draw, thread)?.unwrap_or_else(|| ToolCallId::never(0)),
            output: draw.text()?,
            is_error: draw.one_in(2)?,
        }
        .into())
    }

    pub(super) fn awaiting_approval(&self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<ProviderEvent> {
        let asked = entries(thread).filter_map(TurnEntry::as_approval);
        Ok(ApprovalRequest {
            action_id: self.new_id(draw, asked.map(Approval::id))?,
            tool_call_id: if draw.one_in(2)? { call(draw, thread)? } else { None },
            description: draw.text()?,
        }
        .into())
    }

    pub(super) fn error(_: &Self, draw: &mut Draw<'_, '_>, _: Option<&Thread>) -> Result<ProviderEvent> {
        Ok(ProviderError {
            message: draw.text()?,
            code: draw.perhaps(Draw::text)?,
        }
        .into())
    }

    /// A message that goes on, a new one, or one of another role.
    fn message(&self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>, role: MessageRole) -> Result<MessageId> {
        let messages = || entries(thread).filter_map(TurnEntry::as_message);
        let of_role = pick(draw, messages().filter(|message| message.role() == role))?;
        let any = pick(draw, messages())?;
        let chosen = match draw.up_to(ASTRAY_ONE_IN)? {
            ASTRAY_ONE_IN => any,
            6 | 7 => None,
            _ => of_role,
        };
        Ok(chosen.map_or_else(|| MessageId::numbered(self.number), Message::id))
    }
}

/// The next piece of a message of the agent in the first active turn, if there is one.
pub(in crate::generate::model) fn piece(model: &OrchestrationReadModel, number: usize) -> Option<OrchestrationCommand> {
    let (thread, turn) = model.active_turns().next()?;
    let messages = turn.entries().filter_map(TurnEntry::as_message);
    let message = messages.into_iter().find(|message| is_of_agent(message.role()))?;
    let (message_id, text) = (message.id(), number.to_string().into());
    let event = match message.role() {
        MessageRole::Reasoning => ThinkingDelta { message_id, text }.into(),
        MessageRole::Assistant | MessageRole::User => TextDelta { message_id, text }.into(),
    };
    let (thread_id, turn_id, at) = (thread.id(), turn.id(), turn.started_at());
    Some(
        IngestProviderEvent {
            thread_id,
            turn_id,
            event,
            at,
        }
        .into(),
    )
}

/// Mostly a call that is open, or else any.
fn call(draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<Option<ToolCallId>> {
    let open = pick(draw, calls(thread).filter(|call| call.status() == ToolCallStatus::Open))?;
    let any = pick(draw, calls(thread))?;
    let is_astray = draw.one_in(ASTRAY_ONE_IN)?;
    let chosen = if is_astray { any } else { open.or(any) };
    Ok(chosen.map(|call| call.id().clone()))
}

fn calls(thread: Option<&Thread>) -> impl Iterator<Item = &ToolCall> {
    entries(thread).filter_map(TurnEntry::as_tool_call)
}

/// Whether a call is open in the active turn.
pub(super) fn has_open_call(thread: &Thread) -> bool {
    is_active(thread) && entries(Some(thread)).any(is_open)
}

fn is_open(entry: &TurnEntry) -> bool {
    entry
        .as_tool_call()
        .is_some_and(|call| call.status() == ToolCallStatus::Open)
}
