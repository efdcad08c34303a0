//! Every check of a state or a step can fail: each is shown something that breaks it, and nothing else.

use model_tests::check::invariants::state::check_state;
use model_tests::check::invariants::step::{Frame, Transition, check_step};
use model_tests::check::invariants::{Findings, Invariant};
use model_tests::subject::Decided;
use model_tests::trace::TraceReader;
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide, project};
use serde_json::{Value, json};

/// A whole conversation, in 48 commands.
const CONVERSATION: &str = include_str!("../traces/conversation.trace.jsonl");

const PROJECT: &str = "000000a0-0000-4000-8000-000000000001";
const THREAD: &str = "000000b0-0000-4000-8000-000000000001";
const OTHER_THREAD: &str = "000000b0-0000-4000-8000-000000000002";

fn command(step: usize) -> OrchestrationCommand {
    let mut commands = TraceReader::new(CONVERSATION.as_bytes());
    commands
        .nth(step - 1)
        .expect("the conversation has the step")
        .expect("it is a command")
        .1
}

/// The model after so many steps of the conversation.
fn model_after(steps: usize) -> OrchestrationReadModel {
    (1..=steps).fold(OrchestrationReadModel::default(), |model, step| {
        decide(&command(step), &model)
            .unwrap_or_default()
            .iter()
            .fold(model.clone(), project)
    })
}

/// The model with something changed that no event changes.
fn changed(model: &OrchestrationReadModel, change: impl FnOnce(&mut Value)) -> OrchestrationReadModel {
    let mut json = serde_json::to_value(model).expect("a model is JSON");
    change(&mut json);
    let Unchecked(changed) = serde_json::from_value(json).expect("it is still a model");
    changed
}

/// Two approvals asked for, one of them answered; a branch, a checkpoint, and another thread that runs.
const ONE_APPROVAL_LEFT: usize = 25;

fn broken_by(change: impl FnOnce(&mut Value)) -> Vec<Invariant> {
    let model = model_after(ONE_APPROVAL_LEFT);
    assert_eq!(check_state(&model), []);
    let mut broken: Vec<_> = check_state(&changed(&model, change))
        .into_iter()
        .map(|violation| violation.invariant)
        .collect();
    broken.dedup();
    broken
}

#[test]
fn a_thread_without_its_project_breaks_s1() {
    let nowhere = json!("00000000-0000-4000-8000-00000000ffff");
    let broken = broken_by(|model| model["threads"][OTHER_THREAD]["project_id"] = nowhere);
    assert_eq!(broken, [Invariant::S1]);
}

#[test]
fn a_selected_thread_that_does_not_exist_breaks_s1() {
    assert_eq!(
        broken_by(|model| model["selected_thread"] = json!(PROJECT)),
        [Invariant::S1]
    );
}

#[test]
fn two_projects_on_one_path_break_s2() {
    let broken = broken_by(|model| {
        let mut twin = model["projects"][PROJECT].clone();
        twin["id"] = json!(THREAD);
        model["projects"][THREAD] = twin;
    });
    assert_eq!(broken, [Invariant::S2]);
}

#[test]
fn a_running_turn_that_is_not_the_last_breaks_s3() {
    let broken = broken_by(|model| {
        let turns = model["threads"][THREAD]["turns"].as_array_mut().expect("turns");
        let mut earlier = turns[0].clone();
        earlier["id"] = json!(PROJECT);
        turns.insert(0, earlier);
    });
    assert_eq!(broken, [Invariant::S3]);
}

#[test]
fn a_status_that_its_turns_do_not_call_for_breaks_s4() {
    for status in ["idle", "running"] {
        assert_eq!(
            broken_by(|model| model["threads"][THREAD]["status"] = json!(status)),
            [Invariant::S4]
        );
    }
    let broken = broken_by(|model| model["threads"][OTHER_THREAD]["status"] = json!("awaiting_approval"));
    assert_eq!(broken, [Invariant::S4]);
}

#[test]
fn a_running_turn_that_has_an_end_breaks_s5() {
    let at = json!("2026-01-01T00:00:00Z");
    assert_eq!(
        broken_by(|model| model["threads"][THREAD]["turns"][0]["ended_at"] = at),
        [Invariant::S5]
    );
}

#[test]
fn an_ended_turn_with_something_open_or_without_an_end_breaks_s5() {
    let at = json!("2026-01-01T00:00:00Z");
    let broken = broken_by(|model| {
        let thread = &mut model["threads"][THREAD];
        thread["turns"][0]["status"] = json!({"type": "completed"});
        thread["turns"][0]["ended_at"] = at;
        thread["status"] = json!("idle");
    });
    assert_eq!(broken, [Invariant::S5]);
    let broken = broken_by(|model| {
        let thread = &mut model["threads"][OTHER_THREAD];
        thread["turns"][0]["status"] = json!({"type": "interrupted"});
        thread["status"] = json!("idle");
    });
    assert_eq!(broken, [Invariant::S5]);
}

