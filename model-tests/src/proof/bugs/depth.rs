//! What goes wrong only where there is much of something: past the sizes of nodes, bytes and fixed lists.
//!
//! No user reported these: nobody counts to 257. They are of the kind that a data structure, a narrow type or a limit that was
//! forgotten brings, and are there to be found by what grows something on purpose.

use orchestration::events::{
    BranchCreated, BranchPushed, CheckpointRestored, MessageAppended, MessageChunkReceived, ProjectCreated,
};
use orchestration::read_model::{MessageRole, Project, Thread, ToolCallStatus, Turn, TurnEntry};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model,
    ThreadId, TurnId, decide, project,
};
use serde_json::json;

use super::faults::{active_turn, end_leaving, named_thread, patch, without};
use super::{BARE, Bug, NONE, deciding, projecting};
use crate::counterexample::Search;
use crate::search::explore::Scope;
use crate::subject::Decided;

/// Why exploration does not come to them.
const SMALL_SCOPES: (Search, &str) = (Search::Exploration, "its scopes have but a few of each thing");

/// Why the stateful tests do not.
pub(super) const TOO_SHORT: &str = "its sequences are too short for so much of one thing";

const UNSEEN: &[(Search, &str)] = &[SMALL_SCOPES, (Search::Stateful, TOO_SHORT)];

/// What all of them share.
const DEEP: Bug = Bug {
    scope: BARE,
    unseen_by: UNSEEN,
    ..NONE
};

/// How many a node of a tree of 32 branches holds.
const NODE: usize = 32;

/// How many a byte tells apart.
const BYTE: usize = 256;

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "restore-keeps-a-node-of-turns",
        sentence: "a restore keeps no more than 32 turns, whatever the checkpoint counts",
        symptom: "a revert in a long conversation lost turns that stood before the checkpoint",
        subject: projecting(restore_keeps_a_node_of_turns),
        ..DEEP
    },
    Bug {
        id: "restore-past-a-node-goes-to-latest",
        sentence: "a restore of a checkpoint behind the first 32 goes to the latest one",
        symptom: "a revert to one of many checkpoints reverted to another",
        subject: deciding(restore_past_a_node_goes_to_latest),
        ..DEEP
    },
    Bug {
        id: "answer-past-a-signed-byte-refused",
        sentence: "an answer to an approval that stands behind 128 others is refused",
        symptom: "a turn that asked very often could not be answered any more",
        subject: deciding(answer_past_a_signed_byte_refused),
        ..DEEP
    },
    Bug {
        id: "push-counts-in-a-byte",
        sentence: "the number of pushed commits is kept in a byte",
        symptom: "after a push of a long branch the server said that next to nothing was pushed",
        subject: projecting(push_counts_in_a_byte),
        ..DEEP
    },
    Bug {
        id: "piece-at-a-node-lost",
        sentence: "the piece that would begin the next 32 of a message is dropped",
        symptom: "a long answer lacked a word now and then",
        subject: projecting(piece_at_a_node_lost),
        ..DEEP
    },
    Bug {
        id: "project-tells-of-few-threads",
        sentence: "deleting a project tells of the deletion of no more than 64 of its threads",
        symptom: "deleted conversations stayed on the screen",
        subject: deciding(project_tells_of_few_threads),
        ..DEEP
    },
    Bug {
        id: "interrupt-cancels-a-node-of-calls",
        sentence: "an interrupt cancels the first 32 open tool calls, and leaves the others open",
        symptom: "some of very many tool calls went on spinning after the turn was stopped",
        subject: projecting(interrupt_cancels_a_node_of_calls),
        ..DEEP
    },
    Bug {
        id: "path-past-a-node-taken-twice",
        sentence: "the path of a project behind the first 32 is not found to be taken",
        symptom: "a server with many projects had one of them twice",
        subject: deciding(path_past_a_node_taken_twice),
        ..DEEP
    },
    Bug {
        id: "branch-past-a-node-taken-twice",
        sentence: "the name of a branch behind the first 32 of its project is not found to be taken",
        symptom: "two conversations committed to one branch",
        subject: deciding(branch_past_a_node_taken_twice),
        ..DEEP
    },
    Bug {
        id: "message-past-two-nodes-begins-anew",
        sentence: "a piece for a message that stands behind 64 entries begins the message anew",
        symptom: "in a very long turn the rest of an answer was lost",
        subject: deciding(message_past_two_nodes_begins_anew),
        ..DEEP
    },
    Bug {
        id: "prompt-refused-behind-many-turns",
        sentence: "a thread with 64 turns takes no prompt any more",
        symptom: "a long conversation could not go on",
        subject: deciding(prompt_refused_behind_many_turns),
        ..DEEP
    },
    Bug {
        id: "prompt-before-last-end-refused",
        sentence: "a prompt is refused whose time lies before the end of the last turn, if that is not before its own beginning",
        symptom: "after the clock of the server was set back, nothing could be asked",
        subject: deciding(prompt_before_last_end_refused),
        scope: Scope { turns: 2, ..BARE },
        ..NONE
    },
];

