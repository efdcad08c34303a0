pub use orchestration::chrono::{DateTime, Utc};
pub use orchestration::commands::*;
pub use orchestration::events::*;
pub use orchestration::provider_event::*;
pub use orchestration::read_model::*;
pub use orchestration::uuid::Uuid;
pub use orchestration::{
    ActionId, CheckpointId, DeciderError, MessageId, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel,
    ProjectId, ProviderEvent, ReplayError, Snapshot, StoredEvent, ThreadId, ToolCallId, TurnId, decide, project,
};

pub const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
pub const PROJECT: ProjectId = ProjectId::new(Uuid::from_u128(1));
pub const THREAD: ThreadId = ThreadId::new(Uuid::from_u128(2));
pub const TURN: TurnId = TurnId::new(Uuid::from_u128(3));
pub const NEXT_TURN: TurnId = TurnId::new(Uuid::from_u128(4));
pub const MESSAGE: MessageId = MessageId::new(Uuid::from_u128(5));
pub const ACTION: ActionId = ActionId::new(Uuid::from_u128(6));
pub const CHECKPOINT: CheckpointId = CheckpointId::new(Uuid::from_u128(7));

/// What became of a command: the kinds of its events, or that of the error.
pub type Outcome = Result<Vec<&'static str>, &'static str>;

#[derive(Default)]
pub struct Server {
    pub live: Snapshot,
    pub log: Vec<StoredEvent>,
}

impl Server {
    pub fn with_an_idle_thread() -> Self {
        let mut server = Self::default();
        server.dispatch(create_project()).expect("accepted");
        server.dispatch(create_thread(THREAD)).expect("accepted");
        server
    }

    pub fn with_a_running_turn() -> Self {
        let mut server = Self::with_an_idle_thread();
        server.dispatch(start_turn(TURN)).expect("accepted");
        server
    }

    pub fn dispatch(&mut self, command: impl Into<OrchestrationCommand>) -> Outcome {
        let events = decide(&command.into(), &self.live.model).map_err(|error| error.kind())?;
        let kinds = events.iter().map(OrchestrationEvent::kind).collect();
        for event in events {
            let sequence = self.live.sequence + 1;
            let stored = StoredEvent { sequence, event, stored_at: NOW };
            self.live.advance(&stored).expect("numbered without gaps");
            self.log.push(stored);
        }
        Ok(kinds)
    }

    /// The agent said something in a turn of the thread.
    pub fn says(&mut self, turn_id: TurnId, event: impl Into<ProviderEvent>) -> Outcome {
        let (thread_id, event, at) = (THREAD, event.into(), NOW);
        self.dispatch(IngestProviderEvent { thread_id, turn_id, event, at })
    }

    pub fn thread(&self) -> &Thread {
        self.live.model.thread(THREAD).expect("it is there")
    }

    /// The last turn of the thread.
    pub fn turn(&self) -> &Turn {
        self.thread().turns().next_back().expect("it has a turn")
    }
}

pub fn create_project() -> CreateProject {
    let (path, name) = ("/repo".parse().expect("a path"), "repo".parse().expect("a name"));
    CreateProject { project_id: PROJECT, path, name, at: NOW }
}

pub fn create_thread(thread_id: ThreadId) -> CreateThread {
    CreateThread {
        thread_id,
        project_id: PROJECT,
        title: "Fix the build".parse().expect("a title"),
        provider: "claude".parse().expect("a name"),
        model: None,
        runtime_mode: RuntimeMode::Supervised,
        at: NOW,
    }
}

pub fn start_turn(turn_id: TurnId) -> StartTurn {
    let (message_id, prompt) = (MessageId::new(*turn_id.as_uuid()), "Why does it fail?".parse().expect("a prompt"));
    StartTurn { thread_id: THREAD, turn_id, message_id, prompt, at: NOW }
}

pub fn interrupt_turn(turn_id: TurnId) -> InterruptTurn {
    InterruptTurn { thread_id: THREAD, turn_id, at: NOW }
}

pub fn tool_call(id: &str) -> ToolCallRequest {
    let (name, input) = ("shell".parse().expect("a name"), r#"{"command":"cargo build"}"#.into());
    ToolCallRequest { tool_call_id: id.parse().expect("an id"), name, input }
}

pub fn tool_result(id: &str) -> ToolResult {
    ToolResult { tool_call_id: id.parse().expect("an id"), output: "done".into(), is_error: false }
}

pub fn approval_of(id: &str) -> ApprovalRequest {
    let tool_call_id = Some(id.parse().expect("an id"));
    ApprovalRequest { action_id: ACTION, tool_call_id, description: "run cargo build".into() }
}
