//! Projects and threads that share what they must not, or leave something behind.

use orchestration::events::{ProjectCreated, ThreadDeleted, ThreadSelected};
use orchestration::read_model::{Branch, Project, Thread};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ProjectId, ThreadId, decide, project,
};
use serde_json::{Value, json};

use super::faults::{patch, without};
use super::{BARE, Bug, NONE, deciding, deciding_and_projecting, projecting};
use crate::counterexample::Search;
use crate::search::explore::Scope;
use crate::subject::Decided;

/// Why a search that only gives commands does not see what becomes of events that no command causes.
const ONLY_EVENTS_OF_COMMANDS: &str = "it projects no events but those that commands cause";

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "path-taken-twice",
        sentence: "a project is created on a path that another one has",
        symptom: "two projects stood on one path",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/1595",
            "https://github.com/get-bb/bb/issues/1194",
        ],
        subject: deciding_and_projecting(path_taken_twice, project_path_taken_twice),
        ..NONE
    },
    Bug {
        id: "path-looked-up-by-name",
        sentence: "a path counts as taken only by a project of the same name",
        symptom: "two projects stood on one path",
        reports: &["https://github.com/get-bb/bb/issues/1194"],
        subject: deciding_and_projecting(path_looked_up_by_name, project_path_taken_twice),
        scope: BARE,
        unseen_by: &[(
            Search::Exploration,
            "it takes projects that differ only by their names for one",
        )],
    },
    Bug {
        id: "delete-leaves-threads",
        sentence: "a deleted project leaves its threads behind",
        symptom: "deleting a project left its threads and runs behind",
        reports: &[
            "https://github.com/BloopAI/vibe-kanban/issues/1571",
            "https://github.com/pingdotgg/t3code/issues/4723",
        ],
        subject: deciding_and_projecting(delete_leaves_threads, project_delete_leaves_threads),
        ..NONE
    },
    Bug {
        id: "delete-leaves-second-running-thread",
        sentence: "a deleted project with two running threads leaves the second behind",
        symptom: "deleting a project left a run behind",
        reports: &["https://github.com/BloopAI/vibe-kanban/issues/1571"],
        subject: deciding_and_projecting(
            delete_leaves_second_running_thread,
            project_delete_leaves_second_running_thread,
        ),
        scope: Scope { threads: 2, ..BARE },
        ..NONE
    },
    Bug {
        id: "delete-without-interrupt",
        sentence: "deleting a thread does not interrupt its active turn first",
        symptom: "deleting a thread left the agent's run behind",
        reports: &["https://github.com/BloopAI/vibe-kanban/issues/1571"],
        subject: deciding(delete_without_interrupt),
        ..NONE
    },
    Bug {
        id: "delete-leaves-selection",
        sentence: "a deleted thread stays selected",
        symptom: "deleting left behind what pointed to it",
        reports: &["https://github.com/pingdotgg/t3code/issues/4723"],
        subject: projecting(delete_leaves_selection),
        ..NONE
    },
    Bug {
        id: "delete-twice",
        sentence: "deleting a thread that does not exist is accepted",
        symptom: "commands on a deleted thread were accepted",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: deciding(delete_twice),
        ..NONE
    },
    Bug {
        id: "deleted-thread-selected",
        sentence: "a deleted thread can be selected while a branch remembers it",
        symptom: "commands on a deleted thread were accepted",
        reports: &["https://github.com/pingdotgg/t3code"],
        subject: deciding_and_projecting(deleted_thread_selected, project_deleted_thread_selected),
        scope: Scope { branches: 1, ..BARE },
        unseen_by: &[],
    },
    Bug {
        id: "orphan-event-panics",
        sentence: "the projector panics at a piece of a message whose thread it does not know",
        symptom: "one bad stored row made the service unbootable",
        reports: &["https://github.com/pingdotgg/t3code/issues/8789"],
        subject: projecting(orphan_event_panics),
        scope: BARE,
        unseen_by: &[
            (Search::Stateful, ONLY_EVENTS_OF_COMMANDS),
            (Search::Induction, ONLY_EVENTS_OF_COMMANDS),
            (Search::Exploration, ONLY_EVENTS_OF_COMMANDS),
        ],
    },
];

/// The creation of a project on a path that is taken, if it was refused for that.
fn creation_on_taken_path(command: &Command, decision: &Decided) -> Option<ProjectCreated> {
    let (Command::CreateProject(create), Err(DeciderError::DuplicateProjectPath { .. })) = (command, decision) else {
        return None;
    };
    Some(ProjectCreated {
        project_id: create.project_id,
        path: create.path.clone(),
        name: create.name.clone(),
        at: create.at,
    })
}

fn path_taken_twice(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    match creation_on_taken_path(command, &decision) {
        Some(created) => Ok(vec![created.into()]),
        None => decision,
    }
}

