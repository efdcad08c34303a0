//! T2, T3, T6 and T7: what may become of turns.

use model_tests::check::invariants::Invariant;
use model_tests::check::invariants::step::Frame;
use orchestration::OrchestrationReadModel;
use serde_json::{Value, json};

use crate::fixture::{
    FIRST_TURN, SECOND_CHECKPOINT, SECOND_TURN, THIRD_CHECKPOINT, THREAD, UNKNOWN, accept, approve, checkpoint,
    complete, edited, fail, idle_model, idle_then, interrupt, on_thread, push, reject, remove, restore, result,
    running_model, says, start, text, think, thread, waiting_model,
};
use crate::step::Step;

#[test]
fn t2_is_broken_by_a_change_of_an_ended_turn() {
    let edits: [fn(&mut Value); 4] = [
        |turn| turn["entries"][1]["text"] = json!("Otherwise"),
        |turn| turn["status"] = json!({"type": "interrupted"}),
        |turn| turn["ended_at"] = json!("2026-01-01T00:00:01Z"),
        |turn| {
            let entry = json!({"type": "message", "id": UNKNOWN, "role": "assistant", "text": "", "at": "2026-01-01T00:00:00Z"});
            push(&mut turn["entries"], entry);
        },
    ];
    for edit in edits {
        for command in [complete(SECOND_TURN), text(SECOND_TURN, "late"), interrupt(SECOND_TURN)] {
            let step = Step::of_core(running_model(), command).coming_to(|model| edit(&mut thread(model)["turns"][0]));
            assert_eq!(step.broken(), [Invariant::T2]);
        }
    }
}

#[test]
fn t2_is_broken_by_a_turn_that_goes_without_restore_or_delete() {
    let step = Step::of_core(idle_model(), on_thread("push_branch", json!({}))).coming_to(|model| {
        remove(&mut thread(model)["turns"], 0);
    });
    assert_eq!(step.broken(), [Invariant::T2]);
}

#[test]
fn t2_is_broken_by_a_thread_that_goes_without_being_deleted() {
    let step = Step::of_core(idle_model(), checkpoint(THIRD_CHECKPOINT)).coming_to(|model| {
        model["threads"].as_object_mut().expect("an object").remove(THREAD);
    });
    assert_eq!(step.broken(), [Invariant::T2, Invariant::T8]);
}

#[test]
fn t2_is_broken_by_another_turn_or_entry_in_the_place_of_the_running_one() {
    let edits: [fn(&mut Value); 4] = [
        |turn| turn["id"] = json!(UNKNOWN),
        |turn| turn["started_at"] = json!("2026-01-01T00:00:01Z"),
        |turn| {
            remove(&mut turn["entries"], 2);
        },
        |turn| {
            let call = remove(&mut turn["entries"], 2);
            turn["entries"].as_array_mut().expect("an array").insert(1, call);
        },
    ];
    for edit in edits {
        let step = Step::of_core(running_model(), on_thread("select_thread", json!({})))
            .coming_to(|model| edit(&mut thread(model)["turns"][1]));
        assert_eq!(step.broken(), [Invariant::T2]);
    }
}

#[test]
fn t3_holds_of_a_message_that_is_continued_and_of_one_that_is_begun() {
    for command in [
        text(SECOND_TURN, "of course"),
        text(SECOND_TURN, ""),
        think(SECOND_TURN),
    ] {
        let step = Step::of_core(running_model(), command);
        assert_eq!(step.broken(), []);
        assert!(step.check(Frame::Whole).tally.of(Invariant::T3).premise_held > 0);
    }
}

#[test]
fn t3_is_broken_by_a_piece_that_is_put_in_front_or_left_out_or_doubled_or_put_in_place_of_the_text() {
    for wrong in [
        "of courseWell, ",
        "Well, ",
        "Well, of courseof course",
        "of course",
        "WELL, of course",
    ] {
        let step = Step::of_core(running_model(), text(SECOND_TURN, "of course"))
            .coming_to(|model| thread(model)["turns"][1]["entries"][1]["text"] = json!(wrong));
        assert_eq!(step.broken(), [Invariant::T3], "{wrong}");
    }
}

#[test]
fn t3_is_broken_by_a_first_piece_that_does_not_become_the_text() {
    let step = Step::of_core(running_model(), think(SECOND_TURN))
        .coming_to(|model| thread(model)["turns"][1]["entries"][3]["text"] = json!(""));
    assert_eq!(step.broken(), [Invariant::T3]);
}

#[test]
fn t3_is_broken_by_a_piece_that_goes_to_another_message() {
    for command in [think(SECOND_TURN), result(SECOND_TURN), complete(SECOND_TURN)] {
        let step = Step::of_core(running_model(), command)
            .coming_to(|model| thread(model)["turns"][1]["entries"][1]["text"] = json!("Well, Hm"));
        assert_eq!(step.broken(), [Invariant::T3]);
    }
}

#[test]
fn t6_is_broken_by_a_result_while_an_approval_of_the_call_is_pending() {
    let mut step = Step::of_core(running_model(), result(SECOND_TURN));
    step.before = waiting_model();
    step.after = edited(&step.before, |model| {
        let call = &mut thread(model)["turns"][1]["entries"][2];
        call["status"] = json!("succeeded");
        call["output"] = json!("src");
    });
    assert_eq!(step.broken(), [Invariant::T6]);
}

#[test]
fn t6_is_broken_by_a_result_for_a_call_that_has_one() {
    let model = accept(running_model(), &result(SECOND_TURN));
    let mut step = Step::of_core(running_model(), result(SECOND_TURN));
    step.before = model.clone();
    step.after = model;
    assert_eq!(step.broken(), [Invariant::T6]);
}

