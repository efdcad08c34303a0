//! A disk that forgets what was not flushed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error;

use super::choices::Choices;

/// The power was cut: the call was not carried out, nor will any other be until [`Disk::power_on`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the power was cut")]
pub struct PowerCut;

/// A disk with a folder of files. A clone is another handle on the same disk.
///
/// What is written is read back at once, and outlives the process. It outlives a power cut only once it is flushed: of
/// what is not, the cut keeps each write, or loses it, or keeps its first half, or keeps the room that it took, filled
/// with zeros. Each write fares on its own, so that a later one may be there and an earlier one not: a disk reorders. A
/// file that is made is there from then on, if only empty. Of renamings the cut loses the last ones, unless they are
/// flushed by [`flush_names`](Self::flush_names): to flush a file does nothing for its name.
///
/// Every call that changes something may be the one before which the power is cut, if a [`Search`](super::Search) wants
/// it so. Reading costs nothing and never fails.
///
/// ```
/// use model_tests::engine::simulated::Disk;
///
/// let disk = Disk::new();
/// disk.append("log", b"one ")?;
/// disk.flush("log")?;
/// disk.append("log", b"two ")?;
/// assert_eq!(disk.read("log").as_deref(), Some(b"one two ".as_slice()));
/// # Ok::<(), model_tests::engine::simulated::PowerCut>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    folder: Folder,
    files: Vec<File>,
    cuts: Cuts,
}

/// Which file has which name.
#[derive(Debug, Default)]
struct Folder {
    names: BTreeMap<String, usize>,
    flushed: BTreeMap<String, usize>,
    /// What the folder was after each change that is not flushed.
    after: Vec<BTreeMap<String, usize>>,
}

#[derive(Debug, Default)]
struct File {
    flushed: Vec<u8>,
    unflushed: Vec<Change>,
    length: usize,
}

#[derive(Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate { length: usize },
}

/// When the power is cut.
#[derive(Debug, Default)]
struct Cuts {
    choices: Option<Choices>,
    left: u32,
    /// Whether the power may be cut now.
    is_armed: bool,
    is_off: bool,
    done: Vec<Cut>,
}

/// A power cut, and what it left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The call that it came before, in words.
    pub before: String,
    /// What became of each change that was not flushed, in words.
    pub fates: Vec<String>,
}

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the power is cut before {}", self.before)?;
        self.fates.iter().try_for_each(|fate| write!(formatter, "; {fate}"))
    }
}

/// What becomes of a write that is not flushed.
const FATES: [&str; 4] = ["is there", "is lost", "is there in its first half", "is zeros"];

impl Disk {
    /// An empty disk, whose power is never cut.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty disk, whose power is cut as often as `cuts` says, where these choices say.
    pub(super) fn with_cuts(choices: Choices, cuts: u32) -> Self {
        let disk = Self::new();
        let mut state = disk.state();
        state.cuts.choices = Some(choices);
        state.cuts.left = cuts;
        drop(state);
        disk
    }

    /// Writes to the end of a file, which is made if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`PowerCut`], before anything is written.
    pub fn append(&self, name: &str, bytes: &[u8]) -> Result<(), PowerCut> {
        let mut state = self.call(|| format!("a write of {} bytes to {name}", bytes.len()))?;
        let file = state.made(name);
        let at = file.length;
        file.change(Change::Write {
            at,
            bytes: bytes.to_vec(),
        });
        Ok(())
    }

    /// Makes a file empty, or makes it, if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`PowerCut`], before anything is done.
    pub fn create(&self, name: &str) -> Result<(), PowerCut> {
        self.truncate(name, 0)
    }

    /// Cuts a file off, if it is longer, or makes it, if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`PowerCut`], before anything is cut off.
    pub fn truncate(&self, name: &str, length: usize) -> Result<(), PowerCut> {
        let mut state = self.call(|| format!("{name} is cut off at {length} bytes"))?;
        let file = state.made(name);
        if file.length > length {
            file.change(Change::Truncate { length });
        }
        Ok(())
    }

    /// Has what was written to a file outlive a power cut.
    ///
    /// # Errors
    ///
    /// [`PowerCut`], before anything is flushed.
    pub fn flush(&self, name: &str) -> Result<(), PowerCut> {
        let mut state = self.call(|| format!("a flush of {name}"))?;
        let file = state.made(name);
        for change in std::mem::take(&mut file.unflushed) {
            change.apply(&mut file.flushed);
        }
        Ok(())
    }

