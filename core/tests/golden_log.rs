//! A log as a store kept it, and the snapshot that it adds up to: the log must be readable for ever.
//!
//! There is a folder for each version of the snapshot's form, with a log and a snapshot of that time. A form that was
//! released stays here for ever, and its files are never written anew: an event that grows by an optional field leaves
//! the logs readable, a new kind of event is a line at the end of the newest one, and a test that fails here means that
//! the logs of users are not readable. A snapshot is read by builds of its own version only; all others replay its log,
//! and come to the same model. A new version gets a folder of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::common::{ACTION, MESSAGE, OTHER_ACTION, OTHER_PROJECT, PROJECT, PROMPT, THREAD, TURN, at, value};
use orchestration::read_model::{Branch, Checkpoint, Commit, Project, Thread, Turn, TurnEntry};
use orchestration::{
    OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot, SnapshotHeader, SnapshotVersionMismatch,
    StoredEvent, StoredEventHeader, ThreadId, project,
};
use serde_json::{Map, Value, json};

const LOG: &str = include_str!("golden/2/conversation.jsonl");
const SNAPSHOT: &str = include_str!("golden/2/conversation.snapshot.json");

fn read_log(lines: &str) -> Vec<StoredEvent> {
    let read = |line| serde_json::from_str(line).expect("a stored event is read");
    lines.lines().map(read).collect()
}

fn log() -> Vec<StoredEvent> {
    read_log(LOG)
}

/// The log and the snapshot of a version.
fn files_of(version: u32) -> (String, String) {
    let folder = golden().join(version.to_string());
    let read = |name| fs::read_to_string(folder.join(name)).expect("a released form stays for ever");
    (read("conversation.jsonl"), read("conversation.snapshot.json"))
}

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn snapshot() -> Snapshot {
    serde_json::from_str(SNAPSHOT).expect("a stored snapshot is read")
}

#[test]
fn folding_the_golden_log_gives_the_golden_model() {
    let events = log().into_iter().map(|stored| stored.event);
    let model = events.fold(OrchestrationReadModel::default(), |model, event| project(model, &event));
    assert_eq!(model, snapshot().model);
}

#[test]
fn replaying_the_golden_log_gives_the_golden_snapshot() {
    let replayed = log().iter().try_fold(Snapshot::default(), Snapshot::apply);
    assert_eq!(replayed, Ok(snapshot()));
}

#[test]
fn the_golden_log_holds_every_kind_of_event() {
    let kinds: BTreeSet<_> = log().iter().map(|stored| stored.event.kind()).collect();
    assert_eq!(kinds, OrchestrationEvent::KINDS.iter().copied().collect());
}

#[test]
fn the_golden_files_are_what_this_build_writes() {
    for (line, stored) in LOG.lines().zip(log()) {
        assert_eq!(serde_json::to_string(&stored).expect("it has a wire form"), line);
    }
    let written = serde_json::to_string_pretty(&snapshot()).expect("it has a wire form");
    assert_eq!(written, SNAPSHOT.trim_end());
}

#[test]
fn the_golden_snapshot_has_a_header_that_this_build_reads() {
    let header: SnapshotHeader = serde_json::from_str(SNAPSHOT).expect("the header is read");
    assert_eq!(header.check(), Ok(()));
}

#[test]
fn every_released_form_is_kept() {
    let folders = fs::read_dir(golden()).expect("the folder is there");
    let found: BTreeSet<_> = folders
        .map(|folder| folder.expect("it can be listed").file_name().into_string())
        .collect();
    let versions = 1..=Snapshot::SCHEMA_VERSION;
    assert_eq!(found, versions.map(|version| Ok(version.to_string())).collect());
}

#[test]
fn a_log_of_every_version_replays_to_the_model_of_the_snapshot_of_its_time() {
    for version in 1..=Snapshot::SCHEMA_VERSION {
        let (log, snapshot) = files_of(version);
        let replayed = read_log(&log).iter().try_fold(Snapshot::default(), Snapshot::apply);
        let replayed = replayed.expect("the log is whole");
        let snapshot: Value = serde_json::from_str(&snapshot).expect("it is JSON");
        assert_eq!(json!(replayed.sequence), snapshot["sequence"], "version {version}");
        assert_eq!(json!(replayed.model), snapshot["model"], "version {version}");
    }
}

