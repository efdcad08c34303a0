//! T8: what a command brings is found, and stays.

use model_tests::check::invariants::step::Frame;
use model_tests::check::invariants::{Family, Findings, Invariant};
use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde_json::{Value, json};

use crate::fixture::{
    ACTION, FIRST_CHECKPOINT, OTHER_THREAD, PROJECT, SECOND_CHECKPOINT, SECOND_TURN, THIRD_CHECKPOINT, UNKNOWN,
    approve, ask, checkpoint, command, complete, delete_project, delete_thread, fail, first_project, idle_model,
    interrupt, on_thread, reject, remove, restore, result, running_model, says, start, text, think, thread,
    waiting_model,
};
use crate::step::Step;

/// A step of every kind that is accepted: all commands, all provider events, with and without their optional fields.
fn accepted_steps() -> Vec<Step> {
    let new_thread = |fields: Value| {
        let mut whole = json!({"thread_id": UNKNOWN, "project_id": PROJECT, "title": "Another", "provider": "codex",
            "runtime_mode": "full_access"});
        whole
            .as_object_mut()
            .expect("an object")
            .extend(fields.as_object().cloned().unwrap_or_default());
        command("create_thread", whole)
    };
    let new_project = json!({"project_id": UNKNOWN, "path": "/new", "name": "new"});
    let on_idle = [
        command("create_project", new_project),
        command("rename_project", json!({"project_id": PROJECT, "name": "renamed"})),
        delete_project(),
        new_thread(json!({})),
        new_thread(json!({"model": "o3"})),
        command("select_thread", json!({"thread_id": OTHER_THREAD})),
        delete_thread(),
        start(SECOND_TURN),
        checkpoint(THIRD_CHECKPOINT),
        on_thread(
            "create_checkpoint",
            json!({"checkpoint_id": THIRD_CHECKPOINT, "git_ref": "68b152fd"}),
        ),
        restore(FIRST_CHECKPOINT),
        restore(SECOND_CHECKPOINT),
        on_thread("create_branch", json!({"branch": "new"})),
        on_thread("commit_changes", json!({"message": "More"})),
        on_thread("push_branch", json!({})),
    ];
    let asked = json!({"type": "awaiting_approval", "action_id": ACTION, "description": "Go on?"});
    let failed = json!({"type": "tool_result", "tool_call_id": "call", "output": "no", "is_error": true});
    let on_running = [
        interrupt(SECOND_TURN),
        text(SECOND_TURN, "of course"),
        think(SECOND_TURN),
        says(
            SECOND_TURN,
            &json!({"type": "tool_call", "tool_call_id": "other", "name": "bash", "input": "ls"}),
        ),
        result(SECOND_TURN),
        says(SECOND_TURN, &failed),
        ask(SECOND_TURN),
        says(SECOND_TURN, &asked),
        complete(SECOND_TURN),
        fail(SECOND_TURN),
    ];
    let on_waiting = [
        approve(SECOND_TURN),
        reject(SECOND_TURN),
        on_thread(
            "reject_pending_action",
            json!({"turn_id": SECOND_TURN, "action_id": ACTION}),
        ),
        interrupt(SECOND_TURN),
        delete_thread(),
        delete_project(),
    ];
    let steps = |model: OrchestrationReadModel, commands: &[OrchestrationCommand]| {
        let step = |command: &OrchestrationCommand| Step::of_core(model.clone(), command.clone());
        commands.iter().map(step).collect::<Vec<_>>()
    };
    [
        steps(idle_model(), &on_idle),
        steps(running_model(), &on_running),
        steps(waiting_model(), &on_waiting),
    ]
    .into_iter()
    .flatten()
    .collect()
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
        kinds.push(step.command.kind());
    }
    let missing = OrchestrationCommand::KINDS.iter().find(|kind| !kinds.contains(kind));
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
    let pointers = |object: &Value, prefix: &str| -> Vec<String> {
        let fields = object.as_object().expect("an object");
        fields
            .keys()
            .filter(|field| *field != "type" && *field != "event")
            .map(|field| format!("{prefix}/{field}"))
            .collect()
    };
    let mut found = pointers(&json, "");
    if let Some(event) = json.get("event") {
        found.extend(pointers(event, "/event"));
    }
    found
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
    match value {
        Value::Bool(value) => json!(!value),
        Value::String(_) if pointer.ends_with("/at") => json!("2026-01-01T00:00:01Z"),
        Value::String(mode) if pointer.ends_with("/runtime_mode") => {
            json!(if mode == "supervised" {
                "full_access"
            } else {
                "supervised"
            })
        }
        Value::String(_) if pointer.ends_with("_id") && !pointer.ends_with("/tool_call_id") => {
            json!("000000ff-0000-4000-8000-000000000009")
        }
        Value::String(text) => json!(format!("{text}-other")),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            panic!("no other value is known for {pointer}")
        }
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
        for pointer in [
            "/model",
            "/reason",
            "/description",
            "/event/code",
            "/event/tool_call_id",
        ] {
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
