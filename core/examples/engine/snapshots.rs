//! The snapshot, in a file beside the log.
//!
//! Guide, "Wiring an engine": *Snapshots, and when*.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use orchestration::{Snapshot, SnapshotHeader, SnapshotVersionMismatch};
use thiserror::Error;

use crate::crash::Point;
use crate::engine::Snapshots;

/// Why a snapshot could not be written, or is of no use.
#[derive(Debug, Error)]
pub enum SnapshotError {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Version(#[from] SnapshotVersionMismatch),
    #[error("the snapshot is damaged, or not legal: {0}")]
    Damaged(#[from] serde_json::Error),
}

/// The file, which is written by one thread at a time.
pub struct SnapshotFile {
    path: PathBuf,
    writing: Mutex<()>,
}

impl SnapshotFile {
    /// The file of this path.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            writing: Mutex::default(),
        }
    }
}

impl Snapshots for SnapshotFile {
    type Error = SnapshotError;

    /// Writes a new file and renames it. Its bytes are flushed before it has the name; that the name itself might be lost
    /// by a power cut does no harm.
    fn write(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let new = self.path.with_extension("new");
        let mut file = BufWriter::new(File::create(&new)?);
        serde_json::to_writer(&mut file, snapshot)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Point::BeforeSnapshotRename.pass();
        fs::rename(&new, &self.path)?;
        Point::AfterSnapshot.pass();
        Ok(())
    }

    fn read(&self) -> Result<Option<Snapshot>, SnapshotError> {
        let text = match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        serde_json::from_slice::<SnapshotHeader>(&text)?.check()?;
        Ok(Some(serde_json::from_slice(&text)?))
    }
}
