//! The snapshot, in a file beside the log.
//!
//! Guide, "Wiring an engine": *Snapshots, and when*

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind};
use std::path::PathBuf;
use std::sync::Mutex;

use orchestration::{Snapshot, SnapshotHeader};

use crate::crash::Point;
use crate::engine::Snapshots;
use crate::store::Failure;

/// The file of this path, which one thread at a time writes.
pub struct SnapshotFile(pub Mutex<PathBuf>);

impl Snapshots for SnapshotFile {
    type Error = Failure;

    /// Writes a new file, and renames it once its bytes are on the disk. A power cut may take the new name back: that does
    /// no harm.
    fn write(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        let path = self.0.lock().expect("nobody panics over a snapshot");
        let new = path.with_extension("new");
        let mut file = BufWriter::new(File::create(&new)?);
        serde_json::to_writer(&mut file, snapshot)?;
        file.into_inner()?.sync_all()?;
        Point::BeforeSnapshotRename.pass();
        fs::rename(&new, &*path)?;
        Point::AfterSnapshot.pass();
        Ok(())
    }

    fn read(&self) -> Result<Option<Snapshot>, Failure> {
        let path = self.0.lock().expect("nobody panics over a snapshot");
        let text = match fs::read(&*path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        serde_json::from_slice::<SnapshotHeader>(&text)?.check()?;
        Ok(Some(serde_json::from_slice(&text)?))
    }
}
