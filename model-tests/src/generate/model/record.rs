//! A model as it is stored: what a generator fills in.
//!
//! Only the core can make a model, and it makes those that runs come to. Any other is written as it is stored, and read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use orchestration::read_model::{Decision, MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus, TurnStatus};
use orchestration::testing::Unchecked;
use orchestration::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, OrchestrationReadModel, ProjectId,
    ProjectPath, Text, ThreadId, ToolCallId, TurnId,
};
use serde::Serialize;

type Time = DateTime<Utc>;

#[derive(Debug, Default, Serialize)]
pub(super) struct Model {
    pub(super) projects: BTreeMap<ProjectId, Project>,
    pub(super) threads: BTreeMap<ThreadId, Thread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) selected_thread: Option<ThreadId>,
}

#[derive(Debug, Serialize)]
pub(super) struct Project {
    pub(super) id: ProjectId,
    pub(super) path: ProjectPath,
    pub(super) name: Label,
    pub(super) branches: BTreeMap<BranchName, Branch>,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct Branch {
    pub(super) name: BranchName,
    pub(super) thread_id: ThreadId,
    pub(super) commits: Vec<Commit>,
    pub(super) pushed_commits: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct Commit {
    pub(super) message: NonBlank,
    pub(super) at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct Thread {
    pub(super) id: ThreadId,
    pub(super) project_id: ProjectId,
    pub(super) title: Label,
    pub(super) provider: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<Label>,
    pub(super) runtime_mode: RuntimeMode,
    pub(super) status: ThreadStatus,
    pub(super) turns: Vec<Turn>,
    pub(super) checkpoints: Vec<Checkpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) branch: Option<BranchName>,
    pub(super) created_at: Time,
    pub(super) updated_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct Checkpoint {
    pub(super) id: CheckpointId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<NonBlank>,
    pub(super) git_ref: GitRef,
    pub(super) turn_count: usize,
    pub(super) at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct Turn {
    pub(super) id: TurnId,
    pub(super) status: TurnStatus,
    pub(super) entries: Vec<Entry>,
    pub(super) started_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended_at: Option<Time>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Entry {
    Message {
        id: MessageId,
        role: MessageRole,
        text: Text,
        at: Time,
    },
    ToolCall {
        id: ToolCallId,
        name: Label,
        input: Text,
        status: ToolCallStatus,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<Text>,
        at: Time,
    },
    Approval {
        id: ActionId,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_call_id: Option<ToolCallId>,
        description: Text,
        decision: Decision,
        at: Time,
    },
}

impl Model {
    /// The model that is stored so, legal or not.
    pub(super) fn read(&self) -> OrchestrationReadModel {
        let read = serde_json::to_string(self).and_then(|json| serde_json::from_str(&json));
        let Unchecked(model) = read.expect("the records have the form of a stored model");
        model
    }
}
