//! L1 to L3: what is true of the graph of reachable states.

use std::sync::atomic::{AtomicBool, Ordering};

use orchestration::{DeciderError, OrchestrationEvent, OrchestrationReadModel};
use petgraph::csr::Csr;
use petgraph::visit::Bfs;
use rayon::slice::ParallelSliceMut;

use crate::check::coverage::{Coverage, Outcome};
use crate::check::invariants::{Findings, Invariant};
use crate::check::view::is_alike;
use crate::kind::Kind;

/// Which kinds of events were seen to take effect: a bit for each, at its index in the list of all kinds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effects {
    emitted: u32,
    changed: u32,
}

impl Effects {
    /// Notes that an event was emitted; gives whether it has yet to be seen to change a model.
    pub(super) fn note_emitted(&mut self, event: &OrchestrationEvent) -> bool {
        let bit = bit_of(event.kind());
        self.emitted |= bit;
        self.changed & bit == 0
    }

    /// Notes what an event made of a model.
    pub(super) fn note_projected(
        &mut self,
        event: &OrchestrationEvent,
        before: &OrchestrationReadModel,
        after: &OrchestrationReadModel,
    ) {
        // In a whole batch the event before it has set the status: it tells of the change, and makes none.
        let tells_a_change =
            matches!(event, OrchestrationEvent::ThreadStatusChanged(change) if change.from != change.to);
        if tells_a_change || !is_alike(before, after) {
            self.changed |= bit_of(event.kind());
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.emitted |= other.emitted;
        self.changed |= other.changed;
    }
}

fn bit_of(kind: &str) -> u32 {
    let index = OrchestrationEvent::KINDS.iter().position(|known| *known == kind);
    index.map_or(0, |index| 1 << index)
}

/// L3: no rule is dead.
pub(super) fn check_rules(coverage: &Coverage, effects: Effects, findings: &mut Findings) {
    let mut expect = |was_seen: bool, kind: &str, what: &str| {
        findings.expect(Invariant::L3, was_seen, || format!("{kind}: {what}"));
    };
    for kind in Kind::ALL {
        let is_accepted = coverage
            .iter()
            .any(|(other, _, outcome, _)| other == kind && outcome.is_accepted());
        expect(
            is_accepted,
            kind.name(),
            "no command of this kind is accepted in any state",
        );
    }
    for kind in OrchestrationEvent::KINDS {
        let bit = bit_of(kind);
        expect(
            effects.emitted & bit != 0,
            kind,
            "no event of this kind is emitted in any state",
        );
        expect(
            effects.changed & bit != 0,
            kind,
            "no event of this kind changes any state",
        );
    }
    for kind in DeciderError::KINDS {
        let is_returned = coverage
            .iter()
            .any(|(_, _, outcome, _)| outcome == Outcome::Refused(kind));
        expect(is_returned, kind, "no command is refused with this error in any state");
    }
}

/// It was told to stop, and does not know.
pub(super) struct WasStopped;

/// L2: going backwards from the empty model, every state is reached. Gives the first that is not.
///
/// The transitions lead backwards too: from the state after to the state before.
///
/// # Errors
///
/// If it was told to stop.
pub(super) fn first_dead_end(
    mut backwards: Vec<(u32, u32)>,
    states: usize,
    stop: &AtomicBool,
    findings: &mut Findings,
) -> Result<Option<u32>, WasStopped> {
    backwards.par_sort_unstable();
    if stop.load(Ordering::Relaxed) {
        return Err(WasStopped);
    }
    backwards.dedup();
    let mut graph: Csr<(), ()> = Csr::from_sorted_edges(&backwards).unwrap_or_default();
    drop(backwards);
    while graph.node_count() < states {
        graph.add_node(());
    }
    let mut is_alive = vec![false; states];
    let mut search = Bfs::new(&graph, 0);
    while let Some(state) = search.next(&graph) {
        if stop.load(Ordering::Relaxed) {
            return Err(WasStopped);
        }
        if let Some(is_alive) = is_alive.get_mut(state as usize) {
            *is_alive = true;
        }
    }
    for (number, is_alive) in (0..).zip(is_alive) {
        findings.expect(Invariant::L2, is_alive, || {
            "from here the empty model cannot be reached".to_owned()
        });
        if !is_alive {
            return Ok(Some(number));
        }
    }
    Ok(None)
}
