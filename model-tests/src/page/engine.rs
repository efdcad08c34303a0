//! The page of a run of a whole server: who sent what, when it crashed, and what the core, the log and the clients say of it.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use orchestration::OrchestrationCommand;
use serde_json::{Map, Value, json};

use super::data::words_of;
use super::{About, Reach, next, said, sentence};
use crate::describe;
use crate::engine::protocol::RequestId;
use crate::engine::{Answer, Moment, Row, Run, rows_telling};
use crate::fields::Id;
use crate::page::sheet::{Sheet, sheet};
use crate::walkthrough::names::{Names, kind_of};

/// What is wrong with an engine, first of all.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// The name of the check, or of how the engine failed.
    pub name: String,
    /// What should always be so.
    pub sentence: String,
    /// What was found instead.
    pub message: String,
    /// What else is wrong, a line each.
    pub others: Vec<String>,
}

/// The page of a run of an engine.
#[must_use]
pub fn of_engine(run: &Run, wrong: &Wrong, about: &About) -> String {
    let names = names(run);
    let mut rows = rows_telling(run, &told);
    for row in &mut rows {
        row.log = spelled_out(&row.log, run);
    }
    let moments = Moments::of(run, &rows, &names);
    sheet(&Sheet {
        title: &format!("{} is violated: {}", wrong.name, about.name),
        body: &html! {
            (card(run, wrong, &rows, &moments, &names))
            main #walk { noscript { p { "To go through the run moment by moment, let this page run its script: it is within the page." } } }
            (next(about))
        },
        data: Some(&moments.data(&rows, &names)),
        reach: Reach::Nothing,
    })
}

/// What is seen first of all.
fn card(run: &Run, wrong: &Wrong, rows: &[Row], moments: &Moments, names: &Names) -> Markup {
    let marked = rows.iter().find(|row| row.is_marked);
    html! {
        header.verdict.broken {
            (sentence(&wrong.name, &wrong.sentence))
            p.happened { @for line in spelled_out(&wrong.message, run).lines() { (said(names, line)) br; } }
            @if let Some(broken) = moments.broken {
                p.where {
                    "It shows at " a.goto href={ "#step=" (broken) } { "moment " (broken) " of " (moments.steps.len()) }
                    @if moments.crashes > 0 { ", in a run with " (moments.crashes) @if moments.crashes == 1 { " crash" } @else { " crashes" } }
                    "."
                }
            }
            @if let Some(row) = marked {
                table.fields {
                    caption { "What is said of " (said(names, &row.what)) }
                    tbody {
                        tr { th scope="row" { "the core says" } td { (said(names, &row.core)) } }
                        tr { th scope="row" { "the log says" } td { (said(names, &row.log)) } }
                        tr { th scope="row" { "its client was told" } td { (said(names, &row.told)) } }
                    }
                }
            }
            @for other in &wrong.others { p.other { (said(names, other)) } }
        }
    }
}

/// A command with its ids in full, each behind the word for its kind: where names are known, they take the place of both.
fn told(command: &OrchestrationCommand) -> String {
    let spelled = |kind: Id, id: &str| format!("{} {id}", kind_of(kind));
    let told = describe::command_calling(command, &spelled);
    match command.thread_id() {
        None => told,
        Some(id) => format!("{told} on {}", spelled(Id::Thread, &id.to_string())),
    }
}

/// What a check says, with the command that it speaks of told as the page tells commands: checks tell it by the ends of its ids. One
/// that cannot be told from others stays as it is.
fn spelled_out(text: &str, run: &Run) -> String {
    let mut tellings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for moment in &run.history.moments {
        if let Moment::Sent { command, .. } = moment {
            tellings
                .entry(describe::command(command))
                .or_default()
                .insert(told(command));
        }
    }
    let spoken_of = tellings.iter().filter(|(short, _)| text.contains(short.as_str()));
    match spoken_of.max_by_key(|(short, _)| short.len()) {
        Some((short, full)) if full.len() == 1 => full
            .iter()
            .fold(text.to_owned(), |text, full| text.replacen(short, full, 1)),
        Some(_) | None => text.to_owned(),
    }
}

