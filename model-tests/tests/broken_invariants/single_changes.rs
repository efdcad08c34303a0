//! One value of a model is changed at a time, and what breaks is held against tables that were reviewed: so each half of
//! each comparison has something that only it notices.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use model_tests::check::invariants::state::{check_model, check_touched};
use model_tests::check::invariants::step::Frame;
use model_tests::check::invariants::{Findings, Invariant};
use model_tests::check::reference;
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde_json::{Value, json};

use crate::fixture::{
    ACTION, OTHER_PROJECT, OTHER_THREAD, PROJECT, SECOND_TURN, THIRD_CHECKPOINT, THREAD, UNKNOWN, approve, ask,
    checkpoint, command, complete, delete_project, delete_thread, fail, idle_model, idle_then, interrupt, on_thread,
    reject, restore, result, running_model, says, start, text, think, waiting_model,
};
use crate::step::{Step, broken};

/// Words that stand for one of several things: a value is changed to the first of them that may stand in its place.
const WORDS: [&str; 15] = [
    "idle",
    "running",
    "awaiting_approval",
    "completed",
    "interrupted",
    "user",
    "assistant",
    "reasoning",
    "open",
    "succeeded",
    "cancelled",
    "pending",
    "approved",
    "supervised",
    "full_access",
];

/// A model in which one thing is not as in another, and what that is.
struct Changed {
    what: String,
    model: OrchestrationReadModel,
}

/// Every change of one value that leaves the form of a model right.
fn single_changes(model: &OrchestrationReadModel) -> Vec<Changed> {
    let json = serde_json::to_value(model).expect("a model is JSON");
    let mut pointers = Vec::new();
    collect_pointers(&json, String::new(), &mut pointers);
    let mut changes = Vec::new();
    for pointer in pointers {
        let value = json.pointer(&pointer).expect("it is there");
        for (how, ways) in ways_to_change(value) {
            let found = ways.into_iter().find_map(|other| {
                let mut json = json.clone();
                match other {
                    Some(other) => *json.pointer_mut(&pointer).expect("it is there") = other,
                    None => remove_at(&mut json, &pointer),
                }
                let Unchecked(after) = serde_json::from_value(json).ok()?;
                (after != *model).then_some(after)
            });
            changes.extend(found.map(|model| Changed {
                what: format!("{}{how}", named(&pointer)),
                model,
            }));
        }
    }
    changes
}

fn collect_pointers(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect_pointers(field, format!("{at}/{name}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_pointers(item, format!("{at}/{index}"), pointers);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    pointers.push(at);
}

/// What a value can become, by what that is called, with several tries for each; `None` takes the value away.
fn ways_to_change(value: &Value) -> Vec<(&'static str, Vec<Option<Value>>)> {
    let gone = ("-", vec![None]);
    match value {
        Value::String(text) => {
            // As long as it was where that can be: that it is shorter or longer would give it away.
            let mut kept = text.clone();
            kept.pop();
            let others = [
                json!(format!("{kept}X")),
                json!(format!("{kept}0")),
                json!(format!("{kept}9")),
                json!("2027-01-01T00:00:01Z"),
            ];
            let words = WORDS.iter().filter(|word| *word != text).map(|word| json!(word));
            let is_word = WORDS.contains(&text.as_str());
            let tries: Vec<_> = if is_word { words.collect() } else { others.to_vec() };
            vec![("", tries.into_iter().map(Some).collect()), gone]
        }
        Value::Number(number) => {
            let number = number.as_u64().expect("a count");
            let less = number.checked_sub(1).map(|less| Some(json!(less)));
            vec![
                ("+1", vec![Some(json!(number + 1))]),
                ("-1", less.into_iter().collect()),
            ]
        }
        Value::Bool(flag) => vec![("", vec![Some(json!(!flag))]), gone],
        Value::Array(items) => {
            let twice = items.iter().chain(items.last()).cloned().collect();
            let backwards: Vec<Value> = items.iter().rev().cloned().collect();
            vec![
                (" last twice", vec![Some(Value::Array(twice))]),
                (" backwards", vec![Some(Value::Array(backwards))]),
            ]
        }
        Value::Object(_) => vec![gone],
        Value::Null => Vec::new(),
    }
}

fn remove_at(json: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    match json.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.remove(name);
        }
        Some(Value::Array(items)) => {
            items.remove(name.parse().expect("a place"));
        }
        _ => unreachable!("what has a place in something is in an object or an array"),
    }
}

