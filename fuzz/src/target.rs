//! What all targets share.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use model_tests::proof::bugs;
use model_tests::search::fuzzing::{Checked, Target};
use model_tests::subject::Subject;
use sha1::{Digest, Sha1};

/// How often the numbers of inputs and steps are written.
const NOTE_INTERVAL: Duration = Duration::from_millis(100);

static PLANTED_BUG: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("PLANTED_BUG").ok());

static STEP_COUNTS: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("STEP_COUNTS").map(PathBuf::from));

/// A program that fuzzes.
#[derive(Clone, Copy)]
pub(crate) struct Program {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does with its inputs.
    pub(crate) target: Target,
    /// The bug that is planted if the environment names none.
    pub(crate) bug: Option<&'static str>,
}

impl Program {
    /// The program of a target itself.
    pub(crate) const fn of(target: Target) -> Self {
        Self {
            name: target.name(),
            target,
            bug: None,
        }
    }

    /// Checks an input.
    ///
    /// # Panics
    ///
    /// If something does not hold, or the environment names a bug that is not planted.
    pub(crate) fn check(self, bytes: &[u8]) {
        let checked = self.target.check(self.subject(), bytes);
        note(&checked);
        if let Some(found) = checked.found {
            panic!("{}\n\n{}", found.violation, self.how_to_see(bytes));
        }
    }

    fn bug(self) -> Option<&'static str> {
        PLANTED_BUG.as_deref().or(self.bug)
    }

    fn subject(self) -> Subject {
        let Some(id) = self.bug() else {
            return Subject::CORE;
        };
        bugs::planted(id).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The command that shows the input in full. libFuzzer names the file of an input by its SHA-1.
    fn how_to_see(self, bytes: &[u8]) -> String {
        let hash = Sha1::digest(bytes).iter().fold(String::new(), |mut hash, byte| {
            // Writing to a string does not fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let Self { name, target, .. } = self;
        let bug = self.bug().map(|id| format!(" --bug {id}")).unwrap_or_default();
        format!(
            "To see it as a trace, shrunk, with a test:\n\n    \
             cargo run --release -- replay --fuzz {target}{bug} fuzz/artifacts/{name}/crash-{hash}\n\n\
             (If the file is not there, the last lines say where it is.)"
        )
    }
}

/// Counts the input and its steps, if the environment asks for it.
fn note(checked: &Checked) {
    static INPUTS: AtomicU64 = AtomicU64::new(0);
    static STEPS: AtomicU64 = AtomicU64::new(0);
    static NOTED: Mutex<Option<Instant>> = Mutex::new(None);
    let Some(folder) = STEP_COUNTS.as_deref() else {
        return;
    };
    let inputs = INPUTS.fetch_add(1, Ordering::Relaxed) + 1;
    let steps = STEPS.fetch_add(checked.steps, Ordering::Relaxed) + checked.steps;
    let mut noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
    if noted.is_none_or(|noted| noted.elapsed() >= NOTE_INTERVAL) {
        *noted = Some(Instant::now());
        // What is fuzzed matters more than how much: a file that cannot be written is missed by whoever reads it.
        let _ = std::fs::write(
            folder.join(std::process::id().to_string()),
            format!("{inputs} {steps}\n"),
        );
    }
}
