//! L1 to L3: what is true of the graph of reachable states.

use orchestration::commands::InterruptTurn;
use orchestration::read_model::ThreadStatus;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use petgraph::csr::Csr;
use petgraph::visit::Bfs;

use crate::invariants::{Findings, Invariant};
use crate::run::Decision;
use crate::subject::Subject;

/// Which kinds of things were seen to take effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    accepted: Seen,
    emitted: Seen,
    changed: Seen,
    returned: Seen,
}

/// A set of kinds, each by its place among all of its sort.
#[derive(Clone, Copy, Debug, Default)]
struct Seen(u32);

impl Seen {
    fn note(&mut self, kind: &'static str, all: &[&'static str]) {
        // The very same strings, as a rule: comparing them is cheap.
        if let Some(place) = all.iter().position(|known| *known == kind) {
            self.0 |= 1 << place;
        }
    }

    fn missing(self, all: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
        all.iter()
            .enumerate()
            .filter(move |(place, _)| self.0 & (1 << place) == 0)
            .map(|(_, kind)| *kind)
    }

    fn has(self, kind: &str, all: &[&'static str]) -> bool {
        all.iter()
            .position(|known| *known == kind)
            .is_some_and(|place| self.0 & (1 << place) != 0)
    }
}

impl Kinds {
    pub(super) fn note_decision(&mut self, command: &OrchestrationCommand, decision: &Decision) {
        match decision {
            Err(error) => self.returned.note(error.kind(), DeciderError::KINDS),
            Ok(events) => {
                self.accepted.note(command.kind(), OrchestrationCommand::KINDS);
                for event in events {
                    self.emitted.note(event.kind(), OrchestrationEvent::KINDS);
                }
            }
        }
    }

    pub(super) fn has_changed(&self, event: &OrchestrationEvent) -> bool {
        self.changed.has(event.kind(), OrchestrationEvent::KINDS)
    }

    pub(super) fn note_projection(
        &mut self,
        event: &OrchestrationEvent,
        before: &OrchestrationReadModel,
        after: &OrchestrationReadModel,
    ) {
        // In a whole batch the event before it has set the status: it tells of the change, and makes none.
        let tells_a_change =
            matches!(event, OrchestrationEvent::ThreadStatusChanged(change) if change.from != change.to);
        if tells_a_change || before != after {
            self.changed.note(event.kind(), OrchestrationEvent::KINDS);
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.accepted.0 |= other.accepted.0;
        self.emitted.0 |= other.emitted.0;
        self.changed.0 |= other.changed.0;
        self.returned.0 |= other.returned.0;
    }
}

/// L1: interrupting each active turn brings its thread to rest, and all of them all threads.
pub(super) fn check_interrupts(subject: Subject, model: &OrchestrationReadModel, findings: &mut Findings) {
    let mut rested = model.clone();
    for (thread, turn) in model.active_turns() {
        let (thread_id, turn_id, at) = (thread.id(), turn.id(), thread.updated_at());
        let interrupt = InterruptTurn { thread_id, turn_id, at }.into();
        let decision = (subject.decide)(&interrupt, &rested);
        let events = decision.as_deref().unwrap_or_default();
        rested = events.iter().fold(rested, subject.project);
        let is_idle = rested
            .thread(thread_id)
            .is_some_and(|thread| thread.status() == ThreadStatus::Idle);
        findings.expect(Invariant::L1, is_idle, || {
            format!("interrupting turn {turn_id} left thread {thread_id} not idle: {decision:?}")
        });
    }
    let restless = rested.threads().find(|thread| thread.status() != ThreadStatus::Idle);
    findings.expect(Invariant::L1, restless.is_none(), || {
        let id = restless.map(|thread| thread.id().to_string()).unwrap_or_default();
        format!("with all active turns interrupted, thread {id} is still not idle")
    });
}

/// L3: no rule is dead.
pub(super) fn check_rules(kinds: &Kinds, findings: &mut Findings) {
    let lists = [
        (
            kinds.accepted,
            OrchestrationCommand::KINDS,
            "no command of this kind is accepted in any state",
        ),
        (
            kinds.emitted,
            OrchestrationEvent::KINDS,
            "no event of this kind is emitted in any state",
        ),
        (
            kinds.changed,
            OrchestrationEvent::KINDS,
            "no event of this kind changes any state",
        ),
        (
            kinds.returned,
            DeciderError::KINDS,
            "no command is refused with this error in any state",
        ),
    ];
    for (seen, all, what) in lists {
        for kind in all {
            findings.expect(Invariant::L3, seen.missing(all).all(|missing| missing != *kind), || {
                format!("{kind}: {what}")
            });
        }
    }
}

/// L2: going backwards from the empty model, every state is come upon. Gives the first that is not.
pub(super) fn first_dead_end(edges: &[(u32, u32)], states: usize, findings: &mut Findings) -> Option<u32> {
    let mut backwards: Vec<(u32, u32)> = edges.iter().map(|(from, to)| (*to, *from)).collect();
    backwards.sort_unstable();
    backwards.dedup();
    let mut graph: Csr<(), ()> = Csr::from_sorted_edges(&backwards).unwrap_or_default();
    while graph.node_count() < states {
        graph.add_node(());
    }
    let mut is_alive = vec![false; states];
    let mut search = Bfs::new(&graph, 0);
    while let Some(state) = search.next(&graph) {
        if let Some(is_alive) = is_alive.get_mut(state as usize) {
            *is_alive = true;
        }
    }
    let mut first = None;
    for (number, is_alive) in (0..).zip(is_alive) {
        findings.expect(Invariant::L2, is_alive, || {
            "from here the empty model cannot be reached".to_owned()
        });
        first = first.or((!is_alive).then_some(number));
    }
    first
}