/// What is said of a command, with names.
fn in_words(row: &Row, names: &Names) -> Value {
    json!({
        "what": words_of(names, &row.what),
        "core": words_of(names, &row.core),
        "log": words_of(names, &row.log),
        "told": words_of(names, &row.told),
        "is_marked": row.is_marked,
    })
}

/// Short names for what the commands and the log speak of.
fn names(run: &Run) -> Names {
    let mut names = Names::default();
    for moment in &run.history.moments {
        match moment {
            Moment::Sent { command, .. } => names.of_value(command),
            Moment::Log { then, .. } => then.iter().for_each(|stored| names.of_value(&stored.event)),
            Moment::Opened { .. }
            | Moment::Answered { .. }
            | Moment::Asked { .. }
            | Moment::Read { .. }
            | Moment::Snapshot { .. }
            | Moment::Subscribed { .. }
            | Moment::Delivered { .. }
            | Moment::Armed { .. }
            | Moment::Crashed { .. } => {}
        }
    }
    names
}

/// The moments of a run on the lanes of the engine, its readers and its clients.
struct Moments {
    lanes: Vec<String>,
    clients: BTreeMap<u32, usize>,
    of: BTreeMap<RequestId, u32>,
    steps: Vec<Value>,
    bars: Vec<Value>,
    /// The requests that wait for an answer, with when they were sent.
    waiting: BTreeMap<RequestId, usize>,
    rows: BTreeMap<RequestId, usize>,
    crashes: usize,
    broken: Option<usize>,
    ids: Value,
}

impl Moments {
    fn of(run: &Run, rows: &[Row], names: &Names) -> Self {
        let clients: BTreeSet<u32> = run.history.moments.iter().filter_map(client).collect();
        let mut lanes = vec!["engine".to_owned(), "readers".to_owned()];
        lanes.extend(clients.iter().map(|client| format!("client {client}")));
        let marked = rows.iter().find(|row| row.is_marked).and_then(|row| row.request);
        let mut moments = Self {
            lanes,
            clients: clients.into_iter().zip(2..).collect(),
            of: BTreeMap::new(),
            steps: Vec::new(),
            bars: Vec::new(),
            waiting: BTreeMap::new(),
            rows: (0..)
                .zip(rows)
                .filter_map(|(index, row)| Some((row.request?, index)))
                .collect(),
            crashes: 0,
            broken: None,
            ids: json!(names.iter().collect::<BTreeMap<_, _>>()),
        };
        for moment in &run.history.moments {
            moments.note(moment, names);
            if marked.is_some() && request(moment) == marked {
                moments.broken = Some(moments.steps.len());
            }
        }
        if moments.broken.is_none() && !moments.steps.is_empty() {
            moments.broken = Some(moments.steps.len());
        }
        moments.end_bars("unanswered");
        moments
    }

