//! What it costs to ask which threads changed since the last event.

use std::hint::black_box;
use std::time::Instant;

use crate::fixture::{delta, dispatch, model};
use crate::measure::{Candidate, fastest, per_item};

const ROUNDS: usize = 20;
const EVENTS: u64 = 1_000;

pub fn run() {
    println!("differences: nanoseconds to ask for the threads that one event changed, the least of {ROUNDS} rounds");
    println!("{:40} {:>9} {:>12}", "", "time", "to 50");
    let sizes = [50, 10_000];
    let models = sizes.map(|threads| model(threads, 2));
    let round = |threads: u64, before: &orchestration::OrchestrationReadModel| {
        let mut live = before.clone();
        let pairs: Vec<_> = (0..EVENTS)
            .map(|number| {
                let before = live.clone();
                dispatch(
                    &mut live,
                    &delta(number * 7 % threads, 0, 1, "some twenty-five bytes.. "),
                );
                (before, live.clone())
            })
            .collect();
        let start = Instant::now();
        for (before, after) in &pairs {
            assert_eq!(black_box(after).changed_threads(black_box(before)).count(), 1);
        }
        per_item(start, pairs.len())
    };
    let [few, many] = &models;
    let mut candidates = [
        Candidate::new("50 threads", || round(50, few)),
        Candidate::new("10000 threads", || round(10_000, many)),
    ];
    let times = fastest(ROUNDS, &mut candidates);
    for (candidate, time) in candidates.iter().zip(&times) {
        println!("{:40} {time:>9.0} {:>11.2}x", candidate.name, time / times[0]);
    }
}
