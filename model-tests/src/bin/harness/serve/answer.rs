//! What the server answers.

use std::fmt::Display;
use std::io::Read as _;
use std::rc::Rc;
use std::time::Duration;

use model_tests::browse::{Browser, Found, Limits, Wanted};
use model_tests::page::{self, About};
use model_tests::report::failure::Failure;
use model_tests::trace::{write_beginning, write_trace};
use model_tests::walkthrough::Walkthrough;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response};

use super::address::Address;
use super::runs::{Edit, Run, Runs};
use crate::failures;
use crate::stop::STOP;

/// The most bytes of a request that are read.
const LONGEST: u64 = 1 << 16;

/// How far a state is looked for.
const NEAR: Limits = Limits {
    states: 200_000,
    time: Duration::from_secs(20),
};

/// What answers.
pub struct Answering<'a> {
    pub address: Address,
    pub browser: Browser,
    pub name: String,
    pub planted: Option<&'a str>,
    pub runs: Runs,
    /// The run that was looked at last, walked through, with its number.
    pub seen: Option<(usize, Rc<Walkthrough>)>,
}

/// An answer.
enum Answer {
    /// A page.
    Page(String),
    /// Something for the script of a page.
    Json(Value),
    /// A file to be kept.
    File(String),
    /// It is elsewhere.
    Elsewhere(&'static str),
    /// What is wrong with the request.
    Wrong(u16, String),
}

impl Answer {
    fn wrong(reason: impl Display) -> Self {
        Self::Wrong(400, reason.to_string())
    }
}

/// A state to be looked for, from a step on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Find {
    step: usize,
    wanted: String,
}

