//! How soon bugs are found, in tables.

use std::time::Duration;

use comfy_table::{ContentArrangement, presets};
use model_tests::proof::hunt::{Hunter, HunterRecord, Record};

use crate::summary;

/// How soon each search finds each bug.
pub fn every_search(is_markdown: bool, records: &[Record]) -> String {
    let hunters = records.first().map_or(&[][..], |record| &record.hunters);
    let names = hunters.iter().map(|hunter| hunter.hunter);
    let mut table = summary::fitting([""]);
    table.set_header(["bug"].into_iter().chain(names).chain(["caught by", "trace"]));
    if is_markdown {
        table.load_style(presets::ASCII_MARKDOWN);
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    for record in records {
        let hunters = record.hunters.iter().map(cell);
        let first = std::iter::once(if is_markdown {
            format!("`{}`", record.id)
        } else {
            record.id.to_owned()
        });
        table.add_row(first.chain(hunters).chain([caught_by(record), lengths(record)]));
    }
    table.to_string()
}

/// Which search finds each bug soonest, and how many do.
pub fn soonest(records: &[Record]) -> String {
    let mut table = summary::fitting(["bug", "found soonest by", "in", "found by", "caught by", "trace"]);
    table.load_style(presets::NOTHING);
    for record in records {
        let found: Vec<_> = searches(record).filter(|hunter| hunter.found > 0).collect();
        let first = found.iter().min_by(|one, other| one.seconds.total_cmp(&other.seconds));
        table.add_row([
            record.id.to_owned(),
            first.map_or("none", |hunter| hunter.hunter).to_owned(),
            first.map_or_else(|| "–".to_owned(), |hunter| time(hunter.seconds)),
            format!("{} of {}", found.len(), searches(record).count()),
            caught_by(record),
            lengths(record),
        ]);
    }
    table.trim_fmt()
}

/// How soon a hunter finds a bug, or that it does not.
pub fn cell(record: &HunterRecord) -> String {
    if record.found == 0 {
        let tried = record.steps.map_or_else(
            || format!("{} executions", record.executions),
            |steps| format!("{steps} steps"),
        );
        return if record.unseen.is_some() {
            "–".to_owned()
        } else {
            format!("not in {tried}")
        };
    }
    let often = if record.found < record.hunts {
        format!(" ({} of {})", record.found, record.hunts)
    } else {
        String::new()
    };
    let steps = record.steps.map_or_else(
        || format!("{} executions", record.executions),
        |steps| format!("{steps} steps"),
    );
    format!("{}, {steps}{often}", time(record.seconds))
}

fn time(seconds: f64) -> String {
    let time = Duration::from_secs_f64(seconds);
    match time.as_millis() {
        0 => format!("{} µs", time.as_micros()),
        milliseconds @ 1..1_000 => format!("{milliseconds} ms"),
        _ => format!("{seconds:.1} s"),
    }
}

/// The invariants that caught it, each once.
pub fn caught_by(record: &Record) -> String {
    let mut names: Vec<_> = searches(record).filter_map(|hunter| hunter.invariant.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// The lengths of the shrunk traces: the shortest, and the longest if it is longer.
fn lengths(record: &Record) -> String {
    let longest = searches(record).filter_map(|hunter| hunter.length).max();
    match (record.shortest, longest) {
        (Some(shortest), Some(longest)) if longest > shortest => format!("{shortest}–{longest}"),
        (Some(shortest), _) => shortest.to_string(),
        (None, _) => "–".to_owned(),
    }
}

pub fn searches(record: &Record) -> impl Iterator<Item = &HunterRecord> {
    let naive = Hunter::Naive.name();
    record.hunters.iter().filter(move |hunter| hunter.hunter != naive)
}
