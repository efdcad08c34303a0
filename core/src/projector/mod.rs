//! The projector: what an event does to the read model.
//!
//! Total: any event may meet any model. One that refers to what is not there, or makes what is there already, changes
//! nothing, and nothing panics. Whatever the events, every thread's project exists, the selected thread exists, and no
//! two projects share a path.
//!
//! | event | what it changes | unless |
//! |---|---|---|
//! | `ProjectCreated` | adds the project | its id or its path is there already |
//! | `ProjectRenamed` | the project's name and `updated_at` | |
//! | `ProjectDeleted` | removes the project, its branches and whatever threads it still has | |
//! | `ThreadCreated` | adds the thread, idle | its id is there already, or its project is not |
//! | `ThreadSelected` | selects the thread | |
//! | `ThreadDeleted` | removes the thread, and the selection if it was that thread; branches stay in the project | |
//! | `ThreadStatusChanged` | sets the status to `to` | |
//! | `TurnStarted` | opens the turn with the user's prompt | its id is there already, or another turn is active |
//! | `TurnInterrupted` `TurnCompleted` `TurnFailed` | ends the turn; its open tool calls and pending approvals become cancelled | |
//! | `MessageAppended` | adds the message | its id is there already in the turn |
//! | `MessageChunkReceived` | puts the piece behind the message's text | |
//! | `ToolCallStarted` | adds the call, open | its id is there already in the turn |
//! | `ToolCallEnded` | the call's status and output | it is not open |
//! | `ApprovalRequested` | adds the approval, pending | its id is there already in the turn, or its tool call is not |
//! | `PendingActionApproved` `PendingActionRejected` | the approval's decision | it is not pending |
//! | `CheckpointCreated` | adds the checkpoint | its id is there already in the thread |
//! | `CheckpointRestored` | drops the turns past `turn_count` and the checkpoints listed after the restored one | |
//! | `BranchCreated` | adds the branch to the project, and puts the thread on it | its name is there already in the project |
//! | `ChangesCommitted` | adds the commit to the branch | |
//! | `BranchPushed` | sets `pushed_commits` to the number of commits | |
//!
//! An event inside a turn changes only the active turn: a turn that ended is closed. Each event that changes a thread
//! also sets its `updated_at`, and one that begins, ends or holds up a turn sets the thread's status, so that the
//! model is legal after every event: a batch that a crash tears in two leaves a legal model. The
//! `ThreadStatusChanged` that follows it in the batch tells subscribers, and finds the status set.
//!
//! # Cost
//!
//! An event takes at most logarithmic time in whatever there is many of, and copies no text. What deletes, ends or restores
//! takes that time for each thing that it removes or settles, and looks at nothing that stays.
//!
//! | event | takes logarithmic time in the number of | for each |
//! |---|---|---|
//! | `ProjectCreated` `ProjectRenamed` | projects | |
//! | `ProjectDeleted` | threads, projects | thread that it still has |
//! | `ThreadCreated` | projects, threads | |
//! | `ThreadSelected` `ThreadStatusChanged` | threads | |
//! | `ThreadDeleted` | threads | |
//! | `TurnStarted` | threads, turns of the thread | |
//! | `TurnInterrupted` `TurnCompleted` `TurnFailed` | threads, and entries of the turn | entry that it cancels |
//! | `MessageAppended` `ToolCallStarted` `ToolCallEnded` `ApprovalRequested` `PendingActionApproved` `PendingActionRejected` | threads, entries of the turn | |
//! | `MessageChunkReceived` | threads, and entries of the turn unless the message stands last; whatever the pieces | |
//! | `CheckpointCreated` | threads, checkpoints of the thread | |
//! | `CheckpointRestored` | threads, and turns and checkpoints of the thread | turn and checkpoint that it drops |
//! | `BranchCreated` `ChangesCommitted` `BranchPushed` | threads, projects, branches of the project | |
//!
//! What is removed is freed at once where no clone of the model shares it, which takes time in its size; else with the
//! last clone.

mod checkpoint;
mod git;
mod project;
mod thread;
mod turn;

use chrono::{DateTime, Utc};

use crate::events::OrchestrationEvent as Event;
use crate::read_model::{OrchestrationReadModel, Thread};
use crate::values::ThreadId;

/// Projects an event into the model. The [module](self) tells what each event does.
///
/// Takes at most logarithmic time in the size of the model for whatever it adds, changes, removes or settles, and shares
/// everything that the event leaves alone with clones of the model. Never panics.
#[must_use]
pub fn project(mut model: OrchestrationReadModel, event: &Event) -> OrchestrationReadModel {
    match event {
        Event::ProjectCreated(event) => project::created(&mut model, event),
        Event::ProjectRenamed(event) => project::renamed(&mut model, event),
        Event::ProjectDeleted(event) => project::deleted(&mut model, event),
        Event::ThreadCreated(event) => thread::created(&mut model, event),
        Event::ThreadSelected(event) => thread::selected(&mut model, event),
        Event::ThreadDeleted(event) => thread::deleted(&mut model, event),
        Event::ThreadStatusChanged(event) => thread::status_changed(&mut model, event),
        Event::TurnStarted(event) => turn::started(&mut model, event),
        Event::TurnInterrupted(event) => turn::interrupted(&mut model, event),
        Event::TurnCompleted(event) => turn::completed(&mut model, event),
        Event::TurnFailed(event) => turn::failed(&mut model, event),
        Event::MessageAppended(event) => turn::message_appended(&mut model, event),
        Event::MessageChunkReceived(event) => turn::message_chunk_received(&mut model, event),
        Event::ToolCallStarted(event) => turn::tool_call_started(&mut model, event),
        Event::ToolCallEnded(event) => turn::tool_call_ended(&mut model, event),
        Event::ApprovalRequested(event) => turn::approval_requested(&mut model, event),
        Event::PendingActionApproved(event) => turn::pending_action_approved(&mut model, event),
        Event::PendingActionRejected(event) => turn::pending_action_rejected(&mut model, event),
        Event::CheckpointCreated(event) => checkpoint::created(&mut model, event),
        Event::CheckpointRestored(event) => checkpoint::restored(&mut model, event),
        Event::BranchCreated(event) => git::branch_created(&mut model, event),
        Event::ChangesCommitted(event) => git::changes_committed(&mut model, event),
        Event::BranchPushed(event) => git::branch_pushed(&mut model, event),
    }
    model
}

/// The thread, to be changed, if it is there and the condition holds.
///
/// The condition is asked of the shared thread: one that is not to change must not be copied.
fn thread_mut_if(
    model: &mut OrchestrationReadModel,
    id: ThreadId,
    condition: impl FnOnce(&Thread) -> bool,
) -> Option<&mut Thread> {
    model.thread(id).filter(|thread| condition(thread))?;
    model.thread_mut(id)
}

/// Brings the thread's status and time in line with what happened to its turns.
fn settle(thread: &mut Thread, at: DateTime<Utc>) {
    thread.status = thread.status_of_turns();
    thread.updated_at = at;
}
