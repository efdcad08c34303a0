//! What is decided on another model than the one that it follows, or stored otherwise than it was decided.

use orchestration::chrono::SubsecRound;
use orchestration::events::ThreadStatusChanged;
use orchestration::{DeciderError, OrchestrationEvent, decide};

use super::{Fault, NONE, Sign};
use crate::engine::{Answer, Check};
use crate::proof::engines::process::{Dispatch, Group, Process};
use crate::proof::engines::wiring::{Sound, Wiring, number};
use crate::subject::Decided;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "decided-on-a-stale-model",
        symptom: "Two prompts that were sent at once both started a turn.",
        reports: &[
            "https://github.com/fujibee/agmsg/issues/870",
            "https://github.com/get-bb/bb/issues/2379",
        ],
        wrong: "The commands of a group are all decided on the model before the group.",
        sign: Sign::Check(Check::E2),
        wiring: &DecidedOnAStaleModel,
        ..NONE
    },
    Fault {
        id: "refused-on-a-stale-model",
        symptom: "A command was refused because of something that was over by then.",
        reports: &["https://github.com/openclaw/openclaw/issues/117096"],
        wrong: "Whether a command is refused is decided on the model before the last group.",
        sign: Sign::Check(Check::E6),
        wiring: &RefusedOnAStaleModel,
        ..NONE
    },
    Fault {
        id: "refusal-stored",
        symptom: "A command that was refused had changed something all the same.",
        reports: &["https://github.com/pingdotgg/t3code/issues/8802"],
        wrong: "A prompt that comes while a turn runs is refused, and the log is told of the thread's status all the same.",
        sign: Sign::Check(Check::E6),
        wiring: &RefusalStored,
        ..NONE
    },
    Fault {
        id: "events-of-a-batch-reordered",
        symptom: "A thread was idle before its turn had ended.",
        reports: &["https://github.com/akkadotnet/akka.net/issues/3590"],
        wrong: "The events of a batch are written side by side, and the last one comes first.",
        sign: Sign::Check(Check::E2),
        wiring: &EventsOfABatchReordered,
        ..NONE
    },
    Fault {
        id: "event-left-out",
        symptom: "Who followed the status of a thread never heard that it was idle again.",
        reports: &["https://github.com/pingdotgg/t3code/issues/3159"],
        wrong: "Changes of status are not stored, since they follow from the other events.",
        sign: Sign::Check(Check::E5),
        wiring: &EventLeftOut,
        ..NONE
    },
    Fault {
        id: "time-rounded-by-its-column",
        symptom: "What was read back had another time than what had been sent.",
        reports: &[
            "https://github.com/managoat/fountain/issues/1624",
            "https://github.com/kurrent-io/KurrentDB/issues/92",
        ],
        wrong: "The column for an event's time holds whole seconds.",
        sign: Sign::Check(Check::E2),
        wiring: &TimeRoundedByItsColumn,
        ..NONE
    },
    Fault {
        id: "field-lost-by-its-encoding",
        symptom: "Which model a thread was made with was forgotten.",
        reports: &["https://github.com/proteanhq/protean/issues/1362"],
        wrong: "An optional field of an event has no column of its own, and is not stored.",
        sign: Sign::Check(Check::E2),
        wiring: &FieldLostByItsEncoding,
        ..NONE
    },
];

struct DecidedOnAStaleModel;

impl Wiring for DecidedOnAStaleModel {
    fn decide(&self, process: &Process, _group: &Group, dispatch: &Dispatch) -> Decided {
        decide(&dispatch.command, &process.live.model)
    }
}

struct RefusedOnAStaleModel;

impl Wiring for RefusedOnAStaleModel {
    fn decide(&self, process: &Process, group: &Group, dispatch: &Dispatch) -> Decided {
        decide(&dispatch.command, &process.earlier.model)?;
        decide(&dispatch.command, &group.live.model)
    }
}

struct RefusalStored;

impl Wiring for RefusalStored {
    fn carried_out(&self, process: &mut Process, group: &mut Group, dispatch: &Dispatch) -> Answer {
        let answer = Sound.carried_out(process, group, dispatch);
        if let Answer::Rejected {
            error: DeciderError::ThreadNotIdle { thread_id, status },
            ..
        } = answer
        {
            let told = ThreadStatusChanged {
                thread_id,
                from: status,
                to: status,
                at: dispatch.command.at(),
            };
            let told = number(group.live.sequence, vec![told.into()], process);
            group.take(told);
        }
        answer
    }
}

struct EventsOfABatchReordered;

impl Wiring for EventsOfABatchReordered {
    fn encoded(&self, mut events: Vec<OrchestrationEvent>) -> Vec<OrchestrationEvent> {
        events.reverse();
        events
    }
}

struct EventLeftOut;

impl Wiring for EventLeftOut {
    fn encoded(&self, mut events: Vec<OrchestrationEvent>) -> Vec<OrchestrationEvent> {
        events.retain(|event| !matches!(event, OrchestrationEvent::ThreadStatusChanged(_)));
        events
    }
}

struct TimeRoundedByItsColumn;

impl Wiring for TimeRoundedByItsColumn {
    fn decide(&self, _process: &Process, group: &Group, dispatch: &Dispatch) -> Decided {
        let rounded = dispatch.command.at().trunc_subsecs(0);
        decide(&dispatch.command.clone().with_at(rounded), &group.live.model)
    }
}

struct FieldLostByItsEncoding;

impl Wiring for FieldLostByItsEncoding {
    fn encoded(&self, mut events: Vec<OrchestrationEvent>) -> Vec<OrchestrationEvent> {
        for event in &mut events {
            if let OrchestrationEvent::ThreadCreated(created) = event {
                created.model = None;
            }
        }
        events
    }
}
