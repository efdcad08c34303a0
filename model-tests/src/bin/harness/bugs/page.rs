//! What came of a hunt as a page.

use std::path::Path;

use anyhow::Context;
use model_tests::page::hunt::{Hunt, Outcome, Quarry};
use model_tests::page::of_hunt;
use model_tests::proof::hunt::{Hunter, HunterRecord, Record};
use model_tests::report::whole_file;

use super::tables::{caught_by, cell};
use crate::verdict::Verdict;

/// Writes the page.
pub(super) fn write(path: &Path, records: &[Record], lines: Vec<String>, verdict: &Verdict) -> anyhow::Result<()> {
    let page = of_hunt(&Hunt {
        verdict: verdict.name().to_owned(),
        is_clean: *verdict == Verdict::Clean,
        lines,
        quarry: records.iter().map(quarry).collect(),
    });
    whole_file::write(path, page.as_bytes())
        .with_context(|| format!("the page {} could not be written", path.display()))
}

fn quarry(record: &Record) -> Quarry {
    let outcomes = record
        .hunters
        .iter()
        .map(|hunter| (hunter.hunter.to_owned(), outcome(hunter)));
    Quarry {
        id: record.id.to_owned(),
        sentence: record.sentence.to_owned(),
        caught_by: caught_by(record),
        hunters: outcomes.collect(),
    }
}

fn outcome(hunter: &HunterRecord) -> Outcome {
    match hunter.unseen {
        _ if hunter.found > 0 => Outcome::Found {
            seconds: hunter.seconds,
            words: cell(hunter),
            is_sure: hunter.found == hunter.hunts,
        },
        Some(reason) => Outcome::Unseen(reason.to_owned()),
        None => Outcome::Missed {
            words: cell(hunter),
            is_wrong: hunter.hunter != Hunter::Naive.name(),
        },
    }
}
