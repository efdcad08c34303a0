//! A run of an engine for people: what was done, and what the core, the log and the clients say of it, side by side.

use std::collections::BTreeMap;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide};
use serde::Serialize;

use super::checks::{self, Asked, Checked, Finding, Witness};
use super::history::Answer;
use super::protocol::RequestId;
use super::run::Run;
use super::schedule::Action;
use crate::describe;

/// How many rows are shown before the one that is marked.
const ROWS_BEFORE: usize = 8;

/// How many rows are shown after it.
const ROWS_AFTER: usize = 3;

/// What is said of a command in words.
pub type Tell<'a> = &'a dyn Fn(&OrchestrationCommand) -> String;

/// What is said of one command, or of one batch of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The command, and who sent it.
    pub what: String,
    /// What the core says of it.
    pub core: String,
    /// What the log says of it.
    pub log: String,
    /// What its client was told.
    pub told: String,
    /// Whether it is the first in which these differ.
    pub is_marked: bool,
    /// The request of the command, if it is of one.
    #[serde(skip)]
    pub request: Option<RequestId>,
}

/// An action in a line.
#[must_use]
pub fn words(action: &Action) -> String {
    match action {
        Action::Send {
            request,
            client,
            command,
        } => format!("client {client} sends {request}: {}", describe::command(command)),
        Action::Await { request } => format!("wait for the answer to {request}"),
        Action::Read => "read the model".to_owned(),
        Action::Snapshot => "write a snapshot".to_owned(),
        Action::Subscribe { after } => format!("subscribe to what comes after event {after}"),
        Action::CrashAt { point, hits } => {
            let time = if *hits == 1 {
                "next".to_owned()
            } else {
                format!("{hits} times")
            };
            format!("crash when {} is passed {time}", describe::printable(point))
        }
        Action::Crash { after: 0 } => "crash, and open again".to_owned(),
        Action::Crash { after } => format!("crash after {after} µs, and open again"),
        Action::CrashOpening { after } => format!("crash, crash {after} µs after opening again, and open again"),
    }
}

/// What the core, the log and the clients say of what was done in a run: the rows around the first in which they differ, or
/// all of a run in which they do not.
#[must_use]
pub fn rows(run: &Run) -> Vec<Row> {
    rows_telling(run, &describe::command)
}

/// The same, with commands told otherwise than by the ends of their ids.
#[must_use]
pub fn rows_telling(run: &Run, tell: Tell<'_>) -> Vec<Row> {
    // What is wrong with the log is among what is known of the run.
    let (facts, witness) = checks::read(&run.history, &mut Checked::default());
    let requests = &facts.requests;
    let mut rows: Vec<_> = witness
        .batches
        .iter()
        .map(|batch| {
            let model = model(&witness, batch.after);
            let numbers = if batch.after + 1 == batch.end {
                batch.end.to_string()
            } else {
                format!("{}–{}", batch.after + 1, batch.end)
            };
            let of = batch
                .request
                .and_then(|request| Some((request, requests.get(&request)?)));
            Placed {
                after: batch.after,
                request: batch.request,
                row: Row {
                    what: of.map_or_else(|| "recovery".to_owned(), |(request, asked)| what(request, asked, tell)),
                    core: of.map_or_else(
                        || "an interrupt".to_owned(),
                        |(_, asked)| decision(asked.command, model),
                    ),
                    log: format!("{numbers}: {}", kinds(&witness, batch.after, batch.end)),
                    told: of.map_or_else(String::new, |(_, asked)| told(asked)),
                    is_marked: false,
                    request: batch.request,
                },
            }
        })
        .collect();
    if let Some(diverged) = witness.diverged {
        rows.push(rest(&witness, diverged, run.checked.findings.first(), requests, tell));
    }
    for (request, asked) in requests {
        let is_in_log = witness.of.contains_key(request) || rows.iter().any(|placed| placed.request == Some(*request));
        if !is_in_log {
            rows.push(placed(*request, asked, &witness, tell));
        }
    }
    rows.sort_by_key(|placed| placed.after);
    mark(&mut rows, run.checked.findings.first());
    around_the_mark(rows.into_iter().map(|placed| placed.row).collect())
}

/// A row, with where in the log it belongs.
struct Placed {
    after: u64,
    request: Option<RequestId>,
    row: Row,
}

/// A command, and who sent it.
fn what(request: RequestId, asked: &Asked<'_>, tell: Tell<'_>) -> String {
    let times = asked.sent.len();
    let again = if times > 1 {
        format!(", sent {times} times")
    } else {
        String::new()
    };
    format!("client {}, {request}: {}{again}", asked.client, tell(asked.command))
}

