//! What models share, and in which threads they differ.

use std::mem::discriminant;

use super::{Decision, OrchestrationReadModel, Thread, Turn, TurnEntry, TurnStatus};
use crate::persistent::Difference;
use crate::values::{Text, ThreadId};

/// What became of a thread between two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadChange<'a> {
    /// It was not there before.
    Added(&'a Thread),
    /// It was there before, and an event has touched it since.
    Changed {
        /// The thread as it was.
        before: &'a Thread,
        /// The thread as it is.
        after: &'a Thread,
    },
    /// It is not there any more.
    Removed(&'a Thread),
}

impl ThreadChange<'_> {
    /// The thread's id.
    #[must_use]
    pub const fn thread_id(&self) -> ThreadId {
        match self {
            Self::Added(thread) | Self::Changed { after: thread, .. } | Self::Removed(thread) => thread.id(),
        }
    }
}

impl OrchestrationReadModel {
    /// Whether this is the other model, or a clone of it that has not changed since. Takes constant time.
    ///
    /// Where it says yes, the two are equal. It may say no of equal ones: of models that were built or read apart, or
    /// that an event has touched and left equal.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.projects.ptr_eq(&other.projects)
            && self.threads.ptr_eq(&other.threads)
            && self.selected_thread == other.selected_thread
    }

    /// What became of the threads since another model, ordered by id: for a server that sends its clients what has
    /// changed. `before` may be any model; in practice it is a clone of an earlier one.
    ///
    /// No change is missed: a thread that is not named is equal in both models. One that is named may be equal in
    /// both, if the two do not share it: see [`Thread::is_same_as`]. Of the turns of a changed thread, those that are
    /// [the same](Turn::is_same_as) have not changed.
    ///
    /// Takes logarithmic time for each thread that differs, whatever the number of those that the models share: what they
    /// share is passed over unseen. Between models that share nothing it takes time linear in the number of threads.
    ///
    /// ```
    /// use orchestration::read_model::{Thread, ThreadChange, Turn};
    /// use orchestration::{OrchestrationReadModel, ThreadId, TurnId};
    ///
    /// /// What a client is sent about a thread.
    /// #[derive(Debug, PartialEq)]
    /// enum Message {
    ///     Forget(ThreadId),
    ///     /// Keep so many of its turns, from the first on, and put these behind them.
    ///     Update(ThreadId, usize, Vec<TurnId>),
    /// }
    ///
    /// /// A turn that has ended never changes again: so what is new stands at the end.
    /// fn update(thread: &Thread, before: Option<&Thread>) -> Message {
    ///     let known = |turn: &Turn| before.and_then(|thread| thread.turn(turn.id()));
    ///     let is_new = |turn: &&Turn| known(turn).is_none_or(|known| !turn.is_same_as(known));
    ///     let new = thread.turns().rev().take_while(is_new).count();
    ///     let kept = thread.turns().len() - new;
    ///     Message::Update(thread.id(), kept, thread.turns().skip(kept).map(Turn::id).collect())
    /// }
    ///
    /// fn messages(model: &OrchestrationReadModel, before: &OrchestrationReadModel) -> Vec<Message> {
    ///     let message = |change| match change {
    ///         ThreadChange::Added(thread) => update(thread, None),
    ///         ThreadChange::Changed { before, after } => update(after, Some(before)),
    ///         ThreadChange::Removed(thread) => Message::Forget(thread.id()),
    ///     };
    ///     model.changed_threads(before).map(message).collect()
    /// }
    ///
    /// # mod kit { #![allow(dead_code, unused_imports)] include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/kit.rs")); }
    /// # use kit::{DeleteThread, NEXT_TURN, NOW, Server, THREAD, TURN, interrupt_turn, start_turn};
    /// # let mut server = Server::with_an_idle_thread();
    /// # let mut sent = server.live.model.clone();
    /// # server.dispatch(start_turn(TURN)).unwrap();
    /// // A turn was started.
    /// assert_eq!(messages(&server.live.model, &sent), [Message::Update(THREAD, 0, vec![TURN])]);
    /// # server.dispatch(interrupt_turn(TURN)).unwrap();
    /// # sent = server.live.model.clone();
    /// # server.dispatch(start_turn(NEXT_TURN)).unwrap();
    /// // It has ended, and another one was started.
    /// assert_eq!(messages(&server.live.model, &sent), [Message::Update(THREAD, 1, vec![NEXT_TURN])]);
    /// # sent = server.live.model.clone();
    /// # server.dispatch(DeleteThread { thread_id: THREAD, at: NOW }).unwrap();
    /// // The thread was deleted.
    /// assert_eq!(messages(&server.live.model, &sent), [Message::Forget(THREAD)]);
    /// # sent = server.live.model.clone();
    /// // Nothing has happened.
    /// assert_eq!(messages(&server.live.model, &sent), []);
    /// ```
    pub fn changed_threads<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = ThreadChange<'a>> {
        self.threads
            .differences(&before.threads)
            .map(|difference| match difference {
                Difference::Added(thread) => ThreadChange::Added(thread),
                Difference::Changed { before, after } => ThreadChange::Changed { before, after },
                Difference::Removed(thread) => ThreadChange::Removed(thread),
            })
    }
}

