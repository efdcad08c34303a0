//! Whether the machine is what a core's model says, value by value, without making a view of the model.

use orchestration::read_model::{self, Decision, MessageText, TurnEntry, TurnStatus};
use orchestration::{BranchName, MessageId, OrchestrationReadModel};

use super::same::Same;
use super::state::{
    Answer, Approval, Branch, Call, Checkpoint, Commit, Entry, Machine, Message, Project, Thread, Turn, TurnState,
    Words,
};

/// Up to how many bytes of a message are read again whenever a piece is put behind them.
const SHORT: usize = 1_024;

/// How much is looked at.
#[derive(Clone, Copy)]
pub(super) enum Depth<'a> {
    /// All of it.
    Whole,
    /// Where a command can have touched a thread, at its end: the last turn and the last checkpoint.
    End(End<'a>),
}

/// A command and the thread before it, which was what the machine said.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    /// The message that the command goes on with: it is read, if it is short. Of the others only the lengths are compared.
    pub(super) message: Option<MessageId>,
    /// The thread.
    pub(super) before: Option<&'a read_model::Thread>,
}

/// Whether the machine is what the core's model says.
pub(super) fn is_model(expected: &Machine, found: &OrchestrationReadModel) -> bool {
    is_outline(expected, found)
        && expected
            .projects
            .iter()
            .zip(found.projects())
            .all(|(expected, found)| is_project(expected, found))
        && expected
            .threads
            .iter()
            .zip(found.threads())
            .all(|(expected, found)| is_thread(expected, found, Depth::Whole))
}

/// Whether the selection and the numbers of things are what the core's model says.
pub(super) fn is_outline(expected: &Machine, found: &OrchestrationReadModel) -> bool {
    expected.selected.is_same(&found.selected_thread())
        && expected.projects.len() == found.projects().len()
        && expected.threads.len() == found.threads().len()
}

/// Whether a project is what the core says.
fn is_project(expected: &Project, found: &read_model::Project) -> bool {
    is_project_head(expected, found) && are(&expected.branches, found.branches(), is_branch)
}

/// Whether a project is what the core says, if it was so before a command, on this branch of it or on none.
///
/// A branch that the core has left as it was is not read: it was what the machine said, and that changes no branch but the one
/// that the command is on.
pub(super) fn is_changed_project(
    expected: &Project,
    before: Option<&read_model::Project>,
    found: &read_model::Project,
    on_branch: Option<&BranchName>,
) -> bool {
    let mut earlier = before.map(|before| before.branches().peekable());
    let mut is_left = |found: &read_model::Branch| {
        let is_one = |earlier: &read_model::Branch| std::ptr::eq(earlier, found);
        let is_named = |earlier: &&read_model::Branch| earlier.name().is_same(found.name());
        let of_that_name = earlier.as_mut().and_then(|earlier| earlier.next_if(is_named));
        of_that_name.is_some_and(is_one) && on_branch.is_none_or(|on_branch| !on_branch.is_same(found.name()))
    };
    is_project_head(expected, found)
        && are(&expected.branches, found.branches(), |expected, found| {
            is_left(found) || is_branch(expected, found)
        })
}

fn is_project_head(expected: &Project, found: &read_model::Project) -> bool {
    expected.id.is_same(&found.id())
        && is_text(&expected.path, found.path().as_str())
        && is_text(&expected.name, found.name().as_str())
        && expected.created_at == found.created_at()
        && expected.updated_at == found.updated_at()
}

fn is_branch(expected: &Branch, found: &read_model::Branch) -> bool {
    is_branch_head(expected, found) && are(&expected.commits, found.commits(), is_commit)
}

fn is_branch_head(expected: &Branch, found: &read_model::Branch) -> bool {
    expected.name.is_same(found.name())
        && expected.thread_id.is_same(&found.thread_id())
        && expected.pushed_commits == found.pushed_commits() as usize
}

fn is_commit(expected: &Commit, found: &read_model::Commit) -> bool {
    is_text(&expected.message, found.message().as_str()) && expected.at == found.at()
}

