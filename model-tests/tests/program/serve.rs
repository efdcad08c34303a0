//! `harness serve`: asked as a browser asks.

use std::io::{Read, Write};
use std::net::TcpStream;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use predicates::prelude::predicate::str::contains;
use serde_json::{Value, json};

use crate::served::Served;
use crate::support::{CONVERSATION, Folder, words};

/// An answer: its status, its head, and its body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Served {
    /// The machine and the port.
    fn host(&self) -> &str {
        self.parts().0
    }

    /// The secret, with a slash before and behind it.
    fn secret(&self) -> String {
        format!("/{}", self.parts().1)
    }

    fn parts(&self) -> (&str, &str) {
        let rest = self.address.strip_prefix("http://").expect("an address");
        rest.split_once('/').expect("with a secret")
    }

    /// Sends a request as it is.
    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.host()).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it takes the request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer {
            status: status.expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn get(&self, what: &str) -> Answer {
        let (host, secret) = (self.host(), self.secret());
        self.send(&format!("GET {secret}{what} HTTP/1.0\r\nHost: {host}\r\n\r\n"))
    }

    fn post(&self, what: &str, body: &Value) -> Answer {
        let (host, secret, body) = (self.host(), self.secret(), body.to_string());
        let length = body.len();
        self.send(&format!(
            "POST {secret}{what} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// Changes a run, and gives the number of the run that comes of it, with the step to look at.
    fn made(&self, what: &str, body: &Value) -> (u64, u64) {
        let answer = self.post(what, body);
        let json = answer.json();
        let number = |name: &str| json[name].as_u64().unwrap_or_else(|| panic!("{json}"));
        (number("run"), number("step"))
    }

    /// Takes the first step of a kind that is accepted after a step of a run.
    fn take(&self, (run, step): (u64, u64), kind: &str) -> (u64, u64) {
        let choices = self.get(&format!("run/{run}/choices?step={step}")).json();
        let choices = choices.as_array().expect("a list");
        let accepted = |choice: &&Value| choice["kind"] == kind && choice["outcome"] == "accepted";
        let choice = choices.iter().find(accepted).expect("it can be done");
        let insert = json!({"insert": {"after": step, "choice": choice["index"]}});
        self.made(&format!("run/{run}/edit"), &insert)
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_whose_address_nobody_takes_ends() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let folder = Folder::new();
    let mut process = folder.process(&["serve"]);
    process.stdout(full.expect("a device that takes nothing"));
    let ended = process.status().expect("it starts");
    assert_eq!(ended.code(), Some(2));
}

#[test]
fn the_space_of_states_is_gone_about_in_by_what_can_be_done() {
    let served = Served::new(&[]);
    let elsewhere = served.get("");
    assert_eq!(elsewhere.status, 302);
    assert!(elsewhere.head.contains("Location: run/0"), "{}", elsewhere.head);
    let page = served.get("run/0");
    assert!(page.status == 200 && page.body.starts_with("<!DOCTYPE html>"));
    assert!(page.body.contains("connect-src 'self'"), "its script may ask");
    let mut at = (0, 0);
    for kind in ["create_project", "create_thread", "start_turn", "awaiting_approval"] {
        at = served.take(at, kind);
    }
    assert_eq!(at, (4, 4));
    let trace = served.get("run/4/trace").body;
    assert_eq!(trace.lines().count(), 4, "{trace}");
    let folder = Folder::new();
    let file = folder.file("way.trace.jsonl", &trace);
    let replay = folder.harness([std::ffi::OsStr::new("replay"), file.as_os_str()]);
    replay.assert_replayed(4);
    // What is left out is not there, and what came behind is refused.
    let (run, step) = served.made("run/4/edit", &json!({"leave_out": 2}));
    assert_eq!((run, step), (5, 1));
    let page = served.get("run/5").body;
    assert!(page.contains("thread_not_found"), "what follows finds no thread");
    let (run, step) = served.made("run/4/edit", &json!({"end_after": 3}));
    assert_eq!((run, step), (6, 3));
    assert_eq!(served.get("run/6/trace").body.lines().count(), 3);
}

/// What is expected of a replay.
trait AssertReplayed {
    fn assert_replayed(self, accepted: usize);
}

impl AssertReplayed for assert_cmd::Command {
    fn assert_replayed(mut self, accepted: usize) {
        self.assert()
            .code(0)
            .stdout(contains(format!("\"accepted\":{accepted},\"rejected\":0")));
    }
}

#[test]
fn a_state_is_found_by_what_it_holds() {
    let served = Served::new(&[]);
    let find = |wanted: &str| served.post("run/0/find", &json!({"step": 0, "wanted": wanted}));
    let found = find("awaiting approval and two checkpoints").json();
    assert_eq!((found["run"].as_u64(), found["step"].as_u64()), (Some(1), Some(6)));
    assert!(served.get("run/1").body.contains("checkpoint_created"));
    let there = find("no projects").json();
    assert_eq!(there["says"], "The state after this step is one already.");
    let unknown = find("two unicorns");
    assert_eq!(unknown.status, 400);
    let error = unknown.json()["error"].to_string();
    assert!(
        error.contains("`two unicorns` is not understood: expected idle, running"),
        "{error}"
    );
}

#[test]
fn a_run_that_breaks_something_is_shrunk_and_becomes_a_test() {
    let served = Served::new(&["--bug", "start-while-running", CONVERSATION]);
    // Started again while it runs.
    let choices = served.get("run/0/choices?step=10").json();
    let is_start = |choice: &&Value| choice["kind"] == "start_turn" && choice["outcome"] == "accepted";
    let choice = choices
        .as_array()
        .expect("a list")
        .iter()
        .find(is_start)
        .expect("the bug takes it");
    let (run, step) = served.made(
        "run/0/edit",
        &json!({"insert": {"after": 10, "choice": choice["index"]}}),
    );
    assert_eq!(step, 11);
    assert!(served.get(&format!("run/{run}")).body.contains("is violated"));
    let (shrunk, last) = served.made(&format!("run/{run}/shrink"), &json!({}));
    assert_eq!(last, 4);
    let test = served.get(&format!("run/{shrunk}/test")).body;
    assert!(test.contains("#[test]") && test.contains("Evidence::Run"), "{test}");
}

#[test]
fn a_run_in_which_nothing_is_wrong_says_so_and_holds_nothing_wrong() {
    let served = Served::new(&[CONVERSATION]);
    // What becomes of it when a step is left out that is not missed is not wrong either.
    let (other, _) = served.made("run/0/edit", &json!({"leave_out": 48}));
    for run in [0, other] {
        let page = served.get(&format!("run/{run}")).body;
        assert!(page.contains("Nothing is wrong with this run"), "{run}");
        assert!(page.contains("no invariant was violated"), "{run}");
        assert!(!page.contains("is violated"), "{run}");
        let (_, data) = page
            .split_once(r#"<script id="data" type="application/json">"#)
            .expect("data");
        let (data, _) = data.split_once("</script>").expect("its end");
        let data: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(data["broken"], Value::Null, "{run}");
        let steps = data["steps"].as_array().expect("a list");
        assert_eq!(steps.len(), if run == 0 { 48 } else { 47 });
        for (number, step) in (1..).zip(steps) {
            for wrong in ["violations", "disputed", "predicted"] {
                assert_eq!(step.get(wrong), None, "step {number} of {run}: {wrong}");
            }
        }
        let says = served.post(&format!("run/{run}/shrink"), &json!({})).json()["says"].to_string();
        assert!(says.contains("there is nothing to shrink"), "{says}");
    }
}

#[test]
fn who_does_not_know_the_address_is_not_answered() {
    let served = Served::new(&[]);
    let (host, secret) = (served.host(), served.secret());
    for request in [
        format!("GET / HTTP/1.0\r\nHost: {host}\r\n\r\n"),
        format!("GET /run/0 HTTP/1.0\r\nHost: {host}\r\n\r\n"),
        format!("GET {secret}run/0 HTTP/1.0\r\nHost: evil.example\r\n\r\n"),
        format!("GET {secret}run/0 HTTP/1.0\r\n\r\n"),
    ] {
        let answer = served.send(&request);
        assert_eq!(answer.status, 403, "{request}");
        assert!(!answer.body.contains("DOCTYPE"), "{request}");
    }
}

#[test]
fn a_request_that_is_wrong_is_told_what_is() {
    let served = Served::new(&[]);
    for (what, status, told) in [
        ("nothing", 404, "there is no nothing"),
        ("run/1", 404, "there is no run 1"),
        ("run/x", 404, "there is no run x"),
        ("run/0/other", 404, "there is no run/0/other"),
        ("run/0/choices", 400, "expected step="),
        ("run/0/choices?step=1", 400, "there is no step 1"),
    ] {
        let answer = served.get(what);
        assert_eq!(answer.status, status, "{what}");
        assert!(answer.json()["error"].to_string().contains(told), "{}", answer.body);
    }
    for (body, told) in [
        (json!({"leave_out": 1}), "there is no step 1"),
        (json!({"leave_in": 1}), "unknown variant `leave_in`"),
        (json!(7), "the request is not understood"),
        (
            json!({"insert": {"after": 0, "choice": 100_000}}),
            "there is no choice 100000",
        ),
    ] {
        let answer = served.post("run/0/edit", &body);
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["error"].to_string().contains(told), "{}", answer.body);
    }
    // It still answers.
    assert_eq!(served.get("run/0").status, 200);
}

#[test]
fn ctrl_c_ends_it_and_that_is_no_failure() {
    let mut served = Served::new(&[]);
    let id = Pid::from_raw(i32::try_from(served.process.id()).expect("a process id"));
    kill(id, Signal::SIGINT).expect("it is told");
    let status = served.process.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_file_that_is_no_trace_and_a_port_that_is_taken_are_told() {
    let folder = Folder::new();
    folder.file("bad.trace.jsonl", "{}\n");
    let bad = folder.harness(words("serve bad.trace.jsonl")).assert();
    bad.code(2).stderr(contains("in the trace bad.trace.jsonl"));
    let served = Served::new(&[]);
    let port = served.host().rsplit(':').next().expect("a port");
    let taken = folder.harness(["serve", "--port", port]).assert();
    taken
        .code(2)
        .stderr(contains(format!("port {port} of this machine cannot be listened at")));
}