#[test]
fn a_snapshot_of_every_earlier_version_is_refused_by_its_version() {
    for version in 1..Snapshot::SCHEMA_VERSION {
        let (_, snapshot) = files_of(version);
        let header: SnapshotHeader = serde_json::from_str(&snapshot).expect("the header is read");
        let mismatch = SnapshotVersionMismatch {
            expected: Snapshot::SCHEMA_VERSION,
            found: version,
        };
        assert_eq!(header.check(), Err(mismatch));
        let error = serde_json::from_str::<Snapshot>(&snapshot).expect_err("another version");
        assert!(error.to_string().starts_with(&mismatch.to_string()), "{error}");
    }
}

#[test]
fn every_event_of_every_version_has_a_header_of_a_known_kind() {
    for version in 1..=Snapshot::SCHEMA_VERSION {
        for line in files_of(version).0.lines() {
            let header: StoredEventHeader = serde_json::from_str(line).expect("the header is read");
            let stored: StoredEvent = serde_json::from_str(line).expect("the event is read");
            assert_eq!(
                (header.sequence, header.kind.as_str()),
                (stored.sequence, stored.event.kind())
            );
            assert_eq!(header.check(), Ok(()));
        }
    }
}

#[test]
fn the_golden_snapshot_is_of_the_golden_log() {
    let last = log().pop().expect("the log has events");
    assert_eq!(snapshot().check_log(&last), Ok(()));
}

#[test]
fn a_golden_log_with_a_line_lost_or_doubled_is_refused_at_that_line() {
    let replay = |log: &[StoredEvent]| log.iter().try_fold(Snapshot::default(), Snapshot::apply);
    let mut lost = log();
    lost.remove(20);
    assert_eq!(
        replay(&lost),
        Err(ReplayError::SequenceGap {
            expected: 21,
            found: 22
        })
    );
    let mut doubled = log();
    doubled.insert(20, doubled[19].clone());
    assert_eq!(
        replay(&doubled),
        Err(ReplayError::SequenceRepeated {
            expected: 21,
            found: 20
        })
    );
}

#[test]
fn a_model_that_was_read_takes_the_next_events_as_the_live_one_does() {
    let log = log();
    let mut live = Snapshot::default();
    for (stored, next) in log.iter().zip(log.iter().skip(1)) {
        live = live.apply(stored).expect("the log is whole");
        let text = serde_json::to_string(&live).expect("it has a wire form");
        let read: Snapshot = serde_json::from_str(&text).expect("it is read");
        assert_eq!(read.apply(next), live.clone().apply(next), "event {}", next.sequence);
    }
}

/// The fields that are there; those that are null are absent.
fn object(fields: Value) -> Value {
    let Value::Object(fields) = fields else { return fields };
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect::<Map<_, _>>()
        .into()
}

fn keyed<T>(values: impl Iterator<Item = T>, key: impl Fn(&T) -> String, told: impl Fn(T) -> Value) -> Value {
    values
        .map(|value| (key(&value), told(value)))
        .collect::<Map<_, _>>()
        .into()
}

fn told_by_branch(branch: &Branch) -> Value {
    let told = |commit: &Commit| json!({"message": commit.message(), "at": commit.at()});
    object(json!({
        "name": branch.name(), "thread_id": branch.thread_id(), "pushed_commits": branch.pushed_commits(),
        "commits": branch.commits().map(told).collect::<Vec<_>>(),
    }))
}

fn told_by_project(project: &Project) -> Value {
    object(json!({
        "id": project.id(), "path": project.path(), "name": project.name(),
        "branches": keyed(project.branches(), |branch| branch.name().to_string(), told_by_branch),
        "created_at": project.created_at(), "updated_at": project.updated_at(),
    }))
}

fn told_by_checkpoint(checkpoint: &Checkpoint) -> Value {
    object(json!({
        "id": checkpoint.id(), "description": checkpoint.description(), "git_ref": checkpoint.git_ref(),
        "turn_count": checkpoint.turn_count(), "at": checkpoint.at(),
    }))
}

fn told_by_entry(entry: &TurnEntry) -> Value {
    object(match entry {
        TurnEntry::Message(message) => json!({
            "type": entry.kind(), "id": message.id(), "role": message.role(), "text": message.text().to_string(),
            "at": message.at(),
        }),
        TurnEntry::ToolCall(call) => json!({
            "type": entry.kind(), "id": call.id(), "name": call.name(), "input": call.input(),
            "status": call.status(), "output": call.output(), "at": call.at(),
        }),
        TurnEntry::Approval(approval) => json!({
            "type": entry.kind(), "id": approval.id(), "tool_call_id": approval.tool_call_id(),
            "description": approval.description(), "decision": approval.decision(), "at": approval.at(),
        }),
    })
}

fn told_by_turn(turn: &Turn) -> Value {
    object(json!({
        "id": turn.id(), "status": turn.status(), "entries": turn.entries().map(told_by_entry).collect::<Vec<_>>(),
        "started_at": turn.started_at(), "ended_at": turn.ended_at(),
    }))
}

