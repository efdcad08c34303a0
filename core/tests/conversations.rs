//! Whole conversations: commands are decided and their events projected, one after the other.

use crate::common::conversation::{
    create_checkpoint, create_thread, engine, start_turn, text, turn_id, whole_conversation,
};
use crate::common::engine::Engine;
use crate::common::{
    ACTION, CHECKPOINT, MESSAGE, NOW, OTHER_ACTION, OTHER_CHECKPOINT, OTHER_PROJECT, OTHER_THREAD, OTHER_TURN, PROJECT,
    THREAD, TURN, approval_request, model_after, tool_call, value,
};
use orchestration::commands::{ApprovePendingAction, DeleteProject, InterruptTurn, RestoreCheckpoint};
use orchestration::provider_event::{ApprovalRequest, ProviderError, TurnComplete};
use orchestration::read_model::{Decision, ThreadStatus, ToolCallStatus, Turn, TurnEntry, TurnStatus};
use orchestration::{DeciderError, OrchestrationReadModel, Snapshot, ThreadId};

#[test]
fn a_whole_conversation_is_told_by_the_entries_of_its_turn_in_order() {
    let engine = whole_conversation();
    let thread = engine.thread(THREAD);
    assert_eq!(thread.status(), ThreadStatus::Idle);
    let turn = thread.turn(TURN).expect("the turn is there");
    assert_eq!(turn.status(), &TurnStatus::Completed);
    let told: Vec<String> = turn
        .entries()
        .map(|entry| match entry {
            TurnEntry::Message(message) => format!("{}: {}", message.role(), message.text()),
            TurnEntry::ToolCall(call) => format!("{} {}", call.id(), call.status()),
            TurnEntry::Approval(approval) => format!("{:?} {}", approval.tool_call_id(), approval.decision()),
        })
        .collect();
    assert_eq!(
        told,
        [
            "user: Why does the build fail?",
            "reasoning: A semicolon?",
            "call-1 succeeded",
            "Some(ToolCallId(\"call-1\")) approved",
            "call-2 failed",
            "Some(ToolCallId(\"call-2\")) rejected",
            "assistant: It lacks a semicolon.",
        ]
    );
    let rejected = turn
        .approval(OTHER_ACTION)
        .map(orchestration::read_model::Approval::decision);
    let reason = Some("not that file".into());
    assert_eq!(rejected, Some(&Decision::Rejected { reason }));
    let branch = engine
        .live
        .model
        .project(PROJECT)
        .and_then(|project| project.branch(&value("fix")));
    assert_eq!(branch.map(orchestration::read_model::Branch::pushed_commits), Some(1));
}

