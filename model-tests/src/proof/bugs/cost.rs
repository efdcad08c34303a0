//! What is decided and projected as it should be, and takes ever longer the more there is.
//!
//! No event and no model shows it: only what it costs does.

use std::hint::black_box;

use orchestration::commands::IngestProviderEvent;
use orchestration::provider_event::TextDelta;
use orchestration::read_model::{Checkpoint, Commit, Project, Thread, Turn, TurnEntry};
use orchestration::{
    OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model, ProviderEvent,
    ReplayError, Snapshot, StoredEvent, Text, decide, project,
};

use super::faults::{active_turn, named_thread, patch};
use super::{BARE, Bug, NONE, applying, deciding, projecting};
use crate::counterexample::Search;
use crate::subject::Decided;

/// Why no search sees them that looks at what comes of commands.
pub(super) const ONLY_DEAR: &str = "all that comes of it is right, and only what it costs is not";

/// What all of them share.
const DEAR: Bug = Bug {
    scope: BARE,
    unseen_by: &[
        (Search::Stateful, ONLY_DEAR),
        (Search::Exploration, ONLY_DEAR),
        (Search::Induction, ONLY_DEAR),
        (Search::Soak, ONLY_DEAR),
        (Search::Fuzzing, ONLY_DEAR),
    ],
    ..NONE
};

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "every-thread-passed-first",
        sentence: "before anything is decided, all threads are gone through for active turns",
        symptom: "a server with many conversations answered everything slowly",
        subject: deciding(every_thread_passed_first),
        ..DEAR
    },
    Bug {
        id: "path-compared-with-all",
        sentence: "the path of a new project is compared with those of all others, one by one",
        symptom: "a server with many projects took long to take up another",
        subject: deciding(path_compared_with_all),
        ..DEAR
    },
    Bug {
        id: "turn-looked-up-from-front",
        sentence: "the turn that a command names is looked for from the first turn of its thread on",
        symptom: "in a long conversation every piece of an answer came later than the one before",
        subject: deciding(turn_looked_up_from_front),
        ..DEAR
    },
    Bug {
        id: "call-looked-up-from-front",
        sentence: "the tool call of a result is looked for from the first entry of its turn on",
        symptom: "in a long turn the results of tools were slow to be shown",
        subject: deciding(call_looked_up_from_front),
        ..DEAR
    },
    Bug {
        id: "piece-copied-for-its-event",
        sentence: "the text of a piece is copied into its event, and not shared with the command",
        symptom: "a server took twice the memory for every answer that it streamed",
        subject: deciding(piece_copied_for_its_event),
        ..DEAR
    },
    Bug {
        id: "message-read-for-each-piece",
        sentence: "for each piece of a message all that it says so far is put together",
        symptom: "a long answer came slower and slower",
        subject: projecting(message_read_for_each_piece),
        ..DEAR
    },
    Bug {
        id: "model-rewritten-for-each-piece",
        sentence: "for each piece of a message the whole model is written as JSON and read back",
        symptom: "every answer was slow on a server that had been used for long",
        subject: projecting(model_rewritten_for_each_piece),
        ..DEAR
    },
    Bug {
        id: "commits-counted-for-each-push",
        sentence: "a push counts the commits of its branch one by one",
        symptom: "a long branch took long to be pushed",
        subject: projecting(commits_counted_for_each_push),
        ..DEAR
    },
    Bug {
        id: "checkpoint-passes-all-before",
        sentence: "a new checkpoint is compared with all checkpoints of its thread",
        symptom: "a long conversation with a checkpoint after every turn became slow",
        subject: deciding(checkpoint_passes_all_before),
        ..DEAR
    },
    Bug {
        id: "replay-rereads-the-model",
        sentence: "a replay writes the model as JSON and reads it back before each event",
        symptom: "a server with a long log took minutes to start",
        subject: applying(replay_rereads_the_model),
        ..DEAR
    },
];

fn every_thread_passed_first(command: &Command, model: &Model) -> Decided {
    black_box(model.active_turns().count());
    decide(command, model)
}

fn path_compared_with_all(command: &Command, model: &Model) -> Decided {
    if let Command::CreateProject(create) = command {
        black_box(
            model
                .projects()
                .map(Project::path)
                .filter(|path| **path == create.path)
                .count(),
        );
    }
    decide(command, model)
}

fn turn_looked_up_from_front(command: &Command, model: &Model) -> Decided {
    if let (Some(turn_id), Some(thread)) = (command.turn_id(), named_thread(command, model)) {
        black_box(thread.turns().map(Turn::id).find(|id| *id == turn_id));
    }
    decide(command, model)
}

fn call_looked_up_from_front(command: &Command, model: &Model) -> Decided {
    if let Command::IngestProviderEvent(IngestProviderEvent {
        thread_id,
        event: ProviderEvent::ToolResult(result),
        ..
    }) = command
    {
        let entries = active_turn(model, *thread_id).into_iter().flat_map(Turn::entries);
        let mut calls = entries.filter_map(TurnEntry::as_tool_call);
        black_box(calls.find(|call| *call.id() == result.tool_call_id));
    }
    decide(command, model)
}

fn piece_copied_for_its_event(command: &Command, model: &Model) -> Decided {
    let Command::IngestProviderEvent(ingest) = command else {
        return decide(command, model);
    };
    let ProviderEvent::TextDelta(TextDelta { message_id, text }) = &ingest.event else {
        return decide(command, model);
    };
    let delta = TextDelta {
        message_id: *message_id,
        text: Text::from(text.as_str()),
    };
    let copied = IngestProviderEvent {
        event: delta.into(),
        ..ingest.clone()
    };
    decide(&copied.into(), model)
}

fn message_read_for_each_piece(model: Model, event: &Event) -> Model {
    if let Event::MessageChunkReceived(piece) = event {
        let turn = active_turn(&model, piece.thread_id);
        let message = turn.and_then(|turn| turn.message(piece.message_id));
        black_box(message.map(|message| message.text().to_string()));
    }
    project(model, event)
}

fn model_rewritten_for_each_piece(model: Model, event: &Event) -> Model {
    match event {
        Event::MessageChunkReceived(_) => project(patch(model, |_| ()), event),
        _ => project(model, event),
    }
}

fn commits_counted_for_each_push(model: Model, event: &Event) -> Model {
    if let Event::BranchPushed(pushed) = event {
        let home = model.thread(pushed.thread_id).map(Thread::project_id);
        let branch = home.and_then(|id| model.project(id)?.branch(&pushed.branch));
        black_box(branch.map(|branch| branch.commits().map(Commit::at).max()));
    }
    project(model, event)
}

fn checkpoint_passes_all_before(command: &Command, model: &Model) -> Decided {
    if let Command::CreateCheckpoint(create) = command
        && let Some(thread) = named_thread(command, model)
    {
        let mut known = thread.checkpoints().map(Checkpoint::id);
        black_box(known.any(|id| id == create.checkpoint_id));
    }
    decide(command, model)
}

fn replay_rereads_the_model(mut snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    snapshot.model = patch(snapshot.model, |_| ());
    snapshot.apply(stored)
}
