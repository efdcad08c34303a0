//! The engine, whatever it stores to and whoever listens: in which order to decide, commit, publish and answer.
//!
//! Guide, "Wiring an engine": *One transaction, then the rest*, *Recover*, *Retries and ids*. This file knows the core and
//! the standard library alone, no database, thread or clock: so it runs on a simulated disk as well.

use std::collections::BTreeMap;
use std::fmt::Display;

use orchestration::chrono::{DateTime, Utc};
use orchestration::commands::InterruptTurn;
use orchestration::uuid::Uuid;
use orchestration::{DeciderError, OrchestrationCommand, ReplayError, Snapshot, StoredEvent, decide};

/// Where the log is kept. There is one writer: whoever implements this keeps a second one out.
pub trait Store {
    /// Why something could not be stored or read.
    type Error: From<ReplayError>;

    /// Stores all of the transaction or nothing of it, whenever the process dies. Once this has returned, it stays.
    ///
    /// A sequence that is taken already is an error. After an error, as after a crash, all of it may be there or nothing.
    fn commit(&mut self, transaction: &Transaction) -> Result<(), Self::Error>;

    /// The first events, at most `limit`, with a greater sequence than this, in order.
    fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, Self::Error>;

    /// The last event with at most this sequence.
    fn last_up_to(&self, sequence: u64) -> Result<Option<StoredEvent>, Self::Error>;

    /// The sequence that the request with this key was answered with, if its transaction was committed.
    fn answered(&self, key: Uuid) -> Result<Option<u64>, Self::Error>;
}

/// Where the snapshot is kept, beside the log. Losing it costs time and nothing else.
pub trait Snapshots {
    /// Why it could not be written, or is of no use.
    type Error: Display;

    /// Replaces the snapshot: a crash leaves the old one or the new one. To be given committed events only.
    fn write(&self, snapshot: &Snapshot) -> Result<(), Self::Error>;

    /// The snapshot, if there is one. An error if it is damaged, not legal or of another version.
    fn read(&self) -> Result<Option<Snapshot>, Self::Error>;
}

/// Who hears of what was committed, and only of that.
pub trait Audience<Caller> {
    /// Tells readers of the model and subscribers. The events are the last ones of the live model.
    fn publish(&mut self, events: Vec<StoredEvent>, live: &Snapshot);

    /// Answers a request. What it was answered with has been published.
    fn answer(&mut self, caller: Caller, answer: Answer);
}

/// What is committed at once: the batches of several requests, and that they were answered.
#[derive(Debug, Default)]
pub struct Transaction {
    /// The events, numbered on from the last of the log.
    pub events: Vec<StoredEvent>,
    /// The sequence that each accepted request is answered with, by its key.
    pub answered: BTreeMap<Uuid, u64>,
}

/// A command, and where its answer goes.
#[derive(Debug)]
pub struct Request<Caller> {
    /// Names the request over restarts: sent again with the same key, it takes effect once. Without, each time.
    pub key: Option<Uuid>,
    /// What is asked for.
    pub command: OrchestrationCommand,
    /// Where the answer goes.
    pub caller: Caller,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its batch is stored.
    Accepted {
        /// The sequence of the batch's last event.
        sequence: u64,
    },
    /// Nothing of it is stored.
    Rejected {
        /// Why.
        error: DeciderError,
        /// The sequence of the model that it was decided on.
        sequence: u64,
    },
}

/// A log that was replayed after a start, in which turns may still be active whose agents are gone.
#[derive(Debug)]
pub struct Replayed<S> {
    engine: Engine<S>,
    passed_over: Option<String>,
}

impl<S: Store> Replayed<S> {
    /// Reads the snapshot and the rest of the log; all of the log if the snapshot is of no use.
    pub fn new(store: S, snapshots: &impl Snapshots) -> Result<Self, S::Error> {
        let (mut live, passed_over) = match snapshot_of(&store, snapshots)? {
            Ok(snapshot) => (snapshot, None),
            Err(why) => (Snapshot::default(), Some(why)),
        };
        loop {
            let page = store.after(live.sequence, 1000)?;
            if page.is_empty() {
                let engine = Engine { store, live };
                return Ok(Self { engine, passed_over });
            }
            for stored in &page {
                live.advance(stored)?;
            }
        }
    }

