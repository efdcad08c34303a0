//! What is kept in the repository, and how it differs from what is made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use model_tests::report::whole_file;
use similar::TextDiff;

use crate::output::{say, write_text};
use crate::style::{BAD, GOOD};

/// What is made, by where it is kept, from the root of the repository.
#[derive(Debug)]
pub enum Made {
    /// A file.
    File(PathBuf, Vec<u8>),
    /// All the files of a folder.
    Folder(PathBuf, BTreeMap<PathBuf, Vec<u8>>),
}

/// A file that is kept, and is to be another one.
#[derive(Debug)]
pub struct Change {
    path: PathBuf,
    /// `None` if the file is not there.
    kept: Option<Vec<u8>>,
    /// `None` if it is not to be.
    made: Option<Vec<u8>>,
}

/// What differs.
pub fn changes(root: &Path, made: Made) -> anyhow::Result<Vec<Change>> {
    let (mut made, kept): (BTreeMap<_, _>, BTreeSet<_>) = match made {
        Made::File(path, bytes) => (BTreeMap::from([(path, bytes)]), BTreeSet::new()),
        Made::Folder(folder, files) => {
            let kept = files_in(root, &folder)?;
            let within = |(path, bytes)| (folder.join::<PathBuf>(path), bytes);
            (files.into_iter().map(within).collect(), kept)
        }
    };
    let paths: BTreeSet<PathBuf> = made.keys().cloned().chain(kept).collect();
    let mut changes = Vec::new();
    for path in paths {
        let (kept, made) = (read(&root.join(&path))?, made.remove(&path));
        if kept != made {
            changes.push(Change { path, kept, made });
        }
    }
    Ok(changes)
}

/// The files in a folder and the folders in it.
fn files_in(root: &Path, folder: &Path) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
        entries => entries.with_context(|| format!("the folder {} could not be read", folder.display()))?,
    };
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files.extend(files_in(root, &path)?);
        } else {
            files.insert(path);
        }
    }
    Ok(files)
}

fn read(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read
            .map(Some)
            .with_context(|| format!("{} could not be read", path.display())),
    }
}

impl Change {
    /// Shows it: of a text its lines, of other bytes that they change.
    pub fn show(&self) {
        let path = self.path.display();
        match (&self.kept, &self.made) {
            (Some(kept), Some(made)) => match (std::str::from_utf8(kept), std::str::from_utf8(made)) {
                (Ok(kept), Ok(made)) => {
                    let difference = TextDiff::from_lines(kept, made);
                    say!("~ {path}");
                    write_text(&difference.unified_diff().context_radius(1).to_string());
                }
                _ => say!("~ {path}: {} bytes become {}", kept.len(), made.len()),
            },
            (None, Some(made)) => say!("{GOOD}+ {path}{GOOD:#}: {} bytes", made.len()),
            (Some(_), None) => say!("{BAD}- {path}{BAD:#}"),
            (None, None) => {}
        }
    }

    /// Makes the file what it is to be.
    pub fn write(&self, root: &Path) -> anyhow::Result<()> {
        let path = root.join(&self.path);
        let done = match &self.made {
            None => fs::remove_file(&path),
            Some(bytes) => whole_file::write(&path, bytes),
        };
        done.with_context(|| format!("{} could not be written", path.display()))
    }
}
