//! One thing in a legal model is broken, and the core's check names the rule, the place and what is wrong there.

mod models;
mod turns;

use std::collections::BTreeSet;

use arbitrary::Unstructured;
use model_tests::generate::model::Beginning;
use orchestration::testing::Unchecked;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::below;

/// How many models are broken in each way.
const MODELS: usize = 12;

/// How many are tried for that: few have what is to be broken.
const TRIED: usize = 5_000;

/// How many ways there are to break a stored model: all but two, which are keys that are not the ids of what they hold.
const BREACHES: usize = 26;

const UNKNOWN: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// What the check is to say: the place, and what is wrong there.
struct Broken {
    place: Value,
    breach: Value,
}

/// The random numbers by which to choose what to break.
type Random = Xoshiro256PlusPlus;

/// Breaks a thing of the model, if it has one.
type Break = fn(&mut Value, &mut Random) -> Option<Broken>;

fn one_of<T>(items: Vec<T>, random: &mut Random) -> Option<T> {
    let place = below(random, items.len());
    items.into_iter().nth(place)
}

fn objects<'a>(model: &'a mut Value, name: &str) -> Vec<&'a mut Value> {
    let objects = model[name].as_object_mut().expect("a model has it");
    objects.values_mut().collect()
}

fn items<'a>(of: &'a mut Value, name: &str) -> Vec<&'a mut Value> {
    of[name].as_array_mut().expect("it is a list").iter_mut().collect()
}

fn thread<'a>(model: &'a mut Value, random: &mut Random) -> Option<&'a mut Value> {
    one_of(objects(model, "threads"), random)
}

fn in_thread(thread: &Value, breach: Value) -> Broken {
    let place = json!({ "type": "thread", "thread_id": thread["id"] });
    Broken { place, breach }
}

fn in_project(project: &Value, breach: Value) -> Broken {
    let place = json!({ "type": "project", "project_id": project["id"] });
    Broken { place, breach }
}

fn is_running(turn: &Value) -> bool {
    turn["status"]["type"] == "running"
}

/// A legal model, as it is stored.
fn legal(random: &mut Random) -> Value {
    let mut bytes = vec![0; 16_384];
    random.fill_bytes(&mut bytes);
    let drawn = Beginning::draw(None, &mut Unstructured::new(&bytes)).expect("whatever the bytes");
    serde_json::to_value(drawn.model).expect("a model is JSON")
}

/// The texts and numbers of the fields but for `type`.
fn told(fields: &Value) -> Vec<String> {
    let fields = fields.as_object().expect("an object").iter();
    let values = fields.filter(|(name, _)| *name != "type").map(|(_, value)| value);
    values
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect()
}

/// Breaks a model, and looks at what is said; gives how the model was broken, if it could be.
fn assert_told(way: Break, random: &mut Random) -> Option<String> {
    let mut json = legal(random);
    let Broken { place, breach } = way(&mut json, random)?;
    let Unchecked(model) = serde_json::from_value(json).expect("its form is right");
    let illegal = model.check().expect_err("it is not legal");
    let said = serde_json::to_value(&illegal).expect("it is JSON");
    assert_eq!(said, json!({ "place": place, "breach": breach }));
    let displayed = illegal.to_string();
    for value in told(&place).into_iter().chain(told(&breach)) {
        // A time is displayed with a space, and a status in words.
        let is_told = displayed.contains(&value) || displayed.contains(&value.replace('_', " ")) || value.contains('T');
        assert!(is_told, "{value} is not told: {displayed}");
    }
    let ids = [
        illegal.place.project_id().map(|id| id.to_string()),
        illegal.place.thread_id().map(|id| id.to_string()),
        illegal.place.turn_id().map(|id| id.to_string()),
    ];
    for (name, id) in ["project_id", "thread_id", "turn_id"].into_iter().zip(ids) {
        assert_eq!(place[name].as_str(), id.as_deref(), "{name} of {place}");
    }
    breach["type"].as_str().map(str::to_owned)
}

#[test]
fn whatever_is_broken_in_a_legal_model_is_told_with_its_place() {
    let mut random = Random::seed_from_u64(1);
    let mut breaches = BTreeSet::new();
    for (number, way) in models::WAYS.iter().chain(turns::WAYS).enumerate() {
        let broken = (0..TRIED).filter_map(|_| assert_told(*way, &mut random));
        let broken: Vec<_> = broken.take(MODELS).collect();
        assert_eq!(broken.len(), MODELS, "way {number}, {:?}", broken.first());
        breaches.extend(broken);
    }
    assert_eq!(breaches.len(), BREACHES, "{breaches:?}");
}
