//! Commands that name anything in a model: what is first, last, beside a border, or somewhere between.
//!
//! Steps name what is near at hand, as servers do: much happens to a few things. Of a model of which no run is known, and in
//! which something is large, any place is as likely to be the one where something is wrong.

mod ingest;

use arbitrary::{Result, Unstructured};
use orchestration::commands::{
    ApprovePendingAction, CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, CreateThread, DeleteProject,
    DeleteThread, InterruptTurn, PushBranch, RejectPendingAction, RenameProject, RestoreCheckpoint, SelectThread,
    StartTurn,
};
use orchestration::provider_event::TurnComplete;
use orchestration::read_model::{
    Approval, Branch, Checkpoint, Project, RuntimeMode, Thread, ThreadStatus, Turn, TurnEntry,
};
use orchestration::{ActionId, MessageId, OrchestrationCommand, OrchestrationReadModel, ProjectId, ThreadId, TurnId};

use super::draw::Draw;
use crate::generate::ids::Numbered;
use crate::generate::pools::{numbered_branch, numbered_path, respelt};
use crate::kind::Kind;

use ingest::has_open_call;
pub(super) use ingest::piece;

/// One in this many picks is not as it should be.
const ASTRAY_ONE_IN: usize = 8;

/// One in this many new names and paths is already taken.
const TAKEN_ONE_IN: usize = 4;

/// The number before those of all ids that are new: none in a run or in a drawn model is greater.
const FRESH: u64 = 1 << 42;

/// Aims commands at a model.
#[derive(Clone, Copy, Debug)]
pub struct Aim<'m> {
    model: &'m OrchestrationReadModel,
    /// What tells new ids apart.
    number: u64,
}

/// The thread that a command is to name.
#[derive(Clone, Copy)]
struct Place<'m> {
    id: ThreadId,
    thread: Option<&'m Thread>,
    /// The active turn, or another one.
    turn: TurnId,
}

impl<'m> Aim<'m> {
    /// Aims at a model. What is made by the command has ids of this number, which none before had.
    #[must_use]
    pub const fn new(model: &'m OrchestrationReadModel, number: u64) -> Self {
        Self {
            model,
            number: FRESH + number,
        }
    }

    /// A command of a kind. Most are what the model allows.
    ///
    /// # Errors
    ///
    /// None: where the source runs out of bytes, the simplest is picked.
    pub fn command(&self, kind: Kind, source: &mut Unstructured<'_>) -> Result<OrchestrationCommand> {
        let draw = &mut Draw(source);
        Ok(match kind {
            Kind::CreateProject => self.create_project(draw)?.into(),
            Kind::RenameProject => {
                let (project_id, name, at) = (self.project(draw)?, draw.label()?, draw.time()?);
                RenameProject { project_id, name, at }.into()
            }
            Kind::DeleteProject => {
                let (project_id, at) = (self.project(draw)?, draw.time()?);
                DeleteProject { project_id, at }.into()
            }
            Kind::CreateThread => self.create_thread(draw)?.into(),
            Kind::SelectThread => {
                let (thread_id, at) = (self.thread(draw, |_| true)?.id, draw.time()?);
                SelectThread { thread_id, at }.into()
            }
            Kind::DeleteThread => {
                let (thread_id, at) = (self.thread(draw, |_| true)?.id, draw.time()?);
                DeleteThread { thread_id, at }.into()
            }
            Kind::StartTurn => self.start_turn(draw)?.into(),
            Kind::InterruptTurn => {
                let Place { id, turn, .. } = self.thread(draw, is_active)?;
                let at = draw.time()?;
                InterruptTurn {
                    thread_id: id,
                    turn_id: turn,
                    at,
                }
                .into()
            }
            Kind::ApprovePendingAction => {
                let (thread_id, turn_id, action_id) = self.action(draw)?;
                let at = draw.time()?;
                ApprovePendingAction {
                    thread_id,
                    turn_id,
                    action_id,
                    at,
                }
                .into()
            }
            Kind::RejectPendingAction => {
                let (thread_id, turn_id, action_id) = self.action(draw)?;
                let (reason, at) = (draw.perhaps(Draw::text)?, draw.time()?);
                RejectPendingAction {
                    thread_id,
                    turn_id,
                    action_id,
                    reason,
                    at,
                }
                .into()
            }
            Kind::TextDelta => self.ingest(draw, is_active, Self::text_delta)?,
            Kind::ThinkingDelta => self.ingest(draw, is_active, Self::thinking_delta)?,
            Kind::ToolCall => self.ingest(draw, is_active, Self::tool_call)?,
            Kind::ToolResult => self.ingest(draw, has_open_call, Self::tool_result)?,
            Kind::AwaitingApproval => self.ingest(draw, is_active, Self::awaiting_approval)?,
            Kind::TurnComplete => self.ingest(draw, is_active, |_, _, _| Ok(TurnComplete {}.into()))?,
            Kind::Error => self.ingest(draw, is_active, Self::error)?,
            Kind::CreateCheckpoint => self.create_checkpoint(draw)?.into(),
            Kind::RestoreCheckpoint => self.restore_checkpoint(draw)?.into(),
            Kind::CreateBranch => self.create_branch(draw)?.into(),
            Kind::CommitChanges => {
                let thread_id = self.thread(draw, |thread| is_idle(thread) && has_branch(thread))?.id;
                let (message, at) = (draw.note()?, draw.time()?);
                CommitChanges { thread_id, message, at }.into()
            }
            Kind::PushBranch => {
                let (thread_id, at) = (self.thread(draw, has_branch)?.id, draw.time()?);
                PushBranch { thread_id, at }.into()
            }
        })
    }

