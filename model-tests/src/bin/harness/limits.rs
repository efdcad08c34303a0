//! What long tasks may take: time, memory and threads.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use bytesize::ByteSize;
use clap::builder::RangedU64ValueParser;
use model_tests::search::memory;

use crate::output::tell;
use crate::stop;
use crate::verdict::{Cause, Reason, Verdict};

/// How often the time and the memory taken are checked.
const INTERVAL: Duration = Duration::from_millis(50);

/// How long the work may take to stop. After that the program is ended, for the work may never look whether it should stop.
const GRACE: Duration = Duration::from_secs(10);

/// The same for work that may wait for ever for something to read.
const GRACE_OF_READING: Duration = Duration::from_secs(1);

/// By how much the limit of memory may be exceeded while the work stops, in addition to a quarter of the limit: 64 MiB.
const SLACK: u64 = 64 << 20;

/// What a task may take.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Limits {
    /// Stop after this time, with an incomplete verdict: seconds, or as in 90s, 15m or 2h.
    #[arg(long, value_name = "TIME", value_parser = time)]
    time_limit: Option<Duration>,
    /// Stop before more memory than this is taken, with an incomplete verdict: bytes, or as in 500MB or 2GiB. Nine tenths
    /// of what is free if not given.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory_limit: Option<NonZeroU64>,
}

/// A time on the command line: whole seconds, or numbers with units.
pub fn time(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map(Duration::from_secs).ok();
    let time = seconds.map_or_else(|| humantime::parse_duration(text), Ok);
    match time {
        Ok(time) if time > Duration::ZERO => Ok(time),
        Ok(_) => Err("expected more than no time".to_owned()),
        Err(reason) => Err(format!("expected seconds, or a time as in 90s, 15m or 2h: {reason}")),
    }
}

/// A size on the command line: bytes, or a number with a unit.
fn size(text: &str) -> Result<NonZeroU64, String> {
    let size: ByteSize = text
        .parse()
        .map_err(|_| "expected bytes, or a size as in 500MB or 2GiB".to_owned())?;
    NonZeroU64::new(size.as_u64()).ok_or_else(|| "expected more than nothing".to_owned())
}

impl Limits {
    /// The same, with a limit of time if none was given.
    pub fn within(self, time: Duration) -> Self {
        Self {
            time_limit: self.time_limit.or(Some(time)),
            ..self
        }
    }

    /// After which time to stop, if after any.
    #[cfg(test)]
    pub const fn time(&self) -> Option<Duration> {
        self.time_limit
    }

    /// Lets Ctrl-C and the limits end the work that begins now.
    pub fn begin(&self) -> anyhow::Result<Bounds> {
        self.begin_with(GRACE)
    }

    /// The same for work that mostly reads. While it waits for input, it cannot look whether it should stop.
    pub fn begin_reading(&self) -> anyhow::Result<Bounds> {
        self.begin_with(GRACE_OF_READING)
    }

    fn begin_with(&self, grace: Duration) -> anyhow::Result<Bounds> {
        stop::listen_for_interrupt()?;
        let bounds = Bounds {
            time: self.time_limit,
            memory: self.memory_limit.map(NonZeroU64::get).or_else(most_memory),
        };
        let started = Instant::now();
        std::thread::Builder::new()
            .name("limits".to_owned())
            .spawn(move || watch(bounds, started, grace))?;
        Ok(bounds)
    }
}

/// What there is, with something left for all else that runs.
fn most_memory() -> Option<u64> {
    memory::available().map(|bytes| bytes / 10 * 9)
}

/// The limits of work that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    time: Option<Duration>,
    /// How many bytes it may have in memory.
    pub memory: Option<u64>,
}

impl Bounds {
    /// Whether memory runs out before the work has stopped.
    fn is_far_exceeded(self) -> bool {
        let limit = self.memory.map(|limit| limit.saturating_add(limit / 4));
        let (Some(limit), Some(taken)) = (limit, memory::taken()) else {
            return false;
        };
        taken >= limit.saturating_add(SLACK)
    }

    /// The limit that is passed, if one is.
    fn passed(self, started: Instant) -> Option<Cause> {
        let late = self.time.filter(|limit| started.elapsed() >= *limit);
        let late = late.map(Cause::TimeLimit);
        late.or_else(|| {
            let (limit, taken) = (self.memory?, memory::taken()?);
            (taken >= limit).then_some(Cause::MemoryLimit { limit, taken })
        })
    }
}

/// Stops the work when a limit is passed, and ends the program if it does not stop then.
fn watch(bounds: Bounds, started: Instant, grace: Duration) {
    let cause = loop {
        if stop::is_work_over() {
            return;
        }
        if let Some(cause) = stop::cause().or_else(|| bounds.passed(started)) {
            break cause;
        }
        std::thread::sleep(INTERVAL);
    };
    stop::stop(cause);
    let told = Instant::now();
    while !stop::is_work_over() {
        if told.elapsed() >= grace || bounds.is_far_exceeded() {
            let verdict = Verdict::Incomplete(vec![Reason::new(
                "the work did not stop by itself, and was ended",
                cause,
            )]);
            verdict.tell();
            stop::exit_now(verdict.status());
        }
        std::thread::sleep(INTERVAL);
    }
}

/// How many threads a task uses.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Threads {
    /// How many threads to use; one per core if not given, and never more.
    #[arg(long, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    threads: Option<usize>,
}

impl Threads {
    /// As many as were asked for, or as there are cores: more would only get in each other's way.
    pub fn number(self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let wanted = self.threads.unwrap_or(cores);
        if wanted > cores {
            tell!("note: {wanted} threads were asked for; there are {cores} cores, and as many are used");
        }
        wanted.min(cores)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{size, time};

    #[test]
    fn a_time_is_seconds_or_numbers_with_units() {
        assert_eq!(time("90"), Ok(Duration::from_secs(90)));
        assert_eq!(time("1h 30m"), Ok(Duration::from_secs(5_400)));
        assert_eq!(time("250ms"), Ok(Duration::from_millis(250)));
        for wrong in ["", "0", "0s", "-1", "soon", "99999999999999999999", "1 fortnight"] {
            assert!(
                time(wrong).is_err_and(|reason| reason.starts_with("expected")),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_size_is_bytes_or_a_number_with_a_unit() {
        let bytes = |text| size(text).map(std::num::NonZeroU64::get);
        assert_eq!(bytes("4096"), Ok(4_096));
        assert_eq!(bytes("500MB"), Ok(500_000_000));
        assert_eq!(bytes("2 GiB"), Ok(2 << 30));
        for wrong in ["", "0", "-1", "much", "1 XB"] {
            assert!(
                size(wrong).is_err_and(|reason| reason.starts_with("expected")),
                "{wrong}"
            );
        }
    }
}
