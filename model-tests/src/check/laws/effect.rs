//! A6, of an event's effect: a second opinion on when it has one.

use chrono::{DateTime, Utc};
use orchestration::events::BranchCreated;
use orchestration::read_model::{Branch, Decision, Message, Project, Thread, ToolCallStatus, Turn, TurnEntry};
use orchestration::{
    ActionId, BranchName, MessageId, OrchestrationEvent as Event, OrchestrationReadModel, ProjectId, ThreadId,
    ToolCallId, TurnId,
};

use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{Difference, between_models};
use crate::check::view::is_alike;
use crate::describe::or_none;

/// A6: an event about what is not there changes nothing, and any other leaves its time on its thread or project.
pub(super) fn check_effect(
    before: &OrchestrationReadModel,
    event: &Event,
    after: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    if has_effect(before, event) {
        let is_told = is_told(event, after);
        findings.expect(Invariant::A6, is_told, || {
            format!(
                "{} left nothing behind where it should: {}",
                event.kind(),
                untold(event, after)
            )
        });
    } else {
        findings.expect(Invariant::A6, is_alike(after, before), || {
            let (kind, change) = (event.kind(), between_models(before, after));
            format!("{kind} is about what is not there, and changed the model: {change}")
        });
    }
}

/// Whether an event is about what is there, and tells something new of it.
fn has_effect(model: &OrchestrationReadModel, event: &Event) -> bool {
    match event {
        Event::ProjectCreated(event) => !model
            .projects()
            .any(|project| project.id() == event.project_id || *project.path() == event.path),
        Event::ProjectRenamed(event) => project(model, event.project_id).is_some(),
        Event::ProjectDeleted(event) => project(model, event.project_id).is_some(),
        Event::ThreadCreated(event) => {
            thread(model, event.thread_id).is_none() && project(model, event.project_id).is_some()
        }
        Event::ThreadSelected(event) => thread(model, event.thread_id).is_some(),
        Event::ThreadDeleted(event) => thread(model, event.thread_id).is_some(),
        Event::ThreadStatusChanged(event) => thread(model, event.thread_id).is_some(),
        Event::TurnStarted(event) => thread(model, event.thread_id).is_some_and(|thread| {
            thread.active_turn().is_none() && thread.turns().all(|turn| turn.id() != event.turn_id)
        }),
        Event::TurnInterrupted(event) => in_turn(model, event.thread_id, event.turn_id, |_| true),
        Event::TurnCompleted(event) => in_turn(model, event.thread_id, event.turn_id, |_| true),
        Event::TurnFailed(event) => in_turn(model, event.thread_id, event.turn_id, |_| true),
        Event::MessageAppended(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            messages(turn).all(|id| id != event.message_id)
        }),
        Event::MessageChunkReceived(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            messages(turn).any(|id| id == event.message_id)
        }),
        Event::ToolCallStarted(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            tool_calls(turn).all(|(id, _)| *id != event.tool_call_id)
        }),
        Event::ToolCallEnded(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            last_of(&event.tool_call_id, tool_calls(turn)) == Some(ToolCallStatus::Open)
        }),
        Event::ApprovalRequested(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            let call = event.tool_call_id.as_ref();
            approvals(turn).all(|(id, _)| id != event.action_id)
                && call.is_none_or(|call| tool_calls(turn).any(|(id, _)| id == call))
        }),
        Event::PendingActionApproved(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            last_of(event.action_id, approvals(turn)) == Some(&Decision::Pending)
        }),
        Event::PendingActionRejected(event) => in_turn(model, event.thread_id, event.turn_id, |turn| {
            last_of(event.action_id, approvals(turn)) == Some(&Decision::Pending)
        }),
        Event::CheckpointCreated(event) => thread(model, event.thread_id).is_some_and(|thread| {
            thread
                .checkpoints()
                .all(|checkpoint| checkpoint.id() != event.checkpoint_id)
        }),
        Event::CheckpointRestored(event) => thread(model, event.thread_id).is_some_and(|thread| {
            thread
                .checkpoints()
                .any(|checkpoint| checkpoint.id() == event.checkpoint_id)
        }),
        Event::BranchCreated(BranchCreated { thread_id, branch, .. }) => {
            thread(model, *thread_id).is_some() && branch_of(model, *thread_id, branch).is_none()
        }
        Event::ChangesCommitted(event) => branch_of(model, event.thread_id, &event.branch).is_some(),
        Event::BranchPushed(event) => branch_of(model, event.thread_id, &event.branch).is_some(),
    }
}

