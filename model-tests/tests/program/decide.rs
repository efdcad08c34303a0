//! `harness decide`, asked as an engine of another language asks it.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Folder, text};

const PROJECT: &str = "000000a0-0000-4000-8000-000000000001";
const THREAD: &str = "000000b0-0000-4000-8000-000000000001";
const TURN: &str = "000000c0-0000-4000-8000-000000000001";
const AT: &str = "2026-01-01T00:00:00Z";

fn create_project() -> Value {
    json!({"type": "create_project", "project_id": PROJECT, "path": "/p", "name": "p", "at": AT})
}

fn create_thread() -> Value {
    json!({
        "type": "create_thread", "project_id": PROJECT, "thread_id": THREAD, "title": "t", "provider": "claude",
        "runtime_mode": "supervised", "at": AT,
    })
}

fn start_turn() -> Value {
    json!({"type": "start_turn", "thread_id": THREAD, "turn_id": TURN, "message_id": TURN, "prompt": "hi", "at": AT})
}

/// The answers to some lines, with the exit status and what was said on standard error.
fn asked<'a>(lines: impl IntoIterator<Item = &'a str>) -> (Vec<Value>, Option<i32>, String) {
    let lines: Vec<_> = lines.into_iter().collect();
    let input = lines.join("\n");
    let output = Folder::new()
        .harness(["decide"])
        .write_stdin(input)
        .output()
        .expect("it runs");
    let answers = text(&output.stdout);
    let answers = answers.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    (answers.collect(), output.status.code(), text(&output.stderr))
}

fn answers(requests: &[Value]) -> Vec<Value> {
    let lines: Vec<_> = requests.iter().map(Value::to_string).collect();
    let (answers, status, errors) = asked(lines.iter().map(String::as_str));
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{answers:?}");
    assert_eq!(answers.len(), requests.len());
    answers
}

