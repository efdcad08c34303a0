//! `harness replay --fuzz`: what an input of a fuzz target comes to.

use std::path::Path;

use model_tests::proof::bugs::{self, UnknownBug};
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;

use crate::output::say;
use crate::verdict::Verdict;
use crate::{failures, files};

/// The core, or the core with a planted bug.
pub fn subject(bug: Option<&str>) -> Result<Subject, UnknownBug> {
    bug.map_or(Ok(Subject::CORE), |id| Ok(bugs::named(id)?.subject))
}

/// Shows what is wrong with an input: as a shrunk trace, where it is one.
pub fn show(target: Target, subject: Subject, path: &Path) -> anyhow::Result<Verdict> {
    let bytes = files::read(path)?;
    let checked = target.check(subject, &bytes);
    let Some(finding) = checked.finding else {
        say!(
            "nothing is wrong with this input of {target}: {} bytes, {} steps",
            bytes.len(),
            checked.steps
        );
        return Ok(Verdict::Clean);
    };
    match finding.failure(subject) {
        Some(failure) => failures::print(Some(&failure)),
        None => say!("{}", finding.report(target, subject, path)),
    }
    Ok(Verdict::Violated)
}
