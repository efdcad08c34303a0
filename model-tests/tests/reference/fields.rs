//! Each field of each event, of each error and of the model, changed one at a time: the second opinion sees it, and names it.

use std::collections::{BTreeMap, BTreeSet};

use model_tests::check::invariants::{Findings, Invariant};
use model_tests::check::reference::{Machine, Prediction, check_decision, check_model, check_touched};
use model_tests::fields::CHOICES;
use model_tests::generate::{RandomSteps, Walk};
use model_tests::subject::{Decided, Subject};
use orchestration::testing::Unchecked;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// How many random runs are taken.
const RUNS: u64 = 60;

/// How many of them for the model, which has its JSON looked at after every step.
const MODEL_RUNS: u64 = 8;

/// How often something is tried that may not be changed alone, or may not be where a command can have touched it.
const MOST_TRIES: u32 = 40;

/// How long they are.
const STEPS: usize = 120;

/// Fields which events may be without.
const OPTIONAL: [(&str, &str); 5] = [
    ("thread_created", "model"),
    ("turn_failed", "code"),
    ("approval_requested", "tool_call_id"),
    ("pending_action_rejected", "reason"),
    ("checkpoint_created", "description"),
];

/// A step, with what the machine made of it.
struct Step {
    command: OrchestrationCommand,
    decided: Decided,
    predicted: Prediction,
    before: OrchestrationReadModel,
    after: OrchestrationReadModel,
    machine: Machine,
}

/// Takes random runs, and shows each of their steps.
fn each_step(runs: u64, mut show: impl FnMut(&Step)) {
    for seed in 0..runs {
        let (mut walk, mut machine) = (Walk::new(Subject::CORE), Machine::default());
        for step in RandomSteps::new(seed).take(STEPS) {
            let before = walk.model().clone();
            let taken = walk.take(step);
            let predicted = machine.predict(&taken.command);
            show(&Step {
                predicted,
                before,
                after: walk.model().clone(),
                machine: machine.clone(),
                command: taken.command,
                decided: taken.decided,
            });
        }
    }
}

/// What is found by a check.
fn found(check: impl FnOnce(&mut Findings)) -> Vec<String> {
    let mut findings = Findings::default();
    check(&mut findings);
    let told = |violation: model_tests::check::invariants::Violation| {
        assert_eq!(violation.invariant, Invariant::R1);
        violation.message
    };
    findings.violations.into_iter().map(told).collect()
}

/// Other values that might stand in the place of one.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Number(number) => vec![json!(number.as_u64().expect("a count") + 1)],
        Value::String(text) => {
            let other = ["ffffffff-ffff-4fff-8fff-fffffffffffe", "2031-01-01T00:00:00.000000001Z"];
            let longer = format!("{text}x");
            let words = CHOICES.iter().copied().chain(other).map(str::to_owned);
            std::iter::once(longer).chain(words).map(Value::String).collect()
        }
        Value::Null | Value::Array(_) | Value::Object(_) => vec![],
    }
}

/// The path to something in a value.
type Path = Vec<String>;

/// The paths to all that is in a value.
fn paths(json: &Value) -> Vec<Path> {
    let nested: Vec<(String, &Value)> = match json {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => (0..).map(|index: usize| index.to_string()).zip(items).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![],
    };
    nested
        .into_iter()
        .flat_map(|(key, value)| {
            let below = paths(value).into_iter();
            let below = below.map(|rest| std::iter::once(key.clone()).chain(rest).collect());
            std::iter::once(vec![key.clone()]).chain(below).collect::<Vec<Path>>()
        })
        .collect()
}

/// The first value that is read from the JSON once what stands at a path is another thing, or is gone; with that JSON.
fn changed<T: DeserializeOwned>(json: &Value, path: &[String]) -> Option<(T, Value)> {
    let (last, above) = path.split_last()?;
    let above = above.iter().fold(String::new(), |pointer, part| pointer + "/" + part);
    let there = json
        .pointer(&above)?
        .get(last)
        .or_else(|| json.pointer(&above)?.get(last.parse::<usize>().ok()?))?;
    let others = others(there).into_iter().filter(|other| other != there).map(Some);
    others.chain([None]).find_map(|other| {
        let mut json = json.clone();
        match (json.pointer_mut(&above)?, other) {
            (Value::Object(fields), Some(other)) => drop(fields.insert(last.clone(), other)),
            (Value::Object(fields), None) => drop(fields.remove(last)),
            (Value::Array(items), Some(other)) => *items.get_mut(last.parse::<usize>().ok()?)? = other,
            (Value::Array(items), None) => drop(items.remove(last.parse().ok()?)),
            (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => return None,
        }
        serde_json::from_value(json.clone()).ok().map(|value| (value, json))
    })
}

/// The fields of a value, but for its kind.
fn fields(json: &Value) -> Vec<Path> {
    paths(json).into_iter().filter(|path| path[0] != "type").collect()
}

/// Checks that a decision with one thing changed is found, by the path of what was changed.
fn assert_seen(step: &Step, decided: &Decided, path: &str) {
    let told = found(|findings| check_decision(&step.command, &step.before, &step.predicted, decided, findings));
    let [told] = &told[..] else {
        panic!("{path} is not seen once: {told:?}");
    };
    assert!(told.contains(path), "{path} is not in: {told}");
}

#[test]
fn each_field_of_each_event_is_compared_and_named() {
    let mut seen = BTreeSet::new();
    each_step(RUNS, |step| {
        let events = step.decided.as_deref().unwrap_or_default();
        for (index, event) in events.iter().enumerate() {
            let json = json!(event);
            for path in fields(&json) {
                let field = &path[0];
                if seen.insert((event.kind(), field.clone(), index)) {
                    let (event, now) = changed::<OrchestrationEvent>(&json, &path).expect("another value");
                    let name = format!("event {} {}: {field}", index + 1, event.kind());
                    let mut events = events.to_vec();
                    events[index] = event;
                    assert_seen(step, &Ok(events), &said(&name, &json[field], &now[field]));
                }
            }
        }
    });
    let kinds: BTreeSet<_> = seen.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds, OrchestrationEvent::KINDS.iter().copied().collect());
    for kind in kinds {
        assert!(seen.contains(&(kind, "at".to_owned(), 0)) || kind == "thread_status_changed");
    }
    let fields: BTreeSet<_> = seen.iter().map(|(kind, field, _)| (*kind, field.as_str())).collect();
    assert!(OPTIONAL.iter().all(|optional| fields.contains(optional)), "{fields:?}");
    // Of a thread that is gone afterwards too, and in a batch that deletes several.
    assert!(
        seen.iter()
            .any(|(kind, field, index)| *kind == "turn_interrupted" && field == "at" && *index > 0)
    );
}

