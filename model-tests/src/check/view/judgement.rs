//! A7: the core's judgement of models against the harness's own.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::FixedState;
use orchestration::OrchestrationReadModel;
use orchestration::read_model::{Thread, ThreadChange, Turn};

use super::alike::{is_alike, is_alike_thread, is_alike_turn};
use super::{ModelView, ThreadView};
use crate::check::invariants::{Findings, Invariant};

/// What judges whether models are equal: the core, or something faulty that the check must catch.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    /// Whether two models are equal.
    pub is_equal: fn(&OrchestrationReadModel, &OrchestrationReadModel) -> bool,
    /// The hash of a model.
    pub hash: fn(&OrchestrationReadModel) -> u64,
    /// Whether two models are one, or clones of one.
    pub is_same: fn(&OrchestrationReadModel, &OrchestrationReadModel) -> bool,
    /// Whether two turns are one, or clones of one.
    pub is_same_turn: fn(&Turn, &Turn) -> bool,
}

impl Judgement {
    /// The core's own.
    pub const CORE: Self = Self {
        is_equal: OrchestrationReadModel::eq,
        hash: hash_of,
        is_same: OrchestrationReadModel::is_same_as,
        is_same_turn: Turn::is_same_as,
    };

    /// A7: two models are equal exactly when they read alike, whichever comes first, and equal ones hash alike.
    pub fn check_pair(self, left: &OrchestrationReadModel, right: &OrchestrationReadModel, findings: &mut Findings) {
        let fault = self.fault_of_pair(left, right);
        findings.expect(Invariant::A7, fault.is_none(), || fault.unwrap_or_default().to_owned());
    }

    fn fault_of_pair(self, left: &OrchestrationReadModel, right: &OrchestrationReadModel) -> Option<&'static str> {
        let is_alike = is_alike(left, right);
        let told = [(self.is_equal)(left, right), (self.is_equal)(right, left)];
        match (is_alike, told) {
            (true, [true, true]) => {
                // Of one and the same there is but one hash, and it takes long.
                let is_hashed_alike = is_shared(left, right) || (self.hash)(left) == (self.hash)(right);
                (!is_hashed_alike).then_some("two models that are equal: expected one hash, found two")
            }
            (false, [false, false]) => {
                let is_same = (self.is_same)(left, right) || (self.is_same)(right, left);
                is_same.then_some("two models that read differently: is_same_as: expected false, found true")
            }
            (true, [false, false]) => Some("two models that read alike: `==`: expected true, found false"),
            (false, [true, true]) => Some("two models that read differently: `==`: expected false, found true"),
            (_, [true, false] | [false, true]) => Some(
                "two models: `==`: expected the same whichever comes first, found true one way and false the other",
            ),
        }
    }

    /// A7 of a model and one before it: what is said to be shared reads alike, and what has changed is told of, in order.
    pub fn check_sharing(
        self,
        before: &OrchestrationReadModel,
        after: &OrchestrationReadModel,
        findings: &mut Findings,
    ) {
        let fault = self.fault_of_clone(after).or_else(|| {
            let told = after.changed_threads(before).map(|change| (change.thread_id(), change));
            fault_of_changes(before, after, told).or_else(|| self.fault_of_shared_turns(before, after))
        });
        findings.expect(Invariant::A7, fault.is_none(), || fault.unwrap_or_default());
    }

    fn fault_of_clone(self, model: &OrchestrationReadModel) -> Option<String> {
        let clone = model.clone();
        let told = [(self.is_same)(model, &clone), (self.is_same)(&clone, model)];
        told.contains(&false)
            .then(|| "a clone and its model: is_same_as: expected true, found false".to_owned())
    }

    fn fault_of_shared_turns(self, before: &OrchestrationReadModel, after: &OrchestrationReadModel) -> Option<String> {
        let changed = after.threads().filter_map(|own| {
            let other = before.threads().find(|other| other.id() == own.id())?;
            (!std::ptr::eq(own, other)).then_some((own, other))
        });
        let mut turns = changed.flat_map(|(own, other)| own.turns().zip(other.turns()));
        turns.find_map(|(own, other)| {
            let is_wrong = (self.is_same_turn)(own, other) && !is_alike_turn(own, other);
            is_wrong.then(|| {
                let id = own.id();
                format!("turn {id}, which reads differently than before: is_same_as: expected false, found true")
            })
        })
    }
}

