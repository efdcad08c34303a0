//! A planted engine while it runs: all that a crash ends.

use std::collections::{BTreeMap, VecDeque};

use orchestration::chrono::{DateTime, TimeDelta, Utc};
use orchestration::{OrchestrationCommand, Snapshot, StoredEvent};

use super::store::{Store, Transaction};
use super::wiring::{Wiring, advance};
use crate::engine::Answer;
use crate::engine::protocol::{Body, Message, Opened, Request, RequestId};
use crate::engine::simulated::{PowerCut, take_commands};

/// Where a planted engine can be told to crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// Decided, and nothing written.
    BeforeCommit,
    /// Something is written, and not all that belongs together. An engine that commits at once never leaves a half there.
    InCommit,
    /// Stored, and nobody knows.
    AfterCommit,
    /// Subscribers and readers know, and no client was answered.
    AfterPublish,
    /// The snapshot is to be written.
    BeforeSnapshot,
    /// The snapshot is written, and nobody was told.
    AfterSnapshot,
}

impl Point {
    pub const ALL: [Self; 6] = [
        Self::BeforeCommit,
        Self::InCommit,
        Self::AfterCommit,
        Self::AfterPublish,
        Self::BeforeSnapshot,
        Self::AfterSnapshot,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeCommit => "before_commit",
            Self::InCommit => "in_commit",
            Self::AfterCommit => "after_commit",
            Self::AfterPublish => "after_publish",
            Self::BeforeSnapshot => "before_snapshot",
            Self::AfterSnapshot => "after_snapshot",
        }
    }
}

/// Why an engine stops in the midst of what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    At(Point),
    PowerCut,
}

impl From<PowerCut> for Stop {
    fn from(_: PowerCut) -> Self {
        Self::PowerCut
    }
}

impl Stop {
    pub fn how(self) -> String {
        match self {
            Self::At(point) => format!("crashed at {}", point.name()),
            Self::PowerCut => PowerCut.to_string(),
        }
    }
}

/// A command that waits, and who sent it; nobody, if the engine recovers by it.
#[derive(Clone, Debug)]
pub(super) struct Dispatch {
    pub request: Option<RequestId>,
    pub client: u32,
    pub command: OrchestrationCommand,
}

/// Commands that are committed together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The model after those that were decided so far.
    pub live: Snapshot,
    pub transaction: Transaction,
    pub answers: Vec<(Dispatch, Answer)>,
}

impl Group {
    /// Of no commands yet, on the model as it is.
    pub fn on(live: &Snapshot) -> Self {
        Self {
            live: live.clone(),
            transaction: Transaction::default(),
            answers: Vec::new(),
        }
    }

    /// Has events stored with the group, and applies them to its model.
    pub fn take(&mut self, events: Vec<StoredEvent>) {
        for stored in &events {
            advance(&mut self.live, stored);
        }
        self.transaction.events.extend(events);
    }
}

/// Who is told of events.
#[derive(Clone, Debug)]
pub(super) struct Subscriber {
    pub request: RequestId,
    /// The number of the next event that it is to get.
    pub next: u64,
}

/// An engine that runs.
#[derive(Debug)]
pub(super) struct Process {
    pub store: Store,
    /// The whole log, as it is stored.
    pub log: Vec<StoredEvent>,
    /// The requests that were acknowledged, as it is stored.
    pub answered: BTreeMap<RequestId, u64>,
    /// The model after the whole log.
    pub live: Snapshot,
    /// The model before the last group: nobody should look at it any more.
    pub earlier: Snapshot,
    pub subscribers: Vec<Subscriber>,
    /// With how many more groups a snapshot is written, by an engine that does it so.
    pub snapshots_due: u32,
    /// How much time has gone by, over all processes.
    clock: u32,
    armed: Option<(Point, u32)>,
    waiting: VecDeque<Request>,
    outbox: VecDeque<Message>,
}

impl Process {
    /// Starts on what is stored, and recovers.
    pub fn start(store: Store, clock: u32, wiring: &dyn Wiring) -> Result<Self, Start> {
        let mut process = Self {
            store,
            log: Vec::new(),
            answered: BTreeMap::new(),
            live: Snapshot::default(),
            earlier: Snapshot::default(),
            subscribers: Vec::new(),
            snapshots_due: 0,
            clock,
            armed: None,
            waiting: VecDeque::new(),
            outbox: VecDeque::new(),
        };
        for transaction in wiring.stored(&process.store)? {
            process.log.extend(transaction.events);
            process.answered.extend(transaction.answered);
        }
        process.live = wiring.replayed(&process).map_err(Start::Refused)?;
        process.earlier = process.live.clone();
        wiring.recover(&mut process)?;
        Ok(process)
    }

