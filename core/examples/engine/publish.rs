//! The model for whoever reads it, the events for whoever follows them, and the answers.
//!
//! Guide, "Wiring an engine": *Publish*

use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use orchestration::{Snapshot, StoredEvent};

use crate::crash::Point;
use crate::engine::{Answer, Audience};
use crate::store::{Failure, Log};

/// How many groups of events are collected for a slow subscriber, before it must read them from the log.
const COLLECTED: usize = 1024;

/// Who asked: the id of the request on its connection, and where that connection takes answers.
pub type Caller = (u64, Sender<(u64, Answer)>);

type Events = Arc<[StoredEvent]>;

/// What is known outside of the writer. All of it is committed.
pub struct Published {
    live: ArcSwap<Snapshot>,
    /// Where events are collected for each subscriber; nothing once the engine ends.
    subscribers: Mutex<Option<Vec<SyncSender<Events>>>>,
}

impl Audience<Caller> for Arc<Published> {
    /// Publishes the model first: nobody who hears of an event reads a model without it.
    fn publish(&mut self, events: Vec<StoredEvent>, live: &Snapshot) {
        self.live.store(Arc::new(live.clone()));
        let events = Events::from(events);
        // Who is gone is forgotten, and so is who is too slow: the writer waits for nobody.
        let told = |subscriber: &SyncSender<Events>| subscriber.try_send(Arc::clone(&events)).is_ok();
        let mut subscribers = self.subscribers.lock().expect("nobody panics over subscribers");
        subscribers.iter_mut().for_each(|subscribers| subscribers.retain(told));
        Point::AfterPublish.pass();
    }

    fn answer(&mut self, (id, answers): Caller, answer: Answer) {
        let _ = answers.send((id, answer)); // who is gone needs none
    }
}

impl Published {
    /// Begins with the model after recovery.
    pub fn new(live: Snapshot) -> Self {
        let (live, subscribers) = (ArcSwap::from_pointee(live), Mutex::new(Some(Vec::new())));
        Self { live, subscribers }
    }

    /// The model: never older than what anybody was told.
    pub fn live(&self) -> Arc<Snapshot> {
        self.live.load_full()
    }

    /// Ends all subscriptions, each when it has sent what was published.
    pub fn close(&self) {
        *self.subscribers.lock().expect("nobody panics over subscribers") = None;
    }

    /// Sends each event after this sequence once, in order, until the engine ends or nobody takes them.
    ///
    /// Collects first, then reads the log, then sends what was collected and is newer: nothing falls between.
    pub fn follow(
        &self,
        log: &Log,
        mut after: u64,
        mut send: impl FnMut(&[StoredEvent]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        loop {
            let collected = self.collect();
            // No further than is published: what is committed and not yet published will be collected.
            while let unread @ 1.. = self.live().sequence.saturating_sub(after) {
                let page = log.after(after, usize::try_from(unread)?.min(1000))?;
                after = page.last().ok_or("the log ends before what is published")?.sequence;
                send(&page)?;
            }
            let Some(collected) = collected else { return Ok(()) };
            for events in collected {
                let known = events.partition_point(|stored| stored.sequence <= after);
                after = events.last().map_or(after, |last| last.sequence.max(after));
                send(&events[known..])?;
            }
            // Too slow: again, from the log.
        }
    }

    fn collect(&self) -> Option<Receiver<Events>> {
        let (sender, collected) = sync_channel(COLLECTED);
        let mut subscribers = self.subscribers.lock().expect("nobody panics over subscribers");
        subscribers.as_mut()?.push(sender);
        Some(collected)
    }
}
