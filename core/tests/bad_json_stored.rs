//! What is refused of stored snapshots and of the headers of what is stored, and what is not.

use crate::bad_json::refusal;
use insta::assert_snapshot;
use orchestration::{Snapshot, SnapshotHeader, StoredEventHeader, UnknownEventKind};
use serde_json::{Value, json};

#[test]
fn a_snapshot_of_another_version_is_refused_by_its_header_in_any_order_of_its_keys() {
    for stored in [
        r#"{"schema_version":3,"sequence":7,"model":"something else"}"#,
        r#"{"model":["something","else"],"sequence":"seven","schema_version":3}"#,
        r#"{"schema_version":3}"#,
    ] {
        let header: SnapshotHeader = serde_json::from_str(stored).expect("the header is read");
        let mismatch = header.check().expect_err("another version");
        assert_eq!((mismatch.expected, mismatch.found), (Snapshot::SCHEMA_VERSION, 3));
        assert_eq!(
            mismatch.to_string(),
            "the snapshot has the schema version 3: expected 2"
        );
    }
}

#[test]
fn a_snapshot_of_another_version_is_refused_as_such_before_its_other_fields_are_read() {
    assert_snapshot!(refusal::<Snapshot>(r#"{"schema_version":3,"sequence":"seven","model":7}"#), @"the snapshot has the schema version 3: expected 2 at line 1 column 19");
    assert_snapshot!(refusal::<Snapshot>(r#"{"schema_version":0,"sequence":7}"#), @"the snapshot has the schema version 0: expected 2 at line 1 column 19");
}

#[test]
fn a_snapshot_without_a_version_is_refused() {
    assert_snapshot!(refusal::<SnapshotHeader>(r#"{"sequence":7,"model":{}}"#), @"missing field `schema_version` at line 1 column 25");
    assert_snapshot!(refusal::<Snapshot>(r#"{"sequence":7,"model":{"projects":{},"threads":{}}}"#), @"missing field `schema_version` at line 1 column 51");
    assert_snapshot!(refusal::<SnapshotHeader>(r#"{"schema_version":"2"}"#), @r#"invalid type: string "2", expected u32 at line 1 column 21"#);
}

#[test]
fn a_snapshot_may_be_without_the_time_of_its_last_event() {
    let stored = r#"{"schema_version":2,"sequence":7,"model":{"projects":{},"threads":{}}}"#;
    let snapshot: Snapshot = serde_json::from_str(stored).expect("it is read");
    assert_eq!(snapshot.stored_at, None);
    assert_snapshot!(refusal::<Snapshot>(&stored.replace(r#""model""#, r#""stored_at":"noon","model""#)), @"no RFC 3339 time with an offset: input contains invalid characters at line 1 column 51");
}

#[test]
fn the_header_of_a_stored_event_is_read_of_any_kind_and_tells_a_newer_build_from_damage() {
    let header = |event: Value| {
        let stored = json!({"event": event, "sequence": 7, "stored_at": "2026-01-01T00:00:00Z", "tenant": 3});
        serde_json::from_value::<StoredEventHeader>(stored)
    };
    let known = header(json!({"type": "thread_deleted"})).expect("what stands behind the kind is not read");
    assert_eq!((known.sequence, known.kind.as_str()), (7, "thread_deleted"));
    assert_eq!(known.check(), Ok(()));
    let newer = header(json!({"reason": {"deep": []}, "type": "thread_archived"})).expect("a kind of any name is read");
    assert_eq!(
        newer.check(),
        Err(UnknownEventKind {
            sequence: 7,
            kind: "thread_archived".to_owned(),
        })
    );
    assert_snapshot!(refusal::<StoredEventHeader>(r#"{"sequence":7,"event":{"thread_id":"x"}}"#), @"missing field `type` at line 1 column 39");
    assert_snapshot!(refusal::<StoredEventHeader>(r#"{"sequence":7,"event":{"type":4}}"#), @"invalid type: integer `4`, expected a string at line 1 column 31");
    assert_snapshot!(refusal::<StoredEventHeader>(r#"{"sequence":7}"#), @"missing field `event` at line 1 column 14");
    assert_snapshot!(refusal::<StoredEventHeader>(r#"{"event":{"type":"thread_deleted"}}"#), @"missing field `sequence` at line 1 column 35");
}