/// Whether a thread is what the core says.
pub(super) fn is_thread(expected: &Thread, found: &read_model::Thread, depth: Depth<'_>) -> bool {
    let are_contents = match depth {
        Depth::Whole => {
            are(&expected.turns, found.turns(), |expected, found| {
                is_turn(expected, found, None, depth)
            }) && are(&expected.checkpoints, found.checkpoints(), |expected, checkpoint| {
                is_checkpoint(expected, checkpoint)
                    && are(
                        &expected.turns,
                        found.turns().take(expected.turn_count),
                        |expected, turn| expected.is_same(&turn.id()),
                    )
            })
        }
        Depth::End(End { before, .. }) => {
            let place = found.turns().len().saturating_sub(1);
            let earlier =
                before.and_then(|before| before.turns().rev().nth(before.turns().len().checked_sub(place + 1)?));
            expected.turns.len() == found.turns().len()
                && expected.checkpoints.len() == found.checkpoints().len()
                && are(expected.turns.last(), found.turns().next_back(), |expected, found| {
                    is_turn(expected, found, earlier, depth)
                })
                && are(
                    expected.checkpoints.last(),
                    found.checkpoints().next_back(),
                    is_checkpoint,
                )
        }
    };
    are_contents
        && expected.id.is_same(&found.id())
        && expected.project_id.is_same(&found.project_id())
        && is_text(&expected.title, found.title().as_str())
        && is_text(&expected.provider, found.provider().as_str())
        && is_optional_text(expected.model.as_ref(), found.model())
        && expected.runtime_mode.is_same(&found.runtime_mode())
        && expected.status.is_same(&found.status())
        && is_optional(expected.branch.as_ref(), found.branch(), Same::is_same)
        && expected.created_at == found.created_at()
        && expected.updated_at == found.updated_at()
}

fn is_checkpoint(expected: &Checkpoint, found: &read_model::Checkpoint) -> bool {
    expected.id.is_same(&found.id())
        && is_optional_text(expected.description.as_ref(), found.description())
        && is_text(&expected.git_ref, found.git_ref().as_str())
        && expected.turn_count == found.turn_count() as usize
        && expected.at == found.at()
}

fn is_turn(expected: &Turn, found: &read_model::Turn, earlier: Option<&read_model::Turn>, depth: Depth<'_>) -> bool {
    let mut earlier = earlier.map(read_model::Turn::entries);
    let mut is_left = |found: &TurnEntry| {
        let of_that_place = earlier.as_mut().and_then(Iterator::next);
        of_that_place.is_some_and(|earlier| std::ptr::eq(earlier, found))
    };
    expected.id.is_same(&found.id())
        && is_turn_state(&expected.status, found.status())
        && expected.started_at == found.started_at()
        && expected.ended_at == found.ended_at()
        && are(&expected.entries, found.entries(), |expected, found| {
            if is_left(found) {
                is_left_entry(expected, found)
            } else {
                is_entry(expected, found, depth)
            }
        })
}

/// Whether the machine has left an entry as it was, as the core has: what it changes in one shows in what is looked at here.
fn is_left_entry(expected: &Entry, found: &TurnEntry) -> bool {
    match (expected, found) {
        (Entry::Message(expected), TurnEntry::Message(found)) => expected.text.len() == found.text().len(),
        (Entry::ToolCall(expected), TurnEntry::ToolCall(found)) => expected.status.is_same(&found.status()),
        (Entry::Approval(expected), TurnEntry::Approval(found)) => is_answer(&expected.decision, found.decision()),
        (Entry::Message(_) | Entry::ToolCall(_) | Entry::Approval(_), _) => false,
    }
}

fn is_turn_state(expected: &TurnState, found: &TurnStatus) -> bool {
    match (expected, found) {
        (TurnState::Running, TurnStatus::Running)
        | (TurnState::Completed, TurnStatus::Completed)
        | (TurnState::Interrupted, TurnStatus::Interrupted) => true,
        (
            TurnState::Failed { message, code },
            TurnStatus::Failed {
                message: found,
                code: found_code,
            },
        ) => is_text(message, found.as_str()) && is_optional_text(code.as_ref(), found_code.as_ref()),
        (TurnState::Running | TurnState::Completed | TurnState::Interrupted | TurnState::Failed { .. }, _) => false,
    }
}