    pub fn opened(&self) -> Opened {
        Opened {
            sequence: self.live.sequence,
            crash_points: Point::ALL.iter().map(|point| point.name().to_owned()).collect(),
            deduplicates: true,
            recovers: true,
        }
    }

    /// The time, which goes on with each look at it.
    pub fn now(&mut self) -> DateTime<Utc> {
        self.clock += 1;
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(self.clock.into())
    }

    pub const fn clock(&self) -> u32 {
        self.clock
    }

    /// Passes a crash point.
    pub fn pass(&mut self, point: Point) -> Result<(), Stop> {
        let Some((armed, hits)) = &mut self.armed else {
            return Ok(());
        };
        if *armed == point {
            *hits = hits.saturating_sub(1);
            if *hits == 0 {
                return Err(Stop::At(point));
            }
        }
        Ok(())
    }

    pub fn hand(&mut self, request: Request) {
        self.waiting.push_back(request);
    }

    pub fn say(&mut self, request: RequestId, body: Body) {
        self.outbox.push_back(Message { id: request, body });
    }

    pub fn said(&mut self) -> Option<Message> {
        self.outbox.pop_front()
    }

    /// Carries out what waits the longest: one request, or all commands that wait side by side. Whether there was any.
    pub fn work(&mut self, wiring: &dyn Wiring) -> Result<bool, Stop> {
        let group = self.next_group();
        if !group.is_empty() {
            wiring.dispatch(self, group)?;
            return Ok(true);
        }
        let Some(request) = self.waiting.pop_front() else {
            return Ok(false);
        };
        match request {
            Request::Dispatch { .. } => {}
            Request::Log { id, after, limit } => {
                let wanted = self.log.iter().filter(|stored| stored.sequence > after);
                let events = wanted.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned();
                let events = events.collect();
                self.say(id, Body::Log { events });
            }
            Request::Model { id } => {
                let Snapshot { sequence, model, .. } = wiring.read(self);
                let model = Box::new(model);
                self.say(id, Body::Model { sequence, model });
            }
            Request::Snapshot { id } => {
                self.pass(Point::BeforeSnapshot)?;
                let snapshot = wiring.snapshot(self);
                self.store.write_snapshot(&snapshot)?;
                self.pass(Point::AfterSnapshot)?;
                let sequence = snapshot.sequence;
                self.say(id, Body::Snapshot { sequence });
            }
            Request::Subscribe { id, after } => wiring.subscribe(self, id, after),
            Request::CrashAt { id, point, hits } => {
                let named = Point::ALL.into_iter().find(|known| known.name() == point);
                self.armed = named.map(|point| (point, hits)).or(self.armed);
                let unknown = || Body::Unable {
                    message: format!("there is no crash point {point}"),
                };
                self.say(id, named.map_or_else(unknown, |_| Body::Done));
            }
        }
        Ok(true)
    }

    fn next_group(&mut self) -> Vec<Dispatch> {
        let commands = take_commands(&mut self.waiting).into_iter();
        let dispatch = |(id, client, command)| Dispatch {
            request: Some(id),
            client,
            command,
        };
        commands.map(dispatch).collect()
    }

    /// The model and the log after a group whose transaction is committed.
    pub fn committed(&mut self, group: &Group) {
        self.log.extend_from_slice(&group.transaction.events);
        self.answered.extend(group.transaction.answered.iter().copied());
        self.earlier = std::mem::replace(&mut self.live, group.live.clone());
    }

    /// What is stored, up to a number.
    pub fn log_up_to(&self, sequence: u64) -> Vec<StoredEvent> {
        let stored = self.log.iter().filter(|stored| stored.sequence <= sequence);
        stored.cloned().collect()
    }

    /// Gives a subscriber what it has not yet.
    pub fn deliver(&mut self, mut subscriber: Subscriber, events: &[StoredEvent]) -> Subscriber {
        for stored in events.iter().filter(|stored| stored.sequence >= subscriber.next) {
            let event = Box::new(stored.clone());
            self.say(subscriber.request, Body::Delivered { event });
        }
        let last = events.last().map_or(0, |stored| stored.sequence);
        subscriber.next = subscriber.next.max(last + 1);
        subscriber
    }

    /// Gives every subscriber what it has not yet of these events.
    pub fn deliver_to_all(&mut self, events: &[StoredEvent]) {
        for subscriber in std::mem::take(&mut self.subscribers) {
            let subscriber = self.deliver(subscriber, events);
            self.subscribers.push(subscriber);
        }
    }
}

/// Why an engine does not start.
#[derive(Debug)]
pub(super) enum Start {
    /// What is stored is of no use to it.
    Refused(String),
    /// It stopped again while it recovered.
    Stopped(Stop),
}

impl From<Stop> for Start {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

impl From<PowerCut> for Start {
    fn from(cut: PowerCut) -> Self {
        Self::Stopped(cut.into())
    }
}
