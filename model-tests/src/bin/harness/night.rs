//! `harness night`: everything that searches, for as long as there is time, and a summary.

mod conduct;
mod findings;
mod folder;
mod length;
mod libfuzzer;
mod opened;
mod page;
mod process;
mod record;
mod searches;
mod summary;
mod targets;
mod tasks;
mod tools;
mod trend;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use chrono::{DateTime, SecondsFormat, Utc};
use model_tests::describe::printable;

use self::conduct::Night;
use self::findings::Found;
use self::folder::{Nights, PAGE, SUMMARY};
use self::length::{MOST_MINUTES, Shard, Shares};
pub use self::opened::{Opened, opened};
use self::record::{FORM, NightEnd, Part, PartEnd, Record};
use self::tasks::Task;
use self::tools::Tools;
use crate::limits;
use crate::output::{say, tell};
use crate::planted::Planted;
use crate::screen;
use crate::stop::{self, listen_for_interrupt};
use crate::verdict::{Cause, Reason, Verdict};

/// Spend a night: explore, soak, try legal models, kill the example engine, fuzz every target, and write a summary.
///
/// A night does at least what the harness does without a task, from a seed of its own. What it takes to build, to explore
/// and to look at what was found comes on top of the minutes. The corpus in fuzz/corpus/ is kept from night to night, and
/// loses nothing.
///
/// What comes of it is in a folder of its own: summary.md, summary.html for the browser, summary.json for machines and for later
/// nights, the logs, the inputs that fail, and the traces. However it ends, the summary says what was finished and what was not.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status:
  0    everything came to its end, and nothing was found
  1    something was found
  2    the usage is bad, or something could not be run as asked: a target does not build
  3    something did not finish; what did found nothing
  130  the same, after an interrupt (Ctrl-C)

Examples:
  harness night                              an hour
  harness night --minutes 480 --mutants 3/28 eight hours, and a shard of the mutants of core and checks
  harness night --seconds 30 --quick         to try it
  harness night --seconds 30 --quick --bug delete-twice,path-taken-twice")]
pub struct Arguments {
    /// How long to search, shared by the fuzz targets, the property tests, the example engine, the soak and the legal models;
    /// at most a week.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_MINUTES)))]
    minutes: u32,
    /// The same in seconds.
    #[arg(
        long,
        conflicts_with = "minutes",
        value_parser = clap::value_parser!(u32).range(1..=60 * i64::from(MOST_MINUTES))
    )]
    seconds: Option<u32>,
    /// Explore only the small scope, soak for two seconds and try legal models for one if there is no time for more.
    #[arg(long)]
    quick: bool,
    /// Only fuzz: leave out exploration, the soak, the legal models, the property tests and the example engine.
    #[arg(long)]
    only_fuzzing: bool,
    /// Test a shard of the mutants of the core and of the checks too, as in 3/28.
    #[arg(long, value_name = "K/N")]
    mutants: Option<Shard>,
    /// Do not fuzz with `AddressSanitizer`, even if there is a nightly compiler.
    #[arg(long)]
    no_address_sanitizer: bool,
    /// Where all that is random comes from; from the date and the time if not given.
    #[arg(long)]
    seed: Option<u64>,
    /// End the night after this time, whatever is left to be done: seconds, or as in 90m or 2h.
    #[arg(long, value_name = "TIME", value_parser = limits::time)]
    time_limit: Option<Duration>,
    /// How many nights to keep, this one among them.
    #[arg(long, value_name = "NIGHTS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    /// The folder for nights; target/nights in the repository if not given.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    #[command(flatten)]
    planted: Planted,
}

