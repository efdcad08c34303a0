//! Commands on things that are told apart by small numbers.

use std::fmt::Debug;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use model_tests::kind::Kind;
use orchestration::commands::{
    ApprovePendingAction, CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, DeleteProject,
    DeleteThread, IngestProviderEvent, InterruptTurn, PushBranch, RejectPendingAction, RenameProject,
    RestoreCheckpoint, SelectThread, StartTurn,
};
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::RuntimeMode;
use orchestration::{OrchestrationCommand as Command, ProviderEvent, ToolCallId};
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn id<T: From<Uuid>>(number: u8) -> T {
    Uuid::from_u128(u128::from(number)).into()
}

fn text<T: FromStr<Err: Debug>>() -> T {
    "text".parse().expect("it is not blank")
}

fn call_id(number: u8) -> ToolCallId {
    format!("call-{number}").parse().expect("it is short")
}

/// The message that holds the prompt of every turn; those of the agent have other numbers, unless they are to clash.
pub const PROMPT: u8 = 0;

pub fn create_project(project: u8, path: u8) -> Command {
    let path = format!("/repo-{path}").parse().expect("it is absolute");
    CreateProject {
        project_id: id(project),
        path,
        name: text(),
        at: AT,
    }
    .into()
}

pub fn rename_project(project: u8) -> Command {
    RenameProject {
        project_id: id(project),
        name: text(),
        at: AT,
    }
    .into()
}

pub fn delete_project(project: u8) -> Command {
    DeleteProject {
        project_id: id(project),
        at: AT,
    }
    .into()
}

pub fn create_thread(thread: u8, project: u8) -> Command {
    CreateThread {
        thread_id: id(thread),
        project_id: id(project),
        title: text(),
        provider: text(),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: AT,
    }
    .into()
}

pub fn select_thread(thread: u8) -> Command {
    SelectThread {
        thread_id: id(thread),
        at: AT,
    }
    .into()
}

pub fn delete_thread(thread: u8) -> Command {
    DeleteThread {
        thread_id: id(thread),
        at: AT,
    }
    .into()
}

pub fn start_turn(thread: u8, turn: u8) -> Command {
    StartTurn {
        thread_id: id(thread),
        turn_id: id(turn),
        message_id: id(PROMPT),
        prompt: text(),
        at: AT,
    }
    .into()
}

pub fn interrupt_turn(thread: u8, turn: u8) -> Command {
    InterruptTurn {
        thread_id: id(thread),
        turn_id: id(turn),
        at: AT,
    }
    .into()
}

pub fn approve(thread: u8, turn: u8, action: u8) -> Command {
    ApprovePendingAction {
        thread_id: id(thread),
        turn_id: id(turn),
        action_id: id(action),
        at: AT,
    }
    .into()
}

pub fn reject(thread: u8, turn: u8, action: u8) -> Command {
    RejectPendingAction {
        thread_id: id(thread),
        turn_id: id(turn),
        action_id: id(action),
        reason: None,
        at: AT,
    }
    .into()
}

fn ingest(thread: u8, turn: u8, event: impl Into<ProviderEvent>) -> Command {
    IngestProviderEvent {
        thread_id: id(thread),
        turn_id: id(turn),
        event: event.into(),
        at: AT,
    }
    .into()
}

pub fn text_delta(thread: u8, turn: u8, message: u8) -> Command {
    ingest(
        thread,
        turn,
        TextDelta {
            message_id: id(message),
            text: "t".into(),
        },
    )
}

pub fn thinking_delta(thread: u8, turn: u8, message: u8) -> Command {
    ingest(
        thread,
        turn,
        ThinkingDelta {
            message_id: id(message),
            text: "t".into(),
        },
    )
}

pub fn tool_call(thread: u8, turn: u8, call: u8) -> Command {
    ingest(
        thread,
        turn,
        ToolCallRequest {
            tool_call_id: call_id(call),
            name: text(),
            input: "{}".into(),
        },
    )
}

pub fn tool_result(thread: u8, turn: u8, call: u8, is_error: bool) -> Command {
    ingest(
        thread,
        turn,
        ToolResult {
            tool_call_id: call_id(call),
            output: "ok".into(),
            is_error,
        },
    )
}

pub fn ask(thread: u8, turn: u8, action: u8, call: Option<u8>) -> Command {
    let tool_call_id = call.map(call_id);
    ingest(
        thread,
        turn,
        ApprovalRequest {
            action_id: id(action),
            tool_call_id,
            description: "may I?".into(),
        },
    )
}

