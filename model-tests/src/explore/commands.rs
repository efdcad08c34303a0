//! The commands that are tried in a state.

use std::collections::BTreeSet;

use orchestration::commands::{
    ApprovePendingAction, CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, DeleteProject,
    DeleteThread, IngestProviderEvent, InterruptTurn, OrchestrationCommand, PushBranch, RejectPendingAction,
    RenameProject, RestoreCheckpoint, SelectThread, StartTurn,
};
use orchestration::provider_event::{
    ApprovalRequest, ProviderError, ProviderEvent, TextDelta, ThinkingDelta, ToolCallRequest, ToolResult, TurnComplete,
};
use orchestration::read_model::{
    Approval, Branch, Checkpoint, Message, Project, RuntimeMode, Thread, ThreadStatus, Turn, TurnEntry,
};
use orchestration::{
    ActionId, CheckpointId, MessageId, OrchestrationReadModel, ProjectId, ThreadId, ToolCallId, TurnId, ValueError,
};

use super::Scope;
use super::names::{Names, Numbered};

/// Makes the commands that are tried in a state of a scope.
#[derive(Clone, Debug)]
pub struct Commands {
    scope: Scope,
    /// Whether of all the ids that are as good as each other only one is taken.
    symmetry: bool,
    names: Names,
}

impl Commands {
    /// The commands of a scope. With `symmetry` new ids are always the first of their pool that are free, without it
    /// each free id is tried.
    ///
    /// # Errors
    ///
    /// If a name that commands are made of is none.
    pub fn new(scope: Scope, symmetry: bool) -> Result<Self, ValueError> {
        let names = Names::new()?;
        Ok(Self { scope, symmetry, names })
    }

    /// Every command that the scope allows in this state: with the ids of what is there, with new ones where there is
    /// room or where they are refused for another reason, and with ones that never were.
    #[must_use]
    pub fn of(&self, model: &OrchestrationReadModel) -> Vec<OrchestrationCommand> {
        let mut list = List {
            commands: Vec::with_capacity(128),
            maker: self,
            model,
        };
        list.projects();
        for project in model.projects() {
            list.new_threads(project.id());
        }
        for thread in model.threads() {
            list.thread(thread);
        }
        list.absent_thread();
        list.deleted_threads();
        list.commands
    }

    /// New ids: those of the pool that are not taken, or only the first of them.
    fn fresh<T>(&self, size: u32, make: impl Fn(u32) -> T, is_taken: impl Fn(&T) -> bool) -> impl Iterator<Item = T> {
        let most = if self.symmetry { 1 } else { usize::MAX };
        (0..size).map(make).filter(move |id| !is_taken(id)).take(most)
    }
}

/// The commands of one state, as they are made.
struct List<'a> {
    commands: Vec<OrchestrationCommand>,
    maker: &'a Commands,
    model: &'a OrchestrationReadModel,
}

