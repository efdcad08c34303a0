//! The search: breadth first, level by level.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use rayon::prelude::*;

use super::canonical::Fingerprint;
use super::commands::Commands;
use super::expand::{Expander, Expansion, Site};
use super::known::Known;
use super::memory::{Forecast, Memory, Size};
use super::progress;
use super::store::{Saved, Store, StoreError};
use super::tree::{Edge, Tree};
use super::{End, Exploration, ExploreError, Kept, Options, Progress};
use crate::check::invariants::{Invariant, Violation};
use crate::counterexample::{Counterexample, Evidence, Origin, Search};
use crate::subject::Subject;

/// How many states a thread expands at a time. Their models are made again, from those of ancestors that they have in common.
const BATCH: u32 = 256;

/// How many states are expanded before their results are merged: what several of them led to is then kept once.
const ROUND: u32 = 64 * BATCH;

/// How long it goes on before it keeps how far it has come.
const SAVING: Duration = Duration::from_secs(60);

/// The search as it goes on.
pub(super) struct Searching<'a> {
    subject: Subject,
    options: &'a Options,
    progress: &'a Progress,
    stop: &'a AtomicBool,
    commands: Commands,
    known: Known,
    tree: Tree,
    total: Expansion,
    memory: Memory,
    will_not_fit: Option<Forecast>,
    /// How many states each level has that was begun with.
    levels: Vec<u64>,
    /// The level that is expanded.
    level: Range<u32>,
    /// How many states are expanded.
    expanded: u32,
    store: Option<Store>,
    /// What is explored, how, and by whom.
    of: String,
    /// How long it took before it was stopped.
    earlier: Duration,
    started: Instant,
    saved: Instant,
}

impl<'a> Searching<'a> {
    pub(super) fn new(
        kept: Option<Kept<'_>>,
        subject: Subject,
        options: &'a Options,
        progress: &'a Progress,
        stop: &'a AtomicBool,
    ) -> Result<Self, ExploreError> {
        let now = Instant::now();
        let mut searching = Self {
            subject,
            options,
            progress,
            stop,
            commands: Commands::new(options.scope, options.abstraction.is_from_names())?.without(options.left_out),
            known: Known::default(),
            tree: Tree::default(),
            total: Expansion::default(),
            memory: Memory::new(options.most_bytes),
            will_not_fit: None,
            levels: vec![1],
            level: 0..1,
            expanded: 0,
            store: None,
            of: String::new(),
            earlier: Duration::ZERO,
            started: now,
            saved: now,
        };
        if let Some(kept) = kept {
            searching.go_on_in(kept)?;
        }
        if searching.tree.len() == 0 {
            let empty = searching.expander().fingerprint(&OrchestrationReadModel::default());
            searching.take_in(empty, Edge { parent: 0, command: 0 })?;
        }
        Ok(searching)
    }

    /// Goes on with the exploration that is kept in a folder, if there is one.
    fn go_on_in(&mut self, kept: Kept<'_>) -> Result<(), StoreError> {
        let Options {
            scope,
            abstraction,
            left_out,
            ..
        } = self.options;
        self.of = format!("{}: {scope:?}, but for {abstraction:?}, without {left_out:?}", kept.by);
        let (known, tree) = (&mut self.known, &mut self.tree);
        let (store, saved) = Store::open(kept.folder, &self.of, |fingerprint, edge| {
            known.insert(fingerprint);
            tree.push(edge);
        })?;
        self.store = Some(store);
        let Some(saved) = saved else { return Ok(()) };
        let total = &mut self.total;
        total
            .counts_mut()
            .zip(saved.counts)
            .for_each(|(mine, saved)| *mine = saved);
        total
            .effects
            .bits_mut()
            .into_iter()
            .zip(saved.effects)
            .for_each(|(mine, saved)| *mine = saved);
        total
            .witnesses
            .values_mut()
            .zip(saved.witnesses)
            .for_each(|(mine, saved)| *mine = saved);
        self.progress.transitions.store(total.transitions, Ordering::Relaxed);
        (self.level, self.expanded, self.levels) = (saved.level, saved.expanded, saved.levels);
        self.earlier = saved.taken;
        Ok(())
    }