pub fn complete(thread: u8, turn: u8) -> Command {
    ingest(thread, turn, TurnComplete {})
}

pub fn fail(thread: u8, turn: u8) -> Command {
    ingest(
        thread,
        turn,
        ProviderError {
            message: "no".into(),
            code: None,
        },
    )
}

pub fn create_checkpoint(thread: u8, checkpoint: u8) -> Command {
    let git_ref = "refs/checkpoints/1".parse().expect("it has no white space");
    CreateCheckpoint {
        thread_id: id(thread),
        checkpoint_id: id(checkpoint),
        git_ref,
        description: None,
        at: AT,
    }
    .into()
}

pub fn restore_checkpoint(thread: u8, checkpoint: u8) -> Command {
    RestoreCheckpoint {
        thread_id: id(thread),
        checkpoint_id: id(checkpoint),
        at: AT,
    }
    .into()
}

pub fn create_branch(thread: u8, branch: u8) -> Command {
    let branch = format!("branch-{branch}").parse().expect("git takes it");
    CreateBranch {
        thread_id: id(thread),
        branch,
        at: AT,
    }
    .into()
}

pub fn commit(thread: u8) -> Command {
    CommitChanges {
        thread_id: id(thread),
        message: text(),
        at: AT,
    }
    .into()
}

pub fn push(thread: u8) -> Command {
    PushBranch {
        thread_id: id(thread),
        at: AT,
    }
    .into()
}

/// Pseudo-random numbers: a 64-bit xorshift.
pub struct Numbers(u64);

impl Numbers {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 up to, but not including, the limit. The upper bits are taken: the lower ones are less random.
    fn below(&mut self, limit: u8) -> u8 {
        let number = (self.next() >> 32) % u64::from(limit);
        u8::try_from(number).expect("it is below a number that fits")
    }

    /// One of the two or three that there are of most things.
    fn pick(&mut self) -> u8 {
        1 + self.below(2)
    }

    /// A command of any kind. Of those that end or take away something, three in four are replaced by another, so that
    /// things can grow.
    pub fn command(&mut self) -> Command {
        loop {
            let index = self.below(u8::try_from(Kind::COUNT).expect("there are not so many kinds"));
            let kind = Kind::ALL[usize::from(index)];
            if !ends(kind) || self.below(4) == 0 {
                return self.command_of(kind);
            }
        }
    }

    fn command_of(&mut self, kind: Kind) -> Command {
        let (thread, turn, other) = (self.pick(), 1 + self.below(3), self.pick());
        match kind {
            Kind::CreateProject => create_project(self.below(3), other),
            Kind::RenameProject => rename_project(self.below(3)),
            Kind::DeleteProject => delete_project(self.below(3)),
            Kind::CreateThread => create_thread(thread, self.below(3)),
            Kind::SelectThread => select_thread(thread),
            Kind::DeleteThread => delete_thread(thread),
            Kind::StartTurn => start_turn(thread, turn),
            Kind::InterruptTurn => interrupt_turn(thread, turn),
            Kind::ApprovePendingAction => approve(thread, turn, other),
            Kind::RejectPendingAction => reject(thread, turn, other),
            Kind::TextDelta => text_delta(thread, turn, self.below(3)),
            Kind::ThinkingDelta => thinking_delta(thread, turn, self.below(3)),
            Kind::ToolCall => tool_call(thread, turn, other),
            Kind::ToolResult => tool_result(thread, turn, other, self.below(2) == 0),
            Kind::AwaitingApproval => {
                let call = (self.below(2) == 0).then(|| self.pick());
                ask(thread, turn, other, call)
            }
            Kind::TurnComplete => complete(thread, turn),
            Kind::Error => fail(thread, turn),
            Kind::CreateCheckpoint => create_checkpoint(thread, other),
            Kind::RestoreCheckpoint => restore_checkpoint(thread, other),
            Kind::CreateBranch => create_branch(thread, other),
            Kind::CommitChanges => commit(thread),
            Kind::PushBranch => push(thread),
        }
    }
}

/// Whether a kind of command takes away a project or a thread, or ends a turn.
const fn ends(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::DeleteProject
            | Kind::DeleteThread
            | Kind::InterruptTurn
            | Kind::TurnComplete
            | Kind::Error
            | Kind::RestoreCheckpoint
    )
}
