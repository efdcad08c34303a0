//! The steps of a conversation, and a whole one.

use orchestration::commands::{
    ApprovePendingAction, CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, PushBranch,
    RejectPendingAction, SelectThread, StartTurn,
};
use orchestration::provider_event::{TextDelta, ThinkingDelta, TurnComplete};
use orchestration::read_model::RuntimeMode;
use orchestration::{CheckpointId, MessageId, OrchestrationCommand, ProjectId, ThreadId, TurnId};

use super::engine::Engine;
use super::{
    ACTION, CHECKPOINT, MESSAGE, NOW, OTHER_ACTION, OTHER_MESSAGE, OTHER_PROJECT, OTHER_THREAD, PROJECT, PROMPT,
    THREAD, TURN, approval_request, tool_call, tool_result, value,
};

pub fn create_project(project_id: ProjectId, path: &str) -> OrchestrationCommand {
    CreateProject {
        project_id,
        path: value(path),
        name: value("repo"),
        at: NOW,
    }
    .into()
}

pub fn create_thread(project_id: ProjectId, thread_id: ThreadId) -> OrchestrationCommand {
    CreateThread {
        thread_id,
        project_id,
        title: value("Fix the build"),
        provider: value("claude"),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: NOW,
    }
    .into()
}

pub fn start_turn(thread_id: ThreadId, turn_id: TurnId) -> OrchestrationCommand {
    StartTurn {
        thread_id,
        turn_id,
        message_id: PROMPT,
        prompt: value("Why does the build fail?"),
        at: NOW,
    }
    .into()
}

pub const fn turn_id(number: u128) -> TurnId {
    TurnId::new(uuid::Uuid::from_u128(number))
}

pub fn create_checkpoint(checkpoint_id: CheckpointId) -> OrchestrationCommand {
    CreateCheckpoint {
        thread_id: THREAD,
        checkpoint_id,
        git_ref: value("68b152fd"),
        description: None,
        at: NOW,
    }
    .into()
}

pub fn text(message_id: MessageId, text: &str) -> TextDelta {
    let text = text.into();
    TextDelta { message_id, text }
}

/// An engine with two projects, and a thread in each.
pub fn engine() -> Engine {
    let mut engine = Engine::default();
    engine.accept([
        create_project(PROJECT, "/repo"),
        create_project(OTHER_PROJECT, "/other"),
        create_thread(PROJECT, THREAD),
        create_thread(OTHER_PROJECT, OTHER_THREAD),
    ]);
    engine
}

/// A conversation with reasoning, an answer in pieces, tool calls and approvals, then a branch with a commit.
pub fn whole_conversation() -> Engine {
    let (thread_id, at) = (THREAD, NOW);
    let mut engine = engine();
    engine.accept([SelectThread { thread_id, at }.into(), start_turn(THREAD, TURN)]);
    let thinking = ThinkingDelta {
        message_id: MESSAGE,
        text: "A semicolon?".into(),
    };
    engine.ingest(
        THREAD,
        TURN,
        [
            thinking.into(),
            tool_call("call-1").into(),
            approval_request(ACTION, Some("call-1")).into(),
            tool_call("call-2").into(),
            approval_request(OTHER_ACTION, Some("call-2")).into(),
        ],
    );
    let approve = ApprovePendingAction {
        thread_id,
        turn_id: TURN,
        action_id: ACTION,
        at,
    };
    let reject = RejectPendingAction {
        thread_id,
        turn_id: TURN,
        action_id: OTHER_ACTION,
        reason: Some("not that file".into()),
        at,
    };
    engine.accept([approve.into()]);
    engine.ingest(THREAD, TURN, [tool_result("call-1", false).into()]);
    engine.accept([reject.into()]);
    engine.ingest(
        THREAD,
        TURN,
        [
            tool_result("call-2", true).into(),
            text(OTHER_MESSAGE, "It lacks ").into(),
            text(OTHER_MESSAGE, "a semicolon.").into(),
            TurnComplete {}.into(),
        ],
    );
    let branch = CreateBranch {
        thread_id,
        branch: value("fix"),
        at,
    };
    let commit = CommitChanges {
        thread_id,
        message: value("Add the semicolon"),
        at,
    };
    engine.accept([
        branch.into(),
        commit.into(),
        PushBranch { thread_id, at }.into(),
        create_checkpoint(CHECKPOINT),
    ]);
    engine
}
