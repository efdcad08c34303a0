//! The log in SQLite, with the keys of the requests that were answered in the transaction of their batch.
//!
//! Guide, "Wiring an engine": *One transaction, then the rest*, *Retries and ids*.

use std::fs;
use std::path::Path;
use std::time::Duration;

use orchestration::uuid::Uuid;
use orchestration::{ReplayError, StoredEvent, StoredEventHeader, UnknownEventKind};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};
use thiserror::Error;

use crate::crash::Point;
use crate::engine::{Store, Transaction};

/// When a commit is flushed to the disk.
#[derive(Clone, Copy, Debug)]
pub enum Synchronous {
    /// At each commit: what was answered survives a power cut.
    Full,
    /// Now and then: what was answered survives the end of the process, however it comes. A power cut takes back the last
    /// transactions, never a part of one.
    Normal,
}

/// Why the log could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("another engine has the folder open")]
    Locked,
    #[error(transparent)]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("event {sequence} is damaged: {error}")]
    Damaged { sequence: u64, error: serde_json::Error },
    #[error(transparent)]
    Unknown(#[from] UnknownEventKind),
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// The one connection that writes.
pub struct SqliteStore {
    log: Log,
    /// Keeps other processes out, until this one ends, however it does.
    _lock: Connection,
}

/// A connection that reads. Those that only read never wait for the writer, nor it for them: so it is in WAL mode.
pub struct Log(Connection);

impl SqliteStore {
    /// Opens the store in a folder, and makes both where there are none.
    pub fn open(folder: &Path, synchronous: Synchronous) -> Result<Self, StoreError> {
        fs::create_dir_all(folder)?;
        let lock = lock(&folder.join("lock"))?;
        let connection = Connection::open(folder.join("log.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = match synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY, stored TEXT NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS answered (key BLOB PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
        )?;
        Ok(Self {
            log: Log(connection),
            _lock: lock,
        })
    }
}

/// A lock that the operating system lets go of when the process dies. Two writers would interrupt each other's turns.
fn lock(path: &Path) -> Result<Connection, StoreError> {
    let lock = Connection::open(path)?;
    lock.busy_timeout(Duration::ZERO)?;
    match lock.execute_batch("BEGIN EXCLUSIVE") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Err(StoreError::Locked),
        begun => Ok(begun.map(|()| lock)?),
    }
}

impl Store for SqliteStore {
    type Error = StoreError;

    fn commit(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        Point::BeforeAppend.pass();
        let rows = self.log.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = rows.prepare_cached("INSERT INTO events (sequence, stored) VALUES (?1, ?2)")?;
            for stored in &transaction.events {
                let sequence = stored.sequence;
                let text = serde_json::to_string(stored).map_err(|error| StoreError::Damaged { sequence, error })?;
                insert.execute((row(sequence), text))?;
                Point::InAppend.pass();
            }
            let mut insert = rows.prepare_cached("INSERT INTO answered (key, sequence) VALUES (?1, ?2)")?;
            for (key, sequence) in &transaction.answered {
                insert.execute((key.as_bytes(), row(*sequence)))?;
            }
        }
        Point::BeforeCommit.pass();
        rows.commit()?;
        Point::AfterCommit.pass();
        Ok(())
    }

    fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.log.after(sequence, limit)
    }

    fn last_up_to(&self, sequence: u64) -> Result<Option<StoredEvent>, StoreError> {
        let query = "SELECT sequence, stored FROM events WHERE sequence <= ?1 ORDER BY sequence DESC LIMIT 1";
        Ok(self.log.read(query, row(sequence), 1)?.pop())
    }

    fn answered(&self, key: Uuid) -> Result<Option<u64>, StoreError> {
        let mut query = self
            .log
            .0
            .prepare_cached("SELECT sequence FROM answered WHERE key = ?1")?;
        Ok(query.query_row([key.as_bytes()], |row| row.get(0)).optional()?)
    }
}

impl Log {
    /// Opens the log of a folder for reading, while this process has it open for writing.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self(Connection::open_with_flags(
            folder.join("log.sqlite"),
            OpenFlags::SQLITE_OPEN_READ_ONLY,
        )?))
    }

    /// The first events, at most `limit`, with a greater sequence than this, in order.
    pub fn after(&self, sequence: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let query = "SELECT sequence, stored FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
        self.read(query, row(sequence), limit)
    }

    fn read(&self, query: &str, sequence: i64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let mut query = self.0.prepare_cached(query)?;
        let mut rows = query.query((sequence, i64::try_from(limit).unwrap_or(i64::MAX)))?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(decode(
                row.get(0)?,
                row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?,
            )?);
        }
        Ok(events)
    }
}

/// Reads an event, and tells one of a newer build from a damaged one.
fn decode(sequence: u64, text: &str) -> Result<StoredEvent, StoreError> {
    serde_json::from_str(text).or_else(|error| {
        if let Ok(header) = serde_json::from_str::<StoredEventHeader>(text) {
            header.check()?;
        }
        Err(StoreError::Damaged { sequence, error })
    })
}

/// A sequence as SQLite keeps it. None is as large as what does not fit.
fn row(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