#[test]
fn each_field_of_each_error_is_compared_and_named() {
    let mut seen = BTreeSet::new();
    each_step(RUNS, |step| {
        let Err(error) = &step.decided else { return };
        let json = json!(error);
        for path in fields(&json) {
            let field = &path[0];
            if seen.insert((error.kind(), field.clone())) {
                let (error, now) = changed::<DeciderError>(&json, &path).expect("another value");
                let name = format!("the error {}: {field}", error.kind());
                assert_seen(step, &Err(error), &said(&name, &json[field], &now[field]));
            }
        }
    });
    let kinds: BTreeSet<_> = seen.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, DeciderError::KINDS.iter().copied().collect());
}

/// What is said of a field.
fn said(name: &str, expected: &Value, found: &Value) -> String {
    format!("{name}: expected {expected}, found {found}")
}

/// Where a command can have touched the model, as the path of something in its JSON.
fn is_touched(step: &Step, json: &Value, path: &[String]) -> bool {
    let named = |id: Option<String>| id.as_deref() == path.get(1).map(String::as_str);
    match path[0].as_str() {
        "selected_thread" => true,
        "projects" => named(step.command.project_id().map(|id| id.to_string())) && path.len() > 2,
        "threads" => {
            let is_last = |list: &str| {
                let number = path.get(3).and_then(|index| index.parse::<usize>().ok());
                let length = json["threads"][&path[1]][list].as_array().map(Vec::len);
                path[2] != list || number.is_none_or(|number| Some(number + 1) == length)
            };
            named(step.command.thread_id().map(|id| id.to_string()))
                && path.len() > 2
                && is_last("turns")
                && is_last("checkpoints")
        }
        other => panic!("a model has no {other}"),
    }
}

/// The path without the names in it.
fn pattern(path: &[String]) -> String {
    let is_name = |part: &str, above: Option<&String>| {
        let is_keyed = above.is_some_and(|above| ["projects", "threads", "branches"].contains(&above.as_str()));
        is_keyed || part.parse::<usize>().is_ok()
    };
    let parts = path.iter().enumerate().map(|(index, part)| {
        let above = index.checked_sub(1).map(|above| &path[above]);
        if is_name(part, above) { "*" } else { part }
    });
    parts.collect::<Vec<_>>().join(".")
}

#[test]
fn each_field_of_the_model_is_compared_and_named_where_a_command_can_have_touched_it_and_in_the_whole() {
    let (mut seen, mut seen_where_touched) = (BTreeSet::new(), BTreeSet::new());
    let mut tries = BTreeMap::new();
    each_step(MODEL_RUNS, |step| {
        if step.decided.is_err() {
            return;
        }
        let json = json!(step.after);
        for path in paths(&json) {
            let pattern = pattern(&path);
            let is_touched = is_touched(step, &json, &path);
            if seen.contains(&pattern) && (!is_touched || seen_where_touched.contains(&pattern)) {
                continue;
            }
            if tries
                .entry(pattern.clone())
                .and_modify(|tries| *tries += 1)
                .or_insert(0)
                > &mut { MOST_TRIES }
            {
                continue;
            }
            let Some((Unchecked(model), _)) = changed(&json, &path) else {
                continue;
            };
            seen.insert(pattern.clone());
            // A thing of another kind or id is another thing: then its place is named.
            let tells_apart = |part: &&String| part.as_str() == "id" || part.as_str() == "type";
            let field = path
                .iter()
                .rev()
                .skip_while(tells_apart)
                .find(|part| part.parse::<usize>().is_err())
                .expect("a name");
            let told = found(|findings| check_model(&step.machine, &model, findings));
            assert!(told.len() == 1 && told[0].contains(field), "{path:?}: {told:?}");
            if is_touched {
                let told = found(|findings| {
                    check_touched(&step.command, &step.machine, &step.before, &model, findings);
                });
                assert!(told.len() == 1 && told[0].contains(field), "{path:?}: {told:?}");
                seen_where_touched.insert(pattern);
            }
        }
    });
    // Ids that are the keys of what they name are not among them.
    let of = |prefix: &str| seen.iter().filter(|path| path.starts_with(prefix)).count();
    assert!(of("projects.*.") >= 10 && of("threads.*.") >= 35, "{seen:#?}");
    let is_always_touched = |path: &&String| path.split('.').count() > 2;
    let unseen: Vec<_> = seen
        .iter()
        .filter(is_always_touched)
        .filter(|path| !seen_where_touched.contains(*path))
        .collect();
    assert_eq!(unseen, [""; 0]);
}
