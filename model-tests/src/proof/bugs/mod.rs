//! Faulty deciders, projectors and replays, which the harness must catch.
//!
//! Each is the core's own with one thing wrong: an event dropped, added or changed, a check skipped, an event folded
//! wrongly. Each does to the core what users of servers of this kind suffered from.
//!
//! Two things that they suffered from cannot be planted here, for they are no fault of a decider, a projector or a
//! replay:
//!
//! - a snapshot of another version that is decoded before its version is looked at: a stored snapshot tells its
//!   version first, and its decoder refuses another one before it comes to the rest
//!   ([`SnapshotHeader`](orchestration::SnapshotHeader));
//! - ids and times that come out of nowhere: a function pointer remembers nothing, and the core depends on nothing that
//!   draws or reads them. A decider that makes an id up from what it is given is planted.

mod answers;
mod approvals;
mod checkpoints;
mod cost;
mod depth;
mod faults;
mod late_events;
mod lifecycle;
mod messages;
mod projects;
mod snapshots;
mod strays;
mod times;
mod together;
mod tool_calls;
mod words;

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
    /// Whether it takes much of something, so that even the shortest trace to it is long.
    #[must_use]
    pub fn is_deep(&self) -> bool {
        self.unseen_by(Search::Stateful) == Some(depth::TOO_SHORT)
    }

    /// Whether all that comes of it is right, and only what it costs is not.
    #[must_use]
    pub fn is_only_dear(&self) -> bool {
        let is_dear = |(_, reason): &(Search, &str)| *reason == cost::ONLY_DEAR;
        self.unseen_by.iter().any(is_dear)
    }

    /// Why a search does not find it. `None` if it does.
    #[must_use]
    pub fn unseen_by(&self, search: Search) -> Option<&'static str> {
        if search == Search::Cost && !self.is_only_dear() {
            return Some("it looks at what commands cost, and at nothing that comes of them");
        }
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

/// Planted bugs that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    /// What they have in common.
    pub title: &'static str,
    /// The bugs.
    pub bugs: &'static [Bug],
}

/// All themes: each has a file of its own.
pub(crate) const THEMES: &[Theme] = &[
    Theme {
        title: "Turns that do not start, end or tell of it as they should",
        bugs: lifecycle::BUGS,
    },
    Theme {
        title: "What comes late, for a turn that has ended, and is taken in all the same",
        bugs: late_events::BUGS,
    },
    Theme {
        title: "Approvals that are lost, outlive what they were asked for, or are answered wrongly",
        bugs: approvals::BUGS,
    },
    Theme {
        title: "Approvals that are answered twice, too late, or to no effect",
        bugs: answers::BUGS,
    },
    Theme {
        title: "Tool calls that are left without a result, or get another's",
        bugs: tool_calls::BUGS,
    },
    Theme {
        title: "Text that is doubled, cut, out of order, or in another's mouth",
        bugs: messages::BUGS,
    },
    Theme {
        title: "Checkpoints that are made wrongly, or restored by halves",
        bugs: checkpoints::BUGS,
    },
    Theme {
        title: "Projects and threads that share what they must not, or leave something behind",
        bugs: projects::BUGS,
    },
    Theme {
        title: "Logs that are replayed to something else",
        bugs: snapshots::BUGS,
    },
    Theme {
        title: "Times that are taken for what they are not",
        bugs: times::BUGS,
    },
    Theme {
        title: "Refusals and events of the right kind that say something untrue",
        bugs: words::BUGS,
    },
    Theme {
        title: "Events that no decider emits, and that are taken for more than nothing",
        bugs: strays::BUGS,
    },
    Theme {
        title: "What goes wrong only where there is much of something, or where time goes back",
        bugs: depth::BUGS,
    },
    Theme {
        title: "What is right, and takes ever longer the more there is",
        bugs: cost::BUGS,
    },
];

/// All planted bugs, theme by theme.
pub const BUGS: &[Bug] = &join::<{ count(THEMES) }>(THEMES);

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

const fn count(themes: &[Theme]) -> usize {
    let (mut total, mut theme) = (0, 0);
    while theme < themes.len() {
        total += themes[theme].bugs.len();
        theme += 1;
    }
    total
}

const fn join<const COUNT: usize>(themes: &[Theme]) -> [Bug; COUNT] {
    let mut bugs = [NONE; COUNT];
    let (mut total, mut theme) = (0, 0);
    while theme < themes.len() {
        let mut place = 0;
        while place < themes[theme].bugs.len() {
            bugs[total] = themes[theme].bugs[place];
            total += 1;
            place += 1;
        }
        theme += 1;
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
