//! The table of wire fields is the one that the core writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use model_tests::fields::{FIELDS, Field, Holds, Id};
use model_tests::generate::{RandomSteps, Step, Walk};
use model_tests::subject::Subject;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, ProviderEvent};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// How many arbitrary commands and events are looked at: some hundred of each kind.
const VALUES: u32 = 5_000;

/// How many random runs errors are taken from.
const RUNS: u64 = 300;

/// How long they are.
const STEPS: usize = 50;

/// All that was written in one place: `command`, `event` or `error`, with a kind.
type Objects = BTreeMap<(&'static str, String), Vec<Map<String, Value>>>;

fn arbitrary<T: for<'a> Arbitrary<'a>>() -> impl Iterator<Item = T> {
    (0..VALUES).map(|number| {
        let steps = RandomSteps::new(u64::from(number)).take(100);
        // The first bytes tell the kind, and are to be of any value.
        let kind = number.wrapping_mul(0x9E37_79B9).to_le_bytes();
        let bytes: Vec<u8> = kind.into_iter().chain(steps.flat_map(Step::to_bytes)).collect();
        T::arbitrary(&mut Unstructured::new(&bytes)).expect("the bytes suffice")
    })
}

/// Adds what is written of a value, and what is nested in it.
fn add(objects: &mut Objects, place: &'static str, value: &impl Serialize) {
    add_json(objects, place, serde_json::to_value(value).expect("it has a wire form"));
}

fn add_json(objects: &mut Objects, place: &'static str, json: Value) {
    let Value::Object(fields) = json else {
        panic!("{json} has no fields")
    };
    for nested in fields.values().filter(|value| value.is_object()) {
        add_json(objects, "provider event", nested.clone());
    }
    let kind = fields["type"].as_str().expect("a kind").to_owned();
    objects.entry((place, kind)).or_default().push(fields);
}

/// What the core writes: arbitrary commands and events, and the errors of random runs.
fn written() -> Objects {
    let mut objects = Objects::new();
    arbitrary::<OrchestrationCommand>().for_each(|command| add(&mut objects, "command", &command));
    arbitrary::<ProviderEvent>().for_each(|event| add(&mut objects, "provider event", &event));
    arbitrary::<OrchestrationEvent>().for_each(|event| add(&mut objects, "event", &event));
    for seed in 0..RUNS {
        let mut walk = Walk::new(Subject::CORE);
        for step in RandomSteps::new(seed).take(STEPS) {
            if let Err(error) = walk.take(step).decided {
                add(&mut objects, "error", &error);
            }
        }
    }
    objects
}

fn kinds(objects: &Objects, place: &str) -> BTreeSet<String> {
    let of_place = objects.keys().filter(|(other, _)| *other == place);
    of_place.map(|(_, kind)| kind.clone()).collect()
}

fn named(name: &str) -> &'static Field {
    Field::named(name).unwrap_or_else(|| panic!("{name} is not in the table"))
}

fn is_uuid(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Uuid::try_parse(text).is_ok())
}

#[test]
fn nothing_is_left_out_of_what_the_table_is_held_against() {
    let objects = written();
    for (place, expected) in [
        ("command", OrchestrationCommand::KINDS),
        ("provider event", ProviderEvent::KINDS),
        ("event", OrchestrationEvent::KINDS),
        ("error", DeciderError::KINDS),
    ] {
        let expected: BTreeSet<_> = expected.iter().map(|kind| (*kind).to_owned()).collect();
        assert_eq!(kinds(&objects, place), expected, "{place}");
    }
}

#[test]
fn the_table_has_the_fields_that_are_written_and_no_others_and_each_once() {
    let objects = written();
    let written: BTreeSet<_> = objects
        .values()
        .flatten()
        .flat_map(Map::keys)
        .map(String::as_str)
        .collect();
    let names: BTreeSet<_> = FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(written, names);
    assert_eq!(names.len(), FIELDS.len(), "a field stands twice");
}