#[test]
fn a_whole_conversation_is_stored_as_these_events() {
    let kinds: Vec<_> = whole_conversation()
        .log
        .iter()
        .map(|stored| stored.event.kind())
        .collect();
    insta::assert_snapshot!(kinds.join("\n"), @"
    project_created
    project_created
    thread_created
    thread_created
    thread_selected
    turn_started
    thread_status_changed
    message_appended
    tool_call_started
    approval_requested
    thread_status_changed
    tool_call_started
    approval_requested
    pending_action_approved
    tool_call_ended
    pending_action_rejected
    thread_status_changed
    tool_call_ended
    message_appended
    message_chunk_received
    turn_completed
    thread_status_changed
    branch_created
    changes_committed
    branch_pushed
    checkpoint_created
    ");
}

#[test]
fn replaying_the_log_gives_the_live_model() {
    let engine = whole_conversation();
    let replayed = engine.log.iter().try_fold(Snapshot::default(), Snapshot::apply);
    assert_eq!(replayed, Ok(engine.live.clone()));
    let folded = model_after(engine.log.into_iter().map(|stored| stored.event));
    assert_eq!(folded, engine.live.model);
}

#[test]
fn replaying_the_rest_of_the_log_on_any_snapshot_through_json_gives_the_live_model() {
    let engine = whole_conversation();
    for snapshot in &engine.snapshots {
        let stored = serde_json::to_string(snapshot).expect("a snapshot has a wire form");
        let read: Snapshot = serde_json::from_str(&stored).expect("a stored snapshot is read");
        assert_eq!(&read, snapshot);
        let rest = engine.log.iter().filter(|stored| stored.sequence > read.sequence);
        assert_eq!(
            rest.clone().try_fold(read.clone(), Snapshot::apply),
            Ok(engine.live.clone())
        );
    }
}

#[test]
fn two_threads_that_take_turns_end_as_if_each_had_run_alone() {
    let steps = |thread_id| {
        let ingest = move |event| {
            orchestration::commands::IngestProviderEvent {
                thread_id,
                turn_id: TURN,
                event,
                at: NOW,
            }
            .into()
        };
        [
            start_turn(thread_id, TURN),
            ingest(text(MESSAGE, "one ").into()),
            ingest(tool_call("call-1").into()),
            ingest(approval_request(ACTION, Some("call-1")).into()),
            ingest(text(MESSAGE, "two").into()),
            InterruptTurn {
                thread_id,
                turn_id: TURN,
                at: NOW,
            }
            .into(),
        ]
    };
    let mut one_by_one = engine();
    one_by_one.accept(steps(THREAD).into_iter().chain(steps(OTHER_THREAD)));
    let mut by_turns = engine();
    for (left, right) in steps(THREAD).into_iter().zip(steps(OTHER_THREAD)) {
        by_turns.accept([left, right]);
    }
    assert_eq!(by_turns.live.model, one_by_one.live.model);
    let statuses = by_turns.live.model.threads().map(|thread| {
        let turn = thread.turn(TURN).expect("the turn is there");
        (
            turn.status().clone(),
            turn.message(MESSAGE).map(|message| message.text().to_string()),
        )
    });
    assert_eq!(
        statuses.collect::<Vec<_>>(),
        vec![(TurnStatus::Interrupted, Some("one two".to_owned())); 2]
    );
}

#[test]
fn deleting_a_project_with_running_turns_leaves_the_other_project_as_it_was() {
    let mut engine = engine();
    let third = ThreadId::new(uuid::Uuid::from_u128(0x13));
    engine.accept([
        create_thread(PROJECT, third),
        start_turn(THREAD, TURN),
        start_turn(third, TURN),
        start_turn(OTHER_THREAD, TURN),
    ]);
    engine.ingest(third, TURN, [approval_request(ACTION, None).into()]);
    let before = engine.live.model.clone();
    let delete = DeleteProject {
        project_id: PROJECT,
        at: NOW,
    };
    engine.accept([delete.into()]);
    let after = &engine.live.model;
    assert_eq!(
        after.projects().collect::<Vec<_>>(),
        [before.project(OTHER_PROJECT).expect("the other project")]
    );
    assert_eq!(
        after.threads().collect::<Vec<_>>(),
        [before.thread(OTHER_THREAD).expect("the other thread")]
    );
}

#[test]
fn restoring_a_checkpoint_brings_back_the_turns_that_stood_then_and_lets_the_rest_be_used_anew() {
    let mut engine = engine();
    let complete = || TurnComplete {}.into();
    let fail = || {
        ProviderError {
            message: "overloaded".into(),
            code: None,
        }
        .into()
    };
    engine.accept([start_turn(THREAD, turn_id(1))]);
    engine.ingest(THREAD, turn_id(1), [text(MESSAGE, "first").into(), complete()]);
    engine.accept([start_turn(THREAD, turn_id(2))]);
    engine.ingest(THREAD, turn_id(2), [tool_call("call-1").into(), fail()]);
    engine.accept([create_checkpoint(CHECKPOINT)]);
    let turns = |engine: &Engine| engine.thread(THREAD).turns().cloned().collect::<Vec<Turn>>();
    let kept = turns(&engine);

    engine.accept([start_turn(THREAD, turn_id(3))]);
    engine.ingest(THREAD, turn_id(3), [complete()]);
    engine.accept([create_checkpoint(OTHER_CHECKPOINT), start_turn(THREAD, turn_id(4))]);
    engine.ingest(THREAD, turn_id(4), [fail()]);
    let restore = |checkpoint_id| {
        RestoreCheckpoint {
            thread_id: THREAD,
            checkpoint_id,
            at: NOW,
        }
        .into()
    };
    engine.accept([restore(CHECKPOINT)]);
    assert_eq!(turns(&engine), kept);
    let cancelled = kept[1]
        .tool_call(&value("call-1"))
        .map(orchestration::read_model::ToolCall::status);
    assert_eq!(cancelled, Some(ToolCallStatus::Cancelled));

    let dropped = engine.dispatch(&restore(OTHER_CHECKPOINT));
    let not_found = DeciderError::CheckpointNotFound {
        thread_id: THREAD,
        checkpoint_id: OTHER_CHECKPOINT,
    };
    assert_eq!(dropped, Err(not_found));
    engine.accept([start_turn(THREAD, turn_id(3))]);
    engine.ingest(THREAD, turn_id(3), [complete()]);
    engine.accept([
        create_checkpoint(OTHER_CHECKPOINT),
        restore(CHECKPOINT),
        restore(CHECKPOINT),
    ]);
    assert_eq!(turns(&engine), kept);
}

#[test]
fn a_late_answer_to_a_turn_that_was_interrupted_does_not_answer_what_the_next_turn_asks_under_the_same_id() {
    let ask = |description: &str| {
        ApprovalRequest {
            action_id: ACTION,
            tool_call_id: None,
            description: description.into(),
        }
        .into()
    };
    let approve = |turn_id| {
        ApprovePendingAction {
            thread_id: THREAD,
            turn_id,
            action_id: ACTION,
            at: NOW,
        }
        .into()
    };
    let decision_in = |engine: &Engine, turn_id| {
        let turn = engine.thread(THREAD).turn(turn_id).expect("the turn is there");
        turn.approval(ACTION).expect("the approval is there").decision().clone()
    };
    let mut engine = engine();
    engine.accept([start_turn(THREAD, TURN)]);
    engine.ingest(THREAD, TURN, [ask("run ls")]);
    let interrupt = InterruptTurn {
        thread_id: THREAD,
        turn_id: TURN,
        at: NOW,
    };
    engine.accept([interrupt.into(), start_turn(THREAD, OTHER_TURN)]);
    engine.ingest(THREAD, OTHER_TURN, [ask("run rm -rf /")]);

    let mismatch = DeciderError::TurnMismatch {
        thread_id: THREAD,
        expected: OTHER_TURN,
        found: TURN,
    };
    assert_eq!(engine.dispatch(&approve(TURN)), Err(mismatch));
    assert_eq!(decision_in(&engine, OTHER_TURN), Decision::Pending);

    let events = engine.dispatch(&approve(OTHER_TURN));
    assert_eq!(events, Ok(vec!["pending_action_approved", "thread_status_changed"]));
    assert_eq!(decision_in(&engine, OTHER_TURN), Decision::Approved);
    assert_eq!(decision_in(&engine, TURN), Decision::Cancelled);
}

#[test]
fn after_a_restart_interrupting_the_active_turns_leaves_every_thread_idle() {
    let mut engine = engine();
    engine.accept([start_turn(THREAD, TURN), start_turn(OTHER_THREAD, OTHER_TURN)]);
    engine.ingest(THREAD, TURN, [approval_request(ACTION, None).into()]);
    let mut recovered = Engine {
        live: engine
            .log
            .iter()
            .try_fold(Snapshot::default(), Snapshot::apply)
            .expect("the log is whole"),
        ..Engine::default()
    };
    let running: Vec<_> = recovered
        .live
        .model
        .active_turns()
        .map(|(thread, turn)| (thread.id(), turn.id()))
        .collect();
    assert_eq!(running, [(THREAD, TURN), (OTHER_THREAD, OTHER_TURN)]);
    for (thread_id, turn_id) in running {
        let interrupt = InterruptTurn {
            thread_id,
            turn_id,
            at: NOW,
        };
        recovered.accept([interrupt.into()]);
    }
    assert_eq!(recovered.live.model.active_turns().count(), 0);
    assert!(
        recovered
            .live
            .model
            .threads()
            .all(|thread| thread.status() == ThreadStatus::Idle)
    );
}

#[test]
fn a_log_torn_inside_a_batch_is_one_that_an_engine_can_go_on_from() {
    let whole = whole_conversation();
    for torn in whole.snapshots {
        let mut engine = Engine {
            live: torn,
            ..Engine::default()
        };
        let running: Vec<_> = engine
            .live
            .model
            .active_turns()
            .map(|(thread, turn)| (thread.id(), turn.id()))
            .collect();
        for (thread_id, turn_id) in running {
            let interrupt = InterruptTurn {
                thread_id,
                turn_id,
                at: NOW,
            };
            engine.accept([interrupt.into()]);
        }
        let threads: Vec<_> = engine
            .live
            .model
            .threads()
            .map(orchestration::read_model::Thread::id)
            .collect();
        engine.accept(threads.into_iter().map(|thread_id| start_turn(thread_id, OTHER_TURN)));
    }
}

#[test]
fn a_refused_command_leaves_no_trace() {
    let mut engine = whole_conversation();
    let before = engine.live.clone();
    assert!(engine.dispatch(&start_turn(THREAD, TURN)).is_err());
    assert_eq!(engine.live, before);
}

#[test]
fn deleting_every_project_gives_back_the_empty_model() {
    let mut engine = whole_conversation();
    let delete = |project_id| DeleteProject { project_id, at: NOW }.into();
    engine.accept([delete(PROJECT), delete(OTHER_PROJECT)]);
    assert_eq!(engine.live.model, OrchestrationReadModel::default());
}