fn is_entry(expected: &Entry, found: &TurnEntry, depth: Depth<'_>) -> bool {
    match (expected, found) {
        (Entry::Message(expected), TurnEntry::Message(found)) => is_message(expected, found, depth),
        (Entry::ToolCall(expected), TurnEntry::ToolCall(found)) => is_call(expected, found),
        (Entry::Approval(expected), TurnEntry::Approval(found)) => is_approval(expected, found),
        (Entry::Message(_) | Entry::ToolCall(_) | Entry::Approval(_), _) => false,
    }
}

fn is_message(expected: &Message, found: &read_model::Message, depth: Depth<'_>) -> bool {
    let is_read = match depth {
        Depth::Whole => true,
        Depth::End(End { message, .. }) => {
            message.is_some_and(|named| named.is_same(&expected.id)) && expected.text.len() <= SHORT
        }
    };
    expected.id.is_same(&found.id())
        && expected.role.is_same(&found.role())
        && expected.at == found.at()
        && expected.text.len() == found.text().len()
        && (!is_read || is_in_pieces(&expected.text, found.text()))
}

/// Whether a text is that of some pieces, byte by byte.
fn is_in_pieces(expected: &str, found: &MessageText) -> bool {
    let mut rest = expected.as_bytes();
    let are_parts = found.pieces().all(|piece| {
        let (part, behind) = rest.split_at(piece.len().min(rest.len()));
        rest = behind;
        part == piece.as_bytes()
    });
    are_parts && rest.is_empty()
}

fn is_call(expected: &Call, found: &read_model::ToolCall) -> bool {
    expected.id.is_same(found.id())
        && is_text(&expected.name, found.name().as_str())
        && is_text(&expected.input, found.input().as_str())
        && expected.status.is_same(&found.status())
        && is_optional_text(expected.output.as_ref(), found.output())
        && expected.at == found.at()
}

fn is_approval(expected: &Approval, found: &read_model::Approval) -> bool {
    expected.id.is_same(&found.id())
        && is_optional(expected.tool_call_id.as_ref(), found.tool_call_id(), Same::is_same)
        && is_text(&expected.description, found.description().as_str())
        && is_answer(&expected.decision, found.decision())
        && expected.at == found.at()
}

fn is_answer(expected: &Answer, found: &Decision) -> bool {
    match (expected, found) {
        (Answer::Pending, Decision::Pending)
        | (Answer::Approved, Decision::Approved)
        | (Answer::Cancelled, Decision::Cancelled) => true,
        (Answer::Rejected { reason }, Decision::Rejected { reason: found }) => {
            is_optional_text(reason.as_ref(), found.as_ref())
        }
        (Answer::Pending | Answer::Approved | Answer::Rejected { .. } | Answer::Cancelled, _) => false,
    }
}

/// Whether texts are the same, byte by byte.
fn is_text(expected: &Words, found: &str) -> bool {
    expected.as_bytes() == found.as_bytes()
}

fn is_optional_text<T: AsRef<str>>(expected: Option<&Words>, found: Option<&T>) -> bool {
    is_optional(expected, found, |expected, found| is_text(expected, found.as_ref()))
}

fn is_optional<E, F>(expected: Option<&E>, found: Option<&F>, is: impl FnOnce(&E, &F) -> bool) -> bool {
    match (expected, found) {
        (None, None) => true,
        (Some(expected), Some(found)) => is(expected, found),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Whether things are as many as those found, and each is what stands at its place.
fn are<'a, E: 'a, F: 'a>(
    expected: impl IntoIterator<Item = &'a E>,
    found: impl IntoIterator<Item = &'a F>,
    mut is: impl FnMut(&E, &F) -> bool,
) -> bool {
    let mut found = found.into_iter();
    let are = expected
        .into_iter()
        .all(|expected| found.next().is_some_and(|found| is(expected, found)));
    are && found.next().is_none()
}

#[cfg(test)]
mod tests;
