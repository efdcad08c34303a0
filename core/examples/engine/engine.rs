//! The engine, whatever it stores to and whoever listens: in which order to decide, commit, publish and answer.
//!
//! Guide, "Wiring an engine": *One transaction, then the rest*, *Recover*, *Retries and ids*
//!
//! This file knows the core and the standard library alone, no database, thread or clock: so it runs on a simulated disk
//! as well.

use std::collections::BTreeMap;
use std::fmt::Display;

use orchestration::chrono::{DateTime, Utc};
use orchestration::commands::InterruptTurn;
use orchestration::uuid::Uuid;
use orchestration::{DeciderError, OrchestrationCommand, ReplayError, Snapshot, StoredEvent, decide};

/// Where the log is kept. There is one writer: whoever implements this keeps a second one out.
pub trait Store {
    type Error: From<ReplayError>;

    /// Stores all of the transaction or nothing of it, whenever the process dies. Once this has returned, it stays.
    ///
    /// A sequence that is taken is an error. After an error, as after a crash, all of it may be there or nothing.
    fn commit(&mut self, transaction: &Transaction) -> Result<(), Self::Error>;

    /// The first events, at most `limit`, with a greater sequence than this, in order.
    fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, Self::Error>;

    /// The last event with at most this sequence.
    fn last_up_to(&self, sequence: u64) -> Result<Option<StoredEvent>, Self::Error>;

    /// What the request with this key was answered with, if its transaction was committed.
    fn answered(&self, key: Uuid) -> Result<Option<u64>, Self::Error>;
}

/// Where the snapshot is kept, beside the log. Losing it costs time and nothing else.
pub trait Snapshots {
    type Error: Display;

    /// Replaces the snapshot: a crash leaves the old one or the new one. Nothing but what is committed may be in it.
    fn write(&self, snapshot: &Snapshot) -> Result<(), Self::Error>;

    /// The snapshot, if there is one. It is an error if it is damaged, not legal, or of another version.
    fn read(&self) -> Result<Option<Snapshot>, Self::Error>;
}

/// Who hears of what was committed, and of nothing else.
pub trait Audience<Caller> {
    /// Tells readers and subscribers. The events are the last ones of the live model.
    fn publish(&mut self, events: Vec<StoredEvent>, live: &Snapshot);

    /// Answers a request. What it was decided on is published.
    fn answer(&mut self, caller: Caller, answer: Answer);
}

/// What is committed at once: the batches of several requests, and that they were answered.
#[derive(Debug, Default)]
pub struct Transaction {
    /// Numbered on from the last of the log.
    pub events: Vec<StoredEvent>,
    /// The sequence that each accepted request is answered with, by its key.
    pub answered: BTreeMap<Uuid, u64>,
}

/// A command, and where its answer goes.
#[derive(Debug)]
pub struct Request<Caller> {
    /// Names the request over restarts: sent again with the same key, it takes effect once. Without, each time.
    pub key: Option<Uuid>,
    pub command: OrchestrationCommand,
    pub caller: Caller,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its batch is stored, up to this sequence.
    Accepted { sequence: u64 },
    /// Nothing of it is stored. The sequence is that of the model that it was decided on.
    Rejected { error: DeciderError, sequence: u64 },
}

/// A log that was replayed after a start. Turns may be active in it whose agents are gone.
#[derive(Debug)]
pub struct Replayed<S>(Engine<S>);

impl<S: Store> Replayed<S> {
    /// Reads the snapshot and the rest of the log; or, if the snapshot is of no use, tells why, and reads all of the log.
    pub fn new(store: S, snapshots: &impl Snapshots, tell: impl FnOnce(String)) -> Result<Self, S::Error> {
        let snapshot = match snapshots.read() {
            Ok(snapshot) => check_log(snapshot.unwrap_or_default(), &store)?,
            Err(useless) => Err(useless.to_string()),
        };
        let mut live = snapshot.unwrap_or_else(|why| {
            tell(why);
            Snapshot::default()
        });
        loop {
            let page = store.after(live.sequence, 1000)?;
            if page.is_empty() {
                return Ok(Self(Engine { store, live }));
            }
            for stored in &page {
                live.advance(stored)?;
            }
        }
    }

