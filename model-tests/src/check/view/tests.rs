//! The views tell apart whatever differs, and nothing else.

use std::collections::BTreeMap;

use orchestration::OrchestrationReadModel;
use orchestration::testing::Unchecked;
use serde_json::{Value, json};

use super::{ModelView, is_alike, is_alike_snapshot};

const AT: &str = "2026-01-01T00:00:00.000000001Z";

/// An id of a kind and a number.
fn id(kind: u8, number: u8) -> String {
    format!("000000{kind:02x}-0000-4000-8000-0000000000{number:02x}")
}

/// The wire form of a model in which every field of every kind of thing is there.
pub(super) fn wire() -> Value {
    let (project, thread) = (id(0xa0, 1), id(0xb0, 1));
    let entries = json!([
        {"type": "message", "id": id(0xd0, 1), "role": "user", "text": "Why?", "at": AT},
        {"type": "tool_call", "id": "call", "name": "bash", "input": "ls", "status": "succeeded", "output": "src", "at": AT},
        {"type": "tool_call", "id": "other", "name": "bash", "input": "ls", "status": "open", "at": AT},
        {"type": "approval", "id": id(0xe0, 1), "tool_call_id": "call", "description": "Run it",
         "decision": {"type": "rejected", "reason": "no"}, "at": AT},
        {"type": "approval", "id": id(0xe0, 2), "description": "Run it", "decision": {"type": "pending"}, "at": AT},
    ]);
    let failed = json!({"type": "failed", "message": "out of tokens", "code": "429"});
    let turns = json!([
        {"id": id(0xc0, 1), "status": failed, "entries": [], "started_at": AT, "ended_at": AT},
        {"id": id(0xc0, 2), "status": {"type": "running"}, "entries": entries, "started_at": AT},
    ]);
    let checkpoint = json!({"id": id(0xf0, 1), "description": "before", "git_ref": "abc", "turn_count": 1, "at": AT});
    let branch =
        json!({"name": "fix", "thread_id": thread, "commits": [{"message": "Fix", "at": AT}], "pushed_commits": 1});
    json!({
        "projects": {&project: {
            "id": project, "path": "/repo", "name": "repo", "branches": {"fix": branch},
            "created_at": AT, "updated_at": AT,
        }},
        "threads": {&thread: {
            "id": thread, "project_id": project, "title": "Fix it", "provider": "claude", "model": "sonnet",
            "runtime_mode": "supervised", "status": "running", "turns": turns, "checkpoints": [checkpoint],
            "branch": "fix", "created_at": AT, "updated_at": AT,
        }},
        "selected_thread": thread,
    })
}

pub(super) fn model_of(wire: &Value) -> OrchestrationReadModel {
    let read = serde_json::from_value(wire.clone());
    read.map_or_else(|error| panic!("{error}: {wire}"), |Unchecked(model)| model)
}

pub(super) fn model() -> OrchestrationReadModel {
    model_of(&wire())
}

