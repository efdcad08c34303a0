//! What the read model is measured against: the same threads in plain maps, with owned values.

use std::collections::BTreeMap;
use std::sync::Arc;

use orchestration::{MessageId, ThreadId};

/// A thread with what streaming a chunk needs: its messages, and where each stands.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    texts: Vec<String>,
    places: BTreeMap<MessageId, usize>,
}

impl Thread {
    /// A thread with these messages.
    pub fn with_messages(messages: impl Iterator<Item = MessageId>) -> Self {
        let mut thread = Self::default();
        for id in messages {
            thread.places.insert(id, thread.texts.len());
            thread.texts.push("A message of some length.".to_owned());
        }
        thread
    }

    fn push(&mut self, message: MessageId, piece: &str) {
        if let Some(text) = self.places.get(&message).and_then(|place| self.texts.get_mut(*place)) {
            text.push_str(piece);
        }
    }
}

/// A map of owned threads: a clone copies everything.
#[derive(Clone, Debug, Default)]
pub struct Owned(pub BTreeMap<ThreadId, Thread>);

impl Owned {
    /// Puts a piece behind a message.
    pub fn push(&mut self, thread: ThreadId, message: MessageId, piece: &str) {
        if let Some(thread) = self.0.get_mut(&thread) {
            thread.push(message, piece);
        }
    }
}

/// A map of shared threads: a clone copies a pointer for each, a change of a shared thread copies the thread.
#[derive(Clone, Debug, Default)]
pub struct SharedLeaves(pub BTreeMap<ThreadId, Arc<Thread>>);

impl SharedLeaves {
    /// Puts a piece behind a message.
    pub fn push(&mut self, thread: ThreadId, message: MessageId, piece: &str) {
        if let Some(thread) = self.0.get_mut(&thread) {
            Arc::make_mut(thread).push(message, piece);
        }
    }
}
