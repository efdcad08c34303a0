//! How many states and transitions some scopes have, as they are kept: the fingerprint of the semantics.

use std::fmt::Write as _;

use super::{Abstraction, Exploration, Options, Scope};

/// A scope whose numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// What it is called there.
    pub name: &'static str,
    /// The scope.
    pub scope: Scope,
    /// What states may differ in and still count as one.
    pub abstraction: Abstraction,
}

/// The scopes whose numbers are kept, in the order in which they are.
pub const PINNED: [Pinned; 5] = [
    Pinned {
        name: "tiny",
        scope: Scope::TINY,
        abstraction: Abstraction::Names,
    },
    Pinned {
        name: "small",
        scope: Scope::SMALL,
        abstraction: Abstraction::Names,
    },
    Pinned {
        name: "renamable",
        scope: Scope::RENAMABLE,
        abstraction: Abstraction::Names,
    },
    Pinned {
        name: "renamable, each renaming for itself",
        scope: Scope::RENAMABLE,
        abstraction: Abstraction::Nothing,
    },
    Pinned {
        name: "large, ended turns by kinds",
        scope: Scope::LARGE,
        abstraction: Abstraction::EndedTurns,
    },
];

impl Pinned {
    /// How it is explored.
    #[must_use]
    pub const fn options(&self) -> Options {
        Options {
            abstraction: self.abstraction,
            ..Options::new(self.scope)
        }
    }
}

/// The numbers of explorations as they are kept, in the file `pinned.txt` beside this one: a line each.
#[must_use]
pub fn numbers<'a>(explored: impl IntoIterator<Item = (&'a Pinned, &'a Exploration)>) -> String {
    let mut lines = String::from("# Made by `harness renew`.\n");
    for (pinned, exploration) in explored {
        let (states, transitions, depth) = (exploration.states, exploration.transitions, exploration.depth);
        let name = pinned.name;
        // Writing to a string does not fail.
        let _ = writeln!(
            lines,
            "{name}: {states} states, {transitions} transitions, depth {depth}"
        );
    }
    lines
}
