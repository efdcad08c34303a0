//! What a server pays when it starts: the whole log, or a snapshot and the rest of it. And what writing a snapshot costs.

use std::hint::black_box;
use std::time::Instant;

use chrono::DateTime;
use orchestration::{Snapshot, StoredEvent, decide};

use crate::fixture::{create_project, create_thread, session};
use crate::measure::{Candidate, fastest, per_item};

const ROUNDS: usize = 10;
const TURNS: u64 = 1_000;

pub fn run() {
    let (log, live) = log_and_model();
    let lines: Vec<String> = log.iter().map(written).collect();
    let snapshot = written(&live);
    let length: usize = lines.iter().map(String::len).sum();
    println!(
        "recovery: {} events, nanoseconds for each of them, the least of {ROUNDS} rounds; the snapshot has {} bytes, the log {length}",
        lines.len(),
        snapshot.len(),
    );
    let measured = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        per_item(start, lines.len())
    };
    let mut candidates = [
        Candidate::new("replay the log", || {
            measured(&|| {
                let replayed = lines.iter().try_fold(Snapshot::default(), |snapshot, line| {
                    let stored: StoredEvent = serde_json::from_str(line).expect("a line that was written");
                    snapshot.apply(&stored)
                });
                assert_eq!(replayed.map(|snapshot| snapshot.sequence), Ok(live.sequence));
            })
        }),
        Candidate::new("read the snapshot", || {
            measured(&|| {
                let read: Snapshot = serde_json::from_str(&snapshot).expect("a snapshot that was written");
                assert_eq!(read.sequence, live.sequence);
            })
        }),
        Candidate::new("write the snapshot", || measured(&|| drop(black_box(written(&live))))),
    ];
    let times = fastest(ROUNDS, &mut candidates);
    println!("{:40} {:>9} {:>12}", "", "time", "to replay");
    for (candidate, time) in candidates.iter().zip(&times) {
        println!("{:40} {time:>9.0} {:>11.2}x", candidate.name, time / times[0]);
    }
}

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it has a wire form")
}

/// The log of a session in the proportions of a recorded one, from the first event on, and what it adds up to.
fn log_and_model() -> (Vec<StoredEvent>, Snapshot) {
    let mut log = Vec::new();
    let mut live = Snapshot::default();
    let created = [create_project(), create_thread(0)];
    for command in created.into_iter().chain(session(1, TURNS)) {
        for event in decide(&command, &live.model).expect("the command is accepted") {
            let sequence = live.sequence + 1;
            let stored = StoredEvent {
                sequence,
                event,
                stored_at: DateTime::UNIX_EPOCH,
            };
            live.advance(&stored).expect("numbered without gaps");
            log.push(stored);
        }
    }
    (log, live)
}
