//! The decider: which events a command causes, or why it is refused.
//!
//! Checks run in the order written; the first that fails is the answer. *Idle* means that the thread's status is
//! [`Idle`](crate::read_model::ThreadStatus::Idle), *active* that it has an active turn.
//!
//! | command | is refused when | events, in order |
//! |---|---|---|
//! | [`CreateProject`](crate::commands::CreateProject) | id known (`ProjectAlreadyExists`); path taken (`DuplicateProjectPath`) | `ProjectCreated` |
//! | [`RenameProject`](crate::commands::RenameProject) | unknown (`ProjectNotFound`) | `ProjectRenamed` |
//! | [`DeleteProject`](crate::commands::DeleteProject) | unknown (`ProjectNotFound`) | what `DeleteThread` gives for each of its threads, in the order of their ids; `ProjectDeleted` |
//! | [`CreateThread`](crate::commands::CreateThread) | project unknown (`ProjectNotFound`); id known (`ThreadAlreadyExists`) | `ThreadCreated` |
//! | [`SelectThread`](crate::commands::SelectThread) | unknown (`ThreadNotFound`) | `ThreadSelected` |
//! | [`DeleteThread`](crate::commands::DeleteThread) | unknown (`ThreadNotFound`) | if active, what `InterruptTurn` gives; `ThreadDeleted` |
//! | [`StartTurn`](crate::commands::StartTurn) | `ThreadNotFound`; not idle (`ThreadNotIdle`); turn id known in the thread (`TurnAlreadyExists`) | `TurnStarted`, `ThreadStatusChanged` to running |
//! | [`InterruptTurn`](crate::commands::InterruptTurn) | `ThreadNotFound`; not active (`NoActiveTurn`); another turn is active (`TurnMismatch`) | `TurnInterrupted`, `ThreadStatusChanged` to idle |
//! | [`ApprovePendingAction`](crate::commands::ApprovePendingAction) | `ThreadNotFound`; `NoActiveTurn`; another turn is active (`TurnMismatch`); no such approval is pending in it (`ActionNotPending`) | `PendingActionApproved`; if it was the last one pending, `ThreadStatusChanged` to running |
//! | [`RejectPendingAction`](crate::commands::RejectPendingAction) | as above | `PendingActionRejected`; likewise |
//! | [`IngestProviderEvent`](crate::commands::IngestProviderEvent) | `ThreadNotFound`; `NoActiveTurn`; `TurnMismatch`; then as the next table says | as the next table says |
//! | [`CreateCheckpoint`](crate::commands::CreateCheckpoint) | `ThreadNotFound`; `ThreadNotIdle`; id known in the thread (`CheckpointAlreadyExists`) | `CheckpointCreated` |
//! | [`RestoreCheckpoint`](crate::commands::RestoreCheckpoint) | `ThreadNotFound`; `ThreadNotIdle`; `CheckpointNotFound` | `CheckpointRestored` |
//! | [`CreateBranch`](crate::commands::CreateBranch) | `ThreadNotFound`; `ThreadNotIdle`; name known in the project (`BranchAlreadyExists`) | `BranchCreated` |
//! | [`CommitChanges`](crate::commands::CommitChanges) | `ThreadNotFound`; `ThreadNotIdle`; thread has no branch (`NoBranch`) | `ChangesCommitted` |
//! | [`PushBranch`](crate::commands::PushBranch) | `ThreadNotFound`; `NoBranch` | `BranchPushed` |
//!
//! An answer names its turn, as an interrupt does: action ids are unique in a turn only, agents derive them from counters,
//! and an answer that comes late must not approve what the next turn asks.
//!
//! `ThreadStatusChanged` is emitted exactly when the status differs from before. The git, checkpoint and interrupt
//! events record what was decided; reactors outside the core carry it out.
//!
//! Provider events need the active turn, and `turn_id` must name it: a late event for a turn that ended is refused.
//!
//! | provider event | is refused when | events, in order |
//! |---|---|---|
//! | [`TextDelta`](crate::provider_event::TextDelta) | the message has another role (`MessageRoleMismatch`) | first of its id: `MessageAppended` (assistant); else `MessageChunkReceived` |
//! | [`ThinkingDelta`](crate::provider_event::ThinkingDelta) | likewise | likewise (reasoning) |
//! | [`ToolCall`](crate::provider_event::ToolCallRequest) | id known in this turn (`ToolCallAlreadyExists`) | `ToolCallStarted` |
//! | [`ToolResult`](crate::provider_event::ToolResult) | no such call in this turn (`ToolCallNotFound`); it is not open (`ToolCallAlreadyEnded`); an approval of it is pending (`ToolCallAwaitingApproval`) | `ToolCallEnded` |
//! | [`AwaitingApproval`](crate::provider_event::ApprovalRequest) | action id known in this turn (`ActionAlreadyExists`); the tool call given is unknown (`ToolCallNotFound`) or not open (`ToolCallAlreadyEnded`) | `ApprovalRequested`; if the status was running, `ThreadStatusChanged` to awaiting approval |
//! | [`TurnComplete`](crate::provider_event::TurnComplete) | never | `TurnCompleted`, `ThreadStatusChanged` to idle |
//! | [`Error`](crate::provider_event::ProviderError) | never | `TurnFailed`, `ThreadStatusChanged` to idle |
//!
//! Several approvals may be pending at once. However a turn ends, its open tool calls and pending approvals become
//! cancelled.
//!
//! # Cost
//!
//! A decision takes at most logarithmic time in whatever there is many of, and copies no text; what a command names is
//! looked up, and nothing is gone through.
//!
//! | command | takes logarithmic time in the number of |
//! |---|---|
//! | `CreateProject` `RenameProject` | projects |
//! | `DeleteProject` | projects, and threads for each of its own: two or three events each |
//! | `CreateThread` | projects, threads |
//! | `SelectThread` `DeleteThread` `InterruptTurn` `CommitChanges` `PushBranch` | threads |
//! | `StartTurn` | threads, turns of the thread |
//! | `ApprovePendingAction` `RejectPendingAction` `IngestProviderEvent` | threads, entries of the turn |
//! | `CreateCheckpoint` `RestoreCheckpoint` | threads, checkpoints of the thread |
//! | `CreateBranch` | threads, projects, branches of the project |

