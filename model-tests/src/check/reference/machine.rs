//! The rules of the domain, a second time, as simply as they can be told.

use orchestration::OrchestrationCommand as Command;
use orchestration::commands::{CreateThread, IngestProviderEvent};
use orchestration::provider_event::{ApprovalRequest, ProviderEvent, ToolResult};
use orchestration::{ActionId, MessageId, ProjectId, ThreadId, ToolCallId, TurnId};

use super::state::{
    Answer, Branch, CallState, Checkpoint, Entry, Machine, Project, Speaker, Status, Thread, Turn, TurnState,
};

/// What the machine expects of a command: the kinds of the events in order, or the kind of the error.
pub type Prediction = Result<Vec<&'static str>, &'static str>;

impl Machine {
    /// Predicts what comes of a command, and goes on to the state after it. A refused command changes nothing.
    ///
    /// # Errors
    ///
    /// The kind of the error, when the command is to be refused.
    #[allow(clippy::too_many_lines, reason = "the rules of the domain, to be read as one table")]
    pub fn predict(&mut self, command: &Command) -> Prediction {
        match command {
            Command::CreateProject(command) => {
                refuse_if(
                    self.projects.iter().any(|project| project.id == command.project_id),
                    "project_already_exists",
                )?;
                refuse_if(
                    self.projects.iter().any(|project| project.path == command.path),
                    "duplicate_project_path",
                )?;
                let project = Project {
                    id: command.project_id,
                    path: command.path.clone(),
                    branches: vec![],
                };
                insert_by(&mut self.projects, project, |project| project.id);
                Ok(vec!["project_created"])
            }
            Command::RenameProject(command) => {
                self.project(command.project_id)?;
                Ok(vec!["project_renamed"])
            }
            Command::DeleteProject(command) => {
                self.project(command.project_id)?;
                let threads = self
                    .threads
                    .iter()
                    .filter(|thread| thread.project == command.project_id);
                let mut events: Vec<_> = threads.flat_map(deletion).copied().collect();
                events.push("project_deleted");
                self.threads.retain(|thread| thread.project != command.project_id);
                self.projects.retain(|project| project.id != command.project_id);
                self.forget_lost_selection();
                Ok(events)
            }
            Command::CreateThread(command) => self.create_thread(command),
            Command::SelectThread(command) => {
                self.selected = Some(self.thread(command.thread_id)?.id);
                Ok(vec!["thread_selected"])
            }
            Command::DeleteThread(command) => {
                let events = deletion(self.thread(command.thread_id)?).to_vec();
                self.threads.retain(|thread| thread.id != command.thread_id);
                self.forget_lost_selection();
                Ok(events)
            }
            Command::StartTurn(command) => {
                let thread = self.idle_thread(command.thread_id)?;
                refuse_if(
                    thread.turns.iter().any(|turn| turn.id == command.turn_id),
                    "turn_already_exists",
                )?;
                let entries = vec![Entry::Message(command.message_id, Speaker::User)];
                thread.turns.push(Turn {
                    id: command.turn_id,
                    state: TurnState::Running,
                    entries,
                });
                thread.status = Status::Running;
                Ok(vec!["turn_started", "thread_status_changed"])
            }
            Command::InterruptTurn(command) => {
                let (thread, _) = self.this_turn(command.thread_id, command.turn_id)?;
                Ok(end(thread, TurnState::Interrupted, "turn_interrupted"))
            }
            Command::ApprovePendingAction(command) => self.answer(
                (command.thread_id, command.turn_id, command.action_id),
                Answer::Approved,
                "pending_action_approved",
            ),
            Command::RejectPendingAction(command) => self.answer(
                (command.thread_id, command.turn_id, command.action_id),
                Answer::Rejected,
                "pending_action_rejected",
            ),
            Command::IngestProviderEvent(command) => self.ingest(command),
            Command::CreateCheckpoint(command) => {
                let thread = self.idle_thread(command.thread_id)?;
                let is_known = thread
                    .checkpoints
                    .iter()
                    .any(|checkpoint| checkpoint.id == command.checkpoint_id);
                refuse_if(is_known, "checkpoint_already_exists")?;
                let turns = thread.turns.iter().map(|turn| turn.id).collect();
                thread.checkpoints.push(Checkpoint {
                    id: command.checkpoint_id,
                    turns,
                });
                Ok(vec!["checkpoint_created"])
            }
            Command::RestoreCheckpoint(command) => {
                let thread = self.idle_thread(command.thread_id)?;
                let mut known = thread.checkpoints.iter();
                let index = known
                    .position(|known| known.id == command.checkpoint_id)
                    .ok_or("checkpoint_not_found")?;
                thread.checkpoints.truncate(index + 1);
                let stood = &thread.checkpoints[index].turns;
                thread.turns.retain(|turn| stood.contains(&turn.id));
                Ok(vec!["checkpoint_restored"])
            }
            Command::CreateBranch(command) => {
                let project = self.idle_thread(command.thread_id)?.project;
                let project = self.project(project)?;
                let is_known = project.branches.iter().any(|branch| branch.name == command.branch);
                refuse_if(is_known, "branch_already_exists")?;
                let branch = Branch {
                    name: command.branch.clone(),
                    commits: 0,
                    pushed: 0,
                };
                insert_by(&mut project.branches, branch, |branch| branch.name.clone());
                self.thread(command.thread_id)?.branch = Some(command.branch.clone());
                Ok(vec!["branch_created"])
            }
            Command::CommitChanges(command) => {
                self.idle_thread(command.thread_id)?;
                self.branch_of(command.thread_id)?.commits += 1;
                Ok(vec!["changes_committed"])
            }
            Command::PushBranch(command) => {
                let branch = self.branch_of(command.thread_id)?;
                branch.pushed = branch.commits;
                Ok(vec!["branch_pushed"])
            }
        }
    }

