//! Hunting planted bugs: how soon each search finds each of them, and what it makes of it.
//!
//! That a harness finds nothing says something only if it finds what is there. Every search hunts every
//! [planted bug](crate::proof::bugs), beside one that knows nothing of the domain: the difference is what the harness adds.

mod bytes;
mod libfuzzer;
mod record;
mod searches;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::counterexample::{Counterexample, Search};
use crate::proof::bugs::Bug;

pub use libfuzzer::LibFuzzer;
pub use record::{HunterRecord, Record};

/// Who hunts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hunter {
    /// Stateful property tests.
    Stateful,
    /// Exploration of the bug's scope, on one thread.
    Exploration,
    /// Induction, on one thread.
    Induction,
    /// Counting of cost.
    Cost,
    /// Soak, on one thread.
    Soak,
    /// The bodies of the fuzz targets, under random bytes.
    RandomBytes,
    /// The same under libFuzzer.
    LibFuzzer(LibFuzzer),
    /// Commands as they are derived, with ids drawn at random: what the others are measured against.
    Naive,
}

impl Hunter {
    /// Which of the searches it is. The baseline is not one of them.
    #[must_use]
    pub const fn search(&self) -> Option<Search> {
        match self {
            Self::Stateful => Some(Search::Stateful),
            Self::Exploration => Some(Search::Exploration),
            Self::Induction => Some(Search::Induction),
            Self::Cost => Some(Search::Cost),
            Self::Soak => Some(Search::Soak),
            Self::RandomBytes | Self::LibFuzzer(_) => Some(Search::Fuzzing),
            Self::Naive => None,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Stateful => "stateful",
            Self::Exploration => "exploration",
            Self::Induction => "induction",
            Self::Cost => "cost",
            Self::Soak => "soak",
            Self::RandomBytes => "random bytes",
            Self::LibFuzzer(_) => "libFuzzer",
            Self::Naive => "naive",
        }
    }

    /// Whether another seed may find otherwise.
    #[must_use]
    pub(crate) const fn is_random(&self) -> bool {
        match self {
            Self::Exploration => false,
            Self::Stateful
            | Self::Induction
            | Self::Cost
            | Self::Soak
            | Self::RandomBytes
            | Self::LibFuzzer(_)
            | Self::Naive => true,
        }
    }

    /// Hunts a bug, until it is found, enough was tried, or `stop` is set.
    ///
    /// # Errors
    ///
    /// Why it could not be hunted.
    pub fn hunt(&self, bug: &Bug, seed: u64, stop: &AtomicBool) -> Result<Hunt, String> {
        match self {
            Self::Stateful => searches::stateful(bug, seed, stop),
            Self::Exploration => searches::exploration(bug, stop),
            Self::Induction => Ok(searches::induction(bug, seed, stop)),
            Self::Cost => Ok(searches::cost(bug, seed, stop)),
            Self::Soak => Ok(searches::soak(bug, seed, stop)),
            Self::RandomBytes => Ok(bytes::random_bytes(bug, seed, stop)),
            Self::LibFuzzer(fuzzer) => fuzzer.hunt(bug, seed, stop),
            Self::Naive => Ok(bytes::naive(bug, seed, stop)),
        }
    }
}

/// What came of a hunt.
#[derive(Clone, Debug)]
pub struct Hunt {
    /// How many sequences, transitions, runs or inputs were tried.
    pub executions: u64,
    /// How many commands they had. `None` if the hunter does not tell.
    pub steps: Option<u64>,
    /// How long it took, without shrinking.
    pub elapsed: Duration,
    /// What was found.
    pub found: Option<Counterexample>,
}
