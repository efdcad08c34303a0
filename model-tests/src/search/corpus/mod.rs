//! Corpora: inputs for the fuzz targets, made from traces.
//!
//! An entry of `command_sequence` is steps, so that a trace becomes an entry and an entry a trace. What an entry covers
//! is known, and a [seed corpus](seeds) is a choice of entries that leaves no cell out.

mod dictionary;
mod models;
mod texts;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use orchestration::OrchestrationCommand;

use crate::check::coverage::Coverage;
use crate::check::run::Run;
use crate::generate::{Encoded, RandomSteps, Resolver, Steps, encode};
use crate::search::fuzzing::Target;
use crate::search::fuzzing::event_stream::{MOST_STEPS, STRAY};
use crate::subject::Subject;

pub use dictionary::dictionary;

/// An entry of a corpus, with a name that says what it is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The target that it is for.
    pub target: Target,
    /// The name of the file.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

/// The commands that an entry of `command_sequence` becomes, as the target runs it.
#[must_use]
pub fn trace_of(bytes: &[u8]) -> Vec<OrchestrationCommand> {
    let (_, trace) = run_of(bytes);
    trace
}

/// What an entry of `command_sequence` covers.
#[must_use]
pub fn coverage_of(bytes: &[u8]) -> Coverage {
    let (run, _) = run_of(bytes);
    run.coverage().clone()
}

fn run_of(bytes: &[u8]) -> (Run, Vec<OrchestrationCommand>) {
    let (mut run, mut resolver) = (Run::new(Subject::CORE), Resolver::new());
    let mut trace = Vec::new();
    for step in Steps::from_bytes(Target::CommandSequence.taken(bytes)) {
        let command = resolver.resolve(step, run.model());
        let decision = run.step_unwinding(&command);
        trace.push(command);
        let Some(decision) = decision else { break };
        resolver.advance(&decision.unwrap_or_default());
    }
    (run, trace)
}

/// The entry that a trace becomes, and where in the trace, counted from 0, there are commands that no step resembles.
#[must_use]
pub fn entry_of(trace: &[OrchestrationCommand]) -> (Vec<u8>, Vec<usize>) {
    let Encoded { steps, missed } = encode(trace);
    (steps.to_bytes(), missed)
}

/// How many long runs are among the seeds: mutation of short ones alone is slow to reach long histories.
const LONG_RUNS: u64 = 24;

/// How many steps each of them has.
const LONG_RUN: usize = 100;

/// A seed corpus for every target: of the named traces, as few as leave no cell out that any of them covers, and some
/// long random runs.
#[must_use]
pub fn seeds(traces: &[(String, Vec<OrchestrationCommand>)]) -> Vec<Entry> {
    let candidates: Vec<(&str, Vec<u8>)> = traces
        .iter()
        .map(|(name, trace)| (name.as_str(), entry_of(trace).0))
        .collect();
    let long_runs = (0..LONG_RUNS).map(|seed| {
        let steps: Steps = RandomSteps::new(seed).take(LONG_RUN).collect();
        (format!("long-run-{seed:02}"), steps.to_bytes())
    });
    let chosen = set_cover(&candidates)
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes));
    let chosen: Vec<_> = chosen.chain(long_runs).collect();
    let sequences = chosen.iter().map(|(name, bytes)| Entry {
        target: Target::CommandSequence,
        name: name.clone(),
        bytes: bytes.clone(),
    });
    let streams = chosen.iter().map(|(name, bytes)| Entry {
        target: Target::EventStream,
        name: name.clone(),
        bytes: event_stream_of(bytes),
    });
    let pairs = chosen.iter().map(|(name, bytes)| Entry {
        target: Target::Interleaving,
        name: name.clone(),
        bytes: interleaving_of(bytes),
    });
    sequences
        .chain(streams)
        .chain(pairs)
        .chain(models::seeds())
        .chain(texts::of(chosen.iter().map(|(_, bytes)| trace_of(bytes))))
        .collect()
}

/// Chooses candidates one after the other: each time the one that adds most, and of those
/// the shortest, until none adds anything.
fn set_cover<'a>(candidates: &[(&'a str, Vec<u8>)]) -> Vec<(&'a str, Vec<u8>)> {
    let mut left: Vec<_> = candidates
        .iter()
        .map(|(name, bytes)| (*name, bytes, cells_of(&coverage_of(bytes))))
        .collect();
    let mut covered = BTreeSet::new();
    let mut chosen = Vec::new();
    while let Some((name, bytes, cells)) = left.iter().max_by_key(|(name, bytes, cells)| {
        let added = cells.difference(&covered).count();
        (added, Reverse(bytes.len()), Reverse(*name))
    }) {
        if cells.is_subset(&covered) {
            break;
        }
        covered.extend(cells.iter().cloned());
        chosen.push((*name, (*bytes).clone()));
        left.retain(|(_, _, cells)| !cells.is_subset(&covered));
    }
    chosen
}

fn cells_of(coverage: &Coverage) -> BTreeSet<String> {
    coverage
        .iter()
        .filter(|(.., count)| *count > 0)
        .map(|(row, status, outcome, _)| format!("{row} {status} {outcome}"))
        .collect()
}

/// An input of `event_stream` that begins somewhere on the way of such steps, and has bytes left for events.
fn event_stream_of(steps: &[u8]) -> Vec<u8> {
    let count = steps.len() / crate::generate::Step::SIZE;
    let last = u8::try_from(count.saturating_sub(1))
        .unwrap_or(u8::MAX)
        .min(MOST_STEPS - 1);
    let past = steps.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    let rest: Vec<u8> = steps.iter().map(|byte| byte.wrapping_mul(31)).take(64).collect();
    // Among arbitrary events, or among stray ones.
    let kind = if past.is_multiple_of(2) { 1 } else { STRAY };
    [&[kind, last, past, 0], steps, &rest].concat()
}

/// An input of `interleaving` in which both threads take such steps, in turn.
fn interleaving_of(steps: &[u8]) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(steps.len() % 2).unwrap_or_default()];
    for (index, step) in steps.chunks(crate::generate::Step::SIZE).enumerate() {
        for which in 0..2 {
            // Whose step it is, and, in the bits above, which thread comes first in which merge.
            bytes.push(which | if index % 2 == 0 { 2 } else { 4 });
            bytes.extend_from_slice(step);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{coverage_of, entry_of, seeds, trace_of};
    use crate::generate::{RandomSteps, Steps};
    use crate::search::fuzzing::Target;

    fn entry(seed: u64, length: usize) -> Vec<u8> {
        RandomSteps::new(seed).take(length).collect::<Steps>().to_bytes()
    }

    #[test]
    fn a_trace_that_became_an_entry_covers_the_same() {
        for seed in 0..5 {
            let bytes = entry(seed, 30);
            let (again, missed) = entry_of(&trace_of(&bytes));
            assert_eq!(missed, [0; 0]);
            assert_eq!(coverage_of(&again), coverage_of(&bytes));
        }
    }

    #[test]
    fn a_trace_that_adds_nothing_is_no_seed() {
        let trace = trace_of(&entry(1, 30));
        let beginning = trace[..10].to_vec();
        let traces = [("beginning", &beginning), ("whole", &trace), ("again", &trace)];
        let entries = seeds(&traces.map(|(name, trace)| (name.to_owned(), trace.clone())));
        let sequences = entries.iter().filter(|entry| entry.target == Target::CommandSequence);
        let names = sequences.map(|entry| entry.name.as_str());
        let chosen: Vec<_> = names.filter(|name| !name.starts_with("long-run")).collect();
        assert_eq!(chosen, ["again"]);
    }
}
