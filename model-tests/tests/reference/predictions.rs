//! Every row of the rules, without the core: what is predicted, and that a refused command changes nothing.

use std::collections::BTreeSet;

use model_tests::check::reference::Machine;
use model_tests::check::reference::state::{Answer, Approval, Call, Entry, Thread, TurnState};
use orchestration::read_model::{ThreadStatus, ToolCallStatus};
use orchestration::{DeciderError, OrchestrationCommand as Command, OrchestrationEvent};

use crate::commands::*;

/// Two projects, and an idle thread in the first.
fn idle() -> Vec<Command> {
    vec![create_project(1, 1), create_project(2, 2), create_thread(1, 1)]
}

fn after(mut earlier: Vec<Command>, later: impl IntoIterator<Item = Command>) -> Vec<Command> {
    earlier.extend(later);
    earlier
}

fn running() -> Vec<Command> {
    after(idle(), [start_turn(1, 1)])
}

fn calling() -> Vec<Command> {
    after(running(), [tool_call(1, 1, 1)])
}

/// A tool call that awaits an approval.
fn awaiting() -> Vec<Command> {
    after(calling(), [ask(1, 1, 1, Some(1))])
}

fn completed() -> Vec<Command> {
    after(running(), [complete(1, 1)])
}

fn machine_after(commands: &[Command]) -> Machine {
    let mut machine = Machine::default();
    for command in commands {
        if let Err(error) = machine.predict(command) {
            panic!("{} is refused: {error}", command.kind());
        }
    }
    machine
}

/// What came before, the command, and the events it is to cause.
#[expect(clippy::too_many_lines, reason = "a table of one row for each way to be accepted")]
fn accepted() -> Vec<(Vec<Command>, Command, &'static [&'static str])> {
    let two_pending = after(awaiting(), [ask(1, 1, 2, None)]);
    let on_branch = after(idle(), [create_branch(1, 1)]);
    let two_threads = after(awaiting(), [create_thread(2, 1), create_thread(3, 2)]);
    vec![
        (vec![], create_project(1, 1), &["project_created"]),
        (idle(), rename_project(1), &["project_renamed"]),
        (idle(), delete_project(2), &["project_deleted"]),
        (
            two_threads,
            delete_project(1),
            &[
                "turn_interrupted",
                "thread_status_changed",
                "thread_deleted",
                "thread_deleted",
                "project_deleted",
            ],
        ),
        (idle(), create_thread(2, 1), &["thread_created"]),
        (idle(), select_thread(1), &["thread_selected"]),
        (idle(), delete_thread(1), &["thread_deleted"]),
        (completed(), delete_thread(1), &["thread_deleted"]),
        (
            running(),
            delete_thread(1),
            &["turn_interrupted", "thread_status_changed", "thread_deleted"],
        ),
        (
            awaiting(),
            delete_thread(1),
            &["turn_interrupted", "thread_status_changed", "thread_deleted"],
        ),
        (idle(), start_turn(1, 1), &["turn_started", "thread_status_changed"]),
        (
            completed(),
            start_turn(1, 2),
            &["turn_started", "thread_status_changed"],
        ),
        (
            running(),
            interrupt_turn(1, 1),
            &["turn_interrupted", "thread_status_changed"],
        ),
        (
            awaiting(),
            interrupt_turn(1, 1),
            &["turn_interrupted", "thread_status_changed"],
        ),
        (
            awaiting(),
            approve(1, 1, 1),
            &["pending_action_approved", "thread_status_changed"],
        ),
        (two_pending.clone(), approve(1, 1, 2), &["pending_action_approved"]),
        (
            awaiting(),
            reject(1, 1, 1),
            &["pending_action_rejected", "thread_status_changed"],
        ),
        (two_pending, reject(1, 1, 1), &["pending_action_rejected"]),
        (running(), text_delta(1, 1, 1), &["message_appended"]),
        (
            after(running(), [text_delta(1, 1, 1)]),
            text_delta(1, 1, 1),
            &["message_chunk_received"],
        ),
        (running(), thinking_delta(1, 1, 1), &["message_appended"]),
        (
            after(running(), [thinking_delta(1, 1, 1)]),
            thinking_delta(1, 1, 1),
            &["message_chunk_received"],
        ),
        (awaiting(), text_delta(1, 1, 1), &["message_appended"]),
        (running(), tool_call(1, 1, 1), &["tool_call_started"]),
        (calling(), tool_result(1, 1, 1, false), &["tool_call_ended"]),
        (calling(), tool_result(1, 1, 1, true), &["tool_call_ended"]),
        (
            after(awaiting(), [approve(1, 1, 1)]),
            tool_result(1, 1, 1, false),
            &["tool_call_ended"],
        ),
        (
            after(awaiting(), [tool_call(1, 1, 2)]),
            tool_result(1, 1, 2, false),
            &["tool_call_ended"],
        ),
        (
            running(),
            ask(1, 1, 1, None),
            &["approval_requested", "thread_status_changed"],
        ),
        (
            calling(),
            ask(1, 1, 1, Some(1)),
            &["approval_requested", "thread_status_changed"],
        ),
        (awaiting(), ask(1, 1, 2, None), &["approval_requested"]),
        (running(), complete(1, 1), &["turn_completed", "thread_status_changed"]),
        (awaiting(), complete(1, 1), &["turn_completed", "thread_status_changed"]),
        (running(), fail(1, 1), &["turn_failed", "thread_status_changed"]),
        (awaiting(), fail(1, 1), &["turn_failed", "thread_status_changed"]),
        (idle(), create_checkpoint(1, 1), &["checkpoint_created"]),
        (
            after(idle(), [create_checkpoint(1, 1)]),
            restore_checkpoint(1, 1),
            &["checkpoint_restored"],
        ),
        (idle(), create_branch(1, 1), &["branch_created"]),
        (on_branch.clone(), create_branch(1, 2), &["branch_created"]),
        (on_branch.clone(), commit(1), &["changes_committed"]),
        (on_branch.clone(), push(1), &["branch_pushed"]),
        (after(on_branch, [start_turn(1, 1)]), push(1), &["branch_pushed"]),
    ]
}