/// Spends a night.
pub fn night(arguments: &Arguments) -> anyhow::Result<Verdict> {
    // Refused before anything is built.
    arguments.planted.subject()?;
    let tools = Tools::find()?;
    let begun = now()?;
    let nights = Nights::in_folder(
        &arguments
            .to
            .clone()
            .unwrap_or_else(|| tools.target_directory.join("nights")),
    )?;
    let folder = nights.begin(begun)?;
    let logs = folder.join("logs");
    fs::create_dir(&logs).with_context(|| format!("{} could not be made", logs.display()))?;
    listen_for_interrupt()?;
    if let Some(limit) = arguments.time_limit {
        std::thread::spawn(move || {
            std::thread::sleep(limit);
            stop::stop(Cause::TimeLimit(limit));
        });
    }

    let seconds = arguments
        .seconds
        .unwrap_or_else(|| arguments.minutes.saturating_mul(60));
    let length = Duration::from_secs(seconds.into());
    let has_sanitizer = !arguments.no_address_sanitizer && tools.has_nightly();
    let programs = u32::try_from(targets::PROGRAMS.len()).unwrap_or(u32::MAX);
    let shares = Shares::of(length, programs + u32::from(has_sanitizer), arguments.quick);
    let mut tasks = Task::all(shares, arguments.quick, has_sanitizer, arguments.mutants);
    if arguments.only_fuzzing {
        tasks.retain(|task| !task.searches_without_fuzzer());
    }
    let record = Record {
        form: FORM,
        begun: begun.to_rfc3339_opts(SecondsFormat::Secs, true),
        asked_seconds: length.as_secs(),
        quick: arguments.quick,
        seed: arguments.seed.unwrap_or_else(|| seed_of(begun)),
        workers: std::thread::available_parallelism().map_or(1, NonZero::get),
        toolchain: tools.toolchain(),
        commit: tools.commit(),
        bugs: arguments.planted.ids().map(str::to_owned),
        ..Record::default()
    };
    tell!(
        "a night of {}, {} for each target, from the seed {}, in {}",
        humantime::format_duration(length),
        humantime::format_duration(shares.each),
        record.seed,
        folder.display()
    );
    let mut night = Night::new(tools, nights, folder, arguments.keep as usize, shares, record);
    let text = night.conduct(&tasks);
    say!("{text}");
    tell!("the summary is in {}", night.folder.join(SUMMARY).display());
    tell!("  its page, for the browser: {}", night.folder.join(PAGE).display());
    tell_of_first(&night);
    add_to_job_summary(&text);
    end(&night)
}

/// Tells of the first kind of failure, if there is one: what is wrong, what shows it, and what to type next.
fn tell_of_first(night: &Night) {
    let Some(found) = night.record.findings.first() else {
        return;
    };
    let Found {
        invariant,
        message,
        replay,
        files,
        ..
    } = found;
    tell!(
        "{}",
        screen::wrapped(
            &format!("✗ {invariant} is violated: "),
            message.lines().next().unwrap_or_default()
        )
    );
    if let Some(file) = files.first() {
        tell!("  what shows it: {}", printable(file));
    }
    tell!("  to see it again:\n    {}", printable(replay));
}

/// The time, in whole seconds.
fn now() -> anyhow::Result<DateTime<Utc>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    let now = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    now.context("the clock is wrong: nights are named by when they begin")
}

/// A night's own seed: the date and the time as one number.
fn seed_of(begun: DateTime<Utc>) -> u64 {
    begun.format("%Y%m%d%H%M%S").to_string().parse().unwrap_or_default()
}

/// A workflow shows this file beside its log.
fn add_to_job_summary(text: &str) {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else {
        return;
    };
    let file = PathBuf::from(file);
    let opened = OpenOptions::new().append(true).create(true).open(&file);
    if let Err(error) = opened.and_then(|mut file| file.write_all(text.as_bytes())) {
        tell!("{} could not be written: {error}", file.display());
    }
}