mod checkpoint;
mod git;
mod project;
mod provider;
mod require;
mod status;
mod thread;
mod turn;

use crate::commands::OrchestrationCommand as Command;
use crate::error::DeciderError;
use crate::events::OrchestrationEvent;
use crate::read_model::OrchestrationReadModel;

/// The events that a decision causes: at least one, in the order in which they happen.
pub(crate) type Events = Vec<OrchestrationEvent>;

/// Decides which events a command causes. The [module](self) tells the rules.
///
/// Pure and deterministic: the model is left as it is, no id is drawn and no clock is read. Text is shared with the
/// command, never copied.
///
/// # Errors
///
/// A [`DeciderError`] when the command is refused; then nothing has happened, and nothing is to be stored.
pub fn decide(command: &Command, model: &OrchestrationReadModel) -> Result<Events, DeciderError> {
    match command {
        Command::CreateProject(command) => project::create(command, model),
        Command::RenameProject(command) => project::rename(command, model),
        Command::DeleteProject(command) => project::delete(command, model),
        Command::CreateThread(command) => thread::create(command, model),
        Command::SelectThread(command) => thread::select(command, model),
        Command::DeleteThread(command) => thread::delete(command, model),
        Command::StartTurn(command) => turn::start(command, model),
        Command::InterruptTurn(command) => turn::interrupt(command, model),
        Command::ApprovePendingAction(command) => turn::approve(command, model),
        Command::RejectPendingAction(command) => turn::reject(command, model),
        Command::IngestProviderEvent(command) => provider::ingest(command, model),
        Command::CreateCheckpoint(command) => checkpoint::create(command, model),
        Command::RestoreCheckpoint(command) => checkpoint::restore(command, model),
        Command::CreateBranch(command) => git::create_branch(command, model),
        Command::CommitChanges(command) => git::commit(command, model),
        Command::PushBranch(command) => git::push(command, model),
    }
}
