//! Which states are the same.
//!
//! Two states are the same if a renaming of ids and names turns one into the other. What a state is, names aside, is
//! put into a fingerprint of 128 bits; two of some millions of states share one by chance about once in 10²⁵ explorations.
//!
//! In a thread, names are told by position: turns, entries and checkpoints stand in a fixed order. Projects, and threads
//! in a project, have no order but that of their ids: every order of them is tried, and the least fingerprint is that
//! of the state. Branches are told by who made them, who is on them, and what they hold. Titles, names, texts of tools
//! and times are left out: no rule looks at them. Nor does any look into a turn that has ended: of it no more than the
//! kinds of its entries may be told ([`Abstraction::EndedTurns`]).

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::FixedState;
use orchestration::read_model::{Branch, Decision, Project, Thread, ToolCallStatus, Turn, TurnEntry, TurnStatus};
use orchestration::{OrchestrationReadModel, ThreadId};

use super::Abstraction;

/// What a state is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fingerprint(u128);

impl Fingerprint {
    pub(super) const fn bits(self) -> u128 {
        self.0
    }

    pub(super) const fn of_bits(bits: u128) -> Self {
        Self(bits)
    }
}

/// A hash of 128 bits: two independent ones of 64.
struct Wide<H>(H, H);

impl<H: Hasher> Hasher for Wide<H> {
    fn finish(&self) -> u64 {
        self.0.finish()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
        self.1.write(bytes);
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        self.0.write_u64(word);
        self.1.write_u64(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

fn fingerprint(write: impl FnOnce(&mut Wide<foldhash::quality::FoldHasher<'_>>)) -> Fingerprint {
    let (left, right) = (FixedState::with_seed(1), FixedState::with_seed(2));
    let mut hasher = Wide(left.build_hasher(), right.build_hasher());
    write(&mut hasher);
    Fingerprint((u128::from(hasher.0.finish()) << 64) + u128::from(hasher.1.finish()))
}

/// The fingerprint of a state, but for what is abstracted from.
pub(super) fn of(model: &OrchestrationReadModel, abstraction: Abstraction) -> Fingerprint {
    match abstraction {
        Abstraction::Nothing => exact(model),
        Abstraction::Names => up_to_names(model, write_turn),
        Abstraction::EndedTurns => up_to_names(model, write_turn_or_kinds),
    }
}

/// The fingerprint of a state as it is, names and all.
fn exact(model: &OrchestrationReadModel) -> Fingerprint {
    fingerprint(|hasher| {
        for project in model.projects() {
            (project.id(), project.path(), project.branches().count()).hash(hasher);
            project.branches().for_each(|branch| branch.hash(hasher));
        }
        for thread in model.threads() {
            (thread.id(), thread.project_id(), thread.status(), thread.branch()).hash(hasher);
            thread.turns().for_each(|turn| turn.hash(hasher));
            hasher.write_usize(thread.turns().len());
            thread.checkpoints().for_each(|checkpoint| checkpoint.hash(hasher));
            hasher.write_usize(thread.checkpoints().len());
        }
        model.selected_thread().hash(hasher);
    })
}

/// How a turn is written into a fingerprint.
type WriteTurn = fn(&Turn, &mut Wide<foldhash::quality::FoldHasher<'_>>);

/// The fingerprint of a state but for names, with turns written in this way.
fn up_to_names(model: &OrchestrationReadModel, write_turn: WriteTurn) -> Fingerprint {
    let view = |project| View::of(project, model, write_turn);
    let projects: Vec<View<'_>> = model.projects().map(view).collect();
    let mut least = None;
    for_each_order(&mut projects.iter().collect::<Vec<_>>(), 0, &mut |projects| {
        let fingerprint = of_order(model, projects);
        least = Some(least.map_or(fingerprint, |least: Fingerprint| least.min(fingerprint)));
    });
    least.unwrap_or_else(|| fingerprint(|_| {}))
}

/// A project with its threads and what is in them.
struct View<'a> {
    project: &'a Project,
    threads: Vec<(Fingerprint, ThreadId)>,
}

impl<'a> View<'a> {
    /// The threads are ordered by what is in them: only the orders of equal ones remain to be tried.
    fn of(project: &'a Project, model: &OrchestrationReadModel, write_turn: WriteTurn) -> Self {
        let mut threads: Vec<_> = model
            .threads_of(project.id())
            .map(|thread| (of_thread(thread, model, write_turn), thread.id()))
            .collect();
        threads.sort_unstable();
        Self { project, threads }
    }
}

/// Calls with every order of the values from an index on.
fn for_each_order<T>(values: &mut [T], index: usize, call: &mut impl FnMut(&[T])) {
    if index >= values.len() {
        call(values);
        return;
    }
    for other in index..values.len() {
        values.swap(index, other);
        for_each_order(values, index + 1, call);
        values.swap(index, other);
    }
}

/// The least fingerprint of a state with its projects in this order, over the orders of threads that are alike.
fn of_order(model: &OrchestrationReadModel, projects: &[&View<'_>]) -> Fingerprint {
    let mut threads: Vec<(usize, Fingerprint, ThreadId)> = Vec::new();
    for (number, view) in projects.iter().enumerate() {
        threads.extend(view.threads.iter().map(|(content, id)| (number, *content, *id)));
    }
    let mut least = None;
    for_each_order_of_equals(&mut threads, 0, &mut |threads| {
        let fingerprint = of_numbering(model, projects, threads);
        least = Some(least.map_or(fingerprint, |least: Fingerprint| least.min(fingerprint)));
    });
    least.unwrap_or_else(|| fingerprint(|_| {}))
}

/// Calls with every order in which only threads of one project with equal contents change places.
fn for_each_order_of_equals(
    threads: &mut [(usize, Fingerprint, ThreadId)],
    index: usize,
    call: &mut impl FnMut(&[(usize, Fingerprint, ThreadId)]),
) {
    if index >= threads.len() {
        call(threads);
        return;
    }
    let kind = |thread: &(usize, Fingerprint, ThreadId)| (thread.0, thread.1);
    for other in index..threads.len() {
        if kind(&threads[index]) == kind(&threads[other]) {
            threads.swap(index, other);
            for_each_order_of_equals(threads, index + 1, call);
            threads.swap(index, other);
        }
    }
}

/// What a branch is, names aside: the number of who made it, if that thread is there, of who is on it, and its commits.
type BranchView = (usize, Option<usize>, Option<usize>, usize, u32);

/// The fingerprint of a state with its projects and threads numbered in this order.
fn of_numbering(
    model: &OrchestrationReadModel,
    projects: &[&View<'_>],
    threads: &[(usize, Fingerprint, ThreadId)],
) -> Fingerprint {
    let number_of = |id: ThreadId| threads.iter().position(|(_, _, known)| *known == id);
    let mut made_by_the_living: Vec<BranchView> = Vec::new();
    let mut made_by_the_dead: BTreeMap<ThreadId, Vec<BranchView>> = BTreeMap::new();
    for (number, view) in projects.iter().enumerate() {
        for branch in view.project.branches() {
            let maker = number_of(branch.thread_id());
            let user = user_of(branch, view.project, model).and_then(number_of);
            let seen = (number, maker, user, branch.commits().len(), branch.pushed_commits());
            match maker {
                Some(_) => made_by_the_living.push(seen),
                None => made_by_the_dead.entry(branch.thread_id()).or_default().push(seen),
            }
        }
    }
    made_by_the_living.sort_unstable();
    let mut groups: Vec<Vec<BranchView>> = made_by_the_dead.into_values().collect();
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    fingerprint(|hasher| {
        hasher.write_usize(projects.len());
        for (project, content, _) in threads {
            (project, content).hash(hasher);
        }
        (made_by_the_living, groups).hash(hasher);
    })
}

fn user_of(branch: &Branch, project: &Project, model: &OrchestrationReadModel) -> Option<ThreadId> {
    model
        .threads_of(project.id())
        .find(|thread| thread.branch() == Some(branch.name()))
        .map(Thread::id)
}

/// The fingerprint of what is in a thread.
fn of_thread(thread: &Thread, model: &OrchestrationReadModel, write_turn: WriteTurn) -> Fingerprint {
    fingerprint(|hasher| {
        hasher.write_u8(thread.status() as u8);
        hasher.write_u8(u8::from(model.selected_thread() == Some(thread.id())));
        hasher.write_u8(u8::from(thread.branch().is_some()));
        hasher.write_usize(thread.turns().len());
        thread.turns().for_each(|turn| write_turn(turn, hasher));
        thread
            .checkpoints()
            .for_each(|checkpoint| checkpoint.turn_count().hash(hasher));
    })
}

/// Of a turn that has ended, writes how it ended and how many entries it has of each kind.
fn write_turn_or_kinds(turn: &Turn, hasher: &mut Wide<foldhash::quality::FoldHasher<'_>>) {
    if matches!(turn.status(), TurnStatus::Running) {
        write_turn(turn, hasher);
        return;
    }
    write_status(turn, hasher);
    let mut counts = [0_u64; 3];
    for entry in turn.entries() {
        counts[match entry {
            TurnEntry::Message(_) => 0,
            TurnEntry::ToolCall(_) => 1,
            TurnEntry::Approval(_) => 2,
        }] += 1;
    }
    counts.hash(hasher);
}

fn write_status(turn: &Turn, hasher: &mut impl Hasher) {
    hasher.write_u8(match turn.status() {
        TurnStatus::Running => 0,
        TurnStatus::Completed => 1,
        TurnStatus::Interrupted => 2,
        TurnStatus::Failed { .. } => 3,
    });
    hasher.write_usize(turn.entries().len());
}

fn write_turn(turn: &Turn, hasher: &mut Wide<foldhash::quality::FoldHasher<'_>>) {
    write_status(turn, hasher);
    for entry in turn.entries() {
        write_entry(turn, entry, hasher);
    }
}

fn write_entry(turn: &Turn, entry: &TurnEntry, hasher: &mut impl Hasher) {
    match entry {
        TurnEntry::Message(message) => {
            hasher.write_u8(message.role() as u8);
            message.text().pieces().for_each(|piece| hasher.write(piece.as_bytes()));
            hasher.write_usize(message.text().len());
        }
        TurnEntry::ToolCall(call) => hasher.write_u8(match call.status() {
            ToolCallStatus::Open => 10,
            ToolCallStatus::Succeeded => 11,
            ToolCallStatus::Failed => 12,
            ToolCallStatus::Cancelled => 13,
        }),
        TurnEntry::Approval(approval) => {
            hasher.write_u8(match approval.decision() {
                Decision::Pending => 20,
                Decision::Approved => 21,
                Decision::Rejected { .. } => 22,
                Decision::Cancelled => 23,
            });
            let is_about = |entry: &TurnEntry| {
                entry
                    .as_tool_call()
                    .is_some_and(|call| Some(call.id()) == approval.tool_call_id())
            };
            // Cut at the length of the turn, no position is mistaken for none.
            hasher.write_usize(turn.entries().position(is_about).unwrap_or(usize::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_two_independent_hashes_of_the_same() {
        let hash = |seed: u64| {
            let mut hasher = FixedState::with_seed(seed).build_hasher();
            hasher.write_u64(7);
            hasher.finish()
        };
        let wide = fingerprint(|hasher| {
            hasher.write_u8(7);
            assert_eq!(hasher.finish(), hash(1), "a hash of 64 bits is the first of them");
        });
        assert_eq!(
            wide.bits().to_be_bytes(),
            *[hash(1).to_be_bytes(), hash(2).to_be_bytes()].as_flattened()
        );
    }
}