/// The verdict on a night. What was found counts for more than what could not be written.
fn end(night: &Night) -> anyhow::Result<Verdict> {
    let parts = &night.record.parts;
    if night.record.end == NightEnd::Found {
        return Ok(Verdict::Violated);
    }
    if let Some(error) = &night.write_error {
        return Err(anyhow!("{error}"));
    }
    match night.record.end {
        NightEnd::Clean => Ok(Verdict::Clean),
        NightEnd::Found => Ok(Verdict::Violated),
        NightEnd::CouldNotRun => {
            let notes = parts.iter().filter(|part| part.end == PartEnd::CouldNotRun);
            let notes: Vec<_> = notes.map(|part| format!("{}: {}", part.name, part.note)).collect();
            Err(anyhow!("not all that was asked for could be run: {}", notes.join("; ")))
        }
        NightEnd::Incomplete | NightEnd::Interrupted | NightEnd::Running => {
            let unfinished = parts.iter().filter_map(|part| reason(part, night.stopped));
            let whole = night.stopped.map(|cause| Reason::new("the night", cause));
            let verdict = Verdict::Incomplete(whole.into_iter().chain(unfinished).collect());
            verdict.tell();
            Ok(verdict)
        }
    }
}

/// Why a part of a night did not finish, if it did not.
fn reason(part: &Part, stopped: Option<Cause>) -> Option<Reason> {
    let cause = match part.end {
        PartEnd::Finished | PartEnd::Found | PartEnd::CouldNotRun => return None,
        PartEnd::NotBegun => stopped.unwrap_or(Cause::NotBegun),
        PartEnd::Running | PartEnd::Unfinished => stopped.unwrap_or(Cause::Failed),
    };
    Some(Reason::new(part.name.clone(), cause))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        night: Arguments,
    }

    fn parsed(arguments: &[&str]) -> Result<Arguments, String> {
        let program = Program::try_parse_from([&["night"], arguments].concat());
        program.map(|program| program.night).map_err(|error| error.to_string())
    }

    #[test]
    fn a_length_is_a_whole_number_of_minutes_or_of_seconds() {
        assert_eq!(parsed(&[]).map(|night| night.minutes), Ok(60));
        // A zero before a number changes nothing: it is no octal number.
        assert_eq!(parsed(&["--minutes", "08"]).map(|night| night.minutes), Ok(8));
        assert_eq!(parsed(&["--seconds", "30"]).map(|night| night.seconds), Ok(Some(30)));
        assert_eq!(parsed(&["--minutes", "10080"]).map(|night| night.minutes), Ok(10_080));
    }

    #[test]
    fn a_length_that_makes_no_sense_is_refused_with_what_was_expected() {
        for odd in [
            "0",
            "-5",
            "1e3",
            "8.5",
            "ten",
            "",
            "10081",
            "18446744073709551616",
            "0x10",
        ] {
            let error = parsed(&[&format!("--minutes={odd}")]).expect_err(odd);
            assert!(error.contains("--minutes"), "{odd}: {error}");
        }
        assert!(parsed(&["--seconds", "0"]).is_err());
        assert!(parsed(&["--seconds", "9", "--minutes", "9"]).is_err());
        assert!(parsed(&["--keep", "0"]).is_err());
        let error = parsed(&["--mutants", "28/28"]).expect_err("there is no such shard");
        assert!(error.contains("expected a shard from 0/28 to 27/28"), "{error}");
    }

    #[test]
    fn each_night_has_its_own_seed() {
        let at = |seconds: i64| DateTime::from_timestamp(1_769_896_800 + seconds, 0).expect("a time");
        assert_eq!(seed_of(at(0)), 20_260_131_220_000);
        assert_ne!(seed_of(at(0)), seed_of(at(86_400)));
    }

    #[test]
    fn what_was_not_finished_gives_the_reasons() {
        let part = |end| Part {
            name: "soak".to_owned(),
            end,
            seconds: 0.0,
            note: String::new(),
            counts: std::collections::BTreeMap::new(),
        };
        assert_eq!(reason(&part(PartEnd::Finished), Some(Cause::Interrupted)), None);
        let cause = |end, stopped| reason(&part(end), stopped).map(|reason| reason.cause);
        let interrupted = Some(Cause::Interrupted);
        assert_eq!(cause(PartEnd::NotBegun, interrupted), interrupted);
        assert_eq!(cause(PartEnd::NotBegun, None), Some(Cause::NotBegun));
        assert_eq!(cause(PartEnd::Unfinished, None), Some(Cause::Failed));
    }
}