    /// Keeps how far it has come, if it is to be kept.
    fn save(&mut self) -> Result<(), StoreError> {
        let Some(store) = &mut self.store else { return Ok(()) };
        let total = &mut self.total;
        self.saved = Instant::now();
        store.save(&Saved {
            of: self.of.clone(),
            states: self.tree.len() as u64,
            level: self.level.clone(),
            expanded: self.expanded,
            levels: self.levels.clone(),
            taken: self.earlier + self.started.elapsed(),
            counts: total.counts_mut().map(|count| *count).collect(),
            effects: total.effects.bits_mut().map(|bits| *bits),
            witnesses: total.witnesses.values_mut().map(|witness| *witness).collect(),
        })
    }

    /// Takes in a state that was found; one that is known is left alone.
    fn take_in(&mut self, fingerprint: Fingerprint, edge: Edge) -> Result<(), StoreError> {
        if self.known.insert(fingerprint) {
            self.tree.push(edge);
            if let Some(store) = &mut self.store {
                store.push(fingerprint, edge)?;
            }
        }
        Ok(())
    }

    pub(super) fn run(mut self) -> Result<Exploration, StoreError> {
        let end = self.expand_levels()?;
        if end != End::Violated {
            self.save()?;
        }
        let bytes_per_state = self.memory.bytes_per_state(self.tree.len());
        if end == End::Complete && self.options.scope.has_room_for_every_rule() {
            let total = &mut self.total;
            progress::check_rules(&total.coverage, total.effects, &mut total.findings);
            total.keep_violation(Site::State(0));
        }
        let violated = self.total.violated.take();
        let found = violated.map(|(place, violation)| Counterexample {
            evidence: evidence_of(&violation, self.trace_to(place)),
            violation,
            origin: Origin::of(Search::Exploration),
        });
        let witnesses = self.total.witnesses.iter();
        let witnesses = witnesses
            .filter_map(|(cell, origin)| Some((cell, self.trace_to(Site::Transition((*origin)?)))))
            .collect();
        Ok(Exploration {
            end: if found.is_some() { End::Violated } else { end },
            states: self.tree.len() as u64,
            transitions: self.total.transitions,
            depth: number(self.levels.len() - 1),
            bytes_per_state,
            will_not_fit: self.will_not_fit,
            elapsed: self.earlier + self.started.elapsed(),
            tally: self.total.findings.tally,
            coverage: self.total.coverage,
            arrows: self.total.arrows,
            levels: self.levels,
            found,
            witnesses,
        })
    }

    /// Expands level after level, until there is nothing new.
    fn expand_levels(&mut self) -> Result<End, StoreError> {
        loop {
            self.note_progress();
            while self.expanded < self.level.end {
                let round = self.expanded..self.expanded.saturating_add(ROUND).min(self.level.end);
                let expansions = self.expand(round.clone());
                let is_whole = expansions.iter().all(|expansion| expansion.is_whole);
                let is_violated = expansions.iter().any(|expansion| expansion.violated.is_some());
                // What was cut short is begun with again when this goes on.
                if !is_whole && !is_violated {
                    return Ok(End::Stopped);
                }
                self.merge(expansions)?;
                self.expanded = round.end;
                self.note_progress();
                if let Some(end) = self.end() {
                    return Ok(end);
                }
                if self.saved.elapsed() >= SAVING {
                    self.save()?;
                }
            }
            let next = self.level.end..number(self.tree.len());
            if next.is_empty() {
                return Ok(End::Complete);
            }
            self.will_not_fit = self.memory.will_not_fit(Size {
                states: self.tree.len(),
                level: self.level.len(),
                next: next.len(),
                capacity: self.known.capacity(),
            });
            if self.will_not_fit.is_some() {
                return Ok(End::OutOfMemory);
            }
            self.levels.push(next.len() as u64);
            self.level = next;
        }
    }

    fn note_progress(&self) {
        let states = self.tree.len();
        self.progress.states.store(states as u64, Ordering::Relaxed);
        self.progress
            .depth
            .store(self.levels.len() as u64 - 1, Ordering::Relaxed);
        self.progress.frontier.store(self.level.len() as u64, Ordering::Relaxed);
        let bytes = self.memory.bytes_per_state(states).unwrap_or_default();
        self.progress.bytes_per_state.store(bytes, Ordering::Relaxed);
    }

    /// Why to end before the graph is complete.
    fn end(&self) -> Option<End> {
        if self.total.violated.is_some() {
            Some(End::Violated)
        } else if self.stop.load(Ordering::Relaxed) {
            Some(End::Stopped)
        } else if self.tree.len() as u64 > self.options.most_states.min(u64::from(u32::MAX)) {
            Some(End::OutOfBounds)
        } else {
            None
        }
    }

