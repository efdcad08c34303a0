//! Clients that are told what is not so, or nothing, or what another asked for.

use super::{Fault, NONE, Sign};
use crate::engine::Check;
use crate::proof::engines::process::{Dispatch, Group, Outcome, Process};
use crate::proof::engines::wiring::{Sound, Wiring};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "answered-with-the-first-number",
        symptom: "A client waited for the event that its command was answered with, and read a model in which the command was half done.",
        reports: &["https://github.com/RBMHTechnology/eventuate/issues/309"],
        wrong: "A client is told the number of its batch's first event.",
        sign: Sign::Check(Check::E4),
        wiring: &AnsweredWithTheFirstNumber,
        ..NONE
    },
    Fault {
        id: "answered-with-the-last-of-the-group",
        symptom: "Two clients were told that the same event was theirs.",
        reports: &["https://github.com/reimagined/resolve/issues/1994"],
        wrong: "All clients of a group are told the number of its last event.",
        sign: Sign::Check(Check::E4),
        wiring: &AnsweredWithTheLastOfTheGroup,
        ..NONE
    },
    Fault {
        id: "answer-to-another-client",
        symptom: "A client was given the answer to what another had asked for at the same time.",
        reports: &[
            "https://github.com/modelcontextprotocol/python-sdk/issues/3137",
            "https://github.com/cloudflare/agents/issues/1632",
        ],
        wrong: "Of two commands that are committed together each client gets the other's answer.",
        sign: Sign::Check(Check::E4),
        wiring: &AnswerToAnotherClient,
        ..NONE
    },
    Fault {
        id: "refusal-taken-for-success",
        symptom: "A client was told that it had been heard, and nothing came of it.",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/9672",
            "https://github.com/anomalyco/opencode/issues/40955",
        ],
        wrong: "A command that is refused is answered like one that has changed nothing: as accepted.",
        sign: Sign::Check(Check::E4),
        wiring: &RefusalTakenForSuccess,
        ..NONE
    },
    Fault {
        id: "answered-twice",
        symptom: "A client was answered again, and took it for the answer to its next request.",
        reports: &[
            "https://github.com/cosmos/ethermint/issues/530",
            "https://github.com/labring/sealfs/issues/104",
        ],
        wrong: "A client is answered when its command is decided, and once more when it is published.",
        sign: Sign::Unasked,
        wiring: &AnsweredTwice,
        ..NONE
    },
    Fault {
        id: "never-answered",
        symptom: "A client waited for ever.",
        reports: &["https://github.com/frontman-ai/frontman/issues/590"],
        wrong: "Who is refused is not answered if somebody else was accepted in the same group.",
        sign: Sign::Silent,
        wiring: &NeverAnswered,
        ..NONE
    },
];

struct AnsweredWithTheFirstNumber;

impl Wiring for AnsweredWithTheFirstNumber {
    fn outcome(&self, process: &mut Process, group: &mut Group, dispatch: &Dispatch) -> Outcome {
        let before = group.live.sequence;
        match Sound.outcome(process, group, dispatch) {
            Outcome::Accepted { sequence } if sequence > before => Outcome::Accepted { sequence: before + 1 },
            outcome => outcome,
        }
    }
}

struct AnsweredWithTheLastOfTheGroup;

impl Wiring for AnsweredWithTheLastOfTheGroup {
    fn answer(&self, process: &mut Process, mut answers: Vec<(Dispatch, Outcome)>) {
        let last = process.live.sequence;
        for (_, outcome) in &mut answers {
            if let Outcome::Accepted { sequence } = outcome {
                *sequence = last;
            }
        }
        Sound.answer(process, answers);
    }
}

struct AnswerToAnotherClient;

impl Wiring for AnswerToAnotherClient {
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Outcome)>) {
        let (clients, mut outcomes): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        outcomes.reverse();
        Sound.answer(process, clients.into_iter().zip(outcomes).collect());
    }
}

struct RefusalTakenForSuccess;

impl Wiring for RefusalTakenForSuccess {
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Outcome)>) {
        let accepted = |outcome| match outcome {
            Outcome::Accepted { sequence } | Outcome::Rejected { sequence, .. } => Outcome::Accepted { sequence },
        };
        let answers = answers
            .into_iter()
            .map(|(dispatch, outcome)| (dispatch, accepted(outcome)));
        Sound.answer(process, answers.collect());
    }
}

struct AnsweredTwice;

impl Wiring for AnsweredTwice {
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Outcome)>) {
        let again = |(_, outcome): &&(Dispatch, Outcome)| matches!(outcome, Outcome::Accepted { .. });
        let again = answers.iter().filter(again).cloned().collect();
        Sound.answer(process, answers);
        Sound.answer(process, again);
    }
}

struct NeverAnswered;

impl Wiring for NeverAnswered {
    fn answer(&self, process: &mut Process, mut answers: Vec<(Dispatch, Outcome)>) {
        let is_accepted = |(_, outcome): &(Dispatch, Outcome)| matches!(outcome, Outcome::Accepted { .. });
        if answers.iter().any(is_accepted) {
            answers.retain(is_accepted);
        }
        Sound.answer(process, answers);
    }
}
