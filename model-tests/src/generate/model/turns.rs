//! Turns: ended ones of each kind and an active one, with entries in any combination that is legal.

use arbitrary::Result;
use orchestration::read_model::{Decision, MessageRole, ThreadStatus, ToolCallStatus, TurnStatus};
use orchestration::{ActionId, MessageId, ToolCallId, TurnId};

use super::draw::Draw;
use super::growth::{Dimension, Growth};
use super::record::{Entry, Turn};
use crate::generate::ids::Numbered;

/// The most entries behind the prompt of a turn that does not grow.
const FEW_ENTRIES: usize = 6;

/// How many turns have ids of their own, beside those that threads share.
const OWN_IDS: u64 = 1 << 20;

/// What sort of entry comes next.
#[derive(Clone, Copy)]
enum Sort {
    Message,
    ToolCall,
    Approval,
}

/// Any sort.
const ANY: [Sort; 4] = [Sort::Message, Sort::Message, Sort::ToolCall, Sort::Approval];

/// Whether the last of so many turns is active.
pub(super) fn is_last_active(draw: &mut Draw<'_, '_>, count: usize, growth: Option<Growth>) -> Result<bool> {
    Ok(grows_inside(growth) || (count > 0 && draw.one_in(2)?))
}

/// Whether it is the inside of a turn that grows: that turn is active.
fn grows_inside(growth: Option<Growth>) -> bool {
    growth.is_some_and(|growth| growth.dimension.is_inside_a_turn())
}

/// The turns of a thread. `base` is the number before that of every id; `owner` makes the ids of the thread others than those
/// of other threads, or not.
pub(super) fn turns(
    draw: &mut Draw<'_, '_>,
    (base, owner): (u64, u64),
    (count, is_active): (usize, bool),
    growth: Option<Growth>,
) -> Result<Vec<Turn>> {
    let few = if growth.is_some() { 2 } else { FEW_ENTRIES };
    (0..count)
        .map(|place| {
            let is_last = place + 1 == count;
            let growth = growth.filter(|_| is_last && grows_inside(growth));
            let number = base + owner * OWN_IDS + place as u64;
            turn(
                draw,
                (base, TurnId::numbered(number)),
                is_active && is_last,
                (few, growth),
            )
        })
        .collect()
}

/// What a thread with these turns is doing.
pub(super) fn status(turns: &[Turn]) -> ThreadStatus {
    let active = turns.last().filter(|turn| turn.status.is_running());
    let is_pending = |entry: &Entry| match entry {
        Entry::Message { .. } | Entry::ToolCall { .. } => false,
        Entry::Approval { decision, .. } => decision.is_pending(),
    };
    match active {
        None => ThreadStatus::Idle,
        Some(turn) if turn.entries.iter().any(is_pending) => ThreadStatus::AwaitingApproval,
        Some(_) => ThreadStatus::Running,
    }
}

