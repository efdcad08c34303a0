//! What agents say.

use arbitrary::Result;
use orchestration::commands::IngestProviderEvent;
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::{Approval, Message, MessageRole, Thread, ToolCall, ToolCallStatus, TurnEntry};
use orchestration::{MessageId, OrchestrationCommand, OrchestrationReadModel, ProviderEvent, ToolCallId};

use super::super::draw::Draw;
use super::super::is_of_agent;
use super::{ASTRAY_ONE_IN, Aim, Place, entries, is_active, pick};
use crate::generate::ids::Numbered;
use crate::kind::Kind;

impl Aim<'_> {
    pub(super) fn ingest(&self, kind: Kind, draw: &mut Draw<'_, '_>) -> Result<OrchestrationCommand> {
        let Place { id, thread, turn } = self.thread(draw, |thread| {
            is_active(thread) && (kind != Kind::ToolResult || entries(Some(thread)).any(is_open))
        })?;
        let event: ProviderEvent = match kind {
            Kind::TextDelta => TextDelta {
                message_id: self.message(draw, thread, MessageRole::Assistant)?,
                text: draw.text()?,
            }
            .into(),
            Kind::ToolCall => ToolCallRequest {
                tool_call_id: self.new_id(draw, calls(thread).map(|call| call.id().clone()))?,
                name: draw.label()?,
                input: draw.text()?,
            }
            .into(),
            Kind::ToolResult => ToolResult {
                tool_call_id: call(draw, thread)?.unwrap_or_else(|| ToolCallId::never(0)),
                output: draw.text()?,
                is_error: draw.one_in(2)?,
            }
            .into(),
            Kind::AwaitingApproval => ApprovalRequest {
                action_id: {
                    let asked = entries(thread).filter_map(TurnEntry::as_approval);
                    self.new_id(draw, asked.map(Approval::id))?
                },
                tool_call_id: if draw.one_in(2)? { call(draw, thread)? } else { None },
                description: draw.text()?,
            }
            .into(),
            Kind::TurnComplete => TurnComplete {}.into(),
            Kind::Error => ProviderError {
                message: draw.text()?,
                code: draw.perhaps(Draw::text)?,
            }
            .into(),
            Kind::ThinkingDelta
            | Kind::CreateProject
            | Kind::RenameProject
            | Kind::DeleteProject
            | Kind::CreateThread
            | Kind::SelectThread
            | Kind::DeleteThread
            | Kind::StartTurn
            | Kind::InterruptTurn
            | Kind::ApprovePendingAction
            | Kind::RejectPendingAction
            | Kind::CreateCheckpoint
            | Kind::RestoreCheckpoint
            | Kind::CreateBranch
            | Kind::CommitChanges
            | Kind::PushBranch => ThinkingDelta {
                message_id: self.message(draw, thread, MessageRole::Reasoning)?,
                text: draw.text()?,
            }
            .into(),
        };
        let at = draw.time()?;
        Ok(IngestProviderEvent {
            thread_id: id,
            turn_id: turn,
            event,
            at,
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

fn is_open(entry: &TurnEntry) -> bool {
    entry
        .as_tool_call()
        .is_some_and(|call| call.status() == ToolCallStatus::Open)
}