/// Whether two models that read alike hold all they have in common.
fn is_shared(left: &OrchestrationReadModel, right: &OrchestrationReadModel) -> bool {
    left.threads()
        .zip(right.threads())
        .all(|(own, other)| std::ptr::eq(own, other))
        && left
            .projects()
            .zip(right.projects())
            .all(|(own, other)| std::ptr::eq(own, other))
}

/// What is wrong with the changes that are told between two models, each under the id that it gives.
fn fault_of_changes<'a>(
    before: &'a OrchestrationReadModel,
    after: &'a OrchestrationReadModel,
    told: impl Iterator<Item = (orchestration::ThreadId, ThreadChange<'a>)>,
) -> Option<String> {
    let told: Vec<_> = told.collect();
    if !told.is_sorted_by(|(left, _), (right, _)| left.as_uuid().as_u128() < right.as_uuid().as_u128()) {
        return Some("changed_threads: expected them in the order of their ids, found another order".to_owned());
    }
    let wrong = told.iter().find(|(id, change)| !is_true(before, after, *id, change));
    if let Some((id, change)) = wrong {
        return Some(format!(
            "thread {id}: changed_threads: expected what became of it, found it {}",
            word(change)
        ));
    }
    let is_told = |id| told.binary_search_by_key(&id, |(id, _)| *id).is_ok();
    let is_missed = |own: &Thread, others: &OrchestrationReadModel| {
        let other = others.thread(own.id());
        !other.is_some_and(|other| std::ptr::eq(own, other) || is_alike_thread(own, other)) && !is_told(own.id())
    };
    let missed = after.threads().find(|own| is_missed(own, before));
    let missed = missed.or_else(|| before.threads().find(|own| is_missed(own, after)));
    missed.map(|thread| {
        format!(
            "thread {}: changed_threads: expected what became of it, found nothing",
            thread.id()
        )
    })
}

/// A change in a word.
const fn word(change: &ThreadChange<'_>) -> &'static str {
    match change {
        ThreadChange::Added(_) => "added",
        ThreadChange::Changed { .. } => "changed",
        ThreadChange::Removed(_) => "removed",
    }
}

/// Whether the change is one between the two models, of the thread of this id.
fn is_true(
    before: &OrchestrationReadModel,
    after: &OrchestrationReadModel,
    id: orchestration::ThreadId,
    change: &ThreadChange<'_>,
) -> bool {
    let is_one = |known: Option<&Thread>, told: &Thread| known.is_some_and(|known| std::ptr::eq(known, told));
    match change {
        ThreadChange::Added(thread) => before.thread(id).is_none() && is_one(after.thread(id), thread),
        ThreadChange::Changed { before: was, after: is } => {
            is_one(before.thread(id), was) && is_one(after.thread(id), is)
        }
        ThreadChange::Removed(thread) => is_one(before.thread(id), thread) && after.thread(id).is_none(),
    }
}

/// A clone of a model, and what it looked like when it was taken.
#[derive(Clone, Debug)]
pub struct HeldClone {
    model: OrchestrationReadModel,
    seen: u64,
}

impl HeldClone {
    /// Takes a clone, and looks at it.
    #[must_use]
    pub fn of(model: &OrchestrationReadModel) -> Self {
        Self {
            model: model.clone(),
            seen: seen(model),
        }
    }

    /// A7: the clone looks as it did, whatever became of the model since.
    pub fn check(&self, findings: &mut Findings) {
        findings.expect(Invariant::A7, seen(&self.model) == self.seen, || {
            "a clone of a model: expected it to stay as it was, found it changed when the model did".to_owned()
        });
    }
}

/// What a model looks like, in a number: that of its view, one thread at a time.
fn seen(model: &OrchestrationReadModel) -> u64 {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    let threads = model.threads();
    hasher.write_usize(threads.len());
    threads.for_each(|thread| ThreadView::from(thread).hash(&mut hasher));
    let outline = ModelView {
        selected_thread: model.selected_thread().map(|id| id.as_uuid().as_u128()),
        projects: model.projects().map(super::ProjectView::from).collect(),
        threads: Vec::new(),
    };
    outline.hash(&mut hasher);
    hasher.finish()
}

/// The hash of a model by the core.
pub fn hash_of(model: &OrchestrationReadModel) -> u64 {
    FixedState::with_seed(0).hash_one(model)
}

#[cfg(test)]
mod tests;