    const fn expander(&self) -> Expander<'_> {
        Expander {
            subject: self.subject,
            commands: &self.commands,
            abstraction: self.options.abstraction,
            tree: &self.tree,
            known: &self.known,
            stop: self.stop,
        }
    }

    fn expand(&self, numbers: Range<u32>) -> Vec<Expansion> {
        let expander = self.expander();
        let expand = |batch| {
            let expansion = expander.expand(batch);
            self.progress
                .transitions
                .fetch_add(expansion.transitions, Ordering::Relaxed);
            expansion
        };
        let batches: Vec<_> = chunks(numbers, BATCH).collect();
        batches.into_par_iter().map(expand).collect()
    }

    /// Merges the results of expansions in the order of the states, so that it does not depend on which thread
    /// was done first.
    fn merge(&mut self, expansions: Vec<Expansion>) -> Result<(), StoreError> {
        for expansion in expansions {
            for successor in expansion.successors {
                self.take_in(successor.fingerprint, successor.origin)?;
            }
            let total = &mut self.total;
            total.transitions += expansion.transitions;
            total.findings.tally.add(&expansion.findings.tally);
            total.coverage.add(&expansion.coverage);
            total.arrows.add(&expansion.arrows);
            total.effects.add(expansion.effects);
            for (mine, theirs) in total.witnesses.zip_mut(&expansion.witnesses) {
                *mine = mine.or(*theirs);
            }
            if expansion.violated.is_some() {
                total.violated = expansion.violated;
                return Ok(());
            }
        }
        Ok(())
    }

    /// The shortest trace to a place. The commands are made again, from state to state.
    fn trace_to(&self, place: Site) -> Vec<OrchestrationCommand> {
        let (mut path, last) = match place {
            Site::State(state) => (self.tree.path_to(state), None),
            Site::Transition(edge) => (self.tree.path_to(edge.parent), Some(edge)),
        };
        path.extend(last);
        let mut model = OrchestrationReadModel::default();
        let mut trace = Vec::with_capacity(path.len());
        let steps = path.len();
        for (step, edge) in (1..).zip(path) {
            let Some(command) = self.commands.of(&model).into_iter().nth(edge.command as usize) else {
                break;
            };
            // The last command may be one that makes the subject panic.
            if step < steps {
                let events = self.subject.decide(&command, &model).unwrap_or_default();
                model = self.subject.fold(model, &events);
            }
            trace.push(command);
        }
        trace
    }
}

/// The numbers of a range, at most so many at a time.
fn chunks(range: Range<u32>, most: u32) -> impl Iterator<Item = Range<u32>> {
    let end = range.end;
    range
        .step_by(most as usize)
        .map(move |first| first..first.saturating_add(most).min(end))
}

/// A count of states as their numbers are.
fn number(states: usize) -> u32 {
    u32::try_from(states).unwrap_or(u32::MAX)
}

/// What the trace to a violation shows: L1 and A9 are laws, and of the graph as a whole it shows nothing.
fn evidence_of(violation: &Violation, trace: Vec<OrchestrationCommand>) -> Evidence {
    if matches!(violation.invariant, Invariant::L1 | Invariant::A9) {
        Evidence::Laws(trace)
    } else if matches!(violation.invariant, Invariant::L2 | Invariant::L3) {
        Evidence::Graph(trace)
    } else {
        Evidence::Run(trace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_graph_shows_is_told_from_what_a_trace_shows() {
        let evidence = |invariant| evidence_of(&Violation::new(invariant, "it is broken"), vec![]);
        assert_eq!(evidence(Invariant::L1), Evidence::Laws(vec![]));
        assert_eq!(evidence(Invariant::A9), Evidence::Laws(vec![]));
        assert_eq!(evidence(Invariant::L2), Evidence::Graph(vec![]));
        assert_eq!(evidence(Invariant::L3), Evidence::Graph(vec![]));
        assert_eq!(evidence(Invariant::S1), Evidence::Run(vec![]));
    }

    #[test]
    fn a_level_is_expanded_whole_in_pieces() {
        let pieces: Vec<_> = chunks(3..13, 4).collect();
        assert_eq!(pieces, [3..7, 7..11, 11..13]);
        assert_eq!(chunks(3..3, 4).count(), 0);
        let mut last = chunks(u32::MAX - 1..u32::MAX, 4);
        assert_eq!((last.next(), last.next()), (Some(u32::MAX - 1..u32::MAX), None));
    }
}