    fn create_thread(&mut self, command: &CreateThread) -> Prediction {
        let project = self.project(command.project_id)?.id;
        refuse_if(self.thread(command.thread_id).is_ok(), "thread_already_exists")?;
        let thread = Thread {
            id: command.thread_id,
            project,
            status: Status::Idle,
            turns: vec![],
            checkpoints: vec![],
            branch: None,
        };
        insert_by(&mut self.threads, thread, |thread| thread.id);
        Ok(vec!["thread_created"])
    }

    /// Answers what was asked: by which thread, in which turn, and as which action.
    fn answer(
        &mut self,
        (thread, turn, action): (ThreadId, TurnId, ActionId),
        answer: Answer,
        event: &'static str,
    ) -> Prediction {
        let (thread, index) = self.this_turn(thread, turn)?;
        let turn = &mut thread.turns[index];
        let mut answers = turn.entries.iter_mut().filter_map(|entry| match entry {
            Entry::Approval(id, _, pending @ Answer::Pending) if *id == action => Some(pending),
            Entry::Message(..) | Entry::Call(..) | Entry::Approval(..) => None,
        });
        *answers.next().ok_or("action_not_pending")? = answer;
        if turn.entries.iter().any(is_pending) {
            return Ok(vec![event]);
        }
        thread.status = Status::Running;
        Ok(vec![event, "thread_status_changed"])
    }

    fn ingest(&mut self, command: &IngestProviderEvent) -> Prediction {
        let (thread, turn) = self.this_turn(command.thread_id, command.turn_id)?;
        match &command.event {
            ProviderEvent::TextDelta(delta) => piece(&mut thread.turns[turn], delta.message_id, Speaker::Assistant),
            ProviderEvent::ThinkingDelta(delta) => piece(&mut thread.turns[turn], delta.message_id, Speaker::Reasoning),
            ProviderEvent::ToolCall(request) => {
                let turn = &mut thread.turns[turn];
                refuse_if(call(turn, &request.tool_call_id).is_ok(), "tool_call_already_exists")?;
                turn.entries
                    .push(Entry::Call(request.tool_call_id.clone(), CallState::Open));
                Ok(vec!["tool_call_started"])
            }
            ProviderEvent::ToolResult(result) => end_call(&mut thread.turns[turn], result),
            ProviderEvent::AwaitingApproval(request) => ask(thread, turn, request),
            ProviderEvent::TurnComplete(_) => Ok(end(thread, TurnState::Completed, "turn_completed")),
            ProviderEvent::Error(_) => Ok(end(thread, TurnState::Failed, "turn_failed")),
        }
    }

    fn project(&mut self, id: ProjectId) -> Result<&mut Project, &'static str> {
        self.projects
            .iter_mut()
            .find(|project| project.id == id)
            .ok_or("project_not_found")
    }

    fn thread(&mut self, id: ThreadId) -> Result<&mut Thread, &'static str> {
        self.threads
            .iter_mut()
            .find(|thread| thread.id == id)
            .ok_or("thread_not_found")
    }

    fn idle_thread(&mut self, id: ThreadId) -> Result<&mut Thread, &'static str> {
        let thread = self.thread(id)?;
        refuse_if(thread.status != Status::Idle, "thread_not_idle")?;
        Ok(thread)
    }

    /// The thread, and the index of its active turn, which must be the one named.
    fn this_turn(&mut self, id: ThreadId, turn: TurnId) -> Result<(&mut Thread, usize), &'static str> {
        let thread = self.thread(id)?;
        refuse_if(thread.status == Status::Idle, "no_active_turn")?;
        let index = thread.turns.len().checked_sub(1).ok_or("no_active_turn")?;
        refuse_if(thread.turns[index].id != turn, "turn_mismatch")?;
        Ok((thread, index))
    }

    fn branch_of(&mut self, id: ThreadId) -> Result<&mut Branch, &'static str> {
        let thread = self.thread(id)?;
        let (project, name) = (thread.project, thread.branch.clone().ok_or("no_branch")?);
        self.project(project)?
            .branches
            .iter_mut()
            .find(|branch| branch.name == name)
            .ok_or("no_branch")
    }

    fn forget_lost_selection(&mut self) {
        self.selected = self
            .selected
            .filter(|selected| self.threads.iter().any(|thread| thread.id == *selected));
    }
}

