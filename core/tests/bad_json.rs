//! What is refused on the wire, and how the refusal names the place and the rule.

use crate::common;
use crate::common::conversation::whole_conversation;
use crate::common::examples::{self, Example};
use crate::common::known;
use insta::assert_snapshot;
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProviderEvent, StoredEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const THREAD: &str = "00000000-0000-0000-0000-000000000011";

/// Why a text is no value of the type.
#[track_caller]
pub fn refusal<T: DeserializeOwned>(text: &str) -> String {
    match serde_json::from_str::<T>(text) {
        Ok(_) => panic!("{text} should have been refused"),
        Err(error) => error.to_string(),
    }
}

/// Why the example of a command is refused once a field of it has another value.
#[track_caller]
fn command_with(kind: &str, field: &str, value: Value) -> String {
    let mut form = example(kind);
    form[field] = value;
    refusal::<OrchestrationCommand>(&form.to_string())
}

/// Why the example of a provider event is refused, inside its command, once a field of it has another value.
#[track_caller]
fn provider_event_with(kind: &str, field: &str, value: Value) -> String {
    let mut form = ingest(kind);
    form["event"][field] = value;
    refusal::<OrchestrationCommand>(&form.to_string())
}

#[track_caller]
fn example(kind: &str) -> Value {
    let command = examples::commands().into_iter().find(|(name, _)| *name == kind);
    serde_json::to_value(command.expect("there is an example").1).expect("it has a wire form")
}

#[track_caller]
fn ingest(kind: &str) -> Value {
    let event = examples::provider_events().into_iter().find(|(name, _)| *name == kind);
    let command = OrchestrationCommand::from(common::ingest(event.expect("there is an example").1));
    serde_json::to_value(command).expect("it has a wire form")
}

/// The form without one of its fields.
fn without(mut form: Value, field: &str) -> String {
    form.as_object_mut()
        .expect("an object")
        .remove(field)
        .expect("the field was there");
    form.to_string()
}

