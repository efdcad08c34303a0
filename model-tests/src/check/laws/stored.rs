//! A2 and A3 of what is stored: snapshots of any place of a log, headers, and versions of all kinds.

use orchestration::{OrchestrationReadModel, Snapshot, SnapshotHeader, StoredEvent, StoredEventHeader};
use serde_json::{Value, json};

use crate::check::invariants::{Findings, Invariant};
use crate::check::told::between_models;
use crate::check::view::{is_alike, is_alike_snapshot};
use crate::subject::Subject;

/// At how many places of a log a snapshot is taken.
const CUTS: usize = 1;

/// A2 and A3: a snapshot that is taken anywhere in a log is read as it was written, and comes with the rest of the log to
/// the live model; one of another version is not read; and what the headers say is what the whole holds.
pub(crate) fn check_stored(
    subject: Subject,
    log: &[StoredEvent],
    live: &OrchestrationReadModel,
    findings: &mut Findings,
) {
    let fault = cuts(log.len())
        .into_iter()
        .find_map(|cut| fault_of_cut(subject, log, cut, live));
    findings.expect(Invariant::A2, fault.is_none(), || fault.unwrap_or_default());
    let fault = fault_of_versions(|wire| {
        let header = serde_json::from_value::<SnapshotHeader>(wire.clone());
        let is_known = header.is_ok_and(|header| header.check().is_ok());
        (is_known, serde_json::from_value::<Snapshot>(wire.clone()).is_ok())
    });
    findings.expect(Invariant::A3, fault.is_none(), || fault.unwrap_or_default());
    for stored in log {
        let fault = fault_of_header(stored, |wire| serde_json::from_value(wire.clone()).ok());
        findings.expect(Invariant::A3, fault.is_none(), || fault.unwrap_or_default());
    }
}

