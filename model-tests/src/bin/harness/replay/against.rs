//! `harness replay --against`: the first place at which a trace and another one, or a log of stored events, part.

use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, bail};
use model_tests::check::told;
use model_tests::describe;
use model_tests::subject::Subject;
use model_tests::trace::LONGEST_LINE;
use model_tests::walkthrough::difference::{Difference, of_models, of_values};
use model_tests::walkthrough::{Step, Walkthrough};
use orchestration::StoredEvent;
use serde_json::Value;

use super::whole::{FEW, print_differences, told as told_of};
use crate::output::say;
use crate::style::{BAD, GOOD};
use crate::{files, screen, stop};

/// Holds a replayed trace against another file. Gives whether they are the same to the end.
pub fn hold(whole: &Walkthrough, subject: Subject, own: &Path, other: &Path) -> anyhow::Result<bool> {
    if is_log(other)? {
        return hold_against_log(whole, own, other);
    }
    let (model, commands) = files::read_beginning(other)?;
    let others = Walkthrough::of(subject, model, &commands);
    Ok(hold_against_trace(whole, &others, (own, other)))
}

/// The first line that is not blank; nothing in an empty file.
fn first_line(path: &Path) -> anyhow::Result<Option<String>> {
    let lines = BufReader::new(std::io::Read::take(files::open_trace(path)?, LONGEST_LINE as u64)).lines();
    for line in lines {
        let line = line.with_context(|| format!("{} could not be read", path.display()))?;
        if !line.trim().is_empty() {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

/// Whether a file holds stored events, and not commands: its first line tells.
fn is_log(path: &Path) -> anyhow::Result<bool> {
    let first = first_line(path)?.and_then(|line| serde_json::from_str::<Value>(&line).ok());
    Ok(first.is_some_and(|line| line.get("event").is_some() && line.get("sequence").is_some()))
}

fn hold_against_trace(own: &Walkthrough, other: &Walkthrough, (file, against): (&Path, &Path)) -> bool {
    let names = own.names();
    say!("- {}\n+ {}", shown(file), shown(against));
    let [before, after] = [own, other].map(|whole| whole.model_after(0));
    if let (Some(before), Some(after)) = (before, after)
        && before != after
    {
        differ("they begin with different models");
        print_differences(&of_models(before, after, names), FEW);
        return false;
    }
    for (one, another) in own.steps().iter().zip(other.steps()) {
        let what = if one.command != another.command {
            Some(("the command", of_values(&one.command, &another.command, names)))
        } else if one.decision != another.decision {
            Some(("the decision", of_decisions(own, one, another)))
        } else if one.after != another.after {
            Some(("the state after it", of_models(&one.after, &another.after, names)))
        } else {
            None
        };
        if let Some((what, differences)) = what {
            differ(&format!("step {} is the first that differs: {what}", one.number));
            for line in told_of(own, one) {
                say!("- {line}");
            }
            for line in told_of(other, another) {
                say!("+ {line}");
            }
            print_differences(&differences, FEW);
            return false;
        }
    }
    let [length, others] = [own, other].map(|whole| whole.steps().len());
    if length != others {
        let (shorter, longer) = if length < others {
            (file, against)
        } else {
            (against, file)
        };
        let common = length.min(others);
        differ(&format!(
            "{} ends after {}, and {} goes on",
            shown(shorter),
            describe::counted(common, "step"),
            shown(longer)
        ));
        return false;
    }
    say!("{GOOD}✓ all {} are the same{GOOD:#}", describe::counted(length, "step"));
    true
}

fn of_decisions(whole: &Walkthrough, one: &Step, other: &Step) -> Vec<Difference> {
    let events = |step: &Step| match &step.decision {
        Some(Ok(events)) => serde_json::to_value(events),
        Some(Err(error)) => serde_json::to_value(error),
        None => Ok(Value::Null),
    };
    let json = |step: &Step| events(step).unwrap_or_default();
    of_values(&json(one), &json(other), whole.names())
}

/// A stored event that a trace causes, and the step that causes it.
fn caused(whole: &Walkthrough) -> impl Iterator<Item = (&Step, &orchestration::OrchestrationEvent)> {
    whole.steps().iter().flat_map(|step| {
        let events = step.decision.iter().flatten().flatten();
        events.map(move |event| (step, event))
    })
}

/// After which event of the log the trace begins: the snapshot in its first line says so.
fn sequence_of_beginning(file: &Path) -> anyhow::Result<u64> {
    let first = first_line(file)?.and_then(|line| serde_json::from_str::<Value>(&line).ok());
    let snapshot = first.filter(|line| line.get("schema_version").is_some());
    Ok(snapshot.and_then(|line| line.get("sequence")?.as_u64()).unwrap_or(0))
}

fn hold_against_log(whole: &Walkthrough, own: &Path, log: &Path) -> anyhow::Result<bool> {
    let names = whole.names();
    let beginning = sequence_of_beginning(own)?;
    say!("- what the core decides of {}\n+ the log {}", shown(own), shown(log));
    let mut expected = caused(whole);
    let mut next = beginning;
    let lines = BufReader::new(files::open_trace(log)?).lines();
    for (number, line) in (1..).zip(lines) {
        stop::go_on(&format!("reading the log {}", log.display()))?;
        let line = line.with_context(|| format!("line {number} of the log {} could not be read", log.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let stored = match serde_json::from_str::<StoredEvent>(&line) {
            Ok(stored) => stored,
            Err(error) => {
                let reason = describe::printable(&error.to_string());
                bail!(
                    "line {number} of the log {} is no stored event: {reason}",
                    log.display()
                );
            }
        };
        if stored.sequence <= beginning && next == beginning {
            // The trace begins behind it.
            continue;
        }
        next += 1;
        if stored.sequence != next {
            let found = stored.sequence;
            differ(&format!("line {number} is event {found}: expected event {next}"));
            return Ok(false);
        }
        let Some((step, event)) = expected.next() else {
            let kind = stored.event.kind();
            differ(&format!(
                "event {next}, a {kind}, is one more than the core decides: expected the end of the log"
            ));
            return Ok(false);
        };
        if *event != stored.event {
            differ(&format!("event {next} is the first that differs"));
            for line in told_of(whole, step) {
                say!("- {line}");
            }
            let text = if event.kind() == stored.event.kind() {
                told::between(event, &stored.event)
            } else {
                format!("expected {}, found {}", event.kind(), stored.event.kind())
            };
            say!(
                "{}",
                screen::wrapped(&format!("  event {next}, {}: ", event.kind()), &names.in_text(&text))
            );
            return Ok(false);
        }
    }
    if let Some((step, event)) = expected.next() {
        let (kind, number) = (event.kind(), step.number);
        differ(&format!(
            "the log ends at event {next}: expected event {}, a {kind}, of step {number}",
            next + 1
        ));
        return Ok(false);
    }
    let count = usize::try_from(next - beginning).unwrap_or(usize::MAX);
    say!("{GOOD}✓ all {} are the same{GOOD:#}", describe::counted(count, "event"));
    Ok(true)
}

fn differ(what: &str) {
    let text = screen::wrapped("✗ ", what);
    let text = text.strip_prefix("✗ ").unwrap_or(&text).to_owned();
    say!("{BAD}✗{BAD:#} {text}");
}

fn shown(path: &Path) -> String {
    describe::printable(&path.display().to_string())
}
