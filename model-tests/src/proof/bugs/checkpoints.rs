//! Checkpoints that are made wrongly, or restored by halves.

use orchestration::commands::RestoreCheckpoint;
use orchestration::events::{CheckpointCreated, CheckpointRestored};
use orchestration::read_model::{Thread, ThreadStatus, TurnStatus};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    decide, project,
};
use serde_json::Value;

use super::faults::{named_thread, patch, thread_json};
use super::{BARE, Bug, NONE, deciding, projecting};
use crate::counterexample::Search;
use crate::search::explore::Scope;
use crate::subject::Decided;

/// Turns and checkpoints one after the other.
const TWO_OF_BOTH: Scope = Scope {
    turns: 2,
    checkpoints: 2,
    ..BARE
};

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "checkpoint-while-running",
        sentence: "a checkpoint is made while a turn is running, and counts that turn",
        symptom: "a revert went back to the middle of a turn",
        reports: &["https://github.com/zed-industries/zed/issues/35142"],
        subject: deciding(checkpoint_while_running),
        ..NONE
    },
    Bug {
        id: "checkpoint-loses-description",
        sentence: "the description of a checkpoint does not reach its event",
        symptom: "a checkpoint's description came out empty",
        reports: &[],
        subject: deciding(checkpoint_loses_description),
        scope: Scope { checkpoints: 1, ..BARE },
        unseen_by: &[(Search::Exploration, "it describes no checkpoint")],
    },
    Bug {
        id: "failed-turn-not-counted",
        sentence: "a checkpoint does not count a turn that failed",
        symptom: "a revert kept the wrong turns, for it counted them otherwise",
        reports: &["https://github.com/pingdotgg/t3code/issues/2457"],
        subject: deciding(failed_turn_not_counted),
        ..NONE
    },
    Bug {
        id: "restore-while-running",
        sentence: "a checkpoint is restored while a turn is running",
        symptom: "a revert was accepted during a running turn",
        reports: &[
            "https://github.com/Emanuele-web04/synara/issues/327",
            "https://github.com/zed-industries/zed/issues/35142",
        ],
        subject: deciding(restore_while_running),
        ..NONE
    },
    Bug {
        id: "restore-while-awaiting",
        sentence: "a checkpoint is restored while an approval is pending",
        symptom: "a revert discarded a turn that awaited an approval",
        reports: &["https://github.com/pingdotgg/t3code/issues/8425"],
        subject: deciding(restore_while_awaiting),
        ..NONE
    },
    Bug {
        id: "restore-keeps-turns",
        sentence: "a restore drops the later checkpoints, and no turns",
        symptom: "a revert put the files back, and left the conversation",
        reports: &["https://github.com/Emanuele-web04/synara/issues/326"],
        subject: projecting(restore_keeps_turns),
        ..NONE
    },
    Bug {
        id: "restore-keeps-later-checkpoints",
        sentence: "a restore drops the later turns, and no checkpoints",
        symptom: "a revert was half applied, and offered checkpoints of turns that were gone",
        reports: &["https://github.com/pingdotgg/t3code/issues/9069"],
        subject: projecting(restore_keeps_later_checkpoints),
        scope: TWO_OF_BOTH,
        ..NONE
    },
    Bug {
        id: "restore-keeps-checkpoint-of-same-count",
        sentence: "a restore keeps a later checkpoint that was made after as many turns",
        symptom: "a revert was half applied",
        reports: &["https://github.com/pingdotgg/t3code/issues/9069"],
        subject: projecting(restore_keeps_checkpoint_of_same_count),
        scope: TWO_OF_BOTH,
        ..NONE
    },
    Bug {
        id: "restore-drops-its-checkpoint",
        sentence: "a restore of the last of several checkpoints drops that one too",
        symptom: "a revert could be made only once",
        reports: &["https://github.com/pingdotgg/t3code/issues/9069"],
        subject: projecting(restore_drops_its_checkpoint),
        scope: TWO_OF_BOTH,
        ..NONE
    },
    Bug {
        id: "restore-keeps-one-more",
        sentence: "a restore keeps one turn too many",
        symptom: "a revert kept the wrong turns",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/2457",
            "https://github.com/pingdotgg/t3code/issues/4157",
            "https://github.com/anomalyco/opencode/issues/20955",
        ],
        subject: deciding(restore_keeps_one_more),
        ..NONE
    },
    Bug {
        id: "restore-drops-last-turn-only",
        sentence: "a restore drops the last turn, however many came after the checkpoint",
        symptom: "a revert kept the wrong turns",
        reports: &["https://github.com/anomalyco/opencode/issues/20955"],
        subject: projecting(restore_drops_last_turn_only),
        scope: TWO_OF_BOTH,
        ..NONE
    },
    Bug {
        id: "restore-counts-completed-turns",
        sentence: "a restore keeps as many turns as were completed, though others stood before the checkpoint",
        symptom: "a revert kept the wrong turns after one was stopped",
        reports: &["https://github.com/pingdotgg/t3code/issues/4157"],
        subject: deciding(restore_counts_completed_turns),
        ..NONE
    },
    Bug {
        id: "restore-goes-to-latest",
        sentence: "a restore goes back to the latest checkpoint, whichever it names",
        symptom: "a revert reported another target than was asked for",
        reports: &["https://github.com/pingdotgg/t3code/issues/4157"],
        subject: deciding(restore_goes_to_latest),
        scope: TWO_OF_BOTH,
        ..NONE
    },
];