    /// Ends what the crash left running, like any other command: so the log says so. An engine whose agents outlive it
    /// would join them again instead.
    pub fn interrupt_running(self, now: DateTime<Utc>) -> Result<Engine<S>, S::Error> {
        let interrupt = |thread_id, turn_id| {
            InterruptTurn {
                thread_id,
                turn_id,
                at: now,
            }
            .into()
        };
        let running = self.0.live.model.active_turns();
        let requests = running.map(|(thread, turn)| Request {
            key: None,
            command: interrupt(thread.id(), turn.id()),
            caller: (),
        });
        let requests = requests.collect();
        self.0.dispatch(requests, now, &mut Nobody)
    }
}

/// The snapshot, if it was taken of this log; or why it is of no use.
fn check_log<S: Store>(snapshot: Snapshot, store: &S) -> Result<Result<Snapshot, String>, S::Error> {
    let checked = match store.last_up_to(snapshot.sequence)? {
        Some(last) => snapshot.check_log(&last).map_err(|error| error.to_string()),
        None if snapshot.sequence == 0 => Ok(()),
        None => Err("the snapshot is of another log: found that this one is empty".to_owned()),
    };
    Ok(checked.map(|()| snapshot))
}

/// During recovery nobody listens yet.
struct Nobody;

impl Audience<()> for Nobody {
    fn publish(&mut self, _: Vec<StoredEvent>, _: &Snapshot) {}
    fn answer(&mut self, (): (), _: Answer) {}
}

/// The one that writes: a store, and the model after all that is committed to it.
#[derive(Debug)]
pub struct Engine<S> {
    store: S,
    live: Snapshot,
}

impl<S: Store> Engine<S> {
    /// The model after all that is committed. A clone takes constant time.
    pub fn live(&self) -> &Snapshot {
        &self.live
    }

    /// Dispatches the requests that wait, in this order, in one transaction: the disk is waited for once.
    ///
    /// Each is decided on the model after the one before, which nobody hears of until it is committed. A refusal waits,
    /// too: it may be due to an event that a crash would take back.
    ///
    /// An error uses the engine up: what was asked is stored or not, and nobody was answered. Open the store again.
    pub fn dispatch<Caller>(
        mut self,
        requests: Vec<Request<Caller>>,
        now: DateTime<Utc>,
        audience: &mut impl Audience<Caller>,
    ) -> Result<Self, S::Error> {
        let mut transaction = Transaction::default();
        let mut answers = Vec::new();
        for request in requests {
            let answer = self.decide(request.key, &request.command, now, &mut transaction)?;
            answers.push((request.caller, answer));
        }
        if !transaction.events.is_empty() {
            self.store.commit(&transaction)?;
            audience.publish(transaction.events, &self.live);
        }
        for (caller, answer) in answers {
            audience.answer(caller, answer);
        }
        Ok(self)
    }

    /// Adds to the transaction what a request causes, unless it was answered before.
    fn decide(
        &mut self,
        key: Option<Uuid>,
        command: &OrchestrationCommand,
        now: DateTime<Utc>,
        transaction: &mut Transaction,
    ) -> Result<Answer, S::Error> {
        if let Some(key) = key {
            let before = transaction.answered.get(&key).copied();
            if let Some(sequence) = before.map_or_else(|| self.store.answered(key), |before| Ok(Some(before)))? {
                return Ok(Answer::Accepted { sequence });
            }
        }
        let events = match decide(command, &self.live.model) {
            Ok(events) => events,
            Err(error) => {
                let sequence = self.live.sequence;
                return Ok(Answer::Rejected { error, sequence });
            }
        };
        for (sequence, event) in (self.live.sequence + 1..).zip(events) {
            let stored_at = now;
            let stored = StoredEvent {
                sequence,
                event,
                stored_at,
            };
            self.live.advance(&stored)?;
            transaction.events.push(stored);
        }
        let sequence = self.live.sequence;
        transaction.answered.extend(key.map(|key| (key, sequence)));
        Ok(Answer::Accepted { sequence })
    }
}
