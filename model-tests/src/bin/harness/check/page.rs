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
        searches.push(anstream::adapter::strip_str(&crate::explore::line(&name.name(), exploration)).to_string());
    }
    searches.extend(checked.induced.as_ref().map(crate::induct::line));
    searches.extend(checked.counted.as_ref().map(crate::cost::line));
    searches.extend(checked.soaked.as_ref().map(crate::soak::line));
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