fn checkpoint_while_running(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::CreateCheckpoint(create) = command
        && let Err(DeciderError::ThreadNotIdle { .. }) = decision
        && let Some(thread) = named_thread(command, model)
    {
        let created = CheckpointCreated {
            thread_id: create.thread_id,
            checkpoint_id: create.checkpoint_id,
            git_ref: create.git_ref.clone(),
            description: create.description.clone(),
            turn_count: thread.turn_count(),
            at: create.at,
        };
        return Ok(vec![created.into()]);
    }
    decision
}

fn checkpoint_loses_description(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::CheckpointCreated(created) = event {
            created.description = None;
        }
    }
    Ok(events)
}

/// How many turns of a thread came to an end of some kind.
fn turns_that(thread: &Thread, is_counted: impl Fn(&TurnStatus) -> bool) -> u32 {
    let turns = thread.turns().filter(|turn| is_counted(turn.status()));
    u32::try_from(turns.count()).unwrap_or(u32::MAX)
}

fn failed_turn_not_counted(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::CheckpointCreated(created) = event
            && let Some(thread) = model.thread(created.thread_id)
        {
            created.turn_count = turns_that(thread, |status| !matches!(status, TurnStatus::Failed { .. }));
        }
    }
    Ok(events)
}

fn restore_while_running(command: &Command, model: &Model) -> Decided {
    restore_while(command, model, ThreadStatus::Running)
}

fn restore_while_awaiting(command: &Command, model: &Model) -> Decided {
    restore_while(command, model, ThreadStatus::AwaitingApproval)
}

fn restore_while(command: &Command, model: &Model, unchecked: ThreadStatus) -> Decided {
    let decision = decide(command, model);
    if let Command::RestoreCheckpoint(restore) = command
        && let Err(DeciderError::ThreadNotIdle { status, .. }) = decision
        && status == unchecked
        && let Some(thread) = named_thread(command, model)
        && let Some(checkpoint) = thread.checkpoint(restore.checkpoint_id)
    {
        let restored = CheckpointRestored {
            thread_id: restore.thread_id,
            checkpoint_id: restore.checkpoint_id,
            turn_count: checkpoint.turn_count(),
            at: restore.at,
        };
        return Ok(vec![restored.into()]);
    }
    decision
}

/// Projects a restore that keeps another number of turns.
fn keeping(model: Model, event: &Event, turn_count: impl Fn(&CheckpointRestored, &Thread) -> u32) -> Model {
    if let Event::CheckpointRestored(restored) = event
        && let Some(thread) = model.thread(restored.thread_id)
    {
        let turn_count = turn_count(restored, thread);
        let restored = CheckpointRestored {
            turn_count,
            ..restored.clone()
        };
        return project(model, &restored.into());
    }
    project(model, event)
}

fn restore_keeps_turns(model: Model, event: &Event) -> Model {
    keeping(model, event, |_, thread| thread.turn_count())
}

fn restore_drops_last_turn_only(model: Model, event: &Event) -> Model {
    keeping(model, event, |restored, thread| {
        restored.turn_count.max(thread.turn_count().saturating_sub(1))
    })
}

fn restore_keeps_later_checkpoints(before: Model, event: &Event) -> Model {
    with_checkpoints(before, event, |_, before| before.to_vec())
}

fn restore_keeps_checkpoint_of_same_count(before: Model, event: &Event) -> Model {
    with_checkpoints(before, event, |restored, before| {
        let is_kept = |checkpoint: &&Value| checkpoint["turn_count"] == restored.turn_count;
        before.iter().filter(is_kept).cloned().collect()
    })
}

fn restore_drops_its_checkpoint(before: Model, event: &Event) -> Model {
    with_checkpoints(before, event, |restored, before| {
        let id = serde_json::json!(restored.checkpoint_id);
        let kept = before.iter().position(|checkpoint| checkpoint["id"] == id);
        match kept {
            Some(kept) if kept > 0 && kept + 1 == before.len() => before[..kept].to_vec(),
            Some(kept) => before[..=kept].to_vec(),
            None => before.to_vec(),
        }
    })
}

/// Projects a restore, and has the thread keep other checkpoints: those that are chosen of the JSON of all.
fn with_checkpoints(
    mut before: Model,
    event: &Event,
    choose: impl Fn(&CheckpointRestored, &[Value]) -> Vec<Value>,
) -> Model {
    let Event::CheckpointRestored(restored) = event else {
        return project(before, event);
    };
    if before.thread(restored.thread_id).is_none() {
        return before;
    }
    let mut chosen = Value::Null;
    before = patch(before, |json| {
        let all = &thread_json(json, restored.thread_id)["checkpoints"];
        chosen = all.as_array().map(|all| choose(restored, all)).into();
    });
    patch(project(before, event), |json| {
        thread_json(json, restored.thread_id)["checkpoints"] = chosen;
    })
}

fn restore_keeps_one_more(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::CheckpointRestored(restored) = event {
            restored.turn_count += 1;
        }
    }
    Ok(events)
}

fn restore_counts_completed_turns(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::CheckpointRestored(restored) = event
            && let Some(thread) = model.thread(restored.thread_id)
        {
            let completed = turns_that(thread, |status| *status == TurnStatus::Completed);
            restored.turn_count = restored.turn_count.min(completed);
        }
    }
    Ok(events)
}

fn restore_goes_to_latest(command: &Command, model: &Model) -> Decided {
    let latest = named_thread(command, model).and_then(|thread| thread.checkpoints().last());
    match (command, decide(command, model), latest) {
        (Command::RestoreCheckpoint(restore), Ok(_), Some(latest)) => {
            let checkpoint_id = latest.id();
            let restore = RestoreCheckpoint {
                checkpoint_id,
                ..restore.clone()
            };
            decide(&restore.into(), model)
        }
        (_, decision, _) => decision,
    }
}
