//! What a clone after every event costs: threads that are streamed in turn, with and without one.

use std::hint::black_box;
use std::time::Instant;

use orchestration::{OrchestrationCommand, OrchestrationReadModel, decide, project};

use crate::fixture::{delta, model};
use crate::measure::{Candidate, fastest, per_item};

const ROUNDS: usize = 400;
const COMMANDS: usize = 1_000;
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
    let (mut alone, mut shown) = (Stream::new(before, &commands), Stream::new(before, &commands));
    let mut published = OrchestrationReadModel::default();
    let mut candidates = [
        Candidate::new("plain", || alone.run(COMMANDS, |_| {})),
        Candidate::new("cloned", || {
            shown.run(COMMANDS, |model| {
                published = model.clone();
                black_box(&published);
            })
        }),
    ];
    if let [plain, cloned] = fastest(ROUNDS, &mut candidates)[..] {
        println!("{name:40} {plain:>9.0} {cloned:>9.0} {:>6.2}x", cloned / plain);
    }
}

/// A model that commands are streamed into, again and again.
struct Stream<'a> {
    model: OrchestrationReadModel,
    commands: std::iter::Cycle<std::slice::Iter<'a, OrchestrationCommand>>,
}

impl<'a> Stream<'a> {
    fn new(before: &OrchestrationReadModel, commands: &'a [OrchestrationCommand]) -> Self {
        let mut stream = Self {
            model: before.clone(),
            commands: commands.iter().cycle(),
        };
        // Once through, so that the model that is streamed into shares nothing with the one that is kept.
        stream.run(commands.len(), |_| {});
        stream
    }

    /// Streams so many commands, and shows the model after each event. Gives the time for each command.
    fn run(&mut self, count: usize, mut show: impl FnMut(&OrchestrationReadModel)) -> f64 {
        let start = Instant::now();
        for command in self.commands.by_ref().take(count) {
            for event in &decide(black_box(command), &self.model).expect("the command is accepted") {
                self.model = project(std::mem::take(&mut self.model), event);
                show(&self.model);
            }
        }
        per_item(start, count)
    }
}