/// Whether an event left what it told about its thread or project, or took it away.
fn is_told(event: &Event, after: &OrchestrationReadModel) -> bool {
    let updated = |updated_at: Option<DateTime<Utc>>| updated_at == Some(event.at());
    match event {
        Event::ProjectDeleted(event) => project(after, event.project_id).is_none(),
        Event::ThreadDeleted(event) => thread(after, event.thread_id).is_none(),
        Event::ProjectCreated(event) => updated(project(after, event.project_id).map(Project::updated_at)),
        Event::ProjectRenamed(event) => updated(project(after, event.project_id).map(Project::updated_at)),
        Event::ThreadStatusChanged(event) => {
            let thread = thread(after, event.thread_id);
            updated(thread.map(Thread::updated_at)) && thread.map(Thread::status) == Some(event.to)
        }
        Event::ThreadCreated(_)
        | Event::ThreadSelected(_)
        | Event::TurnStarted(_)
        | Event::TurnInterrupted(_)
        | Event::TurnCompleted(_)
        | Event::TurnFailed(_)
        | Event::MessageAppended(_)
        | Event::MessageChunkReceived(_)
        | Event::ToolCallStarted(_)
        | Event::ToolCallEnded(_)
        | Event::ApprovalRequested(_)
        | Event::PendingActionApproved(_)
        | Event::PendingActionRejected(_)
        | Event::CheckpointCreated(_)
        | Event::CheckpointRestored(_)
        | Event::BranchCreated(_)
        | Event::ChangesCommitted(_)
        | Event::BranchPushed(_) => {
            let thread = event.thread_id().and_then(|id| thread(after, id));
            updated(thread.map(Thread::updated_at))
        }
    }
}

/// What an event should have left behind, and what there is.
fn untold(event: &Event, after: &OrchestrationReadModel) -> String {
    let thread_id = event.thread_id();
    let place = match thread_id {
        Some(id) => format!("thread {id}"),
        None => format!("project {}", or_none(event.project_id())),
    };
    let thread = thread_id.and_then(|id| thread(after, id));
    let project = event.project_id().and_then(|id| project(after, id));
    if let Event::ProjectDeleted(_) | Event::ThreadDeleted(_) = event {
        return format!("{place}: expected it to be gone, found it");
    }
    if let (Event::ThreadStatusChanged(event), Some(thread)) = (event, thread)
        && thread.status() != event.to
    {
        return format!("{place}: status: expected {}, found {}", event.to, thread.status());
    }
    let found = thread.map(Thread::updated_at);
    let found = found.or_else(|| project.filter(|_| thread_id.is_none()).map(Project::updated_at));
    Difference::of("updated_at", &Some(event.at()), &found)
        .within(&place)
        .to_string()
}

// The model is searched from end to end: the look-ups are under test as well.

fn project(model: &OrchestrationReadModel, id: ProjectId) -> Option<&Project> {
    model.projects().find(|project| project.id() == id)
}

fn thread(model: &OrchestrationReadModel, id: ThreadId) -> Option<&Thread> {
    model.threads().find(|thread| thread.id() == id)
}

fn branch_of<'a>(model: &'a OrchestrationReadModel, id: ThreadId, name: &BranchName) -> Option<&'a Branch> {
    let project = project(model, thread(model, id)?.project_id())?;
    project.branches().find(|branch| branch.name() == name)
}

