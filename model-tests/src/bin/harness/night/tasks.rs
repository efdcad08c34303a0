//! What a night does, in which order.

use crate::explore::ScopeName;

use super::length::{Shard, Shares};
use super::targets::{PROGRAMS, Program};

/// Something that a night does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Explores a scope.
    Explore(ScopeName),
    /// Soaks.
    Soak,
    /// Tries legal models.
    Induct,
    /// Looks at whether exploring and soaking reached every outcome.
    Outcomes,
    /// Tries sequences of steps as property tests.
    Stateful,
    /// Drives the example engine, and kills it.
    Engine,
    /// Builds the fuzz targets.
    Build,
    /// Lets the fuzzer find a planted bug.
    Canary,
    /// Fuzzes a target.
    Fuzz(Program),
    /// Builds and fuzzes `command_sequence` with a sanitizer.
    AddressSanitizer,
    /// Looks at what the corpus covers.
    Coverage,
    /// Tests mutants of the core and of the checks.
    Mutants(Shard),
    /// Removes old nights.
    Prune,
}

impl Task {
    /// What it is called.
    pub fn name(self) -> String {
        match self {
            Self::Explore(scope) => format!("exploration of {}", scope.name()),
            Self::Soak => "soak".to_owned(),
            Self::Induct => "induction".to_owned(),
            Self::Outcomes => "outcomes reached".to_owned(),
            Self::Stateful => "property tests".to_owned(),
            Self::Engine => "example engine".to_owned(),
            Self::Build => "building the fuzz targets".to_owned(),
            Self::Canary => "canary".to_owned(),
            Self::Fuzz(program) => format!("fuzzing of {}", program.name),
            Self::AddressSanitizer => "fuzzing with AddressSanitizer".to_owned(),
            Self::Coverage => "coverage of the corpus".to_owned(),
            Self::Mutants(shard) => format!("mutants {shard}"),
            Self::Prune => "removing old nights".to_owned(),
        }
    }

    /// Whether it searches, and takes no fuzzer for it.
    pub const fn searches_without_fuzzer(self) -> bool {
        match self {
            Self::Explore(_) | Self::Soak | Self::Induct | Self::Outcomes | Self::Stateful | Self::Engine => true,
            Self::Build
            | Self::Canary
            | Self::Fuzz(_)
            | Self::AddressSanitizer
            | Self::Coverage
            | Self::Mutants(_)
            | Self::Prune => false,
        }
    }

    /// All that a night does. First what everybody does who calls the harness without a task.
    pub fn all(shares: Shares, is_quick: bool, has_sanitizer: bool, mutants: Option<Shard>) -> Vec<Self> {
        let scopes: &[ScopeName] = if is_quick {
            &[ScopeName::Small]
        } else {
            &crate::check::SCOPES
        };
        let large = shares.has_large.then_some(Self::Explore(ScopeName::Large));
        let mut tasks: Vec<_> = scopes.iter().map(|scope| Self::Explore(*scope)).collect();
        tasks.extend([
            Self::Soak,
            Self::Induct,
            Self::Outcomes,
            Self::Stateful,
            Self::Engine,
            Self::Build,
            Self::Canary,
        ]);
        tasks.extend(PROGRAMS.map(Self::Fuzz));
        tasks.extend(has_sanitizer.then_some(Self::AddressSanitizer));
        tasks.push(Self::Coverage);
        tasks.extend(large);
        tasks.extend(mutants.map(Self::Mutants));
        tasks.push(Self::Prune);
        tasks
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;

    fn tasks(minutes: u64, is_quick: bool) -> Vec<Task> {
        let length = Duration::from_secs(minutes * 60);
        Task::all(Shares::of(length, 7, is_quick), is_quick, true, "3/28".parse().ok())
    }

    #[test]
    fn however_short_a_night_does_what_everybody_does_who_calls_the_harness_without_a_task() {
        for minutes in [1, 60] {
            let tasks = tasks(minutes, false);
            for scope in crate::check::SCOPES {
                assert!(tasks.contains(&Task::Explore(scope)), "{tasks:?}");
            }
            assert!(
                tasks.contains(&Task::Soak) && tasks.contains(&Task::Induct),
                "{tasks:?}"
            );
            assert_eq!(tasks.contains(&Task::Explore(ScopeName::Large)), minutes == 60);
        }
        assert!(tasks(1, true).contains(&Task::Explore(ScopeName::Small)));
    }

    #[test]
    fn no_two_parts_of_a_night_are_called_the_same() {
        let tasks = tasks(60, false);
        let names: BTreeSet<_> = tasks.iter().map(|task| task.name()).collect();
        assert_eq!(names.len(), tasks.len());
    }
}
