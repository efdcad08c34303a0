//! An engine that is a few functions, served as the harness wants it.

use std::collections::VecDeque;
use std::fmt::Display;
use std::mem;
use std::time::Duration;

use orchestration::{OrchestrationCommand, Snapshot, StoredEvent};

use super::disk::Disk;
use crate::engine::protocol::{Body, Message, Opened, Request, RequestId};
use crate::engine::{Answer, Engine, Failure, Received};

/// An engine in this thread, whose store is on a simulated disk. [`Served`] makes an [`Engine`] of it.
///
/// Any error ends it, as a power cut does: then it is opened again.
pub trait OnDisk: Sized {
    /// Why something could not be done: mostly that the power was cut.
    type Error: Display;

    /// Carries out commands that wait side by side, with the ids of their requests, and tells what came of them as soon as
    /// anybody may know.
    ///
    /// # Errors
    ///
    /// If the power is cut meanwhile.
    fn dispatch(
        &mut self,
        commands: Vec<(RequestId, OrchestrationCommand)>,
        told: &mut Told,
    ) -> Result<(), Self::Error>;

    /// Writes a snapshot, and gives the number of the last event in it. Gives nothing if it writes none.
    ///
    /// # Errors
    ///
    /// If the power is cut meanwhile.
    fn snapshot(&mut self) -> Result<Option<u64>, Self::Error>;

    /// The model as readers see it.
    fn live(&self) -> Snapshot;

    /// At most so many stored events, read from the disk, with a greater number than this, in order.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn log(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, Self::Error>;

    /// Whether a request that is sent again over a crash takes effect once.
    const DEDUPLICATES: bool;

    /// Whether it ends, when it opens, every turn that a crash has left active.
    const RECOVERS: bool;
}

/// What an engine tells the world. It is heard even if the power is cut right afterwards.
#[derive(Debug, Default)]
pub struct Told {
    messages: VecDeque<Message>,
    subscribers: Vec<(RequestId, u64)>,
}

impl Told {
    /// Answers a request.
    pub fn answer(&mut self, request: RequestId, answer: Answer) {
        let body = answer.into();
        self.messages.push_back(Message { id: request, body });
    }

    /// Publishes events: each subscriber hears of those that are new to it.
    pub fn publish(&mut self, events: &[StoredEvent]) {
        for (id, last) in &mut self.subscribers {
            for stored in events.iter().filter(|stored| stored.sequence > *last) {
                let event = Box::new(stored.clone());
                let body = Body::Delivered { event };
                self.messages.push_back(Message { id: *id, body });
            }
            *last = events.last().map_or(*last, |stored| stored.sequence.max(*last));
        }
    }
}

/// An engine that the harness can drive, of one that is a few functions.
#[derive(Debug)]
pub struct Served<E, Open> {
    disk: Disk,
    open: Open,
    engine: Option<E>,
    told: Told,
    waiting: VecDeque<Request>,
    ended: String,
}

impl<E: OnDisk, Open: FnMut(&Disk) -> Result<E, E::Error>> Served<E, Open> {
    /// The engine on a disk. `open` opens it on what there is on the disk, and recovers. It fails if the power is cut
    /// meanwhile; otherwise the engine must open on whatever a cut has left.
    pub const fn new(disk: Disk, open: Open) -> Self {
        Self {
            disk,
            open,
            engine: None,
            told: Told {
                messages: VecDeque::new(),
                subscribers: Vec::new(),
            },
            waiting: VecDeque::new(),
            ended: String::new(),
        }
    }

    /// Carries out what waits the longest: one request, or all commands that wait side by side. Whether there was any.
    fn work(&mut self) -> Result<bool, E::Error> {
        let Some(engine) = &mut self.engine else {
            return Ok(false);
        };
        let commands = take_commands(&mut self.waiting);
        if !commands.is_empty() {
            let commands = commands.into_iter().map(|(id, _, command)| (id, command));
            engine.dispatch(commands.collect(), &mut self.told)?;
            return Ok(true);
        }
        let Some(request) = self.waiting.pop_front() else {
            return Ok(false);
        };
        let id = request.id();
        let body = match request {
            // Those at the front were taken above.
            Request::Dispatch { .. } => None,
            Request::Log { after, limit, .. } => {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let events = engine.log(after, limit)?;
                Some(Body::Log { events })
            }
            Request::Model { .. } => {
                let Snapshot { sequence, model, .. } = engine.live();
                let model = Box::new(model);
                Some(Body::Model { sequence, model })
            }
            Request::Snapshot { .. } => {
                let written = engine.snapshot()?;
                Some(written.map_or(Body::Unsupported, |sequence| Body::Snapshot { sequence }))
            }
            Request::Subscribe { after, .. } => {
                let stored = engine.log(after, usize::MAX)?;
                let others = mem::replace(&mut self.told.subscribers, vec![(id, after)]);
                self.told.publish(&stored);
                self.told.subscribers.extend(others);
                None
            }
            Request::CrashAt { point, .. } => Some(Body::Unable {
                message: format!("there is no crash point {point}"),
            }),
        };
        self.told.messages.extend(body.map(|body| Message { id, body }));
        Ok(true)
    }
}

/// Takes all commands at the front, with the ids of their requests and with their clients: those that wait side by side.
pub(crate) fn take_commands(waiting: &mut VecDeque<Request>) -> Vec<(RequestId, u32, OrchestrationCommand)> {
    let mut commands = Vec::new();
    while let Some(request) = waiting.pop_front() {
        if let Request::Dispatch { id, client, command } = request {
            commands.push((id, client, command));
        } else {
            waiting.push_front(request);
            break;
        }
    }
    commands
}

impl<E: OnDisk, Open: FnMut(&Disk) -> Result<E, E::Error>> Engine for Served<E, Open> {
    fn open(&mut self, _patience: Duration) -> Result<Opened, Failure> {
        self.crash();
        let engine = (self.open)(&self.disk).map_err(|error| {
            let reason = error.to_string();
            Failure::NotStarted { reason }
        })?;
        let opened = Opened {
            sequence: engine.live().sequence,
            crash_points: Vec::new(),
            deduplicates: E::DEDUPLICATES,
            recovers: E::RECOVERS,
        };
        self.engine = Some(engine);
        Ok(opened)
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        self.waiting.push_back(request.clone());
        Ok(())
    }

    fn receive(&mut self, _patience: Duration) -> Result<Received, Failure> {
        loop {
            if let Some(message) = self.told.messages.pop_front() {
                return Ok(Received::Message(message));
            }
            if self.engine.is_none() {
                let how = self.ended.clone();
                return Ok(Received::Ended { how });
            }
            match self.work() {
                Ok(true) => {}
                Ok(false) => return Ok(Received::Nothing),
                Err(error) => {
                    self.ended = error.to_string();
                    self.engine = None;
                }
            }
        }
    }

    fn is_in_step(&self) -> bool {
        true
    }

    fn crash(&mut self) {
        "it was killed".clone_into(&mut self.ended);
        self.engine = None;
        self.told = Told::default();
        self.waiting.clear();
    }
}
