//! What an input of a fuzz target comes to: `harness replay --fuzz` and `harness shrink --fuzz`.

use std::path::Path;

use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;
use serde_json::Value;

use crate::output::{self, say};
use crate::verdict::Verdict;
use crate::{failures, files};

/// Shows what is wrong with an input: as a shrunk trace, where it is one.
pub fn show(target: Target, subject: Subject, path: &Path, as_json: bool) -> anyhow::Result<Verdict> {
    let bytes = files::read(path)?;
    let checked = target.check(subject, &bytes);
    let failure = checked
        .finding
        .as_ref()
        .map(|finding| (finding, finding.failure(subject)));
    match &failure {
        None if as_json => output::print_json(&Value::Null)?,
        None => say!(
            "nothing is wrong with this input of {target}: {} bytes, {} steps",
            bytes.len(),
            checked.steps
        ),
        Some((_, failure @ Some(_))) if as_json => output::print_json(&failures::json(failure.as_ref())?)?,
        Some((_, failure @ Some(_))) => failures::print(failure.as_ref()),
        Some((finding, None)) if as_json => output::print_json(&finding.to_json(subject, path)?)?,
        Some((finding, None)) => say!("{}", finding.report(target, subject, path)),
    }
    Ok(Verdict::new(failure.is_some(), Vec::new()))
}
