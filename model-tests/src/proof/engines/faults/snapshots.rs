//! Snapshots that are not what the log adds up to.

use orchestration::{OrchestrationReadModel, Snapshot};

use super::{Fault, NONE, Sign};
use crate::engine::Check;
use crate::proof::engines::process::{Group, Process, Stop};
use crate::proof::engines::wiring::{Sound, Wiring, with_the_rest};

/// With how many groups a snapshot is brought up to date.
const GROUPS: u32 = 8;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "snapshot-too-new",
        symptom: "After a restart the last piece of text stood there twice.",
        reports: &[
            "https://github.com/asynkron/protoactor-dotnet/pull/221",
            "https://github.com/RayforceDB/rayforce/issues/420",
        ],
        wrong: "A snapshot has an event in it that is greater than its number, and that is replayed once more.",
        sign: Sign::Check(Check::E12),
        wiring: &SnapshotTooNew,
        ..NONE
    },
    Fault {
        id: "snapshot-too-old",
        symptom: "After a restart something was gone that had been there before.",
        reports: &["https://github.com/camunda/camunda/issues/504"],
        wrong: "A snapshot has the number of the last event, and the model before the last group.",
        sign: Sign::Check(Check::E12),
        wiring: &SnapshotTooOld,
        ..NONE
    },
    Fault {
        id: "snapshot-of-another-log",
        symptom: "After two crashes the model held what nobody had ever been told of.",
        reports: &["https://github.com/urbit/urbit/issues/5528"],
        wrong: "A snapshot that was asked for is brought up to date with the next few groups, each time before the commit; and one is taken for one of this log once that is as long.",
        sign: Sign::Check(Check::E12),
        needs_crash_point: true,
        wiring: &SnapshotOfAnotherLog,
        ..NONE
    },
    Fault {
        id: "snapshot-leaves-something-out",
        symptom: "After a restart no thread was selected.",
        reports: &["https://github.com/AxonIQ/AxonFramework/issues/440"],
        wrong: "Which thread is selected is not written to the snapshot.",
        sign: Sign::Check(Check::E12),
        wiring: &SnapshotLeavesSomethingOut,
        ..NONE
    },
    Fault {
        id: "snapshot-alone-replayed",
        symptom: "After a restart everything since the last snapshot was gone from the model.",
        reports: &[
            "https://github.com/justrach/devswarm/issues/318",
            "https://github.com/KanishJebaMathewM/Truxify/issues/3848",
        ],
        wrong: "The model after a restart is that of the snapshot, under the number of the last event.",
        sign: Sign::Check(Check::E12),
        wiring: &SnapshotAloneReplayed,
        ..NONE
    },
];

struct SnapshotTooNew;

impl Wiring for SnapshotTooNew {
    fn snapshot(&self, process: &mut Process) -> Snapshot {
        Snapshot {
            model: process.live.model.clone(),
            ..process.earlier.clone()
        }
    }
}

struct SnapshotTooOld;

impl Wiring for SnapshotTooOld {
    fn snapshot(&self, process: &mut Process) -> Snapshot {
        Snapshot {
            model: process.earlier.model.clone(),
            ..process.live.clone()
        }
    }
}

struct SnapshotOfAnotherLog;

impl Wiring for SnapshotOfAnotherLog {
    fn finish(&self, process: &mut Process, group: Group) -> Result<(), Stop> {
        if process.snapshots_due > 0 {
            process.snapshots_due -= 1;
            process.store.write_snapshot(&group.live)?;
        }
        Sound.finish(process, group)
    }

    fn snapshot(&self, process: &mut Process) -> Snapshot {
        process.snapshots_due = GROUPS;
        process.live.clone()
    }

    /// As it should be, but for `check_log`.
    fn replayed(&self, process: &Process) -> Result<Snapshot, String> {
        let length = process.log.len() as u64;
        let snapshot = process.store.snapshot().filter(|snapshot| snapshot.sequence <= length);
        Ok(with_the_rest(process, snapshot.unwrap_or_default()))
    }
}

struct SnapshotLeavesSomethingOut;

impl Wiring for SnapshotLeavesSomethingOut {
    fn snapshot(&self, process: &mut Process) -> Snapshot {
        Snapshot {
            model: without_selection(&process.live.model),
            ..process.live.clone()
        }
    }
}

/// The model with no thread selected.
fn without_selection(model: &OrchestrationReadModel) -> OrchestrationReadModel {
    let mut written = serde_json::to_value(model).expect("a model can be written");
    if let Some(fields) = written.as_object_mut() {
        fields.remove("selected_thread");
    }
    serde_json::from_value(written).expect("it is a legal model")
}

struct SnapshotAloneReplayed;

impl Wiring for SnapshotAloneReplayed {
    fn replayed(&self, process: &Process) -> Result<Snapshot, String> {
        let whole = Sound.replayed(process)?;
        let model = process
            .store
            .snapshot()
            .map_or_else(|| whole.model.clone(), |snapshot| snapshot.model);
        Ok(Snapshot { model, ..whole })
    }
}
