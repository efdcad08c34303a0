//! The example engine dies, and starts again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use orchestration::{OrchestrationCommand, Snapshot, ThreadId};
use serde_json::json;
use uuid::Uuid;

use crate::common::conversation::{create_project, create_thread, start_turn};
use crate::common::process::{Process, dispatch, folder};
use crate::common::{OTHER_PROJECT, PROJECT, THREAD, TURN};

fn numbered_thread(number: u64) -> OrchestrationCommand {
    create_thread(PROJECT, ThreadId::new(Uuid::from_u128(number.into())))
}

/// A project and an idle thread: two events.
fn open_with_a_thread(folder: &Path) -> Process {
    let mut engine = Process::open(folder);
    engine.accept(1, &create_project(PROJECT, "/repo"));
    engine.accept(2, &create_thread(PROJECT, THREAD));
    engine
}

#[test]
fn a_kill_in_the_middle_of_traffic_loses_nothing_acknowledged_and_nothing_happens_twice() {
    let folder = folder("kill");
    let mut engine = Process::open(&folder);
    engine.accept(1, &create_project(PROJECT, "/repo"));
    let ids = 2..1_002;
    for id in ids.clone() {
        engine.send(&dispatch(id, &numbered_thread(id)));
    }
    for id in 2..102 {
        engine.reply(id).expect("it is alive");
    }
    let told = engine.kill();

    let mut engine = Process::open(&folder);
    let log = engine.log();
    let last = log.last().expect("an event").sequence;
    for reply in &told {
        assert_eq!(reply["outcome"], "accepted", "{reply}");
        assert!(reply["sequence"].as_u64() <= Some(last), "{reply} of {last}");
    }
    let mut answers = BTreeMap::new();
    for id in ids {
        answers.insert(id, engine.accept(id, &numbered_thread(id)));
    }
    let log_after = engine.log();
    assert_eq!(log_after[..log.len()], log, "what was stored has changed");
    assert_eq!(log_after.len(), 1_001);
    for reply in &told {
        let id = reply["id"].as_u64().expect("an id");
        assert_eq!(reply["sequence"].as_u64(), answers.get(&id).copied(), "{reply}");
    }
}

#[test]
fn a_batch_is_stored_whole_or_not_at_all_wherever_the_process_dies() {
    let points = [
        ("before_append", 1, 2),
        ("in_append", 1, 2),
        ("in_append", 2, 2),
        ("before_commit", 1, 2),
        ("after_commit", 1, 4),
        ("after_publish", 1, 4),
    ];
    for (point, hits, stored) in points {
        let folder = folder(&format!("{point}_{hits}"));
        let mut engine = open_with_a_thread(&folder);
        engine.crash_at(point, hits);
        engine.send(&dispatch(3, &start_turn(THREAD, TURN)));
        assert_eq!(engine.reply(3), None, "{point}: answered");
        let (_, status, _) = engine.end();
        assert_eq!(status.code(), None, "{point}: it ended in good order");

        // What is stored runs, and recovery ends it; what is not can be sent again.
        let mut engine = Process::open(&folder);
        let interrupted = if stored == 4 { 2 } else { 0 };
        assert_eq!(engine.log().len(), stored + interrupted, "{point}");
        assert_eq!(engine.accept(3, &start_turn(THREAD, TURN)), 4, "{point}");
        assert_eq!(engine.log().len(), 4 + interrupted, "{point}");
    }
}

#[test]
fn recovery_interrupts_what_ran_once_and_says_so_in_the_log() {
    let folder = folder("recovery");
    let mut engine = open_with_a_thread(&folder);
    engine.accept(3, &start_turn(THREAD, TURN));
    engine.kill();

    for point in ["in_recovery", "before_append", "in_append", "before_commit"] {
        let mut engine = Process::start();
        engine.crash_at(point, 1);
        engine.send(&json!({"op": "open", "id": 4, "folder": folder}));
        assert_eq!(engine.reply(4), None, "{point}: it opened");
    }
    for _ in 0..2 {
        let mut engine = Process::open(&folder);
        let kinds: Vec<_> = engine.log().iter().skip(4).map(|stored| stored.event.kind()).collect();
        assert_eq!(kinds, ["turn_interrupted", "thread_status_changed"]);
        let (sequence, model) = engine.model();
        assert_eq!((sequence, model.active_turns().count()), (6, 0));
    }
}

