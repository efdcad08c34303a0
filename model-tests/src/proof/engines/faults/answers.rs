//! Clients that are told what is not so, or nothing, or what another asked for.

use super::{Fault, NONE, Sign};
use crate::engine::{Answer, Check};
use crate::proof::engines::process::{Dispatch, Group, Process};
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
    fn carried_out(&self, process: &mut Process, group: &mut Group, dispatch: &Dispatch) -> Answer {
        let before = group.live.sequence;
        match Sound.carried_out(process, group, dispatch) {
            Answer::Accepted { sequence } if sequence > before => Answer::Accepted { sequence: before + 1 },
            answer => answer,
        }
    }
}

struct AnsweredWithTheLastOfTheGroup;

impl Wiring for AnsweredWithTheLastOfTheGroup {
    fn answer(&self, process: &mut Process, mut answers: Vec<(Dispatch, Answer)>) {
        let last = process.live.sequence;
        for (_, answer) in &mut answers {
            if let Answer::Accepted { sequence } = answer {
                *sequence = last;
            }
        }
        Sound.answer(process, answers);
    }
}

struct AnswerToAnotherClient;

impl Wiring for AnswerToAnotherClient {
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Answer)>) {
        let (clients, mut given): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        given.reverse();
        Sound.answer(process, clients.into_iter().zip(given).collect());
    }
}

struct RefusalTakenForSuccess;

impl Wiring for RefusalTakenForSuccess {
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Answer)>) {
        let accepted = |answer| match answer {
            Answer::Accepted { sequence }
            | Answer::Rejected {
                sequence: Some(sequence),
                ..
            } => Answer::Accepted { sequence },
            unnumbered @ Answer::Rejected { sequence: None, .. } => unnumbered,
        };
        let answers = answers
            .into_iter()
            .map(|(dispatch, answer)| (dispatch, accepted(answer)));
        Sound.answer(process, answers.collect());
    }
}

struct AnsweredTwice;

impl Wiring for AnsweredTwice {
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Answer)>) {
        let again = |(_, answer): &&(Dispatch, Answer)| matches!(answer, Answer::Accepted { .. });
        let again = answers.iter().filter(again).cloned().collect();
        Sound.answer(process, answers);
        Sound.answer(process, again);
    }
}

struct NeverAnswered;

impl Wiring for NeverAnswered {
    fn answer(&self, process: &mut Process, mut answers: Vec<(Dispatch, Answer)>) {
        let is_accepted = |(_, answer): &(Dispatch, Answer)| matches!(answer, Answer::Accepted { .. });
        if answers.iter().any(is_accepted) {
            answers.retain(is_accepted);
        }
        Sound.answer(process, answers);
    }
}