impl List<'_> {
    fn push(&mut self, command: impl Into<OrchestrationCommand>) {
        self.commands.push(command.into());
    }

    fn projects(&mut self) {
        let (maker, model, at) = (self.maker, self.model, self.maker.names.at);
        let (names, most) = (&maker.names, u32::from(maker.scope.projects));
        let (name, other_name) = (&names.text, &names.other_text);
        if model.projects().len() < most as usize {
            let ids = || maker.fresh(most, ProjectId::numbered, |id| model.project(*id).is_some());
            let paths = maker.fresh(
                most,
                |number| names.path(number),
                |path| model.project_at(path).is_some(),
            );
            for path in paths {
                for project_id in ids() {
                    self.push(CreateProject {
                        project_id,
                        path: path.clone(),
                        name: name.clone(),
                        at,
                    });
                }
            }
        }
        for project in model.projects() {
            let (project_id, path) = (project.id(), project.path().clone());
            self.push(CreateProject {
                project_id,
                path: names.path(most),
                name: name.clone(),
                at,
            });
            self.push(CreateProject {
                project_id: Numbered::never(),
                path,
                name: name.clone(),
                at,
            });
            let new_name = if project.name() == name { other_name } else { name };
            self.push(RenameProject {
                project_id,
                name: new_name.clone(),
                at,
            });
            self.push(DeleteProject { project_id, at });
        }
        self.push(RenameProject {
            project_id: Numbered::never(),
            name: name.clone(),
            at,
        });
        self.push(DeleteProject {
            project_id: Numbered::never(),
            at,
        });
    }

    fn create_thread(&mut self, thread_id: ThreadId, project_id: ProjectId) {
        let (names, at) = (&self.maker.names, self.maker.names.at);
        let (title, provider) = (names.text.clone(), names.text.clone());
        let runtime_mode = RuntimeMode::Supervised;
        self.push(CreateThread {
            thread_id,
            project_id,
            title,
            provider,
            model: None,
            runtime_mode,
            at,
        });
    }

    fn new_threads(&mut self, project_id: ProjectId) {
        let (maker, model) = (self.maker, self.model);
        if model.threads_of(project_id).count() >= usize::from(maker.scope.threads) {
            return;
        }
        let is_there = |id: &ThreadId| model.thread(*id).is_some();
        let is_remembered = |id: &ThreadId| {
            model
                .projects()
                .flat_map(Project::branches)
                .any(|branch| branch.thread_id() == *id)
        };
        let size = maker.scope.thread_ids();
        let new = maker.fresh(size, ThreadId::numbered, |id| is_there(id) || is_remembered(id));
        for thread_id in new {
            self.create_thread(thread_id, project_id);
        }
        // The id of a thread that is gone, and that a branch remembers, is not as good as any other.
        let remembered = (0..size)
            .map(ThreadId::numbered)
            .filter(|id| !is_there(id) && is_remembered(id));
        for thread_id in remembered {
            self.create_thread(thread_id, project_id);
        }
    }

    fn thread(&mut self, thread: &Thread) {
        let (thread_id, at) = (thread.id(), self.maker.names.at);
        self.create_thread(thread_id, thread.project_id());
        self.create_thread(thread_id, Numbered::never());
        self.push(SelectThread { thread_id, at });
        self.push(DeleteThread { thread_id, at });
        self.push(PushBranch { thread_id, at });
        self.turns(thread);
        self.checkpoints(thread);
        self.branches(thread);
        if let Some(turn) = thread.active_turn() {
            self.active_turn(thread_id, turn);
        } else {
            self.answers(thread_id, Numbered::never());
            let last = thread.turns().last().map_or(TurnId::never(), Turn::id);
            self.stray_provider_events(thread_id, last);
        }
    }

    fn turns(&mut self, thread: &Thread) {
        let (maker, thread_id, at) = (self.maker, thread.id(), self.maker.names.at);
        let most = u32::from(maker.scope.turns);
        if thread.turns().len() < most as usize {
            for turn_id in maker.fresh(most, TurnId::numbered, |id| thread.turn(*id).is_some()) {
                for number in 0..self.first_of(1 + u32::from(maker.scope.messages)) {
                    self.start_turn(thread_id, turn_id, MessageId::numbered(number));
                }
            }
        } else if is_busy(thread) {
            self.start_turn(thread_id, Numbered::never(), MessageId::numbered(0));
        }
        if let Some(turn) = thread.turns().next() {
            self.start_turn(thread_id, turn.id(), MessageId::numbered(0));
        }
        let last_two = thread.turns().rev().take(2).map(Turn::id);
        for turn_id in last_two.chain([TurnId::never()]) {
            self.push(InterruptTurn { thread_id, turn_id, at });
        }
    }

    /// How many ids of an empty pool to try.
    const fn first_of(&self, size: u32) -> u32 {
        if self.maker.symmetry { 1 } else { size }
    }

    fn start_turn(&mut self, thread_id: ThreadId, turn_id: TurnId, message_id: MessageId) {
        let (prompt, at) = (self.maker.names.text.clone(), self.maker.names.at);
        self.push(StartTurn {
            thread_id,
            turn_id,
            message_id,
            prompt,
            at,
        });
    }

    fn checkpoints(&mut self, thread: &Thread) {
        let (maker, thread_id, at) = (self.maker, thread.id(), self.maker.names.at);
        let most = u32::from(maker.scope.checkpoints);
        let known: Vec<_> = thread.checkpoints().map(Checkpoint::id).collect();
        let has_room = known.len() < most as usize;
        let new = maker.fresh(most, CheckpointId::numbered, |id| !has_room || known.contains(id));
        let refused = (!has_room && is_busy(thread)).then(CheckpointId::never);
        for checkpoint_id in new.chain(refused).chain(known.first().copied()) {
            let git_ref = maker.names.git_ref.clone();
            self.push(CreateCheckpoint {
                thread_id,
                checkpoint_id,
                git_ref,
                description: None,
                at,
            });
        }
        for checkpoint_id in known.into_iter().chain([CheckpointId::never()]) {
            self.push(RestoreCheckpoint {
                thread_id,
                checkpoint_id,
                at,
            });
        }
    }

    fn branches(&mut self, thread: &Thread) {
        let (maker, thread_id, at) = (self.maker, thread.id(), self.maker.names.at);
        let most = u32::from(maker.scope.branches);
        let Some(project) = self.model.project(thread.project_id()) else {
            return;
        };
        if project.branches().len() < most as usize {
            let is_taken = |name: &_| project.branch(name).is_some();
            for branch in maker.fresh(most, |number| maker.names.branch(number), is_taken) {
                self.push(CreateBranch { thread_id, branch, at });
            }
        } else if is_busy(thread) {
            let branch = maker.names.branch(most);
            self.push(CreateBranch { thread_id, branch, at });
        }
        if let Some(branch) = project.branches().next() {
            self.push(CreateBranch {
                thread_id,
                branch: branch.name().clone(),
                at,
            });
        }
        let is_full = thread
            .branch()
            .and_then(|name| project.branch(name))
            .is_some_and(|branch| branch.commits().len() >= usize::from(maker.scope.commits));
        if !is_full || is_busy(thread) {
            self.push(CommitChanges {
                thread_id,
                message: maker.names.text.clone(),
                at,
            });
        }
    }

    fn answers(&mut self, thread_id: ThreadId, action_id: ActionId) {
        let at = self.maker.names.at;
        self.push(ApprovePendingAction {
            thread_id,
            action_id,
            at,
        });
        self.push(RejectPendingAction {
            thread_id,
            action_id,
            reason: None,
            at,
        });
    }

    fn ingest(&mut self, thread_id: ThreadId, turn_id: TurnId, event: impl Into<ProviderEvent>) {
        let at = self.maker.names.at;
        self.push(IngestProviderEvent {
            thread_id,
            turn_id,
            event: event.into(),
            at,
        });
    }

    /// One of each kind, for a turn that is not the active one.
    fn stray_provider_events(&mut self, thread_id: ThreadId, turn_id: TurnId) {
        let names = &self.maker.names;
        let (message_id, tool_call_id) = (MessageId::numbered(0), names.tool_call(0));
        self.ingest(
            thread_id,
            turn_id,
            TextDelta {
                message_id,
                text: names.piece(0),
            },
        );
        self.ingest(
            thread_id,
            turn_id,
            ThinkingDelta {
                message_id,
                text: names.piece(0),
            },
        );
        self.call(thread_id, turn_id, tool_call_id.clone());
        self.result(thread_id, turn_id, tool_call_id, false);
        self.ask(thread_id, turn_id, ActionId::numbered(0), None);
        self.end(thread_id, turn_id);
    }

    fn end(&mut self, thread_id: ThreadId, turn_id: TurnId) {
        self.ingest(thread_id, turn_id, TurnComplete {});
        self.ingest(
            thread_id,
            turn_id,
            ProviderError {
                message: self.maker.names.output.clone(),
                code: None,
            },
        );
    }

    fn call(&mut self, thread_id: ThreadId, turn_id: TurnId, tool_call_id: ToolCallId) {
        let (name, input) = (self.maker.names.text.clone(), self.maker.names.output.clone());
        self.ingest(
            thread_id,
            turn_id,
            ToolCallRequest {
                tool_call_id,
                name,
                input,
            },
        );
    }

    fn result(&mut self, thread_id: ThreadId, turn_id: TurnId, tool_call_id: ToolCallId, is_error: bool) {
        let output = self.maker.names.output.clone();
        self.ingest(
            thread_id,
            turn_id,
            ToolResult {
                tool_call_id,
                output,
                is_error,
            },
        );
    }

    fn ask(&mut self, thread_id: ThreadId, turn_id: TurnId, action_id: ActionId, tool_call_id: Option<ToolCallId>) {
        let description = self.maker.names.output.clone();
        self.ingest(
            thread_id,
            turn_id,
            ApprovalRequest {
                action_id,
                tool_call_id,
                description,
            },
        );
    }

    fn active_turn(&mut self, thread_id: ThreadId, turn: &Turn) {
        self.deltas(thread_id, turn);
        self.tool_calls(thread_id, turn);
        self.approvals(thread_id, turn);
        self.end(thread_id, turn.id());
        let before_it = self
            .model
            .thread(thread_id)
            .and_then(|thread| thread.turns().rev().nth(1));
        self.stray_provider_events(thread_id, before_it.map_or(TurnId::never(), Turn::id));
    }

    fn deltas(&mut self, thread_id: ThreadId, turn: &Turn) {
        let (maker, turn_id) = (self.maker, turn.id());
        let pieces = |message: &Message| message.text().pieces().count();
        let messages: Vec<_> = turn.entries().filter_map(TurnEntry::as_message).collect();
        // The prompt counts as one that is full: a piece for it is refused, and so are pieces of another role.
        let has_room = |message: &Message| pieces(message) < usize::from(maker.scope.pieces);
        let continued: Vec<_> = messages
            .iter()
            .map(|message| (message.id(), pieces(message), has_room(message)))
            .collect();
        for (place, (message_id, count, has_room)) in continued.into_iter().enumerate() {
            if place == 0 || has_room {
                let text = maker.names.piece(count);
                self.ingest(
                    thread_id,
                    turn_id,
                    TextDelta {
                        message_id,
                        text: text.clone(),
                    },
                );
                self.ingest(thread_id, turn_id, ThinkingDelta { message_id, text });
            }
        }
        let most = 1 + u32::from(maker.scope.messages);
        if messages.len() < most as usize {
            for message_id in maker.fresh(most, MessageId::numbered, |id| turn.message(*id).is_some()) {
                let text = maker.names.piece(0);
                self.ingest(
                    thread_id,
                    turn_id,
                    TextDelta {
                        message_id,
                        text: text.clone(),
                    },
                );
                self.ingest(thread_id, turn_id, ThinkingDelta { message_id, text });
            }
        }
    }

    fn tool_calls(&mut self, thread_id: ThreadId, turn: &Turn) {
        let (maker, turn_id) = (self.maker, turn.id());
        let most = u32::from(maker.scope.tool_calls);
        let known = known_tool_calls(turn);
        if known.len() < most as usize {
            for id in maker.fresh(most, |number| maker.names.tool_call(number), |id| known.contains(id)) {
                self.call(thread_id, turn_id, id);
            }
        }
        if let Some(id) = known.first() {
            self.call(thread_id, turn_id, id.clone());
        }
        for id in known {
            self.result(thread_id, turn_id, id.clone(), false);
            self.result(thread_id, turn_id, id, true);
        }
        self.result(thread_id, turn_id, maker.names.never_called(), false);
    }

    fn approvals(&mut self, thread_id: ThreadId, turn: &Turn) {
        let (maker, turn_id) = (self.maker, turn.id());
        let most = u32::from(maker.scope.approvals);
        let known: Vec<_> = turn
            .entries()
            .filter_map(TurnEntry::as_approval)
            .map(Approval::id)
            .collect();
        let calls = known_tool_calls(turn);
        if known.len() < most as usize {
            for action_id in maker.fresh(most, ActionId::numbered, |id| known.contains(id)) {
                self.ask(thread_id, turn_id, action_id, None);
                for call in &calls {
                    self.ask(thread_id, turn_id, action_id, Some(call.clone()));
                }
            }
        }
        self.ask(thread_id, turn_id, ActionId::never(), Some(maker.names.never_called()));
        for call in calls
            .iter()
            .filter(|call| turn.tool_call(call).is_some_and(|call| call.output().is_some()))
        {
            self.ask(thread_id, turn_id, ActionId::never(), Some(call.clone()));
        }
        if let Some(action_id) = known.first() {
            self.ask(thread_id, turn_id, *action_id, None);
        }
        for action_id in known.into_iter().chain([ActionId::never()]) {
            self.answers(thread_id, action_id);
        }
    }

    /// What could be done to a thread that was deleted, while a branch still remembers it.
    fn deleted_threads(&mut self) {
        let (model, at) = (self.model, self.maker.names.at);
        let remembered: BTreeSet<_> = model
            .projects()
            .flat_map(Project::branches)
            .map(Branch::thread_id)
            .collect();
        for thread_id in remembered.into_iter().filter(|id| model.thread(*id).is_none()) {
            self.push(SelectThread { thread_id, at });
            self.push(DeleteThread { thread_id, at });
            self.start_turn(thread_id, TurnId::numbered(0), MessageId::numbered(0));
        }
    }

    /// One of each kind, for a thread that does not exist.
    fn absent_thread(&mut self) {
        let (maker, at) = (self.maker, self.maker.names.at);
        let thread_id = ThreadId::never();
        self.create_thread(thread_id, Numbered::never());
        self.push(SelectThread { thread_id, at });
        self.push(DeleteThread { thread_id, at });
        self.start_turn(thread_id, TurnId::numbered(0), MessageId::numbered(0));
        self.push(InterruptTurn {
            thread_id,
            turn_id: TurnId::numbered(0),
            at,
        });
        self.answers(thread_id, ActionId::numbered(0));
        self.stray_provider_events(thread_id, TurnId::numbered(0));
        let (checkpoint_id, git_ref) = (CheckpointId::numbered(0), maker.names.git_ref.clone());
        self.push(CreateCheckpoint {
            thread_id,
            checkpoint_id,
            git_ref,
            description: None,
            at,
        });
        self.push(RestoreCheckpoint {
            thread_id,
            checkpoint_id,
            at,
        });
        self.push(CreateBranch {
            thread_id,
            branch: maker.names.branch(0),
            at,
        });
        self.push(CommitChanges {
            thread_id,
            message: maker.names.text.clone(),
            at,
        });
        self.push(PushBranch { thread_id, at });
    }
}

/// Whether the thread refuses what only an idle one takes.
fn is_busy(thread: &Thread) -> bool {
    thread.status() != ThreadStatus::Idle
}

fn known_tool_calls(turn: &Turn) -> Vec<ToolCallId> {
    turn.entries()
        .filter_map(TurnEntry::as_tool_call)
        .map(|call| call.id().clone())
        .collect()
}
