//! Events that no decider emits, and that a projector takes for more than nothing.

use orchestration::events::{ThreadCreated, TurnCompleted, TurnStarted};
use orchestration::read_model::{Approval, Project, RuntimeMode, Thread};
use orchestration::{Label, OrchestrationEvent as Event, OrchestrationReadModel as Model, TurnId, project};
use serde_json::json;
use uuid::Uuid;

use super::faults::{active_turn, last_entries, last_turn_json, patch, thread_json};
use super::{BARE, Bug, NONE, projecting};
use crate::counterexample::Search;

/// Why a search that projects what was decided does not see a fault with what never is.
const ONLY_EVENTS_OF_COMMANDS: &str = "it gives the projector only what the decider emits";

/// Who does not see such a fault.
const UNSEEN: &[(Search, &str)] = &[
    (Search::Stateful, ONLY_EVENTS_OF_COMMANDS),
    (Search::Exploration, ONLY_EVENTS_OF_COMMANDS),
    (Search::Induction, ONLY_EVENTS_OF_COMMANDS),
];

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "gone-thread-revived",
        sentence: "an event that selects a thread which is gone makes it anew in the first project",
        symptom: "a deleted conversation came back, empty, under another title",
        subject: projecting(gone_thread_revived),
        scope: BARE,
        unseen_by: UNSEEN,
        ..NONE
    },
    Bug {
        id: "known-turn-started-anew",
        sentence: "an event that starts a turn under the id of one that ended starts another of this id",
        symptom: "a log with an event twice in it could not be read any more",
        subject: projecting(known_turn_started_anew),
        scope: BARE,
        unseen_by: UNSEEN,
        ..NONE
    },
    Bug {
        id: "stray-completion-ends-active-turn",
        sentence: "the completion of a turn that the thread does not know ends the one that is active",
        symptom: "a log that was put together from two showed turns as done that were running",
        subject: projecting(stray_completion_ends_active_turn),
        scope: BARE,
        unseen_by: UNSEEN,
        ..NONE
    },
    Bug {
        id: "unknown-checkpoint-restored",
        sentence: "an event that restores a checkpoint which is gone drops the turns past its count all the same",
        symptom: "a restore that came twice in a log took the turns that were made between",
        subject: projecting(unknown_checkpoint_restored),
        scope: BARE,
        unseen_by: UNSEEN,
        ..NONE
    },
    Bug {
        id: "answer-repeated-approves-rejected",
        sentence: "an event that approves an action which was rejected approves it",
        symptom: "an approval that was rejected was shown as approved after a restart",
        subject: projecting(answer_repeated_approves_rejected),
        scope: BARE,
        unseen_by: UNSEEN,
        ..NONE
    },
    Bug {
        id: "orphan-branch-touches-thread",
        sentence: "a commit on a branch that is gone still marks its thread as touched",
        symptom: "a thread in which nothing had happened moved to the top of the list",
        subject: projecting(orphan_branch_touches_thread),
        scope: BARE,
        unseen_by: UNSEEN,
        ..NONE
    },
];

fn gone_thread_revived(model: Model, event: &Event) -> Model {
    let (Event::ThreadSelected(selected), Ok(title)) = (event, Label::parse("untitled")) else {
        return project(model, event);
    };
    let first = model.projects().next().map(Project::id);
    match first.filter(|_| model.thread(selected.thread_id).is_none()) {
        None => project(model, event),
        Some(project_id) => {
            let created = ThreadCreated {
                thread_id: selected.thread_id,
                project_id,
                provider: title.clone(),
                title,
                model: None,
                runtime_mode: RuntimeMode::Supervised,
                at: selected.at,
            };
            project(model, &created.into())
        }
    }
}

fn known_turn_started_anew(model: Model, event: &Event) -> Model {
    let Event::TurnStarted(started) = event else {
        return project(model, event);
    };
    let thread = model.thread(started.thread_id);
    let is_known = |thread: &Thread| thread.active_turn().is_none() && thread.turn(started.turn_id).is_some();
    if !thread.is_some_and(is_known) {
        return project(model, event);
    }
    let under_another_id = TurnStarted {
        turn_id: TurnId::new(Uuid::max()),
        ..started.clone()
    };
    patch(project(model, &under_another_id.into()), |json| {
        if let Some(turn) = last_turn_json(json, started.thread_id) {
            turn["id"] = json!(started.turn_id);
        }
    })
}

fn stray_completion_ends_active_turn(model: Model, event: &Event) -> Model {
    let Event::TurnCompleted(completed) = event else {
        return project(model, event);
    };
    let thread = model.thread(completed.thread_id);
    let is_unknown = thread.is_some_and(|thread| thread.turn(completed.turn_id).is_none());
    match active_turn(&model, completed.thread_id).filter(|_| is_unknown) {
        None => project(model, event),
        Some(active) => {
            let turn_id = active.id();
            project(model, &TurnCompleted { turn_id, ..*completed }.into())
        }
    }
}

fn unknown_checkpoint_restored(model: Model, event: &Event) -> Model {
    let Event::CheckpointRestored(restored) = event else {
        return project(model, event);
    };
    let thread = model.thread(restored.thread_id);
    let is_gone = thread
        .is_some_and(|thread| thread.active_turn().is_none() && thread.checkpoint(restored.checkpoint_id).is_none());
    if !is_gone {
        return project(model, event);
    }
    patch(model, |json| {
        if let Some(turns) = thread_json(json, restored.thread_id)["turns"].as_array_mut() {
            turns.truncate(restored.turn_count as usize);
        }
    })
}

fn answer_repeated_approves_rejected(model: Model, event: &Event) -> Model {
    let Event::PendingActionApproved(approved) = event else {
        return project(model, event);
    };
    let turn = active_turn(&model, approved.thread_id).filter(|turn| turn.id() == approved.turn_id);
    let approval = turn.and_then(|turn| turn.approval(approved.action_id));
    let is_answered = |approval: &Approval| !approval.decision().is_pending();
    if !approval.is_some_and(is_answered) {
        return project(model, event);
    }
    patch(model, |json| {
        let entries = last_entries(json, approved.thread_id);
        for entry in entries.filter(|entry| entry["id"] == json!(approved.action_id) && entry["type"] == "approval") {
            entry["decision"] = json!({"type": "approved"});
        }
    })
}

fn orphan_branch_touches_thread(model: Model, event: &Event) -> Model {
    let Event::ChangesCommitted(committed) = event else {
        return project(model, event);
    };
    let after = project(model.clone(), event);
    match model.thread(committed.thread_id) {
        Some(thread) if after == model => {
            let id = thread.id();
            patch(after, |json| thread_json(json, id)["updated_at"] = json!(committed.at))
        }
        _ => after,
    }
}