/// What came before, the command, and the error it is to be refused with.
fn refused() -> Vec<(Vec<Command>, Command, &'static str)> {
    let answered = after(awaiting(), [approve(1, 1, 1)]);
    let asked_again = after(awaiting(), [interrupt_turn(1, 1), start_turn(1, 2), ask(1, 2, 1, None)]);
    let ended = after(calling(), [tool_result(1, 1, 1, false)]);
    let on_branch = after(idle(), [create_branch(1, 1), create_thread(2, 1)]);
    let mut rows = vec![
        // Both are wrong: the first check is the answer.
        (idle(), create_project(1, 2), "project_already_exists"),
        (idle(), create_project(3, 2), "duplicate_project_path"),
        (idle(), rename_project(3), "project_not_found"),
        (idle(), delete_project(3), "project_not_found"),
        (idle(), create_thread(1, 3), "project_not_found"),
        (idle(), create_thread(1, 2), "thread_already_exists"),
        (running(), start_turn(1, 1), "thread_not_idle"),
        (awaiting(), start_turn(1, 2), "thread_not_idle"),
        (completed(), start_turn(1, 1), "turn_already_exists"),
        (running(), interrupt_turn(1, 2), "turn_mismatch"),
        // The turn is looked at before the action is.
        (running(), approve(1, 2, 1), "turn_mismatch"),
        (asked_again.clone(), approve(1, 1, 1), "turn_mismatch"),
        (asked_again, reject(1, 1, 1), "turn_mismatch"),
        (running(), approve(1, 1, 1), "action_not_pending"),
        (answered.clone(), approve(1, 1, 1), "action_not_pending"),
        (answered.clone(), reject(1, 1, 1), "action_not_pending"),
        (answered, ask(1, 1, 1, None), "action_already_exists"),
        (running(), text_delta(1, 1, PROMPT), "message_role_mismatch"),
        (
            after(running(), [thinking_delta(1, 1, 1)]),
            text_delta(1, 1, 1),
            "message_role_mismatch",
        ),
        (
            after(running(), [text_delta(1, 1, 1)]),
            thinking_delta(1, 1, 1),
            "message_role_mismatch",
        ),
        (calling(), tool_call(1, 1, 1), "tool_call_already_exists"),
        (ended.clone(), tool_call(1, 1, 1), "tool_call_already_exists"),
        (running(), tool_result(1, 1, 1, false), "tool_call_not_found"),
        (ended.clone(), tool_result(1, 1, 1, true), "tool_call_already_ended"),
        (awaiting(), tool_result(1, 1, 1, false), "tool_call_awaiting_approval"),
        (awaiting(), ask(1, 1, 1, Some(2)), "action_already_exists"),
        (running(), ask(1, 1, 1, Some(1)), "tool_call_not_found"),
        (ended, ask(1, 1, 1, Some(1)), "tool_call_already_ended"),
        (
            after(idle(), [create_checkpoint(1, 1)]),
            create_checkpoint(1, 1),
            "checkpoint_already_exists",
        ),
        (idle(), restore_checkpoint(1, 1), "checkpoint_not_found"),
        (on_branch.clone(), create_branch(2, 1), "branch_already_exists"),
        (on_branch.clone(), commit(2), "no_branch"),
        (on_branch, push(2), "no_branch"),
    ];
    let on_thread = [
        start_turn(3, 1),
        interrupt_turn(3, 1),
        approve(3, 1, 1),
        reject(3, 1, 1),
        complete(3, 1),
        create_checkpoint(3, 1),
        restore_checkpoint(3, 1),
        create_branch(3, 1),
        commit(3),
        push(3),
        select_thread(3),
        delete_thread(3),
    ];
    rows.extend(on_thread.map(|command| (running(), command, "thread_not_found")));
    let of_active_turn = [
        interrupt_turn(1, 1),
        approve(1, 1, 1),
        reject(1, 1, 1),
        text_delta(1, 1, 1),
        complete(1, 1),
    ];
    rows.extend(of_active_turn.map(|command| (completed(), command, "no_active_turn")));
    let of_other_turn = [
        text_delta(1, 2, 1),
        thinking_delta(1, 2, 1),
        tool_call(1, 2, 1),
        tool_result(1, 2, 1, false),
        ask(1, 2, 2, None),
        complete(1, 2),
        fail(1, 2),
        approve(1, 2, 1),
        reject(1, 2, 1),
    ];
    rows.extend(of_other_turn.map(|command| (awaiting(), command, "turn_mismatch")));
    let of_idle_thread = [
        create_checkpoint(1, 1),
        restore_checkpoint(1, 1),
        create_branch(1, 1),
        commit(1),
    ];
    rows.extend(of_idle_thread.map(|command| (running(), command, "thread_not_idle")));
    rows
}

