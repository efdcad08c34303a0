//! T8: every field of an accepted command is found in the model afterwards, its time too, whatever times came before.

use chrono::{DateTime, Utc};
use orchestration::commands::{
    CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, IngestProviderEvent,
    OrchestrationCommand as Command, StartTurn,
};
use orchestration::provider_event::{ApprovalRequest, ProviderEvent, ToolCallRequest, ToolResult};
use orchestration::read_model::{Branch, Decision, MessageRole, Thread, ToolCallStatus, Turn, TurnEntry, TurnStatus};
use orchestration::{ActionId, MessageId, OrchestrationReadModel, ProjectId, ThreadId, TurnId};

use super::Transition;
use crate::check::invariants::{Findings, Invariant};
use crate::describe::wire_form;

/// The name of a field that is not found.
struct Missing(&'static str);

/// Checks the fields of an accepted command.
pub(super) fn check(transition: Transition<'_>, findings: &mut Findings) {
    let found = find(transition);
    findings.expect(Invariant::T8, found.is_ok(), || {
        let field = found.err().map_or("", |Missing(field)| field);
        format!(
            "{} was accepted, and its {field} is not found in the model: {}",
            transition.command.kind(),
            wire_form(transition.command)
        )
    });
}

fn require(condition: bool, field: &'static str) -> Result<(), Missing> {
    if condition { Ok(()) } else { Err(Missing(field)) }
}

fn find(transition: Transition<'_>) -> Result<(), Missing> {
    let Transition {
        command, before, after, ..
    } = transition;
    let stamped_thread = |id: ThreadId| {
        let thread = after.thread(id).ok_or(Missing("thread_id"))?;
        require(thread.updated_at() == command.at(), "at").map(|()| thread)
    };
    match command {
        Command::CreateProject(command) => created_project(command, after),
        Command::RenameProject(command) => {
            let project = after.project(command.project_id).ok_or(Missing("project_id"))?;
            require(*project.name() == command.name, "name")?;
            require(project.updated_at() == command.at, "at")
        }
        Command::DeleteProject(command) => deleted_project(command.project_id, after),
        Command::CreateThread(command) => created_thread(command, stamped_thread(command.thread_id)?),
        Command::SelectThread(command) => {
            stamped_thread(command.thread_id)?;
            require(after.selected_thread() == Some(command.thread_id), "thread_id")
        }
        Command::DeleteThread(command) => require(after.thread(command.thread_id).is_none(), "thread_id"),
        Command::StartTurn(command) => started_turn(command, stamped_thread(command.thread_id)?),
        Command::InterruptTurn(command) => {
            let thread = stamped_thread(command.thread_id)?;
            ended_turn(thread, command.turn_id, &TurnStatus::Interrupted, command.at)
        }
        Command::ApprovePendingAction(command) => decided(
            stamped_thread(command.thread_id)?,
            command.turn_id,
            command.action_id,
            &Decision::Approved,
        ),
        Command::RejectPendingAction(command) => {
            let decision = Decision::Rejected {
                reason: command.reason.clone(),
            };
            decided(
                stamped_thread(command.thread_id)?,
                command.turn_id,
                command.action_id,
                &decision,
            )
        }
        Command::IngestProviderEvent(command) => {
            let thread_before = before.thread(command.thread_id).ok_or(Missing("thread_id"))?;
            ingested(command, thread_before, stamped_thread(command.thread_id)?)
        }
        Command::CreateCheckpoint(command) => {
            let thread_before = before.thread(command.thread_id).ok_or(Missing("thread_id"))?;
            created_checkpoint(command, thread_before, stamped_thread(command.thread_id)?)
        }
        Command::RestoreCheckpoint(command) => {
            let last = stamped_thread(command.thread_id)?.checkpoints().last();
            require(
                last.is_some_and(|checkpoint| checkpoint.id() == command.checkpoint_id),
                "checkpoint_id",
            )
        }
        Command::CreateBranch(command) => created_branch(command, stamped_thread(command.thread_id)?, after),
        Command::CommitChanges(command) => {
            let thread = stamped_thread(command.thread_id)?;
            committed(command, branch_of(thread, before)?, branch_of(thread, after)?)
        }
        Command::PushBranch(command) => {
            let thread = stamped_thread(command.thread_id)?;
            pushed(branch_of(thread, before)?, branch_of(thread, after)?)
        }
    }
}

fn created_project(command: &CreateProject, after: &OrchestrationReadModel) -> Result<(), Missing> {
    let project = after.project(command.project_id).ok_or(Missing("project_id"))?;
    require(*project.path() == command.path, "path")?;
    require(*project.name() == command.name, "name")?;
    require(project.branches().len() == 0, "project_id")?;
    require(
        project.created_at() == command.at && project.updated_at() == command.at,
        "at",
    )
}

fn deleted_project(id: ProjectId, after: &OrchestrationReadModel) -> Result<(), Missing> {
    require(
        after.project(id).is_none() && after.threads_of(id).next().is_none(),
        "project_id",
    )
}

fn created_thread(command: &CreateThread, thread: &Thread) -> Result<(), Missing> {
    require(thread.project_id() == command.project_id, "project_id")?;
    require(*thread.title() == command.title, "title")?;
    require(*thread.provider() == command.provider, "provider")?;
    require(thread.model() == command.model.as_ref(), "model")?;
    require(thread.runtime_mode() == command.runtime_mode, "runtime_mode")?;
    require(thread.created_at() == command.at, "at")
}

fn started_turn(command: &StartTurn, thread: &Thread) -> Result<(), Missing> {
    let turn = thread.active_turn().ok_or(Missing("turn_id"))?;
    require(turn.id() == command.turn_id, "turn_id")?;
    require(turn.started_at() == command.at, "at")?;
    let prompt = turn
        .entries()
        .next()
        .and_then(TurnEntry::as_message)
        .ok_or(Missing("prompt"))?;
    require(prompt.id() == command.message_id, "message_id")?;
    require(
        prompt.role() == MessageRole::User && *prompt.text() == *command.prompt.as_str(),
        "prompt",
    )?;
    require(prompt.at() == command.at, "at")
}

fn ended_turn(thread: &Thread, id: TurnId, status: &TurnStatus, at: DateTime<Utc>) -> Result<(), Missing> {
    let turn = thread
        .turns()
        .last()
        .filter(|turn| turn.id() == id)
        .ok_or(Missing("turn_id"))?;
    require(turn.status() == status, "event")?;
    require(turn.ended_at() == Some(at), "at")
}

fn decided(thread: &Thread, turn_id: TurnId, id: ActionId, decision: &Decision) -> Result<(), Missing> {
    let turn = thread
        .active_turn()
        .filter(|turn| turn.id() == turn_id)
        .ok_or(Missing("turn_id"))?;
    let approval = turn.approval(id).ok_or(Missing("action_id"))?;
    let field = if *decision == Decision::Approved {
        "action_id"
    } else {
        "reason"
    };
    require(approval.decision() == decision, field)
}

fn ingested(command: &IngestProviderEvent, before: &Thread, after: &Thread) -> Result<(), Missing> {
    let (id, at) = (command.turn_id, command.at);
    let turn = after
        .turns()
        .last()
        .filter(|turn| turn.id() == id)
        .ok_or(Missing("turn_id"))?;
    let message = |id: MessageId, role| {
        let was_there = before.active_turn().is_some_and(|turn| turn.message(id).is_some());
        let message = turn.message(id).ok_or(Missing("message_id"))?;
        require(message.role() == role, "event")?;
        require(was_there || message.at() == at, "at")
    };
    match &command.event {
        ProviderEvent::TextDelta(delta) => message(delta.message_id, MessageRole::Assistant),
        ProviderEvent::ThinkingDelta(delta) => message(delta.message_id, MessageRole::Reasoning),
        ProviderEvent::ToolCall(request) => called_tool(request, turn, at),
        ProviderEvent::ToolResult(result) => ended_tool_call(result, turn),
        ProviderEvent::AwaitingApproval(request) => requested_approval(request, turn, at),
        ProviderEvent::TurnComplete(_) => ended_turn(after, id, &TurnStatus::Completed, at),
        ProviderEvent::Error(error) => {
            let status = TurnStatus::Failed {
                message: error.message.clone(),
                code: error.code.clone(),
            };
            ended_turn(after, id, &status, at)
        }
    }
}

fn called_tool(request: &ToolCallRequest, turn: &Turn, at: DateTime<Utc>) -> Result<(), Missing> {
    let call = turn.tool_call(&request.tool_call_id).ok_or(Missing("tool_call_id"))?;
    require(*call.name() == request.name, "name")?;
    require(*call.input() == request.input, "input")?;
    require(
        call.status() == ToolCallStatus::Open && call.output().is_none(),
        "tool_call_id",
    )?;
    require(call.at() == at, "at")
}

fn ended_tool_call(result: &ToolResult, turn: &Turn) -> Result<(), Missing> {
    let call = turn.tool_call(&result.tool_call_id).ok_or(Missing("tool_call_id"))?;
    require(call.output() == Some(&result.output), "output")?;
    let status = if result.is_error {
        ToolCallStatus::Failed
    } else {
        ToolCallStatus::Succeeded
    };
    require(call.status() == status, "is_error")
}

fn requested_approval(request: &ApprovalRequest, turn: &Turn, at: DateTime<Utc>) -> Result<(), Missing> {
    let approval = turn.approval(request.action_id).ok_or(Missing("action_id"))?;
    require(approval.tool_call_id() == request.tool_call_id.as_ref(), "tool_call_id")?;
    require(*approval.description() == request.description, "description")?;
    require(approval.decision().is_pending(), "action_id")?;
    require(approval.at() == at, "at")
}

fn created_checkpoint(command: &CreateCheckpoint, before: &Thread, thread: &Thread) -> Result<(), Missing> {
    let is_added = thread.checkpoints().len() == before.checkpoints().len() + 1;
    require(is_added, "checkpoint_id")?;
    let checkpoint = thread.checkpoints().last().ok_or(Missing("checkpoint_id"))?;
    require(checkpoint.id() == command.checkpoint_id, "checkpoint_id")?;
    require(*checkpoint.git_ref() == command.git_ref, "git_ref")?;
    require(checkpoint.description() == command.description.as_ref(), "description")?;
    require(checkpoint.at() == command.at, "at")
}

fn created_branch(command: &CreateBranch, thread: &Thread, after: &OrchestrationReadModel) -> Result<(), Missing> {
    require(thread.branch() == Some(&command.branch), "branch")?;
    let branch = branch_of(thread, after)?;
    require(branch.thread_id() == command.thread_id, "thread_id")?;
    require(branch.commits().len() == 0 && branch.pushed_commits() == 0, "branch")
}

fn committed(command: &CommitChanges, before: &Branch, after: &Branch) -> Result<(), Missing> {
    let is_added = after.commits().len() == before.commits().len() + 1;
    let are_kept = after
        .commits()
        .zip(before.commits())
        .all(|(after, before)| after == before);
    require(after.thread_id() == before.thread_id(), "thread_id")?;
    require(after.pushed_commits() == before.pushed_commits(), "thread_id")?;
    let commit = after.commits().last().ok_or(Missing("message"))?;
    require(is_added && are_kept && *commit.message() == command.message, "message")?;
    require(commit.at() == command.at, "at")
}

fn pushed(before: &Branch, after: &Branch) -> Result<(), Missing> {
    require(after.thread_id() == before.thread_id(), "thread_id")?;
    require(after.commits().eq(before.commits()), "thread_id")?;
    require(after.pushed_commits() as usize == after.commits().len(), "thread_id")
}

fn branch_of<'a>(thread: &Thread, model: &'a OrchestrationReadModel) -> Result<&'a Branch, Missing> {
    let name = thread.branch().ok_or(Missing("branch"))?;
    model
        .project(thread.project_id())
        .and_then(|project| project.branch(name))
        .ok_or(Missing("branch"))
}
