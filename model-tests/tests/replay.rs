//! The program: what `harness replay` and its neighbours print, and how they exit.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/traces/conversation.trace.jsonl");
const CONVERSATION: &str = include_str!("../traces/conversation.trace.jsonl");

fn harness(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("it has an input")
        .write_all(input)
        .expect("it reads its input");
    child.wait_with_output().expect("the program ends")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_clean_trace_gives_a_line_for_each_step_and_one_for_the_whole() {
    let output = harness(&["replay", SHIPPED], b"");
    assert_eq!(output.status.code(), Some(0));
    let lines = lines(&output);
    assert_eq!(lines.len(), 49);
    assert_eq!(lines[0]["step"], 1);
    assert_eq!(lines[0]["outcome"], "accepted");
    assert_eq!(lines[0]["events"][0]["type"], "project_created");
    assert_eq!(lines[1]["outcome"], "rejected");
    assert_eq!(lines[1]["error"]["type"], "duplicate_project_path");
    let whole = &lines[48];
    assert_eq!(
        (&whole["steps"], &whole["accepted"], &whole["rejected"]),
        (&48.into(), &39.into(), &9.into())
    );
    assert_eq!(whole["violations"], Value::Array(vec![]));
    assert_eq!(
        whole["model"]["projects"].as_object().map(serde_json::Map::len),
        Some(1)
    );
}

#[test]
fn a_trace_from_standard_input_is_replayed_up_to_a_step() {
    let output = harness(&["replay", "--until", "5", "-"], CONVERSATION.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines(&output).len(), 6);
    assert_eq!(lines(&output)[5]["steps"], 5);
}

#[test]
fn a_line_that_is_no_command_is_named_after_what_went_before() {
    let first = CONVERSATION.lines().next().expect("a line");
    let output = harness(&["replay", "-"], format!("{first}\n{{\"type\":\"fly\"}}\n").as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(lines(&output)[0]["outcome"], "accepted");
    assert_eq!(lines(&output)[1]["steps"], 1);
    assert!(
        errors(&output).contains("line 2, column 13, is no command: unknown variant `fly`"),
        "{}",
        errors(&output)
    );
}

#[test]
fn a_trace_that_is_not_there_is_named() {
    let output = harness(&["replay", "nowhere.trace.jsonl"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        errors(&output).contains("the trace nowhere.trace.jsonl could not be opened"),
        "{}",
        errors(&output)
    );
}

#[test]
fn bad_usage_exits_with_two() {
    for arguments in [
        &["replay"][..],
        &["fly"],
        &["explore", "--scope", "endless"],
        &["coverage"],
    ] {
        assert_eq!(harness(arguments, b"").status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn lines_are_not_counted_where_what_counts_them_is_not_at_hand() {
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["coverage", "--lines", SHIPPED])
        .env("PATH", "")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        errors(&output).contains("cargo install --locked cargo-llvm-cov"),
        "{}",
        errors(&output)
    );
}

#[test]
fn people_get_a_table_without_colours_in_a_pipe() {
    let output = harness(&["replay", "--pretty", "--until", "2", SHIPPED], b"");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("duplicate_project_path"), "{text}");
    assert!(text.contains("2 steps: 1 accepted, 1 refused"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_soak_from_a_seed_is_the_same_on_one_thread_and_on_two() {
    let soak = |threads| {
        let arguments = [
            "soak",
            "--seed",
            "7",
            "--steps",
            "16000",
            "--threads",
            threads,
            "--json",
        ];
        let output = harness(&arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let mut verdict = lines(&output).remove(0);
        verdict["soak"]["seconds"] = Value::Null;
        verdict
    };
    assert_eq!(soak("1"), soak("2"));
}

#[test]
fn an_exploration_tells_machines_that_it_is_complete() {
    let output = harness(&["explore", "--scope", "tiny", "--json"], b"");
    assert_eq!(output.status.code(), Some(0));
    let verdict = lines(&output).remove(0);
    assert_eq!(verdict["exploration"]["verdict"], "complete");
    assert_eq!(verdict["exploration"]["states"], 18_323);
    assert_eq!(verdict["violation"], Value::Null);
}

#[test]
fn a_trace_that_breaks_nothing_is_not_shrunk() {
    let output = harness(&["shrink", SHIPPED], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("there is nothing to shrink"));
}

#[test]
fn the_catalogue_names_every_invariant() {
    let output = harness(&["invariants", "--json"], b"");
    assert_eq!(lines(&output)[0].as_array().map(Vec::len), Some(34));
}
