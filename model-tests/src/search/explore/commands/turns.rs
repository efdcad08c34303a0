//! What users do in a thread: turns, checkpoints, branches, and answers to requests.

use orchestration::commands::{
    ApprovePendingAction, CommitChanges, CreateBranch, CreateCheckpoint, InterruptTurn, RejectPendingAction,
    RestoreCheckpoint, StartTurn,
};
use orchestration::read_model::{Checkpoint, Thread, ThreadStatus, Turn};
use orchestration::{ActionId, CheckpointId, MessageId, ThreadId, TurnId};

use super::List;
use crate::search::explore::names::Numbered;

impl List<'_> {
    pub(super) fn turns(&mut self, thread: &Thread) {
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

    pub(super) fn start_turn(&mut self, thread_id: ThreadId, turn_id: TurnId, message_id: MessageId) {
        let (prompt, at) = (self.maker.names.text.clone(), self.maker.names.at);
        self.push(StartTurn {
            thread_id,
            turn_id,
            message_id,
            prompt,
            at,
        });
    }

    pub(super) fn checkpoints(&mut self, thread: &Thread) {
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

    pub(super) fn branches(&mut self, thread: &Thread) {
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

    pub(super) fn answers(&mut self, thread_id: ThreadId, turn_id: TurnId, action_id: ActionId) {
        let at = self.maker.names.at;
        self.push(ApprovePendingAction {
            thread_id,
            turn_id,
            action_id,
            at,
        });
        self.push(RejectPendingAction {
            thread_id,
            turn_id,
            action_id,
            reason: None,
            at,
        });
    }
}

/// Whether the thread refuses what only an idle one takes.
fn is_busy(thread: &Thread) -> bool {
    thread.status() != ThreadStatus::Idle
}