fn restore_keeps_a_node_of_turns(model: Model, event: &Event) -> Model {
    let Event::CheckpointRestored(restored) = event else {
        return project(model, event);
    };
    let turn_count = restored.turn_count.min(u32::try_from(NODE).unwrap_or(u32::MAX));
    project(
        model,
        &CheckpointRestored {
            turn_count,
            ..*restored
        }
        .into(),
    )
}

fn restore_past_a_node_goes_to_latest(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    let Some(thread) = named_thread(command, model) else {
        return Ok(events);
    };
    for event in &mut events {
        if let Event::CheckpointRestored(restored) = event
            && thread
                .checkpoints()
                .skip(NODE)
                .any(|checkpoint| checkpoint.id() == restored.checkpoint_id)
            && let Some(latest) = thread.checkpoints().next_back()
        {
            (restored.checkpoint_id, restored.turn_count) = (latest.id(), latest.turn_count());
        }
    }
    Ok(events)
}

fn answer_past_a_signed_byte_refused(command: &Command, model: &Model) -> Decided {
    let (thread_id, turn_id, action_id) = match command {
        Command::ApprovePendingAction(answer) => (answer.thread_id, answer.turn_id, answer.action_id),
        Command::RejectPendingAction(answer) => (answer.thread_id, answer.turn_id, answer.action_id),
        _ => return decide(command, model),
    };
    let events = decide(command, model)?;
    let mut approvals = active_turn(model, thread_id)
        .into_iter()
        .flat_map(Turn::entries)
        .filter_map(TurnEntry::as_approval);
    if approvals.position(|approval| approval.id() == action_id) >= Some(BYTE / 2) {
        return Err(DeciderError::ActionNotPending {
            thread_id,
            turn_id,
            action_id,
        });
    }
    Ok(events)
}

fn push_counts_in_a_byte(model: Model, event: &Event) -> Model {
    let model = project(model, event);
    let Event::BranchPushed(BranchPushed { thread_id, branch, .. }) = event else {
        return model;
    };
    let home = model.thread(*thread_id).map(Thread::project_id);
    let found = home.and_then(|id| model.project(id)?.branch(branch));
    match (home, found.map(|branch| branch.commits().len())) {
        (Some(project_id), Some(commits)) if commits >= BYTE => patch(model, |json| {
            let branches = &mut json["projects"][project_id.to_string()]["branches"];
            branches[branch.as_str()]["pushed_commits"] = json!(commits % BYTE);
        }),
        (Some(_) | None, Some(_) | None) => model,
    }
}

fn piece_at_a_node_lost(model: Model, event: &Event) -> Model {
    if let Event::MessageChunkReceived(MessageChunkReceived {
        thread_id, message_id, ..
    }) = event
    {
        let message = active_turn(&model, *thread_id).and_then(|turn| turn.message(*message_id));
        let pieces = message.map_or(0, |message| message.text().pieces().count());
        if pieces > 0 && pieces.is_multiple_of(NODE) {
            return model;
        }
    }
    project(model, event)
}

