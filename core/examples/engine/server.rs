//! The threads: one writes, anybody reads, each subscription has its own.
//!
//! Guide, "Wiring an engine": *One transaction, then the rest*, *Recover*. This engine runs no agents and no git; where
//! their work belongs, *Effects, and those that fail* says.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::{iter, process};

use orchestration::chrono::Utc;
use orchestration::{Snapshot, StoredEvent};

use crate::crash::Point;
use crate::engine::{Answer, Audience, Engine, Replayed, Request, Snapshots};
use crate::publish::Published;
use crate::snapshots::SnapshotFile;
use crate::store::{SqliteStore, StoreError, Synchronous};

/// How many requests wait at most: whoever has one more waits to hand it in. So many may share a commit.
const WAITING: usize = 1024;

/// After how many events a snapshot is written, besides those that are asked for.
const EVENTS_FOR_A_SNAPSHOT: u64 = 100_000;

/// Who asked: the id of the request on its connection, and where that connection takes answers.
pub struct Caller {
    pub id: u64,
    pub answers: Sender<(u64, Answer)>,
}

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
    pub fn open(folder: &Path, synchronous: Synchronous) -> Result<(Self, JoinHandle<()>), StoreError> {
        let store = SqliteStore::open(folder, synchronous)?;
        let snapshots = Arc::new(SnapshotFile::new(folder.join("snapshot.json")));
        let replayed = Replayed::new(store, &*snapshots)?;
        if let Some(why) = replayed.passed_over() {
            eprintln!("replayed the log from its beginning: {why}");
        }
        Point::InRecovery.pass();
        let engine = replayed.interrupt_running(Utc::now())?;

        let published = Arc::new(Published::new(engine.live().clone()));
        let readers = Readers {
            published: Arc::clone(&published),
            snapshots: Arc::clone(&snapshots),
        };
        let (requests, waiting) = sync_channel(WAITING);
        let writer = thread::spawn(move || write(engine, &waiting, readers));
        let folder = folder.to_owned();
        Ok((
            Self {
                requests,
                published,
                snapshots,
                folder,
            },
            writer,
        ))
    }
}

/// Takes all requests that wait, again and again: the longer a commit takes, the more of them share the next.
fn write(mut engine: Engine<SqliteStore>, waiting: &Receiver<Request<Caller>>, mut readers: Readers) {
    while let Ok(first) = waiting.recv() {
        let group = iter::once(first).chain(waiting.try_iter().take(WAITING)).collect();
        engine = engine
            .dispatch(group, Utc::now(), &mut readers)
            .unwrap_or_else(|error| {
                // Whether it is stored is not known: nobody is answered, and the next start finds out.
                eprintln!("the store is broken: {error}");
                process::exit(1);
            });
    }
}

/// Those who hear of what the writer has committed.
struct Readers {
    published: Arc<Published>,
    snapshots: Arc<SnapshotFile>,
}

impl Audience<Caller> for Readers {
    fn publish(&mut self, events: Vec<StoredEvent>, live: &Snapshot) {
        let before = self.published.live().sequence;
        self.published.publish(events, live);
        Point::AfterPublish.pass();
        if before / EVENTS_FOR_A_SNAPSHOT < live.sequence / EVENTS_FOR_A_SNAPSHOT {
            let (snapshots, live) = (Arc::clone(&self.snapshots), live.clone());
            thread::spawn(move || write_snapshot(&snapshots, &live));
        }
    }

    fn answer(&mut self, caller: Caller, answer: Answer) {
        // Who is gone needs no answer.
        let _ = caller.answers.send((caller.id, answer));
    }
}

/// Writes a snapshot that nobody asked for: if it fails, the next start takes longer.
pub fn write_snapshot(snapshots: &SnapshotFile, live: &Snapshot) {
    if let Err(error) = snapshots.write(live) {
        eprintln!("no snapshot was written: {error}");
    }
}
