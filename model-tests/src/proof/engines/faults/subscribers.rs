//! Readers and subscribers that see less, more or something else than the log.

use orchestration::{Snapshot, StoredEvent};

use super::{Fault, NONE, Sign};
use crate::engine::Check;
use crate::engine::protocol::RequestId;
use crate::proof::engines::process::{Process, Subscriber};
use crate::proof::engines::wiring::Wiring;

/// How many events of a group are kept for a subscriber that collects them too slowly.
const COLLECTED: usize = 2;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "model-older-than-acknowledged",
        symptom: "A client that had created a thread read the model, and the thread was not in it.",
        reports: &[
            "https://github.com/lagom/lagom/issues/2017",
            "https://github.com/johanhaleby/occurrent/issues/361",
        ],
        wrong: "Readers are given the model before the last group.",
        sign: Sign::Check(Check::E8),
        wiring: &ModelOlderThanAcknowledged,
        ..NONE
    },
    Fault {
        id: "model-numbered-too-new",
        symptom: "A client read a model, followed the log from there, and never saw one of the events.",
        reports: &["https://github.com/manaflow-ai/cmux/pull/10699"],
        wrong: "Readers are given the model before the last group, under the number of the last event.",
        sign: Sign::Check(Check::E8),
        wiring: &ModelNumberedTooNew,
        ..NONE
    },
    Fault {
        id: "subscriber-misses-what-came-meanwhile",
        symptom: "A client that connected while others worked never heard of an event.",
        reports: &[
            "https://github.com/commanded/eventstore/pull/327",
            "https://github.com/pingdotgg/t3code/issues/8895",
        ],
        wrong: "What is stored is read first, and then events are collected: what comes between is lost.",
        sign: Sign::Check(Check::E9),
        wiring: &SubscriberMissesWhatCameMeanwhile,
        ..NONE
    },
    Fault {
        id: "subscriber-begins-one-too-late",
        symptom: "After every reconnection one event was missing.",
        reports: &["https://github.com/NVIDIA-AI-Blueprints/aiq/issues/272"],
        wrong: "Whoever has events up to a number is given those after the next.",
        sign: Sign::Check(Check::E9),
        wiring: &SubscriberBeginsOneTooLate,
        ..NONE
    },
    Fault {
        id: "subscriber-is-given-the-last-again",
        symptom: "After every reconnection the last piece of text stood there twice.",
        reports: &[
            "https://github.com/YoEight/eventstore/issues/62",
            "https://github.com/athrvk/vayu/issues/21",
        ],
        wrong: "Whoever has events up to a number is given that one again.",
        sign: Sign::Check(Check::E9),
        wiring: &SubscriberIsGivenTheLastAgain,
        ..NONE
    },
    Fault {
        id: "slow-subscriber-loses-events",
        symptom: "When much happened at once, a client silently missed some of it.",
        reports: &[
            "https://github.com/marmot-protocol/mdk/issues/606",
            "https://github.com/tokio-rs/tokio/issues/4057",
        ],
        wrong: "Only so many events are collected for a subscriber, and what does not fit is dropped.",
        sign: Sign::Check(Check::E9),
        wiring: &SlowSubscriberLosesEvents,
        ..NONE
    },
    Fault {
        id: "events-out-of-order",
        symptom: "A client was told that a turn had ended before it was told that it had begun.",
        reports: &[
            "https://github.com/SignalR/SignalR/issues/3701",
            "https://github.com/layerhq/layer-websdk/pull/195",
        ],
        wrong: "The events of a group are sent side by side, and the last one is faster.",
        sign: Sign::Check(Check::E9),
        wiring: &EventsOutOfOrder,
        ..NONE
    },
    Fault {
        id: "published-otherwise-than-stored",
        symptom: "The same event had one time when it was seen live, and another when it was read again.",
        reports: &[
            "https://github.com/managoat/fountain/issues/1624",
            "https://github.com/reimagined/resolve/issues/1994",
        ],
        wrong: "What is published gets a time of its own, and not that with which it is stored.",
        sign: Sign::Check(Check::E9),
        wiring: &PublishedOtherwiseThanStored,
        ..NONE
    },
];

struct ModelOlderThanAcknowledged;

impl Wiring for ModelOlderThanAcknowledged {
    fn read(&self, process: &Process) -> Snapshot {
        process.earlier.clone()
    }
}

struct ModelNumberedTooNew;

impl Wiring for ModelNumberedTooNew {
    fn read(&self, process: &Process) -> Snapshot {
        Snapshot {
            model: process.earlier.model.clone(),
            ..process.live.clone()
        }
    }
}

struct SubscriberMissesWhatCameMeanwhile;

impl Wiring for SubscriberMissesWhatCameMeanwhile {
    fn subscribe(&self, process: &mut Process, request: RequestId, after: u64) {
        let stored = process.log_up_to(process.earlier.sequence);
        let mut subscriber = process.deliver(
            Subscriber {
                request,
                next: after + 1,
            },
            &stored,
        );
        subscriber.next = subscriber.next.max(process.live.sequence + 1);
        process.subscribers.push(subscriber);
    }
}

struct SubscriberBeginsOneTooLate;

impl Wiring for SubscriberBeginsOneTooLate {
    fn subscribe(&self, process: &mut Process, request: RequestId, after: u64) {
        let next = if after == 0 { 1 } else { after + 2 };
        let stored = process.log_up_to(process.live.sequence);
        let subscriber = process.deliver(Subscriber { request, next }, &stored);
        process.subscribers.push(subscriber);
    }
}

struct SubscriberIsGivenTheLastAgain;

impl Wiring for SubscriberIsGivenTheLastAgain {
    fn subscribe(&self, process: &mut Process, request: RequestId, after: u64) {
        let stored = process.log_up_to(process.live.sequence);
        let subscriber = process.deliver(Subscriber { request, next: after }, &stored);
        process.subscribers.push(subscriber);
    }
}

struct SlowSubscriberLosesEvents;

impl Wiring for SlowSubscriberLosesEvents {
    fn publish(&self, process: &mut Process, events: &[StoredEvent]) {
        let dropped = events.len().saturating_sub(COLLECTED);
        process.deliver_to_all(&events[dropped..]);
    }
}

struct EventsOutOfOrder;

impl Wiring for EventsOutOfOrder {
    fn publish(&self, process: &mut Process, events: &[StoredEvent]) {
        let mut events = events.to_vec();
        events.reverse();
        process.deliver_to_all(&events);
    }
}

struct PublishedOtherwiseThanStored;

impl Wiring for PublishedOtherwiseThanStored {
    fn publish(&self, process: &mut Process, events: &[StoredEvent]) {
        let stored_at = process.now();
        let events: Vec<_> = events
            .iter()
            .map(|stored| StoredEvent {
                stored_at,
                ..stored.clone()
            })
            .collect();
        process.deliver_to_all(&events);
    }
}
