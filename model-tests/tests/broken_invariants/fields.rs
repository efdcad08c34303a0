//! T8: what a command brings is found, and stays.

use std::collections::BTreeMap;

use model_tests::check::invariants::step::Frame;
use model_tests::check::invariants::{Family, Findings, Invariant, Violation};
use model_tests::fields::{FIELDS, Field, Holds, Id};
use model_tests::generate::{RandomSteps, Walk};
use model_tests::kind::Kind;
use model_tests::subject::Subject;
use orchestration::read_model::RuntimeMode;
use orchestration::{OrchestrationCommand, OrchestrationEvent};
use serde_json::{Value, json};

use crate::fixture::{
    PROJECT, SECOND_TURN, THREAD, approve, command, first_project, idle_model, on_thread, reject, remove, start,
    thread, waiting_model,
};
use crate::step::Step;

/// How many random runs accepted steps are taken from.
const RUNS: u64 = 100;

/// How long they are.
const STEPS: usize = 50;

/// Accepted steps of every kind: the first of each with other fields, other flags or other events.
fn accepted_steps() -> Vec<Step> {
    let mut steps = BTreeMap::new();
    for seed in 0..RUNS {
        let mut walk = Walk::new(Subject::CORE);
        for step in RandomSteps::new(seed).take(STEPS) {
            let before = walk.model().clone();
            let taken = walk.take(step);
            let Ok(events) = &taken.decided else { continue };
            let events: Vec<_> = events.iter().map(OrchestrationEvent::kind).collect();
            let shape = (Kind::of(&taken.command), shape(&taken.command), events);
            let step = || Step::of_core(before, taken.command.clone());
            steps.entry(shape).or_insert_with(step);
        }
    }
    steps.into_values().collect()
}

/// The fields that are there, and the flags and words in them.
fn shape(command: &OrchestrationCommand) -> Vec<(String, String)> {
    let json = serde_json::to_value(command).expect("a command is JSON");
    let said = |pointer: String| {
        let choice = json
            .pointer(&pointer)
            .filter(|_| field(&pointer).holds == Holds::Choice);
        (pointer, choice.map(Value::to_string).unwrap_or_default())
    };
    pointers(&json).into_iter().map(said).collect()
}

/// Where the fields of a command stand in its JSON, but for its kind.
fn pointers(json: &Value) -> Vec<String> {
    let within = |object: &Value, prefix: &str| -> Vec<String> {
        let fields = object.as_object().expect("an object").keys();
        let names = fields.filter(|name| *name != "type" && *name != "event");
        names.map(|name| format!("{prefix}/{name}")).collect()
    };
    let mut found = within(json, "");
    if let Some(event) = json.get("event") {
        found.extend(within(event, "/event"));
    }
    found
}

/// What the table says of the field at a place.
fn field(pointer: &str) -> &'static Field {
    let name = pointer.rsplit('/').next().expect("a name");
    Field::named(name).expect("it is in the table")
}

#[test]
fn all_of_them_hold_of_every_kind_of_step_and_have_something_to_say() {
    let mut findings = Findings::default();
    let mut kinds = Vec::new();
    for step in accepted_steps() {
        assert!(step.decided.is_ok(), "{:?}: {:?}", step.command, step.decided);
        assert_eq!(step.check(Frame::Whole).violations, [], "{:?}", step.command);
        assert_eq!(step.check(Frame::Named).violations, [], "{:?}", step.command);
        findings.tally.add(&step.check(Frame::Whole).tally);
        kinds.push(Kind::of(&step.command));
    }
    let missing = Kind::ALL.iter().find(|kind| !kinds.contains(kind));
    assert_eq!(missing, None);
    let is_silent = |invariant: &&Invariant| findings.tally.of(**invariant).premise_held == 0;
    let of_step = Invariant::ALL
        .iter()
        .filter(|invariant| invariant.family() == Family::Step);
    assert_eq!(of_step.filter(is_silent).collect::<Vec<_>>(), Vec::<&Invariant>::new());
}

/// Every way to change one field of a command to another legal value.
fn other_commands(command: &OrchestrationCommand) -> Vec<(String, OrchestrationCommand)> {
    let json = serde_json::to_value(command).expect("a command is JSON");
    pointers(&json)
        .into_iter()
        .map(|pointer| {
            let mut json = json.clone();
            let value = json.pointer_mut(&pointer).expect("the field is there");
            *value = other_value(&pointer, value);
            (pointer, serde_json::from_value(json).expect("a legal command"))
        })
        .collect()
}

fn other_value(pointer: &str, value: &Value) -> Value {
    match (field(pointer).holds, value) {
        (Holds::Choice, Value::Bool(value)) => json!(!value),
        (Holds::Choice, mode) => {
            let other = RuntimeMode::ALL
                .iter()
                .map(|mode| json!(mode))
                .find(|other| other != mode);
            other.expect("there are two")
        }
        (Holds::Time(_), _) => json!("2027-01-01T00:00:01Z"),
        (Holds::Id(Id::ToolCall) | Holds::Name(_) | Holds::Text(_), Value::String(text)) => {
            json!(format!("{text}-other"))
        }
        (Holds::Id(_), _) => json!("000000ff-0000-4000-8000-000000000009"),
        (holds, _) => panic!("no other value is known for {pointer}, which holds {holds:?}"),
    }
}

/// Fields whose loss nothing in the model can show.
///
/// A message that goes on keeps the time at which it began, and a thread that is gone has no time. The other fields
/// are found: by T8, or by the rule that speaks of them.
fn is_lost(step: &Step, pointer: &str) -> bool {
    let kind = step.command.kind();
    pointer == "/at" && (kind == "delete_thread" || kind == "delete_project")
}

