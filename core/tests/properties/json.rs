//! Whatever is read, and however its fields are ordered and written: it is read alike, and an error names its field.

use std::collections::BTreeMap;
use std::fmt::Debug;

use arbitrary::{Arbitrary, Unstructured};
use orchestration::{OrchestrationCommand, OrchestrationEvent, ProviderEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error, MapDeserializer};
use serde_json::Value;

use super::bytes;

/// How many values of each sort are tried.
const VALUES: u64 = 1_500;

/// The name and the value of a field.
type Field = (String, Value);

/// The fields of an arbitrary value, its type first, and bytes by which to choose.
fn fields<T: for<'a> Arbitrary<'a> + Serialize>(number: u64) -> (T, Vec<Field>, impl FnMut(usize) -> usize) {
    let mut bytes = bytes(number);
    let value = T::arbitrary(&mut Unstructured::new(&bytes)).expect("a value is made of any bytes");
    let Ok(Value::Object(fields)) = serde_json::to_value(&value) else {
        panic!("it is an object");
    };
    let mut fields: Vec<Field> = fields.into_iter().collect();
    fields.sort_by_key(|(name, _)| name != "type");
    let choose = move |bound: usize| usize::from(bytes.pop().unwrap_or_default()) % bound.max(1);
    (value, fields, choose)
}

/// The fields, each on a line of its own behind the first; names are written with an escape, if they are to be.
fn written(fields: &[Field], is_escaped: bool) -> String {
    let line = |(name, value): &Field| {
        let first = name.chars().next().filter(|_| is_escaped).map(u32::from);
        let name = first.map_or_else(|| name.clone(), |first| format!("\\u{first:04x}{}", &name[1..]));
        format!("\"{name}\": {value}")
    };
    let lines: Vec<_> = fields.iter().map(line).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// Moves the type to another place.
fn move_type(fields: &mut [Field], place: usize) {
    fields[..=place].rotate_left(1);
}

fn assert_read<T>()
where
    T: for<'a> Arbitrary<'a> + Serialize + DeserializeOwned + PartialEq + Debug,
{
    for number in 0..VALUES {
        let (value, mut fields, mut choose) = fields::<T>(number);
        let place = if choose(2) == 0 { 0 } else { choose(fields.len()) };
        move_type(&mut fields, place);
        for is_escaped in [false, true] {
            let text = written(&fields, is_escaped);
            assert_eq!(serde_json::from_str::<T>(&text).as_ref().ok(), Some(&value), "{text}");
            assert_eq!(
                serde_json::from_reader::<_, T>(text.as_bytes()).as_ref().ok(),
                Some(&value),
                "{text}"
            );
            assert_errors(&mut fields.clone(), place, is_escaped, &mut choose, refusal::<T>);
        }
    }
}

fn refusal<T: DeserializeOwned + Debug>(text: &str) -> serde_json::Error {
    let read = [
        serde_json::from_str::<T>(text),
        serde_json::from_reader(text.as_bytes()),
    ];
    let [one, other] = read.map(|read| read.expect_err(text));
    // Of a text that is read bit by bit another column is told, but no other line.
    assert_eq!(one.line(), other.line(), "{text}");
    one
}

/// An error in one of the fields names it, and the line where it stands if the type stands first; a second type is one.
fn assert_errors(
    fields: &mut Vec<Field>,
    place_of_type: usize,
    is_escaped: bool,
    choose: &mut impl FnMut(usize) -> usize,
    refusal: fn(&str) -> serde_json::Error,
) {
    let place = choose(fields.len());
    if place != place_of_type {
        let mut wrong = fields.clone();
        wrong[place].1 = serde_json::json!([[7]]);
        let text = written(&wrong, is_escaped);
        let error = refusal(&text);
        let name = &wrong[place].0;
        assert!(
            error.to_string().contains(&format!("in field `{name}`: ")),
            "{error}\n{text}"
        );
        let line = if place_of_type == 0 { place + 2 } else { wrong.len() + 2 };
        assert_eq!(error.line(), line, "{error}\n{text}");
    }
    let second = fields[place_of_type].clone();
    fields.insert(place_of_type + 1 + choose(fields.len() - place_of_type), second);
    let error = refusal(&written(fields, is_escaped));
    assert!(error.to_string().contains("duplicate field `type`"), "{error}");
}

#[test]
fn a_command_is_read_alike_however_it_is_written_and_an_error_names_its_field() {
    assert_read::<OrchestrationCommand>();
}

#[test]
fn a_provider_event_is_read_alike_however_it_is_written_and_an_error_names_its_field() {
    assert_read::<ProviderEvent>();
}

#[test]
fn an_event_is_read_alike_however_it_is_written_and_an_error_names_its_field() {
    assert_read::<OrchestrationEvent>();
}

#[test]
fn an_object_whose_names_are_no_texts_is_refused_with_what_was_expected() {
    for number in 0..200 {
        let numbers: BTreeMap<u64, u64> = bytes(number)
            .chunks(8)
            .take(3)
            .map(|byte| (u64::from(byte[0]), 0))
            .collect();
        let names = || MapDeserializer::<_, Error>::new(numbers.clone().into_iter());
        let errors = [
            serde::Deserialize::deserialize(names()).map(|_: OrchestrationCommand| ()),
            serde::Deserialize::deserialize(names()).map(|_: OrchestrationEvent| ()),
            serde::Deserialize::deserialize(names()).map(|_: ProviderEvent| ()),
        ];
        for error in errors {
            let error = error.expect_err("a number is no name").to_string();
            assert!(error.ends_with("expected the name of a field"), "{error}");
        }
    }
}
