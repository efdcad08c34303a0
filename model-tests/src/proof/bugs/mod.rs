//! Faulty deciders, projectors and replays, which the harness must catch.
//!
//! Each is the core's own with one thing wrong: an event dropped, added or changed, a check skipped, an event folded
//! wrongly. Each does to the core what users of servers of this kind suffered from.
//!
//! Three things that they suffered from cannot be planted here, for they are no fault of a decider, a projector or a
//! replay:
//!
//! - a snapshot of another version that is decoded before its version is looked at: a stored snapshot tells its
//!   version first, and its decoder refuses another one before it comes to the rest
//!   ([`SnapshotHeader`](orchestration::SnapshotHeader));
//! - work for each piece of a message that grows with its thread: benchmarks hold the cost flat;
//! - ids and times that come out of nowhere: a function pointer remembers nothing, and the core depends on nothing that
//!   draws or reads them. A decider that makes an id up from what it is given is planted.

mod answers;
mod approvals;
mod checkpoints;
mod faults;
mod late_events;
mod lifecycle;
mod messages;
mod projects;
mod snapshots;
mod together;
mod tool_calls;

use std::panic::Location;
use std::path::Path;

use thiserror::Error;

use crate::counterexample::Search;
use crate::search::explore::Scope;
use crate::subject::{Apply, Decide, Project, Subject};

pub use together::{CannotPlant, planted};

/// A planted bug.
#[derive(Clone, Copy, Debug)]
pub struct Bug {
    /// Its name.
    pub id: &'static str,
    /// What is wrong.
    pub sentence: &'static str,
    /// What users saw.
    pub symptom: &'static str,
    /// Where they reported it: links.
    pub reports: &'static [&'static str],
    /// The core with the bug in it.
    pub subject: Subject,
    /// A scope in which exploration comes to it.
    pub scope: Scope,
    /// The searches that do not find it, and why.
    pub unseen_by: &'static [(Search, &'static str)],
}

impl Bug {
    /// Why a search does not find it. `None` if it does.
    #[must_use]
    pub fn unseen_by(&self, search: Search) -> Option<&'static str> {
        let reason = self.unseen_by.iter().find(|(unseeing, _)| *unseeing == search);
        reason.map(|(_, reason)| *reason)
    }
}

/// No planted bug has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no planted bug {id}: expected one of {}", BUGS.iter().map(|bug| bug.id).collect::<Vec<_>>().join(", "))]
pub struct UnknownBug {
    /// The name.
    pub id: String,
}

/// The planted bug of a name.
///
/// # Errors
///
/// [`UnknownBug`], which names those that there are.
pub fn named(id: &str) -> Result<&'static Bug, UnknownBug> {
    let bug = BUGS.iter().find(|bug| bug.id == id);
    bug.ok_or_else(|| UnknownBug { id: id.to_owned() })
}

/// All planted bugs.
pub const BUGS: &[Bug] = &join::<{ count(LISTS) }>(LISTS);

const LISTS: &[&[Bug]] = &[
    lifecycle::BUGS,
    late_events::BUGS,
    approvals::BUGS,
    answers::BUGS,
    tool_calls::BUGS,
    messages::BUGS,
    checkpoints::BUGS,
    projects::BUGS,
    snapshots::BUGS,
];

/// Defaults.
const NONE: Bug = Bug {
    id: "",
    sentence: "",
    symptom: "",
    reports: &[],
    subject: Subject::CORE,
    scope: Scope::SMALL,
    unseen_by: &[],
};

/// One thread with turns, and with nothing in them: what scopes for bugs that take many steps are built on.
const BARE: Scope = Scope {
    messages: 0,
    pieces: 0,
    tool_calls: 0,
    approvals: 0,
    checkpoints: 0,
    branches: 0,
    ..Scope::TINY
};

/// Whether a panic is one of those that are planted.
#[must_use]
pub fn is_planted(panic: &Location<'_>) -> bool {
    Path::new(file!())
        .parent()
        .is_some_and(|folder| Path::new(panic.file()).starts_with(folder))
}

/// The core with another decider.
const fn deciding(decide: Decide) -> Subject {
    Subject::CORE.with_decider(decide)
}

/// The core with another projector.
const fn projecting(project: Project) -> Subject {
    Subject::CORE.with_projector(project)
}

/// The core with another decider and another projector.
const fn deciding_and_projecting(decide: Decide, project: Project) -> Subject {
    projecting(project).with_decider(decide)
}

/// The core with another replay.
const fn applying(apply: Apply) -> Subject {
    Subject::CORE.with_replay(apply)
}

const fn count(lists: &[&[Bug]]) -> usize {
    let (mut total, mut list) = (0, 0);
    while list < lists.len() {
        total += lists[list].len();
        list += 1;
    }
    total
}

const fn join<const COUNT: usize>(lists: &[&[Bug]]) -> [Bug; COUNT] {
    let mut bugs = [NONE; COUNT];
    let (mut total, mut list) = (0, 0);
    while list < lists.len() {
        let mut place = 0;
        while place < lists[list].len() {
            bugs[total] = lists[list][place];
            total += 1;
            place += 1;
        }
        list += 1;
    }
    bugs
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    #[test]
    fn what_panics_in_this_folder_is_planted() {
        assert!(super::is_planted(Location::caller()));
    }
}
