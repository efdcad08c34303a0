//! The search: breadth first, level by level.

use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use orchestration::{OrchestrationCommand, OrchestrationReadModel, ValueError};
use rayon::prelude::*;

use super::commands::Commands;
use super::expand::{Edge, Expander, Expansion, Known, Node, Site};
use super::memory::{Forecast, Memory, Size};
use super::progress;
use super::{End, Exploration, Options, Progress};
use crate::check::invariants::{Invariant, Violation};
use crate::counterexample::{Counterexample, Evidence, Origin, Search};
use crate::subject::Subject;

/// How many states a thread expands at a time.
const BATCH: usize = 64;

/// How many states are expanded before their results are merged: what several of them led to is then kept once.
const ROUND: usize = 256 * BATCH;

/// The search as it goes on.
pub(super) struct Searching<'a> {
    subject: Subject,
    options: &'a Options,
    progress: &'a Progress,
    stop: &'a AtomicBool,
    commands: Commands,
    known: Known,
    /// How each state but the first was reached, by its number.
    origins: Vec<Edge>,
    /// All transitions backwards: the state after, and the state before.
    backwards: Vec<(u32, u32)>,
    total: Expansion,
    memory: Memory,
    will_not_fit: Option<Forecast>,
    /// How many states each level has that was begun with.
    levels: Vec<u64>,
}

impl<'a> Searching<'a> {
    pub(super) fn new(
        subject: Subject,
        options: &'a Options,
        progress: &'a Progress,
        stop: &'a AtomicBool,
    ) -> Result<Self, ValueError> {
        Ok(Self {
            subject,
            options,
            progress,
            stop,
            commands: Commands::new(options.scope, options.symmetry)?.without(options.left_out),
            known: Known::default(),
            origins: Vec::new(),
            backwards: Vec::new(),
            total: Expansion::default(),
            memory: Memory::new(options.most_bytes),
            will_not_fit: None,
            levels: Vec::new(),
        })
    }

    pub(super) fn run(mut self) -> Exploration {
        let started = Instant::now();
        let (mut end, depth) = self.expand_levels();
        let bytes_per_state = self.memory.bytes_per_state(self.origins.len());
        if end == End::Complete && !self.check_graph() {
            end = End::Stopped;
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
        Exploration {
            end: if found.is_some() { End::Violated } else { end },
            states: self.origins.len() as u64,
            transitions: self.total.transitions,
            depth,
            bytes_per_state,
            will_not_fit: self.will_not_fit,
            elapsed: started.elapsed(),
            tally: self.total.findings.tally,
            coverage: self.total.coverage,
            arrows: self.total.arrows,
            levels: self.levels,
            found,
            witnesses,
        }
    }

    /// Expands level after level, until there is nothing new.
    fn expand_levels(&mut self) -> (End, u32) {
        let empty = OrchestrationReadModel::default();
        self.known.insert(self.expander().fingerprint(&empty), 0);
        self.origins.push(Edge { parent: 0, command: 0 });
        let mut level = vec![Node {
            number: 0,
            model: empty,
        }];
        let mut depth = 0;
        loop {
            self.progress.depth.store(u64::from(depth), Ordering::Relaxed);
            self.progress.frontier.store(level.len() as u64, Ordering::Relaxed);
            self.levels.push(level.len() as u64);
            let mut next = Vec::new();
            for round in level.chunks(ROUND) {
                let expansions = self.expand(round);
                self.merge(expansions, &mut next);
                self.note_progress();
                if let Some(end) = self.end() {
                    return (end, depth);
                }
            }
            if next.is_empty() {
                return (End::Complete, depth);
            }
            self.will_not_fit = self.memory.will_not_fit(Size {
                states: self.origins.len(),
                level: level.len(),
                next: next.len(),
                transitions: self.backwards.len(),
                capacity: self.known.capacity(),
            });
            if self.will_not_fit.is_some() {
                return (End::OutOfMemory, depth);
            }
            level = next;
            depth += 1;
        }
    }

    fn note_progress(&self) {
        let states = self.origins.len();
        self.progress.states.store(states as u64, Ordering::Relaxed);
        let bytes = self.memory.bytes_per_state(states).unwrap_or_default();
        self.progress.bytes_per_state.store(bytes, Ordering::Relaxed);
    }

    /// Why to end before the graph is complete.
    fn end(&self) -> Option<End> {
        if self.total.violated.is_some() {
            Some(End::Violated)
        } else if self.stop.load(Ordering::Relaxed) {
            Some(End::Stopped)
        } else if self.origins.len() as u64 > self.options.most_states.min(u64::from(u32::MAX)) {
            Some(End::OutOfBounds)
        } else {
            None
        }
    }

    const fn expander(&self) -> Expander<'_> {
        Expander {
            subject: self.subject,
            commands: &self.commands,
            symmetry: self.options.symmetry,
            known: &self.known,
            stop: self.stop,
        }
    }

