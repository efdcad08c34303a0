//! What outlives the end of the process, and not that of the power.

use super::{Fault, NONE, Sign};
use crate::engine::Check;
use crate::proof::engines::process::{Group, Point, Process, Start, Stop};
use crate::proof::engines::store::{Store, Transaction};
use crate::proof::engines::wiring::Wiring;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "log-not-flushed",
        symptom: "After a power cut the last commands had not happened.",
        reports: &[
            "https://github.com/Growth-Circle/cadis/issues/1461",
            "https://github.com/Growth-Circle/cadis/issues/495",
        ],
        wrong: "The log is written, and never flushed.",
        sign: Sign::Check(Check::E4),
        is_simulated_only: true,
        wiring: &LogNotFlushed,
        ..NONE
    },
    Fault {
        id: "acknowledged-before-flush",
        symptom: "A client was told that its command was accepted, and after a power cut nothing of it was there.",
        reports: &["https://github.com/matrixarkai/TemporalStore/pull/1326"],
        wrong: "The clients are answered once the batch is written, and then it is flushed.",
        sign: Sign::Check(Check::E4),
        is_simulated_only: true,
        wiring: &AcknowledgedBeforeFlush,
        ..NONE
    },
    Fault {
        id: "batch-in-two-writes",
        symptom: "After a power cut the first event of a command was in the log, and not those that belong to it.",
        reports: &["https://github.com/RedisLabs/redisraft/issues/127"],
        wrong: "The events of a batch are written one by one, each whole in itself, and flushed together.",
        sign: Sign::Check(Check::E5),
        is_simulated_only: true,
        wiring: &BatchInTwoWrites,
        ..NONE
    },
    Fault {
        id: "torn-record-fatal",
        symptom: "After a power cut the server did not start any more.",
        reports: &[
            "https://github.com/oguzbilgic/kern-ai/issues/300",
            "https://github.com/timwhitez/dsh-self-evolving/issues/21",
        ],
        wrong: "A log whose last record is torn is taken for damaged.",
        sign: Sign::NotStarted,
        is_simulated_only: true,
        wiring: &TornRecordFatal,
        ..NONE
    },
    Fault {
        id: "torn-record-kept",
        symptom: "After a power cut everything worked, and at the next start all that had come since was gone.",
        reports: &[
            "https://github.com/PrimeIntellect-ai/prime-agent/pull/1785",
            "https://github.com/github/copilot-cli/issues/4098",
        ],
        wrong: "The log goes on behind a record that is torn, where nobody reads it again.",
        sign: Sign::Check(Check::E4),
        is_simulated_only: true,
        wiring: &TornRecordKept,
        ..NONE
    },
];

struct LogNotFlushed;

impl Wiring for LogNotFlushed {
    fn commit(&self, process: &mut Process, transaction: &Transaction) -> Result<(), Stop> {
        process.pass(Point::BeforeCommit)?;
        process.store.append(transaction)?;
        process.pass(Point::AfterCommit)
    }
}

struct AcknowledgedBeforeFlush;

impl Wiring for AcknowledgedBeforeFlush {
    fn finish(&self, process: &mut Process, mut group: Group) -> Result<(), Stop> {
        let answers = std::mem::take(&mut group.answers);
        if group.transaction.is_empty() {
            self.answer(process, answers);
            return Ok(());
        }
        process.store.append(&group.transaction)?;
        process.committed(&group);
        self.answer(process, answers);
        process.store.flush()?;
        self.publish(process, &group.transaction.events);
        Ok(())
    }
}

struct BatchInTwoWrites;

impl Wiring for BatchInTwoWrites {
    fn commit(&self, process: &mut Process, transaction: &Transaction) -> Result<(), Stop> {
        process.pass(Point::BeforeCommit)?;
        for stored in &transaction.events {
            let events = vec![stored.clone()];
            process.store.append(&Transaction {
                events,
                ..Transaction::default()
            })?;
        }
        let answered = transaction.answered.clone();
        process.store.append(&Transaction {
            events: Vec::new(),
            answered,
        })?;
        process.store.flush()?;
        process.pass(Point::AfterCommit)
    }
}

struct TornRecordFatal;

impl Wiring for TornRecordFatal {
    fn stored(&self, store: &Store) -> Result<Vec<Transaction>, Start> {
        match store.log() {
            (transactions, None) => Ok(transactions),
            (_, Some(_)) => Err(Start::Refused("the log is damaged".to_owned())),
        }
    }
}

struct TornRecordKept;

impl Wiring for TornRecordKept {
    fn stored(&self, store: &Store) -> Result<Vec<Transaction>, Start> {
        Ok(store.log().0)
    }
}