impl Answering<'_> {
    /// Answers a request. Whoever does not take the answer misses it.
    pub fn answer(&mut self, mut request: Request) {
        let answer = self.answer_to(&mut request);
        let place = match &answer {
            Answer::Elsewhere(place) => Some(("Location", *place)),
            Answer::Page(_) | Answer::Json(_) | Answer::File(_) | Answer::Wrong(..) => None,
        };
        let (status, kind, body) = match answer {
            Answer::Page(page) => (200, "text/html; charset=utf-8", page),
            Answer::Json(json) => (200, "application/json", json.to_string()),
            Answer::File(text) => (200, "text/plain; charset=utf-8", text),
            Answer::Elsewhere(_) => (302, "text/plain", String::new()),
            Answer::Wrong(status, reason) => (status, "application/json", json!({"error": reason}).to_string()),
        };
        let mut response = Response::from_string(body).with_status_code(status);
        let headers = [
            ("Content-Type", kind),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ];
        for (name, value) in headers.into_iter().chain(place) {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        let _ = request.respond(response);
    }

    fn answer_to(&mut self, request: &mut Request) -> Answer {
        let host = request.headers().iter().find(|header| header.field.equiv("Host"));
        let is_named = host.is_some_and(|host| self.address.is_named(host.value.as_str()));
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let Some(asked) = self.address.asked_for(path).filter(|_| is_named) else {
            return Answer::Wrong(403, "the address is not the one that was told".to_owned());
        };
        if asked.is_empty() {
            return Answer::Elsewhere("run/0");
        }
        let nothing = || Answer::Wrong(404, format!("there is no {asked}"));
        let Some(rest) = asked.strip_prefix("run/") else {
            return nothing();
        };
        let (number, what) = rest.split_once('/').unwrap_or((rest, ""));
        let Some((number, run)) = number
            .parse()
            .ok()
            .and_then(|number: usize| Some((number, Rc::clone(self.runs.get(number)?))))
        else {
            return Answer::Wrong(404, format!("there is no run {number}, or not any more"));
        };
        match (request.method(), what) {
            (Method::Get, "") => self.page(number, &run),
            (Method::Get, "choices") => self.choices(number, &run, query),
            (Method::Get, "trace") => Answer::File(trace(&run)),
            (Method::Get, "test") => self.test(&run),
            (Method::Post, "edit") => match body::<Edit>(request) {
                Ok(edit) => match run.edited(edit, &self.walkthrough(number, &run), &self.browser) {
                    Ok(edited) => self.keep(edited),
                    Err(reason) => Answer::wrong(reason),
                },
                Err(reason) => Answer::wrong(reason),
            },
            (Method::Post, "find") => match body::<Find>(request) {
                Ok(find) => self.find(number, &run, &find),
                Err(reason) => Answer::wrong(reason),
            },
            (Method::Post, "shrink") => self.shrink(&run),
            _ => nothing(),
        }
    }

    /// Keeps a run, and says where it is.
    fn keep(&mut self, (run, step): (Run, usize)) -> Answer {
        let number = self.runs.keep(run);
        Answer::Json(json!({"run": number, "step": step}))
    }

    /// A run walked through: once, however many of its steps are looked at one after the other.
    fn walkthrough(&mut self, number: usize, run: &Run) -> Rc<Walkthrough> {
        if let Some((seen, walkthrough)) = &self.seen
            && *seen == number
        {
            return Rc::clone(walkthrough);
        }
        let walkthrough = Rc::new(run.walkthrough(self.browser.subject()));
        self.seen = Some((number, Rc::clone(&walkthrough)));
        walkthrough
    }

    fn page(&mut self, number: usize, run: &Run) -> Answer {
        let walkthrough = self.walkthrough(number, run);
        let about = About {
            name: self.name.clone(),
            ..About::default()
        };
        Answer::Page(page::of_served_run(&walkthrough, &about, number))
    }

    fn choices(&mut self, number: usize, run: &Run, query: &str) -> Answer {
        let step = query.strip_prefix("step=").and_then(|step| step.parse().ok());
        let Some(step) = step else {
            return Answer::wrong("expected step=, and the number of a step");
        };
        let walkthrough = self.walkthrough(number, run);
        match walkthrough.model_after(step) {
            None => Answer::wrong(format!("there is no step {step}")),
            Some(model) => Answer::Json(page::choices(walkthrough.names(), &self.browser.choices(model))),
        }
    }

    fn find(&mut self, number: usize, run: &Run, find: &Find) -> Answer {
        let wanted: Wanted = match find.wanted.parse() {
            Ok(wanted) => wanted,
            Err(error) => return Answer::wrong(error),
        };
        let walkthrough = self.walkthrough(number, run);
        let Some(model) = walkthrough.model_after(find.step) else {
            return Answer::wrong(format!("there is no step {}", find.step));
        };
        match self.browser.find(model, &wanted, NEAR, &STOP) {
            Found::Way(way) if way.is_empty() => says("The state after this step is one already."),
            Found::Way(way) => self.keep(run.going_on(find.step, way)),
            Found::Nowhere => says("No command leads to such a state from here, within what the browser tries."),
            Found::NotAmong(states) => says(&format!("Among the {states} nearest states there is none.")),
        }
    }

    /// What is wrong with a run, with what shows it.
    fn broken(&self, run: &Run) -> Option<Failure> {
        let subject = self.browser.subject();
        let found = failures::of_run(subject, run.beginning.clone(), run.commands.clone(), None)?;
        Some(Failure::of_until(subject, &found, &STOP).with_planted(self.planted))
    }

    fn shrink(&mut self, run: &Run) -> Answer {
        let Some(failure) = self.broken(run) else {
            return says("Nothing is wrong with this run: there is nothing to shrink.");
        };
        let Some((beginning, commands)) = failure.counterexample.evidence.commands() else {
            return says("What is left of it is no run.");
        };
        let shrunk = Run {
            beginning: beginning.cloned(),
            commands: commands.to_vec(),
        };
        let last = shrunk.commands.len();
        self.keep((shrunk, last))
    }

    fn test(&self, run: &Run) -> Answer {
        let code = self.broken(run).and_then(|failure| failure.test_code());
        code.map_or_else(
            || Answer::File("// Nothing is wrong with this run: a test of it would hold nothing.\n".to_owned()),
            Answer::File,
        )
    }
}

fn says(text: &str) -> Answer {
    Answer::Json(json!({"says": text}))
}

fn trace(run: &Run) -> String {
    let mut trace = Vec::new();
    // Writing to memory does not fail.
    if let Some(beginning) = &run.beginning {
        let _ = write_beginning(&mut trace, beginning);
    }
    let _ = write_trace(&mut trace, &run.commands);
    String::from_utf8(trace).unwrap_or_default()
}

/// The body of a request.
fn body<T: DeserializeOwned>(request: &mut Request) -> Result<T, String> {
    let mut text = String::new();
    let read = request.as_reader().take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| format!("the request could not be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("the request is not understood: {error}"))
}
