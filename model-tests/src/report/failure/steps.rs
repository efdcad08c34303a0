//! The steps of a trace, as they are shown.

use comfy_table::{Table, presets};
use serde::Serialize;
use similar::TextDiff;

use crate::counterexample::Evidence;
use crate::describe;
use crate::subject::Subject;
use crate::walkthrough::{self, Walkthrough};

/// How many steps of a trace are shown: of a longer one, these last.
const SHOWN_STEPS: usize = 60;

/// The columns of a table of steps.
const HEADER: [&str; 5] = ["step", "on", "command", "status", "outcome"];

/// What happens in a trace.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    walkthrough: Walkthrough,
    rows: Vec<Step>,
    difference: String,
}

/// A step of the trace, as it is shown.
#[derive(Clone, Debug)]
struct Step {
    subject: String,
    command: String,
    status: String,
    outcome: String,
}

impl Step {
    fn of(step: &walkthrough::Step) -> Self {
        let status = match (step.status_before, step.status_after) {
            (before, after) if before == after => before.to_string(),
            (before, after) => format!("{before} → {after}"),
        };
        Self {
            subject: describe::subject(&step.command),
            command: describe::command(&step.command),
            status,
            outcome: describe::decision(step.decision.as_ref()),
        }
    }
}

impl Steps {
    /// Runs the commands of some evidence, and looks at these steps and at how the last of them changed the model.
    pub(super) fn of(subject: Subject, evidence: &Evidence) -> Self {
        let (model, trace) = evidence.commands().unwrap_or_default();
        let walkthrough = Walkthrough::of(subject, model.cloned(), trace);
        let rows = walkthrough.steps().iter().map(Step::of).collect();
        let last = walkthrough.steps().last();
        let difference = last.map_or_else(String::new, |last| difference_of(&last.before, &last.after));
        Self {
            walkthrough,
            rows,
            difference,
        }
    }

    /// All that happened.
    pub(super) const fn walkthrough(&self) -> &Walkthrough {
        &self.walkthrough
    }

    /// The lines in which the JSON of the model changed with the last step.
    pub(super) fn difference(&self) -> &str {
        &self.difference
    }

    /// The steps as a table, for people.
    pub(super) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(HEADER);
        let left_out = self.rows.len().saturating_sub(SHOWN_STEPS);
        if left_out > 0 {
            table.add_row([format!("({left_out} more)").as_str(), "", "", "", ""]);
        }
        for (number, step) in (1..).zip(&self.rows).skip(left_out) {
            let cells = [&step.subject, &step.command, &step.status, &step.outcome];
            table.add_row(std::iter::once(number.to_string()).chain(cells.map(Clone::clone)));
        }
        table.trim_fmt()
    }

    /// All steps as a table in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN).set_header(HEADER);
        for (number, step) in (1..).zip(&self.rows) {
            table.add_row([
                number.to_string(),
                code(&step.subject),
                code(&step.command),
                step.status.clone(),
                code(&step.outcome),
            ]);
        }
        table.to_string()
    }
}

/// A cell of a Markdown table that is read as it stands.
fn code(text: &str) -> String {
    // Even in code a bar would end the cell.
    let text = text.replace('|', "\\|");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// The lines in which the JSON of two values differs, with a few around them.
fn difference_of(before: &impl Serialize, after: &impl Serialize) -> String {
    let (before, after) = (pretty_json(before), pretty_json(after));
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(3)
        .to_string()
}

fn pretty_json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn what_stands_in_a_cell_of_markdown_is_read_as_it_is() {
        assert_eq!(code("text_delta \"*a*\""), "`text_delta \"*a*\"`");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
