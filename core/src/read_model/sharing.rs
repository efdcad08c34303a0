//! What models share, and in which threads they differ.

use super::{OrchestrationReadModel, Thread, Turn};
use crate::persistent::Difference;
use crate::values::ThreadId;

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
    /// No change is missed: a thread that is not told of is equal in both models. One that is told of may be equal in
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
    /// Where it says yes, the two are equal. It may say no of equal ones: of turns of models that were built or read
    /// apart, and of a clone of a turn alone.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
