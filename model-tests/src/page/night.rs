//! The page of a night: what was done, what was found, and how it went beside the nights before.

mod trend;

use maud::{Markup, html};

use super::sheet::{Reach, Sheet, sheet};
use super::{visible, with_code};

pub use trend::{Measure, Point};

/// How many kinds of failure are shown with what shows them.
const SHOWN: usize = 20;

/// How many lines are shown of what shows a failure.
const LINES: usize = 200;

/// How many characters are shown of such a line: a model is one line.
const CHARACTERS: usize = 2_000;

/// How something ended: a night, or a part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// All was done, and nothing was found.
    #[default]
    Clean,
    /// Something was found.
    Found,
    /// Not all was done, or not yet.
    Unfinished,
}

impl Ending {
    const fn of_card(self) -> &'static str {
        match self {
            Self::Clean => "verdict clean",
            Self::Found => "verdict broken",
            Self::Unfinished => "verdict unsure",
        }
    }

    const fn of_word(self) -> &'static str {
        match self {
            Self::Clean => "good",
            Self::Found | Self::Unfinished => "bad",
        }
    }
}

/// A night, in words.
#[derive(Clone, Debug, Default)]
pub struct Night {
    /// When it began.
    pub begun: String,
    /// How it ended, in a word or two.
    pub end: String,
    /// How that is shown.
    pub ending: Ending,
    /// The same in a sentence.
    pub verdict: String,
    /// What else there is to be known of it.
    pub facts: Vec<String>,
    /// What was found, each kind once.
    pub failures: Vec<Failure>,
    /// What was to be done, in order.
    pub parts: Vec<Part>,
    /// The fuzz targets.
    pub targets: Vec<Target>,
    /// The nights that are kept, the oldest first, and this one at the end.
    pub nights: Vec<Past>,
    /// What was measured in these nights: a point for each of them.
    pub measures: Vec<Measure>,
}

/// A kind of failure that a night found.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// The invariant that does not hold, or what else is wrong.
    pub invariant: String,
    /// What is always true.
    pub sentence: String,
    /// What was found instead.
    pub message: String,
    /// How often, and by whom.
    pub by: String,
    /// What shows it.
    pub pretty: String,
    /// The command line that shows it again.
    pub again: String,
    /// The files that show it.
    pub files: Vec<String>,
    /// Its own page, from where this one is.
    pub page: Option<String>,
}

/// A part of a night.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// What it is.
    pub name: String,
    /// How it ended, in words.
    pub end: String,
    /// How that is shown.
    pub ending: Ending,
    /// How long it took.
    pub took: String,
    /// What came of it.
    pub note: String,
}

/// What became of a fuzz target.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// What was counted: each with what it is.
    pub counts: Vec<(&'static str, String)>,
}

/// A night that is kept.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// When it began.
    pub begun: String,
    /// Its own page, from where this one is.
    pub page: Option<String>,
    /// How it ended, in words.
    pub end: String,
    /// How that is shown.
    pub ending: Ending,
    /// How long it took.
    pub took: String,
    /// The commit.
    pub commit: String,
}

/// The page of a night.
#[must_use]
pub fn of_night(night: &Night) -> String {
    sheet(&Sheet {
        title: &format!("the night of {}: {}", night.begun, night.end),
        body: &html! {
            header class=(night.ending.of_card()) {
                h1 { "The night of " bdi { (visible(&night.begun)) } ": " bdi { (visible(&night.end)) } }
                p.happened { bdi { (visible(&night.verdict)) } }
                ul { @for fact in &night.facts { li { bdi { (visible(fact)) } } } }
            }
            main {
                (failures(&night.failures))
                h2 { "What was done" }
                (parts(&night.parts))
                (targets(&night.targets))
                h2 { "Night after night" }
                (trend::lines(&night.nights, &night.measures))
                (nights(&night.nights))
            }
        },
        data: None,
        reach: Reach::Nothing,
    })
}

fn failures(failures: &[Failure]) -> Markup {
    html! {
        @if !failures.is_empty() { h2 { "What was found" } }
        @for failure in failures.iter().take(SHOWN) { (shown(failure)) }
        @if failures.len() > SHOWN {
            p { "Kinds of failure that are left out here: " (failures.len() - SHOWN) ". They are in the record of the night." }
        }
    }
}

/// A kind of failure: what is wrong first, then where to look.
fn shown(failure: &Failure) -> Markup {
    html! {
        section.box.differs {
            h3 { span.bad { "✗ " bdi { (visible(&failure.invariant)) } } ", " bdi { (visible(&failure.by)) } }
            p { bdi { (visible(&failure.message)) } }
            p.faint { "Always: " bdi { (with_code(&failure.sentence)) } }
            @if let Some(page) = &failure.page {
                p { a.button href=(page) { "Walk through it" } }
            }
            @if !failure.pretty.is_empty() {
                details { summary { "What shows it" } (evidence(&failure.pretty)) }
            }
            p { "To see it again:" }
            pre.evidence { bdi { (visible(&failure.again)) } }
            @if !failure.files.is_empty() {
                p { "Files that show it:" }
                ul { @for file in &failure.files { li { code { bdi { (visible(file)) } } } } }
            }
        }
    }
}

/// A text, as far as there is room for it.
fn evidence(text: &str) -> Markup {
    let more = text.lines().count().saturating_sub(LINES);
    html! {
        @for line in text.lines().take(LINES) {
            @let cut = line.char_indices().nth(CHARACTERS).map(|(end, _)| end);
            pre.evidence { bdi { (visible(&line[..cut.unwrap_or(line.len())])) @if cut.is_some() { "…" } } }
        }
        @if more > 0 { p.faint { "Lines that are left out here: " (more) ". They are in the record of the night." } }
    }
}

fn parts(parts: &[Part]) -> Markup {
    html! {
        table.rows {
            thead { tr { @for head in ["part", "end", "took", "what came of it"] { th scope="col" { (head) } } } }
            tbody {
                @for part in parts {
                    tr {
                        th scope="row" { bdi { (visible(&part.name)) } }
                        td data-is="end" { span class=(part.ending.of_word()) { bdi { (visible(&part.end)) } } }
                        td.number data-is="took" { (part.took) }
                        td data-is="what came of it" { bdi { (visible(&part.note)) } }
                    }
                }
            }
        }
    }
}

fn targets(targets: &[Target]) -> Markup {
    let Some(first) = targets.first() else {
        return html! {};
    };
    html! {
        h2 { "Fuzz targets" }
        table.rows {
            thead { tr { th scope="col" { "target" } @for (what, _) in &first.counts { th scope="col" { (what) } } } }
            tbody {
                @for target in targets {
                    tr {
                        th scope="row" { bdi { (visible(&target.name)) } }
                        @for (what, count) in &target.counts { td.number data-is=(what) { (count) } }
                    }
                }
            }
        }
    }
}

/// The nights as a table, the last one first.
fn nights(nights: &[Past]) -> Markup {
    html! {
        table.rows {
            thead { tr { @for head in ["night", "end", "took", "commit"] { th scope="col" { (head) } } } }
            tbody {
                @for night in nights.iter().rev() {
                    tr {
                        th scope="row" {
                            @match &night.page {
                                Some(page) => a href=(page) { bdi { (visible(&night.begun)) } },
                                None => bdi { (visible(&night.begun)) },
                            }
                        }
                        td data-is="end" { span class=(night.ending.of_word()) { bdi { (visible(&night.end)) } } }
                        td.number data-is="took" { (night.took) }
                        td data-is="commit" { code { bdi { (visible(&night.commit)) } } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
