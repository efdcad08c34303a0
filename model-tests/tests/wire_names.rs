//! The names of the wire form, from a list of the harness's own: each kind, each of its fields, and what a field takes.
//!
//! The list stands here a second time on purpose. What stores and clients hold is written in these names: one that changes
//! breaks them, whatever the core's own tables say.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::{Arbitrary, Unstructured};
use model_tests::generate::{RandomSteps, Step, Walk, word};
use model_tests::subject::Subject;
use orchestration::{
    BranchName, DeciderError, GitRef, Label, NonBlank, OrchestrationCommand, OrchestrationEvent, ProjectPath,
    ProviderEvent, ThreadId, ToolCallId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A kind, and its fields but for `type`, each with what it takes; a `?` behind a name says that it may be absent.
const COMMANDS: &str = "
    create_project project_id:uuid path:path name:label at:time
    rename_project project_id:uuid name:label at:time
    delete_project project_id:uuid at:time
    create_thread thread_id:uuid project_id:uuid title:label provider:label model?:label runtime_mode:mode at:time
    select_thread thread_id:uuid at:time
    delete_thread thread_id:uuid at:time
    start_turn thread_id:uuid turn_id:uuid message_id:uuid prompt:note at:time
    interrupt_turn thread_id:uuid turn_id:uuid at:time
    approve_pending_action thread_id:uuid turn_id:uuid action_id:uuid at:time
    reject_pending_action thread_id:uuid turn_id:uuid action_id:uuid reason?:text at:time
    ingest_provider_event thread_id:uuid turn_id:uuid event:fields at:time
    create_checkpoint thread_id:uuid checkpoint_id:uuid git_ref:ref description?:note at:time
    restore_checkpoint thread_id:uuid checkpoint_id:uuid at:time
    create_branch thread_id:uuid branch:branch at:time
    commit_changes thread_id:uuid message:note at:time
    push_branch thread_id:uuid at:time";

const PROVIDER_EVENTS: &str = "
    text_delta message_id:uuid text:text
    thinking_delta message_id:uuid text:text
    tool_call tool_call_id:call name:label input:text
    tool_result tool_call_id:call output:text is_error:flag
    awaiting_approval action_id:uuid tool_call_id?:call description:text
    turn_complete
    error message:text code?:text";

const EVENTS: &str = "
    project_created project_id:uuid path:path name:label at:time
    project_renamed project_id:uuid name:label at:time
    project_deleted project_id:uuid at:time
    thread_created thread_id:uuid project_id:uuid title:label provider:label model?:label runtime_mode:mode at:time
    thread_selected thread_id:uuid at:time
    thread_deleted thread_id:uuid at:time
    thread_status_changed thread_id:uuid from:status to:status at:time
    turn_started thread_id:uuid turn_id:uuid message_id:uuid prompt:note at:time
    turn_interrupted thread_id:uuid turn_id:uuid at:time
    turn_completed thread_id:uuid turn_id:uuid at:time
    turn_failed thread_id:uuid turn_id:uuid message:text code?:text at:time
    message_appended thread_id:uuid turn_id:uuid message_id:uuid role:role text:text at:time
    message_chunk_received thread_id:uuid turn_id:uuid message_id:uuid text:text at:time
    tool_call_started thread_id:uuid turn_id:uuid tool_call_id:call name:label input:text at:time
    tool_call_ended thread_id:uuid turn_id:uuid tool_call_id:call output:text is_error:flag at:time
    approval_requested thread_id:uuid turn_id:uuid action_id:uuid tool_call_id?:call description:text at:time
    pending_action_approved thread_id:uuid turn_id:uuid action_id:uuid at:time
    pending_action_rejected thread_id:uuid turn_id:uuid action_id:uuid reason?:text at:time
    checkpoint_created thread_id:uuid checkpoint_id:uuid git_ref:ref description?:note turn_count:count at:time
    checkpoint_restored thread_id:uuid checkpoint_id:uuid turn_count:count at:time
    branch_created thread_id:uuid branch:branch at:time
    changes_committed thread_id:uuid branch:branch message:note at:time
    branch_pushed thread_id:uuid branch:branch at:time";

const ERRORS: &str = "
    project_already_exists project_id:uuid
    duplicate_project_path path:path project_id:uuid
    project_not_found project_id:uuid
    thread_already_exists thread_id:uuid
    thread_not_found thread_id:uuid
    thread_not_idle thread_id:uuid status:status
    turn_already_exists thread_id:uuid turn_id:uuid
    no_active_turn thread_id:uuid
    turn_mismatch thread_id:uuid expected:uuid found:uuid
    action_not_pending thread_id:uuid turn_id:uuid action_id:uuid
    message_role_mismatch thread_id:uuid turn_id:uuid message_id:uuid expected:role found:role
    tool_call_already_exists thread_id:uuid turn_id:uuid tool_call_id:call
    tool_call_not_found thread_id:uuid turn_id:uuid tool_call_id:call
    tool_call_already_ended thread_id:uuid turn_id:uuid tool_call_id:call status:call_status
    tool_call_awaiting_approval thread_id:uuid turn_id:uuid tool_call_id:call
    action_already_exists thread_id:uuid turn_id:uuid action_id:uuid
    checkpoint_already_exists thread_id:uuid checkpoint_id:uuid
    checkpoint_not_found thread_id:uuid checkpoint_id:uuid
    branch_already_exists project_id:uuid branch:branch
    no_branch thread_id:uuid";

/// How many words are put into each field.
const WORDS: u64 = 200;

/// The words that a field takes which takes no others, each behind the name by which the list calls them.
const CHOICES: [(&str, &[&str]); 4] = [
    ("mode", &["full_access", "supervised"]),
    ("status", &["idle", "running", "awaiting_approval"]),
    ("role", &["user", "assistant", "reasoning"]),
    ("call_status", &["open", "succeeded", "failed", "cancelled"]),
];

/// The fields of each kind of a list: whether they may be absent, and what they take.
fn listed(list: &'static str) -> BTreeMap<&'static str, BTreeMap<&'static str, (bool, &'static str)>> {
    let line = |line: &'static str| {
        let mut words = line.split_whitespace();
        let fields = words.clone().skip(1).map(|field| {
            let (name, takes) = field.split_once(':').expect("a name and what it takes");
            (name.trim_end_matches('?'), (name.ends_with('?'), takes))
        });
        Some((words.next()?, fields.collect()))
    };
    list.lines().filter_map(line).collect()
}

