//! The example engine of the core, on the simulated disk. Its database is not there: only what decides what is stored when.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use model_tests::engine::Answer;
use model_tests::engine::protocol::RequestId;
use model_tests::engine::simulated::{Disk, OnDisk, PowerCut, Served, Told, frame, frames};
use orchestration::chrono::{DateTime, TimeDelta, Utc};
use orchestration::uuid::Uuid;
use orchestration::{OrchestrationCommand, ReplayError, Snapshot, StoredEvent};
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[allow(dead_code)]
#[path = "../../../core/examples/engine/engine.rs"]
mod engine;

use engine::{Audience, Engine, Replayed, Request, Snapshots, Store, Transaction};

const LOG: &str = "log";
const SNAPSHOT: &str = "snapshot";
const NEW_SNAPSHOT: &str = "snapshot.new";

/// How the store treats the disk: as it should, or in one of the ways that a power cut does not forgive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// As it should.
    Sound,
    /// It never flushes the log.
    LogNotFlushed,
    /// It flushes the log when it is asked for the next time.
    LogFlushedLater,
    /// It writes each event by itself, and flushes them together.
    BatchInTwoWrites,
    /// It writes behind what is torn.
    TornRecordKept,
    /// It renames the snapshot, and does not flush it. That is forgiven: a snapshot may be lost.
    SnapshotNotFlushed,
}

/// Why the store could not do something.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The power was cut.
    #[error(transparent)]
    PowerCut(#[from] PowerCut),
    /// The log has a gap, or a repeat.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The snapshot cannot be read.
    #[error("the snapshot is damaged")]
    Damaged,
}

/// A transaction as it is written.
#[derive(Default, Serialize, Deserialize)]
struct Record {
    events: Vec<StoredEvent>,
    answered: BTreeMap<Uuid, u64>,
}

/// The log on the disk: a record for each transaction.
struct Log {
    disk: Disk,
    habit: Habit,
    events: Vec<StoredEvent>,
    answered: BTreeMap<Uuid, u64>,
}

impl Log {
    fn open(disk: &Disk, habit: Habit) -> Result<Self, StoreError> {
        let file = disk.read(LOG).unwrap_or_default();
        let (records, whole) = frames(&file);
        let mut log = Self {
            disk: disk.clone(),
            habit,
            events: Vec::new(),
            answered: BTreeMap::new(),
        };
        for record in records {
            let record: Record = serde_json::from_slice(record).expect("it was written so");
            log.events.extend(record.events);
            log.answered.extend(record.answered);
        }
        if whole < file.len() && habit != Habit::TornRecordKept {
            disk.truncate(LOG, whole)?;
            disk.flush(LOG)?;
        }
        Ok(log)
    }

    fn write(&self, record: &Record) -> Result<(), StoreError> {
        let record = serde_json::to_vec(record).expect("it can be written");
        Ok(self.disk.append(LOG, &frame(&record))?)
    }
}

impl Store for Log {
    type Error = StoreError;

    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        let whole = Record {
            events: transaction.events.clone(),
            answered: transaction.answered.clone(),
        };
        match self.habit {
            Habit::Sound | Habit::TornRecordKept | Habit::SnapshotNotFlushed => {
                self.write(&whole)?;
                self.disk.flush(LOG)?;
            }
            Habit::LogNotFlushed => self.write(&whole)?,
            Habit::LogFlushedLater => {
                self.disk.flush(LOG)?;
                self.write(&whole)?;
            }
            Habit::BatchInTwoWrites => {
                for stored in &transaction.events {
                    let events = vec![stored.clone()];
                    self.write(&Record {
                        events,
                        ..Record::default()
                    })?;
                }
                self.write(&Record {
                    events: Vec::new(),
                    ..whole
                })?;
                self.disk.flush(LOG)?;
            }
        }
        self.events.extend_from_slice(&transaction.events);
        self.answered.extend(&transaction.answered);
        Ok(())
    }

    fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let after = self.events.iter().filter(|stored| stored.sequence > sequence);
        Ok(after.take(limit).cloned().collect())
    }

    fn last_up_to(&self, sequence: u64) -> Result<Option<StoredEvent>, StoreError> {
        let mut up_to = self.events.iter().rev().filter(|stored| stored.sequence <= sequence);
        Ok(up_to.next().cloned())
    }

    fn answered(&self, key: Uuid) -> Result<Option<u64>, StoreError> {
        Ok(self.answered.get(&key).copied())
    }
}

