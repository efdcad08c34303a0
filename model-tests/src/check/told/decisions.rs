//! Where two decisions differ.

use orchestration::OrchestrationEvent;

use super::{differences, list};
use crate::subject::Decided;

/// How many runs of kinds are shown.
const SHOWN_RUNS: usize = 6;

/// Where two decisions differ, in one line: the kinds of events or errors, or else the fields of these.
#[must_use]
pub fn between_decisions(expected: &Decided, found: &Decided) -> String {
    if kinds(expected) != kinds(found) {
        return format!("expected {}, found {}", decision(expected), decision(found));
    }
    match (expected, found) {
        (Ok(expected), Ok(found)) => {
            let events = (1..).zip(expected.iter().zip(found));
            let of_events = events.flat_map(|(number, (expected, found))| {
                let name = format!("event {number} {}", found.kind());
                let fields = differences(expected, found).into_iter();
                fields.map(move |difference| difference.within(&name))
            });
            list(&of_events.collect::<Vec<_>>())
        }
        (Err(expected), Err(found)) => {
            let name = format!("the error {}", found.kind());
            let fields = differences(expected, found).into_iter();
            list(&fields.map(|difference| difference.within(&name)).collect::<Vec<_>>())
        }
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => String::new(),
    }
}

/// Whether a decision is to accept, and the kinds of the events or of the error.
#[must_use]
pub fn kinds(decision: &Decided) -> (bool, Vec<&'static str>) {
    match decision {
        Ok(events) => (true, events.iter().map(OrchestrationEvent::kind).collect()),
        Err(error) => (false, vec![error.kind()]),
    }
}

/// A decision by the kinds of its events or of its error.
#[must_use]
pub fn decision(decision: &Decided) -> String {
    match decision {
        Ok(events) if events.is_empty() => "no event".to_owned(),
        Ok(_) => format!("the events {}", runs(&kinds(decision).1)),
        Err(error) => format!("the error {}", error.kind()),
    }
}

/// Some kinds in their order: those of which there are many in a row, once.
fn runs(kinds: &[&str]) -> String {
    let runs = kinds.chunk_by(|one, other| one == other).map(|run| match run {
        [kind] => (*kind).to_owned(),
        [kind, ..] => format!("{} × {kind}", run.len()),
        [] => String::new(),
    });
    let mut runs: Vec<_> = runs.collect();
    if runs.len() > SHOWN_RUNS {
        let left_out = runs.split_off(SHOWN_RUNS).len();
        runs.push(format!("and {left_out} more"));
    }
    runs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn kinds_that_come_many_times_in_a_row_are_told_once() {
        assert_eq!(runs(&["a", "b", "b", "b", "a"]), "a, 3 × b, a");
        assert_eq!(
            runs(&["a", "b", "a", "b", "a", "b", "a", "b"]),
            "a, b, a, b, a, b, and 2 more"
        );
    }
}
