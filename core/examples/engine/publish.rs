//! The model for whoever reads it, and the events for whoever follows them.
//!
//! Guide, "Wiring an engine": *Publish*.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use orchestration::{Snapshot, StoredEvent};

use crate::store::{Log, StoreError};

/// How many transactions are collected for a subscriber that is slow, before it must read them from the log.
const COLLECTED: usize = 1024;

type Events = Arc<[StoredEvent]>;

/// What is known outside of the writer. All of it is committed.
pub struct Published {
    live: ArcSwap<Snapshot>,
    /// Where events are collected, for each subscriber; nothing once the engine ends.
    subscribers: Mutex<Option<Vec<SyncSender<Events>>>>,
}

impl Published {
    /// Begins with the model after recovery.
    pub fn new(live: Snapshot) -> Self {
        Self {
            live: ArcSwap::from_pointee(live),
            subscribers: Mutex::new(Some(Vec::new())),
        }
    }

    /// The model. Never older than what anybody was told.
    pub fn live(&self) -> Arc<Snapshot> {
        self.live.load_full()
    }

    /// Publishes the model first, so that nobody who hears of an event reads one without it.
    pub fn publish(&self, events: Vec<StoredEvent>, live: &Snapshot) {
        self.live.store(Arc::new(live.clone()));
        let events = Events::from(events);
        // Who is gone is forgotten, and so is who is too slow: the writer waits for nobody.
        let told = |subscriber: &SyncSender<Events>| subscriber.try_send(Arc::clone(&events)).is_ok();
        self.subscribers()
            .iter_mut()
            .for_each(|subscribers| subscribers.retain(told));
    }

    /// Ends all subscriptions, once each subscriber has what was published.
    pub fn close(&self) {
        *self.subscribers() = None;
    }

    /// Sends each event after this sequence once, in order, for as long as it is wanted.
    ///
    /// Collects first, then reads the log, then sends what was collected and is newer: nothing falls between.
    pub fn follow(
        &self,
        log: &Log,
        mut after: u64,
        mut send: impl FnMut(&[StoredEvent]) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        loop {
            let collected = self.collect();
            // No further than is published: what is committed and not yet published will be collected.
            while let wanted @ 1.. = self.live().sequence.saturating_sub(after) {
                let page = log.after(after, usize::try_from(wanted).map_or(1000, |wanted| wanted.min(1000)))?;
                let Some(last) = page.last() else { break };
                after = last.sequence;
                send(&page)?;
            }
            let Some(collected) = collected else { return Ok(()) };
            for events in collected {
                let known = events.partition_point(|stored| stored.sequence <= after);
                send(&events[known..])?;
                after = events.last().map_or(after, |last| last.sequence.max(after));
            }
            // Too slow: again, from the log.
        }
    }

    fn collect(&self) -> Option<Receiver<Events>> {
        let (sender, collected) = sync_channel(COLLECTED);
        self.subscribers().as_mut()?.push(sender);
        Some(collected)
    }

    fn subscribers(&self) -> MutexGuard<'_, Option<Vec<SyncSender<Events>>>> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