fn refuse_if(condition: bool, error: &'static str) -> Result<(), &'static str> {
    if condition { Err(error) } else { Ok(()) }
}

/// Puts a value in its place among others that are ordered by a key.
fn insert_by<T, K: Ord>(values: &mut Vec<T>, value: T, key: impl Fn(&T) -> K) {
    let index = values.partition_point(|other| key(other) < key(&value));
    values.insert(index, value);
}

/// The events of deleting a thread: it comes to rest first.
const fn deletion(thread: &Thread) -> &'static [&'static str] {
    match thread.status {
        Status::Idle => &["thread_deleted"],
        Status::Running | Status::Awaiting => &["turn_interrupted", "thread_status_changed", "thread_deleted"],
    }
}

/// Ends the last turn: what is open or pending in it is cancelled, however it ends.
fn end(thread: &mut Thread, state: TurnState, event: &'static str) -> Vec<&'static str> {
    if let Some(turn) = thread.turns.last_mut() {
        turn.state = state;
        for entry in &mut turn.entries {
            match entry {
                Entry::Call(_, call @ CallState::Open) => *call = CallState::Cancelled,
                Entry::Approval(_, _, answer @ Answer::Pending) => *answer = Answer::Cancelled,
                Entry::Message(..) | Entry::Call(..) | Entry::Approval(..) => {}
            }
        }
    }
    thread.status = Status::Idle;
    vec![event, "thread_status_changed"]
}

/// Takes a piece of a message: the first of its id opens it.
fn piece(turn: &mut Turn, message: MessageId, speaker: Speaker) -> Prediction {
    for entry in &turn.entries {
        if let Entry::Message(id, known) = entry
            && *id == message
        {
            refuse_if(*known != speaker, "message_role_mismatch")?;
            return Ok(vec!["message_chunk_received"]);
        }
    }
    turn.entries.push(Entry::Message(message, speaker));
    Ok(vec!["message_appended"])
}

fn end_call(turn: &mut Turn, result: &ToolResult) -> Prediction {
    let state = *call(turn, &result.tool_call_id)?;
    refuse_if(state != CallState::Open, "tool_call_already_ended")?;
    let waits = |entry: &Entry| matches!(entry, Entry::Approval(_, Some(waiting), Answer::Pending) if *waiting == result.tool_call_id);
    refuse_if(turn.entries.iter().any(waits), "tool_call_awaiting_approval")?;
    *call(turn, &result.tool_call_id)? = if result.is_error {
        CallState::Failed
    } else {
        CallState::Succeeded
    };
    Ok(vec!["tool_call_ended"])
}

fn ask(thread: &mut Thread, turn: usize, request: &ApprovalRequest) -> Prediction {
    let turn = &mut thread.turns[turn];
    let is_same = |entry: &Entry| matches!(entry, Entry::Approval(id, ..) if *id == request.action_id);
    refuse_if(turn.entries.iter().any(is_same), "action_already_exists")?;
    if let Some(id) = &request.tool_call_id {
        refuse_if(*call(turn, id)? != CallState::Open, "tool_call_already_ended")?;
    }
    turn.entries.push(Entry::Approval(
        request.action_id,
        request.tool_call_id.clone(),
        Answer::Pending,
    ));
    if thread.status == Status::Awaiting {
        return Ok(vec!["approval_requested"]);
    }
    thread.status = Status::Awaiting;
    Ok(vec!["approval_requested", "thread_status_changed"])
}

fn call<'a>(turn: &'a mut Turn, id: &ToolCallId) -> Result<&'a mut CallState, &'static str> {
    let mut calls = turn.entries.iter_mut().filter_map(|entry| match entry {
        Entry::Call(known, state) if known == id => Some(state),
        Entry::Message(..) | Entry::Call(..) | Entry::Approval(..) => None,
    });
    calls.next().ok_or("tool_call_not_found")
}

const fn is_pending(entry: &Entry) -> bool {
    matches!(entry, Entry::Approval(_, _, Answer::Pending))
}
