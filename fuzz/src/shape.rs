//! The shape of a model, as feedback for libFuzzer.
//!
//! libFuzzer keeps an input that reaches code which none has reached. In a model what matters is not code alone but what
//! there is at the same time: a thread that waits beside one that runs, two approvals pending, a checkpoint behind the
//! last turn. Each such thing is a cell, and a cell that is marked for the first time is kept like new code.

use std::sync::atomic::{AtomicU8, Ordering};

use orchestration::OrchestrationReadModel;
use orchestration::read_model::{Thread, ThreadStatus};

/// How many cells there are.
const CELLS: usize = 512;

/// How many threads have cells of their own: the first ones.
const THREADS: usize = 3;

/// How many cells the statuses of these threads together have: each is not there, or has one of three.
const STATUSES: usize = 4 * 4 * 4;

/// How many cells each thread has.
const CELLS_OF_THREAD: usize = 96;

/// The cells: libFuzzer looks for them in this section, and clears them before each input.
// The one place that needs leave: a name of a section is something the linker takes on trust.
#[cfg_attr(
    all(fuzzing, target_os = "linux"),
    expect(unsafe_code, reason = "a section has to be named")
)]
#[cfg_attr(
    all(fuzzing, target_os = "linux"),
    unsafe(link_section = "__libfuzzer_extra_counters")
)]
static SHAPES: [AtomicU8; CELLS] = [const { AtomicU8::new(0) }; CELLS];

/// Marks the cells of a model.
pub(crate) fn mark(model: &OrchestrationReadModel) {
    for cell in cells(model) {
        if let Some(counter) = SHAPES.get(cell) {
            counter.store(1, Ordering::Relaxed);
        }
    }
}

/// The cells of a model, each below [`CELLS`].
fn cells(model: &OrchestrationReadModel) -> impl Iterator<Item = usize> {
    let statuses = (0..THREADS).fold(0, |sum, place| sum * 4 + status(model.threads().nth(place)));
    let projects = STATUSES + model.projects().len().min(3);
    let selected = STATUSES + 4 + usize::from(model.selected_thread().is_some());
    let base = STATUSES + 8;
    let of_threads = model
        .threads()
        .take(THREADS)
        .enumerate()
        .flat_map(move |(place, thread)| {
            let base = base + place * CELLS_OF_THREAD;
            cells_of_thread(thread).map(move |cell| base + cell)
        });
    [statuses, projects, selected].into_iter().chain(of_threads)
}

fn status(thread: Option<&Thread>) -> usize {
    match thread.map(Thread::status) {
        None => 0,
        Some(ThreadStatus::Idle) => 1,
        Some(ThreadStatus::Running) => 2,
        Some(ThreadStatus::AwaitingApproval) => 3,
    }
}

/// The cells of a thread, each below [`CELLS_OF_THREAD`].
fn cells_of_thread(thread: &Thread) -> [usize; 5] {
    let turns = thread.turns().len();
    let checkpoints = thread.checkpoints().len();
    let active = thread.active_turn();
    let pending = active.map_or(0, |turn| turn.pending_approvals().min(2));
    let entries = active.map_or(0, |turn| turn.entries().len().min(7));
    let settled = active.map_or(0, |turn| {
        turn.entries()
            .rev()
            .take(8)
            .filter(|entry| !entry.is_unsettled())
            .count()
            .min(7)
    });
    [
        turns.min(3) * 4 + checkpoints.min(3),
        16 + pending * 8 + settled,
        40 + entries,
        48 + usize::from(thread.branch().is_some()),
        64 + status(Some(thread)) * 4 + turns.min(3),
    ]
}