/// Whether this turn is active in the thread, and the condition holds of it.
fn in_turn(
    model: &OrchestrationReadModel,
    id: ThreadId,
    turn_id: TurnId,
    condition: impl FnOnce(&Turn) -> bool,
) -> bool {
    let turn = thread(model, id).and_then(Thread::active_turn);
    turn.is_some_and(|turn| turn.id() == turn_id && condition(turn))
}

/// What is said of the last thing with this id: in a model that contradicts itself there may be two.
fn last_of<Id: Copy + PartialEq, Said>(id: Id, all: impl Iterator<Item = (Id, Said)>) -> Option<Said> {
    all.filter(|(other, _)| *other == id).map(|(_, said)| said).last()
}

fn messages(turn: &Turn) -> impl Iterator<Item = MessageId> {
    turn.entries().filter_map(TurnEntry::as_message).map(Message::id)
}

fn tool_calls(turn: &Turn) -> impl Iterator<Item = (&ToolCallId, ToolCallStatus)> {
    let calls = turn.entries().filter_map(TurnEntry::as_tool_call);
    calls.map(|call| (call.id(), call.status()))
}

fn approvals(turn: &Turn) -> impl Iterator<Item = (ActionId, &Decision)> {
    let approvals = turn.entries().filter_map(TurnEntry::as_approval);
    approvals.map(|approval| (approval.id(), approval.decision()))
}

#[cfg(test)]
mod tests {
    use orchestration::Snapshot;
    use serde_json::{Value, json};

    use super::*;

    const THREAD: &str = "00000000-0000-0000-0000-000000000013";
    const AT: &str = "2026-01-01T01:00:01Z";

    /// A model whose last thread was updated at that time, waits for an answer, and had another request rejected.
    fn conversation() -> OrchestrationReadModel {
        let snapshot = include_str!("../../../../core/tests/golden/2/conversation.snapshot.json");
        let snapshot: Snapshot = serde_json::from_str(snapshot).expect("a snapshot");
        snapshot.model
    }

    fn event(kind: &str, mut fields: Value) -> Event {
        fields["type"] = kind.into();
        fields["thread_id"] = THREAD.into();
        fields["at"] = AT.into();
        serde_json::from_value(fields).expect("an event")
    }

    fn of_action(kind: &str, number: u8) -> Event {
        let (turn_id, action_id) = (
            "00000000-0000-0000-0000-000000000024",
            format!("00000000-0000-0000-0000-00000000004{number}"),
        );
        let mut fields = json!({"turn_id": turn_id, "action_id": action_id});
        if kind == "approval_requested" {
            fields["description"] = "a".into();
        }
        event(kind, fields)
    }

    #[test]
    fn an_event_about_an_approval_has_an_effect_where_that_is_as_it_says() {
        let model = conversation();
        for (number, is_new, is_pending) in [(1, false, true), (2, false, false), (3, true, false)] {
            assert_eq!(has_effect(&model, &of_action("approval_requested", number)), is_new);
            assert_eq!(
                has_effect(&model, &of_action("pending_action_approved", number)),
                is_pending
            );
            assert_eq!(
                has_effect(&model, &of_action("pending_action_rejected", number)),
                is_pending
            );
        }
    }

    #[test]
    fn a_status_is_told_where_the_thread_has_it_since_that_time() {
        let told = |to: &str, at: &str| {
            let mut changed = json!({"from": "running", "to": to});
            changed["type"] = "thread_status_changed".into();
            changed["thread_id"] = THREAD.into();
            changed["at"] = at.into();
            is_told(&serde_json::from_value(changed).expect("an event"), &conversation())
        };
        assert!(told("awaiting_approval", AT));
        assert!(!told("idle", AT), "it has another status");
        assert!(
            !told("awaiting_approval", "2026-01-01T00:00:00Z"),
            "it was told at another time"
        );
    }

    #[test]
    fn a_thread_that_is_deleted_and_still_there_was_not_told() {
        assert!(!is_told(&event("thread_deleted", json!({})), &conversation()));
        assert!(is_told(
            &event("thread_deleted", json!({})),
            &OrchestrationReadModel::default()
        ));
    }
}