    fn create_project(&self, draw: &mut Draw<'_, '_>) -> Result<CreateProject> {
        let taken = pick(draw, self.model.projects().map(Project::path))?;
        Ok(CreateProject {
            project_id: self.new_id(draw, self.model.projects().map(Project::id))?,
            path: match taken {
                Some(path) if draw.one_in(TAKEN_ONE_IN)? => respelt(path, draw.up_to(3)?),
                Some(_) | None => numbered_path(self.number, draw.up_to(3)?),
            },
            name: draw.label()?,
            at: draw.time()?,
        })
    }

    fn create_thread(&self, draw: &mut Draw<'_, '_>) -> Result<CreateThread> {
        Ok(CreateThread {
            thread_id: self.new_id(draw, self.model.threads().map(Thread::id))?,
            project_id: self.project(draw)?,
            title: draw.label()?,
            provider: draw.label()?,
            model: draw.perhaps(Draw::label)?,
            runtime_mode: draw.one_of(RuntimeMode::ALL)?,
            at: draw.time()?,
        })
    }

    fn start_turn(&self, draw: &mut Draw<'_, '_>) -> Result<StartTurn> {
        let Place { id, thread, .. } = self.thread(draw, is_idle)?;
        Ok(StartTurn {
            thread_id: id,
            turn_id: self.new_turn(draw, thread)?,
            message_id: MessageId::numbered(self.number),
            prompt: draw.note()?,
            at: draw.time()?,
        })
    }

    /// A new id, one of a turn of the thread, or one of a turn of any thread.
    fn new_turn(&self, draw: &mut Draw<'_, '_>, thread: Option<&Thread>) -> Result<TurnId> {
        if draw.one_in(ASTRAY_ONE_IN)? {
            let turns = self.model.threads().flat_map(Thread::turns).map(Turn::id);
            return Ok(pick(draw, turns)?.unwrap_or_else(|| TurnId::numbered(self.number)));
        }
        self.new_id(draw, thread.into_iter().flat_map(Thread::turns).map(Turn::id))
    }

    fn create_checkpoint(&self, draw: &mut Draw<'_, '_>) -> Result<CreateCheckpoint> {
        let Place { id, thread, .. } = self.thread(draw, is_idle)?;
        let taken = thread.into_iter().flat_map(Thread::checkpoints).map(Checkpoint::id);
        Ok(CreateCheckpoint {
            thread_id: id,
            checkpoint_id: self.new_id(draw, taken)?,
            git_ref: draw.git_ref()?,
            description: draw.perhaps(Draw::note)?,
            at: draw.time()?,
        })
    }

    fn restore_checkpoint(&self, draw: &mut Draw<'_, '_>) -> Result<RestoreCheckpoint> {
        let has_checkpoint = |thread: &Thread| thread.checkpoints().len() > 0;
        let Place { id, thread, .. } = self.thread(draw, |thread| is_idle(thread) && has_checkpoint(thread))?;
        let known = thread.into_iter().flat_map(Thread::checkpoints).map(Checkpoint::id);
        Ok(RestoreCheckpoint {
            thread_id: id,
            checkpoint_id: known_id(draw, known)?,
            at: draw.time()?,
        })
    }

