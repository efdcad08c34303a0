//! The page of a night, made of its record and of those of the nights before.

use std::path::{Component, Path};

use indicatif::HumanCount;
use model_tests::page::night::{Ending, Failure, Measure, Night, Part, Past, Point, Target};
use model_tests::page::of_night;

use super::findings::Found;
use super::folder::PAGE;
use super::record::{Fuzzed, NightEnd, PartEnd, Record};
use super::summary::{self, duration};

/// What a night is measured by.
type Measured = fn(&Record) -> Option<Point>;

/// The page. `folder` is that of the night, if the page is to stand in it: it links to what is there.
pub fn of(record: &Record, before: &[Record], folder: Option<&Path>) -> String {
    let nights = || before.iter().chain([record]);
    of_night(&Night {
        begun: record.begun.clone(),
        end: record.end.to_string(),
        ending: ending_of_night(record.end),
        verdict: plain(&summary::verdict(record)),
        facts: summary::facts(record).iter().map(|fact| plain(fact)).collect(),
        failures: record.findings.iter().map(|found| failure(found, folder)).collect(),
        parts: record.parts.iter().map(part).collect(),
        targets: record.targets.iter().map(target).collect(),
        nights: nights().map(|night| past(night, folder)).collect(),
        measures: MEASURES
            .iter()
            .map(|(name, measured)| Measure {
                name,
                points: nights().map(measured).collect(),
            })
            .collect(),
    })
}

/// What nights are compared by.
const MEASURES: [(&str, Measured); 10] = [
    ("inputs fuzzed in a second", |night| rate(night, Fuzzed::executions)),
    ("steps fuzzed in a second", |night| rate(night, Fuzzed::steps)),
    ("features of the program that fuzzing saw", |night| {
        count(night.targets.iter().filter_map(|target| target.features).sum())
    }),
    ("inputs that the corpora keep", |night| count(night.corpus())),
    ("outcomes that the corpus reaches", |night| {
        count(night.cells?.reached as u64)
    }),
    ("states explored", |night| counted(night, "exploration of ", "states")),
    ("steps soaked in a second", |night| {
        let soak = night.parts.iter().find(|part| part.name == "soak")?;
        in_a_second(*soak.counts.get("steps")?, soak.seconds)
    }),
    ("legal models tried", |night| counted(night, "induction", "models")),
    ("commands given to the example engine", |night| {
        counted(night, "example engine", "commands")
    }),
    ("kinds of failure found", |night| {
        (night.end != NightEnd::Running).then(|| whole(night.findings.len() as u64))
    }),
];

#[allow(clippy::cast_precision_loss, reason = "the place of a point in a picture")]
fn whole(number: u64) -> Point {
    Point {
        value: number as f64,
        words: HumanCount(number).to_string(),
    }
}

/// A number that is none where nothing was done.
fn count(number: u64) -> Option<Point> {
    (number > 0).then(|| whole(number))
}

/// What was counted in the parts whose names begin so.
fn counted(night: &Record, part: &str, what: &str) -> Option<Point> {
    let parts = night.parts.iter().filter(|found| found.name.starts_with(part));
    count(parts.filter_map(|part| part.counts.get(what)).sum())
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is rounded, and is not negative"
)]
fn in_a_second(number: u64, seconds: f64) -> Option<Point> {
    (seconds > 0.0 && number > 0).then(|| {
        let value = number as f64 / seconds;
        Point {
            value,
            words: if value < 10.0 {
                format!("{value:.1}")
            } else {
                HumanCount(value.round() as u64).to_string()
            },
        }
    })
}

/// How much all targets did in a second, of those whose time is known.
fn rate(night: &Record, counted: fn(&Fuzzed) -> u64) -> Option<Point> {
    let timed = || night.targets.iter().filter(|target| target.seconds.is_some());
    let seconds = timed().filter_map(|target| target.seconds).sum();
    in_a_second(timed().map(counted).sum(), seconds)
}

impl Fuzzed {
    const fn executions(&self) -> u64 {
        self.executions
    }

    const fn steps(&self) -> u64 {
        self.steps
    }
}

/// What is written for Markdown, as it is read.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}

const fn ending_of_night(end: NightEnd) -> Ending {
    match end {
        NightEnd::Clean => Ending::Clean,
        NightEnd::Found => Ending::Found,
        NightEnd::Running | NightEnd::CouldNotRun | NightEnd::Incomplete | NightEnd::Interrupted => Ending::Unfinished,
    }
}

const fn ending_of_part(end: PartEnd) -> Ending {
    match end {
        PartEnd::Finished => Ending::Clean,
        PartEnd::Found => Ending::Found,
        PartEnd::NotBegun | PartEnd::Running | PartEnd::CouldNotRun | PartEnd::Unfinished => Ending::Unfinished,
    }
}

