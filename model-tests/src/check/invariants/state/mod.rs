//! The invariants of one model: what is true after every event.
//!
//! The core checks the same of every model that is read. This is written apart from that, and both must agree.

mod agreement;
mod entries;

use std::collections::BTreeSet;
use std::fmt::Display;

use orchestration::read_model::{Branch, Checkpoint, Project, Thread, ThreadStatus, Turn, TurnEntry};
use orchestration::{OrchestrationEvent, OrchestrationReadModel};

use super::{Findings, Invariant, Violation, look_ups};
use crate::describe::{self, or_none};

pub use agreement::check_agreement;
use agreement::check_agreement_with;

/// Checks all that must be true of a model.
#[must_use]
pub fn check_state(model: &OrchestrationReadModel) -> Vec<Violation> {
    let mut findings = Findings::default();
    check_model(model, &mut findings);
    findings.violations
}

/// Checks all that must be true of a model, and what it keeps to find things by.
pub fn check_model(model: &OrchestrationReadModel, findings: &mut Findings) {
    check_rules(model, findings);
    check_look_ups(model, findings);
}

/// The same, and [R2](check_agreement), for which the rules are looked at once only.
pub fn check_model_and_agreement(model: &OrchestrationReadModel, findings: &mut Findings) {
    let mut own = Findings::default();
    check_rules(model, &mut own);
    check_agreement_with(&own, model, findings);
    findings.add(own);
    check_look_ups(model, findings);
}

fn check_look_ups(model: &OrchestrationReadModel, findings: &mut Findings) {
    for thread in model.threads() {
        look_ups::check(thread, findings);
    }
}

/// Checks all that must be true of a model by what it holds.
pub(crate) fn check_rules(model: &OrchestrationReadModel, findings: &mut Findings) {
    check_selection(model, findings);
    check_paths(model, findings);
    for project in model.projects() {
        check_project(model, project, None, findings);
    }
    for thread in model.threads() {
        check_thread(model, thread, None, findings);
    }
}

/// Checks what an event can have touched, in a model that was right before the command: `before` is the model then.
pub fn check_touched(
    event: &OrchestrationEvent,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    check_selection(model, findings);
    let Some(thread_id) = event.thread_id() else {
        check_touched_project(event, before, model, findings);
        return;
    };
    if let Some(thread) = model.thread(thread_id) {
        check_thread(model, thread, before.thread(thread_id), findings);
        let project = model.project(thread.project_id());
        let was = before.project(thread.project_id());
        if let Some(project) = project.filter(|project| !was.is_some_and(|was| std::ptr::eq(was, *project))) {
            check_project(model, project, was, findings);
        }
    }
}

/// What an event about a project can have touched: the project, or, when it is gone, any thread.
fn check_touched_project(
    event: &OrchestrationEvent,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    if let OrchestrationEvent::ProjectCreated(created) = event {
        if let Some(project) = model.project(created.project_id) {
            check_path(model, project, findings);
            check_project(model, project, before.project(created.project_id), findings);
        }
    } else if let OrchestrationEvent::ProjectRenamed(renamed) = event {
        if let Some(project) = model.project(renamed.project_id) {
            check_project(model, project, before.project(renamed.project_id), findings);
        }
    } else {
        for thread in model.threads() {
            check_place(model, thread, findings);
        }
    }
}

/// S1: the selected thread exists.
pub(crate) fn check_selection(model: &OrchestrationReadModel, findings: &mut Findings) {
    match model.selected_thread() {
        None => findings.pass_over(Invariant::S1),
        Some(id) => findings.expect(Invariant::S1, model.thread(id).is_some(), || {
            format!("selected_thread: expected one that exists, found thread {id}, which does not")
        }),
    }
}

/// S2: no two projects share a path.
pub(crate) fn check_paths(model: &OrchestrationReadModel, findings: &mut Findings) {
    let mut paths = BTreeSet::new();
    for project in model.projects() {
        findings.expect(Invariant::S2, paths.insert(project.path()), || {
            format!(
                "project {}: path: expected one of its own, found {}, which another project has too",
                project.id(),
                describe::quote(project.path().as_str())
            )
        });
    }
}

/// S2 of one project, in a model where no two of the others share a path.
fn check_path(model: &OrchestrationReadModel, project: &Project, findings: &mut Findings) {
    let is_rival = |other: &&Project| other.path() == project.path() && !std::ptr::eq(*other, project);
    let rival = model.projects().find(is_rival);
    findings.expect(Invariant::S2, rival.is_none(), || {
        format!(
            "project {}: path: expected one of its own, found {}, which project {} has too",
            project.id(),
            describe::quote(project.path().as_str()),
            or_none(rival.map(Project::id))
        )
    });
}