#[test]
fn an_accepted_command_causes_its_events_in_order() {
    for (before, command, kinds) in accepted() {
        let predicted = machine_after(&before).predict(&command).expect("it is accepted");
        let predicted: Vec<_> = predicted.iter().map(OrchestrationEvent::kind).collect();
        assert_eq!(predicted, kinds, "{command:?} after {before:?}");
    }
}

#[test]
fn a_refused_command_gives_the_first_error_and_changes_nothing() {
    for (before, command, kind) in refused() {
        let mut machine = machine_after(&before);
        let untouched = machine.clone();
        let refusal = machine.predict(&command).map_err(|error| error.kind());
        assert_eq!(refusal, Err(kind), "{command:?} after {before:?}");
        assert_eq!(machine, untouched, "{command:?} after {before:?}");
    }
}

#[test]
fn no_event_and_no_error_is_left_out_of_the_rows() {
    let events: BTreeSet<_> = accepted()
        .into_iter()
        .flat_map(|(_, _, kinds)| kinds)
        .copied()
        .collect();
    assert_eq!(events, OrchestrationEvent::KINDS.iter().copied().collect());
    let errors: BTreeSet<_> = refused().into_iter().map(|(_, _, kind)| kind).collect();
    assert_eq!(errors, DeciderError::KINDS.iter().copied().collect());
}

