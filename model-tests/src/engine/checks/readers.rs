//! What readers and subscribers were given, held against the log: E8, E9, E10 and E12.

use std::collections::BTreeMap;

use orchestration::{OrchestrationReadModel, StoredEvent};

use super::catalogue::{About, Check, Checked};
use super::facts::Facts;
use super::witness::Witness;
use crate::check::invariants::state::check_state;
use crate::check::reference::{self, Disagreement};
use crate::check::told;
use crate::check::view::is_alike;
use crate::engine::history::{History, Moment};
use crate::engine::protocol::RequestId;

pub(super) fn check(history: &History, facts: &Facts<'_>, witness: &Witness, checked: &mut Checked) {
    starts(facts, witness, checked);
    let mut readers = Readers {
        facts,
        witness,
        asked: BTreeMap::new(),
        subscriptions: BTreeMap::new(),
        has_snapshot: false,
        is_first_read: false,
    };
    for (time, moment) in history.moments.iter().enumerate() {
        readers.note(time, moment, checked);
    }
    readers.end(checked);
}

/// E10.
fn starts(facts: &Facts<'_>, witness: &Witness, checked: &mut Checked) {
    for start in &facts.starts {
        let about = About::sequence(start.sequence);
        let Some(model) = witness.model(start.sequence) else {
            let message = format!(
                "it was opened at event {}, and the log ends at {}",
                start.sequence,
                facts.log.len()
            );
            checked.find(Check::E10, about, message);
            continue;
        };
        let violations = check_state(model);
        checked.expect(Check::E10, violations.is_empty(), about, || {
            let violations: Vec<_> = violations.iter().map(ToString::to_string).collect();
            format!(
                "opened at event {}, the model is not legal: {}",
                start.sequence,
                violations.join("; ")
            )
        });
        if facts.recovers {
            no_turn_is_active(model, start.sequence, "what the log adds up to", checked);
        }
    }
}

fn no_turn_is_active(model: &OrchestrationReadModel, sequence: u64, which: &str, checked: &mut Checked) {
    let active = model.active_turns().next();
    checked.expect(Check::E10, active.is_none(), About::sequence(sequence), || {
        let turn = active.map(|(thread, turn)| format!("turn {} of thread {}", turn.id(), thread.id()));
        format!(
            "opened at event {sequence}, {which} has an active turn: {}",
            turn.unwrap_or_default()
        )
    });
}

/// Who reads and who subscribed, while the history goes on.
struct Readers<'a> {
    facts: &'a Facts<'a>,
    witness: &'a Witness,
    /// When each reader asked.
    asked: BTreeMap<RequestId, usize>,
    subscriptions: BTreeMap<RequestId, Subscription>,
    has_snapshot: bool,
    is_first_read: bool,
}

/// What a subscriber has.
struct Subscription {
    /// The number of the last event that it has, or began after.
    last: u64,
    /// Something was wrong with it: what comes later says nothing new.
    is_broken: bool,
}

impl Readers<'_> {
    fn note(&mut self, time: usize, moment: &Moment, checked: &mut Checked) {
        match moment {
            Moment::Opened { .. } => self.is_first_read = true,
            Moment::Asked { request } => {
                self.asked.insert(*request, time);
            }
            Moment::Read {
                request,
                sequence,
                model,
            } => self.read(*request, *sequence, model, checked),
            Moment::Snapshot { sequence } => {
                self.has_snapshot = true;
                let is_there = *sequence <= self.facts.log.len() as u64;
                checked.expect(Check::E12, is_there, About::sequence(*sequence), || {
                    format!(
                        "a snapshot was written of event {sequence}, and the log ends at {}",
                        self.facts.log.len()
                    )
                });
            }
            Moment::Subscribed { request, after } => {
                let subscription = Subscription {
                    last: *after,
                    is_broken: false,
                };
                self.subscriptions.insert(*request, subscription);
            }
            Moment::Delivered { request, event } => self.delivered(*request, event, checked),
            Moment::Crashed { .. } => self.subscriptions.clear(),
            Moment::Log { .. } | Moment::Sent { .. } | Moment::Answered { .. } | Moment::Armed { .. } => {}
        }
    }

    /// E8; E12 for the first model after a start with a snapshot.
    fn read(&mut self, request: RequestId, sequence: u64, model: &OrchestrationReadModel, checked: &mut Checked) {
        let is_restart = std::mem::take(&mut self.is_first_read);
        let check = if is_restart && self.has_snapshot {
            Check::E12
        } else {
            Check::E8
        };
        let about = About::sequence(sequence);
        let known = self
            .facts
            .known_before(self.asked.get(&request).copied().unwrap_or_default());
        checked.expect(Check::E8, sequence >= known, about, || {
            format!("a model of event {sequence} was read, though event {known} had been told of before")
        });
        let Some(expected) = self.witness.model(sequence) else {
            let message = format!(
                "a model of event {sequence} was read, and the log ends at {}",
                self.facts.log.len()
            );
            checked.find(check, about, message);
            return;
        };
        checked.expect(check, is_alike(expected, model), about, || {
            let when = if check == Check::E12 {
                "read after a restart with a snapshot"
            } else {
                "read"
            };
            format!(
                "the model of event {sequence} that was {when} is not what the log adds up to: {}",
                differences(expected, model)
            )
        });
        if is_restart && self.facts.recovers {
            no_turn_is_active(model, sequence, "the model that is read", checked);
        }
    }

    /// E9.
    fn delivered(&mut self, request: RequestId, event: &StoredEvent, checked: &mut Checked) {
        let Some(subscription) = self.subscriptions.get_mut(&request) else {
            return;
        };
        let expected = subscription.last + 1;
        let found = event.sequence;
        subscription.last = found;
        if subscription.is_broken {
            return;
        }
        let stored = usize::try_from(found)
            .ok()
            .and_then(|number| self.facts.log.get(number.checked_sub(1)?));
        let wrong = if found == expected {
            match stored {
                None => Some(format!(
                    "a subscriber was given event {found}, and the log ends at {}",
                    self.facts.log.len()
                )),
                Some(stored) if stored != event => Some(format!(
                    "a subscriber was given event {found} otherwise than it is stored: {}",
                    told::between(stored, event)
                )),
                Some(_) => None,
            }
        } else {
            let had = expected - 1;
            Some(format!(
                "a subscriber that had event {had} was given event {found}: expected {expected}"
            ))
        };
        subscription.is_broken = wrong.is_some();
        checked.expect(Check::E9, wrong.is_none(), About::sequence(found), || {
            wrong.unwrap_or_default()
        });
    }

    /// E9: whoever is still subscribed has everything.
    fn end(self, checked: &mut Checked) {
        let length = self.facts.log.len() as u64;
        for subscription in self
            .subscriptions
            .into_values()
            .filter(|subscription| !subscription.is_broken)
        {
            let Subscription { last, .. } = subscription;
            checked.expect(Check::E9, last >= length, About::sequence(last + 1), || {
                format!("a subscriber was given nothing after event {last}, and the log goes on to {length}")
            });
        }
    }
}

/// Where two models differ, in words.
fn differences(expected: &OrchestrationReadModel, found: &OrchestrationReadModel) -> String {
    match Disagreement::of_states(&reference::Machine::from(expected), found) {
        Disagreement::State { differences } => differences,
        other => other.to_string(),
    }
}
