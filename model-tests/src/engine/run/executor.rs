//! What does with an engine what it is told to.

mod hearing;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use orchestration::{OrchestrationCommand, StoredEvent};

use super::Counts;
use super::knowledge::Knowledge;
use crate::engine::history::{History, Moment};
use crate::engine::protocol::{Body, Message, Opened, Request, RequestId};
use crate::engine::schedule::{Action, Schedule};
use crate::engine::{Engine, Failure};
use hearing::Heard;

/// How many events are asked for at once.
const PAGE: u64 = 1_000;

/// The first id of requests that are no commands: those of a schedule stay below.
const OWN_IDS: RequestId = 1 << 40;

/// Does with an engine what it is told to, and writes down what happens.
pub(in crate::engine) struct Executor<'a> {
    engine: &'a mut dyn Engine,
    patience: Duration,
    schedule: Schedule,
    history: History,
    counts: Counts,
    opened: Opened,
    knowledge: Knowledge,
    /// The commands that are not answered yet.
    waiting: BTreeMap<RequestId, Waiting>,
    /// What was answered already, so that a second answer is noticed.
    answered: BTreeSet<RequestId>,
    /// What has been answered and is no command's answer.
    reply: Option<Message>,
    subscribers: BTreeMap<RequestId, u64>,
    /// The point at which the engine is to crash.
    armed: Option<String>,
    next_id: RequestId,
}

#[derive(Clone)]
struct Waiting {
    client: u32,
    command: OrchestrationCommand,
}

impl<'a> Executor<'a> {
    pub(in crate::engine) fn new(engine: &'a mut dyn Engine, patience: Duration) -> Self {
        Self {
            engine,
            patience,
            schedule: Schedule::default(),
            history: History::default(),
            counts: Counts::default(),
            opened: Opened::default(),
            knowledge: Knowledge::default(),
            waiting: BTreeMap::new(),
            answered: BTreeSet::new(),
            reply: None,
            subscribers: BTreeMap::new(),
            armed: None,
            next_id: OWN_IDS,
        }
    }

    /// The last that the engine wrote for its own log. It is ended first: till then it may still be writing that.
    pub(in crate::engine) fn last_words(&mut self) -> Vec<String> {
        self.engine.crash();
        self.engine.last_words()
    }

    /// Opens an engine again that could not be driven any further, and reads what it has stored.
    pub(in crate::engine) fn read_log_after_failure(&mut self) -> Result<(), Failure> {
        self.end_process(None);
        self.opened = self.engine.open(self.patience)?;
        let opened = self.opened.clone();
        self.history.moments.push(Moment::Opened { opened });
        self.read_log()
    }

    pub(in crate::engine) fn into_parts(self) -> (Schedule, History, Counts) {
        self.engine.crash();
        let mut counts = self.counts;
        counts.events = self.knowledge.length();
        (self.schedule, self.history, counts)
    }

    pub(in crate::engine) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether time means nothing to the engine.
    pub(in crate::engine) fn is_in_step(&self) -> bool {
        self.engine.is_in_step()
    }

    /// What is known of the log.
    pub(in crate::engine) const fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// What the engine said of itself.
    pub(in crate::engine) const fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Whether it was told to crash at a point, and has not done so yet.
    pub(in crate::engine) const fn is_armed(&self) -> bool {
        self.armed.is_some()
    }

    /// The clients that wait for an answer.
    pub(in crate::engine) fn waiting(&self) -> impl ExactSizeIterator<Item = u32> {
        self.waiting.values().map(|waiting| waiting.client)
    }

    /// How many subscribers there are.
    pub(in crate::engine) fn subscribers(&self) -> usize {
        self.subscribers.len()
    }

    /// Opens the engine for the first time.
    pub(in crate::engine) fn open(&mut self) -> Result<(), Failure> {
        self.opened = self.engine.open(self.patience)?;
        self.is_open()
    }

