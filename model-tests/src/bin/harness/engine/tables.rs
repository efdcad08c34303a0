//! What is told of an engine in tables and in lines, none wider than a terminal is.

use comfy_table::{CellAlignment, ColumnConstraint, Width, presets};
use indicatif::HumanCount;
use model_tests::describe::printable;
use model_tests::engine::{Action, Row, Run, words};
use textwrap::{Options, WordSplitter};

use super::wrong::tally;
use crate::{screen, summary};

/// How many actions are shown of a schedule that could not be made short.
const MOST_ACTIONS: usize = 60;

/// The table of checks.
pub fn checks(run: &Run) -> String {
    let mut table = summary::fitting(["check", "asked", "to say", "found", "always"]);
    for row in tally(run) {
        let count = |count: u64| HumanCount(count).to_string();
        let could_fail = if row.could_fail == 0 {
            "never".to_owned()
        } else {
            count(row.could_fail)
        };
        table.add_row([
            row.check.to_owned(),
            count(row.asked),
            could_fail,
            count(row.found),
            row.sentence.to_owned(),
        ]);
    }
    table.load_style(presets::NOTHING);
    for column in table.column_iter_mut().skip(1).take(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The table of three columns, beside what they are about.
pub fn comparison(rows: &[Row]) -> String {
    let mut table = summary::fitting(["", "what", "the core says", "the log says", "the client was told"]);
    if let Some(told) = table.column_mut(4) {
        // As its name is, with the space around it.
        told.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(21)));
    }
    for row in rows {
        let mark = if row.is_marked { "▶" } else { "" };
        let cells = [&row.what, &row.core, &row.log, &row.told].map(|text| printable(text));
        table.add_row(std::iter::once(mark.to_owned()).chain(cells));
    }
    table.to_string()
}

/// A schedule, an action a line: the last of them if they are many.
pub fn actions(actions: &[Action]) -> String {
    if actions.is_empty() {
        return "      (it is opened, and its log is read)".to_owned();
    }
    let skipped = actions.len().saturating_sub(MOST_ACTIONS);
    let lines = (1..).zip(actions).skip(skipped);
    let lines = lines.map(|(number, action)| format!("{number:>4}  {}", words(action)));
    let before = (skipped > 0).then(|| format!("      ({skipped} actions before)"));
    before.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// A text behind a beginning, in lines as wide as a table, which stand below each other.
pub fn wrapped(beginning: &str, text: &str) -> String {
    let indent = " ".repeat(beginning.chars().count());
    let options = Options::new(screen::width().into())
        .initial_indent(beginning)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&text.split_whitespace().collect::<Vec<_>>().join(" "), options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_wrapped_below_itself() {
        let text = wrapped("always: ", &"word ".repeat(30));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= 80), "{text}");
        assert!(
            lines[0].starts_with("always: word word") && lines[1].starts_with("        word word"),
            "{text}"
        );
        // What is too long for a line stands on one of its own.
        assert_eq!(wrapped("> ", &"x".repeat(100)), format!("> {}", "x".repeat(100)));
    }

    #[test]
    fn of_a_long_schedule_the_end_is_shown() {
        let shown = actions(&vec![Action::Read; MOST_ACTIONS + 7]);
        assert!(
            shown.starts_with("      (7 actions before)\n   8  read the model"),
            "{shown}"
        );
        assert_eq!(shown.lines().count(), MOST_ACTIONS + 1);
    }
}
