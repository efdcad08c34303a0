//! T8: every field of an accepted command is found in the model afterwards, its time too, whatever times came before.

mod missing;

use chrono::{DateTime, Utc};
use orchestration::commands::{
    CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, IngestProviderEvent,
    OrchestrationCommand as Command, StartTurn,
};
use orchestration::provider_event::{ApprovalRequest, ProviderEvent, ToolCallRequest, ToolResult};
use orchestration::read_model::{
    Branch, Checkpoint, Decision, MessageRole, Thread, ToolCallStatus, Turn, TurnEntry, TurnStatus,
};
use orchestration::{ActionId, MessageId, OrchestrationReadModel, ProjectId, ThreadId, TurnId};

use self::missing::{Missing, found, gone, is_text, named};
use super::Transition;
use crate::check::invariants::{Findings, Invariant};

/// Checks the fields of an accepted command.
pub(super) fn check(transition: Transition<'_>, findings: &mut Findings) {
    let found = find(transition);
    findings.expect(Invariant::T8, found.is_ok(), || {
        found.err().map_or_else(String::new, |missing| {
            let (kind, field) = (transition.command.kind(), missing.field);
            let difference = missing.difference.within(&named(transition.command));
            format!("{kind} was accepted, and its field {field} is not found in the model: {difference}")
        })
    });
}

