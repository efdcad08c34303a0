use serde_json::{Value, json};

use super::*;
use crate::difference::Part;
use crate::generate::{RandomSteps, Walk};
use crate::subject::Subject;
use crate::trace::TraceReader;
use crate::walkthrough::Walkthrough;

const CONVERSATION: &str = include_str!("../../../traces/conversation.trace.jsonl");

fn conversation() -> Walkthrough {
    let lines = TraceReader::new(CONVERSATION.as_bytes());
    let commands: Vec<_> = lines.map(|line| line.expect("a command").1).collect();
    Walkthrough::of(Subject::CORE, None, &commands)
}

/// Does changes again, as a page does: every one is put where its path leads to.
fn done_again(value: &Value, changes: &[Change]) -> Value {
    let mut value = value.clone();
    // What stands behind in a list goes first.
    let (put, removed): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.after.is_some());
    for change in put.into_iter().chain(removed.into_iter().rev()) {
        let (last, way) = change.path.split_last().expect("not the whole value");
        let place = way.iter().fold(&mut value, |place, part| match part {
            Part::Field(name) => &mut place[name.as_str()],
            Part::Item { index, .. } => &mut place[*index],
        });
        match (last, &change.after) {
            (Part::Field(name), Some(after)) => place[name.as_str()] = after.clone(),
            (Part::Field(name), None) => drop(place.as_object_mut().expect("fields").remove(name)),
            (Part::Item { index, .. }, Some(after)) => {
                let items = place.as_array_mut().expect("items");
                if *index < items.len() {
                    items[*index] = after.clone();
                } else {
                    items.push(after.clone());
                }
            }
            (Part::Item { index, .. }, None) => place.as_array_mut().expect("items").truncate(*index),
        }
    }
    value
}

#[test]
fn changes_of_models_by_place_are_those_of_their_json_and_can_be_done_again() {
    let mut walk = Walk::new(Subject::CORE);
    for step in RandomSteps::new(7).take(600) {
        let before = walk.model().clone();
        walk.take(step);
        let found = changes_of_models(&before, walk.model(), Pairing::ByPlace);
        let json = |model: &OrchestrationReadModel| serde_json::to_value(model).expect("JSON");
        let (before, after) = (json(&before), json(walk.model()));
        let sorted = |mut changes: Vec<Change>| {
            changes.sort_by_key(|change| format!("{:?}", change.path));
            changes
        };
        assert_eq!(done_again(&before, &found), after);
        assert_eq!(sorted(found), sorted(changes(&before, &after, Pairing::ByPlace)));
    }
    assert!(walk.model().threads().len() > 1);
}

#[test]
fn a_turn_that_goes_takes_its_name_along() {
    let mut turns = conversation()
        .steps()
        .iter()
        .map(|step| step.after.clone())
        .collect::<Vec<_>>();
    turns.retain(|model| model.threads().any(|thread| thread.turns().len() > 1));
    let model = &turns[0];
    let thread = model
        .threads()
        .find(|thread| thread.turns().len() > 1)
        .expect("a thread");
    let mut json = serde_json::to_value(model).expect("JSON");
    json["threads"][thread.id().to_string()]["turns"]
        .as_array_mut()
        .expect("turns")
        .remove(0);
    let orchestration::testing::Unchecked(without) = serde_json::from_value(json).expect("a model");
    let found = of_models(model, &without, conversation().names());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].path, "thread 1 › turn 1");
    assert!(
        matches!(&found[0].fate, Fate::Removed(turn) if turn.contains("id: turn 1, ")),
        "{found:?}"
    );
}

#[test]
fn a_difference_is_told_by_names_in_one_line() {
    let walkthrough = conversation();
    let told: Vec<String> = walkthrough
        .steps()
        .iter()
        .flat_map(|step| of_models(&step.before, &step.after, walkthrough.names()))
        .map(|difference| difference.to_string())
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn values_are_told_by_their_fields_too() {
    let (before, after) = (
        json!({"turn_id": "x", "text": "a", "n": [1]}),
        json!({"turn_id": "y", "text": "a\u{202e}b", "n": []}),
    );
    let told: Vec<_> = of_values(&before, &after, &Names::default())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "n › item 1: removed 1",
            r#"text: appended "\u{202e}b""#,
            "turn_id: turn x → turn y"
        ]
    );
}
