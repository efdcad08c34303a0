//! What reading and writing a log costs, beside the limits: JSON that is only skipped, and JSON read into strings.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use chrono::DateTime;
use orchestration::{OrchestrationReadModel, StoredEvent, decide, project};
use serde::de::IgnoredAny;

use crate::fixture::{idle_model, session};
use crate::measure::{Candidate, fastest, per_item};

mod derived;

const ROUNDS: usize = 50;
const TURNS: u64 = 50;

/// A stored event of any kind, its fields read as strings and no more.
#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only read to be measured")]
struct Strings {
    sequence: u64,
    event: StringFields,
    stored_at: String,
}

#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
struct StringFields {
    r#type: String,
    thread_id: String,
    turn_id: String,
    message_id: String,
    tool_call_id: String,
    checkpoint_id: String,
    role: String,
    text: String,
    prompt: String,
    name: String,
    input: String,
    output: String,
    is_error: bool,
    message: String,
    from: String,
    to: String,
    git_ref: String,
    turn_count: u32,
    at: String,
}

pub fn run() {
    let before = idle_model();
    let log = log(&before);
    let lines: Vec<String> = log
        .iter()
        .map(|stored| serde_json::to_string(stored).expect("it has a wire form"))
        .collect();
    let moved: Vec<String> = lines.iter().map(|line| with_type_last(line)).collect();
    let mut candidates = [
        Candidate::new("skip (IgnoredAny)", || read::<IgnoredAny>(&lines)),
        Candidate::new("read into strings", || read::<Strings>(&lines)),
        Candidate::new("decode", || read::<StoredEvent>(&lines)),
        Candidate::new("decode, the type behind the fields", || read::<StoredEvent>(&moved)),
        Candidate::new("decode, as serde derives it", || read::<derived::StoredEvent>(&lines)),
        Candidate::new("encode", || {
            let start = Instant::now();
            for stored in &log {
                black_box(serde_json::to_string(black_box(stored)).expect("it has a wire form"));
            }
            per_item(start, log.len())
        }),
        Candidate::new("fold", || {
            let start = Instant::now();
            let fold = |model, stored: &StoredEvent| project(model, black_box(&stored.event));
            let model = log.iter().fold(before.clone(), fold);
            let time = per_item(start, log.len());
            drop(black_box(model));
            time
        }),
    ];
    let times = fastest(ROUNDS, &mut candidates);
    println!("wire: nanoseconds for each event of a session, the least of {ROUNDS} rounds");
    println!("{:40} {:>9} {:>12}", "", "time", "to decode");
    let named: BTreeMap<&str, f64> = candidates
        .iter()
        .map(|candidate| candidate.name)
        .zip(times.iter().copied())
        .collect();
    for (candidate, time) in candidates.iter().zip(&times) {
        println!("{:40} {time:>9.0} {:>11.2}x", candidate.name, time / named["decode"]);
    }
}

/// The log of a session in the proportions of a recorded one.
fn log(before: &OrchestrationReadModel) -> Vec<StoredEvent> {
    let mut model = before.clone();
    let mut log = Vec::new();
    for command in session(1, TURNS) {
        for event in decide(&command, &model).expect("the command is accepted") {
            model = project(model, &event);
            let sequence = log.len() as u64 + 1;
            log.push(StoredEvent {
                sequence,
                event,
                stored_at: DateTime::UNIX_EPOCH,
            });
        }
    }
    log
}

fn read<T: serde::de::DeserializeOwned>(lines: &[String]) -> f64 {
    let start = Instant::now();
    for line in lines {
        black_box(serde_json::from_str::<T>(black_box(line)).expect("a line that was written"));
    }
    per_item(start, lines.len())
}

/// The line with the type of its event behind all other fields.
fn with_type_last(line: &str) -> String {
    let (head, rest) = line.split_once(r#""event":{"#).expect("an event");
    let (kind, rest) = rest.split_once(',').expect("a type, and other fields");
    let (fields, tail) = rest
        .rsplit_once('}')
        .and_then(|(rest, _)| rest.rsplit_once('}'))
        .expect("two ends");
    format!(r#"{head}"event":{{{fields},{kind}}}{tail}}}"#)
}