/// Some places in a log of this length, both ends among them. They depend on the length alone.
fn cuts(length: usize) -> Vec<usize> {
    /// Far greater than the number of events that one command causes.
    const STRIDE: usize = 7_919;
    let between = (1..=CUTS).map(|number| number.wrapping_mul(STRIDE) % (length + 1));
    let mut cuts: Vec<usize> = between.chain([0, length]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// What is wrong with a snapshot that is taken after so many events.
fn fault_of_cut(subject: Subject, log: &[StoredEvent], cut: usize, live: &OrchestrationReadModel) -> Option<String> {
    let (past, rest) = log.split_at(cut);
    let apply = |snapshot: Snapshot, stored: &StoredEvent| subject.apply(snapshot, stored);
    let fault = |what: &str| {
        Some(format!(
            "a snapshot that was taken after {cut} of {} events {what}",
            log.len()
        ))
    };
    let Ok(snapshot) = past.iter().try_fold(Snapshot::default(), apply) else {
        return fault("cannot be built");
    };
    let Ok(wire) = serde_json::to_value(&snapshot) else {
        return fault("cannot be written");
    };
    let read = serde_json::from_value::<Snapshot>(wire);
    let Some(read) = read.ok().filter(|read| is_alike_snapshot(read, &snapshot)) else {
        return fault("was to be read as it was written: expected the same, found another or none");
    };
    if past.last().is_some_and(|last| subject.check_log(&read, last).is_err()) {
        return fault("is not taken for one of its own log");
    }
    match rest.iter().try_fold(read, apply) {
        Ok(after) if is_alike(&after.model, live) && after.sequence == log.len() as u64 => None,
        Ok(after) => {
            let change = between_models(live, &after.model);
            fault(&format!("comes to another model than the live one: {change}"))
        }
        Err(error) => fault(&format!("refuses the rest of the log: {error}")),
    }
}

/// What is wrong with how the version of a snapshot is read, by its header and by the whole. The empty snapshot is enough, for
/// the version does not depend on the model.
fn fault_of_versions(read: impl Fn(&Value) -> (bool, bool)) -> Option<String> {
    let wire = serde_json::to_value(Snapshot::default()).ok()?;
    let version = version_misread(&wire, read)?;
    let own = Snapshot::SCHEMA_VERSION;
    Some(format!(
        "a snapshot is misread: schema_version: expected only {own} to be read, found otherwise with {version}"
    ))
}

/// The version with which a snapshot is misread, if there is one: header and whole are both to be read with this build's
/// version, and with no other.
fn version_misread(wire: &Value, read: impl Fn(&Value) -> (bool, bool)) -> Option<String> {
    let own = Snapshot::SCHEMA_VERSION;
    let others = [
        json!(own - 1),
        json!(own + 1),
        json!(0),
        json!(u64::from(u32::MAX) + 1 + u64::from(own)),
        json!(-i64::from(own)),
        json!(f64::from(own) + 0.5),
        json!(own.to_string()),
        json!([own]),
        json!(true),
        Value::Null,
    ];
    let with = |version: Option<Value>| {
        let mut other = wire.clone();
        let fields = other.as_object_mut()?;
        match version {
            Some(version) => fields.insert("schema_version".to_owned(), version),
            None => fields.remove("schema_version"),
        };
        Some(other)
    };
    if read(wire) != (true, true) {
        return Some(own.to_string());
    }
    let others = others.into_iter().map(Some).chain([None]);
    let mut misread = others.filter(|version| with(version.clone()).is_none_or(|wire| read(&wire) != (false, false)));
    misread
        .next()
        .map(|version| version.map_or_else(|| "absent".to_owned(), |version| version.to_string()))
}

/// What is wrong with what a stored event's header says.
fn fault_of_header(stored: &StoredEvent, read: impl Fn(&Value) -> Option<StoredEventHeader>) -> Option<String> {
    let mut wire = serde_json::to_value(stored).ok()?;
    let is_agreed = read(&wire).is_some_and(|header| {
        header.sequence == stored.sequence && header.kind == stored.event.kind() && header.check().is_ok()
    });
    wire["event"] = json!({"type": "of_a_newer_build"});
    let is_foreign = read(&wire).is_some_and(|header| header.sequence == stored.sequence && header.check().is_err());
    (!is_agreed || !is_foreign)
        .then(|| {
            let StoredEvent { sequence, event, .. } = stored;
            let kind = event.kind();
            format!("the header of a stored event says otherwise than the whole: expected event {sequence}, a {kind}, found another")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_log_are_cut_and_places_between() {
        assert_eq!(cuts(0), [0]);
        let many = cuts(100);
        assert_eq!(
            (many.first(), many.last(), many.len()),
            (Some(&0), Some(&100), CUTS + 2)
        );
    }

    #[test]
    fn a_reader_that_takes_another_version_is_found() {
        let wire = json!({"schema_version": Snapshot::SCHEMA_VERSION, "sequence": 0, "model": {}});
        let version = |wire: &Value| wire["schema_version"].as_f64();
        let own = f64::from(Snapshot::SCHEMA_VERSION);
        let strict = |wire: &Value| (version(wire) == Some(own), version(wire) == Some(own));
        assert_eq!(version_misread(&wire, strict), None);
        let older = |wire: &Value| {
            (
                strict(wire).0,
                version(wire).is_some_and(|found| found > 0.0 && found <= own),
            )
        };
        assert_eq!(
            version_misread(&wire, older),
            Some((Snapshot::SCHEMA_VERSION - 1).to_string())
        );
        let absent = |wire: &Value| (strict(wire).0, wire.get("schema_version").is_none() || strict(wire).1);
        assert_eq!(version_misread(&wire, absent), Some("absent".to_owned()));
        assert!(version_misread(&wire, |_| (false, false)).is_some());
    }

    #[test]
    fn a_header_that_says_otherwise_than_the_whole_is_found() {
        let stored: StoredEvent = serde_json::from_value(json!({
            "sequence": 7,
            "event": {"type": "thread_deleted", "thread_id": uuid::Uuid::nil(), "at": "2026-01-01T00:00:00Z"},
            "stored_at": "2026-01-01T00:00:00Z",
        }))
        .expect("it is a stored event");
        let core = |wire: &Value| serde_json::from_value::<StoredEventHeader>(wire.clone()).ok();
        assert_eq!(fault_of_header(&stored, core), None);
        let changed = |change: fn(&mut StoredEventHeader)| {
            fault_of_header(&stored, move |wire| {
                let mut header = core(wire)?;
                change(&mut header);
                Some(header)
            })
        };
        assert!(changed(|header| header.sequence += 1).is_some());
        assert!(changed(|header| "thread_selected".clone_into(&mut header.kind)).is_some());
        assert!(fault_of_header(&stored, |_| None).is_some());
    }

    #[test]
    fn a_header_that_is_right_of_a_known_event_or_of_a_foreign_one_alone_is_found() {
        let stored: StoredEvent = serde_json::from_value(json!({
            "sequence": 7,
            "event": {"type": "thread_deleted", "thread_id": uuid::Uuid::nil(), "at": "2026-01-01T00:00:00Z"},
            "stored_at": "2026-01-01T00:00:00Z",
        }))
        .expect("it is a stored event");
        let changed = |of_kind: &'static str, change: fn(&mut StoredEventHeader)| {
            fault_of_header(&stored, move |wire| {
                let mut header = serde_json::from_value::<StoredEventHeader>(wire.clone()).ok()?;
                if wire["event"]["type"] == of_kind {
                    change(&mut header);
                }
                Some(header)
            })
        };
        for of_kind in ["thread_deleted", "of_a_newer_build"] {
            assert!(changed(of_kind, |header| header.sequence += 1).is_some());
            assert!(changed(of_kind, |header| "thread_selected".clone_into(&mut header.kind)).is_some());
        }
    }

    #[test]
    fn a_reader_that_takes_every_version_is_told_of() {
        let told = fault_of_versions(|_| (true, true));
        assert!(told.is_some_and(|told| told.starts_with("a snapshot is misread: schema_version: ")));
    }

    #[test]
    fn a_snapshot_that_comes_to_another_model_or_to_another_number_is_found() {
        let event = json!({
            "type": "project_created", "project_id": uuid::Uuid::nil(), "path": "/a", "name": "a",
            "at": "2026-01-01T00:00:00Z",
        });
        let stored = json!({"sequence": 1, "event": event, "stored_at": "2026-01-01T00:00:00Z"});
        let log: [StoredEvent; 1] = [serde_json::from_value(stored).expect("it is a stored event")];
        let live = Snapshot::default().apply(&log[0]).expect("it is the next").model;
        let other = OrchestrationReadModel::default();
        let uncounted = Subject::CORE.with_replay(|snapshot, stored| {
            let model = snapshot.apply(stored)?.model;
            Ok(Snapshot {
                model,
                ..Snapshot::default()
            })
        });
        let told = "a snapshot that was taken after 0 of 1 events comes to another model than the live one";
        assert_eq!(fault_of_cut(Subject::CORE, &log, 0, &live), None);
        for (subject, live) in [(Subject::CORE, &other), (uncounted, &live)] {
            let fault = fault_of_cut(subject, &log, 0, live);
            assert!(fault.as_ref().is_some_and(|fault| fault.starts_with(told)), "{fault:?}");
        }
        let mut findings = Findings::default();
        check_stored(Subject::CORE, &log, &other, &mut findings);
        assert_eq!(findings.violations.len(), 1);
    }
}
