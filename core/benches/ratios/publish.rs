//! What a clone after every event costs: threads that are streamed in turn, with and without one.

use std::hint::black_box;
use std::time::Instant;

use orchestration::{OrchestrationCommand, OrchestrationReadModel, decide, project};

use crate::fixture::{delta, model};
use crate::measure::{Candidate, fastest, per_item};

const ROUNDS: usize = 20;
const COMMANDS: usize = 20_000;
const MESSAGES: u64 = 20;

pub fn run() {
    println!("publish: nanoseconds for each command, decided and projected, the least of {ROUNDS} rounds");
    println!("{:40} {:>9} {:>9} {:>7}", "", "plain", "cloned", "ratio");
    for threads in [50, 10_000] {
        let before = model(threads, MESSAGES);
        report(
            &format!("{threads} threads, into the last message"),
            &before,
            threads,
            MESSAGES - 1,
        );
        report(
            &format!("{threads} threads, into one in the middle"),
            &before,
            threads,
            MESSAGES / 2,
        );
    }
}

fn report(name: &str, before: &OrchestrationReadModel, threads: u64, message: u64) {
    // In an order that jumps about: neighbours in time are none in the model.
    let commands: Vec<_> = (0..threads)
        .map(|number| delta(number * 7 % threads, 0, message, "some twenty-five bytes.. "))
        .collect();
    let mut candidates = [
        Candidate::new("plain", || stream(before, &commands, |_| {})),
        Candidate::new("cloned", || {
            let mut published = OrchestrationReadModel::default();
            stream(before, &commands, |model| {
                published = model.clone();
                black_box(&published);
            })
        }),
    ];
    if let [plain, cloned] = fastest(ROUNDS, &mut candidates)[..] {
        println!("{name:40} {plain:>9.0} {cloned:>9.0} {:>6.2}x", cloned / plain);
    }
}

/// Streams the commands again and again, and shows the model after each event.
fn stream(
    before: &OrchestrationReadModel,
    commands: &[OrchestrationCommand],
    mut show: impl FnMut(&OrchestrationReadModel),
) -> f64 {
    let mut model = before.clone();
    let mut run = |count: usize, model: &mut OrchestrationReadModel| {
        for command in commands.iter().cycle().take(count) {
            for event in &decide(black_box(command), model).expect("the command is accepted") {
                *model = project(std::mem::take(model), event);
                show(model);
            }
        }
    };
    // Once through, so that the model that is streamed into shares nothing with the one that is kept.
    run(commands.len(), &mut model);
    let start = Instant::now();
    run(COMMANDS, &mut model);
    per_item(start, COMMANDS)
}