#[test]
fn a_field_holds_what_the_table_says() {
    for object in written().values().flatten() {
        for (name, value) in object {
            let is_held = match named(name).holds {
                Holds::Id(Id::ToolCall) | Holds::IdOrWord(_) | Holds::Kind | Holds::Name(_) | Holds::Text(_) => {
                    value.is_string()
                }
                Holds::Id(_) => is_uuid(value),
                Holds::Choice => value.is_string() || value.is_boolean(),
                Holds::Count => value.is_u64(),
                Holds::Time(_) => value
                    .as_str()
                    .is_some_and(|text| text.parse::<chrono::DateTime<chrono::Utc>>().is_ok()),
                Holds::Fields => value.is_object(),
            };
            assert!(
                is_held,
                "{name}: {value} is not what the table says: {:?}",
                named(name).holds
            );
        }
    }
}

#[test]
fn a_field_that_is_always_a_uuid_in_some_kind_is_an_id_in_the_table() {
    for ((place, kind), objects) in &written() {
        let names: BTreeSet<_> = objects.iter().flat_map(Map::keys).collect();
        for name in names {
            let mut values = objects.iter().filter_map(|object| object.get(name));
            if values.all(is_uuid) {
                let is_id = matches!(named(name).holds, Holds::Id(_) | Holds::IdOrWord(_));
                assert!(
                    is_id,
                    "{name} of the {place} {kind} is always a UUID, and no id by the table"
                );
            }
        }
    }
}

#[test]
fn a_choice_is_one_of_a_few_words() {
    const MOST: usize = 6;
    let objects = written();
    for field in FIELDS.iter().filter(|field| field.holds == Holds::Choice) {
        let values = objects.values().flatten().filter_map(|object| object.get(field.name));
        let words: BTreeSet<_> = values.map(ToString::to_string).collect();
        assert!((2..=MOST).contains(&words.len()), "{}: {words:?}", field.name);
    }
}

#[test]
fn a_field_is_optional_if_it_is_absent_from_some_of_a_kind_and_present_in_others() {
    let mut optional = BTreeSet::new();
    for objects in written().values() {
        let names: BTreeSet<_> = objects.iter().flat_map(Map::keys).cloned().collect();
        let is_absent = |name: &String| objects.iter().any(|object| !object.contains_key(name));
        optional.extend(names.into_iter().filter(is_absent));
    }
    let expected = FIELDS.iter().filter(|field| field.is_optional);
    assert_eq!(optional, expected.map(|field| field.name.to_owned()).collect());
}

#[test]
fn the_simplest_text_of_a_field_is_read_wherever_a_command_has_the_field() {
    let objects = written();
    for field in FIELDS {
        let Some(simplest) = field.simplest() else { continue };
        for ((place, kind), objects) in &objects {
            let mut first = objects.first().expect("it has an example").clone();
            if !first.contains_key(field.name) {
                continue;
            }
            first.insert(field.name.to_owned(), Value::from(simplest));
            let json = Value::Object(first);
            let is_read = match *place {
                "command" => serde_json::from_value::<OrchestrationCommand>(json).is_ok(),
                "provider event" => serde_json::from_value::<ProviderEvent>(json).is_ok(),
                "event" => serde_json::from_value::<OrchestrationEvent>(json).is_ok(),
                _ => serde_json::from_value::<DeciderError>(json).is_ok(),
            };
            assert!(
                is_read,
                "{} of the {place} {kind} is not read as {simplest:?}",
                field.name
            );
        }
    }
}

#[test]
fn the_examples_of_the_core_have_no_other_fields() {
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/snapshots");
    let mut seen = 0;
    for folder in ["commands", "provider_events", "events", "errors"] {
        for entry in fs::read_dir(snapshots.join(folder)).expect("the folder is there") {
            let path = entry.expect("it is listed").path();
            let text = fs::read_to_string(&path).expect("it can be read");
            let (_, json) = text.rsplit_once("---\n").expect("a head, and then the example");
            let example: Map<String, Value> = serde_json::from_str(json).expect("it is JSON");
            for (name, value) in &example {
                let is_id = matches!(named(name).holds, Holds::Id(_) | Holds::IdOrWord(_));
                assert!(is_id || !is_uuid(value), "{name} in {}", path.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 60, "only {seen} examples");
}