/// A pointer with names in place of ids.
fn named(pointer: &str) -> String {
    let ids = [
        (PROJECT, "project"),
        (OTHER_PROJECT, "other"),
        (THREAD, "thread"),
        (OTHER_THREAD, "other"),
    ];
    let named = ids
        .iter()
        .fold(pointer.to_owned(), |text, (id, name)| text.replace(id, name));
    named.trim_start_matches('/').replace('/', ".")
}

/// A paragraph for each set of invariants, with the changes that break just these: what is changed in one thing stands on
/// one line.
fn table(changes: impl Iterator<Item = (String, Vec<Invariant>)>) -> String {
    let mut by_broken: BTreeMap<Vec<Invariant>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (what, broken) in changes {
        let (thing, field) = what.rsplit_once('.').unwrap_or(("", &what));
        let things = by_broken.entry(broken).or_default();
        things.entry(thing.to_owned()).or_default().insert(field.to_owned());
    }
    let mut table = String::new();
    for (broken, things) in by_broken {
        let names: Vec<_> = broken.iter().map(|invariant| invariant.name()).collect();
        let names = if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(" ")
        };
        writeln!(table, "{names}").expect("a text takes all");
        for (thing, fields) in things {
            let fields: Vec<_> = fields.into_iter().collect();
            writeln!(table, "    {thing}: {}", fields.join(", ")).expect("a text takes all");
        }
    }
    table
}

#[test]
fn what_each_single_change_of_a_model_breaks_is_as_reviewed() {
    let models = [("idle", idle_model()), ("waiting", waiting_model())];
    let tables = models.map(|(name, model)| {
        let changes = single_changes(&model).into_iter().map(|changed| {
            let mut findings = Findings::default();
            check_model(&changed.model, &mut findings);
            (changed.what, broken(&findings))
        });
        format!("# {name}\n{}", table(changes))
    });
    insta::assert_snapshot!(tables.join("\n"));
}

/// An accepted command of every kind, on a model in which there is something for it to spoil.
fn steps() -> Vec<(&'static str, OrchestrationReadModel, OrchestrationCommand)> {
    let project = json!({"project_id": UNKNOWN, "path": "/new", "name": "new"});
    let rename = json!({"project_id": PROJECT, "name": "renamed"});
    let thread = json!({"thread_id": UNKNOWN, "project_id": PROJECT, "title": "More", "provider": "codex",
        "model": "large", "runtime_mode": "full_access"});
    let call = json!({"type": "tool_call", "tool_call_id": "next", "name": "grep", "input": "x"});
    let failure = json!({"type": "tool_result", "tool_call_id": "call", "output": "no", "is_error": true});
    let asked = json!({"type": "awaiting_approval", "action_id": ACTION, "description": "Go on"});
    let select = command("select_thread", json!({"thread_id": OTHER_THREAD}));
    let commit = on_thread("commit_changes", json!({"message": "More"}));
    vec![
        ("create_project", idle_model(), command("create_project", project)),
        ("rename_project", idle_model(), command("rename_project", rename)),
        ("delete_project", waiting_model(), delete_project()),
        ("create_thread", idle_model(), command("create_thread", thread)),
        ("select_thread", waiting_model(), select),
        ("delete_thread", waiting_model(), delete_thread()),
        ("start_turn", idle_model(), start(SECOND_TURN)),
        ("interrupt_turn", waiting_model(), interrupt(SECOND_TURN)),
        ("approve_pending_action", waiting_model(), approve(SECOND_TURN)),
        ("reject_pending_action", waiting_model(), reject(SECOND_TURN)),
        ("text_delta", waiting_model(), text(SECOND_TURN, "it does")),
        ("thinking_delta", waiting_model(), think(SECOND_TURN)),
        ("tool_call", waiting_model(), says(SECOND_TURN, &call)),
        ("tool_result", running_model(), result(SECOND_TURN)),
        ("tool_result that failed", running_model(), says(SECOND_TURN, &failure)),
        ("awaiting_approval of a call", running_model(), ask(SECOND_TURN)),
        (
            "awaiting_approval of nothing",
            running_model(),
            says(SECOND_TURN, &asked),
        ),
        ("turn_complete", waiting_model(), complete(SECOND_TURN)),
        ("error", waiting_model(), fail(SECOND_TURN)),
        ("create_checkpoint", idle_model(), checkpoint(THIRD_CHECKPOINT)),
        (
            "restore_checkpoint",
            idle_model(),
            restore(crate::fixture::FIRST_CHECKPOINT),
        ),
        (
            "create_branch",
            idle_model(),
            on_thread("create_branch", json!({"branch": "new"})),
        ),
        ("commit_changes", idle_model(), commit.clone()),
        ("push_branch", idle_then(&[commit]), on_thread("push_branch", json!({}))),
    ]
}