    /// Does one thing, and notes it in the schedule.
    pub(in crate::engine) fn perform(&mut self, action: Action) -> Result<(), Failure> {
        self.schedule.actions.push(action.clone());
        match action {
            Action::Send {
                request,
                client,
                command,
            } => {
                self.counts.commands += 1;
                self.waiting.insert(request, Waiting { client, command });
                self.dispatch(request)
            }
            Action::Await { request } => self.await_answer(request),
            Action::Read => self.read(),
            Action::Snapshot => self.snapshot(),
            Action::Subscribe { after } => self.subscribe(after),
            Action::CrashAt { point, hits } => self.arm(point, hits),
            Action::Crash { after } => {
                self.listen(Duration::from_micros(after))?;
                self.counts.kills += 1;
                self.crash(None)
            }
            Action::CrashOpening { after } => {
                self.counts.kills += 2;
                self.end_process(None);
                // It opens in time, or it does not: then it is in the midst of it.
                match self.engine.open(Duration::from_micros(after)) {
                    Ok(_) | Err(Failure::Silent { .. }) => {}
                    Err(failure) => return Err(failure),
                }
                self.crash(None)
            }
        }
    }

    /// Listens until a command was answered; or none is waited for, or the engine has crashed.
    pub(in crate::engine) fn await_any(&mut self) -> Result<(), Failure> {
        let before: Vec<_> = self.waiting.keys().copied().collect();
        let crashes = self.crashes();
        let Some(first) = before.first().copied() else {
            return Ok(());
        };
        let started = Instant::now();
        while self.crashes() == crashes {
            if let Some(request) = before
                .iter()
                .find(|request| !self.waiting.contains_key(request))
                .copied()
            {
                self.schedule.actions.push(Action::Await { request });
                return Ok(());
            }
            self.hear_or_fail(started, || format!("dispatch {first}"))?;
        }
        // It has crashed meanwhile. A schedule comes to that too if the first of them is waited for.
        self.schedule.actions.push(Action::Await { request: first });
        self.await_answer(first)
    }

    /// Ends a run: waits for all answers, reads the log, and gives every subscriber the time to get all of it.
    pub(in crate::engine) fn end(&mut self) -> Result<(), Failure> {
        while let Some(request) = self.waiting.keys().next().copied() {
            self.await_answer(request)?;
        }
        self.read_log()?;
        let started = Instant::now();
        let length = self.knowledge.length();
        while self.subscribers.values().any(|last| *last < length) {
            let left = self.patience.saturating_sub(started.elapsed());
            // What is missing then is told by a check.
            if left.is_zero() || self.hear(left)? == Heard::Nothing {
                break;
            }
        }
        self.read()
    }

    /// How often the engine has crashed.
    fn crashes(&self) -> u64 {
        self.counts.kills + self.counts.crash_points.values().sum::<u64>()
    }

    const fn own_id(&mut self) -> RequestId {
        self.next_id += 1;
        self.next_id
    }

    fn dispatch(&mut self, request: RequestId) -> Result<(), Failure> {
        let Some(Waiting { client, command }) = self.waiting.get(&request).cloned() else {
            return Ok(());
        };
        self.history.moments.push(Moment::Sent {
            request,
            client,
            command: command.clone(),
        });
        self.engine.send(&Request::Dispatch {
            id: request,
            client,
            command,
        })
    }

    fn await_answer(&mut self, request: RequestId) -> Result<(), Failure> {
        let started = Instant::now();
        while self.waiting.contains_key(&request) {
            self.hear_or_fail(started, || format!("dispatch {request}"))?;
        }
        Ok(())
    }

    /// Sends a request that is no command, and waits for its reply; nothing if the engine has crashed meanwhile.
    fn ask(&mut self, request: &Request) -> Result<Option<Body>, Failure> {
        self.reply = None;
        let crashes = self.crashes();
        self.engine.send(request)?;
        let started = Instant::now();
        loop {
            if self.crashes() != crashes {
                return Ok(None);
            }
            if let Some(Message { body, .. }) = self.reply.take_if(|reply| reply.id == request.id()) {
                return match body {
                    Body::Unable { message } => Err(Failure::Unable {
                        request: in_words(request),
                        message,
                    }),
                    body => Ok(Some(body)),
                };
            }
            self.hear_or_fail(started, || in_words(request))?;
        }
    }

