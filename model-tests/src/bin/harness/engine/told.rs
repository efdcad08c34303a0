//! What is told of an engine that was driven.

use std::path::{Path, PathBuf};
use std::time::Duration;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use indicatif::{HumanCount, HumanDuration};
use model_tests::describe::printable;
use model_tests::engine::{Action, Counts, Failure, Finding, Moment, Options, Row, Run, Shrunk, Tally, rows, words};
use serde::Serialize;
use serde_json::{Value, json};

use super::driven::Driven;
use super::schedule;
use crate::output::{self, say};
use crate::progress::per_second;
use crate::style::BAD;
use crate::summary;
use crate::verdict::{Judged, Reason, Verdict};

/// The folder for the schedules of failing runs.
const FAILURES: &str = "failures";

/// How wide a table is where there is no terminal.
const WIDTH: u16 = 80;

/// How many actions are shown of a schedule that could not be made short.
const MOST_ACTIONS: usize = 60;

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
    pub fn tell(self, is_json: bool) -> anyhow::Result<Verdict> {
        let written = self.shrunk.as_ref().map(|shrunk| self.write(shrunk));
        let verdict = Verdict::new(self.shrunk.is_some(), self.reason.clone().into_iter().collect());
        if is_json {
            let on = self.json(written.as_ref());
            output::print_json(&Judged { verdict: &verdict, on })?;
        } else {
            self.print_counts();
            say!("\n{}", checks(&self.run));
            if let (Some(shrunk), Some(written)) = (&self.shrunk, &written) {
                self.print_violation(shrunk, written);
            }
            verdict.print();
        }
        Ok(verdict)
    }

    /// Writes the schedule to a file. Whatever becomes of the output, the violation is told.
    fn write(&self, shrunk: &Shrunk) -> Result<PathBuf, String> {
        let wrong = Wrong::of(&shrunk.run);
        let written = schedule::write_to(Path::new(FAILURES), wrong.name, &shrunk.run.schedule);
        let written = written.map_err(|error| format!("The schedule could not be written to {FAILURES}/: {error}"));
        let place = match &written {
            Ok(file) => format!("Its schedule is in {}.", file.display()),
            Err(reason) => format!("{reason}. It is:\n\n{}", schedule::lines(&shrunk.run.schedule)),
        };
        output::keep(format!(
            "A violation was found: {}: {}. {place}",
            wrong.name, wrong.message
        ));
        written
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

    fn print_violation(&self, shrunk: &Shrunk, written: &Result<PathBuf, String>) {
        let Shrunk { run, shown, tries } = shrunk;
        let wrong = Wrong::of(run);
        let beginning = format!("✗ {}: ", wrong.title());
        let message = wrapped(&beginning, &wrong.message);
        let message = message.strip_prefix(&beginning).unwrap_or_default();
        say!("\n{BAD}{beginning}{BAD:#}{message}");
        say!("{}", wrapped("  always: ", wrong.sentence));
        for other in wrong.others(run) {
            say!("{}", wrapped("  ", &other));
        }
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
        match written {
            Ok(file) => say!(
                "\nThe schedule is in {}. To carry it out again:\n\n    {}",
                file.display(),
                self.again(file)
            ),
            Err(reason) => say!("\n{reason}. It is:\n\n{}", schedule::lines(&run.schedule)),
        }
        if let Some(options) = &self.seed {
            say!(
                "\nAnd all of what was done at first:\n\n    {}",
                self.from_seed(options)
            );
        }
    }

    /// The command line that carries out a schedule again.
    fn again(&self, file: &Path) -> String {
        let file = super::driven::typed(file.as_os_str());
        format!("cargo run --release -- engine --replay {file} {}", self.driven.typed())
    }

    /// The command line that drives the engine in the same way again.
    fn from_seed(&self, options: &Options) -> String {
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

/// What is wrong with an engine, first of all.
struct Wrong {
    name: &'static str,
    sentence: &'static str,
    message: String,
    is_check: bool,
}

impl Wrong {
    fn of(run: &Run) -> Self {
        if let Some(finding) = run.checked.findings.first() {
            return Self {
                name: finding.check.name(),
                sentence: finding.check.sentence(),
                message: printable(&finding.message),
                is_check: true,
            };
        }
        Self {
            name: run.failure.as_ref().map_or("failed", name),
            sentence: "an engine that is open answers each request once, as the protocol says, until it is crashed",
            message: run
                .failure
                .as_ref()
                .map_or_else(String::new, |failure| printable(&failure.to_string())),
            is_check: false,
        }
    }

    fn title(&self) -> String {
        if self.is_check {
            format!("{} is violated", self.name)
        } else {
            self.name.replace('-', " ")
        }
    }

    /// What else is wrong, in a line for each kind.
    fn others(&self, run: &Run) -> Vec<String> {
        let tally = tally(run);
        let others = tally.iter().filter(|row| row.found > 0 && row.check != self.name);
        let mut lines: Vec<_> = others
            .map(|row| format!("also: {} ({})", row.check, row.found))
            .collect();
        if let Some(failure) = run.failure.as_ref().filter(|_| self.is_check) {
            lines.push(format!("and then: {}", printable(&failure.to_string())));
        }
        lines
    }
}

/// The name of a failure, for files and machines.
const fn name(failure: &Failure) -> &'static str {
    match failure {
        Failure::NotStarted { .. } => "not-started",
        Failure::Silent { .. } => "silent",
        Failure::NoMessage { .. } => "no-message",
        Failure::Unasked { .. } => "unasked",
        Failure::Mistaken { .. } => "mistaken",
        Failure::Unable { .. } => "unable",
        Failure::Died { .. } => "died",
    }
}

/// How often a check was made, how often it could have failed, and how often it did.
#[derive(Serialize)]
struct CheckRow {
    check: &'static str,
    asked: u64,
    could_fail: u64,
    found: u64,
    #[serde(skip)]
    sentence: &'static str,
}

fn tally(run: &Run) -> Vec<CheckRow> {
    let tally: &Tally = &run.checked.tally;
    let found = |check| {
        run.checked
            .findings
            .iter()
            .filter(|finding| finding.check == check)
            .count() as u64
    };
    let row = |(check, count): (model_tests::engine::Check, model_tests::engine::Count)| CheckRow {
        check: check.name(),
        asked: count.asked,
        could_fail: count.could_fail,
        found: found(check),
        sentence: check.sentence(),
    };
    tally.iter().map(row).collect()
}

/// The table of checks.
fn checks(run: &Run) -> String {
    let mut table = narrow(["check", "asked", "to say", "found", "always"]);
    for row in tally(run) {
        let count = |count: u64| HumanCount(count).to_string();
        let could_fail = if row.could_fail == 0 {
            "never".to_owned()
        } else {
            count(row.could_fail)
        };
        table.add_row([
            row.check.to_owned(),
            count(row.asked),
            could_fail,
            count(row.found),
            row.sentence.to_owned(),
        ]);
    }
    table.load_style(presets::NOTHING);
    for column in table.column_iter_mut().skip(1).take(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The table of three columns, beside what they are about.
fn comparison(rows: &[Row]) -> String {
    let mut table = narrow(["", "what", "the core says", "the log says", "the client was told"]);
    if let Some(told) = table.column_mut(4) {
        // As its name is, with the space around it.
        told.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(21)));
    }
    for row in rows {
        let mark = if row.is_marked { "▶" } else { "" };
        let cells = [&row.what, &row.core, &row.log, &row.told].map(|text| printable(text));
        table.add_row(std::iter::once(mark.to_owned()).chain(cells));
    }
    table.to_string()
}

/// A table as wide as the terminal, or as any is.
fn narrow<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = summary::table(header);
    let width = table.width().unwrap_or(WIDTH).max(WIDTH);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    table
}