/// That a turn or an entry is there twice breaks nothing here: that is for the rules of a model to say.
#[test]
fn what_each_single_change_of_what_a_command_comes_to_breaks_is_as_reviewed() {
    let tables: Vec<_> = steps()
        .into_iter()
        .map(|(name, before, command)| {
            let mut step = Step::of_core(before, command);
            assert!(step.decided.is_ok(), "{name}: {:?}", step.decided);
            assert_eq!(step.broken(), [], "{name}");
            let changes = single_changes(&step.after).into_iter().filter_map(|changed| {
                step.after = changed.model;
                let broken = step.broken();
                // What the command does not name is one rule's, and a turn that has ended another's.
                let is_elsewhere = broken == [Invariant::T4] || changed.what.starts_with("threads.thread.turns.0.");
                (!is_elsewhere).then_some((changed.what, broken))
            });
            format!("# {name}\n{}", table(changes))
        })
        .collect();
    insta::assert_snapshot!(tables.join("\n"));
}

/// What a frame that leaves the rest out still sees, is what the whole one sees of the thing that is named.
#[test]
fn a_command_that_comes_to_nothing_is_missed_in_both_frames() {
    for (name, before, command) in steps() {
        let mut step = Step::of_core(before, command);
        step.after = step.before.clone();
        // A message that goes on is the matter of a rule of its own.
        let missed = if name == "text_delta" {
            Invariant::T3
        } else {
            Invariant::T8
        };
        for frame in [Frame::Whole, Frame::Named] {
            let broken = broken(&step.check(frame));
            assert!(broken.contains(&missed), "{name} in {frame:?}: {broken:?}");
        }
    }
}

#[test]
fn every_single_change_of_what_a_command_comes_to_is_another_opinion_than_the_reference_machines() {
    for (name, before, command) in steps() {
        let mut machine = reference::of_model(&before);
        let step = Step::of_core(before, command);
        let _ = machine.predict(&step.command);
        let mut findings = Findings::default();
        reference::check_model(&machine, &step.after, &mut findings);
        reference::check_touched(&step.command, &machine, &step.before, &step.after, &mut findings);
        assert_eq!(findings.violations, [], "{name}");
        for changed in single_changes(&step.after) {
            let mut findings = Findings::default();
            reference::check_model(&machine, &changed.model, &mut findings);
            assert_eq!(broken(&findings), [Invariant::R1], "{name}: {}", changed.what);
        }
    }
}

/// What the second opinion passes over in the thread that a command names, and in its project: what the command cannot have
/// touched, such as earlier turns.
#[test]
fn what_the_reference_machine_passes_over_in_the_thread_that_a_command_names_is_as_reviewed() {
    let named = THREAD.parse().ok();
    let tables: Vec<_> = steps()
        .into_iter()
        .filter(|(_, _, command)| command.thread_id() == named)
        .map(|(name, before, command)| {
            let mut machine = reference::of_model(&before);
            let step = Step::of_core(before, command);
            let _ = machine.predict(&step.command);
            let changes = single_changes(&step.after).into_iter().filter_map(|changed| {
                let mut findings = Findings::default();
                reference::check_touched(&step.command, &machine, &step.before, &changed.model, &mut findings);
                let is_seen = !findings.violations.is_empty();
                let is_named =
                    changed.what.starts_with("threads.thread") || changed.what.starts_with("projects.project");
                (is_named && !is_seen).then_some((changed.what, Vec::new()))
            });
            format!("# {name}\n{}", table(changes))
        })
        .collect();
    insta::assert_snapshot!(tables.join("\n"));
}

/// What an event can have touched is looked at again, and no more.
#[test]
fn how_much_is_looked_at_again_after_each_command_is_as_reviewed() {
    let lines: Vec<_> = steps()
        .into_iter()
        .map(|(name, before, command)| {
            let step = Step::of_core(before, command);
            let mut findings = Findings::default();
            let mut model = step.before.clone();
            for event in step.decided.iter().flatten() {
                let next = orchestration::project(model.clone(), event);
                check_touched(event, &model, &next, &mut findings);
                model = next;
            }
            assert_eq!(findings.violations, [], "{name}");
            let counts = findings.tally.iter().filter(|(_, count)| count.checked > 0);
            let counts = counts
                .map(|(invariant, count)| format!("{} {}/{}", invariant.name(), count.premise_held, count.checked));
            format!("{name}: {}", counts.collect::<Vec<_>>().join(", "))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
