//! Measuring several things in turn.

use std::time::Instant;

/// Something to measure: what it is called, and a round of it, which gives nanoseconds for each item.
pub struct Candidate<'a> {
    pub name: &'a str,
    pub round: Box<dyn FnMut() -> f64 + 'a>,
}

impl<'a> Candidate<'a> {
    pub fn new(name: &'a str, round: impl FnMut() -> f64 + 'a) -> Self {
        let round = Box::new(round);
        Self { name, round }
    }
}

/// The nanoseconds that each of so many items took.
#[expect(clippy::cast_precision_loss, reason = "no benchmark runs that long")]
pub fn per_item(start: Instant, items: usize) -> f64 {
    start.elapsed().as_nanos() as f64 / items as f64
}

/// The fastest round of each candidate, the candidates measured in turn: whatever else the machine does can only slow
/// a round down.
pub fn fastest(rounds: usize, candidates: &mut [Candidate<'_>]) -> Vec<f64> {
    let mut times = vec![f64::INFINITY; candidates.len()];
    for _ in 0..rounds {
        for (candidate, fastest) in candidates.iter_mut().zip(&mut times) {
            *fastest = fastest.min((candidate.round)());
        }
    }
    times
}