    fn expand(&self, nodes: &[Node]) -> Vec<Expansion> {
        let expander = self.expander();
        let expand = |batch| {
            let expansion = expander.expand(batch);
            self.progress
                .transitions
                .fetch_add(expansion.transitions, Ordering::Relaxed);
            expansion
        };
        nodes.par_chunks(BATCH).map(expand).collect()
    }

    /// Merges the results of expansions in the order of the states, so that it does not depend on which thread
    /// was done first.
    fn merge(&mut self, expansions: Vec<Expansion>, next: &mut Vec<Node>) {
        for expansion in expansions {
            for successor in expansion.successors {
                let number = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
                if let Entry::Vacant(entry) = self.known.entry(successor.fingerprint) {
                    entry.insert(number);
                    self.origins.push(successor.origin);
                    next.push(Node {
                        number,
                        model: successor.model,
                    });
                }
            }
            let known = &self.known;
            let open = expansion.open_backwards.iter();
            self.backwards.extend(expansion.backwards);
            self.backwards
                .extend(open.filter_map(|(to, from)| Some((*known.get(to)?, *from))));
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
                return;
            }
        }
    }

    /// Asks what only the whole graph can answer. Gives whether all of it was asked, or it was told to stop.
    fn check_graph(&mut self) -> bool {
        let (total, states) = (&mut self.total, self.origins.len());
        if self.options.scope.has_room_for_every_rule() {
            progress::check_rules(&total.coverage, total.effects, &mut total.findings);
            total.keep_violation(Site::State(0));
        }
        let backwards = std::mem::take(&mut self.backwards);
        let asked = progress::first_dead_end(backwards, states, self.stop, &mut total.findings);
        let Ok(dead_end) = asked else {
            return false;
        };
        total.keep_violation(Site::State(dead_end.unwrap_or_default()));
        true
    }

    /// The shortest trace to a place. The commands are made again, from state to state.
    fn trace_to(&self, place: Site) -> Vec<OrchestrationCommand> {
        let (mut state, mut numbers) = match place {
            Site::State(state) => (state, vec![]),
            Site::Transition(origin) => (origin.parent, vec![origin.command]),
        };
        while state > 0 {
            let Some(origin) = self.origins.get(state as usize) else {
                break;
            };
            numbers.push(origin.command);
            state = origin.parent;
        }
        let mut model = OrchestrationReadModel::default();
        let mut trace = Vec::with_capacity(numbers.len());
        while let Some(number) = numbers.pop() {
            let Some(command) = self.commands.of(&model).into_iter().nth(number as usize) else {
                break;
            };
            // The last command may be one that makes the subject panic.
            if !numbers.is_empty() {
                let events = self.subject.decide(&command, &model).unwrap_or_default();
                model = self.subject.fold(model, &events);
            }
            trace.push(command);
        }
        trace
    }
}

/// What the trace to a violation shows: L1 is one of the laws, and of the graph as a whole it shows nothing.
fn evidence_of(violation: &Violation, trace: Vec<OrchestrationCommand>) -> Evidence {
    if violation.invariant == Invariant::L1 {
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
    use crate::search::explore::Scope;

    #[test]
    fn what_only_the_graph_shows_is_told_from_what_a_trace_shows() {
        let evidence = |invariant| evidence_of(&Violation::new(invariant, "it is broken"), vec![]);
        assert_eq!(evidence(Invariant::L1), Evidence::Laws(vec![]));
        assert_eq!(evidence(Invariant::L2), Evidence::Graph(vec![]));
        assert_eq!(evidence(Invariant::L3), Evidence::Graph(vec![]));
        assert_eq!(evidence(Invariant::S1), Evidence::Run(vec![]));
    }

    #[test]
    fn the_graph_is_asked_to_the_end_unless_it_is_told_to_stop() {
        let bare = Scope {
            threads: 0,
            ..Scope::TINY
        };
        let (options, progress) = (Options::new(bare), Progress::default());
        for stop in [false, true] {
            let stop = AtomicBool::new(stop);
            let search = Searching::new(Subject::CORE, &options, &progress, &stop);
            let mut search = search.expect("the names are well-formed");
            search.expand_levels();
            assert_eq!(search.check_graph(), !stop.load(Ordering::Relaxed));
        }
    }
}
