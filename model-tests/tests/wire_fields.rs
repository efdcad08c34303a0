//! What a command or an event says of itself, beside what its JSON says.

use arbitrary::{Arbitrary, Unstructured};
use model_tests::generate::{RandomSteps, Step};
use orchestration::read_model::{Decision, MessageRole, ThreadStatus, ToolCallStatus, TurnStatus};
use orchestration::{
    BranchName, GitRef, Label, NonBlank, OrchestrationCommand, OrchestrationEvent, ProjectPath, Snapshot,
    SnapshotHeader, ThreadId, ToolCallId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// How many commands and how many events are looked at: some hundred of each kind.
const VALUES: u64 = 5_000;

fn arbitrary<T: for<'a> Arbitrary<'a>>() -> impl Iterator<Item = T> {
    (0..VALUES).map(|seed| {
        let bytes: Vec<u8> = RandomSteps::new(seed).take(100).flat_map(Step::to_bytes).collect();
        // The kind is told by the first bytes, which are to be of any value.
        let kind = u32::try_from(seed).unwrap_or_default().wrapping_mul(0x9E37_79B9);
        let bytes = [&kind.to_le_bytes()[..], &bytes].concat();
        T::arbitrary(&mut Unstructured::new(&bytes)).expect("the bytes suffice")
    })
}

/// The field of a value's JSON, as a value of its own.
fn field<T: DeserializeOwned>(json: &Value, name: &str) -> Option<T> {
    serde_json::from_value(json.get(name)?.clone()).ok()
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("it can be written")
}

#[test]
fn a_command_names_what_its_json_names() {
    let mut kinds = std::collections::BTreeSet::new();
    for command in arbitrary::<OrchestrationCommand>() {
        let json = json(&command);
        assert_eq!(Some(command.kind()), json["type"].as_str());
        assert_eq!(command.thread_id(), field(&json, "thread_id"), "{json}");
        assert_eq!(command.project_id(), field(&json, "project_id"), "{json}");
        assert_eq!(Some(command.at()), field(&json, "at"), "{json}");
        kinds.insert(command.kind());
    }
    assert!(
        kinds.iter().eq(OrchestrationCommand::KINDS
            .iter()
            .collect::<std::collections::BTreeSet<_>>())
    );
}

#[test]
fn an_event_names_what_its_json_names() {
    let mut kinds = std::collections::BTreeSet::new();
    for event in arbitrary::<OrchestrationEvent>() {
        let json = json(&event);
        assert_eq!(Some(event.kind()), json["type"].as_str());
        assert_eq!(event.thread_id(), field(&json, "thread_id"), "{json}");
        assert_eq!(Some(event.at()), field(&json, "at"), "{json}");
        kinds.insert(event.kind());
    }
    assert!(
        kinds.iter().eq(OrchestrationEvent::KINDS
            .iter()
            .collect::<std::collections::BTreeSet<_>>())
    );
}

#[test]
fn a_status_reads_as_it_is_written() {
    fn assert_reads(value: &(impl Serialize + ToString)) {
        let json = json(value);
        let word = json
            .as_str()
            .or(json["status"].as_str())
            .or(json["type"].as_str())
            .or(json["decision"].as_str());
        assert_eq!(Some(value.to_string().replace(' ', "_").as_str()), word, "{json}");
    }
    ThreadStatus::ALL.iter().for_each(assert_reads);
    ToolCallStatus::ALL.iter().for_each(assert_reads);
    MessageRole::ALL.iter().for_each(assert_reads);
    for status in arbitrary::<TurnStatus>() {
        assert_reads(&status);
    }
    for decision in arbitrary::<Decision>() {
        assert_reads(&decision);
    }
}

#[test]
fn a_snapshot_of_any_version_but_this_is_refused() {
    for version in (0..100).chain([u32::MAX - 1, u32::MAX]) {
        let snapshot = json!({"schema_version": version, "sequence": 0, "model": json(&Snapshot::default())["model"]});
        let header: SnapshotHeader = serde_json::from_value(snapshot.clone()).expect("it has a header");
        let is_read = serde_json::from_value::<Snapshot>(snapshot).is_ok();
        assert_eq!(header.check().is_ok(), version == Snapshot::SCHEMA_VERSION, "{version}");
        assert_eq!(is_read, version == Snapshot::SCHEMA_VERSION, "{version}");
    }
}

#[test]
fn whatever_is_no_string_is_refused_with_the_name_of_what_was_expected() {
    fn assert_named<T: DeserializeOwned>(value: &Value) {
        let name = std::any::type_name::<T>()
            .rsplit("::")
            .next()
            .expect("a type has a name");
        let error = serde_json::from_value::<T>(value.clone())
            .err()
            .map(|error| error.to_string());
        let error = error.unwrap_or_else(|| panic!("{name} takes {value}"));
        assert!(error.contains(name), "{name}: {error}");
    }
    for value in [json!(null), json!(true), json!(17), json!(1.5), json!([]), json!({})] {
        assert_named::<ThreadId>(&value);
        assert_named::<NonBlank>(&value);
        assert_named::<Label>(&value);
        assert_named::<ToolCallId>(&value);
        assert_named::<ProjectPath>(&value);
        assert_named::<BranchName>(&value);
        assert_named::<GitRef>(&value);
    }
}

#[test]
fn whatever_is_no_object_is_refused_with_what_was_expected() {
    fn expected<T: DeserializeOwned>(value: &Value) {
        let error = serde_json::from_value::<T>(value.clone())
            .err()
            .map(|error| error.to_string());
        let error = error.unwrap_or_else(|| panic!("{value} is taken"));
        let (_, expected) = error.split_once("expected ").unwrap_or_else(|| panic!("{error}"));
        assert!(!expected.is_empty(), "{error}");
    }
    for value in [json!(null), json!(true), json!(17), json!("text")] {
        expected::<OrchestrationCommand>(&value);
        expected::<OrchestrationEvent>(&value);
        expected::<Snapshot>(&value);
    }
}

#[test]
fn a_list_in_the_place_of_fields_is_refused_with_the_name_of_what_was_expected() {
    fn assert_named<T: DeserializeOwned>(kind: &str) {
        let error = serde_json::from_value::<T>(json!([kind]))
            .err()
            .map(|error| error.to_string());
        let error = error.unwrap_or_else(|| panic!("{kind} is taken without its fields"));
        let name = std::any::type_name::<T>()
            .rsplit("::")
            .next()
            .expect("a type has a name");
        assert!(
            error.ends_with(&format!("expected internally tagged enum {name}")),
            "{error}"
        );
    }
    for kind in OrchestrationCommand::KINDS {
        assert_named::<OrchestrationCommand>(kind);
    }
    for kind in OrchestrationEvent::KINDS {
        assert_named::<OrchestrationEvent>(kind);
    }
}