    fn read(&mut self) -> Result<(), Failure> {
        let request = Request::Model { id: self.own_id() };
        self.history.moments.push(Moment::Asked { request: request.id() });
        match self.ask(&request)? {
            None => Ok(()),
            Some(Body::Model { sequence, model }) => {
                self.counts.reads += 1;
                self.history.moments.push(Moment::Read {
                    request: request.id(),
                    sequence,
                    model: *model,
                });
                Ok(())
            }
            Some(other) => Err(mistaken(&request, other, "a model with its number")),
        }
    }

    fn snapshot(&mut self) -> Result<(), Failure> {
        let request = Request::Snapshot { id: self.own_id() };
        match self.ask(&request)? {
            None | Some(Body::Unsupported) => Ok(()),
            Some(Body::Snapshot { sequence }) => {
                self.counts.snapshots += 1;
                self.history.moments.push(Moment::Snapshot { sequence });
                Ok(())
            }
            Some(other) => Err(mistaken(
                &request,
                other,
                "the number of the snapshot, or `unsupported`",
            )),
        }
    }

    fn subscribe(&mut self, after: u64) -> Result<(), Failure> {
        let id = self.own_id();
        self.counts.subscriptions += 1;
        self.subscribers.insert(id, after);
        self.history.moments.push(Moment::Subscribed { request: id, after });
        self.engine.send(&Request::Subscribe { id, after })
    }

    fn arm(&mut self, point: String, hits: u32) -> Result<(), Failure> {
        let request = Request::CrashAt {
            id: self.own_id(),
            point: point.clone(),
            hits,
        };
        self.armed = Some(point.clone());
        self.history.moments.push(Moment::Armed { point });
        match self.ask(&request)? {
            None | Some(Body::Done) => Ok(()),
            Some(other) => Err(mistaken(&request, other, "the id alone")),
        }
    }

    /// Ends the engine, and all that was to come of it.
    fn end_process(&mut self, point: Option<String>) {
        self.engine.crash();
        self.armed = None;
        self.reply = None;
        self.subscribers.clear();
        self.history.moments.push(Moment::Crashed { point });
    }

    /// Ends the engine, opens it again, and sends again what was not answered.
    fn crash(&mut self, point: Option<String>) -> Result<(), Failure> {
        self.end_process(point);
        self.opened = self.engine.open(self.patience)?;
        self.is_open()?;
        let again: Vec<_> = self.waiting.keys().copied().collect();
        self.counts.resent += again.len() as u64;
        again.into_iter().try_for_each(|request| self.dispatch(request))
    }

    fn is_open(&mut self) -> Result<(), Failure> {
        for point in &self.opened.crash_points {
            self.counts.crash_points.entry(point.clone()).or_default();
        }
        let opened = self.opened.clone();
        self.history.moments.push(Moment::Opened { opened });
        self.read_log()?;
        self.read()
    }

    /// Reads the whole log.
    fn read_log(&mut self) -> Result<(), Failure> {
        let mut events: Vec<StoredEvent> = Vec::new();
        loop {
            let after = events.last().map_or(0, |last| last.sequence);
            let request = Request::Log {
                id: self.own_id(),
                after,
                limit: PAGE,
            };
            match self.ask(&request)? {
                None => return Ok(()),
                Some(Body::Log { events: page }) => {
                    let is_last = (page.len() as u64) < PAGE;
                    // A log whose numbers do not grow would be read for ever.
                    let is_stuck = page.last().is_some_and(|last| last.sequence <= after);
                    events.extend(page);
                    if is_last || is_stuck {
                        break;
                    }
                }
                Some(other) => return Err(mistaken(&request, other, "the events")),
            }
        }
        let (kept, then) = self.knowledge.reads(events);
        self.history.moments.push(Moment::Log { kept, then });
        Ok(())
    }
}

fn in_words(request: &Request) -> String {
    serde_json::to_string(request).unwrap_or_else(|error| error.to_string())
}

fn mistaken(request: &Request, body: Body, expected: &'static str) -> Failure {
    let message = Message { id: request.id(), body };
    Failure::Mistaken {
        request: in_words(request),
        reply: message.write().unwrap_or_else(|error| error.to_string()),
        expected,
    }
}
