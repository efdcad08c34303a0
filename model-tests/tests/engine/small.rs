//! A small engine that is right: it carries out each request as it is sent, and its log survives a crash.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use model_tests::engine::protocol::{Body, Message, Opened, Request, RequestId};
use model_tests::engine::{Engine, Failure, Received};
use orchestration::chrono::DateTime;
use orchestration::commands::InterruptTurn;
use orchestration::{OrchestrationCommand, Snapshot, StoredEvent, decide};

/// The engine. What stands first survives a crash.
#[derive(Default)]
pub struct Small {
    pub log: Vec<StoredEvent>,
    answered: BTreeMap<RequestId, u64>,
    live: Snapshot,
    said: VecDeque<Message>,
    subscribers: Vec<RequestId>,
}

impl Small {
    /// The answer of the first time, if there is one; else decides and stores.
    fn dispatch_once(&mut self, id: RequestId, command: &OrchestrationCommand) -> Body {
        if let Some(sequence) = self.answered.get(&id) {
            return Body::Accepted { sequence: *sequence };
        }
        let body = self.dispatch(command);
        if let Body::Accepted { sequence } = body {
            self.answered.insert(id, sequence);
        }
        body
    }

    /// Decides and stores.
    fn dispatch(&mut self, command: &OrchestrationCommand) -> Body {
        match decide(command, &self.live.model) {
            Err(error) => Body::Rejected {
                error,
                sequence: Some(self.live.sequence),
            },
            Ok(events) => {
                for event in events {
                    let stored = StoredEvent {
                        sequence: self.live.sequence + 1,
                        event,
                        stored_at: DateTime::UNIX_EPOCH,
                    };
                    self.live.advance(&stored).expect("the next event");
                    for id in &self.subscribers {
                        let event = Box::new(stored.clone());
                        self.said.push_back(Message {
                            id: *id,
                            body: Body::Delivered { event },
                        });
                    }
                    self.log.push(stored);
                }
                Body::Accepted {
                    sequence: self.live.sequence,
                }
            }
        }
    }
}

impl Engine for Small {
    fn open(&mut self, _: Duration) -> Result<Opened, Failure> {
        let log = self.log.iter();
        self.live = log.fold(Snapshot::default(), |live, stored| {
            live.apply(stored).expect("the next event")
        });
        let turns = self.live.model.active_turns();
        let active: Vec<_> = turns.map(|(thread, turn)| (thread.id(), turn.id())).collect();
        for (thread_id, turn_id) in active {
            let at = DateTime::UNIX_EPOCH;
            self.dispatch(&InterruptTurn { thread_id, turn_id, at }.into());
        }
        Ok(Opened {
            sequence: self.live.sequence,
            crash_points: Vec::new(),
            deduplicates: true,
            recovers: true,
        })
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        let id = request.id();
        let body = match request {
            Request::Dispatch { command, .. } => self.dispatch_once(id, command),
            Request::Log { after, limit, .. } => {
                let later = self.log.iter().filter(|stored| stored.sequence > *after);
                let limit = usize::try_from(*limit).expect("a small number");
                Body::Log {
                    events: later.take(limit).cloned().collect(),
                }
            }
            Request::Model { .. } => Body::Model {
                sequence: self.live.sequence,
                model: Box::new(self.live.model.clone()),
            },
            Request::Snapshot { .. } => Body::Unsupported,
            Request::Subscribe { after, .. } => {
                for stored in self.log.iter().filter(|stored| stored.sequence > *after) {
                    let event = Box::new(stored.clone());
                    self.said.push_back(Message {
                        id,
                        body: Body::Delivered { event },
                    });
                }
                self.subscribers.push(id);
                return Ok(());
            }
            Request::CrashAt { point, .. } => Body::Unable {
                message: format!("there is no crash point {point}"),
            },
        };
        self.said.push_back(Message { id, body });
        Ok(())
    }

    fn receive(&mut self, _: Duration) -> Result<Received, Failure> {
        Ok(self.said.pop_front().map_or(Received::Nothing, Received::Message))
    }

    fn crash(&mut self) {
        self.said.clear();
        self.subscribers.clear();
    }
}