    /// Gives a file another name, at once or not at all. A file that had it is gone. Nothing is done if there is no file
    /// of the old name.
    ///
    /// # Errors
    ///
    /// [`PowerCut`], before anything is done.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), PowerCut> {
        let mut state = self.call(|| format!("{from} is renamed to {to}"))?;
        let folder = &mut state.folder;
        if let Some(file) = folder.names.remove(from) {
            folder.names.insert(to.to_owned(), file);
            folder.after.push(folder.names.clone());
        }
        Ok(())
    }

    /// Has the names of the files outlive a power cut.
    ///
    /// # Errors
    ///
    /// [`PowerCut`], before anything is flushed.
    pub fn flush_names(&self) -> Result<(), PowerCut> {
        let mut state = self.call(|| "a flush of the folder".to_owned())?;
        state.folder.flush();
        Ok(())
    }

    /// What is in a file. `None` if there is none of this name.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        let file = &state.files[*state.folder.names.get(name)?];
        let mut bytes = file.flushed.clone();
        file.unflushed.iter().for_each(|change| change.apply(&mut bytes));
        Some(bytes)
    }

    /// Whether the power was cut, and is off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.state().cuts.is_off
    }

    /// Puts the power on again after a cut.
    pub fn power_on(&self) {
        self.state().cuts.is_off = false;
    }

    /// Says whether the power may be cut from now on, as often as it has not been yet.
    pub(super) fn arm(&self, is_armed: bool) {
        self.state().cuts.is_armed = is_armed;
    }

    /// Cuts the power now, if it may be cut: between two calls.
    pub(super) fn cut(&self, when: &str) {
        let mut state = self.state();
        if state.cuts.may_be_cut() {
            state.cut(when.to_owned());
        }
    }

    /// The power cuts that there were.
    pub(super) fn cuts(&self) -> Vec<Cut> {
        self.state().cuts.done.clone()
    }

    /// Takes the choices back, which say where the power was cut.
    pub(super) fn take_choices(&self) -> Option<Choices> {
        self.state().cuts.choices.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a call, unless the power is off, or is cut before it.
    fn call(&self, what: impl FnOnce() -> String) -> Result<MutexGuard<'_, State>, PowerCut> {
        let mut state = self.state();
        if state.cuts.may_be_cut() && state.cuts.choose(2) == 1 {
            state.cut(what());
        }
        if state.cuts.is_off { Err(PowerCut) } else { Ok(state) }
    }
}

impl Cuts {
    const fn may_be_cut(&self) -> bool {
        self.is_armed && self.left > 0 && !self.is_off
    }

    fn choose(&mut self, of: usize) -> usize {
        self.choices.as_mut().map_or(0, |choices| choices.choose(of))
    }
}

impl State {
    /// The file of a name, made if there is none.
    fn made(&mut self, name: &str) -> &mut File {
        let number = self.folder.names.get(name).copied().unwrap_or_else(|| {
            self.folder.add(name, self.files.len());
            self.files.push(File::default());
            self.files.len() - 1
        });
        &mut self.files[number]
    }

    /// Cuts the power: what is not flushed is lost, torn or kept.
    fn cut(&mut self, before: String) {
        let mut fates = Vec::new();
        let names = self.folder.names.clone();
        let name_of = |number: usize| {
            names
                .iter()
                .find(|(_, file)| **file == number)
                .map(|(name, _)| name.as_str())
        };
        for (number, file) in self.files.iter_mut().enumerate() {
            for change in std::mem::take(&mut file.unflushed) {
                let fate = self.cuts.choose(change.fates());
                let name = name_of(number).unwrap_or("a file that has no name any more");
                fates.push(format!("{change} of {name} {}", FATES[fate]));
                change.apply_as(fate, &mut file.flushed);
            }
            file.length = file.flushed.len();
        }
        let of = self.folder.after.len();
        if of > 0 {
            let lost = self.cuts.choose(of + 1);
            fates.push(format!("{lost} of {of} changes of names are lost"));
            self.folder.lose(lost);
        }
        self.cuts.left -= 1;
        self.cuts.is_off = true;
        self.cuts.done.push(Cut { before, fates });
    }
}

impl Folder {
    fn add(&mut self, name: &str, file: usize) {
        self.names.insert(name.to_owned(), file);
        for names in self.after.iter_mut().chain([&mut self.flushed]) {
            names.entry(name.to_owned()).or_insert(file);
        }
    }

    fn flush(&mut self) {
        self.flushed.clone_from(&self.names);
        self.after.clear();
    }

    /// Loses so many of the last changes.
    fn lose(&mut self, count: usize) {
        let kept = self.after.len().saturating_sub(count);
        self.names = match kept.checked_sub(1) {
            Some(last) => self.after.swap_remove(last),
            None => self.flushed.clone(),
        };
        self.flush();
    }
}

impl File {
    fn change(&mut self, change: Change) {
        self.length = match &change {
            Change::Write { at, bytes } => self.length.max(at + bytes.len()),
            Change::Truncate { length } => *length,
        };
        self.unflushed.push(change);
    }
}

impl Change {
    /// How many things may become of it, the first ones of [`FATES`].
    const fn fates(&self) -> usize {
        match self {
            Self::Write { .. } => FATES.len(),
            Self::Truncate { .. } => 2,
        }
    }

    fn apply(&self, file: &mut Vec<u8>) {
        self.apply_as(0, file);
    }

    fn apply_as(&self, fate: usize, file: &mut Vec<u8>) {
        match (self, fate) {
            (_, 1) => {}
            (Self::Truncate { length }, _) => file.truncate(*length),
            (Self::Write { at, bytes }, 0) => write(file, *at, bytes),
            (Self::Write { at, bytes }, 2) => write(file, *at, &bytes[..bytes.len() / 2]),
            (Self::Write { at, bytes }, _) => write(file, *at, &vec![0; bytes.len()]),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { at, bytes } => write!(formatter, "the write of {} bytes at {at}", bytes.len()),
            Self::Truncate { length } => write!(formatter, "the cut at {length}"),
        }
    }
}

/// Writes at a place. What lies between that and the end is zeros.
fn write(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests;