/// A schedule, an action a line: the last of them if they are many.
fn actions(actions: &[Action]) -> String {
    if actions.is_empty() {
        return "      (it is opened, and its log is read)".to_owned();
    }
    let skipped = actions.len().saturating_sub(MOST_ACTIONS);
    let lines = (1..).zip(actions).skip(skipped);
    let lines = lines.map(|(number, action)| format!("{number:>4}  {}", words(action)));
    let before = (skipped > 0).then(|| format!("      ({skipped} actions before)"));
    before.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
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

/// A text behind a beginning, in lines as wide as a table, which stand below each other.
fn wrapped(beginning: &str, text: &str) -> String {
    let indent = beginning.chars().count();
    let mut lines = beginning.to_owned();
    let mut width = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > indent && width + 1 + length > usize::from(WIDTH) {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            width = indent;
        } else if width > indent {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

fn or_none(passed: &[String]) -> String {
    if passed.is_empty() {
        "none was passed".to_owned()
    } else {
        passed.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_wrapped_below_itself() {
        let text = wrapped("always: ", &"word ".repeat(30));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= 80), "{text}");
        assert!(
            lines[0].starts_with("always: word word") && lines[1].starts_with("        word word"),
            "{text}"
        );
        // What is too long for a line stands on one of its own.
        assert_eq!(wrapped("> ", &"x".repeat(100)), format!("> {}", "x".repeat(100)));
    }

    #[test]
    fn of_a_long_schedule_the_end_is_shown() {
        let shown = actions(&vec![Action::Read; MOST_ACTIONS + 7]);
        assert!(
            shown.starts_with("      (7 actions before)\n   8  read the model"),
            "{shown}"
        );
        assert_eq!(shown.lines().count(), MOST_ACTIONS + 1);
    }
}
