//! A run of an engine for people: what was done, and what the core, the log and the clients say of it, side by side.

use std::collections::BTreeMap;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide};
use serde::Serialize;

use super::checks::{Finding, Witness, check_with_witness};
use super::history::{Answer, Moment};
use super::protocol::RequestId;
use super::run::Run;
use super::schedule::Action;
use crate::describe;

/// How many rows are shown before the one that is marked.
const ROWS_BEFORE: usize = 8;

/// How many rows are shown after it.
const ROWS_AFTER: usize = 3;

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
    let (_, witness) = check_with_witness(&run.history);
    let requests = requests(run);
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
            let told = batch.request.and_then(|request| requests.get(&request));
            Placed {
                after: batch.after,
                request: batch.request,
                row: Row {
                    what: told.map_or_else(|| "recovery".to_owned(), |asked| asked.what(batch.request)),
                    core: told.map_or_else(|| "an interrupt".to_owned(), |asked| decision(asked.command, model)),
                    log: format!("{numbers}: {}", kinds(&witness, batch.after, batch.end)),
                    told: told.map_or_else(String::new, Asked::told),
                    is_marked: false,
                },
            }
        })
        .collect();
    if let Some(diverged) = witness.diverged {
        rows.push(rest(&witness, diverged, run.checked.findings.first(), &requests));
    }
    for (request, asked) in &requests {
        let is_in_log = witness.of.contains_key(request) || rows.iter().any(|placed| placed.request == Some(*request));
        if !is_in_log {
            rows.push(asked.placed(*request, &witness));
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

/// A command, and what its client saw of it.
struct Asked<'a> {
    client: u32,
    command: &'a OrchestrationCommand,
    times: u32,
    answer: Option<&'a Answer>,
}

impl Asked<'_> {
    fn what(&self, request: Option<RequestId>) -> String {
        let again = if self.times > 1 {
            format!(", sent {} times", self.times)
        } else {
            String::new()
        };
        let request = request.unwrap_or_default();
        format!(
            "client {}, {request}: {}{again}",
            self.client,
            describe::command(self.command)
        )
    }

    fn told(&self) -> String {
        match self.answer {
            None => "nothing".to_owned(),
            Some(Answer::Accepted { sequence }) => format!("accepted up to {sequence}"),
            Some(Answer::Rejected { error, sequence: None }) => format!("refused: {}", error.kind()),
            Some(Answer::Rejected {
                error,
                sequence: Some(sequence),
            }) => format!("refused on {sequence}: {}", error.kind()),
        }
    }

    /// The row of a command of which nothing is in the log.
    fn placed(&self, request: RequestId, witness: &Witness) -> Placed {
        let end = (witness.models.len() - 1) as u64;
        let after = match self.answer {
            Some(
                Answer::Accepted { sequence }
                | Answer::Rejected {
                    sequence: Some(sequence),
                    ..
                },
            ) => (*sequence).min(end),
            Some(Answer::Rejected { sequence: None, .. }) | None => end,
        };
        Placed {
            after,
            request: Some(request),
            row: Row {
                what: self.what(Some(request)),
                core: format!("on {after}: {}", decision(self.command, model(witness, after))),
                log: "nothing".to_owned(),
                told: self.told(),
                is_marked: false,
            },
        }
    }
}

fn requests(run: &Run) -> BTreeMap<RequestId, Asked<'_>> {
    let mut requests: BTreeMap<RequestId, Asked<'_>> = BTreeMap::new();
    for moment in &run.history.moments {
        match moment {
            Moment::Sent {
                request,
                client,
                command,
            } => {
                let asked = requests.entry(*request).or_insert(Asked {
                    client: *client,
                    command,
                    times: 0,
                    answer: None,
                });
                asked.times += 1;
            }
            Moment::Answered { request, answer } => {
                if let Some(asked) = requests.get_mut(request) {
                    asked.answer = Some(answer);
                }
            }
            Moment::Opened { .. }
            | Moment::Log { .. }
            | Moment::Asked { .. }
            | Moment::Read { .. }
            | Moment::Snapshot { .. }
            | Moment::Subscribed { .. }
            | Moment::Delivered { .. }
            | Moment::Armed { .. }
            | Moment::Crashed { .. } => {}
        }
    }
    requests
}

/// The row of what stands in the log where the core would have written something else.
fn rest(
    witness: &Witness,
    diverged: u64,
    finding: Option<&Finding>,
    requests: &BTreeMap<RequestId, Asked<'_>>,
) -> Placed {
    let request = finding
        .filter(|finding| finding.sequence == Some(diverged + 1))
        .and_then(|finding| finding.request);
    let asked = request.and_then(|request| requests.get(&request));
    let end = (witness.models.len() - 1) as u64;
    let size = asked
        .and_then(|asked| decide(asked.command, model(witness, diverged)).ok())
        .map_or(1, |events| events.len() as u64);
    let shown = end.min(diverged + size.max(1));
    Placed {
        after: diverged,
        request,
        row: Row {
            what: asked.map_or_else(|| "nobody".to_owned(), |asked| asked.what(request)),
            core: asked.map_or_else(
                || "nothing was sent".to_owned(),
                |asked| decision(asked.command, model(witness, diverged)),
            ),
            log: format!("{}–{shown}: {}", diverged + 1, kinds(witness, diverged, shown)),
            told: asked.map_or_else(String::new, Asked::told),
            is_marked: false,
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
