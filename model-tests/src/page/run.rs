//! What the page of a run of commands is made of.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{About, said, sentence, visible};
use crate::check::invariants::Violation;
use crate::kind::Kind;
use crate::subject::Decided;
use crate::walkthrough::difference::{Difference, Fate, of_values};
use crate::walkthrough::names::Names;
use crate::walkthrough::{Step, Walkthrough};

/// How many fields in which something is wrong are shown first of all.
const SHOWN_FIELDS: usize = 8;

/// What is wrong with a run, and where it first shows.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) violation: Violation,
    /// The number of steps after which it shows.
    pub(super) step: usize,
    /// What else is wrong there.
    others: Vec<Violation>,
    /// Whether the step itself shows it, and not only a look at the whole.
    is_of_step: bool,
}

/// What is wrong with a run.
pub(super) fn verdict(walkthrough: &Walkthrough, about: &About) -> Option<Verdict> {
    let last = walkthrough.steps().len();
    let found = walkthrough.violations().next().map(|(step, _)| step);
    let first: Vec<_> = walkthrough
        .violations()
        .filter(|(step, _)| Some(*step) == found)
        .map(|(_, violation)| violation.clone())
        .collect();
    let told = about
        .violation
        .as_ref()
        .or_else(|| walkthrough.first_violation())?
        .clone();
    let same = walkthrough
        .violations()
        .find(|(_, found)| found.invariant == told.invariant);
    let others = first
        .into_iter()
        .filter(|other| other.invariant != told.invariant)
        .collect();
    let is_of_step = walkthrough.steps().iter().any(|step| step.violations.contains(&told));
    Some(Verdict {
        step: same.map(|(step, _)| step).or(found).unwrap_or(last),
        violation: told,
        others,
        is_of_step,
    })
}

impl Verdict {
    /// What is seen first of all.
    pub(super) fn card(&self, walkthrough: &Walkthrough) -> Markup {
        let names = walkthrough.names();
        let Violation { invariant, message } = &self.violation;
        let step = walkthrough.step(self.step);
        let fields = step.map(|step| wrong_fields(step, names)).unwrap_or_default();
        html! {
            header.verdict.broken {
                (sentence(invariant.name(), invariant.sentence()))
                p.happened { @for line in message.lines() { (said(names, line)) br; } }
                p.where {
                    @match step {
                        None => "It is so from the beginning, before any step.",
                        Some(step) => {
                            @if self.is_of_step { "It broke at " } @else { "It shows when the whole run is looked at, after " }
                            a.goto href={ "#step=" (step.number) } { "step " (step.number) " of " (walkthrough.steps().len()) }
                            ": " (brief(step, names)) "."
                        }
                    }
                }
                @if !fields.is_empty() {
                    table.fields {
                        caption { "What the rules expect, and what was found" }
                        thead { tr { th scope="col" { "field" } th scope="col" { "expected" } th scope="col" { "found" } } }
                        tbody {
                            @for (path, expected, found) in fields.iter().take(SHOWN_FIELDS) {
                                tr { th scope="row" { (visible(path)) } td.expected data-is="expected" { bdi { (visible(expected)) } } td.found data-is="found" { bdi { (visible(found)) } } }
                            }
                        }
                    }
                    @if fields.len() > SHOWN_FIELDS { p { "and " (fields.len() - SHOWN_FIELDS) " more" } }
                }
                @if !self.others.is_empty() {
                    details.others {
                        summary { "Also violated there: " (self.others.iter().map(|other| other.invariant.name()).collect::<Vec<_>>().join(", ")) }
                        @for other in &self.others {
                            p { strong { (other.invariant.name()) } " " (other.invariant.sentence()) ": " (said(names, &other.message)) }
                        }
                    }
                }
            }
        }
    }
}

/// A command in a few words: its kind, what it names, and what came of it.
fn brief(step: &Step, names: &Names) -> Markup {
    let json = serde_json::to_value(&step.command).unwrap_or_default();
    let own = json.as_object().into_iter().chain(json["event"].as_object()).flatten();
    let called: Vec<_> = own
        .filter_map(|(field, value)| Some((field, names.in_field(field, value.as_str()?)?)))
        .collect();
    let (on, what): (Vec<_>, Vec<_>) = called.into_iter().partition(|(field, _)| *field == "thread_id");
    html! {
        code { (Kind::of(&step.command).name()) }
        @for (_, name) in &what { " " bdi { (visible(name)) } }
        @for (_, name) in &on { " on " bdi { (visible(name)) } }
        @match &step.decision {
            None => ", at which the core panicked",
            Some(Ok(_)) => ", accepted",
            Some(Err(error)) => { ", refused: " (said(names, &error.to_string())) }
        }
    }
}

/// The fields in which the reference machine expected something else, with both.
fn wrong_fields(step: &Step, names: &Names) -> Vec<(String, String, String)> {
    let mut fields = Vec::new();
    if let Some(decision) = step.decision.as_ref().filter(|_| step.is_decision_disputed()) {
        let [expected, found] = [&step.predicted, decision].map(decision_value);
        fields.extend(of_values(&expected, &found, names).into_iter().map(in_columns));
    }
    let disputed = step.disputed.iter().map(|change| Difference::of(change, names));
    fields.extend(disputed.map(in_columns));
    fields
}

/// A decision as a value: the events, or the error.
fn decision_value(decision: &Decided) -> Value {
    match decision {
        Ok(events) => json!({"events": events}),
        Err(error) => json!({"refusal": error}),
    }
}

/// The path of a field, what was expected, and what was found.
pub(super) fn in_columns(Difference { path, fate }: Difference) -> (String, String, String) {
    match fate {
        Fate::Added(found) => (path, "nothing".to_owned(), found),
        Fate::Removed(expected) => (path, expected, "nothing".to_owned()),
        Fate::Appended(more) => (path, "the text without its end".to_owned(), format!("… {more}")),
        Fate::Changed { before, after } => (path, before, after),
    }
}
