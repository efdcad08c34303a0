//! The page of the planted bugs: what users saw, what is wrong, what catches it, and the shortest trace.
//!
//! It shows what exploration finds, which draws nothing, and what soak and induction find, from one seed: so the page is the
//! same every time.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use crate::check::invariants::Violation;
use crate::counterexample::{Counterexample, Evidence, Search};
use crate::describe::short;
use crate::proof::bugs::{BUGS, Bug, THEMES};
use crate::proof::hunt::Hunter;
use crate::report::failure::{Failure, Shown};

/// The command that writes the page anew.
const RENEWAL: &str = "cargo run --release -- renew page";

/// Whose finds are shown, in the order in which of two that are as short the first is.
pub const HUNTERS: [Hunter; 4] = [Hunter::Exploration, Hunter::Soak, Hunter::Induction, Hunter::Cost];

/// What soak and induction draw from.
pub const SEED: u64 = 1;

/// The searches of which the page tells whether they see a bug.
const SEARCHES: [Search; 6] = [
    Search::Stateful,
    Search::Exploration,
    Search::Induction,
    Search::Cost,
    Search::Soak,
    Search::Fuzzing,
];

/// A planted bug, and what these make of it.
#[derive(Clone, Debug)]
pub struct Entry {
    bug: Bug,
    /// One of each of them that sees it, the shortest first.
    failures: Vec<Failure>,
}

impl Entry {
    /// Has the bug found, and shrinks what is found. Gives nothing if `stop` was set before that was done.
    ///
    /// # Errors
    ///
    /// Which of the searches could not hunt, or does not find what it should.
    pub fn of(bug: &Bug, stop: &AtomicBool) -> Result<Option<Self>, String> {
        let mut failures = Vec::new();
        for hunter in HUNTERS {
            let is_unseen = hunter.search().is_some_and(|search| bug.unseen_by(search).is_some());
            if is_unseen {
                continue;
            }
            let hunt = hunter.hunt(bug, SEED, stop);
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let missed = || format!("{} does not find {}, and should", hunter.name(), bug.id);
            let found = hunt?.found.ok_or_else(missed)?;
            failures.push(Failure::of_until(bug.subject, &found, stop));
        }
        let is_whole = !stop.load(Ordering::Relaxed);
        Ok(is_whole.then(|| Self::from_failures(bug, failures)))
    }

    /// The entry of what each of the [`HUNTERS`] that sees the bug has found from the [`SEED`], in their order.
    #[must_use]
    pub fn from_failures(bug: &Bug, mut failures: Vec<Failure>) -> Self {
        // Of two that are as short, exploration's comes first. What is not shown by itself comes last.
        failures.sort_by_key(|failure| (failure.shown() == Shown::Not, reading(&failure.counterexample.evidence)));
        Self { bug: *bug, failures }
    }

    fn write(&self, page: &mut String) {
        let Self { bug, failures } = self;
        // Writing to a string does not fail.
        let _ = writeln!(page, "\n### `{}`\n", bug.id);
        let reports = if bug.reports.is_empty() {
            String::new()
        } else {
            let links: Vec<_> = bug.reports.iter().map(|report| link(report)).collect();
            format!(" ({})", links.join(", "))
        };
        let _ = writeln!(page, "- **What users saw:** {}{reports}", bug.symptom);
        let _ = writeln!(page, "- **What is wrong:** {}", bug.sentence);
        let _ = writeln!(page, "- **Caught by:** {}", caught_by(failures));
        let _ = writeln!(page, "- **Seen by:** {}", seen_by(bug));
        if let Some(shortest) = failures.first() {
            let by = shortest.counterexample.origin.search;
            let caption = match shortest.counterexample.evidence {
                Evidence::Model { .. } => "A command on a legal model",
                Evidence::Run(_)
                | Evidence::Laws(_)
                | Evidence::Events { .. }
                | Evidence::Text(_)
                | Evidence::Graph(_) => caption(shortest.shown()),
            };
            let _ = writeln!(page, "\n{caption}, by {by}:\n\n{}", shortest.markdown());
            let Violation { invariant, message } = shortest.violation();
            let message = with_short_ids(&message.lines().collect::<Vec<_>>().join(" "));
            let _ = writeln!(page, "\nThen {invariant} does not hold: `` {message} ``");
        }
    }
}

/// How much there is to be read of evidence. A model has to be read before the commands on it: a trace of as many steps as
/// this is rather shown.
fn reading(evidence: &Evidence) -> usize {
    /// How many steps of a trace a model is worth.
    const MODEL: usize = 30;
    let is_on_model = matches!(evidence, Evidence::Model { .. });
    evidence.len() + if is_on_model { MODEL } else { 0 }
}

/// The page, in Markdown, with these entries.
#[must_use]
pub fn page(entries: &[Entry]) -> String {
    let mut page = head();
    for theme in THEMES {
        let _ = writeln!(page, "\n## {}", theme.title);
        let is_of_it = |entry: &&Entry| theme.bugs.iter().any(|bug| bug.id == entry.bug.id);
        for entry in entries.iter().filter(is_of_it) {
            entry.write(&mut page);
        }
    }
    page
}

fn head() -> String {
    let mut head = format!(
        "# The planted bugs

<!-- This page is generated. To renew it: {RENEWAL} -->

Each of these {} bugs is the core's own decider, projector or replay with one thing wrong, after what users of real
servers reported. For each this page tells what they saw, with links to where they said so; what is wrong in the core
with the bug; which invariants catch it; which searches see it, and why the others do not; and the shortest trace that
exploration or soak comes to, shrunk, as the core with the bug takes it; or, where that is long, a command on a legal model
that induction comes to.

`cargo run --release -- bugs --bug ID` lets all searches hunt one of them, and prints a test that shows it. A step stands
on the thread or the project that the command names, by the last digits of its id.

",
        BUGS.len()
    );
    for theme in THEMES {
        let ids = theme.bugs.iter().map(|bug| format!("[`{0}`](#{0})", bug.id));
        let _ = writeln!(head, "- {}: {}", theme.title, ids.collect::<Vec<_>>().join(", "));
    }
    head
}