#[test]
fn a_branch_that_its_project_has_not_breaks_s6() {
    assert_eq!(
        broken_by(|model| model["threads"][THREAD]["branch"] = json!("other")),
        [Invariant::S6]
    );
}

#[test]
fn more_commits_pushed_than_there_are_break_s6() {
    let broken = broken_by(|model| model["projects"][PROJECT]["branches"]["fix/rounding"]["pushed_commits"] = json!(1));
    assert_eq!(broken, [Invariant::S6]);
}

#[test]
fn a_checkpoint_past_the_last_turn_or_before_the_one_before_it_breaks_s7() {
    let count = |model: &mut Value, count: u32| model["threads"][THREAD]["checkpoints"][0]["turn_count"] = json!(count);
    assert_eq!(broken_by(|model| count(model, 2)), [Invariant::S7]);
    let broken = broken_by(|model| {
        let checkpoints = model["threads"][THREAD]["checkpoints"]
            .as_array_mut()
            .expect("checkpoints");
        let mut later = checkpoints[0].clone();
        later["id"] = json!(PROJECT);
        checkpoints.push(later);
        count(model, 1);
    });
    assert_eq!(broken, [Invariant::S7]);
}

#[test]
fn a_turn_without_its_prompt_breaks_s8() {
    let broken = broken_by(|model| {
        let entries = model["threads"][OTHER_THREAD]["turns"][0]["entries"]
            .as_array_mut()
            .expect("entries");
        entries.remove(0);
    });
    assert_eq!(broken, [Invariant::S8]);
}

#[test]
fn an_id_that_comes_twice_breaks_s8() {
    for place in 0..8 {
        let broken = broken_by(|model| {
            let entries = model["threads"][THREAD]["turns"][0]["entries"]
                .as_array_mut()
                .expect("entries");
            let twin = entries[place].clone();
            entries.push(twin);
        });
        // One of the two hides the other from whoever looks for the id, too.
        assert!(broken.contains(&Invariant::S8), "entry {place}: {broken:?}");
    }
    let broken = broken_by(|model| {
        let checkpoints = model["threads"][THREAD]["checkpoints"]
            .as_array_mut()
            .expect("checkpoints");
        checkpoints.push(checkpoints[0].clone());
    });
    assert_eq!(broken, [Invariant::S8]);
}

/// Takes a step of the conversation, with what was decided and the model after it changed.
fn step_broken_by(
    step: usize,
    change_decision: impl FnOnce(&mut Decided),
    change_model: impl FnOnce(&mut Value),
) -> Vec<Invariant> {
    let (before, command) = (model_after(step - 1), command(step));
    let mut outcome = decide(&command, &before);
    let after = changed(&model_after(step), change_model);
    change_decision(&mut outcome);
    let mut findings = Findings::default();
    let transition = Transition {
        command: &command,
        decided: &outcome,
        before: &before,
        after: &after,
    };
    check_step(transition, Frame::Whole, &mut findings);
    let mut broken: Vec<_> = findings
        .violations
        .into_iter()
        .map(|violation| violation.invariant)
        .collect();
    broken.sort_unstable();
    broken.dedup();
    broken
}

fn nothing<T>(_: &mut T) {}

#[test]
fn every_step_of_the_conversation_breaks_nothing() {
    for step in 1..=48 {
        assert_eq!(step_broken_by(step, nothing, nothing), [], "step {step}");
    }
}

#[test]
fn an_accepted_command_without_an_event_breaks_t1() {
    let forget = |decision: &mut Decided| *decision = Ok(Vec::new());
    assert_eq!(step_broken_by(3, forget, nothing), [Invariant::T1]);
}

#[test]
fn a_refused_command_that_changes_the_model_breaks_t1() {
    let rename = |model: &mut Value| model["threads"][THREAD]["title"] = json!("other");
    assert_eq!(step_broken_by(18, nothing, rename), [Invariant::T1]);
}

#[test]
fn an_ended_turn_that_changes_breaks_t2() {
    let revive = |model: &mut Value| model["threads"][THREAD]["turns"][0]["status"] = json!({"type": "interrupted"});
    assert_eq!(step_broken_by(34, nothing, revive), [Invariant::T2]);
}

#[test]
fn a_turn_that_goes_without_a_restore_breaks_t2() {
    let lose = |model: &mut Value| {
        model["threads"][THREAD]["turns"]
            .as_array_mut()
            .expect("turns")
            .remove(0);
    };
    assert!(step_broken_by(34, nothing, lose).contains(&Invariant::T2));
}

#[test]
fn a_text_that_is_not_its_pieces_in_order_breaks_t3() {
    for text in ["I'll look at how totals ", "are added up.I'll look at how totals ", ""] {
        let rewrite = |model: &mut Value| model["threads"][THREAD]["turns"][0]["entries"][2]["text"] = json!(text);
        assert_eq!(step_broken_by(14, nothing, rewrite), [Invariant::T3], "{text:?}");
    }
}

