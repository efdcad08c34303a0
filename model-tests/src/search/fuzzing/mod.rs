//! What the fuzz targets do with the bytes they are given.
//!
//! The targets themselves are in the `fuzz` crate, a few lines each. What they check is here, so that the harness can
//! show the result of one of their inputs: [`Target::check`] gives the [`Counterexample`], and that has a report.
//!
//! | target | its bytes are | it checks |
//! |---|---|---|
//! | `command_sequence` | steps, four bytes each | all that a [run](crate::check::run) checks, and that a snapshot and the rest of the log give the model |
//! | `event_stream` | a model and events, ill-sorted and contradictory ones included | that the projector is total, S1 and S2, and that a snapshot takes no event but the next |
//! | `wire` | text | that reading ends in a value that survives, or in a reason |
//! | `interleaving` | two threads' steps, and how to merge them | A5 of whole sequences, and A4 |
//! | `induct` | a legal model, and what is done with it | what [`induct`](crate::search::induct) checks: every kind of command on that model |
//! | `naive_commands` | commands, as derived | what `command_sequence` checks: the baseline that it is measured against |

mod command_sequence;
pub(crate) mod event_stream;
mod induct;
mod interleaving;
mod naive_commands;
mod wire;

use std::fmt;
use std::str::FromStr;

use orchestration::OrchestrationCommand;
use thiserror::Error;

use crate::check::invariants::Violation;
use crate::counterexample::{Counterexample, Evidence, Origin, Search};
use crate::generate::Step;
use crate::subject::Subject;

/// A fuzz target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Steps, resolved against the live model.
    CommandSequence,
    /// Any events on any model.
    EventStream,
    /// Any bytes as JSON.
    Wire,
    /// Two threads' steps, merged in two ways.
    Interleaving,
    /// Commands whose ids are drawn at random.
    NaiveCommands,
    /// Every kind of command on a legal model.
    Induct,
}

/// No target has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no fuzz target {name}: expected one of {}", Target::ALL.map(Target::name).join(", "))]
pub struct UnknownTarget {
    /// The name.
    pub name: String,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::CommandSequence,
        Self::EventStream,
        Self::Wire,
        Self::Interleaving,
        Self::NaiveCommands,
        Self::Induct,
    ];

    /// What the target is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommandSequence => "command_sequence",
            Self::EventStream => "event_stream",
            Self::Wire => "wire",
            Self::Interleaving => "interleaving",
            Self::NaiveCommands => "naive_commands",
            Self::Induct => "induct",
        }
    }

    /// How many bytes of an input the target reads: it ignores the rest. Fuzzers are told not to make longer inputs.
    #[must_use]
    pub const fn longest_input(self) -> usize {
        match self {
            Self::CommandSequence => command_sequence::MOST_STEPS * Step::SIZE,
            Self::Interleaving => interleaving::LONGEST_INPUT,
            // More than their events and commands take.
            Self::EventStream | Self::NaiveCommands => 4_096,
            Self::Wire => 65_536,
            Self::Induct => induct::LONGEST_INPUT,
        }
    }

    /// What the target takes of an input.
    #[must_use]
    pub fn taken(self, bytes: &[u8]) -> &[u8] {
        bytes.get(..self.longest_input()).unwrap_or(bytes)
    }

    /// The commands that the target gives to the subject for this input, up to the first that breaks something. `None` if its
    /// inputs do not become commands that begin with the empty model.
    #[must_use]
    pub fn commands(self, subject: Subject, bytes: &[u8]) -> Option<Vec<OrchestrationCommand>> {
        let bytes = self.taken(bytes);
        match self {
            Self::CommandSequence => Some(command_sequence::commands(subject, bytes)),
            Self::Interleaving => Some(interleaving::commands(bytes)),
            Self::NaiveCommands => Some(naive_commands::commands(subject, bytes)),
            Self::EventStream | Self::Wire | Self::Induct => None,
        }
    }

    /// Does with the bytes what the target does, and gives what did not hold.
    #[must_use]
    pub fn check(self, subject: Subject, bytes: &[u8]) -> Checked {
        let bytes = self.taken(bytes);
        match self {
            Self::CommandSequence => command_sequence::check(subject, bytes),
            Self::EventStream => event_stream::check(subject, bytes),
            Self::Wire => wire::check(bytes),
            Self::Interleaving => interleaving::check(subject, bytes),
            Self::NaiveCommands => naive_commands::check(subject, bytes),
            Self::Induct => induct::check(subject, bytes),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        let target = Self::ALL.into_iter().find(|target| target.name() == name);
        target.ok_or_else(|| UnknownTarget { name: name.to_owned() })
    }
}

/// What became of an input.
#[derive(Clone, Debug)]
pub struct Checked {
    /// How many commands were decided, events projected, or texts read.
    pub steps: u64,
    /// What did not hold, if anything.
    pub found: Option<Counterexample>,
}

/// The counterexample of an input, if there are violations.
fn counterexample(violations: Vec<Violation>, evidence: impl FnOnce() -> Evidence) -> Option<Counterexample> {
    let violation = Violation::most_telling(violations)?;
    Some(Counterexample {
        violation,
        evidence: evidence(),
        origin: Origin::of(Search::Fuzzing),
    })
}
