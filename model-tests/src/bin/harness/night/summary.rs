//! The summary of a night, in Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use super::findings::Found;
use super::record::{NightEnd, PartEnd, Record};
use super::trend;

/// How many kinds of failure are shown with their traces.
const SHOWN: usize = 20;

/// How many lines of a trace, or of what else shows a failure, are shown.
const LINES: usize = 80;

/// How many characters of a line are shown: a model is one line.
const CHARACTERS: usize = 2_000;

/// The whole.
pub fn of(record: &Record, before: &[Record]) -> String {
    let mut text = format!("# Night of {}\n\n{}\n\n", record.begun, verdict(record));
    for fact in facts(record) {
        let _ = writeln!(text, "- {fact}");
    }
    parts(record, &mut text);
    targets(record, &mut text);
    findings(record, &mut text);
    // Writing to a string does not fail.
    let _ = write!(text, "\n## Trend\n\n{}", trend::table(before, record));
    text
}

/// The end, in a sentence.
pub fn verdict(record: &Record) -> String {
    let names = |ends: &[PartEnd]| {
        let parts = record.parts.iter().filter(|part| ends.contains(&part.end));
        parts.map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let undone = names(&[
        PartEnd::NotBegun,
        PartEnd::Running,
        PartEnd::CouldNotRun,
        PartEnd::Unfinished,
    ]);
    let rest = if undone.is_empty() {
        String::new()
    } else {
        format!(" Not finished: {undone}.")
    };
    match record.end {
        NightEnd::Clean => "**Clean**: everything came to its end, and nothing was found.".to_owned(),
        NightEnd::Found => {
            let kinds = match record.findings.as_slice() {
                [] => String::new(),
                findings => format!(
                    " {} of failure: {}.",
                    counted(findings.len() as u64, "kind"),
                    invariants(findings)
                ),
            };
            format!("**Found something**: {}.{kinds}{rest}", names(&[PartEnd::Found]))
        }
        NightEnd::CouldNotRun => format!("**Could not run** all that was asked for; the rest found nothing.{rest}"),
        NightEnd::Incomplete => format!("**Incomplete**; what came to its end found nothing.{rest}"),
        NightEnd::Interrupted => format!("**Interrupted**; what came to its end found nothing.{rest}"),
        NightEnd::Running => format!("**Under way**, or killed: this was written in between.{rest}"),
    }
}

fn invariants(findings: &[Found]) -> String {
    let mut names: Vec<_> = findings.iter().map(|found| found.invariant.as_str()).collect();
    names.dedup();
    names.join(", ")
}

/// What there is to be known of it, besides what it did.
pub fn facts(record: &Record) -> Vec<String> {
    let asked = duration_of_whole(record.asked_seconds);
    let kind = if record.quick { ", quick" } else { "" };
    let mut facts = vec![
        format!(
            "took {}; {asked} of searching were asked for{kind}",
            duration(record.seconds)
        ),
        format!("seed {}: `--seed {0}` draws the same again", record.seed),
        format!("commit {}", record.commit),
        format!("toolchain {}", record.toolchain),
        counted(record.workers as u64, "worker"),
    ];
    facts.extend(
        record
            .bugs
            .as_ref()
            .map(|bugs| format!("**with planted bugs**: {bugs}")),
    );
    facts.extend(
        record
            .canary_executions
            .map(|executions| format!("the canary died after {executions} executions or a few more, as it must")),
    );
    facts.extend(record.cells.map(|cells| {
        format!(
            "the corpus of `command_sequence` reaches {} of the {} outcomes that can be reached",
            cells.reached, cells.possible
        )
    }));
    facts
}

fn parts(record: &Record, text: &mut String) {
    text.push_str("\n## What was done\n\n| part | end | took | what came of it |\n|---|---|---:|---|\n");
    for part in &record.parts {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            part.name,
            part.end.words(),
            duration(part.seconds),
            cell(&part.note)
        );
    }
}

fn targets(record: &Record, text: &mut String) {
    if record.targets.is_empty() {
        return;
    }
    text.push_str(
        "\n## Fuzz targets\n\n| target | executions | steps | corpus before | gathered | minimised | crashes |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    for target in &record.targets {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            target.name,
            target.executions,
            target.steps,
            target.before,
            target.gathered,
            target.minimised,
            target.crashes
        );
    }
}

fn findings(record: &Record, text: &mut String) {
    if record.findings.is_empty() {
        return;
    }
    text.push_str("\n## What was found\n");
    for found in record.findings.iter().take(SHOWN) {
        let times = if found.count == 1 {
            "once".to_owned()
        } else {
            format!("{} times", found.count)
        };
        let _ = writeln!(
            text,
            "\n### {}, {times}, by {}\n\n{}\n\n*Always: {}*\n",
            found.invariant,
            found.by.join(", "),
            cell(&found.message),
            found.sentence
        );
        if !found.pretty.is_empty() {
            let _ = writeln!(text, "{}", fenced(&found.pretty));
        }
        let _ = writeln!(text, "To see it again:\n\n{}", fenced(&found.replay));
        if found.files.len() > 1 || found.count > 1 {
            let _ = writeln!(text, "Files that show it, {} of {}:\n", found.files.len(), found.count);
            for file in &found.files {
                let _ = writeln!(text, "- `{file}`");
            }
        }
    }
    let more = record.findings.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(
            text,
            "\n{more} more kinds of failure are in `{}`.",
            super::folder::RECORD
        );
    }
}

/// A text that a table or a paragraph holds: in one line.
fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, CHARACTERS).replace('|', "\\|")
}

/// A text as it is, as far as there is room for it.
fn fenced(text: &str) -> String {
    let mut block = String::from("```text\n");
    for line in text.lines().take(LINES) {
        // A line that would end the block must not be in the text.
        let line = shortened(line.trim_end(), CHARACTERS).replace("```", "'''");
        let _ = writeln!(block, "{line}");
    }
    let more = text.lines().count().saturating_sub(LINES);
    if more > 0 {
        let _ = writeln!(block, "({} more)", counted(more as u64, "line"));
    }
    block.push_str("```\n");
    block
}

fn shortened(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

fn counted(number: u64, name: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {name}{ending}")
}

/// A number of seconds as people say it.
pub fn duration(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    duration_of_whole(Duration::try_from_secs_f64(seconds).unwrap_or_default().as_secs())
}

fn duration_of_whole(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes} min {seconds} s"),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests;
