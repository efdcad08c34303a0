//! A counterexample: what a search comes back with when something does not hold.
//!
//! It is what passes between the rooms: every search gives one, shrinking takes one and gives a smaller one that breaks
//! the same invariant, and the report shows one. Its [`Evidence`] can be checked again by itself, on any subject: that
//! is what drives shrinking, the printed test and the rerun alike.

mod evidence;

use std::fmt;

pub use evidence::{Broken, Evidence};

use crate::check::invariants::Violation;

/// A violation, with what shows it and where it comes from.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// What did not hold.
    pub violation: Violation,
    /// What shows it.
    pub evidence: Evidence,
    /// Who found it.
    pub origin: Origin,
}

/// Where a counterexample comes from: with the same search and seed it is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The search.
    pub search: Search,
    /// Its seed, where what it does depends on one.
    pub seed: Option<u64>,
    /// The number of the run within the search, where it counts runs.
    pub run: Option<u64>,
}

impl Origin {
    /// Of a search that draws nothing.
    #[must_use]
    pub const fn of(search: Search) -> Self {
        Self {
            search,
            seed: None,
            run: None,
        }
    }
}

/// Who looks for counterexamples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Search {
    /// Property tests over sequences of steps.
    Stateful,
    /// Exhaustive exploration of a scope.
    Exploration,
    /// Long random runs.
    Soak,
    /// Every kind of command on legal models, reachable or not.
    Induction,
    /// Counting what every kind of command costs where there is much of something.
    Cost,
    /// Coverage-guided fuzzing.
    Fuzzing,
    /// A trace or an input that somebody had in hand.
    Given,
}

impl fmt::Display for Search {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Stateful => "stateful tests",
            Self::Exploration => "exploration",
            Self::Soak => "soak",
            Self::Induction => "induction",
            Self::Cost => "cost",
            Self::Fuzzing => "fuzzing",
            Self::Given => "a given run",
        })
    }
}