    fn note(&mut self, moment: &Moment, names: &Names) {
        let number = self.steps.len() + 1;
        let (lane, kind, mark, says) = match moment {
            Moment::Opened { opened } => (
                0,
                "opened",
                "open",
                format!("with {} events in its log", opened.sequence),
            ),
            Moment::Log { kept, then } => {
                let more = then
                    .iter()
                    .map(|stored| format!("{} {}", stored.sequence, stored.event.kind()));
                let more = more.collect::<Vec<_>>().join(", ");
                (
                    0,
                    "log read",
                    "log",
                    format!("{kept} events as before, then: {}", or_none(&more)),
                )
            }
            Moment::Sent {
                request,
                client,
                command,
            } => {
                self.of.insert(*request, *client);
                self.waiting.entry(*request).or_insert(number);
                (self.lane(*request), "sent", "command", told(command))
            }
            Moment::Answered { request, answer } => {
                self.end_bar(*request, "answered", Some(number));
                let (mark, says) = match answer {
                    Answer::Accepted { sequence } => ("event", format!("accepted up to {sequence}")),
                    Answer::Rejected { error, .. } => ("refused", format!("refused: {error}")),
                };
                (self.lane(*request), "answered", mark, says)
            }
            Moment::Asked { .. } => (1, "model asked for", "command", String::new()),
            Moment::Read { sequence, .. } => (1, "model read", "event", format!("up to event {sequence}")),
            Moment::Snapshot { sequence } => (0, "snapshot written", "log", format!("up to event {sequence}")),
            Moment::Subscribed { after, .. } => {
                (1, "subscribed", "command", format!("to what comes after event {after}"))
            }
            Moment::Delivered { event, .. } => (
                1,
                "delivered",
                "event",
                format!("event {}: {}", event.sequence, event.event.kind()),
            ),
            Moment::Armed { point } => (0, "to crash", "log", format!("when {point} is passed")),
            Moment::Crashed { point } => {
                self.crashes += 1;
                self.end_bars("lost in a crash");
                let point = point.as_ref().map_or_else(String::new, |point| format!("at {point}"));
                (0, "crashed", "crash", point)
            }
        };
        let mut step = Map::new();
        for (name, value) in [("kind", kind), ("mark", mark)] {
            step.insert(name.to_owned(), value.into());
        }
        step.insert("text".to_owned(), words_of(names, &says));
        step.insert("lane".to_owned(), lane.into());
        // Who reads a model or subscribes is nobody in particular.
        if let Some(request) = request(moment).filter(|request| self.of.contains_key(request)) {
            step.insert("request".to_owned(), request.to_string().into());
            if let Some(row) = self.rows.get(&request) {
                step.insert("row".to_owned(), (*row).into());
            }
        }
        self.steps.push(Value::Object(step));
    }

    fn lane(&self, request: RequestId) -> usize {
        let client = self.of.get(&request);
        client.and_then(|client| self.clients.get(client).copied()).unwrap_or(1)
    }

    fn end_bars(&mut self, end: &str) {
        let now = self.steps.len() + 1;
        for request in self.waiting.keys().copied().collect::<Vec<_>>() {
            self.end_bar(request, end, Some(now));
        }
    }

    fn end_bar(&mut self, request: RequestId, end: &str, to: Option<usize>) {
        if let Some(from) = self.waiting.remove(&request) {
            let lane = self.lane(request);
            self.bars
                .push(json!({"lane": lane, "from": from, "to": to, "name": request.to_string(), "end": end}));
        }
    }

    fn data(&self, rows: &[Row], names: &Names) -> Value {
        let rows: Vec<_> = rows.iter().map(|row| in_words(row, names)).collect();
        json!({
            "kind": "engine",
            "start": self.broken.unwrap_or(self.steps.len()),
            "broken": self.broken,
            "names": self.ids,
            "ids": [],
            "lanes": self.lanes,
            "bars": self.bars,
            "rows": rows,
            "steps": self.steps,
        })
    }
}

/// The client that a moment tells of.
const fn client(moment: &Moment) -> Option<u32> {
    match moment {
        Moment::Sent { client, .. } => Some(*client),
        Moment::Opened { .. }
        | Moment::Log { .. }
        | Moment::Answered { .. }
        | Moment::Asked { .. }
        | Moment::Read { .. }
        | Moment::Snapshot { .. }
        | Moment::Subscribed { .. }
        | Moment::Delivered { .. }
        | Moment::Armed { .. }
        | Moment::Crashed { .. } => None,
    }
}

/// The request that a moment tells of.
const fn request(moment: &Moment) -> Option<RequestId> {
    match moment {
        Moment::Sent { request, .. }
        | Moment::Answered { request, .. }
        | Moment::Asked { request }
        | Moment::Read { request, .. }
        | Moment::Subscribed { request, .. }
        | Moment::Delivered { request, .. } => Some(*request),
        Moment::Opened { .. }
        | Moment::Log { .. }
        | Moment::Snapshot { .. }
        | Moment::Armed { .. }
        | Moment::Crashed { .. } => None,
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
