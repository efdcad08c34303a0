//! The steps of a trace, as they are shown.

use comfy_table::{ContentArrangement, Table, presets};

use crate::counterexample::Evidence;
use crate::describe;
use crate::subject::Subject;
use crate::walkthrough::names::Names;
use crate::walkthrough::{self, Walkthrough, difference};

/// How many steps of a trace are shown: of a longer one, these last.
const SHOWN_STEPS: usize = 60;

/// The columns of a table of steps.
const HEADER: [&str; 5] = ["step", "on", "command", "status", "outcome"];

/// What happens in a trace.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    walkthrough: Walkthrough,
    plain: Vec<Step>,
    /// The same with names instead of ids.
    with_names: Vec<Step>,
    difference: Vec<String>,
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
        let (subject, command) = (describe::subject(&step.command), describe::command(&step.command));
        Self::new(step, subject, command)
    }

    fn named(step: &walkthrough::Step, names: &Names) -> Self {
        let call = |kind, id: &str| names.name(kind, id);
        let subject = describe::subject_calling(&step.command, &call);
        Self::new(step, subject, describe::command_calling(&step.command, &call))
    }

    fn new(step: &walkthrough::Step, subject: String, command: String) -> Self {
        let status = match (step.status_before, step.status_after) {
            (before, after) if before == after => before.to_string(),
            (before, after) => format!("{before} → {after}"),
        };
        Self {
            subject,
            command,
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
        let plain = walkthrough.steps().iter().map(Step::of).collect();
        let names = walkthrough.names();
        let with_names = walkthrough.steps().iter().map(|step| Step::named(step, names));
        let with_names = with_names.collect();
        let last = walkthrough.steps().last();
        let difference = last.map_or_else(Vec::new, |last| {
            let differences = difference::of_models(&last.before, &last.after, names);
            differences.iter().map(ToString::to_string).collect()
        });
        Self {
            walkthrough,
            plain,
            with_names,
            difference,
        }
    }

    /// All that happened.
    pub(super) const fn walkthrough(&self) -> &Walkthrough {
        &self.walkthrough
    }

    /// What the last step changed in the model, a line for each field.
    pub(super) fn difference(&self) -> &[String] {
        &self.difference
    }

    /// The short names of all that there is.
    pub(super) const fn names(&self) -> &Names {
        self.walkthrough.names()
    }

    /// The steps as a table, for people.
    pub(super) fn table(&self) -> String {
        table_of(&self.plain).trim_fmt()
    }

    /// The same with names instead of ids, no wider than a screen.
    pub(super) fn named_table(&self, width: u16) -> String {
        let mut table = table_of(&self.with_names);
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
        table.trim_fmt()
    }

    /// All steps as a table in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN).set_header(HEADER);
        for (number, step) in (1..).zip(&self.plain) {
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

/// The last steps as a table.
fn table_of(steps: &[Step]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(HEADER);
    let left_out = steps.len().saturating_sub(SHOWN_STEPS);
    if left_out > 0 {
        table.add_row([format!("({left_out} more)").as_str(), "", "", "", ""]);
    }
    for (number, step) in (1..).zip(steps).skip(left_out) {
        let cells = [&step.subject, &step.command, &step.status, &step.outcome];
        table.add_row(std::iter::once(number.to_string()).chain(cells.map(Clone::clone)));
    }
    table
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
