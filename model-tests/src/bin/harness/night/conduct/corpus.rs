//! The parts of a night that look after the corpus.

use std::time::Duration;

use super::{Came, Night};
use crate::night::libfuzzer::{self, Fuzzing};
use crate::night::process::Ended;
use crate::night::searches::{self, Reached};
use crate::night::targets::COMMAND_SEQUENCE;
use crate::night::trend;

/// How long minimising may take.
const LONGEST_MERGE: Duration = Duration::from_secs(30 * 60);

/// How long it may take to look at what a corpus covers.
const LONGEST_COVERAGE: Duration = Duration::from_secs(30 * 60);

impl Night {
    /// Adds to the corpus what was gathered and tells something new. If that cannot be told, all of it: it can be minimised
    /// another night. The corpus loses nothing. Says what went wrong.
    pub(super) fn join_corpus(&self, fuzzing: &Fuzzing<'_>) -> Option<String> {
        let log = self.log(&format!("{}.merge.log", fuzzing.name));
        let ended = Self::tool(&mut fuzzing.merge(), &log, LONGEST_MERGE);
        let is_merged = matches!(&ended, Ended::Exited(status) if status.success());
        let kept = if is_merged {
            std::fs::remove_dir_all(fuzzing.gathered())
        } else {
            libfuzzer::move_all(&fuzzing.gathered(), &fuzzing.program.corpus(fuzzing.root))
        };
        match (is_merged, kept) {
            (true, Ok(())) => None,
            (true, Err(error)) => Some(format!("what was gathered could not be removed: {error}")),
            (false, Ok(())) => Some(format!(
                "what was gathered could not be minimised, and was kept as it is: {}",
                Self::not_run(ended, &log).note
            )),
            (false, Err(error)) => Some(format!(
                "what was gathered could neither be minimised nor moved to the corpus, and is in {}: {error}",
                self.typed(&fuzzing.gathered())
            )),
        }
    }

    /// What the corpus of `command_sequence` covers, and whether any corpus lost entries between two nights.
    pub(super) fn coverage(&mut self) -> Came {
        let corpus = COMMAND_SEQUENCE.corpus(&self.tools.root);
        if libfuzzer::count(&corpus) == 0 {
            return Came::unfinished("the corpus of command_sequence is empty");
        }
        let arguments = ["coverage", "--json", "--corpus", &corpus.display().to_string()].map(str::to_owned);
        let written = match searches::run(
            &self.tools.harness,
            &arguments,
            &self.folder,
            "coverage",
            LONGEST_COVERAGE,
        ) {
            Ok(written) => written,
            Err(searches::Early::CouldNotRun(reason)) => return Came::could_not_run(reason),
            Err(searches::Early::Unfinished(reason)) => return Came::unfinished(reason),
        };
        let mut reached = Reached::default();
        match searches::cells(&written) {
            Ok(cells) => reached.add(&cells),
            Err(error) => return Came::unfinished(format!("it wrote what was not expected: {error}")),
        }
        let cells = reached.cells();
        self.record.cells = Some(cells);
        let note = format!("{} of {} outcomes", cells.reached, cells.possible);
        let losses = trend::losses(&self.before, &self.record);
        if losses.is_empty() {
            return Came::finished(note);
        }
        Came::found(format!("{note}; {}", losses.join("; ")))
    }
}
