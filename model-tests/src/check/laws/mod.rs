//! The laws: what is true of whole runs, and of commands and events whatever the run.
//!
//! That deciding is deterministic (A1) and that a log replays to the live model (A2) is checked along every
//! [run](crate::check::run). The others are here, and what becomes of A2 when servers restart, each as a check that any search
//! can call. Where models are compared, it is by their views: A7 holds the core's own judgement against
//! them.

mod cost;
mod effect;
mod forgetting;
mod interrupts;
mod judgement;
mod replay;
mod restarts;
mod store;
mod stored;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod words;

use orchestration::commands::OrchestrationCommand;
use orchestration::{OrchestrationEvent, OrchestrationReadModel, Snapshot};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::check::invariants::state::{check_paths, check_place, check_selection};
use crate::check::invariants::{Findings, Invariant};
use crate::check::panics::caught;
use crate::check::told::{between, between_decisions, between_models, between_snapshots};
use crate::check::view::{self, Judgement, Leaves, is_alike, is_alike_snapshot};
use crate::describe::or_none;
use crate::fields::Id;
use crate::rename::{Renumbering, rename, rename_model};
use crate::subject::{Decided, Subject};

pub use cost::{Cost, Work, check_cost, uncounted};
pub(crate) use forgetting::Forgetting;
use forgetting::is_alike_but_for_ended_turns;
pub(crate) use interrupts::check_interrupts;
pub(crate) use judgement::{check_judgement, check_models};
pub(crate) use replay::check_replay;
pub(crate) use restarts::check_restarts;
pub use stream::Stream;
pub(crate) use text::check_text;
pub use words::check_word;

/// The laws that a trace alone can show to be broken: A2 to A5 and A7 of all its commands, A9 of the last of them, and L1 of where
/// it ends.
///
/// A5 is asked of each command and the one behind it, as if both had come at once.
pub fn check_trace(subject: Subject, trace: &[OrchestrationCommand], findings: &mut Findings) {
    let mut model = OrchestrationReadModel::default();
    let mut stored_at = None;
    for (index, command) in trace.iter().enumerate() {
        if let Some(next) = trace.get(index + 1) {
            check_commuting(subject, &model, command, next, findings);
        }
        if index + 1 == trace.len() {
            Forgetting::of(&model, findings).check(subject, command, is_alike_but_for_ended_turns, findings);
        }
        let decision = subject.decide(command, &model);
        check_json_of_step(command, &decision, findings);
        stored_at = decision
            .iter()
            .flatten()
            .last()
            .map(OrchestrationEvent::at)
            .or(stored_at);
        model = subject.fold(model, decision.iter().flatten());
    }
    check_interrupts(subject, &model, findings);
    check_judgement(subject, trace, Leaves::All, findings);
    let snapshot = Snapshot {
        // Any number will do.
        sequence: trace.len() as u64,
        stored_at,
        model,
    };
    check_json_of_snapshot(&snapshot, findings);
    check_restarts(subject, trace, findings);
    check_renaming(subject, trace, findings);
}

/// A3: a value survives JSON.
pub fn check_json<T: Serialize + DeserializeOwned + PartialEq>(name: &str, value: &T, findings: &mut Findings) {
    let json = serde_json::to_string(value);
    let read = json.as_deref().ok().map(serde_json::from_str::<T>);
    let survives = matches!(&read, Some(Ok(read)) if read == value);
    findings.expect(Invariant::A3, survives, || {
        let change = match read {
            Some(Ok(read)) => between(value, &read),
            Some(Err(error)) => format!("expected it to be read, found {error}"),
            None => "expected it to be written, found that it cannot be".to_owned(),
        };
        format!("a {name} does not survive JSON: {change}")
    });
}

/// A3 of a snapshot: what is read of it is what was written. A7: the core says so too.
pub fn check_json_of_snapshot(snapshot: &Snapshot, findings: &mut Findings) {
    let json = serde_json::to_string(snapshot);
    let read = json.as_deref().ok().map(serde_json::from_str::<Snapshot>);
    let survives = matches!(&read, Some(Ok(read)) if is_alike_snapshot(read, snapshot));
    findings.expect(Invariant::A3, survives, || {
        let change = match &read {
            Some(Ok(read)) => between_snapshots(snapshot, read),
            Some(Err(error)) => format!("expected it to be read, found {error}"),
            None => "expected it to be written, found that it cannot be".to_owned(),
        };
        format!("a snapshot does not survive JSON: {change}")
    });
    if let Some(Ok(read)) = &read {
        Judgement::CORE.check_pair(&read.model, &snapshot.model, findings);
    }
}

/// A3 of a command and of what was decided about it.
///
/// A7 too: what their accessors name is what stands there.
pub fn check_json_of_step(command: &OrchestrationCommand, decision: &Decided, findings: &mut Findings) {
    view::check_command(command, findings);
    view::check_decision(decision, findings);
    check_json("command", command, findings);
    match decision {
        Ok(events) => events.iter().for_each(|event| check_json("event", event, findings)),
        Err(error) => check_json("error", error, findings),
    }
}

