//! What is stored, told of and answered in the wrong order, or not as one.

use orchestration::{Snapshot, StoredEvent};

use super::{Fault, NONE, Sign};
use crate::engine::protocol::RequestId;
use crate::engine::{Answer, Check};
use crate::proof::engines::process::{Dispatch, Group, Point, Process, Stop};
use crate::proof::engines::store::Transaction;
use crate::proof::engines::wiring::{Sound, Wiring, with_the_rest};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "acknowledged-before-commit",
        symptom: "A client was told that its command was accepted, and after a crash nothing of it was there.",
        reports: &[
            "https://github.com/forecast-bio/crosslink/issues/309",
            "https://github.com/wiredtiger/wiredtiger/pull/3139",
        ],
        wrong: "The clients are answered, and then the batch is committed.",
        sign: Sign::Check(Check::E4),
        needs_crash_point: true,
        wiring: &AcknowledgedBeforeCommit,
        ..NONE
    },
    Fault {
        id: "events-committed-one-by-one",
        symptom: "A crash left the first event of a command in the log, and not those that belong to it.",
        reports: &["https://github.com/proteanhq/protean/issues/1040"],
        wrong: "The events of a batch are committed one by one.",
        sign: Sign::Check(Check::E5),
        needs_crash_point: true,
        wiring: &EventsCommittedOneByOne,
        ..NONE
    },
    Fault {
        id: "published-before-commit",
        symptom: "A client saw an event that, after a crash, had never happened.",
        reports: &[
            "https://github.com/Nine-Minds/alga-psa/pull/2518",
            "https://github.com/serverlesstechnology/cqrs/issues/26",
        ],
        wrong: "Subscribers are told, and then the batch is committed.",
        sign: Sign::Check(Check::E9),
        needs_crash_point: true,
        wiring: &PublishedBeforeCommit,
        ..NONE
    },
    Fault {
        id: "request-kept-after-its-batch",
        symptom: "A message that was sent again after a timeout stood there twice.",
        reports: &[
            "https://github.com/chattocorp/chatto/issues/2241",
            "https://github.com/opendefender/OpenRisk/issues/344",
        ],
        wrong: "That a request was answered is committed after its batch, in a transaction of its own.",
        sign: Sign::Check(Check::E11),
        needs_crash_point: true,
        wiring: &RequestKeptAfterItsBatch,
        ..NONE
    },
    Fault {
        id: "no-deduplication",
        symptom: "A client that lost its connection sent its command again, and it was carried out twice.",
        reports: &[
            "https://github.com/alkem-io/alkemio/issues/1977",
            "https://github.com/a2aproject/A2A/issues/1987",
        ],
        wrong: "The engine says that it knows a request that is sent again, and does not.",
        sign: Sign::Check(Check::E11),
        wiring: &NoDeduplication,
        ..NONE
    },
    Fault {
        id: "two-writers",
        symptom: "Two events of the log had the same number.",
        reports: &[
            "https://github.com/akka/akka-persistence-jdbc/issues/213",
            "https://github.com/akkadotnet/Akka.Persistence.MongoDB/issues/180",
        ],
        wrong: "A second writer serves every other client, and hears late of what the first has written; nothing keeps their numbers apart.",
        sign: Sign::Check(Check::E1),
        wiring: &TwoWriters,
        ..NONE
    },
    Fault {
        id: "ordered-by-client",
        symptom: "Commands that were sent at once took effect in another order than they were decided in.",
        reports: &["https://github.com/akkadotnet/akka.net/issues/3590"],
        wrong: "The batches of a group are decided in the order in which they came, and stored client by client.",
        sign: Sign::Check(Check::E4),
        wiring: &OrderedByClient,
        ..NONE
    },
];

struct AcknowledgedBeforeCommit;

