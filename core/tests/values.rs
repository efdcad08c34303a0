//! What the values accept and refuse, how they read and write, and that their text is shared.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use crate::common;
use crate::common::{
    MESSAGE, NOW, PROJECT, THREAD, TURN, a_tool_call, ingest, model_after, tool_result, turn_with, value,
};
use insta::assert_snapshot;
use orchestration::commands::{CreateProject, StartTurn};
use orchestration::provider_event::TextDelta;
use orchestration::values::ValueRule;
use orchestration::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, OrchestrationEvent, ProjectId, ProjectPath,
    Text, ThreadId, ToolCallId, TurnId, ValueError, decide, project,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use uuid::Uuid;

#[test]
fn a_non_blank_keeps_its_text_as_given() {
    for given in ["a", " a ", "two\nlines", "\u{200b}", "名前", "\0"] {
        assert_eq!(value::<NonBlank>(given), given);
    }
    let long = "a".repeat(1_000_000);
    assert_eq!(value::<NonBlank>(&long).as_str(), long);
}

#[test]
fn a_non_blank_of_nothing_but_white_space_is_refused() {
    for given in ["", " ", "\t\r\n", "\u{a0}", "\u{2003}\u{3000}"] {
        assert_eq!(NonBlank::parse(given).expect_err("blank").rule(), &ValueRule::Blank);
    }
}

#[test]
fn a_label_keeps_its_text_as_given() {
    for given in [
        "a",
        " a ",
        "two words",
        "名前",
        "🦀",
        "e\u{301}",
        "\u{200b}",
        "a\u{2028}b",
        "mcp__git__status",
    ] {
        assert_eq!(value::<Label>(given), given);
    }
}

#[test]
fn a_label_of_nothing_but_white_space_is_refused() {
    for given in [
        "",
        " ",
        "\t\r\n",
        "\u{85}",
        "\u{a0}",
        "\u{2003}\u{3000}",
        &" ".repeat(2000),
    ] {
        assert_eq!(Label::parse(given).expect_err("blank").rule(), &ValueRule::Blank);
    }
}

#[test]
fn a_label_with_a_control_character_is_refused_with_the_character() {
    let controls = ('\0'..=' ').chain('\u{7f}'..='\u{a0}');
    for control in controls.filter(|character| !matches!(character, ' ' | '\u{a0}')) {
        for given in [
            format!("{control}a"),
            format!("a{control}b"),
            format!("a{control}"),
            format!("ü{control}\u{1b}"),
        ] {
            let refusal = Label::parse(&given).expect_err("it has a control character");
            assert_eq!(refusal.rule(), &ValueRule::ControlCharacter(control), "{given:?}");
        }
    }
}

#[test]
fn a_label_has_at_most_1024_bytes() {
    let rule = |given: &str| Label::parse(given).map_err(|error| error.rule().clone());
    let too_long = |found| Err(ValueRule::TooLong { limit: 1024, found });
    for given in ["a".repeat(1024), "ü".repeat(512), format!("{}a", "名".repeat(341))] {
        assert_eq!(given.len(), 1024);
        assert_eq!(value::<Label>(&given), *given);
    }
    assert_eq!(rule(&"a".repeat(1025)), too_long(1025));
    assert_eq!(rule(&format!("a{}", "ü".repeat(512))), too_long(1025));
    assert_eq!(rule(&"名".repeat(342)), too_long(1026));
    assert_eq!(rule(&"a".repeat(50_000_000)), too_long(50_000_000));
}

#[test]
fn a_text_is_anything_the_empty_string_too() {
    for given in ["", " ", "a\0b", "\u{feff}"] {
        assert_eq!(Text::from(given), given);
        assert_eq!(Text::from(given.to_owned()).as_str(), given);
        let read: Text = serde_json::from_value(json!(given)).expect("any string is a text");
        assert_eq!(read, given);
    }
}

#[test]
fn a_tool_call_id_of_1_to_1024_bytes_is_kept_as_given() {
    for given in ["1", " ", "toolu_01", &"c".repeat(1024), &"ü".repeat(512)] {
        assert_eq!(value::<ToolCallId>(given), *given);
    }
}

