//! What the user does about turns.

use orchestration::commands::{ApprovePendingAction, InterruptTurn, RejectPendingAction, StartTurn};
use orchestration::read_model::{Approval, Thread, ThreadStatus, Turn, TurnEntry};
use orchestration::{ActionId, MessageId, ThreadId, TurnId};

use super::{Context, Located, choose};
use crate::generate::ids::Numbered;
use crate::generate::pools::POOLS;

/// How many of a turn's last entries are looked at.
const LAST_ENTRIES: usize = 24;

/// How many of its first entries are looked at too, so that what has long been waiting is not forgotten.
const FIRST_ENTRIES: usize = 8;

impl Context<'_> {
    pub(super) fn start_turn(&self) -> StartTurn {
        let Located { id: thread_id, thread } = self.thread(is_idle);
        StartTurn {
            thread_id,
            turn_id: self.new_id(&self.past.turns, |choice| {
                choose(thread?.turns().rev().map(Turn::id), choice)
            }),
            message_id: self.prompt_id(),
            prompt: POOLS.note(self.variation.text()),
            at: self.at,
        }
    }

    /// Mostly new; an id that another turn has is as good.
    fn prompt_id(&self) -> MessageId {
        match self.variation.choice() {
            0..28 => None,
            choice @ 28..31 => self.past.messages.get(choice).copied(),
            choice => Some(MessageId::never(choice)),
        }
        .unwrap_or_else(|| MessageId::numbered(self.number()))
    }

    pub(super) fn interrupt_turn(&self) -> InterruptTurn {
        let located = self.thread(is_active);
        InterruptTurn {
            thread_id: located.id,
            turn_id: self.turn(located),
            at: self.at,
        }
    }

    pub(super) fn approve_pending_action(&self) -> ApprovePendingAction {
        let (thread_id, turn_id, action_id) = self.action();
        ApprovePendingAction {
            thread_id,
            turn_id,
            action_id,
            at: self.at,
        }
    }

    pub(super) fn reject_pending_action(&self) -> RejectPendingAction {
        let (thread_id, turn_id, action_id) = self.action();
        RejectPendingAction {
            thread_id,
            turn_id,
            action_id,
            reason: self.variation.first_flag().then(|| POOLS.text(self.variation.text())),
            at: self.at,
        }
    }

    /// A thread, the turn that the place selects, and an action that waits for an answer in the active one, if the target
    /// is live. A place of another turn aims a late answer at what the active turn asks.
    fn action(&self) -> (ThreadId, TurnId, ActionId) {
        let located = self.thread(|thread| thread.status() == ThreadStatus::AwaitingApproval);
        let turn = located.thread.and_then(Thread::active_turn);
        let find = |pending: bool, choice| {
            let approvals = recent_entries(turn?).filter_map(TurnEntry::as_approval);
            choose(
                approvals.filter(|approval| approval.decision().is_pending() == pending),
                choice,
            )
            .map(Approval::id)
        };
        let action_id = self.old_id(
            &self.past.actions,
            |choice| find(true, choice),
            |choice| find(false, choice),
        );
        (located.id, self.turn(located), action_id)
    }
}

pub(super) fn is_idle(thread: &Thread) -> bool {
    thread.status() == ThreadStatus::Idle
}

pub(super) fn is_active(thread: &Thread) -> bool {
    thread.active_turn().is_some()
}

/// A turn's last entries, the newest first, and its first ones.
pub(super) fn recent_entries(turn: &Turn) -> impl Iterator<Item = &TurnEntry> {
    let older = turn.entries().len().saturating_sub(LAST_ENTRIES);
    let first = turn.entries().take(older.min(FIRST_ENTRIES));
    turn.entries().rev().take(LAST_ENTRIES).chain(first)
}
