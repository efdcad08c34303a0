//! The threads: one writes, and all others ask.
//!
//! Guide, "Wiring an engine": *One transaction, then the rest*, *Recover*
//!
//! This engine runs no agents and no git: where their work belongs, "Effects, and those that fail" says.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::{iter, process};

use orchestration::Snapshot;
use orchestration::chrono::Utc;

use crate::crash::Point;
use crate::engine::{Engine, Replayed, Request, Snapshots};
use crate::publish::{Caller, Published};
use crate::snapshots::SnapshotFile;
use crate::store::{Failure, SqliteStore, Synchronous};

/// How many requests wait at most: whoever has one more waits to hand it in. So many may share a commit.
const WAITING: usize = 1024;

/// After how many events a snapshot is written that nobody asked for.
const EVENTS_FOR_A_SNAPSHOT: u64 = 100_000;

/// What all connections share. The writer ends when the last clone is dropped.
#[derive(Clone)]
pub struct Server {
    pub requests: SyncSender<Request<Caller>>,
    pub published: Arc<Published>,
    pub snapshots: Arc<SnapshotFile>,
    pub folder: PathBuf,
}

impl Server {
    /// Opens the store, recovers, and starts the writer.
    pub fn open(folder: &Path, synchronous: Synchronous) -> Result<(Self, JoinHandle<()>), Failure> {
        let store = SqliteStore::open(folder, synchronous)?;
        let snapshots = SnapshotFile(Mutex::new(folder.join("snapshot.json")));
        let replayed = Replayed::new(store, &snapshots, |why| eprintln!("replaying all of the log: {why}"))?;
        Point::InRecovery.pass();
        let engine = replayed.interrupt_running(Utc::now())?;

        let (requests, waiting) = sync_channel(WAITING);
        let server = Self {
            requests,
            published: Arc::new(Published::new(engine.live().clone())),
            snapshots: Arc::new(snapshots),
            folder: folder.to_owned(),
        };
        let (published, snapshots) = (Arc::clone(&server.published), Arc::clone(&server.snapshots));
        let writer = thread::spawn(move || write(engine, &waiting, published, &snapshots));
        Ok((server, writer))
    }
}

/// Takes all requests that wait, again and again: the longer a commit takes, the more of them share the next.
fn write(
    mut engine: Engine<SqliteStore>,
    waiting: &Receiver<Request<Caller>>,
    mut published: Arc<Published>,
    snapshots: &Arc<SnapshotFile>,
) {
    while let Ok(first) = waiting.recv() {
        let group = iter::once(first).chain(waiting.try_iter().take(WAITING)).collect();
        let before = engine.live().sequence / EVENTS_FOR_A_SNAPSHOT;
        engine = engine
            .dispatch(group, Utc::now(), &mut published)
            .unwrap_or_else(|error| {
                // Whether it is stored is not known: nobody is answered, and the next start finds out.
                eprintln!("the store is broken: {error}");
                process::exit(1);
            });
        if engine.live().sequence / EVENTS_FOR_A_SNAPSHOT > before {
            let (snapshots, live) = (Arc::clone(snapshots), engine.live().clone());
            thread::spawn(move || write_snapshot(&snapshots, &live));
        }
    }
    published.close();
    write_snapshot(snapshots, engine.live());
}

/// Writes a snapshot that nobody waits for. If it fails, the next start takes longer.
fn write_snapshot(snapshots: &SnapshotFile, live: &Snapshot) {
    if let Err(error) = snapshots.write(live) {
        eprintln!("no snapshot was written: {error}");
    }
}
