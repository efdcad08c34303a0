//! The expansion of states: every command tried in each of them, and everything checked.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

use super::Abstraction;
use super::canonical::{self, Fingerprint};
use super::commands::Commands;
use super::known::Known;
use super::progress::Effects;
use super::tree::{Edge, Node, Rebuilding, Tree};
use crate::check::coverage::rules::Cell;
use crate::check::coverage::{Arrows, Coverage, Outcome, Status, Table};
use crate::check::invariants::step::{Frame, Transition};
use crate::check::invariants::{Findings, Invariant, Violation, state};
use crate::check::laws::{self, Forgetting};
use crate::check::panics::caught;
use crate::check::reference::Machine;
use crate::check::step::{self, Compared};
use crate::kind::Kind;
use crate::subject::Subject;

/// How many states are asked what it is about them that decides, before it is asked of one in so many only.
const SAMPLES: u32 = 128;

/// Whether A9 is asked of a state. It costs some of what all else does.
const fn is_sample(number: u32) -> bool {
    number < SAMPLES || number.is_multiple_of(SAMPLES)
}

fn is_empty(model: &OrchestrationReadModel) -> bool {
    model.projects().len() == 0 && model.threads().len() == 0
}

/// Where something was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Site {
    /// In a state.
    State(u32),
    /// On the way from a state.
    Transition(Edge),
}

/// A state that was found.
pub(super) struct Successor {
    pub(super) origin: Edge,
    pub(super) fingerprint: Fingerprint,
}

/// The result of expanding some states.
#[derive(Default)]
pub(super) struct Expansion {
    /// States that were not known yet, each once.
    pub(super) successors: Vec<Successor>,
    pub(super) transitions: u64,
    pub(super) findings: Findings,
    pub(super) coverage: Coverage,
    pub(super) arrows: Arrows,
    pub(super) effects: Effects,
    /// The first transition of each cell.
    pub(super) witnesses: Table<Option<Edge>>,
    /// Whether it was not told to stop before all of them were expanded.
    pub(super) is_whole: bool,
    /// The first violation.
    pub(super) violated: Option<(Site, Violation)>,
}

impl Expansion {
    /// Takes note of the first violation that was found, as one of this place.
    pub(super) fn keep_violation(&mut self, place: Site) {
        let told = Violation::most_telling(self.findings.violations.drain(..));
        self.violated = self.violated.take().or_else(|| Some((place, told?)));
    }

    /// All that was counted, in one order: to be kept, and to be had again.
    pub(super) fn counts_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        let counts = self.findings.tally.counts_mut();
        let counts = counts.chain(self.coverage.counts_mut()).chain(self.arrows.counts_mut());
        counts.chain([&mut self.transitions])
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
    pub(super) abstraction: Abstraction,
    pub(super) tree: &'a Tree,
    pub(super) known: &'a Known,
    pub(super) stop: &'a AtomicBool,
}

impl Expander<'_> {
    /// Expands the states with these numbers one after the other, until something is violated or it is told to stop.
    pub(super) fn expand(&self, numbers: Range<u32>) -> Expansion {
        let mut expansion = Expansion::default();
        let mut new = HashSet::with_hasher(foldhash::fast::FixedState::default());
        let rebuilding = Rebuilding::new(self.subject, self.commands, self.tree);
        for node in rebuilding.nodes(numbers) {
            if self.stop.load(Ordering::Relaxed) {
                return expansion;
            }
            let checked = caught("interrupt_turn", || {
                laws::check_interrupts(self.subject, &node.model, &mut expansion.findings);
            });
            if let Err(violation) = checked {
                expansion.findings.violate(violation);
            }
            expansion.keep_violation(Site::State(node.number));
            if expansion.violated.is_none() {
                self.expand_node(&node, &mut new, &mut expansion);
            }
            if expansion.violated.is_some() {
                break;
            }
        }
        expansion.is_whole = true;
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
        let commands = self.commands.of(&node.model);
        let mut is_emptied = is_empty(&node.model);
        let sample = is_sample(node.number).then(|| Forgetting::of(&node.model, &mut expansion.findings));
        for (number, command) in (0..).zip(&commands) {
            let origin = Edge {
                parent: node.number,
                command: number,
            };
            expansion.transitions += 1;
            let stepped = caught(command.kind(), || {
                let after = self.step(origin, command, &node.model, &mut scratch, expansion);
                if let Some(sample) = &sample {
                    let is_same = |one: &_, other: &_| Self::of_kinds(one) == Self::of_kinds(other);
                    sample.check(self.subject, command, is_same, &mut expansion.findings);
                }
                after
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
            is_emptied |= after.projects().len() < node.model.projects().len();
            let fingerprint = self.fingerprint(&after);
            if !self.known.has(fingerprint) && new.insert(fingerprint) {
                expansion.successors.push(Successor { origin, fingerprint });
            }
        }
        // What becomes empty by way of a state with fewer projects is asked of that one.
        expansion.findings.expect(Invariant::L2, is_emptied, || {
            "from here the empty model cannot be reached: no command that is accepted deletes a project".to_owned()
        });
        expansion.keep_violation(Site::State(node.number));
    }

    /// What a state is known by where ended turns are told by kinds.
    fn of_kinds(model: &OrchestrationReadModel) -> Fingerprint {
        canonical::of(model, Abstraction::EndedTurns)
    }

    pub(super) fn fingerprint(&self, model: &OrchestrationReadModel) -> Fingerprint {
        canonical::of(model, self.abstraction)
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
