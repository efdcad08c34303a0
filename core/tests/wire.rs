//! The wire form of everything, held by golden files: a change of one is a breaking change.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use crate::common;
use crate::common::conversation::whole_conversation;
use crate::common::examples::{self, Example};
use crate::common::{EARLIER, NOW, THREAD};
use insta::assert_snapshot;
use orchestration::commands::DeleteThread;
use orchestration::events::ThreadDeleted;
use orchestration::read_model::{Decision, MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus, TurnStatus};
use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, ProviderEvent, ReplayError, Snapshot, SnapshotOfAnotherLog,
    SnapshotVersionMismatch, StoredEvent, UnknownEventKind,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Compares the wire form of every example with its golden file in a folder, and reads it back.
#[track_caller]
fn assert_golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(folder: &str, examples: &[Example<T>]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, example) in examples {
            let text = serde_json::to_string_pretty(example).expect("an example has a wire form");
            assert_snapshot!(*name, text);
            let read: T = serde_json::from_str(&text).expect("a golden text is read");
            assert_eq!(&read, example);
        }
    });
}

/// A folder holds the golden files of these examples and no others: none is left behind by a variant that is gone.
#[track_caller]
fn assert_no_other_golden<T>(folder: &str, examples: &[Example<T>]) {
    let expected: BTreeSet<String> = examples.iter().map(|(name, _)| format!("{name}.snap")).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(folder);
    let files = fs::read_dir(path).expect("the folder is there");
    let found: BTreeSet<String> = files
        .map(|file| {
            file.expect("it can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(found, expected, "golden files of {folder}");
}

/// Every kind has an example, in the order of the variants, and `kind()` is the wire `type`.
#[track_caller]
fn assert_kinds<T: Serialize>(kinds: &[&str], kind: impl Fn(&T) -> &'static str, examples: &[Example<T>]) {
    let mut shown: Vec<&str> = examples.iter().map(|(_, example)| kind(example)).collect();
    shown.dedup();
    assert_eq!(shown, kinds);
    for (name, example) in examples {
        assert_eq!(json(example)["type"], kind(example), "{name}");
        assert!(name.starts_with(kind(example)), "{name} is named after its kind");
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("it has a wire form")
}

#[test]
fn every_command_has_its_golden_form() {
    assert_golden("commands", &examples::commands());
    assert_no_other_golden("commands", &examples::commands());
    assert_kinds(
        OrchestrationCommand::KINDS,
        OrchestrationCommand::kind,
        &examples::commands(),
    );
}

#[test]
fn every_provider_event_has_its_golden_form() {
    assert_golden("provider_events", &examples::provider_events());
    assert_no_other_golden("provider_events", &examples::provider_events());
    assert_kinds(ProviderEvent::KINDS, ProviderEvent::kind, &examples::provider_events());
}

#[test]
fn every_event_has_its_golden_form() {
    assert_golden("events", &examples::events());
    assert_no_other_golden("events", &examples::events());
    assert_kinds(OrchestrationEvent::KINDS, OrchestrationEvent::kind, &examples::events());
}

#[test]
fn every_error_has_its_golden_form() {
    assert_golden("errors", &examples::errors());
    assert_no_other_golden("errors", &examples::errors());
    assert_kinds(DeciderError::KINDS, DeciderError::kind, &examples::errors());
}

#[test]
fn every_provider_event_has_the_same_form_inside_its_command() {
    for (name, event) in examples::provider_events() {
        let command = OrchestrationCommand::from(common::ingest(event.clone()));
        let form = json(&command);
        assert_eq!(form["event"], json(&event), "{name}");
        assert_eq!(
            serde_json::from_value::<OrchestrationCommand>(form).expect("it is read"),
            command
        );
    }
}

#[test]
fn every_status_role_mode_and_decision_has_its_golden_form() {
    let words = json!({
        "message_role": MessageRole::ALL,
        "runtime_mode": RuntimeMode::ALL,
        "thread_status": ThreadStatus::ALL,
        "tool_call_status": ToolCallStatus::ALL,
    });
    assert_golden("values", &[("words", words)]);
    let failed = |code: Option<&str>| TurnStatus::Failed {
        message: "the context is full".into(),
        code: code.map(Into::into),
    };
    let turn_statuses = vec![
        TurnStatus::Running,
        TurnStatus::Completed,
        TurnStatus::Interrupted,
        failed(Some("context_length")),
        failed(None),
    ];
    assert_golden("values", &[("turn_statuses", turn_statuses)]);
    let rejected = |reason: Option<&str>| Decision::Rejected {
        reason: reason.map(Into::into),
    };
    let decisions = vec![
        Decision::Pending,
        Decision::Approved,
        rejected(Some("not that file")),
        rejected(None),
        Decision::Cancelled,
    ];
    assert_golden("values", &[("decisions", decisions)]);
}

#[test]
fn every_word_of_a_status_role_or_mode_is_read_back() {
    fn assert_read_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(all: &[T]) {
        let read: Vec<T> = serde_json::from_value(json(&all)).expect("the words are read");
        assert_eq!(read, all);
    }
    assert_read_back(ThreadStatus::ALL);
    assert_read_back(RuntimeMode::ALL);
    assert_read_back(MessageRole::ALL);
    assert_read_back(ToolCallStatus::ALL);
}

#[test]
fn a_model_a_snapshot_and_a_stored_event_have_their_golden_forms() {
    let engine = whole_conversation();
    let stored = StoredEvent {
        sequence: 7,
        event: ThreadDeleted {
            thread_id: THREAD,
            at: EARLIER,
        }
        .into(),
        stored_at: NOW,
    };
    assert_golden("models", &[("stored_event", stored)]);
    assert_golden("models", &[("model", engine.live.model.clone())]);
    assert_golden(
        "models",
        &[("empty_snapshot", Snapshot::default()), ("snapshot", engine.live)],
    );
}

#[test]
fn the_errors_of_replaying_have_their_golden_forms() {
    let gap = ReplayError::SequenceGap { expected: 5, found: 7 };
    let repeated = ReplayError::SequenceRepeated { expected: 5, found: 4 };
    assert_golden(
        "errors_of_replay",
        &[("sequence_gap", gap), ("sequence_repeated", repeated)],
    );
    let mismatch = SnapshotVersionMismatch { expected: 1, found: 2 };
    assert_golden("errors_of_replay", &[("snapshot_version_mismatch", mismatch)]);
    let of_another_log = SnapshotOfAnotherLog {
        sequence: 5,
        expected: Some(EARLIER),
        found: Some(NOW),
    };
    let of_no_time = SnapshotOfAnotherLog {
        expected: None,
        found: None,
        ..of_another_log
    };
    assert_golden(
        "errors_of_replay",
        &[
            ("snapshot_of_another_log", of_another_log),
            ("snapshot_of_another_log_without_times", of_no_time),
        ],
    );
    let unknown = UnknownEventKind {
        sequence: 7,
        kind: "thread_archived".to_owned(),
    };
    assert_golden("errors_of_replay", &[("unknown_event_kind", unknown)]);
}

/// Adds a field to an object.
fn with_field(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

#[test]
fn every_event_accepts_a_field_that_a_newer_writer_added() {
    for (name, event) in examples::events() {
        let newer = with_field(json(&event), "added_later", json!({"deep": [1, null]}));
        assert_eq!(
            serde_json::from_value::<OrchestrationEvent>(newer).ok(),
            Some(event),
            "{name}"
        );
    }
}

#[test]
fn every_command_and_provider_event_refuses_an_unknown_field_and_names_it() {
    let commands = examples::commands()
        .into_iter()
        .map(|(name, command)| (name, json(&command)));
    let nested = examples::provider_events().into_iter().map(|(name, event)| {
        let event = with_field(json(&event), "mispelt", json!(1));
        let outer = json(&OrchestrationCommand::from(common::ingest(
            orchestration::provider_event::TurnComplete {},
        )));
        (name, with_field(outer, "event", event))
    });
    let misspelt = commands
        .map(|(name, form)| (name, with_field(form, "mispelt", json!(1))))
        .chain(nested);
    for (name, form) in misspelt {
        let error = serde_json::from_value::<OrchestrationCommand>(form).expect_err(name);
        assert!(error.to_string().contains("unknown field `mispelt`"), "{name}: {error}");
    }
}

/// For every example without optional fields, and its twin that has them: `null` reads as absent.
#[track_caller]
fn assert_null_is_absence<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    examples: &[Example<T>],
    expected: &[&str],
) {
    let mut optional = Vec::new();
    for (name, example) in examples {
        let Some((kind, _)) = name.split_once("_without_") else {
            continue;
        };
        let twin = examples
            .iter()
            .find(|(name, _)| *name == kind)
            .map(|(_, twin)| json(twin));
        let (twin, absent) = (twin.expect("a twin with the field"), json(example));
        let fields = twin.as_object().expect("an object").keys();
        for field in fields.filter(|field| absent.get(field).is_none()) {
            let null = with_field(absent.clone(), field, Value::Null);
            assert_eq!(&serde_json::from_value::<T>(null).expect("null is read"), example);
            optional.push(format!("{kind}.{field}"));
        }
    }
    assert_eq!(optional, expected);
}

#[test]
fn null_is_accepted_for_every_optional_field() {
    assert_null_is_absence(
        &examples::commands(),
        &[
            "create_thread.model",
            "reject_pending_action.reason",
            "create_checkpoint.description",
        ],
    );
    assert_null_is_absence(
        &examples::provider_events(),
        &["awaiting_approval.tool_call_id", "error.code"],
    );
    assert_null_is_absence(
        &examples::events(),
        &[
            "thread_created.model",
            "turn_failed.code",
            "approval_requested.tool_call_id",
            "pending_action_rejected.reason",
            "checkpoint_created.description",
        ],
    );
}

#[test]
fn a_time_with_an_offset_is_converted_to_utc() {
    let text = r#"{"type":"delete_thread","thread_id":"00000000-0000-0000-0000-000000000011","at":"2026-01-01T02:01:00+02:00"}"#;
    let command: OrchestrationCommand = serde_json::from_str(text).expect("an offset is read");
    let expected = DeleteThread {
        thread_id: THREAD,
        at: NOW,
    };
    assert_eq!(command, expected.into());
    assert_eq!(json(&command)["at"], "2026-01-01T00:01:00Z");
}

#[test]
fn a_time_keeps_its_nanoseconds() {
    let at = NOW + chrono::TimeDelta::nanoseconds(1);
    let command = OrchestrationCommand::from(DeleteThread { thread_id: THREAD, at });
    assert_eq!(json(&command)["at"], "2026-01-01T00:01:00.000000001Z");
    assert_eq!(
        serde_json::from_value::<OrchestrationCommand>(json(&command)).ok(),
        Some(command)
    );
}

#[test]
fn every_error_is_displayed_with_all_that_its_wire_form_tells() {
    let displayed: Vec<String> = examples::errors().iter().map(|(_, error)| error.to_string()).collect();
    for ((name, error), text) in examples::errors().iter().zip(&displayed) {
        for (field, value) in json(error).as_object().expect("an object") {
            let value = value.as_str().expect("a string").replace('_', " ");
            assert!(field == "type" || text.contains(&value), "{name}: {field} in {text:?}");
        }
    }
    assert_snapshot!(displayed.join("\n").replace("00000000-0000-0000-0000-0000000000", ""), @"
    project 01 already exists
    path /repo is taken by project 01
    project 01 does not exist
    thread 11 already exists
    thread 11 does not exist
    thread 11 is awaiting approval: expected it to be idle
    turn 21 already exists in thread 11
    thread 11 has no active turn
    turn 21 is not the active turn of thread 11: expected 22
    no approval of action 41 is pending in turn 21 of thread 11
    message 32 in turn 21 of thread 11 has the role assistant: a piece of the role reasoning cannot go on with it
    tool call call-1 already exists in turn 21 of thread 11
    tool call call-1 does not exist in turn 21 of thread 11
    tool call call-1 in turn 21 of thread 11 is cancelled: expected it to be open
    tool call call-1 in turn 21 of thread 11 awaits an approval
    action 41 already exists in turn 21 of thread 11
    checkpoint 51 already exists in thread 11
    checkpoint 51 does not exist in thread 11
    branch fix/build already exists in project 01
    thread 11 is on no branch
    ");
}
