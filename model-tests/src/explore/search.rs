//! The search: breadth first, level by level.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ValueError};
use rayon::prelude::*;

use super::canonical::{self, Fingerprint};
use super::commands::Commands;
use super::names::Names;
use super::progress::{self, Kinds};
use super::{Exploration, Found, Options, Progress, Verdict};
use crate::coverage::{Coverage, Outcome, Row, Status, rules::Cell};
use crate::invariants::step::{Frame, Transition, check_step};
use crate::invariants::{Findings, Invariant, Violation, state};
use crate::reference::{self, Machine};
use crate::run::{Decision, panic_message};
use crate::subject::Subject;

/// How many states a thread expands at a time.
const BATCH: usize = 256;

/// How a state was come upon: from which, and by which of the commands that are tried there. The first has none.
#[derive(Clone, Copy, Debug)]
struct Origin {
    parent: u32,
    command: u32,
}

/// A state to be expanded.
struct Node {
    number: u32,
    model: OrchestrationReadModel,
}

/// A state come upon.
struct Successor {
    origin: Origin,
    fingerprint: Fingerprint,
    model: OrchestrationReadModel,
}

/// What the expansion of some states came to.
#[derive(Default)]
struct Expansion {
    successors: Vec<Successor>,
    /// From which state to which; those to states that were not known yet are in `successors`.
    edges: Vec<(u32, u32)>,
    /// The same, by fingerprint, to states that were come upon on this level.
    open_edges: Vec<(u32, Fingerprint)>,
    transitions: u64,
    findings: Findings,
    coverage: Coverage,
    kinds: Kinds,
    /// The first transition of each cell.
    witnesses: BTreeMap<Cell, Origin>,
    /// The first transition that violated something.
    violated: Option<(Origin, Violation)>,
}

impl Expansion {
    /// Keeps the first violation, as one of the transition that was just checked.
    fn keep_violation(&mut self, origin: Origin) {
        let told = Violation::most_telling(self.findings.violations.drain(..));
        self.violated = self
            .violated
            .take()
            .or_else(|| told.map(|violation| (origin, violation)));
    }
}

/// The search as it goes on.
pub(super) struct Search<'a> {
    subject: Subject,
    options: &'a Options,
    progress: &'a Progress,
    stop: &'a AtomicBool,
    commands: Commands,
    known: HashMap<Fingerprint, u32, foldhash::fast::FixedState>,
    origins: Vec<Origin>,
    edges: Vec<(u32, u32)>,
    total: Expansion,
}

