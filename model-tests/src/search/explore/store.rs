//! A folder in which an exploration is kept, so that it can go on where it was stopped.
//!
//! `states.bin` has 24 bytes for each state, in the order in which they were found: its fingerprint, the state before it and the
//! number of the command that led from there, each with the least byte first. It only grows. `exploration.json` says how far the
//! exploration has come, and how many of these states count: it is written last, and as a whole.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::canonical::Fingerprint;
use super::tree::Edge;

/// What a state takes in its file.
const BYTES: usize = 24;

/// An exploration cannot be kept in a folder, or be had from it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// What a file holds is not what belongs there.
    #[error("{}: {what}", path.display())]
    Contents {
        /// Which.
        path: PathBuf,
        /// What was wrong, and what was expected.
        what: String,
    },
}

/// How far an exploration has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    /// What is explored, how, and by whom: with anything else it cannot go on.
    pub(super) of: String,
    /// How many states there are.
    pub(super) states: u64,
    /// The states of the level that is expanded.
    pub(super) level: Range<u32>,
    /// How many of all states are expanded.
    pub(super) expanded: u32,
    /// How many states each level has that was begun with.
    pub(super) levels: Vec<u64>,
    /// How long it took so far.
    pub(super) taken: Duration,
    /// All counts, in an order of their own.
    pub(super) counts: Vec<u64>,
    /// Which kinds of events took effect.
    pub(super) effects: [u32; 2],
    /// The first transition of each cell.
    pub(super) witnesses: Vec<Option<Edge>>,
}

/// The folder.
pub(super) struct Store {
    folder: PathBuf,
    states: BufWriter<File>,
}

impl Store {
    /// Opens a folder, which is made if need be. If an exploration is kept there, gives how far it has come, and gives each of its
    /// states to `take`.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written, or holds another exploration than `of`.
    pub(super) fn open(
        folder: &Path,
        of: &str,
        mut take: impl FnMut(Fingerprint, Edge),
    ) -> Result<(Self, Option<Saved>), StoreError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let path = folder.join("states.bin");
        let saved = saved(&folder.join("exploration.json"), of)?;
        let mut options = File::options();
        // What is behind the states that count was written when there was no time to say so.
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(at(&path))?;
        let count = saved.as_ref().map_or(0, |saved| saved.states);
        let mut reader = BufReader::with_capacity(1 << 20, &mut file);
        let mut state = [0; BYTES];
        for number in 0..count {
            reader.read_exact(&mut state).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => StoreError::Contents {
                    path: path.clone(),
                    what: format!("it ends behind {number} states, expected {count}"),
                },
                _ => at(&path)(error),
            })?;
            let (fingerprint, edge) = of_bytes(&state);
            take(fingerprint, edge);
        }
        let end = count * BYTES as u64;
        file.set_len(end).map_err(at(&path))?;
        file.seek(SeekFrom::Start(end)).map_err(at(&path))?;
        let store = Self {
            folder: folder.to_owned(),
            states: BufWriter::with_capacity(1 << 20, file),
        };
        Ok((store, saved))
    }

    /// Keeps a state that was found.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(super) fn push(&mut self, fingerprint: Fingerprint, edge: Edge) -> Result<(), StoreError> {
        let written = self.states.write_all(&bytes_of(fingerprint, edge));
        written.map_err(|error| self.at_states(error))
    }

    /// Keeps how far the exploration has come.
    ///
    /// # Errors
    ///
    /// If it cannot be written: what was kept before stays.
    pub(super) fn save(&mut self, saved: &Saved) -> Result<(), StoreError> {
        let flushed = self.states.flush().and_then(|()| self.states.get_ref().sync_data());
        flushed.map_err(|error| self.at_states(error))?;
        let path = self.folder.join("exploration.json");
        let json = serde_json::to_vec(saved).map_err(io::Error::from);
        let written = json.and_then(|json| {
            let mut whole = NamedTempFile::new_in(&self.folder)?;
            whole.write_all(&json)?;
            whole.persist(&path).map_err(io::Error::from)
        });
        written.map(drop).map_err(at(&path))
    }

    fn at_states(&self, error: io::Error) -> StoreError {
        at(&self.folder.join("states.bin"))(error)
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError::File {
        path: path.clone(),
        error,
    }
}