#[test]
fn a_tool_call_id_that_is_empty_or_longer_than_1024_bytes_is_refused() {
    let rule = |given: &str| ToolCallId::parse(given).map_err(|error| error.rule().clone());
    let too_long = |found| Err(ValueRule::TooLong { limit: 1024, found });
    assert_eq!(rule(""), Err(ValueRule::Empty));
    assert_eq!(rule(&"c".repeat(1025)), too_long(1025));
    assert_eq!(rule(&"ü".repeat(513)), too_long(1026));
}

/// An id is a UUID: its Display, its wire form and its bits tell the same.
#[track_caller]
fn assert_id<T>(new: fn(Uuid) -> T, as_uuid: fn(&T) -> &Uuid)
where
    T: Copy + Ord + Debug + Display + FromStr<Err = ValueError> + From<Uuid> + Into<Uuid>,
    T: Serialize + DeserializeOwned,
{
    let text = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";
    let uuid = Uuid::from_u128(0x6f96_19ff_8b86_4d01_b42d_00c0_4fc9_64ff);
    let id = new(uuid);
    assert_eq!((as_uuid(&id), id.into(), T::from(uuid)), (&uuid, uuid, id));
    assert_eq!(id.to_string(), text);
    assert_eq!(serde_json::to_value(id).ok(), Some(json!(text)));
    for spelling in [
        text,
        &text.to_uppercase(),
        &text.replace('-', ""),
        &format!("urn:uuid:{text}"),
    ] {
        assert_eq!(spelling.parse(), Ok(id));
        assert_eq!(serde_json::from_value::<T>(json!(spelling)).ok(), Some(id));
    }
    for any in [Uuid::nil(), Uuid::max(), Uuid::from_u128(1)] {
        assert_eq!(any.to_string().parse(), Ok(new(any)));
    }
    assert!(new(Uuid::nil()) < id && id < new(Uuid::max()));
    for given in ["", "x", "6f9619ff", "6f9619ff-8b86-4d01-b42d-00c04fc964fg"] {
        let error = T::from_str(given).expect_err("no UUID");
        assert!(matches!(error.rule(), ValueRule::NotAUuid { .. }), "{error}");
        let on_the_wire = serde_json::from_value::<T>(json!(given)).expect_err("no UUID");
        assert_eq!(on_the_wire.to_string(), error.to_string());
    }
}

#[test]
fn every_id_is_any_uuid_in_any_spelling_and_is_written_hyphenated() {
    assert_id(ProjectId::new, ProjectId::as_uuid);
    assert_id(ThreadId::new, ThreadId::as_uuid);
    assert_id(TurnId::new, TurnId::as_uuid);
    assert_id(MessageId::new, MessageId::as_uuid);
    assert_id(ActionId::new, ActionId::as_uuid);
    assert_id(CheckpointId::new, CheckpointId::as_uuid);
}

/// A string value: every way to make one follows its rule, and every way to show it gives its text.
#[track_caller]
fn assert_string_value<T>(given: &str, kept: &str, refused: &str)
where
    T: Clone + Debug + Display + PartialEq + AsRef<str> + Serialize + DeserializeOwned,
    T: FromStr<Err = ValueError>,
    T: for<'a> TryFrom<&'a str, Error = ValueError> + TryFrom<String, Error = ValueError>,
{
    let parsed: T = value(given);
    assert_eq!(parsed.as_ref(), kept);
    assert_eq!(parsed.to_string(), kept);
    assert!(format!("{parsed:?}").ends_with(&format!("({kept:?})")));
    assert_eq!(T::try_from(given), Ok(parsed.clone()));
    assert_eq!(T::try_from(given.to_owned()), Ok(parsed.clone()));
    assert_eq!(serde_json::to_value(&parsed).ok(), Some(json!(kept)));
    assert_eq!(serde_json::from_value::<T>(json!(given)).ok(), Some(parsed));

    let error = T::from_str(refused).expect_err("refused");
    assert_eq!(T::try_from(refused), Err(error.clone()));
    assert_eq!(T::try_from(refused.to_owned()), Err(error.clone()));
    let on_the_wire = serde_json::from_value::<T>(json!(refused)).expect_err("refused");
    assert_eq!(on_the_wire.to_string(), error.to_string());
    let no_string = serde_json::from_value::<T>(json!(7)).expect_err("no string");
    assert!(no_string.to_string().contains("expected a string"), "{no_string}");
}