/// What a client was told.
fn told(asked: &Asked<'_>) -> String {
    match asked.answer {
        None => "nothing".to_owned(),
        Some((_, Answer::Accepted { sequence })) => format!("accepted up to {sequence}"),
        Some((_, Answer::Rejected { error, sequence: None })) => format!("refused: {}", error.kind()),
        Some((
            _,
            Answer::Rejected {
                error,
                sequence: Some(sequence),
            },
        )) => format!("refused on {sequence}: {}", error.kind()),
    }
}

/// The row of a command of which nothing is in the log.
fn placed(request: RequestId, asked: &Asked<'_>, witness: &Witness, tell: Tell<'_>) -> Placed {
    let end = (witness.models.len() - 1) as u64;
    let after = match asked.answer {
        Some((
            _,
            Answer::Accepted { sequence }
            | Answer::Rejected {
                sequence: Some(sequence),
                ..
            },
        )) => (*sequence).min(end),
        Some((_, Answer::Rejected { sequence: None, .. })) | None => end,
    };
    Placed {
        after,
        request: Some(request),
        row: Row {
            what: what(request, asked, tell),
            core: format!("on {after}: {}", decision(asked.command, model(witness, after))),
            log: "nothing".to_owned(),
            told: told(asked),
            is_marked: false,
            request: Some(request),
        },
    }
}

/// The row of what stands in the log where the core would have written something else.
fn rest(
    witness: &Witness,
    diverged: u64,
    finding: Option<&Finding>,
    requests: &BTreeMap<RequestId, Asked<'_>>,
    tell: Tell<'_>,
) -> Placed {
    let of = finding.filter(|finding| finding.sequence == Some(diverged + 1));
    let of = of.and_then(|finding| finding.request);
    let of = of.and_then(|request| Some((request, requests.get(&request)?)));
    let end = (witness.models.len() - 1) as u64;
    let size = of
        .and_then(|(_, asked)| decide(asked.command, model(witness, diverged)).ok())
        .map_or(1, |events| events.len() as u64);
    let shown = end.min(diverged + size.max(1));
    Placed {
        after: diverged,
        request: of.map(|(request, _)| request),
        row: Row {
            what: of.map_or_else(|| "nobody".to_owned(), |(request, asked)| what(request, asked, tell)),
            core: of.map_or_else(
                || "nothing was sent".to_owned(),
                |(_, asked)| decision(asked.command, model(witness, diverged)),
            ),
            log: format!("{}–{shown}: {}", diverged + 1, kinds(witness, diverged, shown)),
            told: of.map_or_else(String::new, |(_, asked)| told(asked)),
            is_marked: false,
            request: of.map(|(request, _)| request),
        },
    }
}

/// Marks the row that a finding is about; if there is none, the finding gets one.
fn mark(rows: &mut Vec<Placed>, finding: Option<&Finding>) {
    let Some(finding) = finding else {
        return;
    };
    let is_about = |placed: &&mut Placed| finding.request.is_some() && placed.request == finding.request;
    if let Some(placed) = rows.iter_mut().rfind(is_about) {
        placed.row.is_marked = true;
        return;
    }
    let after = finding.sequence.unwrap_or_default();
    let index = rows
        .iter()
        .position(|placed| placed.after >= after)
        .unwrap_or(rows.len());
    let row = Row {
        what: format!("{}, at event {after}", finding.check),
        core: finding.check.sentence().to_owned(),
        log: finding.message.clone(),
        told: String::new(),
        is_marked: true,
        request: None,
    };
    rows.insert(
        index,
        Placed {
            after,
            request: None,
            row,
        },
    );
}

fn around_the_mark(rows: Vec<Row>) -> Vec<Row> {
    let Some(marked) = rows.iter().position(|row| row.is_marked) else {
        return rows;
    };
    let first = marked.saturating_sub(ROWS_BEFORE);
    rows.into_iter()
        .skip(first)
        .take(marked - first + 1 + ROWS_AFTER)
        .collect()
}

fn model(witness: &Witness, sequence: u64) -> &OrchestrationReadModel {
    let index = usize::try_from(sequence)
        .unwrap_or(usize::MAX)
        .min(witness.models.len() - 1);
    &witness.models[index]
}

fn decision(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> String {
    describe::decision(Some(&decide(command, model)))
}

/// The kinds of some events of the log.
fn kinds(witness: &Witness, after: u64, end: u64) -> String {
    let number = |sequence: u64| usize::try_from(sequence).unwrap_or(usize::MAX);
    let events = witness
        .events
        .iter()
        .skip(number(after))
        .take(number(end.saturating_sub(after)));
    events.map(OrchestrationEvent::kind).collect::<Vec<_>>().join(", ")
}
