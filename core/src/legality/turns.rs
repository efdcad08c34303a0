//! S3 to S5 and S8 to S11: turns and what is in them.
//!
//! Told by the entries themselves, and not by what is kept beside them to find them.

use std::collections::{BTreeMap, BTreeSet};

use super::illegal::{Breach, IllegalModel, Place};
use super::places::repeated_checkpoint;
use crate::read_model::{
    Approval, Decision, Message, MessageRole, OrchestrationReadModel, Thread, ThreadStatus, ToolCall, ToolCallStatus,
    Turn, TurnEntry,
};
use crate::values::{ToolCallId, TurnId};

/// S3: an active turn is the last of its thread, so that there is but one.
pub(super) fn the_active_turn_is_the_last(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    model.threads().try_for_each(|thread| {
        let earlier = thread.turns().rev().skip(1).find(|turn| turn.status().is_running());
        earlier.map_or(Ok(()), |turn| {
            Err(in_turn(thread, turn.id(), Breach::ActiveTurnNotLast))
        })
    })
}

/// S4: the thread's status is the one that its active turn, or that it has none, calls for.
pub(super) fn the_status_is_what_the_turns_call_for(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    model.threads().try_for_each(|thread| {
        let active = thread.turns().next_back().filter(|turn| turn.status().is_running());
        let is_pending = |approval: &Approval| approval.decision().is_pending();
        let expected = match active {
            None => ThreadStatus::Idle,
            Some(turn) if approvals(turn).any(is_pending) => ThreadStatus::AwaitingApproval,
            Some(_) => ThreadStatus::Running,
        };
        let found = thread.status();
        if found == expected {
            return Ok(());
        }
        let thread_id = thread.id();
        let place = active
            .map(Turn::id)
            .map_or(Place::Thread { thread_id }, |turn_id| Place::Turn {
                thread_id,
                turn_id,
            });
        let breach = Breach::StatusMismatch { expected, found };
        Err(IllegalModel { place, breach })
    })
}

/// S5: an ended turn has nothing open or pending and a time at which it ended, and an active one has no such time.
pub(super) fn ended_turns_are_settled(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    in_each_turn(model, |turn| match (turn.status().is_running(), turn.ended_at()) {
        (true, None) => None,
        (true, Some(ended_at)) => Some(Breach::EndTimeOfActiveTurn { ended_at }),
        (false, None) => Some(Breach::EndTimeMissing),
        (false, Some(_)) => turn.entries().find_map(unsettled),
    })
}

/// The entry as what it must not be in an ended turn, if it is that.
fn unsettled(entry: &TurnEntry) -> Option<Breach> {
    match entry {
        TurnEntry::ToolCall(call) if call.status() == ToolCallStatus::Open => Some(Breach::ToolCallOpenAtEnd {
            tool_call_id: call.id().clone(),
        }),
        TurnEntry::Approval(approval) if approval.decision().is_pending() => Some(Breach::ApprovalPendingAtEnd {
            action_id: approval.id(),
        }),
        TurnEntry::Message(_) | TurnEntry::ToolCall(_) | TurnEntry::Approval(_) => None,
    }
}

/// S8: a turn's first entry is its only message of the user, and ids are unique.
pub(super) fn prompts_come_first_and_ids_are_unique(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    for thread in model.threads() {
        if let Some(turn_id) = repeated(thread.turns().map(Turn::id)) {
            return Err(in_turn(thread, turn_id, Breach::TurnRepeated));
        }
        if let Some(illegal) = repeated_checkpoint(thread) {
            return Err(illegal);
        }
    }
    in_each_turn(model, |turn| misplaced_prompt(turn).or_else(|| repeated_entry(turn)))
}

fn misplaced_prompt(turn: &Turn) -> Option<Breach> {
    let mut entries = turn.entries().map(TurnEntry::as_message);
    let is_prompt = |role| role == MessageRole::User;
    let first = entries.next().flatten();
    if !first.is_some_and(|message| is_prompt(message.role())) {
        return Some(Breach::PromptMissing);
    }
    let second = entries.flatten().find(|message| is_prompt(message.role()))?;
    Some(Breach::SecondPrompt {
        message_id: second.id(),
    })
}

fn repeated_entry(turn: &Turn) -> Option<Breach> {
    let messages = turn.entries().filter_map(TurnEntry::as_message);
    let message = repeated(messages.map(Message::id));
    message
        .map(|message_id| Breach::MessageRepeated { message_id })
        .or_else(|| {
            repeated(tool_calls(turn).map(ToolCall::id)).map(|id| Breach::ToolCallRepeated {
                tool_call_id: id.clone(),
            })
        })
        .or_else(|| repeated(approvals(turn).map(Approval::id)).map(|action_id| Breach::ApprovalRepeated { action_id }))
}

