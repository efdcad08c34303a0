//! Starts after which something is lost, done twice, or still running.

use orchestration::events::ThreadStatusChanged;
use orchestration::{OrchestrationEvent, Snapshot};

use super::{Fault, NONE, Sign};
use crate::engine::Check;
use crate::proof::engines::process::{Dispatch, Group, Process, Start, Stop};
use crate::proof::engines::store::{Store, Transaction};
use crate::proof::engines::wiring::{Sound, Wiring, advance, interrupts, number, with_the_rest};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "last-batch-lost-on-restart",
        symptom: "After a restart the last command had not happened.",
        reports: &[
            "https://github.com/kurrent-io/KurrentDB/issues/1367",
            "https://github.com/HarperFast/rocksdb-js/pull/723",
        ],
        wrong: "The last transaction is taken for torn at each start, and cut off.",
        sign: Sign::Check(Check::E4),
        wiring: &LastBatchLostOnRestart,
        ..NONE
    },
    Fault {
        id: "last-batch-applied-twice-on-restart",
        symptom: "After a restart the last piece of text stood there twice.",
        reports: &[
            "https://github.com/pipelinedb/pipelinedb/issues/48",
            "https://github.com/RayforceDB/rayforce/issues/420",
        ],
        wrong: "The last transaction is replayed once more, since it may not have been applied before the crash.",
        sign: Sign::Check(Check::E8),
        wiring: &LastBatchAppliedTwiceOnRestart,
        ..NONE
    },
    Fault {
        id: "sequence-repeats-after-a-crash",
        symptom: "After a restart new events had numbers of old ones, and could not be stored any more.",
        reports: &[
            "https://github.com/ncthbrt/nact-persistence-postgres/issues/7",
            "https://github.com/theinterfold/interfold/issues/1669",
        ],
        wrong: "After a restart numbers go on from that of the last event but one.",
        sign: Sign::Check(Check::E1),
        wiring: &SequenceRepeatsAfterACrash,
        ..NONE
    },
    Fault {
        id: "turns-left-running",
        symptom: "After a restart a thread was running, and no agent was there.",
        reports: &[
            "https://github.com/openonion/connectonion/issues/545",
            "https://github.com/kdlbs/kandev/issues/3711",
        ],
        wrong: "Nothing is done about turns that a crash has left active.",
        sign: Sign::Check(Check::E10),
        wiring: &TurnsLeftRunning,
        ..NONE
    },
    Fault {
        id: "only-one-turn-interrupted",
        symptom: "After a restart one thread was idle again, and the others were running for ever.",
        reports: &["https://github.com/tetsuo-ai/agenc-core/issues/2167"],
        wrong: "Of the turns that a crash has left active only the first is ended.",
        sign: Sign::Check(Check::E10),
        wiring: &OnlyOneTurnInterrupted,
        ..NONE
    },
    Fault {
        id: "recovery-not-logged",
        symptom: "A thread was idle for those who read the model, and running for those who followed the log.",
        reports: &[
            "https://github.com/arcee-ai/nac/issues/148",
            "https://github.com/openclaw/openclaw/pull/124953",
        ],
        wrong: "Turns that a crash has left active are ended in the model, and not in the log.",
        sign: Sign::Check(Check::E10),
        wiring: &RecoveryNotLogged,
        ..NONE
    },
    Fault {
        id: "interrupted-twice",
        symptom: "A turn was ended twice.",
        reports: &["https://github.com/arcee-ai/nac/pull/165"],
        wrong: "Turns that a crash has left active are ended by those who restart the threads and by those who restart the agents.",
        sign: Sign::Check(Check::E3),
        wiring: &InterruptedTwice,
        ..NONE
    },
    Fault {
        id: "recovery-logs-where-nothing-ran",
        symptom: "With each restart the log grew, though nobody did anything.",
        reports: &["https://github.com/arcee-ai/nac/pull/183"],
        wrong: "At each start the log is told the status of every thread.",
        sign: Sign::Check(Check::E3),
        wiring: &RecoveryLogsWhereNothingRan,
        ..NONE
    },
];

struct LastBatchLostOnRestart;

impl Wiring for LastBatchLostOnRestart {
    fn stored(&self, store: &Store) -> Result<Vec<Transaction>, Start> {
        let mut transactions = Sound.stored(store)?;
        if transactions.pop().is_some() {
            store.rewrite(&transactions)?;
        }
        Ok(transactions)
    }
}

struct LastBatchAppliedTwiceOnRestart;

impl Wiring for LastBatchAppliedTwiceOnRestart {
    fn replayed(&self, process: &Process) -> Result<Snapshot, String> {
        let mut live = Sound.replayed(process)?;
        let last = live.stored_at;
        let batch = process.log.iter().filter(|stored| Some(stored.stored_at) == last);
        batch.for_each(|stored| advance(&mut live, stored));
        Ok(live)
    }
}

struct SequenceRepeatsAfterACrash;

impl Wiring for SequenceRepeatsAfterACrash {
    fn replayed(&self, process: &Process) -> Result<Snapshot, String> {
        Ok(with_the_rest(process, Snapshot::default()))
    }

    fn numbered(
        &self,
        process: &mut Process,
        group: &Group,
        _dispatch: &Dispatch,
        events: Vec<OrchestrationEvent>,
    ) -> Vec<orchestration::StoredEvent> {
        let is_first = process.earlier.sequence == process.live.sequence && group.transaction.events.is_empty();
        let last = group.live.sequence;
        number(if is_first { last.saturating_sub(1) } else { last }, events, process)
    }
}

struct TurnsLeftRunning;

impl Wiring for TurnsLeftRunning {
    fn recover(&self, _process: &mut Process) -> Result<(), Stop> {
        Ok(())
    }
}

struct OnlyOneTurnInterrupted;

impl Wiring for OnlyOneTurnInterrupted {
    fn recover(&self, process: &mut Process) -> Result<(), Stop> {
        let now = process.now();
        let mut interrupts = interrupts(&process.live, now);
        interrupts.truncate(1);
        self.dispatch(process, interrupts)
    }
}

struct RecoveryNotLogged;

impl Wiring for RecoveryNotLogged {
    fn recover(&self, process: &mut Process) -> Result<(), Stop> {
        let now = process.now();
        let interrupts = interrupts(&process.live, now);
        let group = self.decided(process, interrupts);
        process.live.model = group.live.model;
        Ok(())
    }
}

struct InterruptedTwice;

impl Wiring for InterruptedTwice {
    fn recover(&self, process: &mut Process) -> Result<(), Stop> {
        let now = process.now();
        let interrupts = interrupts(&process.live, now);
        let mut group = self.decided(process, interrupts);
        let again = group
            .transaction
            .events
            .iter()
            .map(|stored| stored.event.clone())
            .collect();
        let again = number(group.live.sequence, again, process);
        group.take(again);
        self.finish(process, group)
    }
}

struct RecoveryLogsWhereNothingRan;

impl Wiring for RecoveryLogsWhereNothingRan {
    fn recover(&self, process: &mut Process) -> Result<(), Stop> {
        Sound.recover(process)?;
        let at = process.now();
        let mut group = Group::on(&process.live);
        let told = process.live.model.threads().map(|thread| {
            let (from, to) = (thread.status(), thread.status());
            let thread_id = thread.id();
            ThreadStatusChanged {
                thread_id,
                from,
                to,
                at,
            }
            .into()
        });
        let told = told.collect();
        let told = number(group.live.sequence, told, process);
        group.take(told);
        self.finish(process, group)
    }
}