fn part(part: &super::record::Part) -> Part {
    Part {
        name: part.name.clone(),
        end: plain(part.end.words()),
        ending: ending_of_part(part.end),
        took: duration(part.seconds),
        note: part.note.clone(),
    }
}

fn target(target: &Fuzzed) -> Target {
    let words = |point: Option<Point>| point.map_or_else(|| "–".to_owned(), |point| point.words);
    let number = |number: u64| HumanCount(number).to_string();
    let seconds = target.seconds;
    Target {
        name: target.name.clone(),
        counts: vec![
            ("took", seconds.map_or_else(|| "–".to_owned(), duration)),
            ("executions", number(target.executions)),
            (
                "in a second",
                words(in_a_second(target.executions, seconds.unwrap_or_default())),
            ),
            ("steps", number(target.steps)),
            ("features", words(target.features.and_then(count))),
            ("corpus before", number(target.before)),
            ("gathered", number(target.gathered)),
            ("minimised", number(target.minimised)),
            ("crashes", number(target.crashes)),
        ],
    }
}

fn failure(found: &Found, folder: Option<&Path>) -> Failure {
    let times = if found.count == 1 {
        "once".to_owned()
    } else {
        format!("{} times", HumanCount(found.count))
    };
    Failure {
        invariant: found.invariant.clone(),
        sentence: found.sentence.clone(),
        message: found.message.clone(),
        by: format!("{times}, by {}", found.by.join(", ")),
        pretty: found.pretty.clone(),
        again: found.replay.clone(),
        files: found.files.clone(),
        page: folder.and_then(|folder| link(folder, found.page.as_deref()?)),
    }
}

fn past(night: &Record, folder: Option<&Path>) -> Past {
    let planted = if night.bugs.is_some() {
        ", with planted bugs"
    } else {
        ""
    };
    let page = folder.and_then(|folder| {
        let other = Path::new(&night.folder).join(PAGE);
        let is_other = folder.file_name().is_some_and(|this| this != Path::new(&night.folder));
        let link = is_other.then(|| link(folder.parent()?, other.to_str()?)).flatten()?;
        Some(format!("../{link}"))
    });
    Past {
        begun: night.begun.clone(),
        page,
        end: format!("{}{planted}", night.end),
        ending: ending_of_night(night.end),
        took: duration(night.seconds),
        commit: night.commit.clone(),
    }
}

/// A file within a folder as a page in the folder links to it, if it is there and its name means nothing else in an address.
fn link(folder: &Path, file: &str) -> Option<String> {
    let path = Path::new(file);
    let is_within = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    (is_within && file.chars().all(is_plain) && folder.join(path).is_file()).then(|| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(executions: u64, seconds: Option<f64>, states: u64) -> Record {
        Record {
            parts: vec![super::super::record::Part {
                name: "exploration of tiny".to_owned(),
                end: PartEnd::Finished,
                seconds: 1.0,
                note: String::new(),
                counts: [("states".to_owned(), states)].into(),
            }],
            targets: vec![Fuzzed {
                executions,
                seconds,
                ..Fuzzed::default()
            }],
            ..Record::default()
        }
    }

    fn measured(name: &str, night: &Record) -> Option<String> {
        let (_, measure) = MEASURES.iter().find(|(other, _)| *other == name)?;
        measure(night).map(|point| point.words)
    }

    #[test]
    fn what_was_counted_and_what_came_of_a_second_is_measured() {
        let night = night(60_000, Some(20.0), 4_021);
        let measured = |name| measured(name, &night);
        assert_eq!(measured("inputs fuzzed in a second").as_deref(), Some("3,000"));
        assert_eq!(measured("states explored").as_deref(), Some("4,021"));
        assert_eq!(measured("legal models tried"), None);
        assert_eq!(measured("outcomes that the corpus reaches"), None);
    }

    #[test]
    fn a_night_that_kept_no_time_has_no_rate() {
        assert_eq!(measured("inputs fuzzed in a second", &night(60_000, None, 1)), None);
        assert_eq!(measured("inputs fuzzed in a second", &night(1, Some(0.0), 1)), None);
        assert_eq!(
            measured("inputs fuzzed in a second", &night(7, Some(2.0), 1)).as_deref(),
            Some("3.5")
        );
    }

    #[test]
    fn only_what_is_there_and_within_the_folder_is_linked_to() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("it can be made");
        for name in ["one.html", "o?e.html", "javascript:x.html", "../two.html"] {
            std::fs::write(inner.join(name), "").expect("it can be written");
        }
        assert_eq!(link(&inner, "one.html").as_deref(), Some("one.html"));
        for other in [
            "none.html",
            "o?e.html",
            "javascript:x.html",
            "../two.html",
            "/etc/passwd",
            "",
        ] {
            assert_eq!(link(&inner, other), None, "{other}");
        }
    }
}