#[test]
fn a_message_that_no_piece_was_for_and_that_changes_breaks_t3() {
    let rewrite = |model: &mut Value| model["threads"][THREAD]["turns"][0]["entries"][1]["text"] = json!("other");
    assert_eq!(step_broken_by(14, nothing, rewrite), [Invariant::T3]);
}

#[test]
fn another_thread_or_project_that_changes_breaks_t4() {
    let rename_thread = |model: &mut Value| model["threads"][OTHER_THREAD]["title"] = json!("other");
    assert_eq!(step_broken_by(14, nothing, rename_thread), [Invariant::T4]);
    let rename_project = |model: &mut Value| model["projects"][PROJECT]["name"] = json!("other");
    assert_eq!(step_broken_by(14, nothing, rename_project), [Invariant::T4]);
    let select = |model: &mut Value| model["selected_thread"] = json!(OTHER_THREAD);
    assert_eq!(step_broken_by(14, nothing, select), [Invariant::T4]);
}

#[test]
fn a_change_of_status_that_is_not_told_breaks_t5() {
    let silence = |decision: &mut Decided| decision.as_mut().expect("accepted").truncate(1);
    for step in [9, 20, 26, 30, 36, 38] {
        assert_eq!(step_broken_by(step, silence, nothing), [Invariant::T5], "step {step}");
    }
}

#[test]
fn a_change_of_status_that_is_told_wrongly_breaks_t5() {
    let lie = |decision: &mut Decided| {
        for event in decision.as_mut().expect("accepted") {
            if let OrchestrationEvent::ThreadStatusChanged(change) = event {
                change.from = change.to;
            }
        }
    };
    assert_eq!(step_broken_by(9, lie, nothing), [Invariant::T5]);
}

#[test]
fn a_decision_that_is_overwritten_breaks_t6() {
    let entry = |model: &mut Value| -> usize {
        let entries = model["threads"][THREAD]["turns"][0]["entries"]
            .as_array()
            .expect("entries");
        entries
            .iter()
            .position(|entry| entry["type"] == "approval")
            .expect("an approval")
    };
    let reopen = |model: &mut Value| {
        let place = entry(model);
        model["threads"][THREAD]["turns"][0]["entries"][place]["decision"] = json!({"type": "rejected"});
    };
    assert_eq!(step_broken_by(26, nothing, reopen), [Invariant::T6]);
}

#[test]
fn a_result_before_its_approval_breaks_t6() {
    let (before, command) = (model_after(22), command(23));
    let outcome = Ok(vec![OrchestrationEvent::from(orchestration::events::ToolCallEnded {
        thread_id: THREAD.parse().expect("an id"),
        turn_id: "000000c0-0000-4000-8000-000000000001".parse().expect("an id"),
        tool_call_id: "toolu_edit".parse().expect("an id"),
        output: "edited".into(),
        is_error: false,
        at: command.at(),
    })]);
    let after = project(before.clone(), &outcome.as_ref().expect("accepted")[0]);
    let mut findings = Findings::default();
    let transition = Transition {
        command: &command,
        decided: &outcome,
        before: &before,
        after: &after,
    };
    check_step(transition, Frame::Whole, &mut findings);
    assert_eq!(
        findings
            .violations
            .iter()
            .map(|violation| violation.invariant)
            .collect::<Vec<_>>(),
        [Invariant::T6]
    );
}

#[test]
fn a_checkpoint_that_counts_wrongly_breaks_t7() {
    let miscount = |model: &mut Value| model["threads"][THREAD]["checkpoints"][1]["turn_count"] = json!(0);
    assert_eq!(step_broken_by(33, nothing, miscount), [Invariant::T7]);
}

#[test]
fn a_restore_that_keeps_other_turns_breaks_t7() {
    let turns = serde_json::to_value(model_after(41)).expect("a model is JSON")["threads"][THREAD]["turns"].take();
    let keep_all = |model: &mut Value| model["threads"][THREAD]["turns"] = turns;
    assert_eq!(step_broken_by(42, nothing, keep_all), [Invariant::T7]);
}

#[test]
fn a_field_that_is_dropped_breaks_t8() {
    let fields = [(33, "checkpoints", "description"), (33, "checkpoints", "git_ref")];
    for (step, list, field) in fields {
        let drop_field = |model: &mut Value| {
            let value = &mut model["threads"][THREAD][list][1][field];
            *value = json!("other");
        };
        assert_eq!(step_broken_by(step, nothing, drop_field), [Invariant::T8], "{field}");
    }
    let drop_title = |model: &mut Value| model["threads"][THREAD]["title"] = json!("other");
    assert_eq!(step_broken_by(4, nothing, drop_title), [Invariant::T8]);
    let drop_time = |model: &mut Value| model["threads"][THREAD]["updated_at"] = json!("2026-01-01T00:00:00Z");
    for step in [6, 7, 9, 16, 42] {
        assert_eq!(step_broken_by(step, nothing, drop_time), [Invariant::T8], "step {step}");
    }
}
