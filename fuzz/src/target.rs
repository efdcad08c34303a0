//! What all targets share.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use model_tests::bugs::BUGS;
use model_tests::fuzzing::{Checked, Target};
use model_tests::subject::Subject;
use orchestration::OrchestrationReadModel;
use sha1::{Digest, Sha1};

/// After how many inputs the numbers of inputs and steps are written.
const INPUTS_PER_NOTE: u64 = 4_096;

static PLANTED_BUG: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("PLANTED_BUG").ok());

static STEP_COUNTS: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("STEP_COUNTS").map(PathBuf::from));

/// What is put to the test: the planted bug that the environment names, else the given one, else the core.
///
/// # Panics
///
/// If the environment names a bug that is not planted.
pub(crate) fn subject(bug: Option<&str>) -> Subject {
    let Some(id) = PLANTED_BUG.as_deref().or(bug) else {
        return Subject::CORE;
    };
    let planted = BUGS.iter().find(|bug| bug.id == id);
    planted
        .unwrap_or_else(|| panic!("PLANTED_BUG names no planted bug: {id}"))
        .subject
}

/// Checks an input.
///
/// # Panics
///
/// If something does not hold.
pub(crate) fn check(target: Target, subject: Subject, bytes: &[u8], observe: impl FnMut(&OrchestrationReadModel)) {
    let checked = target.check_observed(subject, bytes, observe);
    note(&checked);
    if let Some(finding) = checked.finding {
        panic!("{}\n\n{}", finding.violation, how_to_see_it(target, bytes));
    }
}

/// The command that shows the input in full. libFuzzer names the file of an input by its SHA-1.
fn how_to_see_it(target: Target, bytes: &[u8]) -> String {
    let name = Sha1::digest(bytes).iter().fold(String::new(), |mut name, byte| {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    });
    let bug = PLANTED_BUG
        .as_deref()
        .map(|id| format!(" --bug {id}"))
        .unwrap_or_default();
    format!(
        "To see it as a trace, shrunk, with a test:\n\n    \
         cargo run --release -- replay --fuzz {target}{bug} fuzz/artifacts/{target}/crash-{name}\n\n\
         (The last lines say where the file is, if it is not there.)"
    )
}

/// Counts the input and its steps, if the environment asks for it.
fn note(checked: &Checked) {
    static INPUTS: AtomicU64 = AtomicU64::new(0);
    static STEPS: AtomicU64 = AtomicU64::new(0);
    let Some(file) = STEP_COUNTS.as_deref() else {
        return;
    };
    let inputs = INPUTS.fetch_add(1, Ordering::Relaxed) + 1;
    let steps = STEPS.fetch_add(checked.steps, Ordering::Relaxed) + checked.steps;
    if inputs.is_multiple_of(INPUTS_PER_NOTE) {
        // What is fuzzed matters more than how much: a file that cannot be written is missed by whoever reads it.
        let _ = std::fs::write(file, format!("{inputs} {steps}\n"));
    }
}
