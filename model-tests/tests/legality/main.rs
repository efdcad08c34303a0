//! The core's check of a model and the harness's agree, on models that were reached, arbitrary ones and damaged ones;
//! what is read is legal; and what is legal stays so.

mod breaking;

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Unstructured};
use model_tests::check::invariants::state::{check_agreement, check_state};
use model_tests::check::invariants::{Family, Findings, Invariant};
use model_tests::generate::{RandomSteps, Resolver, Step};
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationReadModel, decide, project};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::Value;

/// How many models of each sort are looked at.
const MODELS: u64 = 3_000;

/// Takes steps from a model on, and gives each model on the way, after every event.
fn run(seed: u64, steps: usize, beginning: &OrchestrationReadModel) -> Vec<OrchestrationReadModel> {
    let (mut model, mut resolver) = (beginning.clone(), Resolver::new());
    let mut models = Vec::new();
    for step in RandomSteps::new(seed).take(steps) {
        let events = decide(&resolver.resolve(step, &model), &model).unwrap_or_default();
        for event in &events {
            model = project(model, event);
            models.push(model.clone());
        }
        resolver.advance(&events);
    }
    models
}

/// A model that was reached, with much in it.
fn reached(seed: u64) -> OrchestrationReadModel {
    run(seed, 60, &OrchestrationReadModel::default())
        .pop()
        .unwrap_or_default()
}

fn arbitrary(seed: u64) -> OrchestrationReadModel {
    let bytes: Vec<u8> = RandomSteps::new(seed).take(200).flat_map(Step::to_bytes).collect();
    OrchestrationReadModel::arbitrary(&mut Unstructured::new(&bytes)).unwrap_or_default()
}

/// The model with up to three things in its JSON changed, if that is still the JSON of a model.
fn damaged(seed: u64) -> Option<OrchestrationReadModel> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut json = serde_json::to_value(reached(seed % 64)).expect("a model is JSON");
    for _ in 0..=below(&mut random, 3) {
        damage(&mut json, &mut random);
    }
    serde_json::from_value(json).ok().map(|Unchecked(model)| model)
}

fn below(random: &mut impl Rng, bound: usize) -> usize {
    usize::try_from(random.next_u64() % bound.max(1) as u64).expect("it is below a usize")
}

/// Changes one thing.
fn damage(json: &mut Value, random: &mut impl Rng) {
    let mut places = Vec::new();
    list_places(json, &mut String::new(), &mut places);
    let place = places[below(random, places.len())].clone();
    let field = place.rsplit('/').next().unwrap_or_default();
    // What another thing has under the same name.
    let namesakes: Vec<_> = places
        .iter()
        .filter(|other| other.rsplit('/').next() == Some(field))
        .collect();
    let other = json.pointer(namesakes[below(random, namesakes.len())]).cloned();
    let choice = below(random, 4);
    match json.pointer_mut(&place).expect("the place was listed") {
        Value::Array(items) if !items.is_empty() => {
            let (one, another) = (below(random, items.len()), below(random, items.len()));
            match choice {
                0 => items.swap(one, another),
                1 => items.insert(another, items[one].clone()),
                _ => drop(items.remove(one)),
            }
        }
        Value::Object(fields) if choice == 0 && !fields.is_empty() => {
            let key = fields.keys().nth(below(random, fields.len())).cloned();
            key.map(|key| fields.remove(&key));
        }
        Value::Number(number) if choice < 2 => {
            *number = (number.as_u64().unwrap_or_default() + 1).into();
        }
        value if choice == 3 => *value = Value::Null,
        value => *value = other.unwrap_or_default(),
    }
}

fn list_places(json: &Value, place: &mut String, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match json {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, item)| (n.to_string(), item))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, value) in children {
        let length = place.len();
        place.push('/');
        place.push_str(&name);
        places.push(place.clone());
        list_places(value, place, places);
        place.truncate(length);
    }
}

/// Both opinions of models, and how often each rule was the first that one of them breaks; `None` for a legal one.
fn opinions(models: impl Iterator<Item = OrchestrationReadModel>) -> BTreeMap<Option<Invariant>, u32> {
    let mut counts = BTreeMap::new();
    for model in models {
        let mut findings = Findings::default();
        check_agreement(&model, &mut findings);
        assert_eq!(findings.violations, []);
        let json = serde_json::to_value(&model).expect("a model is JSON");
        let is_read = serde_json::from_value::<OrchestrationReadModel>(json).is_ok();
        assert_eq!(is_read, model.check().is_ok());
        let name = model.check().err().map(|illegal| illegal.rule().to_string());
        let rule = name.map(|name| *Invariant::ALL.iter().find(|rule| rule.name() == name).expect("a rule"));
        *counts.entry(rule).or_default() += 1;
    }
    counts
}

#[test]
fn every_model_that_is_reached_is_legal_by_both_opinions() {
    let models = (0..100).flat_map(|seed| run(seed, 60, &OrchestrationReadModel::default()));
    let counts = opinions(models);
    assert_eq!(counts.keys().collect::<Vec<_>>(), [&None]);
    assert!(counts[&None] > 3_000, "{counts:?}");
}

#[test]
fn both_opinions_of_an_arbitrary_model_name_the_same_rule() {
    let counts = opinions((0..MODELS).map(arbitrary));
    assert!(counts.len() > 4, "{counts:?}");
}

#[test]
fn both_opinions_of_a_damaged_model_name_the_same_rule() {
    let counts = opinions((0..4 * MODELS).filter_map(damaged));
    let of_state = Invariant::ALL.iter().filter(|rule| rule.family() == Family::State);
    let never: Vec<_> = of_state.filter(|rule| !counts.contains_key(&Some(**rule))).collect();
    assert!(
        never.is_empty(),
        "{never:?} are never the first that is broken: {counts:?}"
    );
    assert!(counts.contains_key(&None), "{counts:?}");
}

/// The rules are inductive: they need no other that is not written down.
#[test]
fn a_legal_model_stays_legal_through_all_that_is_decided_on_it_whether_it_can_be_reached_or_not() {
    let mut begun = 0;
    for seed in 0..4 * MODELS {
        let Some(model) = damaged(seed).filter(|model| model.check().is_ok() && *model != reached(seed % 64)) else {
            continue;
        };
        begun += 1;
        for after in run(seed, 25, &model) {
            assert_eq!(after.check(), Ok(()), "from seed {seed}");
            assert_eq!(check_state(&after), [], "from seed {seed}");
        }
    }
    assert!(begun > 300, "only {begun} models to begin with");
}