/// S1 and S6 of one project: its key, and its branches. Those that it shares with `before`, the same project earlier, were
/// checked then; that they are found still is checked where the whole model is.
pub(crate) fn check_project(
    model: &OrchestrationReadModel,
    project: &Project,
    before: Option<&Project>,
    findings: &mut Findings,
) {
    let by_its_key = model.project(project.id());
    findings.expect(
        Invariant::S1,
        by_its_key.is_some_and(|found| std::ptr::eq(found, project)),
        || {
            format!(
                "project {}: expected it to be found by its id, found nothing",
                project.id()
            )
        },
    );
    let mut earlier = before.into_iter().flat_map(Project::branches).peekable();
    for branch in project.branches() {
        let of_that_name = earlier.next_if(|earlier| std::ptr::eq(*earlier, branch) || earlier.name() == branch.name());
        if of_that_name.is_some_and(|earlier| std::ptr::eq(earlier, branch)) {
            continue;
        }
        let by_its_key = project.branch(branch.name());
        findings.expect(
            Invariant::S1,
            by_its_key.is_some_and(|found| std::ptr::eq(found, branch)),
            || {
                format!(
                    "branch {} of project {}: expected it to be found by its name, found nothing",
                    branch.name(),
                    project.id()
                )
            },
        );
        let (pushed, commits) = (branch.pushed_commits() as usize, branch.commits().len());
        findings.expect(Invariant::S6, pushed <= commits, || {
            let name = branch.name();
            format!(
                "branch {name} of project {}: pushed_commits: expected at most its {commits} commits, found {pushed}",
                project.id()
            )
        });
    }
}

/// What must be true of one thread. What it shares with `before`, the same thread earlier, was checked then.
pub(crate) fn check_thread(
    model: &OrchestrationReadModel,
    thread: &Thread,
    before: Option<&Thread>,
    findings: &mut Findings,
) {
    check_place(model, thread, findings);
    check_turns(thread, before, findings);
    check_status(thread, findings);
    let is_as_long = |before: &Thread| {
        before.checkpoints().len() == thread.checkpoints().len() && before.turns().len() <= thread.turns().len()
    };
    if before.is_some_and(is_as_long) {
        findings.pass_over(Invariant::S7);
    } else {
        check_checkpoints(thread, findings);
    }
}

/// S1 and S6: the thread's key, project and branch.
pub(crate) fn check_place(model: &OrchestrationReadModel, thread: &Thread, findings: &mut Findings) {
    let id = thread.id();
    findings.expect(
        Invariant::S1,
        model.thread(id).is_some_and(|found| std::ptr::eq(found, thread)),
        || format!("thread {id}: expected it to be found by its id, found nothing"),
    );
    let project = model.project(thread.project_id());
    findings.expect(Invariant::S1, project.is_some(), || {
        format!(
            "thread {id}: project_id: expected one that exists, found {}, which does not",
            thread.project_id()
        )
    });
    match thread.branch() {
        None => findings.pass_over(Invariant::S6),
        Some(name) => {
            let branch = project.and_then(|project| project.branch(name));
            findings.expect(Invariant::S6, branch.is_some(), || {
                let of = thread.project_id();
                format!("thread {id}: branch: expected one of project {of}, found {name}, which is none of them")
            });
            let maker = branch.map(Branch::thread_id);
            findings.expect(Invariant::S6, maker.is_none_or(|maker| maker == id), || {
                let maker = or_none(maker);
                format!("branch {name} of thread {id}: thread_id: expected {id}, found {maker}")
            });
        }
    }
}

/// S3, S5 and S8 to S11: the turns, from the last one back to the first that is shared with `before`.
fn check_turns(thread: &Thread, before: Option<&Thread>, findings: &mut Findings) {
    let (count, count_before) = (thread.turns().len(), before.map_or(0, |before| before.turns().len()));
    let mut earlier = before.map(|before| before.turns().rev().skip(count_before.saturating_sub(count)));
    for (from_behind, turn) in thread.turns().rev().enumerate() {
        let is_new = count - from_behind > count_before;
        let earlier = earlier.as_mut().filter(|_| !is_new).and_then(Iterator::next);
        if earlier.is_some_and(|earlier| std::ptr::eq(earlier, turn)) && !turn.status().is_running() {
            findings.pass_over(Invariant::S3);
            break;
        }
        if turn.status().is_running() {
            findings.expect(Invariant::S3, from_behind == 0, || {
                let count = thread.turns().len();
                format!(
                    "turn {} of thread {} runs: expected only the last of {count} to run, found the one of place {}",
                    turn.id(),
                    thread.id(),
                    count - from_behind
                )
            });
        } else {
            findings.pass_over(Invariant::S3);
        }
        check_turn(thread, turn, earlier, findings);
    }
    if count > count_before {
        check_unique(
            || thread.turns().map(Turn::id),
            count_before,
            findings,
            || format!("turns of thread {}", thread.id()),
        );
    }
}

