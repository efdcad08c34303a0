//! What is told of an engine that was driven.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration};
use model_tests::describe::printable;
use model_tests::engine::{Action, Counts, Failure, Finding, Moment, Options, Row, Run, Shrunk, rows};
use model_tests::page::{self, About};
use serde::Serialize;
use serde_json::{Value, json};

use super::driven::Driven;
use super::schedule;
use super::tables::{actions, checks, comparison, wrapped};
use super::wrong::{Wrong, tally};
use crate::failures::{self, FAILURES};
use crate::output::{self, say};
use crate::pages;
use crate::progress::per_second;
use crate::style::BAD;
use crate::verdict::{Judged, Reason, Verdict};

/// All there is to be told.
pub struct Told<'a> {
    pub driven: &'a Driven,
    /// How it was driven, if it was at random.
    pub seed: Option<Options>,
    /// What was done at first.
    pub run: Run,
    pub elapsed: Duration,
    /// The short run that fails, if one failed.
    pub shrunk: Option<Shrunk>,
    /// Why not all was done.
    pub reason: Option<Reason>,
}

/// What was driven, for machines.
#[derive(Serialize)]
struct EngineFields<'a> {
    engine: String,
    /// Nothing if a schedule was carried out.
    seed: Option<u64>,
    clients: Option<u32>,
    #[serde(flatten)]
    counts: &'a Counts,
    starts: u64,
    crash_points_never_passed: Vec<&'a str>,
    seconds: f64,
}

/// What is wrong, for machines: with the fields of any other violation.
#[derive(Serialize)]
struct Violation<'a> {
    invariant: &'static str,
    sentence: &'static str,
    message: String,
    pretty: String,
    again: Option<String>,
    file: Option<&'a Path>,
    file_error: Option<&'a str>,
    /// In how many of the tries it showed.
    shown: u32,
    tries: u32,
    found_length: usize,
    schedule: &'a [Action],
    rows: Vec<Row>,
    findings: &'a [Finding],
    failure: Option<String>,
    last_words: &'a [String],
}

