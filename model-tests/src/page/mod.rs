//! A failing run in the browser: one HTML file that holds all it needs, and asks for nothing.
//!
//! [`of_run`] makes the page of a run of commands, [`of_engine`] that of a run of a whole server, and [`of_text`] that of evidence which is
//! shown as it is. Each is given [what there is to be said](About) of it. [`of_verdict`] makes the page of a verdict, [`of_night`] that of a
//! night, and [`of_hunt`] that of a hunt for planted bugs. [`sheet`] is the sheet of paper below them all: the head with the policy that lets nothing in or out, the style, and the script.
//!
//! What a trace holds is hostile: it goes into the page as escaped text and as JSON in which no tag can end or begin, and the
//! script shows it as text alone.

mod choices;
mod data;
mod engine;
pub mod hunt;
mod lanes;
pub mod night;
mod run;
mod sheet;
#[cfg(test)]
mod tests;
mod verdict;
mod visible;

use maud::{Markup, html};

use crate::check::invariants::Violation;
use crate::walkthrough::Walkthrough;
use crate::walkthrough::names::Names;

pub use choices::choices;
pub use engine::{Wrong, of_engine};
pub use hunt::of_hunt;
pub use night::of_night;
pub use sheet::{Reach, Sheet, sheet};
pub use verdict::{Judgement, of_verdict};
use visible::plain;
pub use visible::visible;

/// How long a sentence is that is shown less large, in bytes.
const LONG: usize = 160;

/// What there is to be said of a run.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What it is of: the name of a file.
    pub name: String,
    /// What did not hold. Else it is looked for in the run.
    pub violation: Option<Violation>,
    /// Command lines, each with what it is for.
    pub next: Vec<(String, String)>,
}

/// The page of a run of commands.
#[must_use]
pub fn of_run(walkthrough: &Walkthrough, about: &About) -> String {
    on_sheet(walkthrough, about, None)
}

/// The page of a run of commands that a server answers for: its script asks it what becomes of other steps. `run`
/// is the number under which the server knows it.
#[must_use]
pub fn of_served_run(walkthrough: &Walkthrough, about: &About, run: usize) -> String {
    on_sheet(walkthrough, about, Some(run))
}

/// The page of a run, which a server may know under a number.
fn on_sheet(walkthrough: &Walkthrough, about: &About, served: Option<usize>) -> String {
    let verdict = run::verdict(walkthrough, about);
    let mut data = data::data(walkthrough, verdict.as_ref().map(|verdict| verdict.step));
    let reach = served.map_or(Reach::Nothing, |run| {
        data["run"] = run.into();
        Reach::Server
    });
    let title = match &verdict {
        None => format!("{}: no violation", about.name),
        Some(verdict) => format!("{} is violated: {}", verdict.violation.invariant, about.name),
    };
    let head = match &verdict {
        None => html! {
            header.verdict.clean {
                h1 { "Nothing is wrong with this run" }
                p { bdi { (visible(&about.name)) } ": " (walkthrough.steps().len()) " steps, and no invariant was violated." }
            }
        },
        Some(verdict) => verdict.card(walkthrough),
    };
    sheet(&Sheet {
        title: &title,
        body: &html! {
            (head)
            main #walk { noscript { p { "To go through the run step by step, let this page run its script: it is within the page." } } }
            (next(about))
        },
        data: Some(&data),
        reach,
    })
}

/// The page of evidence that is shown as it is: a text, or events.
#[must_use]
pub fn of_text(violation: &Violation, text: &str, about: &About) -> String {
    let title = format!("{} is violated: {}", violation.invariant, about.name);
    sheet(&Sheet {
        title: &title,
        body: &html! {
            header.verdict.broken {
                (sentence(violation.invariant.name(), violation.invariant.sentence()))
                p.happened { (said(&Names::default(), &violation.message)) }
            }
            main {
                h2 { "What shows it" }
                @for line in text.lines() {
                    pre.evidence { bdi { (visible(line)) } }
                }
            }
            (next(about))
        },
        data: None,
        reach: Reach::Nothing,
    })
}

/// What is always true, large, and that it is not.
fn sentence(name: &str, sentence: &str) -> Markup {
    html! {
        p.which { span.flag aria-hidden="true" { "✗" } " " strong { (name) } " is violated. It says:" }
        h1.long[sentence.len() > LONG] { (with_code(sentence)) }
    }
}

/// A text in which code stands between backquotes.
fn with_code(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (visible(part)) } } @else { (visible(part)) }
        }
    }
}

/// A text with names in the place of ids, which are there on request.
fn said(names: &Names, text: &str) -> Markup {
    use crate::walkthrough::names::Word;
    html! {
        @for part in names.parts(text) {
            @match part {
                Word::Text(text) => bdi { (visible(&text)) },
                Word::Name { name, id } => span.name title=(plain(&id)) data-id=(plain(&id)) { (name) },
            }
        }
    }
}

/// What to type next.
fn next(about: &About) -> Markup {
    html! {
        @if !about.next.is_empty() {
            section.next aria-labelledby="next" {
                h2 #next { "What next" }
                dl {
                    @for (what, command) in &about.next {
                        dt { (what) }
                        dd { code { bdi { (visible(command)) } } }
                    }
                }
            }
        }
    }
}