#[test]
fn an_unknown_type_is_refused_with_all_that_are_known() {
    assert_snapshot!(known(OrchestrationCommand::KINDS, &command_with("push_branch", "type", json!("push_branches"))), @"unknown variant `push_branches`, expected one of all that are known at line 1 column 102");
    assert_snapshot!(known(ProviderEvent::KINDS, &provider_event_with("turn_complete", "type", json!("turn_completed"))), @"in field `event`: unknown variant `turn_completed`, expected one of all that are known at line 1 column 194");
    assert_snapshot!(known(OrchestrationEvent::KINDS, &refusal::<OrchestrationEvent>(r#"{"type":"project_archived"}"#)), @"unknown variant `project_archived`, expected one of all that are known at line 1 column 26");
}

#[test]
fn a_missing_type_is_refused() {
    assert_snapshot!(refusal::<OrchestrationCommand>("{}"), @"missing field `type` at line 1 column 2");
    assert_snapshot!(refusal::<OrchestrationCommand>(&without(example("push_branch"), "type")), @"missing field `type` at line 1 column 80");
    let mut form = ingest("turn_complete");
    form["event"] = json!({});
    assert_snapshot!(refusal::<OrchestrationCommand>(&form.to_string()), @"in field `event`: missing field `type` at line 1 column 171");
}

#[test]
fn a_type_that_is_no_string_is_refused() {
    assert_snapshot!(command_with("push_branch", "type", json!(7)), @"invalid type: integer `7`, expected variant identifier at line 1 column 88");
}

#[test]
fn what_is_no_object_is_refused() {
    assert_snapshot!(refusal::<OrchestrationCommand>("null"), @"invalid type: null, expected internally tagged enum OrchestrationCommand at line 1 column 4");
    assert_snapshot!(refusal::<OrchestrationCommand>("7"), @"invalid type: integer `7`, expected internally tagged enum OrchestrationCommand at line 1 column 1");
    assert_snapshot!(refusal::<OrchestrationCommand>(r#""push_branch""#), @r#"invalid type: string "push_branch", expected internally tagged enum OrchestrationCommand at line 1 column 13"#);
    assert_snapshot!(refusal::<OrchestrationCommand>(""), @"EOF while parsing a value at line 1 column 0");
    assert_snapshot!(command_with("ingest_provider_event", "event", json!("turn_complete")), @r#"in field `event`: invalid type: string "turn_complete", expected internally tagged enum ProviderEvent at line 1 column 184"#);
    assert_snapshot!(command_with("ingest_provider_event", "event", Value::Null), @"in field `event`: invalid type: null, expected internally tagged enum ProviderEvent at line 1 column 173");
}

#[test]
fn an_array_of_the_fields_is_refused() {
    let fields = format!(r#"["push_branch","{THREAD}","2026-01-01T00:00:00Z"]"#);
    assert_snapshot!(refusal::<OrchestrationCommand>(&fields), @"invalid type: sequence, expected internally tagged enum OrchestrationCommand at line 1 column 1");
}

#[test]
fn a_missing_field_is_refused_by_name() {
    assert_snapshot!(refusal::<OrchestrationCommand>(&without(example("start_turn"), "prompt")), @"missing field `prompt` at line 1 column 201");
    assert_snapshot!(refusal::<OrchestrationCommand>(&without(example("start_turn"), "at")), @"missing field `at` at line 1 column 209");
    let mut form = ingest("tool_result");
    form["event"].as_object_mut().expect("an object").remove("is_error");
    assert_snapshot!(refusal::<OrchestrationCommand>(&form.to_string()), @"in field `event`: missing field `is_error` at line 1 column 231");
}

/// Every optional field, with the example that shows it.
const OPTIONAL: [&str; 10] = [
    "create_thread.model",
    "reject_pending_action.reason",
    "create_checkpoint.description",
    "thread_created.model",
    "turn_failed.code",
    "approval_requested.tool_call_id",
    "pending_action_rejected.reason",
    "checkpoint_created.description",
    "awaiting_approval.tool_call_id",
    "error.code",
];

/// Every field of every example is required, but for the optional ones.
#[track_caller]
fn assert_required<T: Serialize + DeserializeOwned>(examples: &[Example<T>]) {
    for (name, example) in examples {
        let form = serde_json::to_value(example).expect("it has a wire form");
        for field in form.as_object().expect("an object").keys() {
            let expected =
                (!OPTIONAL.contains(&format!("{name}.{field}").as_str())).then(|| format!("missing field `{field}`"));
            let read =
                serde_json::from_str::<Value>(&without(form.clone(), field)).and_then(serde_json::from_value::<T>);
            assert_eq!(read.err().map(|error| error.to_string()), expected, "{name}");
        }
    }
}

#[test]
fn every_field_of_every_command_provider_event_and_event_is_required_unless_it_is_optional() {
    assert_required(&examples::commands());
    assert_required(&examples::provider_events());
    assert_required(&examples::events());
}

#[test]
fn a_field_of_the_wrong_type_is_refused_by_name() {
    assert_snapshot!(command_with("start_turn", "prompt", json!(7)), @"in field `prompt`: invalid type: integer `7`, expected a string (NonBlank) at line 1 column 212");
    assert_snapshot!(command_with("start_turn", "turn_id", json!(null)), @"in field `turn_id`: invalid type: null, expected a string (TurnId) at line 1 column 203");
    assert_snapshot!(command_with("create_thread", "runtime_mode", json!("root")), @"in field `runtime_mode`: unknown variant `root`, expected `full_access` or `supervised` at line 1 column 237");
    assert_snapshot!(command_with("start_turn", "at", json!("yesterday")), @"in field `at`: no RFC 3339 time with an offset: input contains invalid characters at line 1 column 226");
    assert_snapshot!(command_with("start_turn", "at", json!("2026-01-01T00:00:00")), @"in field `at`: no RFC 3339 time with an offset: premature end of input at line 1 column 236");
    assert_snapshot!(command_with("start_turn", "at", json!(1_767_225_600)), @"in field `at`: no RFC 3339 time with an offset: invalid type: integer `1767225600`, expected an RFC 3339 formatted date and time string at line 1 column 225");
    assert_snapshot!(provider_event_with("tool_result", "is_error", json!("no")), @r#"in field `event`: in field `is_error`: invalid type: string "no", expected a boolean at line 1 column 247"#);
    assert_snapshot!(provider_event_with("text_delta", "text", json!(["a"])), @"in field `event`: in field `text`: invalid type: sequence, expected a string (Text) at line 1 column 255");
}

#[test]
fn an_unknown_field_of_a_command_or_provider_event_is_refused_with_those_that_are_known() {
    assert_snapshot!(command_with("reject_pending_action", "raeson", json!("no")), @"unknown field `raeson`, expected one of `thread_id`, `turn_id`, `action_id`, `reason`, `at` at line 1 column 250");
    assert_snapshot!(command_with("push_branch", "force", json!(true)), @"unknown field `force`, expected `thread_id` or `at` at line 1 column 114");
    assert_snapshot!(provider_event_with("turn_complete", "usage", json!({})), @"in field `event`: unknown field `usage`, there are no fields at line 1 column 204");
    assert_snapshot!(provider_event_with("error", "kode", json!("x")), @"in field `event`: unknown field `kode`, expected `message` or `code` at line 1 column 252");
}

#[test]
fn an_ill_formed_uuid_is_refused_by_name() {
    assert_snapshot!(command_with("push_branch", "thread_id", json!("thread-1")), @r#"in field `thread_id`: ThreadId "thread-1" is no UUID: invalid character: found `t` at 0 at line 1 column 73"#);
    assert_snapshot!(command_with("push_branch", "thread_id", json!("")), @r#"in field `thread_id`: ThreadId "" is no UUID: invalid length: found 0 at line 1 column 65"#);
    assert_snapshot!(provider_event_with("awaiting_approval", "action_id", json!("1")), @r#"in field `event`: in field `action_id`: ActionId "1" is no UUID: invalid length: found 1 at line 1 column 269"#);
}

#[test]
fn a_blank_name_title_prompt_or_message_is_refused_by_name() {
    assert_snapshot!(command_with("create_project", "name", json!("")), @r#"in field `name`: Label "" is blank: expected something other than white space at line 1 column 130"#);
    assert_snapshot!(command_with("create_thread", "title", json!(" \t\n")), @r#"in field `title`: Label " \t\n" is blank: expected something other than white space at line 1 column 235"#);
    assert_snapshot!(command_with("create_thread", "model", json!(" ")), @r#"in field `model`: Label " " is blank: expected something other than white space at line 1 column 239"#);
    assert_snapshot!(command_with("start_turn", "prompt", json!(" ")), @r#"in field `prompt`: NonBlank " " is blank: expected something other than white space at line 1 column 214"#);
    assert_snapshot!(command_with("commit_changes", "message", json!("\u{2003}")), @r#"in field `message`: NonBlank "\u{2003}" is blank: expected something other than white space at line 1 column 120"#);
    assert_snapshot!(provider_event_with("tool_call", "name", json!("")), @r#"in field `event`: in field `name`: Label "" is blank: expected something other than white space at line 1 column 245"#);
}

#[test]
fn a_name_or_title_with_a_control_character_is_refused_by_name() {
    assert_snapshot!(command_with("create_project", "name", json!("core\u{1b}[2J")), @r#"in field `name`: Label "core\u{1b}[2J" holds the control character '\u{1b}': expected none at line 1 column 143"#);
    assert_snapshot!(command_with("rename_project", "name", json!("two\nlines")), @r#"in field `name`: Label "two\nlines" holds the control character '\n': expected none at line 1 column 125"#);
    assert_snapshot!(command_with("create_thread", "title", json!("a\u{85}b")), @r#"in field `title`: Label "a\u{85}b" holds the control character '\u{85}': expected none at line 1 column 234"#);
    assert_snapshot!(command_with("create_thread", "provider", json!("claude\0")), @r#"in field `provider`: Label "claude\0" holds the control character '\0': expected none at line 1 column 249"#);
    assert_snapshot!(command_with("create_thread", "model", json!("\u{7f}")), @r#"in field `model`: Label "\u{7f}" holds the control character '\u{7f}': expected none at line 1 column 239"#);
    assert_snapshot!(provider_event_with("tool_call", "name", json!("shell\r")), @r#"in field `event`: in field `name`: Label "shell\r" holds the control character '\r': expected none at line 1 column 252"#);
}

#[test]
fn a_name_that_is_too_long_is_refused_by_name() {
    assert_snapshot!(command_with("create_project", "name", json!("ü".repeat(513))), @r#"in field `name`: Label "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" is too long: expected at most 1024 bytes, found 1026 at line 1 column 1156"#);
}

#[test]
fn a_prompt_a_commit_message_and_a_description_may_be_long_and_have_control_characters() {
    let long = format!("two\nlines, and\ttabs{}", "\u{1b}".repeat(2000));
    for (kind, field) in [
        ("start_turn", "prompt"),
        ("commit_changes", "message"),
        ("create_checkpoint", "description"),
    ] {
        let mut form = example(kind);
        form[field] = json!(long);
        let read: OrchestrationCommand = serde_json::from_value(form.clone()).expect("it is not blank");
        assert_eq!(serde_json::to_value(read).ok(), Some(form));
    }
}

#[test]
fn an_ill_formed_path_is_refused_with_its_rule() {
    assert_snapshot!(command_with("create_project", "path", json!("repo")), @r#"in field `path`: ProjectPath "repo" is not absolute: expected /…, X:\…, X:/… or \\host\share… at line 1 column 133"#);
    assert_snapshot!(command_with("create_project", "path", json!("/a/../b")), @r#"in field `path`: ProjectPath "/a/../b" has a `..` segment: expected a path without one at line 1 column 136"#);
    assert_snapshot!(command_with("create_project", "path", json!("/a\0b")), @r#"in field `path`: ProjectPath "/a\0b" holds a NUL character: expected none at line 1 column 138"#);
    let long = format!("/{}", "a".repeat(5000));
    assert_snapshot!(command_with("create_project", "path", json!(long)), @r#"in field `path`: ProjectPath "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is too long: expected at most 4096 bytes, found 5001 at line 1 column 5130"#);
}

#[test]
fn an_ill_formed_branch_or_git_ref_is_refused_with_its_rule() {
    assert_snapshot!(command_with("create_branch", "branch", json!("a..b")), @r#"in field `branch`: BranchName "a..b" is no branch name: it holds `..` at line 1 column 119"#);
    assert_snapshot!(command_with("create_branch", "branch", json!("-x")), @r#"in field `branch`: BranchName "-x" is no branch name: it begins with `-` at line 1 column 117"#);
    assert_snapshot!(command_with("create_branch", "branch", json!("two words")), @r#"in field `branch`: BranchName "two words" is no branch name: it holds ' ': expected no space, control character or any of ~^:?*[\ at line 1 column 124"#);
    assert_snapshot!(command_with("create_checkpoint", "git_ref", json!("a b")), @r#"in field `git_ref`: GitRef "a b" has white space or a control character: expected neither at line 1 column 213"#);
    assert_snapshot!(command_with("create_checkpoint", "git_ref", json!("")), @r#"in field `git_ref`: GitRef "" is blank: expected something other than white space at line 1 column 210"#);
}

#[test]
fn an_empty_or_too_long_tool_call_id_is_refused_with_its_rule() {
    assert_snapshot!(provider_event_with("tool_call", "tool_call_id", json!("")), @r#"in field `event`: in field `tool_call_id`: ToolCallId "" is empty: expected at least one character at line 1 column 244"#);
    assert_snapshot!(provider_event_with("tool_call", "tool_call_id", json!("c".repeat(1025))), @r#"in field `event`: in field `tool_call_id`: ToolCallId "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" is too long: expected at most 1024 bytes, found 1025 at line 1 column 1269"#);
}

#[test]
fn a_field_given_twice_is_refused_by_name() {
    let twice = |field: &str| {
        let form = example("push_branch").to_string();
        refusal::<OrchestrationCommand>(&form.replacen('{', &format!("{{{field},"), 1))
    };
    assert_snapshot!(twice(&format!(r#""thread_id":"{THREAD}""#)), @"duplicate field `thread_id` at line 1 column 152");
    assert_snapshot!(twice(r#""type":"push_branch""#), @"duplicate field `type` at line 1 column 107");
    let deleted = format!(
        r#"{{"type":"thread_deleted","thread_id":"{THREAD}","thread_id":"{THREAD}","at":"2026-01-01T00:00:00Z"}}"#
    );
    assert_snapshot!(refusal::<OrchestrationEvent>(&deleted), @"duplicate field `thread_id` at line 1 column 87");
}

#[test]
fn deep_nesting_is_refused_and_overflows_no_stack() {
    for depth in [200, 100_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let form = example("push_branch")
            .to_string()
            .replacen('{', &format!(r#"{{"deep":{open}{close},"#), 1);
        assert!(refusal::<OrchestrationCommand>(&form).starts_with("recursion limit exceeded at line 1 column"));
        // Skipped, not read: an event may have fields that are not known here, whatever is in them.
        let event = format!(
            r#"{{"type":"thread_deleted","deep":{open}{close},"thread_id":"{THREAD}","at":"2026-01-01T00:00:00Z"}}"#
        );
        assert!(serde_json::from_str::<OrchestrationEvent>(&event).is_ok());
        let event = format!(r#"{{"deep":{open}{close},"type":"thread_deleted"}}"#);
        assert!(refusal::<OrchestrationEvent>(&event).starts_with("recursion limit exceeded at line 1 column"));
        let objects = r#"{"event":"#.repeat(depth);
        assert!(refusal::<OrchestrationCommand>(&objects).starts_with("recursion limit exceeded at line 1 column"));
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_refused_with_their_place() {
    let mut bytes = example("commit_changes").to_string().into_bytes();
    let place = bytes
        .windows(4)
        .position(|window| window == b"semi")
        .expect("the message is there");
    bytes[place] = 0xff;
    let error = serde_json::from_slice::<OrchestrationCommand>(&bytes).expect_err("no UTF-8");
    assert!(
        error
            .to_string()
            .starts_with("invalid unicode code point at line 1 column"),
        "{error}"
    );
    let lone = example("commit_changes").to_string().replace("semi", r"\ud800");
    assert!(refusal::<OrchestrationCommand>(&lone).contains("at line 1 column"));
}

#[test]
fn text_cut_short_is_refused_with_its_place() {
    let whole = example("start_turn").to_string();
    for end in 0..whole.len() {
        let error = serde_json::from_str::<OrchestrationCommand>(&whole[..end]).expect_err("cut short");
        assert!(error.is_eof(), "{}: {error}", &whole[..end]);
    }
}

#[test]
fn an_ill_formed_value_in_an_event_or_stored_event_is_refused_by_name() {
    let event = json!({"type": "thread_deleted", "thread_id": "x", "at": "2026-01-01T00:00:00Z"});
    assert_snapshot!(refusal::<OrchestrationEvent>(&event.to_string()), @r#"in field `thread_id`: ThreadId "x" is no UUID: invalid character: found `x` at 0 at line 1 column 69"#);
    let stored = json!({"sequence": 1, "event": event, "stored_at": "2026-01-01T00:00:00Z"});
    assert_snapshot!(refusal::<StoredEvent>(&stored.to_string()), @r#"in field `thread_id`: ThreadId "x" is no UUID: invalid character: found `x` at 0 at line 1 column 78"#);
    let event = json!({"type": "thread_deleted", "thread_id": THREAD, "at": "2026-01-01T00:00:00Z"});
    let stored = json!({"sequence": -1, "event": event, "stored_at": "2026-01-01T00:00:00Z"});
    assert_snapshot!(refusal::<StoredEvent>(&stored.to_string()), @"invalid value: integer `-1`, expected u64 at line 1 column 127");
}

/// Why a model is refused once something in its text is replaced.
#[track_caller]
fn model_with(old: &str, new: &str) -> String {
    let text = serde_json::to_string(&whole_conversation().live.model).expect("it has a wire form");
    assert!(text.contains(old), "{old} is in the model");
    refusal::<OrchestrationReadModel>(&text.replacen(old, new, 1))
}

#[test]
fn a_model_whose_key_is_not_its_values_id_is_refused_with_both() {
    let other = "00000000-0000-0000-0000-0000000000ff";
    assert_snapshot!(model_with(r#""00000000-0000-0000-0000-000000000001":{"#, &format!(r#""{other}":{{"#)), @"illegal model: S1 is broken: the key 00000000-0000-0000-0000-0000000000ff holds a value of the key 00000000-0000-0000-0000-000000000001 at line 1 column 576");
    assert_snapshot!(model_with(&format!(r#""{THREAD}":{{"#), &format!(r#""{other}":{{"#)), @"illegal model: S1 is broken: the key 00000000-0000-0000-0000-0000000000ff holds a value of the key 00000000-0000-0000-0000-000000000011 at line 1 column 2593");
    assert_snapshot!(model_with(r#""fix":{"name""#, r#""other":{"name""#), @"illegal model: S1 is broken: the key other holds a value of the key fix at line 1 column 303");
}

#[test]
fn an_ill_formed_value_deep_in_a_model_is_refused_with_its_place() {
    assert_snapshot!(model_with(r#""status":"idle""#, r#""status":"failed""#), @"unknown variant `failed`, expected one of `idle`, `running`, `awaiting_approval` at line 1 column 813");
    assert_snapshot!(model_with(r#""role":"user""#, r#""role":"system""#), @"in field `role`: unknown variant `system`, expected one of `user`, `assistant`, `reasoning` at line 1 column 984");
    assert_snapshot!(model_with(r#""type":"approved""#, r#""type":"perhaps""#), @"in field `decision`: unknown variant `perhaps`, expected one of `pending`, `approved`, `rejected`, `cancelled` at line 1 column 1466");
    assert_snapshot!(model_with(r#""id":"call-1""#, r#""id":"""#), @r#"in field `id`: ToolCallId "" is empty: expected at least one character at line 1 column 1205"#);
    assert_snapshot!(model_with(r#""git_ref":"68b152fd""#, r#""git_ref":" ""#), @r#"GitRef " " is blank: expected something other than white space at line 1 column 2127"#);
}

#[test]
fn what_is_no_object_is_refused_with_what_was_expected() {
    assert_snapshot!(refusal::<StoredEvent>("7"), @"invalid type: integer `7`, expected struct StoredEvent at line 1 column 1");
}

/// In JSON a name is always a string, in other forms it need not be.
#[test]
fn a_name_that_is_no_string_is_refused_with_what_was_expected() {
    use serde::de::value::{Error, MapDeserializer};

    fn refusal<T: DeserializeOwned>() -> String {
        let numbered = MapDeserializer::<_, Error>::new([(7_u32, "name")].into_iter());
        T::deserialize(numbered).err().expect("it is refused").to_string()
    }

    assert_snapshot!(refusal::<OrchestrationCommand>(), @"invalid type: integer `7`, expected the name of a field");
}

#[test]
fn a_field_is_named_whether_or_not_the_whole_text_is_in_memory() {
    let mut form = example("start_turn");
    form["prompt"] = json!(7);
    // Written with an escape, a name is no part of the text as it stands.
    let text = form.to_string().replace(r#""prompt""#, r#""\u0070rompt""#);
    let read = serde_json::from_reader::<_, OrchestrationCommand>(text.as_bytes()).map_err(|error| error.to_string());
    assert_eq!(read, Err(refusal::<OrchestrationCommand>(&text)));
    assert!(refusal::<OrchestrationCommand>(&text).starts_with("in field `prompt`: "));
}
