//! A whole replay that one can look into: `--step`, `--diff` and `--walk`.

use std::path::Path;

use anyhow::{bail, ensure};
use model_tests::describe::{self, counted};
use model_tests::subject::Subject;
use model_tests::walkthrough::difference::{self, Difference};
use model_tests::walkthrough::{Step, Walkthrough};

use super::{Arguments, Input, tree};
use crate::output::{self, say};
use crate::style::{BAD, FAINT};
use crate::verdict::Verdict;
use crate::{files, screen};

/// How many differences are shown where nobody asks for them.
pub const FEW: usize = 12;

/// Runs the whole trace.
pub fn read(arguments: &Arguments, subject: Subject) -> anyhow::Result<Walkthrough> {
    let file = &arguments.file;
    ensure!(
        file.as_os_str() != "-",
        "a trace from standard input is read once: expected a file to look into"
    );
    if let Some(target) = arguments.fuzz {
        let commands = Input::read(target, &arguments.planted, file)?.commands()?;
        return Ok(Walkthrough::of(subject, None, &commands));
    }
    let (model, commands) = files::read_beginning(file)?;
    Ok(Walkthrough::of(subject, model, &commands))
}

/// What the whole comes to. A violation is told whatever becomes of the output.
pub fn verdict(whole: &Walkthrough, file: &Path) -> Verdict {
    let mut violations = whole.violations();
    let first = violations.next();
    if let Some((step, violation)) = first {
        output::keep(format!(
            "A violation was found: {} after step {step}: {}, in the trace {}.",
            violation.invariant,
            violation.message,
            file.display()
        ));
    }
    Verdict::new(first.is_some(), Vec::new())
}

/// Shows the state after so many steps, and the last of these.
pub fn show_step(whole: &Walkthrough, number: usize, has_ids: bool) -> anyhow::Result<()> {
    let model = whole.model_after(number).ok_or_else(|| no_step(whole, number))?;
    if let Some(step) = whole.step(number) {
        for line in told(whole, step) {
            say!("{line}");
        }
        print_differences(
            &difference::of_models(&step.before, &step.after, whole.names()),
            usize::MAX,
        );
    } else {
        say!("before the first of {}", counted(whole.steps().len(), "step"));
    }
    say!("\nthe state then:");
    print_state(whole, model);
    print_ids(whole, has_ids);
    Ok(())
}

/// Shows what differs between the states after so many steps and after so many others.
pub fn show_difference(whole: &Walkthrough, from: usize, to: usize, has_ids: bool) -> anyhow::Result<()> {
    let [before, after] = [from, to].map(|number| whole.model_after(number).ok_or_else(|| no_step(whole, number)));
    let (before, after) = (before?, after?);
    say!("from the state after step {from} to that after step {to}:");
    print_differences(&difference::of_models(before, after, whole.names()), usize::MAX);
    print_ids(whole, has_ids);
    Ok(())
}

fn no_step(whole: &Walkthrough, number: usize) -> anyhow::Error {
    let count = whole.steps().len();
    anyhow::anyhow!("there is no step {number}: expected 0 to {count}")
}

/// What a step was, what was decided, and what did not hold.
pub fn told(whole: &Walkthrough, step: &Step) -> Vec<String> {
    let names = whole.names();
    let call = |kind, id: &str| names.name(kind, id);
    let on = describe::subject_calling(&step.command, &call);
    let command = describe::command_calling(&step.command, &call);
    let count = whole.steps().len();
    let mut lines = vec![screen::wrapped(
        "",
        &format!("step {} of {count}, on {on}: {command}", step.number),
    )];
    let status = match (step.status_before, step.status_after) {
        (before, after) if before == after => before.to_string(),
        (before, after) => format!("{before} → {after}"),
    };
    let decided = describe::decision(step.decision.as_ref());
    lines.push(screen::wrapped("  ", &format!("{decided} ({status})")));
    if let Some(Err(error)) = &step.decision {
        lines.push(screen::wrapped("  ", &names.in_text(&error.to_string())));
    }
    let at_end = whole.violations_at_end().iter().filter(|_| step.number == count);
    for violation in step.violations.iter().chain(at_end) {
        let message: Vec<_> = violation.message.lines().collect();
        let beginning = format!("  ✗ {}: ", violation.invariant);
        let text = screen::wrapped(&beginning, &names.in_text(&message.join("; ")));
        let message = text.strip_prefix(&beginning).unwrap_or(&text);
        lines.push(format!("{BAD}{beginning}{BAD:#}{message}"));
    }
    lines
}

/// Prints what differs, a line for each field.
pub fn print_differences(differences: &[Difference], most: usize) {
    if differences.is_empty() {
        say!("  nothing changed");
    }
    for difference in differences.iter().take(most) {
        say!("{}", screen::wrapped("  ", &difference.to_string()));
    }
    if differences.len() > most {
        let more = counted(differences.len() - most, "field");
        say!("{FAINT}  and {more} more{FAINT:#}");
    }
}

/// Prints a state as a tree.
pub fn print_state(whole: &Walkthrough, model: &orchestration::OrchestrationReadModel) {
    for line in tree::lines(model, whole.names()) {
        say!(
            "{}",
            screen::wrapped(&format!("  {}", blanks(&line)), line.trim_start())
        );
    }
}

fn blanks(line: &str) -> String {
    " ".repeat(line.len() - line.trim_start().len())
}

/// Prints the ids that the names stand for, if they are wanted.
pub fn print_ids(whole: &Walkthrough, has_ids: bool) {
    if has_ids {
        say!("");
        for (name, id) in whole.names().iter() {
            say!("{name}  {}", describe::printable(id));
        }
    }
}

/// The two steps that a command line names.
pub fn pair(numbers: &[usize]) -> anyhow::Result<(usize, usize)> {
    let [from, to] = numbers else {
        bail!("expected two steps");
    };
    Ok((*from, *to))
}