    fn create_branch(&self, draw: &mut Draw<'_, '_>) -> Result<CreateBranch> {
        let Place { id, thread, .. } = self.thread(draw, is_idle)?;
        let project = thread.and_then(|thread| self.model.project(thread.project_id()));
        let taken = pick(draw, project.into_iter().flat_map(Project::branches).map(Branch::name))?;
        Ok(CreateBranch {
            thread_id: id,
            branch: match taken {
                Some(name) if draw.one_in(TAKEN_ONE_IN)? => name.clone(),
                Some(_) | None => numbered_branch(self.number),
            },
            at: draw.time()?,
        })
    }

    /// A thread, a turn of it, and an action that waits for an answer in the active one, or does not.
    fn action(&self, draw: &mut Draw<'_, '_>) -> Result<(ThreadId, TurnId, ActionId)> {
        let Place { id, thread, turn } = self.thread(draw, is_awaiting)?;
        let approvals = || entries(thread).filter_map(TurnEntry::as_approval);
        let pending = approvals().filter(|approval| approval.decision().is_pending());
        let (pending, any) = (pick(draw, pending)?, pick(draw, approvals())?);
        let is_astray = draw.one_in(ASTRAY_ONE_IN)?;
        let chosen = if is_astray { any } else { pending.or(any) };
        Ok((id, turn, chosen.map_or_else(|| ActionId::never(0), Approval::id)))
    }

    fn project(&self, draw: &mut Draw<'_, '_>) -> Result<ProjectId> {
        known_id(draw, self.model.projects().map(Project::id))
    }

    /// A thread in which the command has a chance, or any; with a turn of it that the command may name.
    fn thread(&self, draw: &mut Draw<'_, '_>, fits: impl Fn(&Thread) -> bool) -> Result<Place<'m>> {
        let fitting = pick(draw, self.model.threads().filter(|thread| fits(thread)))?;
        let any = pick(draw, self.model.threads())?;
        let thread = match draw.up_to(2 * ASTRAY_ONE_IN)? {
            14 | 15 => any,
            16 => None,
            _ => fitting.or(any),
        };
        let turns = thread.into_iter().flat_map(Thread::turns).map(Turn::id);
        let named = pick(draw, turns)?;
        let active = thread.and_then(Thread::active_turn).map(Turn::id);
        let turn = match draw.up_to(2 * ASTRAY_ONE_IN)? {
            14 | 15 => named,
            16 => None,
            _ => active.or(named),
        };
        Ok(Place {
            id: match thread {
                Some(thread) => thread.id(),
                None => self.gone(draw)?,
            },
            thread,
            turn: turn.unwrap_or_else(|| TurnId::never(0)),
        })
    }

    /// A thread that is gone, though a branch remembers it, or that never was.
    fn gone(&self, draw: &mut Draw<'_, '_>) -> Result<ThreadId> {
        let makers = self.model.projects().flat_map(Project::branches).map(Branch::thread_id);
        let gone = pick(draw, makers.filter(|id| self.model.thread(*id).is_none()))?;
        Ok(gone.unwrap_or_else(|| ThreadId::never(0)))
    }

    /// A new id, or one that is taken.
    fn new_id<I: Numbered>(&self, draw: &mut Draw<'_, '_>, taken: impl Iterator<Item = I>) -> Result<I> {
        let taken = pick(draw, taken)?;
        let is_astray = draw.one_in(ASTRAY_ONE_IN)?;
        Ok(taken.filter(|_| is_astray).unwrap_or_else(|| I::numbered(self.number)))
    }
}

/// One of some things.
fn pick<T>(draw: &mut Draw<'_, '_>, things: impl Iterator<Item = T>) -> Result<Option<T>> {
    let mut things: Vec<T> = things.collect();
    let place = draw.place(things.len())?;
    Ok((place < things.len()).then(|| things.swap_remove(place)))
}

/// The id of something that is there, or of what never was.
fn known_id<I: Numbered>(draw: &mut Draw<'_, '_>, known: impl Iterator<Item = I>) -> Result<I> {
    let known = pick(draw, known)?;
    let is_astray = draw.one_in(ASTRAY_ONE_IN)?;
    Ok(known.filter(|_| !is_astray).unwrap_or_else(|| I::never(0)))
}

/// The entries of the active turn.
fn entries(thread: Option<&Thread>) -> impl Iterator<Item = &TurnEntry> {
    thread.and_then(Thread::active_turn).into_iter().flat_map(Turn::entries)
}

fn is_idle(thread: &Thread) -> bool {
    thread.status() == ThreadStatus::Idle
}

fn is_awaiting(thread: &Thread) -> bool {
    thread.status() == ThreadStatus::AwaitingApproval
}

const fn has_branch(thread: &Thread) -> bool {
    thread.branch().is_some()
}

fn is_active(thread: &Thread) -> bool {
    thread.active_turn().is_some()
}