/// One that comes more than once, if any does: the smallest.
pub(super) fn repeated<T: Ord>(ids: impl Iterator<Item = T>) -> Option<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    let mut ids = ids.into_iter();
    let mut last = ids.next()?;
    for id in ids {
        if id == last {
            return Some(id);
        }
        last = id;
    }
    None
}

/// S9: an approval that names a tool call stands behind it.
pub(super) fn approvals_stand_behind_their_tool_calls(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    in_each_turn(model, |turn| {
        let mut begun = BTreeSet::new();
        turn.entries().find_map(|entry| match entry {
            TurnEntry::Message(_) => None,
            TurnEntry::ToolCall(call) => {
                begun.insert(call.id());
                None
            }
            TurnEntry::Approval(approval) => {
                let id = approval.tool_call_id().filter(|id| !begun.contains(id))?;
                Some(Breach::ToolCallNotBefore {
                    action_id: approval.id(),
                    tool_call_id: id.clone(),
                })
            }
        })
    })
}

/// S10: a tool call has an output exactly when it succeeded or failed.
pub(super) fn outputs_come_with_results(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    in_each_turn(model, |turn| {
        tool_calls(turn).find_map(|call| {
            let (tool_call_id, status) = (call.id(), call.status());
            match (status, call.output()) {
                (ToolCallStatus::Succeeded | ToolCallStatus::Failed, Some(_))
                | (ToolCallStatus::Open | ToolCallStatus::Cancelled, None) => None,
                (ToolCallStatus::Succeeded | ToolCallStatus::Failed, None) => Some(Breach::OutputMissing {
                    tool_call_id: tool_call_id.clone(),
                    status,
                }),
                (ToolCallStatus::Open | ToolCallStatus::Cancelled, Some(_)) => Some(Breach::OutputWithoutResult {
                    tool_call_id: tool_call_id.clone(),
                    status,
                }),
            }
        })
    })
}

/// S11: nothing in an active turn is cancelled, the tool call of a pending approval is open, and that of a cancelled
/// one cancelled.
pub(super) fn cancelling_comes_with_the_end(model: &OrchestrationReadModel) -> Result<(), IllegalModel> {
    in_each_turn(model, |turn| {
        let early = turn.status().is_running().then(|| turn.entries().find_map(cancelled));
        early.flatten().or_else(|| {
            let calls: BTreeMap<_, _> = tool_calls(turn).map(|call| (call.id(), call.status())).collect();
            approvals(turn).find_map(|approval| at_odds_with_its_call(approval, &calls))
        })
    })
}

/// The entry as what it must not be in an active turn, if it is that.
fn cancelled(entry: &TurnEntry) -> Option<Breach> {
    match entry {
        TurnEntry::ToolCall(call) if call.status() == ToolCallStatus::Cancelled => {
            Some(Breach::ToolCallCancelledEarly {
                tool_call_id: call.id().clone(),
            })
        }
        TurnEntry::Approval(approval) if *approval.decision() == Decision::Cancelled => {
            Some(Breach::ApprovalCancelledEarly {
                action_id: approval.id(),
            })
        }
        TurnEntry::Message(_) | TurnEntry::ToolCall(_) | TurnEntry::Approval(_) => None,
    }
}

/// How the approval and its tool call contradict each other, if they do. That the call is there is for S9 to say.
fn at_odds_with_its_call(approval: &Approval, calls: &BTreeMap<&ToolCallId, ToolCallStatus>) -> Option<Breach> {
    let id = approval.tool_call_id()?;
    let found = *calls.get(id)?;
    let expected = match approval.decision() {
        Decision::Pending => ToolCallStatus::Open,
        Decision::Cancelled => ToolCallStatus::Cancelled,
        Decision::Approved | Decision::Rejected { .. } => return None,
    };
    (found != expected).then(|| Breach::ToolCallOfApproval {
        action_id: approval.id(),
        tool_call_id: id.clone(),
        expected,
        found,
    })
}

fn tool_calls(turn: &Turn) -> impl Iterator<Item = &ToolCall> {
    turn.entries().filter_map(TurnEntry::as_tool_call)
}

fn approvals(turn: &Turn) -> impl Iterator<Item = &Approval> {
    turn.entries().filter_map(TurnEntry::as_approval)
}

/// Asks of each turn what is wrong with it.
fn in_each_turn(
    model: &OrchestrationReadModel,
    breach_of: impl Fn(&Turn) -> Option<Breach>,
) -> Result<(), IllegalModel> {
    for thread in model.threads() {
        for turn in thread.turns() {
            if let Some(breach) = breach_of(turn) {
                return Err(in_turn(thread, turn.id(), breach));
            }
        }
    }
    Ok(())
}

fn in_turn(thread: &Thread, turn_id: TurnId, breach: Breach) -> IllegalModel {
    let place = Place::Turn {
        thread_id: thread.id(),
        turn_id,
    };
    IllegalModel { place, breach }
}
