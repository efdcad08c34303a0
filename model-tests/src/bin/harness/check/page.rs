//! The verdict of the main job as a page.

use std::path::Path;

use anyhow::Context;
use model_tests::check::coverage::Arrows;
use model_tests::page::{Judgement, of_verdict};
use model_tests::report::whole_file;

use super::Checked;
use crate::verdict::{Reason, Verdict};

/// Writes the verdict as a page.
pub(super) fn write(path: &Path, checked: &Checked, verdict: &Verdict) -> anyhow::Result<()> {
    let mut arrows = Arrows::default();
    let (mut levels, mut searches) = (Vec::new(), Vec::new());
    for (name, exploration) in &checked.explorations {
        arrows.add(&exploration.arrows);
        levels.push((name.name(), exploration.levels.as_slice()));
        let (states, transitions) = (exploration.states, exploration.transitions);
        searches.push(format!(
            "explored {}: {states} states, {transitions} transitions",
            name.name()
        ));
    }
    searches.extend(
        checked
            .induced
            .iter()
            .map(|found| format!("inducted: {} models, {} steps", found.models, found.steps)),
    );
    searches.extend(
        checked
            .counted
            .iter()
            .map(|found| format!("counted what {} steps cost", found.steps)),
    );
    searches.extend(
        checked
            .soaked
            .iter()
            .map(|found| format!("soaked: {} steps in {} runs", found.steps, found.runs)),
    );
    let failure = checked.failure.iter().map(|failure| failure.violation().to_string());
    let page = of_verdict(&Judgement {
        verdict: verdict.name(),
        is_clean: *verdict == Verdict::Clean,
        searches,
        reasons: failure.chain(verdict.reasons().iter().map(Reason::to_string)).collect(),
        levels,
        arrows: &arrows,
        coverage: &checked.coverage,
        tally: &checked.tally,
    });
    whole_file::write(path, page.as_bytes())
        .with_context(|| format!("the page {} could not be written", path.display()))
}