#[test]
fn every_string_value_reads_writes_and_refuses_the_same_by_hand_and_on_the_wire() {
    assert_string_value::<NonBlank>(" a ", " a ", " ");
    assert_string_value::<Label>(" a ", " a ", "a\u{1b}[2J");
    assert_string_value::<ToolCallId>("call-1", "call-1", "");
    assert_string_value::<ProjectPath>("//a/./b/", "/a/b", "a/b");
    assert_string_value::<GitRef>("HEAD~1", "HEAD~1", "a b");
    assert_string_value::<BranchName>("fix/build", "fix/build", "a..b");
}

#[test]
fn a_refusal_displays_the_type_the_text_and_the_rule() {
    let refusals = [
        NonBlank::parse(" \t").expect_err("blank"),
        ToolCallId::parse("").expect_err("empty"),
        ToolCallId::parse("c".repeat(1025)).expect_err("too long"),
        Label::parse("").expect_err("blank"),
        Label::parse("core\u{1b}[2J").expect_err("has an escape"),
        Label::parse("a\u{85}b").expect_err("has a next line"),
        Label::parse("ü".repeat(513)).expect_err("too long"),
        ProjectPath::parse("repo").expect_err("relative"),
        ProjectPath::parse("/a/../b").expect_err("has a parent segment"),
        ProjectPath::parse("/a\0").expect_err("has a NUL"),
        ProjectPath::parse(r"\\host").expect_err("has no share"),
        GitRef::parse("a b").expect_err("has a space"),
        BranchName::parse("a.lock").expect_err("reserved"),
        BranchName::parse("a@{1}").expect_err("reserved"),
        "x".parse::<ThreadId>().expect_err("no UUID"),
    ];
    let lines: Vec<_> = refusals.iter().map(ToString::to_string).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    NonBlank " \t" is blank: expected something other than white space
    ToolCallId "" is empty: expected at least one character
    ToolCallId "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" is too long: expected at most 1024 bytes, found 1025
    Label "" is blank: expected something other than white space
    Label "core\u{1b}[2J" holds the control character '\u{1b}': expected none
    Label "a\u{85}b" holds the control character '\u{85}': expected none
    Label "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" is too long: expected at most 1024 bytes, found 1026
    ProjectPath "repo" is not absolute: expected /…, X:\…, X:/… or \\host\share…
    ProjectPath "/a/../b" has a `..` segment: expected a path without one
    ProjectPath "/a\0" holds a NUL character: expected none
    ProjectPath "\\\\host" names no host and share: expected \\host\share…
    GitRef "a b" has white space or a control character: expected neither
    BranchName "a.lock" is no branch name: a component ends in `.lock`
    BranchName "a@{1}" is no branch name: it holds `@{`
    ThreadId "x" is no UUID: invalid character: found `x` at 0
    "#);
}

#[test]
fn a_refusal_tells_its_type_rule_and_the_first_64_characters_of_the_text() {
    let error = ToolCallId::parse("ü".repeat(600)).expect_err("too long");
    assert_eq!(error.value_type(), "ToolCallId");
    assert_eq!(error.given(), "ü".repeat(64));
    assert_eq!(
        error.rule(),
        &ValueRule::TooLong {
            limit: 1024,
            found: 1200
        }
    );
}

