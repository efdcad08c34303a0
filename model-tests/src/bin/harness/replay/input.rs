//! `harness replay --fuzz`: what an input of a fuzz target comes to.

use std::path::Path;

use anyhow::bail;
use model_tests::bugs::BUGS;
use model_tests::fuzzing::Target;
use model_tests::subject::Subject;

use crate::files;
use crate::output::{self, Verdict};

/// The core, or the core with a planted bug.
pub fn subject(bug: Option<&str>) -> anyhow::Result<Subject> {
    let Some(id) = bug else {
        return Ok(Subject::CORE);
    };
    let Some(bug) = BUGS.iter().find(|bug| bug.id == id) else {
        let ids: Vec<_> = BUGS.iter().map(|bug| bug.id).collect();
        bail!("there is no planted bug {id}: expected one of {}", ids.join(", "));
    };
    Ok(bug.subject)
}

/// Shows what is wrong with an input: as a shrunk trace, where it is one.
pub fn show(target: Target, subject: Subject, path: &Path) -> anyhow::Result<Verdict> {
    let bytes = files::read(path)?;
    let checked = target.check(subject, &bytes);
    let Some(finding) = checked.finding else {
        anstream::println!(
            "nothing is wrong with this input of {target}: {} bytes, {} steps",
            bytes.len(),
            checked.steps
        );
        return Ok(Verdict::Clean);
    };
    match finding.failure(subject) {
        Some(failure) => output::print_failure(Some(&failure))?,
        None => anstream::println!("{}", finding.report(target, subject, path)),
    }
    Ok(Verdict::Violated)
}