/// A4: a run of renamed commands gives the renamed events and errors, and the renamed model.
///
/// The order in which `DeleteProject` deletes its threads is that of their ids, and may be another one after renaming.
pub fn check_renaming(subject: Subject, trace: &[OrchestrationCommand], findings: &mut Findings) {
    let mut numbers = Renumbering::default();
    let (mut model, mut renamed_model) = (OrchestrationReadModel::default(), OrchestrationReadModel::default());
    for command in trace {
        let decision = subject.decide(command, &model);
        let Ok(renamed) = rename(command, &mut |kind, id| numbers.new_id(kind, id)) else {
            return;
        };
        let found = subject.decide(&renamed, &renamed_model);
        let expected = renamed_decision(&decision, &mut numbers);
        findings.expect(
            Invariant::A4,
            is_same_decision(command, expected.as_ref(), &found),
            || {
                let change = match &expected {
                    None => "expected the ids of its decision to be renamed, found that they cannot be".to_owned(),
                    Some(expected) => between_decisions(expected, &found),
                };
                format!("{} was decided otherwise with other ids: {change}", command.kind())
            },
        );
        model = subject.fold(model, decision.iter().flatten());
        renamed_model = subject.fold(renamed_model, found.iter().flatten());
    }
    let expected = rename_model(&model, &mut |kind, id| numbers.new_id(kind, id));
    let is_same = expected
        .as_ref()
        .is_ok_and(|expected| is_alike(expected, &renamed_model));
    findings.expect(Invariant::A4, is_same, || {
        let change = match &expected {
            Err(error) => format!("expected its ids to be renamed, found {error}"),
            Ok(expected) => between_models(expected, &renamed_model),
        };
        format!("the same run with other ids came to another model: {change}")
    });
}

fn renamed_decision(decision: &Decided, numbers: &mut Renumbering) -> Option<Decided> {
    let mut new_id = |kind: Id, id: &str| numbers.new_id(kind, id);
    match decision {
        Err(error) => rename(error, &mut new_id).ok().map(Err),
        Ok(events) => {
            let events: serde_json::Result<Vec<_>> = events.iter().map(|event| rename(event, &mut new_id)).collect();
            events.ok().map(Ok)
        }
    }
}

fn is_same_decision(command: &OrchestrationCommand, expected: Option<&Decided>, found: &Decided) -> bool {
    let Some(expected) = expected else { return false };
    match (expected, found) {
        (Ok(expected), Ok(found)) if matches!(command, OrchestrationCommand::DeleteProject(_)) => {
            let sorted = |events: &[OrchestrationEvent]| {
                let mut events: Vec<_> = events.iter().map(|event| format!("{event:?}")).collect();
                events.sort_unstable();
                events
            };
            sorted(expected) == sorted(found)
        }
        _ => expected == found,
    }
}

/// A5: two commands on different threads give the same in either order.
///
/// It does not apply to selecting, to two branches of one name in one project, and to commands that name no thread.
pub fn check_commuting(
    subject: Subject,
    model: &OrchestrationReadModel,
    left: &OrchestrationCommand,
    right: &OrchestrationCommand,
    findings: &mut Findings,
) {
    if !is_to_commute(model, left, right) {
        findings.pass_over(Invariant::A5);
        return;
    }
    let run = |first: &OrchestrationCommand, second: &OrchestrationCommand| {
        let first_decision = subject.decide(first, model);
        let between = subject.fold(model.clone(), first_decision.iter().flatten());
        let second_decision = subject.decide(second, &between);
        let after = subject.fold(between, second_decision.iter().flatten());
        (first_decision, second_decision, after)
    };
    let (left_first, right_second, one) = run(left, right);
    let (right_first, left_second, other) = run(right, left);
    let is_same = left_first == left_second && right_first == right_second && is_alike(&one, &other);
    findings.expect(Invariant::A5, is_same, || {
        let (left, right) = (left.kind(), right.kind());
        let told = "on different threads do not commute";
        if left_first != left_second {
            let change = between_decisions(&left_first, &left_second);
            return format!("{left} and {right} {told}: {left} behind {right}: {change}");
        }
        if right_first != right_second {
            let change = between_decisions(&right_first, &right_second);
            return format!("{left} and {right} {told}: {right} behind {left}: {change}");
        }
        format!("{left} and {right} {told}: {}", between_models(&one, &other))
    });
}

fn is_to_commute(model: &OrchestrationReadModel, left: &OrchestrationCommand, right: &OrchestrationCommand) -> bool {
    let (Some(left_thread), Some(right_thread)) = (left.thread_id(), right.thread_id()) else {
        return false;
    };
    let is_selection = |command: &OrchestrationCommand| matches!(command, OrchestrationCommand::SelectThread(_));
    let branch = |command: &OrchestrationCommand| {
        let OrchestrationCommand::CreateBranch(create) = command else {
            return None;
        };
        Some((model.thread(create.thread_id)?.project_id(), create.branch.clone()))
    };
    let is_one_branch = branch(left).is_some_and(|named| branch(right) == Some(named));
    left_thread != right_thread && !is_selection(left) && !is_selection(right) && !is_one_branch
}

/// A6: an event, however ill-sorted, is projected without panic, changes nothing if it is about what is not there, and
/// leaves every thread with its project, the selected thread among the threads, and every path with one project, if the
/// model was so before.
pub fn check_totality(
    subject: Subject,
    model: OrchestrationReadModel,
    event: &OrchestrationEvent,
    findings: &mut Findings,
) -> Option<OrchestrationReadModel> {
    let before = model.clone();
    let after = match caught(event.kind(), || subject.project(model, event)) {
        Ok(after) => after,
        Err(violation) => {
            findings.violate(violation);
            return None;
        }
    };
    effect::check_effect(&before, event, &after, findings);
    let mut places = Findings::default();
    check_selection(&after, &mut places);
    check_paths(&after, &mut places);
    for thread in after.threads() {
        check_place(&after, thread, &mut places);
    }
    // Here a thread may be on a branch that its project does not have: only the decider prevents that.
    let broken = places
        .violations
        .iter()
        .find(|violation| matches!(violation.invariant, Invariant::S1 | Invariant::S2));
    findings.expect(Invariant::A6, broken.is_none(), || {
        format!("{} broke a model: {}", event.kind(), or_none(broken))
    });
    Some(after)
}
