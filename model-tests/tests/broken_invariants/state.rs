//! Each invariant of one model holds of a legal one, and is seen to be broken by an illegal one.

use model_tests::check::invariants::state::{check_agreement, check_model, check_state};
use model_tests::check::invariants::{Family, Findings, Invariant};
use orchestration::OrchestrationReadModel;
use serde_json::{Value, json};

use crate::fixture::{
    ACTION, FIRST_CHECKPOINT, FIRST_TURN, OTHER_PROJECT, OTHER_THREAD, UNKNOWN, edited, first_project, idle_model,
    push, remove, running_model, thread, waiting_model,
};

/// The invariants that a model breaks, each once. The core names the first of them.
pub fn broken(model: &OrchestrationReadModel) -> Vec<Invariant> {
    let mut findings = Findings::default();
    check_agreement(model, &mut findings);
    assert_eq!(findings.violations, []);
    let mut broken: Vec<_> = check_state(model)
        .into_iter()
        .map(|violation| violation.invariant)
        .collect();
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// Edits the model in which a thread waits, and gives the invariants that are broken then.
pub fn broken_by(edit: impl FnOnce(&mut Value)) -> Vec<Invariant> {
    broken(&edited(&waiting_model(), edit))
}

/// The JSON of the last turn of the first thread, the one that waits.
pub fn last_turn(model: &mut Value) -> &mut Value {
    &mut thread(model)["turns"][1]
}

/// The JSON of the turn of the first thread that has ended.
pub fn ended_turn(model: &mut Value) -> &mut Value {
    &mut thread(model)["turns"][0]
}

#[test]
fn all_of_them_hold_of_legal_models_and_have_something_to_say() {
    for model in [
        OrchestrationReadModel::default(),
        idle_model(),
        running_model(),
        waiting_model(),
    ] {
        assert_eq!(check_state(&model), []);
    }
    let mut findings = Findings::default();
    check_model(&waiting_model(), &mut findings);
    let is_silent = |invariant: &&Invariant| findings.tally.of(**invariant).premise_held == 0;
    let of_state = Invariant::ALL
        .iter()
        .filter(|invariant| invariant.family() == Family::State);
    assert_eq!(of_state.filter(is_silent).collect::<Vec<_>>(), Vec::<&Invariant>::new());
}

#[test]
fn s1_is_broken_by_a_thread_whose_project_is_unknown() {
    assert_eq!(
        broken_by(|model| model["threads"][OTHER_THREAD]["project_id"] = json!(UNKNOWN)),
        [Invariant::S1]
    );
}

#[test]
fn s1_is_broken_by_the_selection_of_an_unknown_thread() {
    assert_eq!(
        broken_by(|model| model["selected_thread"] = json!(UNKNOWN)),
        [Invariant::S1]
    );
}

#[test]
fn s2_is_broken_by_two_projects_at_one_path() {
    assert_eq!(
        broken_by(|model| model["projects"][OTHER_PROJECT]["path"] = json!("/repo/")),
        [Invariant::S2]
    );
}

#[test]
fn s3_is_broken_by_a_running_turn_that_is_not_the_last() {
    assert_eq!(
        broken_by(|model| {
            let turn = ended_turn(model);
            turn["status"] = json!({"type": "running"});
            turn["ended_at"] = Value::Null;
            thread(model)["checkpoints"] = json!([]); // none counts a turn that runs
        }),
        [Invariant::S3]
    );
}

#[test]
fn s4_is_broken_by_a_status_that_the_turns_do_not_call_for() {
    for (model, status) in [
        (idle_model(), "running"),
        (idle_model(), "awaiting_approval"),
        (running_model(), "idle"),
        (running_model(), "awaiting_approval"),
        (waiting_model(), "idle"),
        (waiting_model(), "running"),
    ] {
        let model = edited(&model, |model| thread(model)["status"] = json!(status));
        assert_eq!(broken(&model), [Invariant::S4], "{status}");
    }
}

#[test]
fn s4_is_broken_by_an_approval_that_is_decided_while_the_thread_waits_for_it() {
    assert_eq!(
        broken_by(|model| last_turn(model)["entries"][3]["decision"] = json!({"type": "approved"})),
        [Invariant::S4]
    );
}

#[test]
fn s5_is_broken_by_an_ended_turn_with_an_open_tool_call() {
    assert_eq!(
        broken_by(|model| {
            let call = &mut ended_turn(model)["entries"][2];
            call["status"] = json!("open");
            call["output"] = Value::Null; // an open one has none
        }),
        [Invariant::S5]
    );
}

#[test]
fn s5_is_broken_by_an_ended_turn_with_a_pending_approval() {
    assert_eq!(
        broken_by(|model| {
            let approval = &mut ended_turn(model)["entries"][3];
            approval["decision"] = json!({"type": "pending"});
            approval["tool_call_id"] = Value::Null; // a pending one's tool call would have to be open
        }),
        [Invariant::S5]
    );
}

#[test]
fn s5_is_broken_by_an_ended_turn_that_ended_at_no_time() {
    assert_eq!(
        broken_by(|model| ended_turn(model)["ended_at"] = Value::Null),
        [Invariant::S5]
    );
}

#[test]
fn s5_is_broken_by_a_running_turn_that_has_ended_at_some_time() {
    assert_eq!(
        broken_by(|model| last_turn(model)["ended_at"] = json!("2026-01-01T00:00:00Z")),
        [Invariant::S5]
    );
}

#[test]
fn s6_is_broken_by_a_thread_on_a_branch_that_its_project_does_not_have() {
    assert_eq!(
        broken_by(|model| thread(model)["branch"] = json!("unknown")),
        [Invariant::S6]
    );
}

#[test]
fn s6_is_broken_by_a_thread_on_a_branch_that_another_thread_made() {
    assert_eq!(
        broken_by(|model| first_project(model)["branches"]["fix"]["thread_id"] = json!(OTHER_THREAD)),
        [Invariant::S6]
    );
}

#[test]
fn a_branch_that_no_thread_is_on_may_have_been_made_by_one_that_is_gone() {
    let model = edited(&waiting_model(), |model| {
        first_project(model)["branches"]["earlier"]["thread_id"] = json!(UNKNOWN);
    });
    assert_eq!(check_state(&model), []);
    assert_eq!(model.check(), Ok(()));
}

#[test]
fn s6_is_broken_by_more_pushed_commits_than_there_are() {
    assert_eq!(
        broken_by(|model| first_project(model)["branches"]["fix"]["pushed_commits"] = json!(2)),
        [Invariant::S6]
    );
}

#[test]
fn s7_is_broken_by_a_checkpoint_that_counts_fewer_turns_than_the_one_before() {
    assert_eq!(
        broken_by(|model| {
            let checkpoints = &mut thread(model)["checkpoints"];
            let first = remove(checkpoints, 0);
            push(checkpoints, first);
        }),
        [Invariant::S7]
    );
}

#[test]
fn s7_is_broken_by_a_checkpoint_that_counts_more_turns_than_there_are() {
    assert_eq!(
        broken_by(|model| thread(model)["checkpoints"][1]["turn_count"] = json!(3)),
        [Invariant::S7]
    );
}

#[test]
fn s7_is_broken_by_a_checkpoint_that_counts_the_active_turn() {
    assert_eq!(
        broken_by(|model| thread(model)["checkpoints"][1]["turn_count"] = json!(2)),
        [Invariant::S7]
    );
}

#[test]
fn s8_is_broken_by_a_second_prompt() {
    for turn in [last_turn, ended_turn] {
        assert_eq!(
            broken_by(|model| turn(model)["entries"][1]["role"] = json!("user")),
            [Invariant::S8]
        );
    }
}

#[test]
fn s8_is_broken_by_a_turn_that_does_not_begin_with_a_prompt() {
    for edit in [
        |turn: &mut Value| turn["entries"] = json!([]),
        |turn: &mut Value| turn["entries"][0]["role"] = json!("assistant"),
        |turn: &mut Value| {
            remove(&mut turn["entries"], 0);
            remove(&mut turn["entries"], 0);
        },
    ] {
        assert_eq!(broken_by(|model| edit(ended_turn(model))), [Invariant::S8]);
    }
}

#[test]
fn s8_is_broken_by_two_turns_of_one_id() {
    assert_eq!(
        broken_by(|model| last_turn(model)["id"] = json!(FIRST_TURN)),
        [Invariant::S8]
    );
}

#[test]
fn s8_is_broken_by_two_checkpoints_of_one_id() {
    assert_eq!(
        broken_by(|model| thread(model)["checkpoints"][1]["id"] = json!(FIRST_CHECKPOINT)),
        [Invariant::S8]
    );
}

#[test]
fn s8_is_broken_by_two_entries_of_one_kind_and_id_in_an_ended_turn() {
    for place in 1..=3 {
        assert_eq!(
            broken_by(|model| {
                let entries = &mut ended_turn(model)["entries"];
                let again = entries[place].clone();
                push(entries, again);
            }),
            [Invariant::S8],
            "entry {place}"
        );
    }
}

#[test]
fn s8_is_broken_by_one_of_many_entries_that_comes_twice() {
    assert_eq!(
        broken_by(|model| {
            let entries = &mut ended_turn(model)["entries"];
            for number in 10..40 {
                let mut message = entries[1].clone();
                message["id"] = json!(format!("000000d0-0000-4000-8000-0000000000{number}"));
                push(entries, message);
            }
            let again = entries[1].clone();
            push(entries, again);
        }),
        [Invariant::S8]
    );
}

#[test]
fn s1_is_broken_by_an_entry_of_a_running_turn_that_another_hides() {
    // Whichever of the two is found by the id, the other is not.
    for place in 1..=2 {
        let broken = broken_by(|model| {
            let entries = &mut last_turn(model)["entries"];
            let again = entries[place].clone();
            push(entries, again);
        });
        assert!(
            broken.contains(&Invariant::S1) && broken.contains(&Invariant::S8),
            "{broken:?}"
        );
    }
}

#[test]
fn an_entry_and_one_of_another_kind_may_share_an_id() {
    let model = edited(&waiting_model(), |model| {
        ended_turn(model)["entries"][1]["id"] = json!(ACTION);
    });
    assert_eq!(check_state(&model), []);
}
