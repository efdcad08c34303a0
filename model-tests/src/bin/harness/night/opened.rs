//! Nights that have passed, opened again.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::folder::{Nights, PAGE, RECORD, record_in};
use super::page;
use super::record::{NightEnd, Record};
use crate::verdict::{Cause, Reason, Verdict};

/// A night that has passed.
pub struct Opened {
    folder: PathBuf,
    record: Record,
    before: Vec<Record>,
}

/// The night that a path is of: its folder, its record, or the folder of nights, of which it is the last. Nothing, if the path
/// is that of another file.
pub fn opened(path: &Path) -> anyhow::Result<Option<Opened>> {
    let folder = if path.is_dir() {
        path
    } else if path.is_file() && path.file_name().is_some_and(|name| name == RECORD) {
        path.parent().unwrap_or(path)
    } else {
        return Ok(None);
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let found = folder
        .canonicalize()
        .with_context(|| format!("{} could not be opened", folder.display()))?;
    let found = if found.join(RECORD).is_file() {
        Some(found)
    } else {
        Nights::in_folder(&found)?.last()
    };
    let folder = found.with_context(|| {
        format!(
            "{} is neither a night nor a folder of nights: expected {RECORD} in it, or in a folder in it that is named by a time",
            path.display()
        )
    })?;
    let record = record_in(&folder)?;
    let nights = folder.parent().context("a night is in a folder")?;
    let before = Nights::in_folder(nights)?.before(&folder);
    Ok(Some(Opened { folder, record, before }))
}

impl Opened {
    /// Where its page stands, if it is not asked for elsewhere.
    pub fn place(&self) -> PathBuf {
        self.folder.join(PAGE)
    }

    /// Its page, that is to stand at this path. Only where it stands beside what it links to it has links.
    pub fn page(&self, path: &Path) -> String {
        let is_beside = path == self.place();
        page::of(&self.record, &self.before, is_beside.then_some(self.folder.as_path()))
    }

    /// How it ended, in a line.
    pub fn line(&self) -> String {
        format!("the night of {}: {}", self.record.begun, self.record.end)
    }

    /// The verdict on it.
    pub fn verdict(&self) -> Verdict {
        let reasons = match self.record.end {
            NightEnd::Clean | NightEnd::Found => Vec::new(),
            NightEnd::Interrupted => vec![Reason::new("the night", Cause::Interrupted)],
            NightEnd::Running | NightEnd::CouldNotRun | NightEnd::Incomplete => {
                vec![Reason::new("the night", Cause::Failed)]
            }
        };
        Verdict::new(self.record.end == NightEnd::Found, reasons)
    }
}