#[test]
fn a_clone_of_a_value_shares_its_text() {
    let text = Text::from("It lacks a semicolon.");
    assert_eq!(text.clone().as_str().as_ptr(), text.as_str().as_ptr());
    let name: Label = value("repo");
    assert_eq!(name.clone().as_str().as_ptr(), name.as_str().as_ptr());
    let name: NonBlank = value("repo");
    assert_eq!(name.clone().as_str().as_ptr(), name.as_str().as_ptr());
    assert_eq!(Text::from(&name).as_str().as_ptr(), name.as_str().as_ptr());
}

/// The single event that a command causes.
#[track_caller]
fn only_event(
    command: impl Into<orchestration::OrchestrationCommand>,
    before: Vec<OrchestrationEvent>,
) -> OrchestrationEvent {
    let mut events = decide(&command.into(), &model_after(before)).expect("it is accepted");
    assert_eq!(events.len(), 1);
    events.remove(0)
}

#[test]
fn the_text_of_a_text_delta_is_the_same_in_its_command_its_event_and_the_model() {
    for first in [true, false] {
        let text = Text::from("a semicolon.");
        let delta = TextDelta {
            message_id: MESSAGE,
            text: text.clone(),
        };
        let role = orchestration::read_model::MessageRole::Assistant;
        let before = if first {
            turn_with([])
        } else {
            turn_with([common::a_message(MESSAGE, role)])
        };
        let event = only_event(ingest(delta), before.clone());
        let in_event = match &event {
            OrchestrationEvent::MessageAppended(event) => &event.text,
            OrchestrationEvent::MessageChunkReceived(event) => &event.text,
            other => panic!("{} is no piece of a message", other.kind()),
        };
        assert_eq!(in_event.as_str().as_ptr(), text.as_str().as_ptr());

        let model = project(model_after(before), &event);
        let turn = model
            .thread(THREAD)
            .and_then(|thread| thread.turn(TURN))
            .expect("the turn is there");
        let piece = turn.message(MESSAGE).and_then(|message| message.text().pieces().last());
        assert_eq!(piece.map(str::as_ptr), Some(text.as_str().as_ptr()));
    }
}

#[test]
fn the_prompt_of_a_turn_is_the_same_text_in_its_command_and_the_model() {
    let prompt: NonBlank = value("Why does the build fail?");
    let command = StartTurn {
        thread_id: THREAD,
        turn_id: TURN,
        message_id: MESSAGE,
        prompt: prompt.clone(),
        at: NOW,
    };
    let before = model_after([common::a_project(), common::a_thread()]);
    let events = decide(&command.into(), &before).expect("it is accepted");
    let model = events.iter().fold(before, project);
    let turn = model
        .thread(THREAD)
        .and_then(|thread| thread.active_turn())
        .expect("the turn runs");
    let piece = turn.message(MESSAGE).and_then(|message| message.text().pieces().next());
    assert_eq!(piece.map(str::as_ptr), Some(prompt.as_str().as_ptr()));
}

#[test]
fn the_output_of_a_tool_is_the_same_text_in_its_command_and_the_model() {
    let result = tool_result("call-1", false);
    let output = result.output.clone();
    let before = turn_with([a_tool_call("call-1")]);
    let event = only_event(ingest(result), before.clone());
    let model = project(model_after(before), &event);
    let turn = model
        .thread(THREAD)
        .and_then(|thread| thread.turn(TURN))
        .expect("the turn is there");
    let kept = turn.tool_call(&value("call-1")).and_then(|call| call.output());
    assert_eq!(kept.map(|text| text.as_str().as_ptr()), Some(output.as_str().as_ptr()));
}

#[test]
fn the_name_and_path_of_a_project_are_the_same_texts_in_its_command_and_the_model() {
    let (name, path): (Label, ProjectPath) = (value("core"), value("/repo"));
    let command = CreateProject {
        project_id: PROJECT,
        path: path.clone(),
        name: name.clone(),
        at: NOW,
    };
    let event = only_event(command, vec![]);
    let model = project(model_after([]), &event);
    let kept = model.project(PROJECT).expect("the project is there");
    assert_eq!(kept.name().as_str().as_ptr(), name.as_str().as_ptr());
    assert_eq!(kept.path().as_str().as_ptr(), path.as_str().as_ptr());
}
