//! The reference machine without the core: what it predicts in every row of the rules, and that a refused command changes nothing.

use std::collections::BTreeSet;

use model_tests::check::reference::Machine;
use model_tests::check::reference::state::{Answer, Approval, Call, Entry, Thread, TurnState};
use orchestration::read_model::{ThreadStatus, ToolCallStatus};
use orchestration::{DeciderError, OrchestrationCommand as Command, OrchestrationEvent};

use crate::rules::checkpoints::{create_checkpoint, restore_checkpoint};
use crate::rules::git::{commit, create_branch, push};
use crate::rules::projects::delete_project;
use crate::rules::provider_events::{ask, complete, fail, tool_result};
use crate::rules::threads::{create_thread, delete_thread, select_thread};
use crate::rules::turns::{approve, interrupt_turn, reject, start_turn};
use crate::rules::{accepted, after, awaiting, completed, idle, refused};

fn machine_after(commands: &[Command]) -> Machine {
    let mut machine = Machine::default();
    for command in commands {
        if let Err(error) = machine.predict(command) {
            panic!("{} is refused: {error}", command.kind());
        }
    }
    machine
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
        "{thread:?}"
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
