//! The commands about threads: those that are there, those that were, and one that never was.

use std::collections::BTreeSet;

use orchestration::commands::{
    CommitChanges, CreateBranch, CreateCheckpoint, CreateThread, DeleteThread, InterruptTurn, PushBranch,
    RestoreCheckpoint, SelectThread,
};
use orchestration::read_model::{Branch, Project, RuntimeMode, Thread, Turn};
use orchestration::{ActionId, CheckpointId, MessageId, ProjectId, ThreadId, TurnId};

use super::List;
use crate::search::explore::names::Numbered;

impl List<'_> {
    fn create_thread(&mut self, thread_id: ThreadId, project_id: ProjectId) {
        let (names, at) = (&self.maker.names, self.maker.names.at);
        let (title, provider) = (names.label.clone(), names.label.clone());
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

    pub(super) fn new_threads(&mut self, project_id: ProjectId) {
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

    pub(super) fn thread(&mut self, thread: &Thread) {
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
            let last = thread.turns().last().map_or(TurnId::never(), Turn::id);
            self.answers(thread_id, last, Numbered::never());
            self.stray_provider_events(thread_id, last);
        }
    }

    /// What could be done to a thread that was deleted, while a branch still remembers it.
    pub(super) fn deleted_threads(&mut self) {
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
    pub(super) fn absent_thread(&mut self) {
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
        self.answers(thread_id, TurnId::numbered(0), ActionId::numbered(0));
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