/// How far the exploration that is kept in this file has come, if there is one.
fn saved(path: &Path, of: &str) -> Result<Option<Saved>, StoreError> {
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path)(error)),
    };
    let contents = |what| StoreError::Contents {
        path: path.to_owned(),
        what,
    };
    let saved: Saved = serde_json::from_slice(&json).map_err(|error| contents(error.to_string()))?;
    if saved.of == of {
        Ok(Some(saved))
    } else {
        let theirs = &saved.of;
        Err(contents(format!(
            "it is of another exploration\n  found    {theirs}\n  expected {of}\nGive it another folder, or empty this one."
        )))
    }
}

fn bytes_of(fingerprint: Fingerprint, edge: Edge) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    bytes[..16].copy_from_slice(&fingerprint.bits().to_le_bytes());
    bytes[16..20].copy_from_slice(&edge.parent.to_le_bytes());
    bytes[20..].copy_from_slice(&edge.command.to_le_bytes());
    bytes
}

fn of_bytes(bytes: &[u8; BYTES]) -> (Fingerprint, Edge) {
    let word = |range: Range<usize>| {
        let bytes = &bytes[range];
        bytes
            .iter()
            .rev()
            .fold(0_u128, |word, byte| (word << 8) | u128::from(*byte))
    };
    let number = |range| u32::try_from(word(range)).unwrap_or(u32::MAX);
    let edge = Edge {
        parent: number(16..20),
        command: number(20..BYTES),
    };
    (Fingerprint::of_bits(word(0..16)), edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved_with(states: u64) -> Saved {
        Saved {
            of: "this".to_owned(),
            states,
            level: 1..3,
            expanded: 2,
            levels: vec![1, 2],
            taken: Duration::from_secs(5),
            counts: vec![7, 0],
            effects: [1, 2],
            witnesses: vec![None, Some(Edge { parent: 1, command: 2 })],
        }
    }

    fn state(number: u32) -> (Fingerprint, Edge) {
        let edge = Edge {
            parent: number / 2,
            command: number + 1_000,
        };
        (Fingerprint::of_bits(u128::MAX / 3 - u128::from(number)), edge)
    }

    type Opened = (Store, Option<Saved>, Vec<(Fingerprint, Edge)>);

    fn opened(folder: &Path, of: &str) -> Result<Opened, StoreError> {
        let mut states = Vec::new();
        let (store, saved) = Store::open(folder, of, |fingerprint, edge| states.push((fingerprint, edge)))?;
        Ok((store, saved, states))
    }

    #[test]
    fn what_was_saved_is_there_again_and_nothing_behind_it() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let folder = folder.path().join("new");
        let (mut store, saved, states) = opened(&folder, "this").expect("it can be opened");
        assert_eq!((saved, states.len()), (None, 0));
        for number in 0..3 {
            let (fingerprint, edge) = state(number);
            store.push(fingerprint, edge).expect("it can be written");
        }
        store.save(&saved_with(3)).expect("it can be written");
        let (fingerprint, edge) = state(3);
        store.push(fingerprint, edge).expect("it can be written");
        drop(store);
        for _ in 0..2 {
            let (_, saved, states) = opened(&folder, "this").expect("it can be opened");
            assert_eq!(saved, Some(saved_with(3)));
            assert_eq!(states, [state(0), state(1), state(2)]);
        }
    }

    #[test]
    fn what_is_of_another_exploration_or_damaged_is_refused_and_stays() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let folder = folder.path();
        let (mut store, ..) = opened(folder, "this").expect("it can be opened");
        store.save(&saved_with(1)).expect("it can be written");
        let told = |of| opened(folder, of).map(|_| ()).expect_err("it is refused").to_string();
        let other = told("that");
        assert!(
            other.contains("found    this") && other.contains("expected that"),
            "{other}"
        );
        let short = told("this");
        assert!(short.contains("it ends behind 0 states, expected 1"), "{short}");
        fs::write(folder.join("exploration.json"), "{}").expect("it can be written");
        let damaged = told("this");
        assert!(damaged.contains("exploration.json: missing field `of`"), "{damaged}");
        assert_eq!(fs::read(folder.join("exploration.json")).expect("it is there"), b"{}");
    }

    #[test]
    fn what_cannot_be_a_folder_is_refused() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("it can be written");
        assert!(matches!(opened(&file, "this"), Err(StoreError::File { .. })));
    }
}
