//! Whether the core and the machine agree.

use orchestration::provider_event::ProviderEvent;
use orchestration::{MessageId, OrchestrationCommand, OrchestrationReadModel};

use super::comparison::{Depth, End, is_changed_project, is_model, is_outline, is_thread};
use super::decision::is_predicted;
use super::disagreement::Disagreement;
use super::{Machine, Prediction, state};
use crate::check::invariants::step::Footprint;
use crate::check::invariants::{Findings, Invariant};
use crate::subject::Decided;

/// R1: the core decided what the machine predicted. `before` is the model that both met.
pub fn check_decision(
    command: &OrchestrationCommand,
    before: &OrchestrationReadModel,
    predicted: &Prediction,
    decided: &Decided,
    findings: &mut Findings,
) {
    findings.expect(Invariant::R1, is_predicted(predicted, decided), || {
        Disagreement::of_decisions(command, before, predicted, decided).to_string()
    });
}

/// R1: the model is what the machine says, as far as a command can have touched it: `before` is the model that was what
/// the machine said before the command.
pub fn check_touched(
    command: &OrchestrationCommand,
    machine: &Machine,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    let is_agreed = is_outline(machine, model)
        && match command.thread_id() {
            None => is_named_project(command, machine, before, model),
            Some(_) => is_named_thread(command, machine, before, model),
        };
    findings.expect(Invariant::R1, is_agreed, || {
        Disagreement::of_states(machine, model).to_string()
    });
}

/// R1: the model is what the machine says.
pub fn check_model(machine: &Machine, model: &OrchestrationReadModel, findings: &mut Findings) {
    findings.expect(Invariant::R1, is_model(machine, model), || {
        Disagreement::of_states(machine, model).to_string()
    });
}

/// Whether the named project is what the machine says.
fn is_named_project(
    command: &OrchestrationCommand,
    machine: &Machine,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
) -> bool {
    let named = command.project_id();
    let expected = machine.projects.iter().find(|project| Some(project.id) == named);
    match (expected, named.and_then(|id| model.project(id))) {
        (None, None) => true,
        (Some(expected), Some(found)) => is_changed_project(expected, before.project(expected.id), found, None),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Whether the named thread, where threads change, and its project are what the machine says.
fn is_named_thread(
    command: &OrchestrationCommand,
    machine: &Machine,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
) -> bool {
    let named = command.thread_id();
    let index = machine.threads.binary_search_by_key(&named, |thread| Some(thread.id));
    let expected = index.ok().and_then(|index| machine.threads.get(index));
    match (expected, named.and_then(|id| model.thread(id))) {
        (None, None) => true,
        (Some(expected), Some(found)) => {
            let end = End {
                message: message_of(command),
                before: before.thread(expected.id),
            };
            is_thread(expected, found, Depth::End(end))
                && (is_project_untouched(command, expected, before, model)
                    || is_project_of(expected, machine, before, model))
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Whether neither the core touched the thread's project, nor the machine, which keeps to what a command may change.
fn is_project_untouched(
    command: &OrchestrationCommand,
    thread: &state::Thread,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
) -> bool {
    let is_shared = before
        .project(thread.project_id)
        .zip(model.project(thread.project_id))
        .is_some_and(|(before, after)| std::ptr::eq(before, after));
    is_shared && Footprint::of(command, before).project.is_none()
}

fn is_project_of(
    thread: &state::Thread,
    machine: &Machine,
    before: &OrchestrationReadModel,
    model: &OrchestrationReadModel,
) -> bool {
    let id = thread.project_id;
    let expected = machine.projects.iter().find(|project| project.id == id);
    expected.zip(model.project(id)).is_some_and(|(expected, found)| {
        is_changed_project(expected, before.project(id), found, thread.branch.as_ref())
    })
}

/// The message that a command begins or goes on with.
fn message_of(command: &OrchestrationCommand) -> Option<MessageId> {
    if let OrchestrationCommand::StartTurn(command) = command {
        return Some(command.message_id);
    }
    let OrchestrationCommand::IngestProviderEvent(command) = command else {
        return None;
    };
    match &command.event {
        ProviderEvent::TextDelta(delta) => Some(delta.message_id),
        ProviderEvent::ThinkingDelta(delta) => Some(delta.message_id),
        ProviderEvent::ToolCall(_)
        | ProviderEvent::ToolResult(_)
        | ProviderEvent::AwaitingApproval(_)
        | ProviderEvent::TurnComplete(_)
        | ProviderEvent::Error(_) => None,
    }
}