impl<'a> Search<'a> {
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
            commands: Commands::new(options.scope, options.symmetry, Names::new()?),
            known: HashMap::default(),
            origins: Vec::new(),
            edges: Vec::new(),
            total: Expansion::default(),
        })
    }

    pub(super) fn run(mut self) -> Exploration {
        let started = Instant::now();
        let (verdict, depth) = self.levels();
        let mut found = self
            .total
            .violated
            .take()
            .map(|(origin, violation)| self.found(origin, violation));
        if found.is_none() && verdict == Verdict::Complete {
            let violated = self.check_graph();
            found = violated.map(|(number, violation)| Found {
                trace: self.trace_to(number),
                violation,
            });
        }
        let witnesses = self
            .total
            .witnesses
            .iter()
            .map(|(cell, origin)| (*cell, self.trace_of(*origin)))
            .collect();
        Exploration {
            verdict: if found.is_some() { Verdict::Violated } else { verdict },
            states: self.origins.len() as u64,
            transitions: self.total.transitions,
            depth,
            elapsed: started.elapsed(),
            tally: self.total.findings.tally,
            coverage: self.total.coverage,
            found,
            witnesses,
        }
    }

    /// Expands level after level, until there is nothing new.
    fn levels(&mut self) -> (Verdict, u32) {
        let empty = OrchestrationReadModel::default();
        self.known.insert(self.fingerprint(&empty), 0);
        self.origins.push(Origin { parent: 0, command: 0 });
        let mut level = vec![Node {
            number: 0,
            model: empty,
        }];
        let mut depth = 0;
        while !level.is_empty() {
            let expansions: Vec<Expansion> = level.par_chunks(BATCH).map(|nodes| self.expand(nodes)).collect();
            drop(level);
            level = self.merge(expansions);
            if self.total.violated.is_some() {
                return (Verdict::Violated, depth + 1);
            }
            if self.stop.load(Ordering::Relaxed) {
                return (Verdict::Stopped, depth);
            }
            if self.origins.len() as u64 > self.options.most_states {
                return (Verdict::OutOfBounds, depth);
            }
            if !level.is_empty() {
                depth += 1;
            }
            self.progress.states.store(self.origins.len() as u64, Ordering::Relaxed);
            self.progress.frontier.store(level.len() as u64, Ordering::Relaxed);
            self.progress.depth.store(u64::from(depth), Ordering::Relaxed);
        }
        (Verdict::Complete, depth)
    }

    /// Asks what only the whole graph can answer.
    fn check_graph(&mut self) -> Option<(u32, Violation)> {
        let findings = &mut self.total.findings;
        if self.options.scope.has_room_for_every_rule() {
            progress::check_rules(&self.total.kinds, findings);
        }
        let dead_end = progress::first_dead_end(&self.edges, self.origins.len(), findings);
        let violation = findings.violations.drain(..).next()?;
        Some((dead_end.unwrap_or(0), violation))
    }

    fn fingerprint(&self, model: &OrchestrationReadModel) -> Fingerprint {
        if self.options.symmetry {
            canonical::up_to_names(model)
        } else {
            canonical::exact(model)
        }
    }

    fn expand(&self, nodes: &[Node]) -> Expansion {
        let mut expansion = Expansion::default();
        let mut new = HashSet::with_hasher(foldhash::fast::FixedState::default());
        for node in nodes {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            progress::check_interrupts(self.subject, &node.model, &mut expansion.findings);
            if let Some(origin) = self.origins.get(node.number as usize) {
                expansion.keep_violation(*origin);
            }
            self.expand_node(node, &mut new, &mut expansion);
        }
        self.progress
            .transitions
            .fetch_add(expansion.transitions, Ordering::Relaxed);
        expansion
    }

    fn expand_node(
        &self,
        node: &Node,
        new: &mut HashSet<Fingerprint, foldhash::fast::FixedState>,
        expansion: &mut Expansion,
    ) {
        let machine = Machine::from(&node.model);
        let mut scratch = machine.clone();
        for (number, command) in (0..).zip(self.commands.of(&node.model)) {
            let origin = Origin {
                parent: node.number,
                command: number,
            };
            expansion.transitions += 1;
            let stepped = catch_unwind(AssertUnwindSafe(|| {
                self.transition(&command, &node.model, &mut scratch, expansion)
            }));
            let after = match stepped {
                Ok((after, cell)) => {
                    expansion.witnesses.entry(cell).or_insert(origin);
                    after
                }
                Err(panic) => {
                    expansion
                        .findings
                        .violate(Violation::new(Invariant::A6, panic_message(&command, &*panic)));
                    None
                }
            };
            expansion.keep_violation(origin);
            let Some(after) = after else { continue };
            scratch.clone_from(&machine);
            let fingerprint = self.fingerprint(&after);
            match self.known.get(&fingerprint) {
                Some(known) if *known == node.number => {}
                Some(known) => expansion.edges.push((node.number, *known)),
                None => {
                    expansion.open_edges.push((node.number, fingerprint));
                    if new.insert(fingerprint) {
                        expansion.successors.push(Successor {
                            origin,
                            fingerprint,
                            model: after,
                        });
                    }
                }
            }
        }
    }

    /// Decides and projects one command, and checks all there is to check; gives the state after it, if it was accepted.
    fn transition(
        &self,
        command: &OrchestrationCommand,
        before: &OrchestrationReadModel,
        machine: &mut Machine,
        expansion: &mut Expansion,
    ) -> (Option<OrchestrationReadModel>, Cell) {
        let Expansion {
            findings,
            coverage,
            kinds,
            ..
        } = expansion;
        let decision = (self.subject.decide)(command, before);
        let cell = (
            Row::of(command),
            Status::met_by(command, before),
            Outcome::of(&decision),
        );
        coverage.note(cell.0, cell.1, cell.2);
        let predicted = machine.predict(command);
        reference::check_decision(command, before, &predicted, &decision, findings);
        kinds.note_decision(command, &decision);
        let after = match &decision {
            Err(_) => before.clone(),
            Ok(events) => self.project(before, events, kinds, findings),
        };
        let transition = Transition {
            command,
            outcome: &decision,
            before,
            after: &after,
        };
        check_step(transition, Frame::Whole, findings);
        if decision.is_ok() {
            reference::check_view(command, machine, &after, true, findings);
        }
        (accepted(&decision, after), cell)
    }

    fn project(
        &self,
        before: &OrchestrationReadModel,
        events: &[OrchestrationEvent],
        kinds: &mut Kinds,
        findings: &mut Findings,
    ) -> OrchestrationReadModel {
        let mut model = before.clone();
        for event in events {
            let is_to_be_noted = !kinds.has_changed(event);
            let earlier = is_to_be_noted.then(|| model.clone());
            model = (self.subject.project)(model, event);
            if let Some(earlier) = earlier {
                kinds.note_projection(event, &earlier, &model);
            }
            state::check_touched(event, before, &model, findings);
        }
        model
    }

    /// Adds what the expansions of a level came to, in the order of the states, and gives the next level.
    fn merge(&mut self, expansions: Vec<Expansion>) -> Vec<Node> {
        let mut level = Vec::new();
        for expansion in expansions {
            for successor in expansion.successors {
                let number = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
                if let std::collections::hash_map::Entry::Vacant(entry) = self.known.entry(successor.fingerprint) {
                    entry.insert(number);
                    self.origins.push(successor.origin);
                    level.push(Node {
                        number,
                        model: successor.model,
                    });
                }
            }
            self.edges.extend(expansion.edges);
            let known = &self.known;
            self.edges.extend(
                expansion
                    .open_edges
                    .iter()
                    .filter_map(|(from, to)| Some((*from, *known.get(to)?))),
            );
            let total = &mut self.total;
            total.transitions += expansion.transitions;
            total.findings.tally.add(&expansion.findings.tally);
            total.coverage.add(&expansion.coverage);
            total.kinds.add(&expansion.kinds);
            for (cell, origin) in expansion.witnesses {
                total.witnesses.entry(cell).or_insert(origin);
            }
            total.violated = total.violated.take().or(expansion.violated);
        }
        level
    }

    fn found(&self, origin: Origin, violation: Violation) -> Found {
        Found {
            violation,
            trace: self.trace_of(origin),
        }
    }

    /// The shortest trace to a state.
    fn trace_to(&self, number: u32) -> Vec<OrchestrationCommand> {
        match self.origins.get(number as usize) {
            Some(origin) if number > 0 => self.trace_of(*origin),
            Some(_) | None => Vec::new(),
        }
    }

    /// The shortest trace that ends with a transition. The commands are made again, from state to state.
    fn trace_of(&self, origin: Origin) -> Vec<OrchestrationCommand> {
        let mut origins = vec![origin];
        let mut parent = origin.parent;
        while parent > 0 {
            let Some(origin) = self.origins.get(parent as usize) else {
                break;
            };
            origins.push(*origin);
            parent = origin.parent;
        }
        let mut model = OrchestrationReadModel::default();
        let mut trace = Vec::new();
        for origin in origins.iter().rev() {
            let Some(command) = self.commands.of(&model).into_iter().nth(origin.command as usize) else {
                break;
            };
            trace.push(command.clone());
            if trace.len() == origins.len() {
                break;
            }
            let events = (self.subject.decide)(&command, &model).unwrap_or_default();
            model = events.iter().fold(model, self.subject.project);
        }
        trace
    }
}

fn accepted(decision: &Decision, after: OrchestrationReadModel) -> Option<OrchestrationReadModel> {
    decision.is_ok().then_some(after)
}