fn told_by_thread(thread: &Thread) -> Value {
    object(json!({
        "id": thread.id(), "project_id": thread.project_id(), "title": thread.title(),
        "provider": thread.provider(), "model": thread.model(), "runtime_mode": thread.runtime_mode(),
        "status": thread.status(), "turns": thread.turns().map(told_by_turn).collect::<Vec<_>>(),
        "checkpoints": thread.checkpoints().map(told_by_checkpoint).collect::<Vec<_>>(),
        "branch": thread.branch(), "created_at": thread.created_at(), "updated_at": thread.updated_at(),
    }))
}

#[test]
fn the_accessors_tell_all_that_the_wire_form_tells() {
    let model = snapshot().model;
    let told = object(json!({
        "projects": keyed(model.projects(), |project| project.id().to_string(), told_by_project),
        "threads": keyed(model.threads(), |thread| thread.id().to_string(), told_by_thread),
        "selected_thread": model.selected_thread(),
    }));
    let written: Value = serde_json::from_str(SNAPSHOT).expect("it is JSON");
    assert_eq!(told, written["model"]);
}

#[test]
fn what_is_looked_up_in_a_model_that_was_read_is_found() {
    let model = snapshot().model;
    assert_eq!(model.project_at(&value("/other")).map(Project::id), Some(OTHER_PROJECT));
    assert_eq!(model.project_at(&value("/elsewhere")), None);
    let third = ThreadId::new(uuid::Uuid::from_u128(0x13));
    assert_eq!(
        model.threads_of(PROJECT).map(Thread::id).collect::<Vec<_>>(),
        [THREAD, third]
    );
    let active: Vec<_> = model
        .active_turns()
        .map(|(thread, turn)| (thread.id(), turn.pending_approvals()))
        .collect();
    assert_eq!(active, [(third, 1)]);

    let ended = model
        .thread(THREAD)
        .and_then(|thread| thread.turn(TURN))
        .expect("the turn is there");
    assert_eq!(
        ended.message(MESSAGE).map(|message| message.text() == "A semicolon?"),
        Some(true)
    );
    assert_eq!(
        ended
            .tool_call(&value("call-2"))
            .map(|call| call.status().to_string())
            .as_deref(),
        Some("failed")
    );
    assert_eq!(
        ended
            .approval(ACTION)
            .map(|approval| approval.decision().to_string())
            .as_deref(),
        Some("approved")
    );
    assert_eq!(
        (ended.tool_call(&value("call-3")), ended.pending_approvals()),
        (None, 0)
    );

    let running = model.thread(third).and_then(Thread::active_turn).expect("a turn runs");
    assert_eq!(
        running
            .message(PROMPT)
            .map(|message| message.role().to_string())
            .as_deref(),
        Some("user")
    );
    assert_eq!(
        [ACTION, OTHER_ACTION].map(|action| {
            let approval = running.approval(action);
            approval.map(|approval| approval.decision().is_pending())
        }),
        [Some(true), Some(false)]
    );
    assert_eq!(running.pending_approvals_of(&value("toolu_01A/ü")), 1);
    assert_eq!(running.message(MESSAGE), None);
    assert_eq!(running.tool_call(&value("call-1")), None);
}

#[test]
fn of_two_with_the_same_id_the_last_is_looked_up_whether_the_turn_runs_or_ended() {
    let message = |text| json!({ "type": "message", "id": MESSAGE, "role": "assistant", "text": text, "at": at(0) });
    let call =
        |input| json!({ "type": "tool_call", "id": "1", "name": "a", "input": input, "status": "open", "at": at(0) });
    let approval = |description| {
        let decision = json!({ "type": "pending" });
        json!({ "type": "approval", "id": ACTION, "description": description, "decision": decision, "at": at(0) })
    };
    for status in ["running", "completed"] {
        let entries = ["first", "last"].map(|text| [message(text), call(text), approval(text)]);
        let turn = json!({
            "id": TURN, "status": { "type": status }, "entries": entries.as_flattened(), "started_at": at(0),
        });
        let turn: Turn = serde_json::from_value(turn).expect("a turn that contradicts itself is read");
        let (message, call, approval) = (
            turn.message(MESSAGE),
            turn.tool_call(&value("1")),
            turn.approval(ACTION),
        );
        assert!(message.is_some_and(|message| message.text() == "last"), "{status}");
        assert_eq!(call.map(|call| call.input().as_str()), Some("last"), "{status}");
        assert_eq!(
            approval.map(|approval| approval.description().as_str()),
            Some("last"),
            "{status}"
        );
    }
}