fn find(transition: Transition<'_>) -> Result<(), Missing> {
    let Transition {
        command, before, after, ..
    } = transition;
    let stamped_thread = |id: ThreadId| {
        let thread = after.thread(id).ok_or_else(|| Missing::thing("thread_id"))?;
        found("at", "updated_at", &command.at(), &thread.updated_at()).map(|()| thread)
    };
    match command {
        Command::CreateProject(command) => created_project(command, after),
        Command::RenameProject(command) => {
            let project = after
                .project(command.project_id)
                .ok_or_else(|| Missing::thing("project_id"))?;
            found("name", "name", &command.name, project.name())?;
            found("at", "updated_at", &command.at, &project.updated_at())
        }
        Command::DeleteProject(command) => deleted_project(command.project_id, after),
        Command::CreateThread(command) => created_thread(command, stamped_thread(command.thread_id)?),
        Command::SelectThread(command) => {
            stamped_thread(command.thread_id)?;
            found(
                "thread_id",
                "selected_thread of the model",
                &Some(command.thread_id),
                &after.selected_thread(),
            )
        }
        Command::DeleteThread(command) => gone("thread_id", "thread", after.thread(command.thread_id)),
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
            let thread_before = before
                .thread(command.thread_id)
                .ok_or_else(|| Missing::thing("thread_id"))?;
            ingested(command, thread_before, stamped_thread(command.thread_id)?)
        }
        Command::CreateCheckpoint(command) => {
            let thread_before = before
                .thread(command.thread_id)
                .ok_or_else(|| Missing::thing("thread_id"))?;
            created_checkpoint(command, thread_before, stamped_thread(command.thread_id)?)
        }
        Command::RestoreCheckpoint(command) => {
            let last = stamped_thread(command.thread_id)?.checkpoints().last();
            let (expected, last) = (Some(command.checkpoint_id), last.map(Checkpoint::id));
            found("checkpoint_id", "last checkpoint", &expected, &last)
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
    let project = after
        .project(command.project_id)
        .ok_or_else(|| Missing::thing("project_id"))?;
    found("path", "path", &command.path, project.path())?;
    found("name", "name", &command.name, project.name())?;
    found("project_id", "number of branches", &0, &project.branches().len())?;
    found("at", "created_at", &command.at, &project.created_at())?;
    found("at", "updated_at", &command.at, &project.updated_at())
}

fn deleted_project(id: ProjectId, after: &OrchestrationReadModel) -> Result<(), Missing> {
    gone("project_id", "it", after.project(id))?;
    gone("project_id", "a thread of it", after.threads_of(id).next())
}

fn created_thread(command: &CreateThread, thread: &Thread) -> Result<(), Missing> {
    found("project_id", "project_id", &command.project_id, &thread.project_id())?;
    found("title", "title", &command.title, thread.title())?;
    found("provider", "provider", &command.provider, thread.provider())?;
    found("model", "model", &command.model.as_ref(), &thread.model())?;
    found(
        "runtime_mode",
        "runtime_mode",
        &command.runtime_mode,
        &thread.runtime_mode(),
    )?;
    found("at", "created_at", &command.at, &thread.created_at())
}

fn started_turn(command: &StartTurn, thread: &Thread) -> Result<(), Missing> {
    let turn = thread.active_turn().ok_or_else(|| Missing::thing("turn_id"))?;
    found("turn_id", "active turn: id", &command.turn_id, &turn.id())?;
    found("at", "active turn: started_at", &command.at, &turn.started_at())?;
    let prompt = turn
        .entries()
        .next()
        .and_then(TurnEntry::as_message)
        .ok_or_else(|| Missing::thing("prompt"))?;
    found(
        "message_id",
        "active turn: entries[0].id",
        &command.message_id,
        &prompt.id(),
    )?;
    found(
        "prompt",
        "active turn: entries[0].role",
        &MessageRole::User,
        &prompt.role(),
    )?;
    is_text(
        "prompt",
        "active turn: entries[0].text",
        command.prompt.as_str(),
        prompt.text(),
    )?;
    found("at", "active turn: entries[0].at", &command.at, &prompt.at())
}

fn ended_turn(thread: &Thread, id: TurnId, status: &TurnStatus, at: DateTime<Utc>) -> Result<(), Missing> {
    let turn = thread
        .turns()
        .last()
        .filter(|turn| turn.id() == id)
        .ok_or_else(|| Missing::thing("turn_id"))?;
    found("event", "last turn: status", status, turn.status())?;
    found("at", "last turn: ended_at", &Some(at), &turn.ended_at())
}

fn decided(thread: &Thread, turn_id: TurnId, id: ActionId, decision: &Decision) -> Result<(), Missing> {
    let turn = thread
        .active_turn()
        .filter(|turn| turn.id() == turn_id)
        .ok_or_else(|| Missing::thing("turn_id"))?;
    let approval = turn.approval(id).ok_or_else(|| Missing::thing("action_id"))?;
    let field = if *decision == Decision::Approved {
        "action_id"
    } else {
        "reason"
    };
    found(
        field,
        "active turn: decision of the approval",
        decision,
        approval.decision(),
    )
}

fn ingested(command: &IngestProviderEvent, before: &Thread, after: &Thread) -> Result<(), Missing> {
    let (id, at) = (command.turn_id, command.at);
    let turn = after
        .turns()
        .last()
        .filter(|turn| turn.id() == id)
        .ok_or_else(|| Missing::thing("turn_id"))?;
    let message = |id: MessageId, role| {
        let was_there = before.active_turn().is_some_and(|turn| turn.message(id).is_some());
        let message = turn.message(id).ok_or_else(|| Missing::thing("message_id"))?;
        found("event", "last turn: role of the message", &role, &message.role())?;
        if was_there {
            Ok(())
        } else {
            found("at", "last turn: at of the message", &at, &message.at())
        }
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
    let call = turn
        .tool_call(&request.tool_call_id)
        .ok_or_else(|| Missing::thing("tool_call_id"))?;
    found("name", "last turn: name of the tool call", &request.name, call.name())?;
    found(
        "input",
        "last turn: input of the tool call",
        &request.input,
        call.input(),
    )?;
    found(
        "tool_call_id",
        "last turn: status of the tool call",
        &ToolCallStatus::Open,
        &call.status(),
    )?;
    found(
        "tool_call_id",
        "last turn: output of the tool call",
        &None,
        &call.output(),
    )?;
    found("at", "last turn: at of the tool call", &at, &call.at())
}

fn ended_tool_call(result: &ToolResult, turn: &Turn) -> Result<(), Missing> {
    let call = turn
        .tool_call(&result.tool_call_id)
        .ok_or_else(|| Missing::thing("tool_call_id"))?;
    found(
        "output",
        "last turn: output of the tool call",
        &Some(&result.output),
        &call.output(),
    )?;
    let status = if result.is_error {
        ToolCallStatus::Failed
    } else {
        ToolCallStatus::Succeeded
    };
    found(
        "is_error",
        "last turn: status of the tool call",
        &status,
        &call.status(),
    )
}

fn requested_approval(request: &ApprovalRequest, turn: &Turn, at: DateTime<Utc>) -> Result<(), Missing> {
    let approval = turn
        .approval(request.action_id)
        .ok_or_else(|| Missing::thing("action_id"))?;
    found(
        "tool_call_id",
        "last turn: tool_call_id of the approval",
        &request.tool_call_id.as_ref(),
        &approval.tool_call_id(),
    )?;
    found(
        "description",
        "last turn: description of the approval",
        &request.description,
        approval.description(),
    )?;
    found(
        "action_id",
        "last turn: decision of the approval",
        &Decision::Pending,
        approval.decision(),
    )?;
    found("at", "last turn: at of the approval", &at, &approval.at())
}

fn created_checkpoint(command: &CreateCheckpoint, before: &Thread, thread: &Thread) -> Result<(), Missing> {
    let (expected, count) = (before.checkpoints().len() + 1, thread.checkpoints().len());
    found("checkpoint_id", "number of checkpoints", &expected, &count)?;
    let checkpoint = thread
        .checkpoints()
        .last()
        .ok_or_else(|| Missing::thing("checkpoint_id"))?;
    found(
        "checkpoint_id",
        "last checkpoint: id",
        &command.checkpoint_id,
        &checkpoint.id(),
    )?;
    found(
        "git_ref",
        "last checkpoint: git_ref",
        &command.git_ref,
        checkpoint.git_ref(),
    )?;
    found(
        "description",
        "last checkpoint: description",
        &command.description.as_ref(),
        &checkpoint.description(),
    )?;
    found("at", "last checkpoint: at", &command.at, &checkpoint.at())
}

fn created_branch(command: &CreateBranch, thread: &Thread, after: &OrchestrationReadModel) -> Result<(), Missing> {
    found("branch", "branch", &Some(&command.branch), &thread.branch())?;
    let branch = branch_of(thread, after)?;
    found(
        "thread_id",
        "thread_id of its branch",
        &command.thread_id,
        &branch.thread_id(),
    )?;
    found("branch", "number of commits of its branch", &0, &branch.commits().len())?;
    found("branch", "pushed_commits of its branch", &0, &branch.pushed_commits())
}

fn committed(command: &CommitChanges, before: &Branch, after: &Branch) -> Result<(), Missing> {
    is_of_the_same(before, after)?;
    found(
        "thread_id",
        "pushed_commits of its branch",
        &before.pushed_commits(),
        &after.pushed_commits(),
    )?;
    let commit = after.commits().last().ok_or_else(|| Missing::thing("message"))?;
    let expected = before.commits().len() + 1;
    found("message", "number of commits", &expected, &after.commits().len())?;
    for (before, after) in before.commits().zip(after.commits()) {
        found("message", "an earlier commit", before, after)?;
    }
    found("message", "last commit: message", &command.message, commit.message())?;
    found("at", "last commit: at", &command.at, &commit.at())
}

fn pushed(before: &Branch, after: &Branch) -> Result<(), Missing> {
    is_of_the_same(before, after)?;
    let (expected, count) = (before.commits().len(), after.commits().len());
    found("thread_id", "number of commits", &expected, &count)?;
    for (before, after) in before.commits().zip(after.commits()) {
        found("thread_id", "a commit", before, after)?;
    }
    let pushed = after.pushed_commits() as usize;
    found("thread_id", "pushed_commits of its branch", &count, &pushed)
}

fn is_of_the_same(before: &Branch, after: &Branch) -> Result<(), Missing> {
    found(
        "thread_id",
        "thread_id of its branch",
        &before.thread_id(),
        &after.thread_id(),
    )
}

fn branch_of<'a>(thread: &Thread, model: &'a OrchestrationReadModel) -> Result<&'a Branch, Missing> {
    let name = thread.branch().ok_or_else(|| Missing::thing("branch"))?;
    model
        .project(thread.project_id())
        .and_then(|project| project.branch(name))
        .ok_or_else(|| Missing::thing("branch"))
}
