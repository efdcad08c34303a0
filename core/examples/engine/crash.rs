//! Points at which the process can be made to die, to see what the next start makes of it.
//!
//! Guide, "Wiring an engine": *Is it wired right?*
//!
//! A kill from outside seldom falls between two given lines; this one does.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use serde::{Deserialize, Serialize};

/// A place between two steps.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// Decided, and nothing written.
    BeforeAppend,
    /// In the transaction, after an event was written: passed once for each.
    InAppend,
    /// All is written, and not committed.
    BeforeCommit,
    /// Committed, and nobody knows.
    AfterCommit,
    /// Readers and subscribers know, and nobody was answered.
    AfterPublish,
    /// Replayed, and what ran is not interrupted yet. Arm it before the store is opened.
    InRecovery,
    /// The new snapshot is written beside the old one.
    BeforeSnapshotRename,
    /// The new snapshot is in place, and nobody was answered.
    AfterSnapshot,
}

/// For each point, how often it may still be passed, the last time included; 0 if it is not armed.
static LEFT: [AtomicU32; Point::ALL.len()] = [const { AtomicU32::new(0) }; Point::ALL.len()];

impl Point {
    /// All of them, in the order of their definition.
    pub const ALL: [Self; 8] = [
        Self::BeforeAppend,
        Self::InAppend,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::AfterPublish,
        Self::InRecovery,
        Self::BeforeSnapshotRename,
        Self::AfterSnapshot,
    ];

    /// Ends the process when the point is passed for this many more times.
    pub fn arm(self, hits: NonZeroU32) {
        LEFT[self as usize].store(hits.get(), SeqCst);
    }

    /// Passes the point: ends the process at once, with no clean-up, if it is due.
    pub fn pass(self) {
        if LEFT[self as usize].fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)) == Ok(1) {
            std::process::abort();
        }
    }
}
