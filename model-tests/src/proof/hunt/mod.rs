//! Hunting planted bugs: how soon each engine finds each of them, and what it makes of it.
//!
//! That a harness finds nothing says something only if it finds what is there. Every engine is let loose on every
//! [planted bug](crate::proof::bugs), beside one that knows nothing of the domain: the difference is what the harness adds.

mod bytes;
mod engines;
mod libfuzzer;
mod record;

use std::time::Duration;

use orchestration::OrchestrationCommand;

use crate::check::invariants::Violation;
use crate::proof::bugs::{Bug, Engine};
use crate::search::fuzzing::Evidence;

pub use libfuzzer::LibFuzzer;
pub use record::{HunterRecord, Record};

/// Who hunts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hunter {
    /// Stateful property tests.
    Stateful,
    /// Exploration of the bug's scope, on one thread.
    Exploration,
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
    /// Which of the engines it is. The baseline is none.
    #[must_use]
    pub const fn engine(&self) -> Option<Engine> {
        match self {
            Self::Stateful => Some(Engine::Stateful),
            Self::Exploration => Some(Engine::Exploration),
            Self::Soak => Some(Engine::Soak),
            Self::RandomBytes | Self::LibFuzzer(_) => Some(Engine::Fuzzing),
            Self::Naive => None,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Stateful => "stateful",
            Self::Exploration => "exploration",
            Self::Soak => "soak",
            Self::RandomBytes => "random bytes",
            Self::LibFuzzer(_) => "libFuzzer",
            Self::Naive => "naive",
        }
    }

    /// Whether another seed may find otherwise.
    #[must_use]
    pub const fn is_random(&self) -> bool {
        match self {
            Self::Exploration => false,
            Self::Stateful | Self::Soak | Self::RandomBytes | Self::LibFuzzer(_) | Self::Naive => true,
        }
    }

    /// Hunts a bug, until it is found or enough was tried.
    ///
    /// # Errors
    ///
    /// Why it could not be hunted.
    pub fn hunt(&self, bug: &Bug, seed: u64) -> Result<Hunt, String> {
        match self {
            Self::Stateful => engines::stateful(bug, seed),
            Self::Exploration => engines::exploration(bug),
            Self::Soak => Ok(engines::soak(bug, seed)),
            Self::RandomBytes => Ok(bytes::random_bytes(bug, seed)),
            Self::LibFuzzer(fuzzer) => fuzzer.hunt(bug, seed),
            Self::Naive => Ok(bytes::naive(bug, seed)),
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
    pub find: Option<Find>,
}

/// A bug that was found.
#[derive(Clone, Debug)]
pub struct Find {
    /// What did not hold.
    pub violation: Violation,
    /// The commands that led to it: `None` if it is not commands that do.
    pub trace: Option<Vec<OrchestrationCommand>>,
}

impl Find {
    fn of(violation: Violation, trace: Vec<OrchestrationCommand>) -> Self {
        Self {
            violation,
            trace: Some(trace),
        }
    }
}

impl From<crate::search::fuzzing::Finding> for Find {
    fn from(finding: crate::search::fuzzing::Finding) -> Self {
        Self {
            violation: finding.violation,
            trace: match finding.evidence {
                Evidence::Trace(trace) => Some(trace),
                Evidence::Events { .. } | Evidence::Text(_) => None,
            },
        }
    }
}
