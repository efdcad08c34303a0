//! The expansion of states: every command tried in each of them, and everything checked.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

use super::canonical::{self, Fingerprint};
use super::commands::Commands;
use super::progress::Effects;
use crate::check::coverage::rules::Cell;
use crate::check::coverage::{Arrows, Coverage, Outcome, Status, Table};
use crate::check::invariants::step::{Frame, Transition};
use crate::check::invariants::{Findings, Violation, state};
use crate::check::laws;
use crate::check::panics::caught;
use crate::check::reference::Machine;
use crate::check::step::{self, Compared};
use crate::kind::Kind;
use crate::subject::Subject;

/// The number of each state that was found.
pub(super) type Known = HashMap<Fingerprint, u32, foldhash::fast::FixedState>;

/// How a state was first reached: from which state, and by which of the commands that are tried there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) parent: u32,
    pub(super) command: u32,
}

/// Where something was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Site {
    /// In a state.
    State(u32),
    /// On the way from a state.
    Transition(Edge),
}

/// A state to be expanded.
pub(super) struct Node {
    pub(super) number: u32,
    pub(super) model: OrchestrationReadModel,
}

/// A state that was found.
pub(super) struct Successor {
    pub(super) origin: Edge,
    pub(super) fingerprint: Fingerprint,
    pub(super) model: OrchestrationReadModel,
}

/// The result of expanding some states.
#[derive(Default)]
pub(super) struct Expansion {
    /// States that were not known yet, each once.
    pub(super) successors: Vec<Successor>,
    /// Transitions backwards: to a known state, from which one.
    pub(super) backwards: Vec<(u32, u32)>,
    /// Transitions backwards: to a state that was not known yet, from which one.
    pub(super) open_backwards: Vec<(Fingerprint, u32)>,
    pub(super) transitions: u64,
    pub(super) findings: Findings,
    pub(super) coverage: Coverage,
    pub(super) arrows: Arrows,
    pub(super) effects: Effects,
    /// The first transition of each cell.
    pub(super) witnesses: Table<Option<Edge>>,
    /// The first violation.
    pub(super) violated: Option<(Site, Violation)>,
}

impl Expansion {
    /// Takes note of the first violation that was found, as one of this place.
    pub(super) fn keep_violation(&mut self, place: Site) {
        let told = Violation::most_telling(self.findings.violations.drain(..));
        self.violated = self.violated.take().or_else(|| Some((place, told?)));
    }

    fn witness(&mut self, cell: Cell, origin: Edge) {
        self.coverage.note(cell.0, cell.1, cell.2);
        if let Some(witness) = self.witnesses.get_mut(cell) {
            witness.get_or_insert(origin);
        }
    }
}

/// Expands states.
#[derive(Clone, Copy)]
pub(super) struct Expander<'a> {
    pub(super) subject: Subject,
    pub(super) commands: &'a Commands,
    pub(super) symmetry: bool,
    pub(super) known: &'a Known,
    pub(super) stop: &'a AtomicBool,
}

impl Expander<'_> {
    /// Expands states one after the other, until something is violated or it is told to stop.
    pub(super) fn expand(&self, nodes: &[Node]) -> Expansion {
        let mut expansion = Expansion::default();
        let mut new = HashSet::with_hasher(foldhash::fast::FixedState::default());
        for node in nodes {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let checked = caught("interrupt_turn", || {
                laws::check_interrupts(self.subject, &node.model, &mut expansion.findings);
            });
            if let Err(violation) = checked {
                expansion.findings.violate(violation);
            }
            expansion.keep_violation(Site::State(node.number));
            if expansion.violated.is_none() {
                self.expand_node(node, &mut new, &mut expansion);
            }
            if expansion.violated.is_some() {
                break;
            }
        }
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
            let origin = Edge {
                parent: node.number,
                command: number,
            };
            expansion.transitions += 1;
            let stepped = caught(command.kind(), || {
                self.step(origin, &command, &node.model, &mut scratch, expansion)
            });
            let after = stepped.unwrap_or_else(|violation| {
                expansion.findings.violate(violation);
                None
            });
            expansion.keep_violation(Site::Transition(origin));
            if expansion.violated.is_some() {
                return;
            }
            // A refused command leaves the machine as it was.
            let Some(after) = after else { continue };
            scratch.clone_from(&machine);
            let fingerprint = self.fingerprint(&after);
            match self.known.get(&fingerprint) {
                Some(known) if *known == node.number => {}
                Some(known) => expansion.backwards.push((*known, node.number)),
                None => {
                    expansion.open_backwards.push((fingerprint, node.number));
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

    pub(super) fn fingerprint(&self, model: &OrchestrationReadModel) -> Fingerprint {
        if self.symmetry {
            canonical::up_to_names(model)
        } else {
            canonical::exact(model)
        }
    }

    /// Decides and projects one command, and checks all there is to check; gives the state after it, if it was accepted.
    fn step(
        &self,
        origin: Edge,
        command: &OrchestrationCommand,
        before: &OrchestrationReadModel,
        machine: &mut Machine,
        expansion: &mut Expansion,
    ) -> Option<OrchestrationReadModel> {
        let decided = self.subject.decide(command, before);
        let cell = (
            Kind::of(command),
            Status::met_by(command, before),
            Outcome::of(&decided),
        );
        expansion.witness(cell, origin);
        let predicted = machine.predict(command);
        let after = match &decided {
            Ok(events) => Some(self.project(before, events, expansion)),
            Err(_) => None,
        };
        if let Some(after) = &after {
            let (kind, met, _) = cell;
            expansion.arrows.note(kind, met, Status::met_by(command, after));
        }
        let transition = Transition {
            command,
            decided: &decided,
            before,
            after: after.as_ref().unwrap_or(before),
        };
        let compared = if after.is_some() {
            Compared::Whole
        } else {
            Compared::Nothing
        };
        step::check(
            transition,
            &predicted,
            machine,
            (Frame::Whole, compared),
            &mut expansion.findings,
        );
        after
    }

    fn project(
        &self,
        before: &OrchestrationReadModel,
        events: &[OrchestrationEvent],
        expansion: &mut Expansion,
    ) -> OrchestrationReadModel {
        let Expansion { effects, findings, .. } = expansion;
        let mut model = before.clone();
        for event in events {
            if effects.note_emitted(event) {
                let earlier = model.clone();
                model = self.subject.project(model, event);
                effects.note_projected(event, &earlier, &model);
            } else {
                model = self.subject.project(model, event);
            }
            state::check_touched(event, before, &model, findings);
        }
        model
    }
}