fn thread_after(commands: &[Command]) -> Thread {
    (*machine_after(commands).threads[0]).clone()
}

#[test]
fn however_a_turn_ends_what_is_open_or_pending_in_it_is_cancelled() {
    let failed = TurnState::Failed {
        message: "no".into(),
        code: None,
    };
    let ends = [
        (complete(1, 1), TurnState::Completed),
        (fail(1, 1), failed),
        (interrupt_turn(1, 1), TurnState::Interrupted),
    ];
    for (end, status) in ends {
        let thread = thread_after(&after(awaiting(), [end]));
        let turn = &thread.turns[0];
        assert_eq!((thread.status, &turn.status), (ThreadStatus::Idle, &status));
        assert!(
            matches!(
                turn.entries[..],
                [
                    Entry::Message(..),
                    Entry::ToolCall(Call {
                        status: ToolCallStatus::Cancelled,
                        ..
                    }),
                    Entry::Approval(Approval {
                        decision: Answer::Cancelled,
                        ..
                    })
                ]
            ),
            "{:?}",
            turn.entries
        );
    }
}

#[test]
fn an_answered_approval_and_an_ended_call_stay_as_they_are_when_the_turn_ends() {
    let steps = [reject(1, 1, 1), tool_result(1, 1, 1, true), complete(1, 1)];
    let thread = thread_after(&after(awaiting(), steps));
    assert!(
        matches!(
            thread.turns[0].entries[..],
            [
                Entry::Message(..),
                Entry::ToolCall(Call {
                    status: ToolCallStatus::Failed,
                    ..
                }),
                Entry::Approval(Approval {
                    decision: Answer::Rejected { .. },
                    ..
                })
            ]
        ),
        "{thread}"
    );
}

#[test]
fn the_thread_awaits_until_the_last_approval_has_its_answer() {
    let mut commands = after(awaiting(), [ask(1, 1, 2, None), approve(1, 1, 1)]);
    assert_eq!(thread_after(&commands).status, ThreadStatus::AwaitingApproval);
    commands.push(reject(1, 1, 2));
    assert_eq!(thread_after(&commands).status, ThreadStatus::Running);
}

#[test]
fn a_restore_brings_back_the_turns_that_stood_and_forgets_the_checkpoints_after_it() {
    let stood = after(completed(), [create_checkpoint(1, 1)]);
    let later = [
        start_turn(1, 2),
        complete(1, 2),
        create_checkpoint(1, 2),
        restore_checkpoint(1, 1),
    ];
    assert_eq!(thread_after(&after(stood.clone(), later)), thread_after(&stood));
}

#[test]
fn a_push_pushes_the_commits_that_there_are() {
    let commands = after(idle(), [create_branch(1, 1), commit(1), commit(1), push(1), commit(1)]);
    let branch = &machine_after(&commands).projects[0].branches[0];
    assert_eq!((branch.commits.len(), branch.pushed_commits), (3, 2));
}

#[test]
fn deleting_the_selected_thread_or_its_project_clears_the_selection() {
    let selected = after(idle(), [create_thread(2, 2), select_thread(1)]);
    for deletion in [delete_thread(1), delete_project(1)] {
        assert_eq!(machine_after(&after(selected.clone(), [deletion])).selected, None);
    }
    for deletion in [delete_thread(2), delete_project(2)] {
        let kept = machine_after(&after(selected.clone(), [deletion]));
        assert_eq!(kept.selected, Some(kept.threads[0].id));
    }
}