#[test]
fn t6_is_broken_by_a_second_answer() {
    for (first, second) in [
        (approve(SECOND_TURN), reject(SECOND_TURN)),
        (reject(SECOND_TURN), approve(SECOND_TURN)),
        (approve(SECOND_TURN), approve(SECOND_TURN)),
    ] {
        let waiting = waiting_model();
        let mut step = Step::of_core(waiting.clone(), second);
        step.before = accept(waiting, &first);
        step.decided = Ok(step.decided.unwrap_or_default().into_iter().take(1).collect());
        assert!(step.broken().contains(&Invariant::T6), "{:?}", step.broken());
    }
}

#[test]
fn t6_is_broken_by_a_decision_that_is_overwritten() {
    let decided = accept(waiting_model(), &approve(SECOND_TURN));
    for decision in [
        json!({"type": "pending"}),
        json!({"type": "rejected"}),
        json!({"type": "cancelled"}),
    ] {
        for command in [result(SECOND_TURN), text(SECOND_TURN, "So"), complete(SECOND_TURN)] {
            let step = Step::of_core(decided.clone(), command)
                .coming_to(|model| thread(model)["turns"][1]["entries"][3]["decision"] = decision.clone());
            assert_eq!(step.broken(), [Invariant::T6], "{decision}");
        }
    }
}

#[test]
fn t6_is_broken_by_an_answer_that_another_action_gets() {
    let asked = json!({"type": "awaiting_approval", "action_id": UNKNOWN, "description": "Go on?"});
    let model = accept(waiting_model(), &says(SECOND_TURN, &asked));
    let step = Step::of_core(model, approve(SECOND_TURN))
        .coming_to(|model| thread(model)["turns"][1]["entries"][4]["decision"] = json!({"type": "approved"}));
    assert_eq!(step.broken(), [Invariant::T6]);
}

#[test]
fn t6_is_broken_by_a_late_answer_to_another_turn() {
    for (answer, late) in [
        (approve(SECOND_TURN), approve(FIRST_TURN)),
        (reject(SECOND_TURN), reject(FIRST_TURN)),
    ] {
        let mut step = Step::of_core(waiting_model(), answer);
        step.command = late;
        assert_eq!(step.broken(), [Invariant::T6, Invariant::T8]);
    }
}

#[test]
fn t6_is_broken_by_a_call_that_changes_without_a_result_or_an_end() {
    let edits: [fn(&mut Value); 4] = [
        |call| call["status"] = json!("succeeded"),
        |call| call["status"] = json!("cancelled"),
        |call| call["output"] = json!("src"),
        |call| call["input"] = json!("ls /"),
    ];
    for edit in edits {
        let step = Step::of_core(running_model(), text(SECOND_TURN, "So"))
            .coming_to(|model| edit(&mut thread(model)["turns"][1]["entries"][2]));
        assert_eq!(step.broken(), [Invariant::T6]);
    }
}

#[test]
fn t6_is_broken_by_an_end_of_the_turn_that_leaves_something_unsettled() {
    let edits: [fn(&mut Value); 2] = [
        |turn| turn["entries"][2]["status"] = json!("open"),
        |turn| turn["entries"][3]["decision"] = json!({"type": "pending"}),
    ];
    for edit in edits {
        for command in [complete(SECOND_TURN), fail(SECOND_TURN), interrupt(SECOND_TURN)] {
            let step = Step::of_core(waiting_model(), command).coming_to(|model| edit(&mut thread(model)["turns"][1]));
            assert_eq!(step.broken(), [Invariant::T6]);
        }
    }
}

/// The idle model with a second turn that has ended, and a checkpoint behind it.
fn two_turns() -> OrchestrationReadModel {
    idle_then(&[start(SECOND_TURN), complete(SECOND_TURN), checkpoint(THIRD_CHECKPOINT)])
}

#[test]
fn t7_is_broken_by_a_restore_that_keeps_too_many_turns_or_too_few() {
    let before = serde_json::to_value(two_turns()).expect("a model is JSON");
    let turns = &before["threads"][THREAD]["turns"];
    for kept in [json!([]), turns.clone()] {
        let step = Step::of_core(two_turns(), restore(SECOND_CHECKPOINT))
            .coming_to(|model| thread(model)["turns"] = kept.clone());
        assert_eq!(step.broken(), [Invariant::T7]);
    }
}

#[test]
fn t7_is_broken_by_a_restore_that_keeps_other_turns() {
    let before = serde_json::to_value(two_turns()).expect("a model is JSON");
    let step = Step::of_core(two_turns(), restore(SECOND_CHECKPOINT))
        .coming_to(|model| thread(model)["turns"] = json!([before["threads"][THREAD]["turns"][1]]));
    // The turn that stands in the place of the first is seen as a change of it, too.
    assert_eq!(step.broken(), [Invariant::T2, Invariant::T7]);
}

#[test]
fn t7_is_broken_by_a_restore_that_leaves_later_checkpoints() {
    let before = serde_json::to_value(two_turns()).expect("a model is JSON");
    let step = Step::of_core(two_turns(), restore(SECOND_CHECKPOINT))
        .coming_to(|model| thread(model)["checkpoints"] = before["threads"][THREAD]["checkpoints"].clone());
    assert_eq!(step.broken(), [Invariant::T7, Invariant::T8]);
}

#[test]
fn t7_is_broken_by_a_checkpoint_that_counts_other_turns_than_there_are() {
    for count in [0, 2] {
        let step = Step::of_core(idle_model(), checkpoint(THIRD_CHECKPOINT))
            .coming_to(|model| thread(model)["checkpoints"][2]["turn_count"] = json!(count));
        assert_eq!(step.broken(), [Invariant::T7]);
    }
}