/// A link to a report on GitHub, by the short name that it has there.
pub(super) fn link(report: &str) -> String {
    let name = report.trim_start_matches("https://github.com/");
    let name = name.replacen("/issues/", "#", 1).replacen("/pull/", "#", 1);
    format!("[{name}]({report})")
}

/// A text with the ids in it as short as they stand in tables.
pub(super) fn with_short_ids(mut text: &str) -> String {
    /// How many characters an id has.
    const LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;

    let mut shortened = String::new();
    while let Some(next) = text.chars().next() {
        let id = text.get(..LENGTH).and_then(|id| Uuid::try_parse(id).ok());
        let length = if let Some(id) = &id {
            shortened.push_str(&short(id));
            LENGTH
        } else {
            shortened.push(next);
            next.len_utf8()
        };
        text = &text[length..];
    }
    shortened
}

/// The invariants, each once; with the searches that found them broken, if these do not agree.
fn caught_by(failures: &[Failure]) -> String {
    let caught = failures.iter().map(|failure| {
        let Counterexample { violation, origin, .. } = &failure.counterexample;
        (violation.invariant, origin.search)
    });
    let caught = grouped(caught);
    let do_agree = caught.len() == 1;
    let told = caught.iter().map(|(invariant, searches)| {
        let by = if do_agree {
            String::new()
        } else {
            format!(" in {}", names(searches))
        };
        format!("{invariant}{by} ({})", invariant.sentence())
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Which searches see a bug, and why the others do not.
fn seen_by(bug: &Bug) -> String {
    // What cost sees is told of those alone that no other search sees: it looks at nothing else.
    let told = SEARCHES
        .into_iter()
        .filter(|search| *search != Search::Cost || bug.is_only_dear());
    let told: Vec<_> = told.collect();
    let by_reason = grouped(told.iter().map(|search| (bug.unseen_by(*search), *search)));
    let seeing = by_reason.iter().filter(|(reason, _)| reason.is_none());
    let seeing = seeing.map(|(_, searches)| {
        if searches.len() == told.len() {
            "every search".to_owned()
        } else {
            names(searches)
        }
    });
    let blind = by_reason.iter().filter_map(|(reason, searches)| {
        let reason = (*reason)?;
        Some(format!("not by {}: {reason}", names(searches)))
    });
    seeing.chain(blind).collect::<Vec<_>>().join("; ")
}

/// What is said of several searches, each once, with those searches.
fn grouped<T: PartialEq>(pairs: impl IntoIterator<Item = (T, Search)>) -> Vec<(T, Vec<Search>)> {
    let mut groups: Vec<(T, Vec<Search>)> = Vec::new();
    for (said, search) in pairs {
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, searches)) => searches.push(search),
            None => groups.push((said, vec![search])),
        }
    }
    groups
}

/// The names of searches, as they stand in a sentence.
fn names(searches: &[Search]) -> String {
    match searches {
        [] => "no search".to_owned(),
        [only] => only.to_string(),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(ToString::to_string).collect();
            format!("{} and {last}", most.join(", "))
        }
    }
}

const fn caption(shown: Shown) -> &'static str {
    match shown {
        Shown::ByReplay | Shown::ByLaws => "The shortest trace",
        Shown::ByEvents => "The fewest events",
        Shown::ByText => "The shortest text",
        Shown::Not => "A trace to the state",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{Entry, link, names, seen_by, with_short_ids};
    use crate::counterexample::Search;
    use crate::proof::bugs::{Bug, named};
    use crate::subject::Subject;

    #[test]
    fn a_report_is_linked_by_its_short_name() {
        let issue = "https://github.com/owner/name/issues/12";
        assert_eq!(link(issue), format!("[owner/name#12]({issue})"));
        let repository = "https://github.com/owner/name";
        assert_eq!(link(repository), format!("[owner/name]({repository})"));
    }

    #[test]
    fn ids_are_as_short_as_in_tables() {
        let long = "turn 00000003-0000-4000-8000-0000000000ab of „00000004-0000-4000-8000-000000000001“";
        assert_eq!(with_short_ids(long), "turn 000000ab of „00000001“");
        assert_eq!(with_short_ids("a call-1"), "a call-1");
    }

    #[test]
    fn searches_are_told_apart_by_why_they_do_not_see_a_bug() {
        let bug = *named("path-taken-twice").expect("it is planted");
        assert_eq!(seen_by(&bug), "every search");
        let blind = Bug {
            unseen_by: &[
                (Search::Stateful, "it is short"),
                (Search::Soak, "it is long"),
                (Search::Fuzzing, "it is short"),
            ],
            ..bug
        };
        assert_eq!(
            seen_by(&blind),
            "exploration and induction; not by stateful tests and fuzzing: it is short; not by soak: it is long"
        );
        assert_eq!(names(&[]), "no search");
    }

    #[test]
    fn a_bug_that_is_not_found_as_it_should_be_has_no_entry() {
        let none = Bug {
            subject: Subject::CORE,
            ..*named("path-taken-twice").expect("it is planted")
        };
        let missed = Entry::of(&none, &AtomicBool::new(false)).expect_err("there is nothing to find");
        assert_eq!(missed, "exploration does not find path-taken-twice, and should");
        let stopped = Entry::of(&none, &AtomicBool::new(true)).expect("it was stopped");
        assert!(stopped.is_none());
    }
}