impl Thread {
    /// Whether this is the other thread, in the same model or in one that shares it: no event has touched it since.
    /// Takes constant time.
    ///
    /// Where it says yes, the two are equal. It may say no of equal ones: of threads of models that were built or read
    /// apart, and of a clone of a thread alone.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Turn {
    /// Whether this is the other turn, in the same model or in one that shares it: no event has touched it since. Takes
    /// constant time.
    ///
    /// Where it says yes, the two are equal. It may say no of equal ones: of turns of models that were built or read apart.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        // A thread's last turn stands in the thread itself, which is copied when it changes: so its address says nothing.
        self.id == other.id
            && (self.started_at, self.ended_at) == (other.started_at, other.ended_at)
            && is_same_status(&self.status, &other.status)
            && self.entries.is_same_as(&other.entries, is_same_entry)
    }
}

fn is_same_status(own: &TurnStatus, other: &TurnStatus) -> bool {
    const fn texts(status: &TurnStatus) -> [Option<&Text>; 2] {
        match status {
            TurnStatus::Running | TurnStatus::Completed | TurnStatus::Interrupted => [None, None],
            TurnStatus::Failed { message, code } => [Some(message), code.as_ref()],
        }
    }
    discriminant(own) == discriminant(other) && texts(own).into_iter().zip(texts(other)).all(are_one)
}

fn is_same_decision(own: &Decision, other: &Decision) -> bool {
    const fn reason(decision: &Decision) -> Option<&Text> {
        match decision {
            Decision::Pending | Decision::Approved | Decision::Cancelled => None,
            Decision::Rejected { reason } => reason.as_ref(),
        }
    }
    discriminant(own) == discriminant(other) && are_one((reason(own), reason(other)))
}

fn is_same_entry(own: &TurnEntry, other: &TurnEntry) -> bool {
    match (own, other) {
        (TurnEntry::Message(own), TurnEntry::Message(other)) => {
            (own.id, own.role, own.at) == (other.id, other.role, other.at) && own.text.is_same_as(&other.text)
        }
        (TurnEntry::ToolCall(own), TurnEntry::ToolCall(other)) => {
            (own.status, own.at) == (other.status, other.at)
                && are_one((Some(&own.id), Some(&other.id)))
                && are_one((Some(&own.name), Some(&other.name)))
                && are_one((Some(&own.input), Some(&other.input)))
                && are_one((own.output.as_ref(), other.output.as_ref()))
        }
        (TurnEntry::Approval(own), TurnEntry::Approval(other)) => {
            (own.id, own.at) == (other.id, other.at)
                && are_one((own.tool_call_id.as_ref(), other.tool_call_id.as_ref()))
                && are_one((Some(&own.description), Some(&other.description)))
                && is_same_decision(&own.decision, &other.decision)
        }
        (TurnEntry::Message(_) | TurnEntry::ToolCall(_) | TurnEntry::Approval(_), _) => false,
    }
}

/// Whether two strings are one, by their address: they are not read.
fn are_one<T: AsRef<str>>(pair: (Option<&T>, Option<&T>)) -> bool {
    match pair {
        (None, None) => true,
        (Some(own), Some(other)) => std::ptr::eq(own.as_ref(), other.as_ref()),
        (None, Some(_)) | (Some(_), None) => false,
    }
}
