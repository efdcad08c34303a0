//! A replay for people without a browser: the state at a step, what differs, step by step, and where two runs part. All of it
//! fits the screen, and text from a trace does not steer it.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::support::{CONVERSATION, Folder, text, words};

/// A bug that the trace shows with its last step.
const BUG: &str = "restore-keeps-later-checkpoints";

/// How wide the screens are.
const SCREENS: [usize; 2] = [80, 120];

/// A run to the restore of a checkpoint, behind which another was made.
fn restored(title: &str) -> String {
    let id = |kind: u32, number: u32| format!("{kind:08x}-0000-4000-8000-{number:012x}");
    let (project, thread, turn) = (id(0xa0, 1), id(0xb0, 1), id(0xc0, 1));
    let command = |second: u32, mut fields: Value| {
        fields["at"] = format!("2026-01-01T00:00:{second:02}Z").into();
        fields.to_string() + "\n"
    };
    let checkpoint = |number| json!({"thread_id": thread, "checkpoint_id": id(0xf0, number)});
    let mut made = [checkpoint(1), checkpoint(2)];
    for (number, fields) in (1..).zip(&mut made) {
        fields["type"] = "create_checkpoint".into();
        fields["git_ref"] = format!("refs/{number}").into();
    }
    let mut restore = checkpoint(1);
    restore["type"] = "restore_checkpoint".into();
    let [first, second] = made;
    [
        json!({"type": "create_project", "project_id": project, "path": "/repo", "name": "repo"}),
        json!({"type": "create_thread", "thread_id": thread, "project_id": project, "title": title, "provider": "claude",
            "runtime_mode": "full_access"}),
        first,
        json!({"type": "start_turn", "thread_id": thread, "turn_id": turn, "message_id": id(0xd0, 1), "prompt": "Go on"}),
        json!({"type": "ingest_provider_event", "thread_id": thread, "turn_id": turn, "event": {"type": "turn_complete"}}),
        second,
        restore,
    ]
    .into_iter()
    .zip(0..)
    .map(|(fields, second)| command(second, fields))
    .collect()
}

/// What the program prints on a screen, with the status that is expected.
fn shown(folder: &Folder, columns: usize, line: &str, status: i32) -> String {
    typed(folder, columns, line, "", status)
}

/// The same with something typed.
fn typed(folder: &Folder, columns: usize, line: &str, input: &str, status: i32) -> String {
    let mut command = folder.harness(words(line));
    command
        .env("COLUMNS", columns.to_string())
        .write_stdin(input.to_owned());
    let run = command.assert().code(status);
    text(&run.get_output().stdout)
}

/// Every form of a replay with the command line that shows it, and with what is typed.
const FORMS: [(&str, &str, &str); 5] = [
    ("pretty", "replay --pretty --ids --bug", ""),
    ("step", "replay --step 7 --bug", ""),
    ("diff", "replay --diff 3 7 --bug", ""),
    ("walk", "replay --walk --bug", "p\np\n\ng 0\nd 7\nv\nd\ns\nx\nq\nn\n"),
    ("shrink", "shrink --bug", ""),
];

#[test]
fn every_form_is_as_reviewed_on_a_narrow_and_on_a_wide_screen() {
    let folder = Folder::new();
    folder.file("run.trace.jsonl", restored("Fix it"));
    for columns in SCREENS {
        for (name, line, input) in FORMS {
            let text = typed(&folder, columns, &format!("{line} {BUG} run.trace.jsonl"), input, 1);
            let is_within = |line: &str| line.chars().count() <= columns || line.contains("cargo run");
            assert!(text.lines().all(is_within), "{text}");
            insta::assert_snapshot!(format!("{name}_at_{columns}_columns"), text);
        }
    }
}

#[test]
fn text_from_a_trace_steers_no_form() {
    let hostile = "\u{1b}[2J\u{202e}<b>\u{200b}\u{7}\u{2066}x";
    // What may stand in a title: no control characters.
    let title: String = hostile.chars().filter(|letter| !letter.is_control()).collect();
    let folder = Folder::new();
    let trace = restored(&title).replace("Go on", r"\u001b[2J \u202e \u200b go on");
    folder.file("run.trace.jsonl", trace);
    for (name, line, input) in FORMS {
        let text = typed(&folder, 80, &format!("{line} {BUG} run.trace.jsonl"), input, 1);
        for letter in ['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}', '\u{2066}'] {
            assert!(!text.contains(letter), "{name}: {letter:?} in\n{text:?}");
        }
    }
    let text = shown(&folder, 80, "replay --step 7 run.trace.jsonl", 0);
    assert!(text.contains(r"\u{202e}"), "{text}");
}

