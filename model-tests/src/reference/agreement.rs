//! Whether the core and the machine agree.

use std::fmt::Debug;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use similar::TextDiff;

use super::view::{is_model, is_project, is_thread_at_its_end};
use super::{Machine, Prediction, state};
use crate::invariants::{Findings, Invariant};
use crate::run::Decision;

/// R1: the core decided what the machine predicted. `before` is the model that both met.
pub fn check_decision(
    command: &OrchestrationCommand,
    before: &OrchestrationReadModel,
    predicted: &Prediction,
    decided: &Decision,
    findings: &mut Findings,
) {
    let is_agreed = match (predicted, decided) {
        (Ok(kinds), Ok(events)) => events.iter().map(OrchestrationEvent::kind).eq(kinds.iter().copied()),
        (Err(kind), Err(error)) => error.kind() == *kind,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    findings.expect(Invariant::R1, is_agreed, || {
        let expected = match predicted {
            Ok(kinds) => format!("the events {}", kinds.join(", ")),
            Err(kind) => format!("the error {kind}"),
        };
        let found = match decided {
            Ok(events) => format!(
                "the events {}",
                events
                    .iter()
                    .map(OrchestrationEvent::kind)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Err(error) => format!("the error {} ({error})", error.kind()),
        };
        let state = state_met_by(command, before);
        format!(
            "{}: the reference expected {expected}, the core gave {found}; before it, {state}",
            command.kind()
        )
    });
}

/// What a command meets, in short.
fn state_met_by(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> String {
    let Some(id) = command.thread_id() else {
        return format!(
            "there were {} projects and {} threads",
            model.projects().len(),
            model.threads().len()
        );
    };
    match model.thread(id) {
        None => format!("there was no thread {id}"),
        Some(thread) => {
            let view = state::Thread::from(thread);
            let last = view.turns.last();
            format!(
                "thread {id} was {} with {} turns, the last of which: {last:?}",
                thread.status(),
                view.turns.len()
            )
        }
    }
}

/// R1: the model is what the machine says, as far as a command can have touched it, or as a whole.
pub fn check_view(
    command: &OrchestrationCommand,
    machine: &Machine,
    model: &OrchestrationReadModel,
    is_whole: bool,
    findings: &mut Findings,
) {
    if is_whole {
        check_model(machine, model, findings);
        return;
    }
    let Some(id) = command.thread_id() else {
        let is_agreed = is_outline_agreed(command, machine, model);
        findings.expect(Invariant::R1, is_agreed, || disagreement(machine, model));
        return;
    };
    let place = machine.threads.binary_search_by_key(&id, |thread| thread.id).ok();
    let is_agreed = match (place.and_then(|place| machine.threads.get(place)), model.thread(id)) {
        (None, None) => true,
        (Some(expected), Some(found)) => {
            is_thread_at_its_end(expected, found) && is_project_agreed(expected, machine, model)
        }
        (None, Some(_)) | (Some(_), None) => false,
    };
    findings.expect(Invariant::R1, is_agreed, || disagreement(machine, model));
}

/// Whether the named project, the selection and the numbers of things are what the machine says.
fn is_outline_agreed(command: &OrchestrationCommand, machine: &Machine, model: &OrchestrationReadModel) -> bool {
    let named = command.project_id();
    let expected = machine.projects.iter().find(|project| Some(project.id) == named);
    let found = named.and_then(|id| model.project(id));
    let is_project_agreed = match (expected, found) {
        (None, None) => true,
        (Some(expected), Some(found)) => is_project(expected, found),
        (None, Some(_)) | (Some(_), None) => false,
    };
    is_project_agreed
        && machine.selected == model.selected_thread()
        && machine.projects.len() == model.projects().len()
        && machine.threads.len() == model.threads().len()
}

/// R1: the model is what the machine says.
pub fn check_model(machine: &Machine, model: &OrchestrationReadModel, findings: &mut Findings) {
    findings.expect(Invariant::R1, is_model(machine, model), || disagreement(machine, model));
}

fn disagreement(machine: &Machine, model: &OrchestrationReadModel) -> String {
    let difference = difference(machine, &Machine::from(model));
    format!("the model is not what the reference expected (- expected, + found):\n{difference}")
}

fn is_project_agreed(thread: &state::Thread, machine: &Machine, model: &OrchestrationReadModel) -> bool {
    let expected = machine.projects.iter().find(|project| project.id == thread.project);
    expected
        .zip(model.project(thread.project))
        .is_some_and(|(expected, found)| is_project(expected, found))
}

/// The lines in which two values differ, with a few around them.
fn difference(expected: &impl Debug, found: &impl Debug) -> String {
    let (expected, found) = (format!("{expected:#?}"), format!("{found:#?}"));
    TextDiff::from_lines(&expected, &found)
        .unified_diff()
        .context_radius(2)
        .to_string()
}