fn kinds(answer: &Value) -> Vec<&str> {
    let events = answer["events"].as_array().expect("there are events");
    let kind = |event: &'_ Value| event["type"].as_str().map(str::to_owned);
    assert!(events.iter().all(|event| kind(event).is_some()), "{answer}");
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

#[test]
fn a_command_is_decided_on_the_model_beside_it() {
    let empty = json!({"projects": {}, "threads": {}});
    let first = &answers(&[json!({"id": "a", "command": create_project(), "model": empty})])[0];
    assert_eq!((&first["id"], &first["outcome"]), (&json!("a"), &json!("accepted")));
    assert_eq!(kinds(first), ["project_created"]);
    let [again, thread, read] = &answers(&[
        json!({"command": create_project(), "model": first["model"]}),
        json!({"command": create_thread(), "model": first["model"]}),
        json!({"read": true}),
    ])[..] else {
        panic!("three were asked")
    };
    assert_eq!(again["outcome"], "rejected");
    assert_eq!(again["error"]["type"], "project_already_exists");
    assert_eq!(kinds(thread), ["thread_created"]);
    // The session is left alone.
    assert_eq!(read, &json!({"sequence": 0, "model": empty}));
}

#[test]
fn a_session_folds_and_numbers_what_it_decides() {
    let answers = answers(&[
        json!({"id": 1, "command": create_project()}),
        json!({"id": 2, "command": create_project()}),
        json!({"id": 3, "command": create_thread(), "stored_at": AT}),
        json!({"id": 4, "command": start_turn(), "fold": false}),
        json!({"id": 5, "command": start_turn()}),
        json!({"id": 6, "read": "active_turns"}),
        json!({"id": null, "read": "snapshot"}),
    ]);
    let outcomes: Vec<_> = answers
        .iter()
        .map(|answer| (&answer["outcome"], &answer["sequence"]))
        .collect();
    let (accepted, rejected) = (json!("accepted"), json!("rejected"));
    let number = |number: u64| json!(number);
    assert_eq!(outcomes[0], (&accepted, &number(1)));
    assert_eq!(outcomes[1], (&rejected, &number(1)));
    assert_eq!(outcomes[2], (&accepted, &number(2)));
    assert_eq!(answers[2]["events"][0]["sequence"], 2);
    assert_eq!(answers[2]["events"][0]["stored_at"], AT);
    assert_eq!(answers[2]["events"][0]["event"]["type"], "thread_created");
    // What was not folded is decided again.
    assert_eq!(answers[3]["events"], answers[4]["events"]);
    assert_eq!(answers[3]["sequence"], answers[4]["sequence"]);
    assert_eq!(
        answers[5]["active_turns"],
        json!([{"thread_id": THREAD, "turn_id": TURN}])
    );
    let snapshot = &answers[6]["snapshot"];
    assert_eq!(
        (&snapshot["schema_version"], &snapshot["sequence"]),
        (&json!(2), &answers[4]["sequence"])
    );
    let ids: Vec<_> = answers.iter().map(|answer| answer["id"].as_u64()).collect();
    assert_eq!(ids, [Some(1), Some(2), Some(3), Some(4), Some(5), Some(6), None]);
}

#[test]
fn an_engine_recovers_by_what_it_has_stored() {
    let before = answers(&[
        json!({"command": create_project(), "stored_at": AT}),
        json!({"command": create_thread(), "stored_at": AT}),
        json!({"command": start_turn(), "stored_at": AT}),
        json!({"read": true}),
        json!({"read": "snapshot"}),
    ]);
    let stored: Vec<_> = before[..3]
        .iter()
        .flat_map(|answer| answer["events"].as_array().expect("events"))
        .collect();
    let all = json!({"events": stored});
    let one_by_one = stored.iter().map(|event| json!({"event": event}));
    let bare = stored.iter().map(|event| json!({"event": event["event"]}));
    for log in [
        vec![all],
        one_by_one.collect(),
        bare.collect(),
        vec![json!({"snapshot": before[4]["snapshot"]})],
    ] {
        let after = answers(&[log, vec![json!({"read": true})]].concat());
        assert_eq!(after.last(), Some(&before[3]));
    }
    // And from the empty model.
    let anew = answers(&[
        json!({"snapshot": before[4]["snapshot"]}),
        json!({"snapshot": null}),
        json!({"read": true}),
    ]);
    assert_eq!(anew[2]["sequence"], 0);
}

#[test]
fn a_line_that_makes_no_sense_is_told_and_changes_nothing() {
    let stored = |sequence: u64| json!({"sequence": sequence, "event": {"type": "project_deleted", "project_id": PROJECT, "at": AT}, "stored_at": AT});
    let expected = "expected an object with one of `command`, `event`, `events`, `read` and `snapshot`";
    for (line, told) in [
        ("no JSON".to_owned(), "line 2, column 2: expected".to_owned()),
        ("{\"id\":7".to_owned(), "line 2, column 7: EOF while parsing".to_owned()),
        ("[]".to_owned(), format!("line 2: {expected}, found something else")),
        (r#"{"id":7}"#.to_owned(), format!("line 2: {expected}, found none")),
        (
            r#"{"id":7,"read":true,"events":[]}"#.to_owned(),
            "found events and read".to_owned(),
        ),
        (
            r#"{"id":7,"comand":{}}"#.to_owned(),
            "unknown field `comand`, expected one of".to_owned(),
        ),
        (
            r#"{"id":7,"read":false}"#.to_owned(),
            r#"expected `read` to be true, "active_turns" or "snapshot", found false"#.to_owned(),
        ),
        (
            r#"{"id":7,"read":true,"fold":true}"#.to_owned(),
            "expected `fold` beside `command` only, found it beside `read`".to_owned(),
        ),
        (
            json!({"id": 7, "command": {"type": "create_projects"}}).to_string(),
            "create_projects".to_owned(),
        ),
        (
            json!({"id": 7, "command": create_thread(), "model": {"projects": 1}}).to_string(),
            "line 2, column ".to_owned(),
        ),
        (
            json!({"id": 7, "events": [stored(2), stored(4)]}).to_string(),
            "line 2: gap in the log: expected the event 3, found 4".to_owned(),
        ),
        (
            json!({"id": 7, "event": stored(1)}).to_string(),
            "line 2: repeat in the log: expected the event 2, found 1".to_owned(),
        ),
        (
            r#"{"id":7,"snapshot":{"schema_version":3}}"#.to_owned(),
            "the snapshot has the schema version 3: expected 2".to_owned(),
        ),
    ] {
        let first = json!({"command": create_project()}).to_string();
        let (answers, status, errors) = asked([first.as_str(), &line, r#"{"read":true}"#]);
        assert_eq!(status, Some(2), "{line}");
        assert!(
            errors.contains("1 of 3 lines could not be carried out, line 2 the first of them"),
            "{errors}"
        );
        let [_, odd, read] = &answers[..] else {
            panic!("{answers:?}")
        };
        let message = odd["error"]["message"].as_str().expect("a message");
        assert!(message.contains(&told), "{line}: {message}");
        assert!(message.starts_with("line 2"), "{line}: {message}");
        assert_eq!(
            (&odd["error"]["line"], &odd["outcome"]),
            (&json!(2), &Value::Null),
            "{line}"
        );
        let has_id = line.contains("\"id\":7") && line.ends_with('}');
        assert_eq!(odd["id"].as_u64(), has_id.then_some(7), "{line}: {odd}");
        assert_eq!(read["sequence"], 1, "{line}");
    }
}

#[test]
fn an_answer_comes_before_the_next_line_is_asked() {
    let folder = Folder::new();
    let mut process = folder.process(&["decide"]);
    let mut process = process
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = process.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(process.stdout.take().expect("a pipe"));
    for (command, sequence) in [(create_project(), 1), (create_thread(), 2)] {
        writeln!(input, "\n{}", json!({"command": command})).expect("it is read");
        let mut answer = String::new();
        answers.read_line(&mut answer).expect("it is answered");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(answer["sequence"], sequence);
    }
    drop(input);
    assert!(process.wait().expect("it ends").success());
}
