//! A7: accessors of one fact agree.
//!
//! | accessor | must agree with |
//! |---|---|
//! | `projects` `threads` `branches` | their own length and reverse; strictly ascending by id, or name |
//! | `turns` `checkpoints` `commits` `entries` | their own length and reverse |
//! | `project` `thread` `branch` `turn` `checkpoint` `message` `tool_call` `approval` | what is iterated: each finds its own, and no id that is not there finds anything |
//! | `project_at` | the paths of `projects` |
//! | `threads_of` | the `project_id` of `threads` |
//! | `active_turn` `active_turns` | the status of the last of `turns` |
//! | `turn_count` | the number of `turns` |
//! | `pending_approvals` `pending_approvals_of` | the decisions of `entries`; none where the turn ended |
//! | `as_message` `as_tool_call` `as_approval` | each other: an entry is one of them |
//! | `is_unsettled` `is_running` `is_pending` | the status or decision |
//! | `pieces` `len` `is_empty` `to_string` `==` of a text | its bytes |

use std::fmt::Display;

use orchestration::read_model::{Decision, MessageText, Project, Thread, ToolCallStatus, Turn, TurnEntry, TurnStatus};
use orchestration::uuid::Uuid;
use orchestration::{BranchName, OrchestrationReadModel, ProjectId, ThreadId};

use crate::check::invariants::{Findings, Invariant};

/// A7: what different accessors say of one fact is the same.
pub fn check_accessors(model: &OrchestrationReadModel, findings: &mut Findings) {
    let fault = fault_of_model(model).err();
    findings.expect(Invariant::A7, fault.is_none(), || fault.unwrap_or_default());
}

/// What two accessors disagree about, or nothing.
type Agreed = Result<(), String>;

fn agree(is_agreed: bool, what: &str, place: impl Display) -> Agreed {
    if is_agreed {
        return Ok(());
    }
    Err(format!(
        "{what} of {place}: expected what the other accessors of this fact say, found something else"
    ))
}

fn fault_of_model(model: &OrchestrationReadModel) -> Agreed {
    let place = "the model";
    agree_in_order(
        || model.projects(),
        |project| number(project.id().as_uuid()),
        "projects",
        place,
    )?;
    agree_in_order(
        || model.threads(),
        |thread| number(thread.id().as_uuid()),
        "threads",
        place,
    )?;
    agree_found(
        model.projects(),
        |project| model.project(project.id()),
        "project",
        place,
    )?;
    agree_found(
        model.projects(),
        |project| model.project_at(project.path()),
        "project_at",
        place,
    )?;
    agree_found(model.threads(), |thread| model.thread(thread.id()), "thread", place)?;
    let ids: Vec<u128> = model.projects().map(|project| number(project.id().as_uuid())).collect();
    agree_absent(&ids, |id| model.project(ProjectId::new(id)).is_some(), "project", place)?;
    let ids: Vec<u128> = model.threads().map(|thread| number(thread.id().as_uuid())).collect();
    agree_absent(&ids, |id| model.thread(ThreadId::new(id)).is_some(), "thread", place)?;
    agree_threads_of(model)?;
    let active = model
        .threads()
        .filter_map(|thread| Some((thread, running_turn(thread)?)));
    let is_agreed = are_one(active, model.active_turns(), |(thread, turn), (other, of_other)| {
        (std::ptr::from_ref(*thread), std::ptr::from_ref(*turn))
            == (std::ptr::from_ref(*other), std::ptr::from_ref(*of_other))
    });
    agree(is_agreed, "active_turns", place)?;
    model.projects().try_for_each(agree_project)?;
    model.threads().try_for_each(agree_thread)
}

/// The threads of each project, and of one that is not there, are those that name it.
fn agree_threads_of(model: &OrchestrationReadModel) -> Agreed {
    let mut expected: Vec<_> = model
        .threads()
        .map(|thread| (number(thread.project_id().as_uuid()), thread))
        .collect();
    expected.sort_by_key(|(project, _)| *project);
    let mut rest = expected.as_slice();
    for project in model.projects() {
        let id = number(project.id().as_uuid());
        let count = rest.iter().take_while(|(of, _)| *of == id).count();
        let (own, others) = rest.split_at(count);
        let own = || own.iter().map(|(_, thread)| *thread);
        let is_agreed = are_one(own(), model.threads_of(project.id()), |one, other| {
            std::ptr::eq(*one, *other)
        });
        agree(is_agreed, "threads_of", project.id())?;
        let is_agreed = are_one(own().rev(), model.threads_of(project.id()).rev(), |one, other| {
            std::ptr::eq(*one, *other)
        });
        agree(is_agreed, "threads_of", project.id())?;
        rest = others;
    }
    agree(rest.is_empty(), "project_id", "a thread whose project is not there")
}