#[test]
fn keys_that_are_no_text_are_told_like_any_other() {
    let folder = Folder::new();
    let mut walk = folder.harness(["replay", "--walk", CONVERSATION]);
    let walk = walk.write_stdin(b"\xff\xfe\ng 2\nq\n".as_slice()).assert().code(0);
    let text = text(&walk.get_output().stdout);
    for part in ["expected n, p, g N", "step 2 of 48"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_state_is_a_tree_of_names_and_no_json() {
    let folder = Folder::new();
    let line = format!("replay --step 30 {CONVERSATION}");
    let text = shown(&folder, 80, &line, 0);
    for part in ["thread 1 ", "  turn 1: ", "message 1 (user): ", "step 30 of "] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("{\"") && !text.contains("-0000-"), "{text}");
    assert!(
        shown(&folder, 80, &format!("{line} --ids"), 0).contains("thread 1  "),
        "{text}"
    );
}

#[test]
fn what_is_not_there_is_refused() {
    let folder = Folder::new();
    folder.file("run.trace.jsonl", restored("Fix it"));
    for (line, expected) in [
        ("replay --step 8 run.trace.jsonl", "there is no step 8: expected 0 to 7"),
        (
            "replay --diff 0 9 run.trace.jsonl",
            "there is no step 9: expected 0 to 7",
        ),
        ("replay --walk -", "expected a file to look into"),
        ("replay --walk --pretty run.trace.jsonl", "cannot be used with"),
        ("replay --against none.jsonl run.trace.jsonl", "none.jsonl"),
    ] {
        let run = folder.harness(words(line)).assert().code(2);
        let told = text(&run.get_output().stderr);
        assert!(told.contains(expected), "{line}: {told}");
    }
}

#[test]
fn the_first_step_in_which_two_traces_differ_is_told() {
    let folder = Folder::new();
    let trace = restored("Fix it");
    folder.file("one.trace.jsonl", &trace);
    folder.file("other.trace.jsonl", trace.replace("refs/2", "refs/3"));
    folder.file(
        "short.trace.jsonl",
        trace.lines().take(5).collect::<Vec<_>>().join("\n"),
    );
    for columns in SCREENS {
        let text = shown(
            &folder,
            columns,
            "replay --against other.trace.jsonl one.trace.jsonl",
            1,
        );
        insta::assert_snapshot!(format!("against_a_trace_at_{columns}_columns"), text);
    }
    let text = shown(&folder, 80, "replay --against one.trace.jsonl one.trace.jsonl", 0);
    assert!(text.contains("✓ all 7 steps are the same"), "{text}");
    let text = shown(&folder, 80, "replay --against short.trace.jsonl one.trace.jsonl", 1);
    assert!(text.contains("short.trace.jsonl ends after 5 steps"), "{text}");
}

/// The events that the core decides for a trace, as a log.
fn log(folder: &Folder, trace: &str) -> Vec<Value> {
    let run = folder.harness(["replay", trace]).assert().code(0);
    let output = text(&run.get_output().stdout);
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let events: Vec<Value> = lines
        .filter_map(|line| line["events"].as_array().cloned())
        .flatten()
        .collect();
    let stored =
        |(sequence, event): (u64, Value)| json!({"sequence": sequence, "stored_at": event["at"], "event": event});
    (1..).zip(events).map(stored).collect()
}

fn write_log(folder: &Folder, name: &str, log: &[Value]) -> PathBuf {
    let mut lines = String::new();
    for stored in log {
        let _ = writeln!(lines, "{stored}");
    }
    folder.file(name, lines)
}

#[test]
fn the_first_stored_event_that_the_core_would_not_decide_is_told() {
    let folder = Folder::new();
    folder.file("run.trace.jsonl", restored("Fix it"));
    let stored = log(&folder, "run.trace.jsonl");
    write_log(&folder, "same.jsonl", &stored);
    let text = shown(&folder, 80, "replay --against same.jsonl run.trace.jsonl", 0);
    assert!(
        text.contains(&format!("✓ all {} events are the same", stored.len())),
        "{text}"
    );

    let mut other = stored.clone();
    other[2]["event"]["git_ref"] = "refs/9".into();
    write_log(&folder, "other.jsonl", &other);
    for columns in SCREENS {
        let text = shown(&folder, columns, "replay --against other.jsonl run.trace.jsonl", 1);
        insta::assert_snapshot!(format!("against_a_log_at_{columns}_columns"), text);
    }
    write_log(&folder, "torn.jsonl", &stored[..4]);
    let text = shown(&folder, 80, "replay --against torn.jsonl run.trace.jsonl", 1);
    assert!(text.contains("the log ends at event 4: expected event 5"), "{text}");
    let mut gap = stored.clone();
    gap.remove(3);
    write_log(&folder, "gap.jsonl", &gap);
    let text = shown(&folder, 80, "replay --against gap.jsonl run.trace.jsonl", 1);
    assert!(text.contains("is event 5: expected event 4"), "{text}");
    folder.file("bad.jsonl", format!("{}\n{{\"sequence\":2}}\n", stored[0]));
    let run = folder
        .harness(words("replay --against bad.jsonl run.trace.jsonl"))
        .assert()
        .code(2);
    let told = super::support::text(&run.get_output().stderr);
    assert!(
        told.contains("line 2 of the log bad.jsonl is no stored event"),
        "{told}"
    );
}