    /// Why the snapshot was passed over, if it was.
    pub fn passed_over(&self) -> Option<&str> {
        self.passed_over.as_deref()
    }

    /// Ends what the crash left running, like any other command: so the log says so. An engine whose agents outlive it
    /// would join them again instead.
    pub fn interrupt_running(self, now: DateTime<Utc>) -> Result<Engine<S>, S::Error> {
        let running = self.engine.live.model.active_turns();
        let interrupts = running.map(|(thread, turn)| Request {
            key: None,
            command: InterruptTurn {
                thread_id: thread.id(),
                turn_id: turn.id(),
                at: now,
            }
            .into(),
            caller: (),
        });
        let interrupts = interrupts.collect();
        self.engine.dispatch(interrupts, now, &mut Nobody)
    }
}

/// The stored snapshot if it is of this log, the empty one if there is none, or why it is of no use.
fn snapshot_of<S: Store>(store: &S, snapshots: &impl Snapshots) -> Result<Result<Snapshot, String>, S::Error> {
    let snapshot = match snapshots.read() {
        Ok(snapshot) => snapshot.unwrap_or_default(),
        Err(error) => return Ok(Err(error.to_string())),
    };
    if snapshot.sequence == 0 {
        return Ok(Ok(snapshot));
    }
    Ok(match store.last_up_to(snapshot.sequence)? {
        None => Err(format!(
            "the snapshot is of event {}: the log is empty",
            snapshot.sequence
        )),
        Some(last) => snapshot
            .check_log(&last)
            .map(|()| snapshot)
            .map_err(|error| error.to_string()),
    })
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

    /// Dispatches the requests that wait, in this order, in one transaction: one flush for all of them.
    ///
    /// Each is decided on the model after the one before. That model is committed before anybody hears of it: a refusal
    /// waits as well, since it may be due to an event that a crash would take back.
    ///
    /// An error uses the engine up: what was asked may be stored or not, and nobody was answered. Open the store again.
    pub fn dispatch<Caller>(
        mut self,
        requests: Vec<Request<Caller>>,
        now: DateTime<Utc>,
        audience: &mut impl Audience<Caller>,
    ) -> Result<Self, S::Error> {
        let mut group = Group {
            live: self.live,
            transaction: Transaction::default(),
        };
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let answer = group.answer(&self.store, request.key, &request.command, now)?;
            answers.push((request.caller, answer));
        }
        let Group { live, transaction } = group;
        if !transaction.events.is_empty() {
            self.store.commit(&transaction)?;
            audience.publish(transaction.events, &live);
        }
        self.live = live;
        for (caller, answer) in answers {
            audience.answer(caller, answer);
        }
        Ok(self)
    }
}

/// A transaction that grows, and the model after it.
struct Group {
    live: Snapshot,
    transaction: Transaction,
}

impl Group {
    /// Decides a request, unless it was answered before.
    fn answer<S: Store>(
        &mut self,
        store: &S,
        key: Option<Uuid>,
        command: &OrchestrationCommand,
        now: DateTime<Utc>,
    ) -> Result<Answer, S::Error> {
        if let Some(key) = key {
            let in_group = self.transaction.answered.get(&key).copied();
            if let Some(sequence) = in_group.map_or_else(|| store.answered(key), |found| Ok(Some(found)))? {
                return Ok(Answer::Accepted { sequence });
            }
        }
        let events = match decide(command, &self.live.model) {
            Ok(events) => events,
            Err(error) => {
                return Ok(Answer::Rejected {
                    error,
                    sequence: self.live.sequence,
                });
            }
        };
        for event in events {
            let stored = StoredEvent {
                sequence: self.live.sequence + 1,
                event,
                stored_at: now,
            };
            self.live.advance(&stored)?;
            self.transaction.events.push(stored);
        }
        let sequence = self.live.sequence;
        self.transaction.answered.extend(key.map(|key| (key, sequence)));
        Ok(Answer::Accepted { sequence })
    }
}

/// During recovery nobody listens yet.
struct Nobody;

impl Audience<()> for Nobody {
    fn publish(&mut self, _events: Vec<StoredEvent>, _live: &Snapshot) {}

    fn answer(&mut self, (): (), _answer: Answer) {}
}