/// Whether a field that takes such values takes a word; nothing if it takes no words, or words of another form.
fn is_taken(takes: &str, word: &str) -> Option<bool> {
    let choice = CHOICES.iter().find(|(name, _)| *name == takes);
    match takes {
        "uuid" => Some(word.parse::<ThreadId>().is_ok()),
        "path" => Some(ProjectPath::parse(word).is_ok()),
        "label" => Some(Label::parse(word).is_ok()),
        "note" => Some(NonBlank::parse(word).is_ok()),
        "ref" => Some(GitRef::parse(word).is_ok()),
        "branch" => Some(BranchName::parse(word).is_ok()),
        "call" => Some(ToolCallId::parse(word).is_ok()),
        "text" => Some(true),
        "flag" | "count" => Some(false),
        "time" | "fields" => None,
        _ => Some(choice.expect("the list says what it is").1.contains(&word)),
    }
}

fn json(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        other => panic!("{other:?} has no fields"),
    }
}

/// Some hundred values of each kind.
fn arbitrary<T: for<'a> Arbitrary<'a>>() -> Vec<T> {
    let values = (0..5_000_u32).map(|number| {
        let steps = RandomSteps::new(u64::from(number)).take(100);
        // The first bytes tell the kind, and are to be of any value.
        let kind = number.wrapping_mul(0x9E37_79B9).to_le_bytes();
        let bytes: Vec<u8> = kind.into_iter().chain(steps.flat_map(Step::to_bytes)).collect();
        T::arbitrary(&mut Unstructured::new(&bytes)).expect("the bytes suffice")
    });
    values.collect()
}

/// The refusals of random runs.
fn errors() -> Vec<DeciderError> {
    let runs = (0..400).flat_map(|seed| {
        let mut walk = Walk::new(Subject::CORE);
        let refusals = RandomSteps::new(seed)
            .take(50)
            .map(move |step| walk.take(step).decided.err());
        refusals.flatten().collect::<Vec<_>>()
    });
    runs.collect()
}

/// Holds values of all kinds against a list: names and fields are those of the list, and a field takes what it says.
fn assert_listed<T: Serialize + DeserializeOwned>(list: &'static str, kind: fn(&T) -> &'static str, values: &[T]) {
    let listed = listed(list);
    let mut seen = BTreeSet::new();
    for value in values {
        let (fields, kind) = (json(value), kind(value));
        assert_eq!(fields.get("type").and_then(Value::as_str), Some(kind));
        let expected = listed.get(kind).unwrap_or_else(|| panic!("{kind} is not in the list"));
        for name in fields.keys().filter(|name| *name != "type") {
            assert!(
                expected.contains_key(name.as_str()),
                "{kind} has {name}, and not in the list"
            );
        }
        for (name, (is_optional, takes)) in expected {
            assert!(*is_optional || fields.contains_key(*name), "{kind} has no {name}");
            if seen.contains(kind) || !fields.contains_key(*name) {
                continue;
            }
            let is_read = |value: Value| {
                let mut fields = fields.clone();
                fields.insert((*name).to_owned(), value);
                serde_json::from_value::<T>(Value::Object(fields)).is_ok()
            };
            let words = (0..WORDS).map(word).chain(
                CHOICES
                    .iter()
                    .flat_map(|(_, words)| words.iter().map(|word| (*word).to_owned())),
            );
            for word in words {
                if let Some(expected) = is_taken(takes, &word) {
                    assert_eq!(
                        is_read(Value::from(word.as_str())),
                        expected,
                        "{name} of {kind}: {word:?}"
                    );
                }
            }
            assert!(
                !is_read(Value::from(-1)) && !is_read(Value::from(1.5)),
                "{name} of {kind}"
            );
        }
        seen.insert(kind);
    }
    assert!(
        seen.iter().eq(listed.keys()),
        "not all of these kinds were seen: {:?}",
        listed.keys()
    );
}

#[test]
fn commands_have_the_names_and_fields_of_the_list() {
    assert_listed(COMMANDS, OrchestrationCommand::kind, &arbitrary());
}

#[test]
fn provider_events_have_the_names_and_fields_of_the_list() {
    assert_listed(PROVIDER_EVENTS, ProviderEvent::kind, &arbitrary());
}

#[test]
fn events_have_the_names_and_fields_of_the_list() {
    assert_listed(EVENTS, OrchestrationEvent::kind, &arbitrary());
}

#[test]
fn errors_have_the_names_and_fields_of_the_list() {
    assert_listed(ERRORS, DeciderError::kind, &errors());
}

#[test]
fn an_error_is_displayed_with_the_values_of_all_its_fields() {
    for error in errors() {
        let displayed = error.to_string();
        for (name, value) in json(&error).iter().filter(|(name, _)| *name != "type") {
            let value = value.as_str().expect("a text");
            let is_told = displayed.contains(value) || displayed.contains(&value.replace('_', " "));
            assert!(
                is_told,
                "{}: {name} is {value}, and not told: {displayed}",
                error.kind()
            );
        }
    }
}
