//! Showing how far long work has come: a moving line on a terminal, a plain one now and then in a log.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use crate::output::tell;

/// How often the line on a terminal moves.
const FRAME: Duration = Duration::from_millis(100);

/// How often a log gets a line.
const LOG_INTERVAL: Duration = Duration::from_secs(5);

/// Does some work, and shows every now and then what `describe` says of it. `share` tells how much of it is done, of 1,
/// where that is known. Quiet says nothing.
pub fn watch<T: Send>(
    name: &str,
    quiet: bool,
    describe: impl Fn(Duration) -> String,
    share: impl Fn(Duration) -> Option<f64>,
    work: impl FnOnce() -> T + Send,
) -> T {
    let started = Instant::now();
    let bar = if quiet || !stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        new_bar(name)
    };
    let done = std::thread::scope(|scope| {
        let worker = scope.spawn(work);
        let mut logged = started;
        while !worker.is_finished() {
            std::thread::park_timeout(FRAME);
            let elapsed = started.elapsed();
            bar.set_message(describe(elapsed));
            bar.set_position(share(elapsed).map_or(0, per_mille));
            bar.tick();
            if bar.is_hidden() && !quiet && logged.elapsed() >= LOG_INTERVAL {
                logged = Instant::now();
                tell!("{name}: {}", describe(elapsed));
            }
        }
        worker.join()
    });
    bar.finish_and_clear();
    match done {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Does the work of a search that takes steps, and shows every now and then how many it took, how fast, and where: `so_far`
/// gives their number, and the rest in words. The search is to end after the duration, if there is one.
pub fn watch_steps<T: Send>(
    name: &str,
    quiet: bool,
    duration: Option<Duration>,
    so_far: impl Fn() -> (u64, String),
    work: impl FnOnce() -> T + Send,
) -> T {
    let describe = |elapsed: Duration| {
        let (steps, place) = so_far();
        let (shown, rate) = (HumanCount(steps), HumanCount(per_second(steps, elapsed)));
        format!("{shown} steps ({rate}/s) {place}{}", time_left(duration, elapsed))
    };
    watch(name, quiet, describe, |elapsed| share_of(duration, elapsed), work)
}

fn new_bar(name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix} {msg} {elapsed}");
    let bar = ProgressBar::new(1_000).with_prefix(name.to_owned());
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between 0 and 1"
)]
fn per_mille(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1_000.0) as u64
}

/// How many of something there were in a second.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "for people"
)]
pub fn per_second(count: u64, elapsed: Duration) -> u64 {
    (count as f64 / elapsed.as_secs_f64().max(1e-9)) as u64
}

/// Which share of the time is over, from 0 to 1, if there is a limit.
pub fn share_of(duration: Option<Duration>, elapsed: Duration) -> Option<f64> {
    duration.map(|whole| elapsed.as_secs_f64() / whole.as_secs_f64().max(1e-9))
}

/// How much of the time is left, to be said behind something else; nothing if there is no end to it.
fn time_left(duration: Option<Duration>, elapsed: Duration) -> String {
    let left = |whole: Duration| HumanDuration(whole.saturating_sub(elapsed));
    duration.map_or_else(String::new, |whole| format!(", {} left", left(whole)))
}
