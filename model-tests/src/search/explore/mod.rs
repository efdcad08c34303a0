//! Exhaustive exploration: every state that commands can reach within a scope, breadth first.
//!
//! From every state every command is tried that the [`Scope`] allows: on what is there, on what is new, and on what never
//! was. Each transition runs the real decider and projector, and is checked like a step of any other run, against the
//! reference machine too. States that differ only by a renaming of ids are expanded once. When nothing new comes up,
//! the exploration is complete, and all states together answer what no single run can: whether there is a dead
//! end, and whether there is a rule that never applies.
//!
//! No state is a dead end if each that holds something has a command that takes a project away: by and by all of them go.
//!
//! An [abstraction](Abstraction) may leave out what is in turns that have ended: no decision looks there, which A9 asks of some of
//! the states, and with the same decisions the same states follow. What is checked of the states that are left is the same.

mod canonical;
mod commands;
mod expand;
mod known;
mod memory;
mod names;
pub mod pinned;
mod progress;
mod scope;
mod search;
mod store;
#[cfg(test)]
mod tests;
mod tree;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use orchestration::{OrchestrationCommand, OrchestrationReadModel, ValueError};
use serde::Serialize;

use crate::check::coverage::rules::Cell;
use crate::check::coverage::{Arrows, Coverage};
use crate::check::invariants::Tally;
use crate::counterexample::Counterexample;
use crate::kind::Kind;
use crate::subject::Subject;

pub use commands::Commands;
pub use memory::Forecast;
pub use scope::Scope;
pub use store::StoreError;

/// What states may differ in and still count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Abstraction {
    /// Nothing: states that differ only by a renaming of ids count separately.
    Nothing,
    /// The names of things: titles, texts of tools, and times too, for no rule looks at them.
    Names,
    /// What is in turns that have ended, beside names: such a turn is known by how it ended and by the kinds of its entries.
    EndedTurns,
}

impl Abstraction {
    /// Whether one of several ids that are interchangeable stands for all of them.
    const fn is_from_names(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Names | Self::EndedTurns => true,
        }
    }
}

/// A hash of 128 bits that is equal for models which differ by a renaming of ids only, and, but for chance, for no others.
///
/// Titles, names, texts of tools and times are left out: no rule looks at them.
#[must_use]
pub fn fingerprint_up_to_names(model: &OrchestrationReadModel) -> u128 {
    canonical::of(model, Abstraction::Names).bits()
}

/// What to explore, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much of the domain.
    pub scope: Scope,
    /// What states may differ in and still count as one.
    pub abstraction: Abstraction,
    /// How many threads to use; 0 for one per core.
    pub threads: usize,
    /// After how many states to give up. States are numbered in 32 bits: a greater number is taken for the last of these.
    pub most_states: u64,
    /// How many bytes this process may have in memory: it gives up before the states would take more. `None` for all
    /// there are.
    pub most_bytes: Option<u64>,
    /// Kinds of commands that are not tried: what only they can do must then be missed, by L2 or L3.
    pub left_out: &'static [Kind],
}

impl Options {
    /// All of this scope, on all cores.
    #[must_use]
    pub const fn new(scope: Scope) -> Self {
        Self {
            scope,
            abstraction: Abstraction::Names,
            threads: 0,
            most_states: u32::MAX as u64,
            most_bytes: None,
            left_out: &[],
        }
    }
}

/// How far an exploration has come, to be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// States found.
    pub states: AtomicU64,
    /// Transitions checked.
    pub transitions: AtomicU64,
    /// The number of steps from the empty model to the level that is expanded.
    pub depth: AtomicU64,
    /// States on that level.
    pub frontier: AtomicU64,
    /// How many bytes a state takes; 0 while that is not known.
    pub bytes_per_state: AtomicU64,
}

/// How an exploration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Every reachable state of the scope was expanded.
    Complete,
    /// It was told to stop.
    Stopped,
    /// There were more states than it was to expand.
    OutOfBounds,
    /// The states of the next level would not have fitted into memory.
    OutOfMemory,
    /// An invariant was violated.
    Violated,
}

/// The result of an exploration.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// How it ended.
    pub end: End,
    /// Different states.
    pub states: u64,
    /// Commands tried.
    pub transitions: u64,
    /// The number of steps to the state that is farthest from the empty model.
    pub depth: u32,
    /// How many bytes a state takes, with what is known of the ways to it. `None` where there were too few to tell.
    pub bytes_per_state: Option<u64>,
    /// What the next level would have taken, if it would not have fitted into memory.
    pub will_not_fit: Option<Forecast>,
    /// How long it took.
    pub elapsed: Duration,
    /// How often each invariant was checked.
    pub tally: Tally,
    /// What was covered.
    pub coverage: Coverage,
    /// From which status to which accepted commands led.
    pub arrows: Arrows,
    /// How many states are so many steps from the empty model: of each level that was begun with.
    pub levels: Vec<u64>,
    /// The violation that takes the fewest steps.
    pub found: Option<Counterexample>,
    /// For each cell of the coverage table the shortest way to it.
    pub witnesses: Vec<(Cell, Vec<OrchestrationCommand>)>,
}

/// Explores a subject.
///
/// # Errors
///
/// If the threads cannot be started.
pub fn explore(
    subject: Subject,
    options: &Options,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Exploration, ExploreError> {
    explore_in(None, subject, options, progress, stop)
}

/// Where an exploration is kept, so that it can go on where it was stopped.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// The folder. It is made if need be.
    pub folder: &'a Path,
    /// Who explores, and what: another subject or another build of the harness does not go on with it.
    pub by: &'a str,
}

/// The same, kept in a folder if one is given: if an exploration is kept there already, that goes on.
///
/// # Errors
///
/// If the threads cannot be started, or the folder cannot be read or written, or what is kept there is another exploration.
pub fn explore_in(
    kept: Option<Kept<'_>>,
    subject: Subject,
    options: &Options,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Exploration, ExploreError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    let search = search::Searching::new(kept, subject, options, progress, stop)?;
    // A worker of another pool that waits for this one takes up other work meanwhile, and that piles up on its stack. A thread that
    // is no worker does nothing but wait.
    let explored = std::thread::scope(|scope| scope.spawn(|| pool.install(|| search.run())).join());
    let explored = explored.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    Ok(explored?)
}

/// Why an exploration could not be begun.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The threads could not be started.
    #[error("the threads could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A name that commands are made of breaks a rule of its type.
    #[error(transparent)]
    Names(#[from] ValueError),
    /// It cannot be kept, or what was kept cannot be had again.
    #[error(transparent)]
    Store(#[from] StoreError),
}
