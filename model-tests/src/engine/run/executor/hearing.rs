//! Hearing what an engine says.

use std::time::{Duration, Instant};

use orchestration::StoredEvent;

use super::Executor;
use crate::engine::history::{Answer, Moment};
use crate::engine::protocol::{Body, Message, RequestId};
use crate::engine::run::executor::OWN_IDS;
use crate::engine::{Failure, Received};

/// What became of waiting for a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Something,
    Nothing,
}

impl Executor<'_> {
    /// Hears what is said for some time.
    pub(super) fn listen(&mut self, time: Duration) -> Result<(), Failure> {
        let started = Instant::now();
        loop {
            let left = time.saturating_sub(started.elapsed());
            if left.is_zero() || self.hear(left)? == Heard::Nothing {
                return Ok(());
            }
        }
    }

    pub(super) fn hear_or_fail(&mut self, started: Instant, request: impl FnOnce() -> String) -> Result<(), Failure> {
        let left = self.patience.saturating_sub(started.elapsed());
        if !left.is_zero() && self.hear(left)? == Heard::Something {
            return Ok(());
        }
        Err(Failure::Silent {
            request: request(),
            patience: self.patience,
        })
    }

    /// Hears the next thing that the engine says. If it has ended, and was to, it is opened again.
    pub(super) fn hear(&mut self, patience: Duration) -> Result<Heard, Failure> {
        match self.engine.receive(patience)? {
            Received::Nothing => return Ok(Heard::Nothing),
            Received::Message(message) => self.note(message)?,
            Received::Ended { how } => {
                let Some(point) = self.armed.take() else {
                    return Err(Failure::Died { how });
                };
                *self.counts.crash_points.entry(point.clone()).or_default() += 1;
                self.crash(Some(point))?;
            }
        }
        Ok(Heard::Something)
    }

    fn note(&mut self, message: Message) -> Result<(), Failure> {
        let Message { id: request, body } = message;
        let answer = match body {
            Body::Accepted { sequence } => Answer::Accepted { sequence },
            Body::Rejected { error, sequence } => Answer::Rejected { error, sequence },
            Body::Delivered { event } => return self.delivered(request, *event),
            Body::Unable { message }
                if self.waiting.contains_key(&request) || self.subscribers.contains_key(&request) =>
            {
                return Err(Failure::Unable {
                    request: format!("request {request}"),
                    message,
                });
            }
            body => return self.replied(Message { id: request, body }),
        };
        if self.waiting.remove(&request).is_none() {
            return Err(self.unasked(request));
        }
        self.answered.insert(request);
        match answer {
            Answer::Accepted { .. } => self.counts.accepted += 1,
            Answer::Rejected { .. } => self.counts.rejected += 1,
        }
        self.history.moments.push(Moment::Answered { request, answer });
        Ok(())
    }

    /// Keeps the reply to a request that is no command.
    fn replied(&mut self, message: Message) -> Result<(), Failure> {
        let is_owed = message.id == self.next_id && !self.subscribers.contains_key(&message.id);
        if !is_owed || !self.answered.insert(message.id) {
            return Err(self.unasked(message.id));
        }
        self.reply = Some(message);
        Ok(())
    }

    fn unasked(&self, id: RequestId) -> Failure {
        let is_known = self.answered.contains(&id) || (OWN_IDS < id && id <= self.next_id);
        Failure::Unasked { id, is_known }
    }

    fn delivered(&mut self, request: RequestId, event: StoredEvent) -> Result<(), Failure> {
        let Some(last) = self.subscribers.get_mut(&request) else {
            return Err(self.unasked(request));
        };
        *last = (*last).max(event.sequence);
        self.counts.delivered += 1;
        self.knowledge.hears(&event);
        self.history.moments.push(Moment::Delivered { request, event });
        Ok(())
    }
}