/// S5 and S8 to S11: one turn, which may have been another one earlier.
fn check_turn(thread: &Thread, turn: &Turn, earlier: Option<&Turn>, findings: &mut Findings) {
    let name = || format!("turn {} of thread {}", turn.id(), thread.id());
    let is_running = turn.status().is_running();
    findings.expect(Invariant::S5, is_running == turn.ended_at().is_none(), || {
        format!(
            "{} is {}: ended_at: expected {}, found {}",
            name(),
            turn.status(),
            if is_running { "none" } else { "a time" },
            or_none(turn.ended_at())
        )
    });
    if !is_running {
        let unsettled = turn.entries().find(|entry| entry.is_unsettled());
        findings.expect(Invariant::S5, unsettled.is_none(), || {
            format!(
                "{} is {}: expected nothing in it to be open or pending, found {}",
                name(),
                turn.status(),
                or_none(unsettled.map(describe::entry))
            )
        });
    }
    entries::check(thread, turn, earlier, findings);
}

/// S4: the status says what the turns say, by their entries and not by what is counted beside them.
fn check_status(thread: &Thread, findings: &mut Findings) {
    let expected = match thread.active_turn() {
        None => ThreadStatus::Idle,
        Some(turn) if turn.entries().any(is_pending_approval) => ThreadStatus::AwaitingApproval,
        Some(_) => ThreadStatus::Running,
    };
    findings.expect(Invariant::S4, thread.status() == expected, || {
        let found = thread.status();
        match thread.active_turn().map(Turn::id) {
            None => format!(
                "thread {}: status: expected {expected}, without an active turn, found {found}",
                thread.id()
            ),
            Some(turn) => format!(
                "thread {}: status: expected {expected}, in its active turn {turn}, found {found}",
                thread.id()
            ),
        }
    });
}

fn is_pending_approval(entry: &TurnEntry) -> bool {
    entry
        .as_approval()
        .is_some_and(|approval| approval.decision().is_pending())
}

/// S7 and S8: the checkpoints.
fn check_checkpoints(thread: &Thread, findings: &mut Findings) {
    let running = thread.turns().filter(|turn| turn.status().is_running()).count();
    let ended = thread.turns().len() - running;
    let mut least = 0;
    for checkpoint in thread.checkpoints() {
        let count = checkpoint.turn_count();
        findings.expect(Invariant::S7, least <= count && count as usize <= ended, || {
            format!(
                "checkpoint {} of thread {}: turn_count: expected {least} to {ended}, found {count}",
                checkpoint.id(),
                thread.id()
            )
        });
        least = count;
    }
    check_unique(
        || thread.checkpoints().map(Checkpoint::id),
        0,
        findings,
        || format!("checkpoints of thread {}", thread.id()),
    );
}

/// Up to how many new ids are each held against all others: to put all in order takes longer then.
const FEW: usize = 2;

/// S8: no id comes twice. So many of the first were checked already, and none of these comes twice.
fn check_unique<T, I>(ids: impl Fn() -> I, checked: usize, findings: &mut Findings, of: impl FnOnce() -> String)
where
    T: Ord + Display,
    I: DoubleEndedIterator<Item = T> + ExactSizeIterator,
{
    let count = ids().len();
    let repeated = if checked > 0 && count <= checked + FEW {
        let new = ids().rev().take(count.saturating_sub(checked));
        let mut behind = new.zip((0..count).rev());
        behind.find_map(|(id, place)| ids().take(place).any(|other| other == id).then_some(id))
    } else {
        let mut ids: Vec<T> = ids().collect();
        ids.sort_unstable();
        let place = ids.windows(2).position(|pair| pair[0] == pair[1]);
        place.map(|place| ids.swap_remove(place))
    };
    findings.expect(Invariant::S8, repeated.is_none(), || {
        let id = repeated.map(|id| id.to_string()).unwrap_or_default();
        format!("{}: expected each id once, found {id} twice", of())
    });
}
