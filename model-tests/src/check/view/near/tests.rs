//! A judgement that overlooks a field is found by a model that differs in it.

use super::super::judgement::hash_of;
use super::super::tests::model;
use super::*;

fn found(judgement: Judgement, leaves: Leaves) -> usize {
    let mut findings = Findings::default();
    check_near(judgement, &model(), leaves, &mut findings);
    findings.violations.len()
}

/// The wire form without the fields of a name.
fn stripped(model: &OrchestrationReadModel, name: &str) -> Value {
    fn strip(value: &mut Value, name: &str) {
        match value {
            Value::Object(fields) => {
                fields.remove(name);
                fields.values_mut().for_each(|field| strip(field, name));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| strip(item, name)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut wire = serde_json::to_value(model).expect("it has a wire form");
    strip(&mut wire, name);
    wire
}

/// The core's judgement, but that it overlooks the fields of a name.
macro_rules! overlooking {
    ($($name:literal)+) => {
        [$(
            ($name, Judgement {
                is_equal: |left, right| stripped(left, $name) == stripped(right, $name),
                ..Judgement::CORE
            })
        ),+]
    };
}

#[test]
fn the_core_overlooks_nothing() {
    assert_eq!(found(Judgement::CORE, Leaves::All), 0);
}

#[test]
fn whatever_field_a_judgement_overlooks_is_found() {
    let overlooking = overlooking!(
        "selected_thread" "path" "name" "branches" "created_at" "updated_at" "thread_id" "commits" "pushed_commits"
        "message" "at" "project_id" "title" "provider" "model" "runtime_mode" "status" "turns" "checkpoints" "branch"
        "description" "git_ref" "turn_count" "entries" "started_at" "ended_at" "code" "role" "text" "input" "output"
        "tool_call_id" "decision" "reason"
    );
    for (name, judgement) in overlooking {
        assert_ne!(found(judgement, Leaves::All), 0, "{name}");
    }
}

#[test]
fn a_hash_need_not_tell_models_apart() {
    let constant = Judgement {
        hash: |_| 0,
        ..Judgement::CORE
    };
    assert_eq!(found(constant, Leaves::All), 0);
    assert_ne!(hash_of(&model()), hash_of(&OrchestrationReadModel::default()));
}

#[test]
fn a_few_leaves_at_a_time_are_all_of_them_in_the_end() {
    let all: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let mut few: Vec<String> = (0..8).flat_map(|seed| chosen(all.clone(), Leaves::Few(seed))).collect();
    few.sort_unstable();
    few.dedup();
    assert_eq!(few.len(), all.len());
    assert!(chosen(all, Leaves::Few(3)).len() <= 2 * FEW);
}

#[test]
fn times_move_either_way_and_ids_to_the_next() {
    let times = others_of_text("2026-01-01T00:00:00.000000001Z");
    assert_eq!(times, ["2026-01-01T00:00:00.000000002Z", "2026-01-01T00:00:00Z"]);
    let id = |last: u8| Value::from(format!("6f9619ff-8b86-4d01-b42d-00c04fc964f{last}"));
    assert_eq!(others_of_text("6f9619ff-8b86-4d01-b42d-00c04fc964f2"), [id(3)]);
    assert_eq!(others_of_text("6f9619ff-8b86-4d01-b42d-00c04fc964f3"), [id(2)]);
}