#[test]
fn a_restart_begins_with_the_snapshot() {
    let folder = folder("snapshot");
    let mut engine = open_with_a_thread(&folder);
    assert_eq!(engine.snapshot(), 2);
    engine.accept(3, &create_project(OTHER_PROJECT, "/other"));
    engine.kill();

    // Only a snapshot that is read can say this.
    let path = folder.join("snapshot.json");
    let text = fs::read_to_string(&path).expect("it was written");
    fs::write(&path, text.replace("Fix the build", "Read from here")).expect("it can be written");
    let mut engine = Process::open(&folder);
    let (sequence, model) = engine.model();
    let title = model.thread(THREAD).map(|thread| thread.title().to_string());
    assert_eq!((sequence, title.as_deref()), (3, Some("Read from here")));
    assert!(model.project(OTHER_PROJECT).is_some());
}

#[test]
fn a_snapshot_that_is_of_no_use_is_passed_over_with_the_reason() {
    let (one, other) = (folder("snapshot_of_one"), folder("snapshot_of_another"));
    let mut engine = open_with_a_thread(&one);
    engine.snapshot();
    let (_, status, words) = engine.end();
    assert_eq!((status.success(), words.as_str()), (true, ""));
    let good = fs::read_to_string(one.join("snapshot.json")).expect("it was written");
    let mut engine = open_with_a_thread(&other);
    engine.snapshot();
    engine.kill();
    let of_another = fs::read_to_string(other.join("snapshot.json")).expect("it was written");

    let status = good.replace(r#""status":"idle""#, r#""status":"running""#);
    assert_ne!(status, good);
    let cases = [
        (good[..good.len() / 2].to_owned(), "EOF while parsing"),
        (String::new(), "EOF while parsing"),
        (
            good.replace(r#""schema_version":2"#, r#""schema_version":9"#),
            "the schema version 9",
        ),
        (status, "illegal model: S4 is broken"),
        (
            of_another,
            "the snapshot is of another log: expected event 2 to be stored at",
        ),
        (
            good.replace(r#""sequence":2"#, r#""sequence":5"#),
            "the snapshot is of another log: expected event 5",
        ),
    ];
    for (snapshot, why) in cases {
        fs::write(one.join("snapshot.json"), &snapshot).expect("it can be written");
        let mut engine = Process::open(&one);
        let replayed = engine
            .log()
            .iter()
            .try_fold(Snapshot::default(), Snapshot::apply)
            .expect("no gap");
        assert_eq!(engine.model(), (2, replayed.model), "{why}");
        let (_, _, words) = engine.end();
        assert!(
            words.starts_with("replaying all of the log: ") && words.contains(why),
            "{words}"
        );
    }
    let empty = folder("snapshot_without_a_log");
    fs::create_dir_all(&empty).expect("it can be made");
    fs::write(empty.join("snapshot.json"), &good).expect("it can be written");
    assert_eq!(Process::open(&empty).model(), (0, Snapshot::default().model));
}

#[test]
fn a_crash_while_a_snapshot_is_written_leaves_the_old_one_or_the_new_one() {
    for (point, found) in [("before_snapshot_rename", 2), ("after_snapshot", 3)] {
        let folder = folder(point);
        let mut engine = open_with_a_thread(&folder);
        engine.snapshot();
        engine.accept(3, &create_project(OTHER_PROJECT, "/other"));
        engine.crash_at(point, 1);
        engine.send(&json!({"op": "snapshot", "id": 4}));
        assert_eq!(engine.reply(4), None, "{point}: answered");
        drop(engine);

        let text = fs::read(folder.join("snapshot.json")).expect("one is there");
        let snapshot: Snapshot = serde_json::from_slice(&text).expect("it is whole");
        assert_eq!(snapshot.sequence, found, "{point}");
        let mut engine = Process::open(&folder);
        assert_eq!(engine.model().0, 3, "{point}");
        let (_, _, words) = engine.end();
        assert_eq!(words, "", "{point}");
    }
}