#[test]
fn models_that_share_nothing_and_hold_the_same_read_alike() {
    let (one, other) = (model(), model());
    assert!(is_alike(&one, &other));
    assert_eq!(ModelView::from(&one), ModelView::from(&other));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a row for each field, to be read as one table")]
fn every_field_is_in_the_view() {
    let wire = wire();
    let mut changed = BTreeMap::new();
    for (pointer, value) in [
        ("/selected_thread", json!(id(0xb0, 2))),
        ("/projects/000000a0-0000-4000-8000-000000000001/path", json!("/other")),
        ("/projects/000000a0-0000-4000-8000-000000000001/name", json!("other")),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/created_at",
            json!("2026-01-01T00:00:00Z"),
        ),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/updated_at",
            json!("2026-01-01T00:00:00Z"),
        ),
        ("/projects/000000a0-0000-4000-8000-000000000001/branches", json!({})),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/branches/fix/thread_id",
            json!(id(0xb0, 2)),
        ),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/branches/fix/pushed_commits",
            json!(0),
        ),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/branches/fix/commits",
            json!([]),
        ),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/branches/fix/commits/0/message",
            json!("Other"),
        ),
        (
            "/projects/000000a0-0000-4000-8000-000000000001/branches/fix/commits/0/at",
            json!("2026-01-01T00:00:00Z"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/project_id",
            json!(id(0xa0, 2)),
        ),
        ("/threads/000000b0-0000-4000-8000-000000000001/title", json!("Other")),
        ("/threads/000000b0-0000-4000-8000-000000000001/provider", json!("codex")),
        ("/threads/000000b0-0000-4000-8000-000000000001/model", json!(null)),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/runtime_mode",
            json!("full_access"),
        ),
        ("/threads/000000b0-0000-4000-8000-000000000001/status", json!("idle")),
        ("/threads/000000b0-0000-4000-8000-000000000001/branch", json!(null)),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/created_at",
            json!("2026-01-01T00:00:00Z"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/updated_at",
            json!("2026-01-01T00:00:00Z"),
        ),
        ("/threads/000000b0-0000-4000-8000-000000000001/checkpoints", json!([])),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/checkpoints/0/id",
            json!(id(0xf0, 2)),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/checkpoints/0/description",
            json!(null),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/checkpoints/0/git_ref",
            json!("abd"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/checkpoints/0/turn_count",
            json!(2),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/checkpoints/0/at",
            json!("2026-01-01T00:00:00Z"),
        ),
        ("/threads/000000b0-0000-4000-8000-000000000001/turns", json!([])),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/0/id",
            json!(id(0xc0, 3)),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/0/status",
            json!({"type": "completed"}),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/0/status/message",
            json!(""),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/0/status/code",
            json!(null),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/0/started_at",
            json!("2026-01-01T00:00:00Z"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/0/ended_at",
            json!(null),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries",
            json!([]),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/0/id",
            json!(id(0xd0, 2)),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/0/role",
            json!("assistant"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/0/text",
            json!("Whyx"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/0/at",
            json!("2026-01-01T00:00:00Z"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/1/id",
            json!("calm"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/1/name",
            json!("sh"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/1/input",
            json!(""),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/1/status",
            json!("failed"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/1/output",
            json!(null),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/1/at",
            json!("2026-01-01T00:00:00Z"),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/3/id",
            json!(id(0xe0, 3)),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/3/tool_call_id",
            json!(null),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/3/description",
            json!(""),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/3/decision",
            json!({"type": "approved"}),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/3/decision/reason",
            json!(null),
        ),
        (
            "/threads/000000b0-0000-4000-8000-000000000001/turns/1/entries/3/at",
            json!("2026-01-01T00:00:00Z"),
        ),
    ] {
        let mut other = wire.clone();
        *other
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer} is not there")) = value;
        changed.insert(pointer, model_of(&other));
    }
    let original = model();
    for (pointer, other) in &changed {
        assert!(!is_alike(&original, other), "{pointer} is not looked at");
        assert!(!is_alike(other, &original), "{pointer} is not looked at");
        assert_ne!(ModelView::from(&original), ModelView::from(other), "{pointer}");
    }
}

#[test]
fn snapshots_of_two_places_are_not_alike() {
    let snapshot = orchestration::Snapshot {
        sequence: 7,
        stored_at: Some(chrono::DateTime::UNIX_EPOCH),
        model: model(),
    };
    let mut others = [snapshot.clone(), snapshot.clone(), snapshot.clone()];
    others[0].sequence = 8;
    others[1].stored_at = None;
    others[2].model = OrchestrationReadModel::default();
    assert!(is_alike_snapshot(&snapshot, &snapshot.clone()));
    for other in others {
        assert!(!is_alike_snapshot(&snapshot, &other), "{other:?}");
    }
}
