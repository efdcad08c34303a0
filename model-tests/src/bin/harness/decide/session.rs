//! What an engine has told of: the model that its events add up to.

use orchestration::chrono::{DateTime, Utc};
use orchestration::{
    OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, Snapshot, StoredEvent, decide, project,
};

use super::answer::{ActiveTurn, Answer, Error, Events, Outcome};
use super::request::{Event, Read, Request};

/// What has been told so far.
#[derive(Debug, Default)]
pub struct Session {
    now: Snapshot,
}

impl Session {
    /// Does what is asked, or says why that cannot be done: nothing has changed then.
    pub fn carry_out(&mut self, request: Request) -> Result<Answer, String> {
        match request {
            Request::DecideOn(command, model) => Ok(decide_on(&command, model)),
            Request::Decide {
                command,
                stored_at,
                is_folded,
            } => Ok(self.decide(&command, stored_at, is_folded)),
            Request::Fold(events) => self.fold(events),
            Request::Read(read) => Ok(self.read(read)),
            Request::Begin(snapshot) => {
                self.now = *snapshot;
                Ok(self.told())
            }
        }
    }

    fn decide(&mut self, command: &OrchestrationCommand, stored_at: Option<DateTime<Utc>>, is_folded: bool) -> Answer {
        let events = match decide(command, &self.now.model) {
            Ok(events) => events,
            Err(error) => {
                return Answer {
                    outcome: Some(Outcome::Rejected),
                    error: Some(Error::Refusal(error)),
                    ..self.told()
                };
            }
        };
        let mut after = self.now.clone();
        for event in &events {
            append(&mut after, event, stored_at);
        }
        let before = self.now.sequence;
        let sequence = after.sequence;
        if is_folded {
            self.now = after;
        }
        let events = match stored_at {
            None => Events::Bare(events),
            Some(stored_at) => Events::Stored(
                (before + 1..)
                    .zip(events)
                    .map(|(sequence, event)| StoredEvent {
                        sequence,
                        event,
                        stored_at,
                    })
                    .collect(),
            ),
        };
        Answer {
            outcome: Some(Outcome::Accepted),
            sequence: Some(sequence),
            events: Some(events),
            ..Answer::default()
        }
    }

    fn fold(&mut self, events: Vec<Event>) -> Result<Answer, String> {
        let mut after = self.now.clone();
        for event in events {
            match event {
                Event::Stored(stored) => after.advance(&stored).map_err(|error| error.to_string())?,
                Event::Bare(event) => append(&mut after, &event, None),
            }
        }
        self.now = after;
        Ok(self.told())
    }

    fn read(&self, read: Read) -> Answer {
        match read {
            Read::Model => Answer {
                model: Some(self.now.model.clone()),
                ..self.told()
            },
            Read::ActiveTurns => {
                let turns = self.now.model.active_turns().map(|(thread, turn)| ActiveTurn {
                    thread_id: thread.id(),
                    turn_id: turn.id(),
                });
                Answer {
                    active_turns: Some(turns.collect()),
                    ..self.told()
                }
            }
            Read::Snapshot => Answer {
                snapshot: Some(self.now.clone()),
                ..Answer::default()
            },
        }
    }

    /// The answer that says how far the session has come.
    fn told(&self) -> Answer {
        Answer {
            sequence: Some(self.now.sequence),
            ..Answer::default()
        }
    }
}

/// Folds the next event, whatever its number is to be.
fn append(snapshot: &mut Snapshot, event: &OrchestrationEvent, stored_at: Option<DateTime<Utc>>) {
    snapshot.model = project(std::mem::take(&mut snapshot.model), event);
    snapshot.sequence = snapshot.sequence.saturating_add(1);
    snapshot.stored_at = stored_at;
}

fn decide_on(command: &OrchestrationCommand, model: OrchestrationReadModel) -> Answer {
    match decide(command, &model) {
        Ok(events) => Answer {
            outcome: Some(Outcome::Accepted),
            model: Some(events.iter().fold(model, project)),
            events: Some(Events::Bare(events)),
            ..Answer::default()
        },
        Err(error) => Answer {
            outcome: Some(Outcome::Rejected),
            error: Some(Error::Refusal(error)),
            ..Answer::default()
        },
    }
}
