//! The log in SQLite, and the keys of the requests that were answered, in the transaction of their batch.
//!
//! Guide, "Wiring an engine": *One transaction, then the rest*, *Retries and ids*

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use orchestration::uuid::Uuid;
use orchestration::{StoredEvent, StoredEventHeader};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use crate::crash::Point;
use crate::engine::{Store, Transaction};

/// Why something could not be done, for a person to read.
pub type Failure = Box<dyn Error + Send + Sync>;

/// When a commit is flushed to the disk.
#[derive(Clone, Copy, Debug)]
pub enum Synchronous {
    /// At once: what was answered survives a power cut.
    Full,
    /// Now and then: what was answered survives the end of the process, however it comes. A power cut takes the last
    /// transactions back, each of them whole.
    Normal,
}

/// The connection that writes.
pub struct SqliteStore {
    log: Log,
    /// The operating system lets go of it when the process ends, however it does.
    _lock: Connection,
}

/// A connection to the log. In the mode WAL one that reads never waits for the one that writes, nor that for it.
pub struct Log(Connection);

impl SqliteStore {
    /// Opens the store in a folder, and makes both where there are none.
    pub fn open(folder: &Path, synchronous: Synchronous) -> Result<Self, Failure> {
        fs::create_dir_all(folder)?;
        let lock = Connection::open(folder.join("lock"))?;
        lock.busy_timeout(Duration::ZERO)?;
        lock.execute_batch("BEGIN EXCLUSIVE")
            .map_err(|error| format!("another engine has it open ({error})"))?;
        let log = Connection::open(folder.join("log.sqlite"))?;
        log.pragma_update(None, "journal_mode", "WAL")?;
        log.pragma_update(None, "synchronous", format!("{synchronous:?}"))?;
        log.execute_batch(
            "CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY, stored TEXT NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS answered (key BLOB PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
        )?;
        let log = Log(log);
        Ok(Self { log, _lock: lock })
    }
}

impl Store for SqliteStore {
    type Error = Failure;

    fn commit(&mut self, transaction: &Transaction) -> Result<(), Failure> {
        Point::BeforeAppend.pass();
        let rows = self.log.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for stored in &transaction.events {
            let mut insert = rows.prepare_cached("INSERT INTO events (sequence, stored) VALUES (?1, ?2)")?;
            insert.execute((row(stored.sequence), serde_json::to_string(stored)?))?;
            Point::InAppend.pass();
        }
        for (key, sequence) in &transaction.answered {
            let mut insert = rows.prepare_cached("INSERT INTO answered (key, sequence) VALUES (?1, ?2)")?;
            insert.execute((key.as_bytes(), row(*sequence)))?;
        }
        Point::BeforeCommit.pass();
        rows.commit()?;
        Point::AfterCommit.pass();
        Ok(())
    }

    fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, Failure> {
        self.log.after(sequence, limit)
    }

    fn last_up_to(&self, sequence: u64) -> Result<Option<StoredEvent>, Failure> {
        let query = "SELECT sequence, stored FROM events WHERE sequence <= ?1 ORDER BY sequence DESC LIMIT ?2";
        Ok(self.log.read(query, sequence, 1)?.pop())
    }

    fn answered(&self, key: Uuid) -> Result<Option<u64>, Failure> {
        let query = "SELECT sequence FROM answered WHERE key = ?1";
        let mut query = self.log.0.prepare_cached(query)?;
        Ok(query.query_row([key.as_bytes()], |row| row.get(0)).optional()?)
    }
}

impl Log {
    /// Opens the log of a folder for reading, while the store is open.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("log.sqlite");
        Ok(Self(Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY,
        )?))
    }

    /// The first events, at most `limit`, with a greater sequence than this, in order.
    pub fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, Failure> {
        let query = "SELECT sequence, stored FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
        self.read(query, sequence, limit)
    }

    fn read(&self, query: &str, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, Failure> {
        let mut query = self.0.prepare_cached(query)?;
        let mut rows = query.query((row(sequence), i64::try_from(limit).unwrap_or(i64::MAX)))?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(decode(row.get(0)?, row.get_ref(1)?.as_str()?)?);
        }
        Ok(events)
    }
}

/// Reads an event, and tells one of a newer build from a damaged one.
fn decode(sequence: u64, text: &str) -> Result<StoredEvent, Failure> {
    serde_json::from_str(text).or_else(|error| {
        if let Ok(header) = serde_json::from_str::<StoredEventHeader>(text) {
            header.check()?;
        }
        Err(format!("event {sequence} is damaged: {error}").into())
    })
}

/// A sequence as SQLite has it; none in a log is as large as what does not fit.
fn row(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