#[test]
fn t8_every_field_that_does_not_reach_the_model_is_missed() {
    let mut number_of_fields = 0;
    for step in accepted_steps() {
        for (pointer, other) in other_commands(&step.command) {
            let told = Step {
                before: step.before.clone(),
                command: other,
                decided: step.decided.clone(),
                after: step.after.clone(),
            };
            let is_missed = !told.broken().is_empty();
            assert_eq!(is_missed, !is_lost(&step, &pointer), "{pointer} of {:?}", step.command);
            number_of_fields += 1;
        }
    }
    assert!(number_of_fields > 100, "{number_of_fields}");
}

#[test]
fn t8_every_optional_field_that_is_dropped_is_missed() {
    for step in accepted_steps() {
        let json = serde_json::to_value(&step.command).expect("a command is JSON");
        let optional = FIELDS.iter().filter(|field| field.is_optional);
        let pointers = optional.flat_map(|field| ["", "/event"].map(|parent| format!("{parent}/{}", field.name)));
        for pointer in pointers {
            let mut with = json.clone();
            let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
            let Some(Value::Object(fields)) = with.pointer_mut(parent) else {
                continue;
            };
            if fields.insert(field.to_owned(), json!("added")).is_some() {
                continue;
            }
            // A field that the command does not have is refused.
            let Ok(command) = serde_json::from_value(with) else {
                continue;
            };
            let told = Step {
                before: step.before.clone(),
                command,
                decided: step.decided.clone(),
                after: step.after.clone(),
            };
            assert!(
                told.broken().contains(&Invariant::T8),
                "{pointer} of {:?}",
                step.command
            );
        }
    }
}

#[test]
fn t8_is_broken_by_a_command_that_changes_what_an_earlier_one_brought() {
    let edits: [fn(&mut Value); 8] = [
        |model| thread(model)["title"] = json!("Other"),
        |model| thread(model)["provider"] = json!("other"),
        |model| thread(model)["model"] = Value::Null,
        |model| thread(model)["runtime_mode"] = json!("full_access"),
        |model| thread(model)["created_at"] = json!("2026-01-01T00:00:01Z"),
        |model| thread(model)["branch"] = json!("earlier"),
        |model| thread(model)["checkpoints"][0]["description"] = json!("there"),
        |model| {
            remove(&mut thread(model)["checkpoints"], 1);
        },
    ];
    for edit in edits {
        for command in [start(SECOND_TURN), on_thread("select_thread", json!({}))] {
            let step = Step::of_core(idle_model(), command).coming_to(edit);
            assert_eq!(step.broken(), [Invariant::T8]);
        }
    }
}

#[test]
fn t8_is_broken_by_a_branch_command_that_changes_more_than_its_branch() {
    let edits: [fn(&mut Value); 5] = [
        |project| project["name"] = json!("other"),
        |project| project["path"] = json!("/elsewhere"),
        |project| project["updated_at"] = json!("2026-01-01T00:00:01Z"),
        |project| project["branches"]["earlier"]["commits"][0]["message"] = json!("Other"),
        |project| {
            project["branches"]
                .as_object_mut()
                .expect("an object")
                .remove("earlier");
        },
    ];
    let branch_commands = [
        on_thread("create_branch", json!({"branch": "new"})),
        on_thread("commit_changes", json!({"message": "More"})),
        on_thread("push_branch", json!({})),
    ];
    for edit in edits {
        for command in &branch_commands {
            let step = Step::of_core(idle_model(), command.clone()).coming_to(|model| edit(first_project(model)));
            assert_eq!(step.broken(), [Invariant::T8]);
        }
    }
}

#[test]
fn t8_is_broken_by_a_renaming_that_changes_more_than_the_name() {
    let rename = command("rename_project", json!({"project_id": PROJECT, "name": "renamed"}));
    let edits: [fn(&mut Value); 3] = [
        |project| project["path"] = json!("/elsewhere"),
        |project| project["created_at"] = json!("2026-01-01T00:00:01Z"),
        |project| project["branches"]["fix"]["pushed_commits"] = json!(0),
    ];
    for edit in edits {
        let step = Step::of_core(idle_model(), rename.clone()).coming_to(|model| edit(first_project(model)));
        assert_eq!(step.broken(), [Invariant::T8]);
    }
}

#[test]
fn t8_is_broken_by_a_deleted_project_that_leaves_a_thread_behind_or_stays_without_one() {
    let step = || Step::of_core(idle_model(), command("delete_project", json!({"project_id": PROJECT})));
    let before = serde_json::to_value(idle_model()).expect("a model is JSON");
    let left_behind = step().coming_to(|model| *thread(model) = before["threads"][THREAD].clone());
    assert!(left_behind.broken().contains(&Invariant::T8));
    let stays = step().coming_to(|model| *first_project(model) = before["projects"][PROJECT].clone());
    assert!(stays.broken().contains(&Invariant::T8));
}

#[test]
fn t8_names_the_reason_of_a_rejection_and_the_action_of_an_approval() {
    for (answer, field) in [(approve(SECOND_TURN), "action_id"), (reject(SECOND_TURN), "reason")] {
        let step = Step::of_core(waiting_model(), answer);
        let step = step.coming_to(|model| {
            thread(model)["turns"][1]["entries"][3]["decision"] = json!({"type": "rejected", "reason": "Other"});
        });
        let violations = step.check(Frame::Whole).violations;
        let told = format!("its field {field} is not found");
        let is_told = |violation: &Violation| violation.invariant == Invariant::T8 && violation.message.contains(&told);
        assert!(violations.iter().any(is_told), "{violations:?}");
    }
}