/// The snapshot, beside the log.
struct SnapshotFile {
    disk: Disk,
    habit: Habit,
}

impl Snapshots for SnapshotFile {
    type Error = StoreError;

    fn write(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let record = serde_json::to_vec(snapshot).expect("it can be written");
        self.disk.create(NEW_SNAPSHOT)?;
        self.disk.append(NEW_SNAPSHOT, &frame(&record))?;
        if self.habit != Habit::SnapshotNotFlushed {
            self.disk.flush(NEW_SNAPSHOT)?;
        }
        Ok(self.disk.rename(NEW_SNAPSHOT, SNAPSHOT)?)
    }

    fn read(&self) -> Result<Option<Snapshot>, StoreError> {
        let Some(file) = self.disk.read(SNAPSHOT) else {
            return Ok(None);
        };
        let (records, _) = frames(&file);
        let record = records.first().ok_or(StoreError::Damaged)?;
        serde_json::from_slice(record)
            .map(Some)
            .map_err(|_| StoreError::Damaged)
    }
}

/// The engine, between two calls.
pub struct Example {
    /// An error uses it up.
    engine: Option<Engine<Log>>,
    snapshots: SnapshotFile,
    disk: Disk,
    habit: Habit,
}

impl Example {
    fn open(disk: &Disk, habit: Habit) -> Result<Self, StoreError> {
        let log = Log::open(disk, habit)?;
        let disk = disk.clone();
        let snapshots = SnapshotFile {
            disk: disk.clone(),
            habit,
        };
        let engine = Replayed::new(log, &snapshots, drop)?.interrupt_running(now())?;
        Ok(Self {
            engine: Some(engine),
            snapshots,
            disk,
            habit,
        })
    }

    fn engine(&self) -> &Engine<Log> {
        self.engine.as_ref().expect("after an error it is opened again")
    }
}

impl OnDisk for Example {
    type Error = StoreError;

    const DEDUPLICATES: bool = true;
    const RECOVERS: bool = true;

    fn dispatch(
        &mut self,
        commands: Vec<(RequestId, OrchestrationCommand)>,
        told: &mut Told,
    ) -> Result<(), StoreError> {
        let request = |(caller, command): (RequestId, OrchestrationCommand)| Request {
            key: Some(Uuid::from_u128(caller.into())),
            command,
            caller,
        };
        let requests = commands.into_iter().map(request).collect();
        let engine = self.engine.take().expect("after an error it is opened again");
        self.engine = Some(engine.dispatch(requests, now(), &mut Heard(told))?);
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Option<u64>, StoreError> {
        let live = self.engine().live();
        self.snapshots.write(live)?;
        Ok(Some(live.sequence))
    }

    fn live(&self) -> Snapshot {
        self.engine().live().clone()
    }

    fn log(&self, after: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Log::open(&self.disk, self.habit)?.after(after, limit)
    }
}

struct Heard<'a>(&'a mut Told);

impl Audience<RequestId> for Heard<'_> {
    fn publish(&mut self, events: Vec<StoredEvent>, _live: &Snapshot) {
        self.0.publish(&events);
    }

    fn answer(&mut self, caller: RequestId, answer: engine::Answer) {
        let answer = match answer {
            engine::Answer::Accepted { sequence } => Answer::Accepted { sequence },
            engine::Answer::Rejected { error, sequence } => Answer::Rejected {
                error,
                sequence: Some(sequence),
            },
        };
        self.0.answer(caller, answer);
    }
}

/// A time that never comes twice: a snapshot is told from one of another log by it.
fn now() -> DateTime<Utc> {
    static MILLISECONDS: AtomicI64 = AtomicI64::new(0);
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(MILLISECONDS.fetch_add(1, Ordering::Relaxed))
}

/// The engine on a disk.
pub fn example(disk: Disk, habit: Habit) -> impl model_tests::engine::Engine {
    Served::new(disk, move |disk: &Disk| Example::open(disk, habit))
}