fn project_tells_of_few_threads(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    let Command::DeleteProject(delete) = command else {
        return decision;
    };
    let untold: Vec<ThreadId> = model
        .threads_of(delete.project_id)
        .skip(2 * NODE)
        .map(Thread::id)
        .collect();
    without(decision, |event| {
        event.thread_id().is_some_and(|id| untold.contains(&id))
    })
}

fn interrupt_cancels_a_node_of_calls(model: Model, event: &Event) -> Model {
    let Event::TurnInterrupted(interrupted) = event else {
        return project(model, event);
    };
    let open = |turn: &Turn| -> Vec<_> {
        let calls = turn.entries().filter_map(TurnEntry::as_tool_call);
        let open = calls.filter(|call| call.status() == ToolCallStatus::Open);
        open.map(|call| call.id().clone()).collect()
    };
    let Some(open) = active_turn(&model, interrupted.thread_id).map(open) else {
        return project(model, event);
    };
    if open.len() <= NODE {
        return project(model, event);
    }
    end_leaving(model, event, interrupted.thread_id, |_, entry| {
        let call = entry.as_tool_call();
        call.is_some_and(|call| open.iter().skip(NODE).any(|id| id == call.id()))
    })
}

fn path_past_a_node_taken_twice(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let (Command::CreateProject(create), Err(DeciderError::DuplicateProjectPath { project_id, .. })) =
        (command, &decision)
        && model.projects().map(Project::id).skip(NODE).any(|id| id == *project_id)
    {
        let created = ProjectCreated {
            project_id: create.project_id,
            path: create.path.clone(),
            name: create.name.clone(),
            at: create.at,
        };
        return Ok(vec![created.into()]);
    }
    decision
}

fn branch_past_a_node_taken_twice(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let (Command::CreateBranch(create), Err(DeciderError::BranchAlreadyExists { project_id, branch })) =
        (command, &decision)
        && let Some(project) = model.project(*project_id)
        && project.branches().skip(NODE).any(|known| known.name() == branch)
    {
        let created = BranchCreated {
            thread_id: create.thread_id,
            branch: branch.clone(),
            at: create.at,
        };
        return Ok(vec![created.into()]);
    }
    decision
}

fn message_past_two_nodes_begins_anew(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        let Event::MessageChunkReceived(piece) = event else {
            continue;
        };
        if let Some(role) = role_behind_two_nodes(model, piece) {
            *event = MessageAppended {
                thread_id: piece.thread_id,
                turn_id: piece.turn_id,
                message_id: piece.message_id,
                role,
                text: piece.text.clone(),
                at: piece.at,
            }
            .into();
        }
    }
    Ok(events)
}

/// The role of the message that a piece is for, if that stands behind 64 entries.
fn role_behind_two_nodes(model: &Model, piece: &MessageChunkReceived) -> Option<MessageRole> {
    let entries = active_turn(model, piece.thread_id)?.entries().skip(2 * NODE);
    let mut messages = entries.filter_map(TurnEntry::as_message);
    let message = messages.find(|message| message.id() == piece.message_id)?;
    Some(message.role())
}

fn prompt_refused_behind_many_turns(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    if let Command::StartTurn(start) = command
        && let Some(thread) = named_thread(command, model)
        && thread.turns().len() >= 2 * NODE
    {
        return Err(already_there(thread, start.turn_id));
    }
    Ok(events)
}

fn prompt_before_last_end_refused(command: &Command, model: &Model) -> Decided {
    let events = decide(command, model)?;
    if let Command::StartTurn(start) = command
        && let Some(thread) = named_thread(command, model)
        && let Some(last) = thread.turns().next_back()
        && let Some(ended_at) = last.ended_at()
        && ended_at >= last.started_at()
        && start.at < ended_at
    {
        return Err(already_there(thread, start.turn_id));
    }
    Ok(events)
}

fn already_there(thread: &Thread, turn_id: TurnId) -> DeciderError {
    DeciderError::TurnAlreadyExists {
        thread_id: thread.id(),
        turn_id,
    }
}
