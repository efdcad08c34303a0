//! The result of a night, as it is kept: later nights read it for the trend.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::findings::Found;

/// The form of the record. It changes when a reader of the old one would misread the new one.
pub const FORM: u32 = 1;

/// A night.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// The name of its folder, once that is known.
    #[serde(skip)]
    pub folder: String,
    /// The form of the record.
    pub form: u32,
    /// When it began: RFC 3339, UTC.
    pub begun: String,
    /// How long it took, in seconds, with all that it built.
    pub seconds: f64,
    /// How long it was to search, in seconds.
    pub asked_seconds: u64,
    /// Whether it was a quick one, which explores less.
    pub quick: bool,
    /// Where all that is random came from.
    pub seed: u64,
    /// How many cores it used.
    pub workers: usize,
    /// The compiler.
    pub toolchain: String,
    /// The commit, with a note if it was changed.
    pub commit: String,
    /// The bugs that were planted.
    pub bugs: Option<String>,
    /// All that was to be done, in order.
    pub parts: Vec<Part>,
    /// What became of each fuzz target that was run.
    pub targets: Vec<Fuzzed>,
    /// What the corpus of `command_sequence` reaches of the coverage table.
    pub cells: Option<Cells>,
    /// After how many executions the canary died.
    pub canary_executions: Option<u64>,
    /// What was found, each kind once.
    pub findings: Vec<Found>,
    /// How it ended.
    pub end: NightEnd,
}

/// One of the things that a night does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub name: String,
    /// How it ended.
    pub end: PartEnd,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What came of it, in a line.
    pub note: String,
    /// What was counted, by what it is. Older nights kept no such counts.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
}

/// How a part of a night ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartEnd {
    /// It was never begun.
    NotBegun,
    /// It has not ended yet, or the night was killed meanwhile.
    Running,
    /// It finished, and found nothing.
    Finished,
    /// It found something.
    Found,
    /// It could not be run as asked.
    CouldNotRun,
    /// It did not finish.
    Unfinished,
}

impl PartEnd {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotBegun => "not begun",
            Self::Running => "did not end",
            Self::Finished => "finished",
            Self::Found => "**found something**",
            Self::CouldNotRun => "**could not run**",
            Self::Unfinished => "**unfinished**",
        }
    }
}

/// How a night ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NightEnd {
    /// It is under way, or was killed.
    #[default]
    Running,
    /// Everything was done, and nothing was found.
    Clean,
    /// Something was found.
    Found,
    /// Something could not be run as asked; the rest found nothing.
    CouldNotRun,
    /// Something did not finish; the rest found nothing.
    Incomplete,
    /// It was interrupted, and had found nothing.
    Interrupted,
}

impl NightEnd {
    /// How a night ends whose parts ended so. What was found counts for more than what was not done.
    pub fn of(parts: &[Part], was_interrupted: bool) -> Self {
        let has = |end| parts.iter().any(|part| part.end == end);
        if has(PartEnd::Found) {
            Self::Found
        } else if was_interrupted {
            Self::Interrupted
        } else if has(PartEnd::CouldNotRun) {
            Self::CouldNotRun
        } else if [PartEnd::NotBegun, PartEnd::Running, PartEnd::Unfinished]
            .into_iter()
            .any(has)
        {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }
}

impl fmt::Display for NightEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Running => "did not end",
            Self::Clean => "clean",
            Self::Found => "found something",
            Self::CouldNotRun => "could not run",
            Self::Incomplete => "incomplete",
            Self::Interrupted => "interrupted",
        })
    }
}

/// What became of a fuzz target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fuzzed {
    /// The name of the target, with the sanitizer.
    pub name: String,
    /// How many inputs were run.
    pub executions: u64,
    /// How many steps these had: commands decided, events projected, or texts read.
    pub steps: u64,
    /// How many entries the corpus had.
    pub before: u64,
    /// How many inputs that reached something new were gathered.
    pub gathered: u64,
    /// How many entries the corpus had in the end, without those of the gathered that tell nothing new beside the others.
    pub minimised: u64,
    /// How many inputs failed.
    pub crashes: u64,
    /// How long the inputs were run, in seconds. Older nights did not keep it.
    #[serde(default)]
    pub seconds: Option<f64>,
    /// How many features of the program libFuzzer has seen in the end. Older nights did not keep it.
    #[serde(default)]
    pub features: Option<u64>,
}

/// What a corpus reaches of the coverage table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells {
    /// The cells that it reaches.
    pub reached: usize,
    /// Those that can be reached.
    pub possible: usize,
}

impl Record {
    /// How many inputs all targets ran.
    pub fn executions(&self) -> u64 {
        self.targets.iter().map(|target| target.executions).sum()
    }

    /// How many steps these had.
    pub fn steps(&self) -> u64 {
        self.targets.iter().map(|target| target.steps).sum()
    }

    /// How many entries all corpora had in the end.
    pub fn corpus(&self) -> u64 {
        self.targets.iter().map(|target| target.minimised).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(ends: &[PartEnd], was_interrupted: bool) -> NightEnd {
        let part = |end: &PartEnd| Part {
            name: String::new(),
            end: *end,
            seconds: 0.0,
            note: String::new(),
            counts: BTreeMap::new(),
        };
        NightEnd::of(&ends.iter().map(part).collect::<Vec<_>>(), was_interrupted)
    }

    #[test]
    fn a_night_is_clean_only_if_everything_came_to_its_end_and_found_nothing() {
        assert_eq!(end(&[PartEnd::Finished; 3], false), NightEnd::Clean);
        for unfinished in [PartEnd::NotBegun, PartEnd::Running, PartEnd::Unfinished] {
            assert_eq!(end(&[PartEnd::Finished, unfinished], false), NightEnd::Incomplete);
        }
        assert_eq!(
            end(&[PartEnd::Unfinished, PartEnd::CouldNotRun], false),
            NightEnd::CouldNotRun
        );
    }

    #[test]
    fn what_was_found_counts_for_more_than_what_was_not_done() {
        let ends = [PartEnd::CouldNotRun, PartEnd::Found, PartEnd::NotBegun];
        assert_eq!(end(&ends, true), NightEnd::Found);
        assert_eq!(
            end(&[PartEnd::CouldNotRun, PartEnd::NotBegun], true),
            NightEnd::Interrupted
        );
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let record = Record {
            form: FORM,
            seed: 7,
            end: NightEnd::CouldNotRun,
            cells: Some(Cells {
                reached: 120,
                possible: 130,
            }),
            ..Record::default()
        };
        let json = serde_json::to_string(&record).expect("it is JSON");
        assert!(json.contains(r#""end":"could_not_run""#), "{json}");
        let read: Record = serde_json::from_str(&json).expect("it is a record");
        assert_eq!(
            (read.seed, read.end, read.cells),
            (record.seed, record.end, record.cells)
        );
    }
}
