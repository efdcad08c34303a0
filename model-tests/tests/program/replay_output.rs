//! What a replay prints: the form of every line for machines, and the table for people.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Map, Value};

use crate::support::{PROJECT, renamings, text};

const CONVERSATION: &str = include_str!("../../traces/conversation.trace.jsonl");

fn started(arguments: &[&str], environment: &[(&str, &str)]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    for variable in ["CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR"] {
        command.env_remove(variable);
    }
    command
        .arg("replay")
        .args(arguments)
        .arg("-")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Replays a trace from standard input. It is written while the output is read: neither waits for the other.
fn replay(arguments: &[&str], environment: &[(&str, &str)], trace: &str) -> Output {
    let mut child = started(arguments, environment);
    let writer = std::thread::spawn({
        let (trace, mut input) = (trace.to_owned(), child.stdin.take().expect("it has an input"));
        move || input.write_all(trace.as_bytes())
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends").expect("all of it is read");
    output
}

fn keys(line: &str) -> Vec<String> {
    let object: Map<String, Value> = serde_json::from_str(line).expect("each line is a JSON object");
    let mut keys: Vec<_> = object.keys().cloned().collect();
    keys.sort_by_key(|key| line.find(&format!("\"{key}\":")));
    keys
}

#[test]
fn every_line_has_the_fields_of_its_outcome_and_no_others() {
    let printed = text(&replay(&[], &[], CONVERSATION).stdout);
    let lines: Vec<_> = printed.lines().collect();
    let (whole, steps) = lines.split_last().expect("a summary");
    for (place, line) in steps.iter().enumerate() {
        let value: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(value["step"], place + 1);
        let found = keys(line);
        match value["outcome"].as_str() {
            Some("accepted") => {
                assert_eq!(found, ["step", "outcome", "events"]);
                assert_ne!(value["events"].as_array().map(Vec::len), Some(0), "{line}");
            }
            Some("rejected") => {
                assert_eq!(found, ["step", "outcome", "error"]);
                assert!(value["error"]["type"].is_string(), "{line}");
            }
            _ => panic!("a step is accepted or rejected: {line}"),
        }
    }
    assert_eq!(keys(whole), ["steps", "accepted", "rejected", "violations", "model"]);
}

#[test]
fn the_table_of_the_shipped_conversation_is_as_reviewed() {
    let output = replay(&["--pretty"], &[], CONVERSATION);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn a_long_trace_reads_as_one_table() {
    let printed = text(&replay(&["--pretty"], &[], &renamings(600)).stdout);
    let places: Vec<_> = printed
        .lines()
        .filter_map(|line| line.find("project_renamed"))
        .collect();
    assert_eq!(places.len(), 600);
    assert!(places.iter().all(|place| *place == places[0]), "{printed}");
    assert_eq!(printed.matches("outcome").count(), 1);
    assert!(printed.contains("601 steps: 601 accepted, 0 refused"), "{printed}");
}

#[test]
fn the_table_is_coloured_only_where_colours_are_welcome() {
    let is_coloured = |environment: &[(&str, &str)]| {
        let output = replay(&["--pretty"], environment, CONVERSATION);
        text(&output.stdout).contains('\u{1b}')
    };
    assert!(!is_coloured(&[]));
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn a_text_reaches_the_json_with_its_control_characters_and_people_without() {
    let odd = "a\u{1b}[2Jb\u{7f}c\u{9b}d";
    let (thread_id, at) = ("000000b0-0000-4000-8000-000000000001", "2026-01-01T00:00:00Z");
    let create = serde_json::json!({
        "type": "create_thread", "thread_id": thread_id, "project_id": PROJECT, "title": "Odd", "provider": "claude",
        "runtime_mode": "supervised", "at": at,
    });
    let start = serde_json::json!({
        "type": "start_turn", "thread_id": thread_id, "turn_id": thread_id, "message_id": thread_id, "prompt": odd,
        "at": at,
    });
    let trace = format!("{}{create}\n{start}\n", renamings(0));
    let printed = text(&replay(&[], &[], &trace).stdout);
    let step: Value = serde_json::from_str(printed.lines().nth(2).expect("the third step")).expect("JSON");
    assert_eq!(step["events"][0]["prompt"], odd);

    let shown = text(&replay(&["--pretty"], &[("CLICOLOR_FORCE", "1"), ("COLUMNS", "200")], &trace).stdout);
    assert!(shown.contains(r#"start_turn "a\u{1b}[2Jb\u{7f}c\u{9b}d""#), "{shown}");
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    for arguments in [&[][..], &["--pretty"]] {
        let mut child = started(arguments, &[]);
        drop(child.stdout.take());
        let mut input = child.stdin.take().expect("it has an input");
        // Whether it reads on when nobody listens is its own affair.
        let _ = input.write_all(CONVERSATION.as_bytes());
        drop(input);
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn a_fault_of_standard_input_is_named_with_its_line_and_nothing_else_is_said() {
    let trace = format!("{}\n{{\"type\":\"rename_project\"}}\n", renamings(0).trim_end());
    let output = replay(&["--pretty"], &[], &trace);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("1 step: 1 accepted, 0 refused"));
    let error = text(&output.stderr);
    assert!(
        error.starts_with("error: in the trace on standard input: line 2"),
        "{error}"
    );
    assert!(error.contains("missing field `project_id`"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}
