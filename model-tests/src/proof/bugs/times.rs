//! Times that are taken for what they are not: as if clocks always went forward, and told no fractions.

use chrono::{DateTime, SubsecRound, Utc};
use orchestration::read_model::{Project, Thread, TurnStatus};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ReplayError, Snapshot, StoredEvent, decide, project,
};
use serde_json::json;

use super::faults::{last_turn_json, named_thread, patch, thread_json};
use super::{BARE, Bug, NONE, applying, deciding, projecting};
use crate::counterexample::Search;
use crate::search::explore::Scope;
use crate::subject::Decided;

/// One thread, in which a message goes on before its turn ends.
const ONE_MESSAGE: Scope = Scope {
    messages: 1,
    pieces: 2,
    ..BARE
};

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "later-time-kept",
        sentence: "of the time of an event and the one before, a thread keeps the later",
        symptom: "once a clock had been wrong, a thread stood on top of the list for ever",
        subject: projecting(later_time_kept),
        scope: BARE,
        ..NONE
    },
    Bug {
        id: "time-kept-when-clock-set-back",
        sentence: "a project that is renamed by a clock that was set back keeps the time of its creation",
        symptom: "a rename was not seen by a list that asks for what has changed",
        subject: projecting(time_kept_when_clock_set_back),
        ..NONE
    },
    Bug {
        id: "ended-at-start-when-clock-stands",
        sentence: "a turn that ends at the time of the event before it is said to have ended when it began",
        symptom: "a turn was shown to have taken no time at all",
        subject: projecting(ended_at_start_when_clock_stands),
        scope: ONE_MESSAGE,
        ..NONE
    },
    Bug {
        id: "fraction-cut-to-milliseconds",
        sentence: "a thread keeps the milliseconds of a time, and no finer fraction",
        symptom: "the read model and the log disagreed about when a thread was last touched",
        subject: projecting(fraction_cut),
        scope: BARE,
        ..NONE
    },
    Bug {
        id: "clock-set-back-refused",
        sentence: "a command is refused if it was given before its thread was last touched",
        symptom: "after a laptop had set its clock back by an hour, nothing could be sent for an hour",
        subject: deciding(clock_set_back_refused),
        scope: BARE,
        ..NONE
    },
    Bug {
        id: "time-before-epoch-raised",
        sentence: "the events of a command that was given before 1970 are of the first of January 1970",
        symptom: "a machine whose clock had lost its battery wrote other times than it showed",
        subject: deciding(time_before_epoch_raised),
        scope: BARE,
        ..NONE
    },
    Bug {
        id: "replay-drops-event-of-same-time",
        sentence: "a stored event that was stored at the same time as the one before is counted and not applied",
        symptom: "after a restart the second event of each batch was missing",
        subject: applying(event_of_same_time_dropped),
        scope: BARE,
        unseen_by: &[(Search::Exploration, "it replays no log")],
        ..NONE
    },
    Bug {
        id: "replay-by-time",
        sentence: "a stored event that was stored before the one before it is counted and not applied",
        symptom: "after a restart, what had come while the clock was set back was missing",
        subject: applying(event_of_earlier_time_dropped),
        scope: BARE,
        unseen_by: &[(Search::Exploration, "it replays no log")],
        ..NONE
    },
];

/// The thread that an event is about, in the model.
fn thread_of<'a>(event: &Event, model: &'a Model) -> Option<&'a Thread> {
    model.thread(event.thread_id()?)
}

/// The model with another time at which the thread of an event was last touched.
fn touched_at(model: Model, event: &Event, at: DateTime<Utc>) -> Model {
    match thread_of(event, &model).map(Thread::id) {
        None => model,
        Some(id) => patch(model, |json| thread_json(json, id)["updated_at"] = json!(at)),
    }
}

fn later_time_kept(model: Model, event: &Event) -> Model {
    let before = thread_of(event, &model).map(Thread::updated_at);
    let after = project(model, event);
    match before.filter(|before| *before > event.at()) {
        None => after,
        Some(later) => touched_at(after, event, later),
    }
}

fn time_kept_when_clock_set_back(model: Model, event: &Event) -> Model {
    let Event::ProjectRenamed(renamed) = event else {
        return project(model, event);
    };
    let before = model.project(renamed.project_id).map(Project::updated_at);
    match before.filter(|before| *before > renamed.at) {
        None => project(model, event),
        Some(at) => {
            let mut renamed = renamed.clone();
            renamed.at = at;
            project(model, &renamed.into())
        }
    }
}

fn ended_at_start_when_clock_stands(model: Model, event: &Event) -> Model {
    let standing = thread_of(event, &model).filter(|thread| thread.updated_at() == event.at());
    let started_at = standing.and_then(|thread| Some(thread.active_turn()?.started_at()));
    let after = project(model, event);
    let ended = thread_of(event, &after).filter(|thread| {
        let last = thread.turns().next_back();
        last.is_some_and(|turn| *turn.status() != TurnStatus::Running)
    });
    match (started_at, ended.map(Thread::id)) {
        (Some(started_at), Some(id)) => patch(after, |json| {
            if let Some(turn) = last_turn_json(json, id) {
                turn["ended_at"] = json!(started_at);
            }
        }),
        _ => after,
    }
}

fn fraction_cut(model: Model, event: &Event) -> Model {
    let after = project(model, event);
    let cut = event.at().trunc_subsecs(3);
    let is_touched = thread_of(event, &after).is_some_and(|thread| thread.updated_at() == event.at());
    if is_touched && cut != event.at() {
        touched_at(after, event, cut)
    } else {
        after
    }
}

fn clock_set_back_refused(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model)?;
    match named_thread(command, model).filter(|thread| thread.updated_at() > command.at()) {
        Some(thread) => Err(DeciderError::NoActiveTurn { thread_id: thread.id() }),
        None => Ok(decision),
    }
}

fn time_before_epoch_raised(command: &Command, model: &Model) -> Decided {
    decide(&command.clone().with_at(command.at().max(DateTime::UNIX_EPOCH)), model)
}

/// Counts a stored event that is the next one, and does not apply it.
fn passed_over(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    let model = snapshot.model.clone();
    let applied = snapshot.apply(stored)?;
    Ok(Snapshot { model, ..applied })
}

fn event_of_same_time_dropped(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    if snapshot.stored_at == Some(stored.stored_at) {
        passed_over(snapshot, stored)
    } else {
        snapshot.apply(stored)
    }
}

fn event_of_earlier_time_dropped(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    if snapshot.stored_at.is_some_and(|before| before > stored.stored_at) {
        passed_over(snapshot, stored)
    } else {
        snapshot.apply(stored)
    }
}