impl Told<'_> {
    /// Judges it, and tells of it.
    pub fn tell(self, is_json: bool, is_detailed: bool) -> anyhow::Result<Verdict> {
        let written = self.shrunk.as_ref().map(write);
        let shown = self
            .shrunk
            .as_ref()
            .zip(written.as_ref().and_then(|written| written.as_ref().ok()));
        let page = shown.and_then(|(shrunk, file)| self.write_page(&shrunk.run, file));
        let verdict = Verdict::new(self.shrunk.is_some(), self.reason.clone().into_iter().collect());
        if is_json {
            let on = self.json(written.as_ref());
            output::print_json(&Judged { verdict: &verdict, on })?;
        } else {
            let violation = self.shrunk.as_ref().zip(written.as_ref());
            if let Some((shrunk, written)) = violation {
                self.print_story(shrunk, written);
                say!("");
            }
            if is_detailed {
                self.print_counts();
                say!("\n{}", checks(&self.run));
            } else {
                self.print_outline();
            }
            verdict.print();
            if let Some((shrunk, written)) = violation {
                self.print_end(shrunk, written, page.as_deref());
            }
        }
        Ok(verdict)
    }

    /// What was driven, and what was checked: a line for each.
    fn print_outline(&self) {
        let Counts {
            commands,
            kills,
            events,
            ..
        } = self.run.counts;
        let (commands, kills, events) = (HumanCount(commands), HumanCount(kills), HumanCount(events));
        let (starts, elapsed) = (HumanCount(starts(&self.run)), HumanDuration(self.elapsed));
        let drove = format!(
            "{} in {elapsed}: {commands} commands, {kills} kills, {starts} starts, {events} events",
            self.driven
        );
        say!("{}", wrapped("drove:   ", &drove));
        let rows = tally(&self.run);
        let (spoke, silent): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.could_fail > 0);
        let asked = HumanCount(rows.iter().map(|row| row.asked).sum());
        let silent: Vec<_> = silent.iter().map(|row| row.check).collect();
        let silent = match silent.as_slice() {
            [] => String::new(),
            silent => format!("; nothing to say for {}", silent.join(", ")),
        };
        let checked = format!("{} of {} checks, {asked} times{silent}", spoke.len(), rows.len());
        say!("{}", wrapped("checked: ", &checked));
    }

    fn print_counts(&self) {
        let Counts {
            commands,
            accepted,
            rejected,
            resent,
            kills,
            reads,
            snapshots,
            subscriptions,
            delivered,
            events,
            ..
        } = self.run.counts;
        let at_points: u64 = self.run.counts.crash_points.values().sum();
        let rate = HumanCount(per_second(commands, self.elapsed));
        say!(
            "drove:     {} in {} ({rate} commands/s)",
            self.driven,
            HumanDuration(self.elapsed)
        );
        say!(
            "commands:  {}, {} accepted and {} refused, {} sent again",
            HumanCount(commands),
            HumanCount(accepted),
            HumanCount(rejected),
            HumanCount(resent)
        );
        say!(
            "crashes:   {} kills, {} at crash points, {} starts",
            HumanCount(kills),
            HumanCount(at_points),
            HumanCount(starts(&self.run))
        );
        let (passed, never) = self.crash_points();
        if passed.is_empty() && never.is_empty() {
            say!("points:    the engine names no crash points");
        } else {
            say!("{}", wrapped("points:    ", &or_none(&passed)));
            if !never.is_empty() {
                say!("{}", wrapped("           ", &format!("never: {}", never.join(", "))));
            }
        }
        say!(
            "readers:   {} models, {} snapshots, {} subscribers given {} events",
            HumanCount(reads),
            HumanCount(snapshots),
            HumanCount(subscriptions),
            HumanCount(delivered)
        );
        say!("log:       {} events", HumanCount(events));
    }

    /// The crash points at which the engine has crashed, with how often, and the others.
    fn crash_points(&self) -> (Vec<String>, Vec<&str>) {
        let points = &self.run.counts.crash_points;
        let passed = points.iter().filter(|(_, times)| **times > 0);
        let never = points.iter().filter(|(_, times)| **times == 0);
        (
            passed
                .map(|(point, times)| format!("{} {times}", printable(point)))
                .collect(),
            never.map(|(point, _)| point.as_str()).collect(),
        )
    }

    /// What happened: a short schedule that shows it, and where what was said of it parts.
    fn print_story(&self, shrunk: &Shrunk, written: &Result<PathBuf, String>) {
        let Shrunk { run, shown, tries } = shrunk;
        let (length, found) = (run.schedule.actions.len(), self.run.schedule.actions.len());
        let of = if length < found {
            format!(", of {found}")
        } else {
            String::new()
        };
        say!("\nA schedule that shows it ({length} actions{of}), in {shown} of {tries} tries:\n");
        say!("{}", actions(&run.schedule.actions));
        let rows = rows(run);
        if !rows.is_empty() {
            say!(
                "\nWhat is said of it, the first difference marked:\n\n{}",
                comparison(&rows)
            );
        }
        if !run.last_words.is_empty() {
            say!("{}", last_words(&run.last_words));
        }
        if let Some(options) = &self.seed {
            say!(
                "\nTo do all again that was done at first:\n\n    {}",
                self.command_line(options)
            );
        }
        if let Err(reason) = written {
            say!("\n{reason}. It is:\n\n{}", schedule::lines(&run.schedule));
        }
    }

    /// What is wrong, where the schedule is, and what to type next.
    fn print_end(&self, shrunk: &Shrunk, written: &Result<PathBuf, String>, page: Option<&Path>) {
        let run = &shrunk.run;
        let wrong = Wrong::of(run);
        let beginning = format!("✗ {}: ", wrong.title());
        let message = wrapped(&beginning, &wrong.message);
        let message = message.strip_prefix(&beginning).unwrap_or_default();
        say!("\n{BAD}{beginning}{BAD:#}{message}");
        say!("{}", wrapped("  always: ", wrong.sentence));
        for other in wrong.others(run) {
            say!("{}", wrapped("  ", &other));
        }
        if let Ok(file) = written {
            say!("  schedule: {}", file.display());
            say!("  to carry it out again:\n    {}", self.again(file));
        }
        if let Some(page) = page {
            say!("  to walk through it in a browser:\n    {}", page.display());
        }
    }

    /// Writes the page of a run beside its schedule, and gives where it is. What it shows is told anyway: without it nothing is
    /// lost.
    fn write_page(&self, run: &Run, file: &Path) -> Option<PathBuf> {
        let wrong = Wrong::of(run);
        let about = About {
            name: pages::name_of(file),
            violation: None,
            next: vec![("to carry it out again".to_owned(), self.again(file))],
        };
        let wrong = page::Wrong {
            name: wrong.name.to_owned(),
            sentence: wrong.sentence.to_owned(),
            message: wrong.message.clone(),
            others: wrong.others(run),
        };
        pages::write_beside(file, &page::of_engine(run, &wrong, &about)).ok()
    }

    /// The command line that carries out a schedule again.
    fn again(&self, file: &Path) -> String {
        let file = super::driven::typed(file.as_os_str());
        format!("cargo run --release -- engine --replay {file} {}", self.driven.typed())
    }

    /// The command line that drives the engine in the same way again.
    fn command_line(&self, options: &Options) -> String {
        format!(
            "cargo run --release -- engine --seed {} --clients {} --commands {} --kills {} {}",
            options.seed,
            options.clients,
            options.commands,
            options.kills,
            self.driven.typed()
        )
    }

    fn json(&self, written: Option<&Result<PathBuf, String>>) -> Value {
        let (_, never) = self.crash_points();
        let violation = self.shrunk.as_ref().map(|shrunk| {
            let run = &shrunk.run;
            let wrong = Wrong::of(run);
            let file = written.and_then(|written| written.as_deref().ok());
            Violation {
                invariant: wrong.name,
                sentence: wrong.sentence,
                message: wrong.message,
                pretty: format!("{}\n\n{}", actions(&run.schedule.actions), comparison(&rows(run))),
                again: file.map(|file| self.again(file)),
                file,
                file_error: written.and_then(|written| written.as_ref().err()).map(String::as_str),
                shown: shrunk.shown,
                tries: shrunk.tries,
                found_length: self.run.schedule.actions.len(),
                schedule: &run.schedule.actions,
                rows: rows(run),
                findings: &run.checked.findings,
                failure: run.failure.as_ref().map(Failure::to_string),
                last_words: &run.last_words,
            }
        });
        json!({
            "engine": EngineFields {
                engine: self.driven.to_string(),
                seed: self.seed.as_ref().map(|options| options.seed),
                clients: self.seed.as_ref().map(|options| options.clients),
                counts: &self.run.counts,
                starts: starts(&self.run),
                crash_points_never_passed: never,
                seconds: self.elapsed.as_secs_f64(),
            },
            "checks": tally(&self.run),
            "violation": violation,
        })
    }
}

/// Writes the schedule to a file, or says why that cannot be done.
fn write(shrunk: &Shrunk) -> Result<PathBuf, String> {
    let Wrong { name, message, .. } = Wrong::of(&shrunk.run);
    let schedule = &shrunk.run.schedule;
    let written = schedule::write_to(Path::new(FAILURES), name, schedule);
    failures::keep("schedule", &format!("{name}: {message}"), written, || {
        schedule::lines(schedule)
    })
}

/// What an engine wrote for its own log, to be said behind something else.
pub fn last_words(words: &[String]) -> String {
    if words.is_empty() {
        return String::new();
    }
    let lines = words.iter().map(|line| format!("\n    {}", printable(line)));
    format!(
        "\nThe last that it wrote on its standard error:{}",
        lines.collect::<String>()
    )
}

/// Whether the engine came to be open.
pub fn was_open(run: &Run) -> bool {
    starts(run) > 0
}

fn starts(run: &Run) -> u64 {
    let opened = |moment: &&Moment| matches!(moment, Moment::Opened { .. });
    run.history.moments.iter().filter(opened).count() as u64
}

fn or_none(passed: &[String]) -> String {
    if passed.is_empty() {
        "none was passed".to_owned()
    } else {
        passed.join(", ")
    }
}