impl Wiring for AcknowledgedBeforeCommit {
    fn finish(&self, process: &mut Process, mut group: Group) -> Result<(), Stop> {
        self.answer(process, std::mem::take(&mut group.answers));
        if !group.transaction.is_empty() {
            self.commit(process, &group.transaction)?;
            process.committed(&group);
            self.publish(process, &group.transaction.events);
        }
        Ok(())
    }
}

struct EventsCommittedOneByOne;

impl Wiring for EventsCommittedOneByOne {
    fn commit(&self, process: &mut Process, transaction: &Transaction) -> Result<(), Stop> {
        process.pass(Point::BeforeCommit)?;
        for stored in &transaction.events {
            let is_of_it = |(_, sequence): &&(RequestId, u64)| *sequence == stored.sequence;
            let answered = transaction.answered.iter().filter(is_of_it).copied().collect();
            let events = vec![stored.clone()];
            process.store.append(&Transaction { events, answered })?;
            process.store.flush()?;
            process.pass(Point::InCommit)?;
        }
        process.pass(Point::AfterCommit)
    }
}

struct PublishedBeforeCommit;

impl Wiring for PublishedBeforeCommit {
    fn finish(&self, process: &mut Process, group: Group) -> Result<(), Stop> {
        if !group.transaction.is_empty() {
            self.publish(process, &group.transaction.events);
            self.commit(process, &group.transaction)?;
            process.committed(&group);
        }
        self.answer(process, group.answers);
        Ok(())
    }
}

struct RequestKeptAfterItsBatch;

impl Wiring for RequestKeptAfterItsBatch {
    fn commit(&self, process: &mut Process, transaction: &Transaction) -> Result<(), Stop> {
        let Transaction { events, answered } = transaction.clone();
        process.pass(Point::BeforeCommit)?;
        process.store.append(&Transaction {
            events,
            answered: Vec::new(),
        })?;
        process.store.flush()?;
        process.pass(Point::InCommit)?;
        process.store.append(&Transaction {
            events: Vec::new(),
            answered,
        })?;
        process.store.flush()?;
        process.pass(Point::AfterCommit)
    }
}

struct NoDeduplication;

impl Wiring for NoDeduplication {
    fn answered(&self, _process: &Process, _dispatch: &Dispatch) -> Option<u64> {
        None
    }
}

struct TwoWriters;

impl Wiring for TwoWriters {
    fn decided(&self, process: &mut Process, commands: Vec<Dispatch>) -> Group {
        let mut group = Group::on(&process.live);
        for dispatch in commands {
            let is_of_the_second = dispatch.request.is_some() && dispatch.client % 2 == 1;
            let first = is_of_the_second.then(|| std::mem::replace(&mut group.live, process.earlier.clone()));
            let answer = self.carried_out(process, &mut group, &dispatch);
            group.live = first.unwrap_or(group.live);
            group.answers.push((dispatch, answer));
        }
        group
    }

    fn replayed(&self, process: &Process) -> Result<Snapshot, String> {
        Ok(with_the_rest(process, Snapshot::default()))
    }
}

struct OrderedByClient;

impl Wiring for OrderedByClient {
    fn finish(&self, process: &mut Process, mut group: Group) -> Result<(), Stop> {
        group.transaction.events = by_client(&group, process.live.sequence);
        Sound.finish(process, group)
    }
}

/// The events of a group client by client, numbered anew.
fn by_client(group: &Group, mut last: u64) -> Vec<StoredEvent> {
    let mut batches = Vec::new();
    let mut rest = group.transaction.events.iter().peekable();
    for (dispatch, answer) in &group.answers {
        if let Answer::Accepted { sequence } = answer {
            let mut batch = Vec::new();
            while let Some(stored) = rest.next_if(|stored| stored.sequence <= *sequence) {
                batch.push(stored.clone());
            }
            batches.push((dispatch.client, batch));
        }
    }
    batches.sort_by_key(|(client, _)| *client);
    let mut events: Vec<_> = batches.into_iter().flat_map(|(_, batch)| batch).collect();
    for stored in &mut events {
        last += 1;
        stored.sequence = last;
    }
    events
}