fn turn(
    draw: &mut Draw<'_, '_>,
    (base, id): (u64, TurnId),
    is_active: bool,
    (few, growth): (usize, Option<Growth>),
) -> Result<Turn> {
    let mut entries = vec![Entry::Message {
        id: MessageId::numbered(base),
        role: MessageRole::User,
        text: draw.note()?.as_str().into(),
        at: draw.time()?,
    }];
    let mut calls = Vec::new();
    for _ in 0..draw.up_to(few)? {
        let sort = draw.one_of(&ANY)?;
        entry(draw, sort, (base, is_active), (&mut entries, &mut calls))?;
    }
    let sort = growth.map(|growth| match growth.dimension {
        Dimension::ToolCalls => Sort::ToolCall,
        Dimension::Approvals => Sort::Approval,
        Dimension::Projects
        | Dimension::Threads
        | Dimension::Branches
        | Dimension::Commits
        | Dimension::Turns
        | Dimension::Entries
        | Dimension::Checkpoints
        | Dimension::Pieces => Sort::Message,
    });
    let is_of = |sort: Sort, entry: &Entry| match (sort, entry) {
        (Sort::Message, Entry::Message { .. }) => true,
        (Sort::ToolCall, Entry::ToolCall { status, .. }) => *status == ToolCallStatus::Open,
        (Sort::Approval, Entry::Approval { decision, .. }) => decision.is_pending(),
        (Sort::Message | Sort::ToolCall | Sort::Approval, _) => false,
    };
    if let (Some(sort), Some(growth)) = (sort, growth) {
        // Of the pieces of a message the model tells nothing: these come as commands.
        let size = if growth.dimension == Dimension::Pieces {
            2
        } else {
            growth.size
        };
        while entries.iter().filter(|entry| is_of(sort, entry)).count() < size {
            let missing = size - entries.iter().filter(|entry| is_of(sort, entry)).count();
            for _ in 0..missing {
                entry(draw, sort, (base, is_active), (&mut entries, &mut calls))?;
            }
        }
    }
    let status = if is_active {
        TurnStatus::Running
    } else {
        match draw.up_to(2)? {
            0 => TurnStatus::Completed,
            1 => TurnStatus::Interrupted,
            _ => TurnStatus::Failed {
                message: draw.text()?,
                code: draw.perhaps(Draw::text)?,
            },
        }
    };
    Ok(Turn {
        id,
        status,
        entries,
        started_at: draw.time()?,
        ended_at: if is_active { None } else { Some(draw.time()?) },
    })
}

/// Adds an entry. What stands in an active turn is not cancelled; what stands in one that ended is neither open nor pending.
fn entry(
    draw: &mut Draw<'_, '_>,
    sort: Sort,
    (base, is_active): (u64, bool),
    (entries, calls): (&mut Vec<Entry>, &mut Vec<(ToolCallId, ToolCallStatus)>),
) -> Result<()> {
    let number = base + entries.len() as u64;
    let entry = match sort {
        Sort::Message => Entry::Message {
            id: MessageId::numbered(number),
            role: draw.one_of(&[MessageRole::Assistant, MessageRole::Reasoning])?,
            text: draw.long_text()?,
            at: draw.time()?,
        },
        Sort::ToolCall => {
            let unanswered = if is_active {
                ToolCallStatus::Open
            } else {
                ToolCallStatus::Cancelled
            };
            let choices = [
                unanswered,
                unanswered,
                ToolCallStatus::Succeeded,
                ToolCallStatus::Failed,
            ];
            let status = draw.one_of(&choices)?;
            let id = ToolCallId::numbered(number);
            calls.push((id.clone(), status));
            let has_output = matches!(status, ToolCallStatus::Succeeded | ToolCallStatus::Failed);
            Entry::ToolCall {
                id,
                name: draw.label()?,
                input: draw.text()?,
                status,
                output: if has_output { Some(draw.text()?) } else { None },
                at: draw.time()?,
            }
        }
        Sort::Approval => {
            let (decision, of_call) = match draw.up_to(3)? {
                0 | 1 if is_active => (Decision::Pending, Some(ToolCallStatus::Open)),
                0 | 1 => (Decision::Cancelled, Some(ToolCallStatus::Cancelled)),
                2 => (Decision::Approved, None),
                _ => {
                    let reason = draw.perhaps(Draw::text)?;
                    (Decision::Rejected { reason }, None)
                }
            };
            let fits = |(_, status): &&(ToolCallId, ToolCallStatus)| of_call.is_none_or(|wanted| *status == wanted);
            let fitting: Vec<_> = calls.iter().filter(fits).map(|(id, _)| id).collect();
            let call = if fitting.is_empty() || draw.one_in(2)? {
                None
            } else {
                Some(fitting[draw.place(fitting.len())?].clone())
            };
            Entry::Approval {
                id: ActionId::numbered(number),
                tool_call_id: call,
                description: draw.text()?,
                decision,
                at: draw.time()?,
            }
        }
    };
    entries.push(entry);
    Ok(())
}
