//! The core of the example engine: what comes after what.

use std::collections::BTreeMap;
use std::convert::Infallible;

use orchestration::{DeciderError, OrchestrationCommand, ReplayError, Snapshot, StoredEvent};
use uuid::Uuid;

use crate::common::conversation::{create_project, create_thread, start_turn};
use crate::common::{NOW, PROJECT, THREAD, TURN};
use engine::{Answer, Audience, Engine, Replayed, Request, Snapshots, Store, Transaction};

#[allow(dead_code, reason = "nothing here writes a snapshot")]
#[path = "../examples/engine/engine.rs"]
mod engine;

/// A store in memory, which fails when it is full.
#[derive(Debug, Default)]
struct Memory {
    log: Vec<StoredEvent>,
    answered: BTreeMap<Uuid, u64>,
    commits: usize,
    room_for: Option<usize>,
}

#[derive(Debug)]
struct Full;

impl From<ReplayError> for Full {
    fn from(error: ReplayError) -> Self {
        panic!("{error}")
    }
}

impl Store for Memory {
    type Error = Full;

    fn commit(&mut self, transaction: &Transaction) -> Result<(), Full> {
        if self
            .room_for
            .is_some_and(|room| self.log.len() + transaction.events.len() > room)
        {
            return Err(Full);
        }
        self.commits += 1;
        self.log.extend_from_slice(&transaction.events);
        self.answered.extend(&transaction.answered);
        Ok(())
    }

    fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, Full> {
        let newer = self.log.iter().filter(|stored| stored.sequence > sequence);
        Ok(newer.take(limit).cloned().collect())
    }

    fn last_up_to(&self, sequence: u64) -> Result<Option<StoredEvent>, Full> {
        Ok(self.log.iter().rfind(|stored| stored.sequence <= sequence).cloned())
    }

    fn answered(&self, key: Uuid) -> Result<Option<u64>, Full> {
        Ok(self.answered.get(&key).copied())
    }
}

struct NoSnapshots;

impl Snapshots for NoSnapshots {
    type Error = Infallible;

    fn write(&self, _: &Snapshot) -> Result<(), Infallible> {
        Ok(())
    }

    fn read(&self) -> Result<Option<Snapshot>, Infallible> {
        Ok(None)
    }
}

/// What was heard, in order: how many events were published, and who was answered what.
#[derive(Debug, Default)]
struct Heard(Vec<Result<usize, (u8, Answer)>>);

impl Audience<u8> for Heard {
    fn publish(&mut self, events: Vec<StoredEvent>, live: &Snapshot) {
        assert_eq!(events.last().map(|last| last.sequence), Some(live.sequence));
        self.0.push(Ok(events.len()));
    }

    fn answer(&mut self, caller: u8, answer: Answer) {
        self.0.push(Err((caller, answer)));
    }
}

fn engine_on(store: Memory) -> Engine<Memory> {
    let replayed = Replayed::new(store, &NoSnapshots, |why| panic!("{why}")).expect("it can be read");
    replayed.interrupt_running(NOW).expect("there is room")
}

fn request(caller: u8, key: Option<u128>, command: OrchestrationCommand) -> Request<u8> {
    let key = key.map(Uuid::from_u128);
    Request { key, command, caller }
}

fn opening() -> Vec<Request<u8>> {
    vec![
        request(1, Some(1), create_project(PROJECT, "/repo")),
        request(2, None, create_project(PROJECT, "/repo")),
        request(3, Some(3), create_thread(PROJECT, THREAD)),
        request(4, Some(1), create_project(PROJECT, "/repo")),
        request(5, None, start_turn(THREAD, TURN)),
    ]
}

#[test]
fn a_group_is_one_commit_then_published_then_answered() {
    let mut heard = Heard::default();
    let engine = engine_on(Memory::default());
    let engine = engine.dispatch(opening(), NOW, &mut heard).expect("there is room");
    let refused = DeciderError::ProjectAlreadyExists { project_id: PROJECT };
    let expected = [
        Ok(4),
        Err((1, Answer::Accepted { sequence: 1 })),
        Err((
            2,
            Answer::Rejected {
                error: refused,
                sequence: 1,
            },
        )),
        Err((3, Answer::Accepted { sequence: 2 })),
        Err((4, Answer::Accepted { sequence: 1 })), // the same key in the same group
        Err((5, Answer::Accepted { sequence: 4 })),
    ];
    assert_eq!(heard.0, expected);
    assert_eq!(engine.live().sequence, 4);
}

#[test]
fn nobody_hears_of_what_was_not_committed() {
    let mut heard = Heard::default();
    let engine = engine_on(Memory {
        room_for: Some(3),
        ..Memory::default()
    });
    assert!(engine.dispatch(opening(), NOW, &mut heard).is_err());
    assert_eq!(heard.0, []);
}

#[test]
fn a_group_of_refusals_and_repeats_commits_nothing() {
    let mut heard = Heard::default();
    let engine = engine_on(Memory {
        room_for: Some(4),
        ..Memory::default()
    });
    let engine = engine.dispatch(opening(), NOW, &mut heard).expect("there is room");
    heard.0.clear();
    let repeats = vec![
        request(1, Some(3), create_thread(PROJECT, THREAD)),
        request(2, None, create_thread(PROJECT, THREAD)),
    ];
    engine.dispatch(repeats, NOW, &mut heard).expect("nothing is stored");
    let refused = DeciderError::ThreadAlreadyExists { thread_id: THREAD };
    let expected = [
        Err((1, Answer::Accepted { sequence: 2 })),
        Err((
            2,
            Answer::Rejected {
                error: refused,
                sequence: 4,
            },
        )),
    ];
    assert_eq!(heard.0, expected);
}

#[test]
fn recovery_is_one_commit_and_none_if_nothing_runs() {
    let mut log = crate::common::engine::Engine::default();
    log.accept([create_project(PROJECT, "/repo"), create_thread(PROJECT, THREAD)]);
    assert_eq!(
        engine_on(Memory {
            log: log.log.clone(),
            ..Memory::default()
        })
        .live(),
        &log.live
    );
    log.accept([start_turn(THREAD, TURN)]);
    let engine = engine_on(Memory {
        log: log.log,
        room_for: Some(6),
        ..Memory::default()
    });
    assert_eq!(
        (engine.live().sequence, engine.live().model.active_turns().count()),
        (6, 0)
    );
}