fn agree_project(project: &Project) -> Agreed {
    let place = project.id();
    agree_in_order(
        || project.branches(),
        |branch| branch.name().as_str().to_owned(),
        "branches",
        place,
    )?;
    agree_found(
        project.branches(),
        |branch| project.branch(branch.name()),
        "branch",
        place,
    )?;
    for branch in project.branches() {
        agree_both_ways(|| branch.commits(), "commits", branch.name())?;
        let other: Option<BranchName> = format!("{}-", branch.name()).parse().ok();
        if let Some(other) = other {
            let is_there = project
                .branches()
                .any(|branch| branch.name().as_str() == other.as_str());
            agree(project.branch(&other).is_some() == is_there, "branch", place)?;
        }
    }
    Ok(())
}

fn agree_thread(thread: &Thread) -> Agreed {
    let place = thread.id();
    agree_both_ways(|| thread.turns(), "turns", place)?;
    agree_both_ways(|| thread.checkpoints(), "checkpoints", place)?;
    agree_found(thread.turns(), |turn| thread.turn(turn.id()), "turn", place)?;
    agree_found(
        thread.checkpoints(),
        |kept| thread.checkpoint(kept.id()),
        "checkpoint",
        place,
    )?;
    let ids: Vec<u128> = thread.turns().map(|turn| number(turn.id().as_uuid())).collect();
    agree_absent(&ids, |id| thread.turn(id.into()).is_some(), "turn", place)?;
    let ids: Vec<u128> = thread.checkpoints().map(|kept| number(kept.id().as_uuid())).collect();
    agree_absent(&ids, |id| thread.checkpoint(id.into()).is_some(), "checkpoint", place)?;
    let is_one = match (running_turn(thread), thread.active_turn()) {
        (None, None) => true,
        (Some(expected), Some(found)) => std::ptr::eq(expected, found),
        (None, Some(_)) | (Some(_), None) => false,
    };
    agree(is_one, "active_turn", place)?;
    agree(
        u32::try_from(thread.turns().count()) == Ok(thread.turn_count()),
        "turn_count",
        place,
    )?;
    thread.turns().try_for_each(agree_turn)
}

/// The last turn, if it runs.
fn running_turn(thread: &Thread) -> Option<&Turn> {
    let last = thread.turns().last()?;
    matches!(last.status(), TurnStatus::Running).then_some(last)
}

fn agree_turn(turn: &Turn) -> Agreed {
    let place = turn.id();
    agree_both_ways(|| turn.entries(), "entries", place)?;
    let messages = turn.entries().filter_map(TurnEntry::as_message);
    agree_found(messages, |message| turn.message(message.id()), "message", place)?;
    let calls = turn.entries().filter_map(TurnEntry::as_tool_call);
    agree_found(calls, |call| turn.tool_call(call.id()), "tool_call", place)?;
    let approvals = turn.entries().filter_map(TurnEntry::as_approval);
    agree_found(approvals, |approval| turn.approval(approval.id()), "approval", place)?;
    let is_running = matches!(turn.status(), TurnStatus::Running);
    agree(turn.status().is_running() == is_running, "is_running", place)?;
    let mut pending = Vec::new();
    for entry in turn.entries() {
        agree_entry(entry, place)?;
        if let TurnEntry::Approval(approval) = entry
            && is_running
            && matches!(approval.decision(), Decision::Pending)
        {
            pending.push(approval);
        }
    }
    agree(turn.pending_approvals() == pending.len(), "pending_approvals", place)?;
    turn.entries().filter_map(TurnEntry::as_tool_call).try_for_each(|call| {
        let waiting = pending.iter().filter(|approval| {
            approval
                .tool_call_id()
                .is_some_and(|id| id.as_str() == call.id().as_str())
        });
        let is_agreed = turn.pending_approvals_of(call.id()) == waiting.count();
        agree(is_agreed, "pending_approvals_of", place)
    })
}

