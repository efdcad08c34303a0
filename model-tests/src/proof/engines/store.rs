//! What a planted engine keeps on its disk: a log of transactions, and a snapshot.

use orchestration::{Snapshot, StoredEvent};
use serde::{Deserialize, Serialize};

use crate::engine::protocol::RequestId;
use crate::engine::simulated::{Disk, PowerCut, frame, frames};

const LOG: &str = "log";
const SNAPSHOT: &str = "snapshot";
const NEW_SNAPSHOT: &str = "snapshot.new";

/// What is stored at once, or not at all.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Transaction {
    /// The events, numbered on from the last of the log.
    pub events: Vec<StoredEvent>,
    /// The numbers that requests were acknowledged with.
    pub answered: Vec<(RequestId, u64)>,
}

impl Transaction {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.answered.is_empty()
    }
}

/// The store, on a disk.
#[derive(Clone, Debug)]
pub(super) struct Store {
    disk: Disk,
}

impl Store {
    pub const fn new(disk: Disk) -> Self {
        Self { disk }
    }

    /// Writes a transaction to the end of the log, in one record. It stays once it is [flushed](Self::flush).
    pub fn append(&self, transaction: &Transaction) -> Result<(), PowerCut> {
        let record = serde_json::to_vec(transaction).expect("all that is stored can be written");
        self.disk.append(LOG, &frame(&record))
    }

    pub fn flush(&self) -> Result<(), PowerCut> {
        self.disk.flush(LOG)
    }

    /// What is whole of the log, and whether something torn stands behind that.
    pub fn log(&self) -> (Vec<Transaction>, Option<Torn>) {
        let file = self.disk.read(LOG).unwrap_or_default();
        let (records, length) = frames(&file);
        let read = |record: &&[u8]| serde_json::from_slice(record).expect("it was written so");
        let transactions = records.iter().map(read).collect();
        (transactions, (length < file.len()).then_some(Torn { length }))
    }

    /// Cuts off what is torn, so that what is written next stands behind what is whole.
    pub fn mend(&self, torn: Torn) -> Result<(), PowerCut> {
        self.disk.truncate(LOG, torn.length)?;
        self.flush()
    }

    /// Replaces the log.
    pub fn rewrite(&self, transactions: &[Transaction]) -> Result<(), PowerCut> {
        self.disk.create(LOG)?;
        transactions
            .iter()
            .try_for_each(|transaction| self.append(transaction))?;
        self.flush()
    }

    /// Replaces the snapshot, at once or not at all.
    pub fn write_snapshot(&self, snapshot: &Snapshot) -> Result<(), PowerCut> {
        let record = serde_json::to_vec(snapshot).expect("a snapshot can be written");
        self.disk.create(NEW_SNAPSHOT)?;
        self.disk.append(NEW_SNAPSHOT, &frame(&record))?;
        self.disk.flush(NEW_SNAPSHOT)?;
        self.disk.rename(NEW_SNAPSHOT, SNAPSHOT)
    }

    /// The snapshot, if there is one that is whole and legal.
    pub fn snapshot(&self) -> Option<Snapshot> {
        let file = self.disk.read(SNAPSHOT)?;
        let (records, _) = frames(&file);
        serde_json::from_slice(records.first()?).ok()
    }
}

/// Something behind what is whole of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Torn {
    /// How long the whole part is.
    length: usize,
}