fn path_looked_up_by_name(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    let named_alike = |created: &ProjectCreated| {
        model
            .projects()
            .any(|project| *project.path() == created.path && *project.name() == created.name)
    };
    match creation_on_taken_path(command, &decision).filter(|created| !named_alike(created)) {
        Some(created) => Ok(vec![created.into()]),
        None => decision,
    }
}

fn project_path_taken_twice(model: Model, event: &Event) -> Model {
    match event {
        Event::ProjectCreated(created) if model.project_at(&created.path).is_some() => patch(model, |json| {
            json["projects"][created.project_id.to_string()] = json!({
                "id": created.project_id,
                "path": created.path,
                "name": created.name,
                "branches": {},
                "created_at": created.at,
                "updated_at": created.at,
            });
        }),
        _ => project(model, event),
    }
}

fn delete_leaves_threads(command: &Command, model: &Model) -> Decided {
    without(decide(command, model), |event| {
        matches!(command, Command::DeleteProject(_)) && !matches!(event, Event::ProjectDeleted(_))
    })
}

fn project_delete_leaves_threads(before: Model, event: &Event) -> Model {
    deleting_all_but(before, event, |_| true)
}

/// Deletes a project, and keeps some of its threads.
fn deleting_all_but(before: Model, event: &Event, is_kept: impl Fn(&Thread) -> bool) -> Model {
    let Event::ProjectDeleted(deleted) = event else {
        return project(before, event);
    };
    let kept: Vec<(String, Value)> = before
        .threads_of(deleted.project_id)
        .filter(|thread| is_kept(thread))
        .filter_map(|thread| Some((thread.id().to_string(), serde_json::to_value(thread).ok()?)))
        .collect();
    let model = project(before, event);
    if kept.is_empty() {
        return model;
    }
    patch(model, |json| {
        for (id, thread) in kept {
            json["threads"][id] = thread;
        }
    })
}

/// The second running thread of a project.
fn second_running(model: &Model, id: ProjectId) -> Option<ThreadId> {
    let mut running = model.threads_of(id).filter(|thread| thread.active_turn().is_some());
    running.nth(1).map(Thread::id)
}

fn delete_leaves_second_running_thread(command: &Command, model: &Model) -> Decided {
    let Command::DeleteProject(delete) = command else {
        return decide(command, model);
    };
    let left = second_running(model, delete.project_id);
    without(decide(command, model), |event| {
        left.is_some() && event.thread_id() == left
    })
}

fn project_delete_leaves_second_running_thread(before: Model, event: &Event) -> Model {
    deleting_all_but(before, event, |thread| thread.active_turn().is_some())
}

fn delete_without_interrupt(command: &Command, model: &Model) -> Decided {
    without(decide(command, model), |event| {
        matches!(command, Command::DeleteThread(_)) && !matches!(event, Event::ThreadDeleted(_))
    })
}

fn delete_leaves_selection(before: Model, event: &Event) -> Model {
    let selected = before.selected_thread();
    let model = project(before, event);
    match event {
        Event::ThreadDeleted(deleted) if selected == Some(deleted.thread_id) => {
            patch(model, |json| json["selected_thread"] = json!(selected))
        }
        _ => model,
    }
}

fn delete_twice(command: &Command, model: &Model) -> Decided {
    match (command, decide(command, model)) {
        (Command::DeleteThread(delete), Err(DeciderError::ThreadNotFound { thread_id })) => {
            let at = delete.at;
            Ok(vec![ThreadDeleted { thread_id, at }.into()])
        }
        (_, decision) => decision,
    }
}

fn deleted_thread_selected(command: &Command, model: &Model) -> Decided {
    match (command, decide(command, model)) {
        (Command::SelectThread(select), Err(DeciderError::ThreadNotFound { thread_id }))
            if is_remembered(model, thread_id) =>
        {
            let at = select.at;
            Ok(vec![ThreadSelected { thread_id, at }.into()])
        }
        (_, decision) => decision,
    }
}

fn project_deleted_thread_selected(model: Model, event: &Event) -> Model {
    match event {
        Event::ThreadSelected(selected)
            if model.thread(selected.thread_id).is_none() && is_remembered(&model, selected.thread_id) =>
        {
            patch(model, |json| json["selected_thread"] = json!(selected.thread_id))
        }
        _ => project(model, event),
    }
}

/// Whether a branch was made by this thread.
fn is_remembered(model: &Model, id: ThreadId) -> bool {
    let mut branches = model.projects().flat_map(Project::branches).map(Branch::thread_id);
    branches.any(|thread_id| thread_id == id)
}

fn orphan_event_panics(model: Model, event: &Event) -> Model {
    if let Event::MessageChunkReceived(received) = event {
        let id = received.thread_id;
        assert!(model.thread(id).is_some(), "thread {id} is not there");
    }
    project(model, event)
}