fn agree_entry(entry: &TurnEntry, place: impl Display) -> Agreed {
    let (expected, is_unsettled) = match entry {
        TurnEntry::Message(message) => {
            agree_text(message.text(), message.id())?;
            ([true, false, false], false)
        }
        TurnEntry::ToolCall(call) => ([false, true, false], matches!(call.status(), ToolCallStatus::Open)),
        TurnEntry::Approval(approval) => {
            let is_pending = matches!(approval.decision(), Decision::Pending);
            agree(
                approval.decision().is_pending() == is_pending,
                "is_pending",
                approval.id(),
            )?;
            ([false, false, true], is_pending)
        }
    };
    let found = [
        entry.as_message().is_some(),
        entry.as_tool_call().is_some(),
        entry.as_approval().is_some(),
    ];
    agree(found == expected, "as_message, as_tool_call and as_approval", &place)?;
    agree(entry.is_unsettled() == is_unsettled, "is_unsettled", place)
}

fn agree_text(text: &MessageText, place: impl Display) -> Agreed {
    agree(text.pieces().all(|piece| !piece.is_empty()), "pieces", &place)?;
    let whole = text.pieces().collect::<String>();
    agree(text.len() == whole.len(), "len", &place)?;
    agree(text.is_empty() == whole.is_empty(), "is_empty", &place)?;
    agree(text.to_string() == whole, "to_string", &place)?;
    agree(*text == *whole, "==", place)
}

/// What is iterated is strictly ascending by its key, as many as its length says, and the same backwards.
fn agree_in_order<'a, T: 'a, K: Ord, I>(
    iterator: impl Fn() -> I,
    key: impl Fn(&T) -> K,
    what: &str,
    place: impl Display,
) -> Agreed
where
    I: DoubleEndedIterator<Item = &'a T> + ExactSizeIterator,
{
    agree(
        iterator().map(key).is_sorted_by(|left, right| left < right),
        what,
        &place,
    )?;
    agree_both_ways(iterator, what, place)
}

/// There are as many as the length says, and the same backwards.
fn agree_both_ways<'a, T: 'a, I>(iterator: impl Fn() -> I, what: &str, place: impl Display) -> Agreed
where
    I: DoubleEndedIterator<Item = &'a T> + ExactSizeIterator,
{
    let forwards: Vec<&T> = iterator().collect();
    let backwards = iterator().rev();
    let is_agreed = iterator().len() == forwards.len()
        && are_one(forwards.into_iter().rev(), backwards, |one, other| {
            std::ptr::eq(*one, *other)
        });
    agree(is_agreed, what, place)
}

/// Each of what is iterated is what its own key finds.
fn agree_found<'a, T: 'a>(
    mut iterator: impl Iterator<Item = &'a T>,
    find: impl Fn(&'a T) -> Option<&'a T>,
    what: &str,
    place: impl Display,
) -> Agreed {
    let is_agreed = iterator.all(|item| find(item).is_some_and(|found| std::ptr::eq(found, item)));
    agree(is_agreed, what, place)
}

/// The id behind each finds something only if it is one of them.
fn agree_absent(ids: &[u128], is_found: impl Fn(Uuid) -> bool, what: &str, place: impl Display) -> Agreed {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    let is_agreed = ids.iter().all(|id| {
        let next = id.wrapping_add(1);
        is_found(Uuid::from_u128(next)) == sorted.binary_search(&next).is_ok()
    });
    agree(is_agreed, what, place)
}

/// Whether two iterators give the same, and as much.
fn are_one<T>(
    one: impl Iterator<Item = T>,
    mut other: impl Iterator<Item = T>,
    is_one: impl Fn(&T, &T) -> bool,
) -> bool {
    for item in one {
        if !other.next().is_some_and(|of_other| is_one(&item, &of_other)) {
            return false;
        }
    }
    other.next().is_none()
}

const fn number(id: &Uuid) -> u128 {
    id.as_u128()
}

#[cfg(test)]
mod tests;
