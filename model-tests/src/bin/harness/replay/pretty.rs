//! A replay as a table, for people.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table as Grid, Width, presets};
use model_tests::check::coverage::Status;
use model_tests::check::invariants::Invariant;
use model_tests::describe::{self, counted};
use model_tests::fields::Id;
use model_tests::walkthrough::Step;
use model_tests::walkthrough::names::Names;
use model_tests::walkthrough::replay::Replay;

use super::{End, Found, Located, Show};
use crate::screen;
use crate::style::{BAD, GOOD, UNSURE};

/// How many steps are laid out at a time: a table of all of them would hold the whole trace.
const BLOCK: usize = 256;

/// How many threads are told of at the end.
const MOST_THREADS: usize = 8;

/// The widths of the columns where there is room, in characters: most commands, with the text that is shown of them, take one
/// line.
const WIDTHS: [u16; 5] = [6, 14, 64, 30, 46];

/// The least that an outcome takes: the longest kind of an event, with the space around it.
const OUTCOME: u16 = 25;

/// How wide the screen is on which all columns have these widths.
const WIDE: u16 = 160;

/// The widths on a screen. A narrow one has less of each.
fn widths(screen: u16) -> [u16; 5] {
    if screen >= WIDE {
        return WIDTHS;
    }
    let (step, on) = (6, 12);
    let rest = screen - step - on;
    let (status, outcome) = (rest / 5, OUTCOME.max(rest / 3));
    [step, on, rest - status - outcome, status, outcome]
}

/// Writes a row for each step, and a summary.
pub struct Table<W> {
    sink: W,
    block: Grid,
    names: Names,
    has_ids: bool,
    next: Next,
}

/// What to type next where something is violated.
#[derive(Clone, Debug, Default)]
pub struct Next {
    /// The file that was replayed, if it is one that can be read again.
    pub file: Option<String>,
    /// What says on the command line which bugs are planted.
    pub planted: Option<String>,
}

impl<W: Write> Table<W> {
    /// Writes to a sink.
    pub fn new(sink: W, has_ids: bool, next: Next) -> Self {
        let mut block = block();
        block.add_row([
            Cell::new("step").set_alignment(CellAlignment::Right),
            Cell::new("on"),
            Cell::new("command"),
            Cell::new("status"),
            Cell::new("outcome"),
        ]);
        Self {
            sink,
            block,
            names: Names::default(),
            has_ids,
            next,
        }
    }

    fn write_block(&mut self) -> io::Result<()> {
        let mut full = std::mem::replace(&mut self.block, block());
        if full.is_empty() {
            return Ok(());
        }
        // All blocks have the same widths, so that they read as one table.
        full.set_constraints(widths(screen::width()).map(|width| ColumnConstraint::Absolute(Width::Fixed(width))));
        writeln!(self.sink, "{}", full.trim_fmt())
    }

    fn write_violation(&mut self, located: &Located) -> io::Result<()> {
        let beginning = format!("✗ {} after step {}: ", located.violation.invariant, located.step);
        let lines = self.wrapped(&beginning, &located.violation.message);
        let message = lines.strip_prefix(&beginning).unwrap_or(&lines);
        writeln!(self.sink, "{BAD}{beginning}{BAD:#}{message}")
    }

    /// A message with names instead of ids, as wide as the screen.
    fn wrapped(&self, beginning: &str, message: &str) -> String {
        let lines: Vec<_> = message.lines().collect();
        screen::wrapped(beginning, &self.names.in_text(&lines.join("; ")))
    }

    /// What is wrong first of all, where, and what to type next.
    fn write_first(&mut self, violations: usize, first: &Located) -> io::Result<()> {
        let count = describe::counted(violations, "violation");
        let (invariant, step) = (first.violation.invariant, first.step);
        writeln!(self.sink, "{BAD}✗ {count}{BAD:#}, the first of which matters most:")?;
        let beginning = format!("    {invariant} after step {step}: ");
        writeln!(self.sink, "{}", self.wrapped(&beginning, &first.violation.message))?;
        writeln!(self.sink, "{}", self.wrapped("    always: ", invariant.sentence()))?;
        let Some(file) = &self.next.file else { return Ok(()) };
        let planted = self.next.planted.as_ref().map(|ids| format!(" --bug {ids}"));
        let planted = planted.unwrap_or_default();
        writeln!(self.sink, "  trace: {}", describe::printable(file))?;
        writeln!(self.sink, "  to go through it step by step:")?;
        writeln!(
            self.sink,
            "    cargo run --release -- replay --walk{planted} {}",
            describe::printable(file)
        )
    }

    fn write_names(&mut self) -> io::Result<()> {
        if self.has_ids {
            for (name, id) in self.names.iter() {
                writeln!(self.sink, "{name}  {}", describe::printable(id))?;
            }
            writeln!(self.sink)?;
        }
        Ok(())
    }

    /// Sums up all steps; says nothing if some were left out.
    fn write_verdict(&mut self, replay: &Replay, violations: &[Located], end: &End) -> io::Result<()> {
        if let Some(first) = violations.first() {
            return self.write_first(violations.len(), first);
        }
        let steps = replay.totals().steps;
        match end {
            End::Whole if steps > 0 => {
                let tally = &replay.run().findings().tally;
                let checked = tally.iter().filter(|(_, count)| count.premise_held > 0).count();
                let all = Invariant::ALL.len();
                writeln!(
                    self.sink,
                    "{GOOD}✓ no violation{GOOD:#} of the {checked} invariants that the trace exercised (of {all})"
                )
            }
            End::Whole | End::Unshown => writeln!(self.sink, "{UNSURE}nothing was replayed{UNSURE:#}"),
            End::Stopped(_) | End::Unreadable(_) => {
                let steps = counted(size(steps), "step");
                writeln!(
                    self.sink,
                    "{UNSURE}the replay did not finish{UNSURE:#}: no violation in {steps}"
                )
            }
        }
    }
}

impl<W: Write> Show for Table<W> {
    fn step(&mut self, step: &Step) -> io::Result<()> {
        if step.number == 1 {
            self.names.of_model(&step.before);
        }
        self.names.of_value(&step.command);
        match &step.decision {
            Some(Ok(events)) => events.iter().for_each(|event| self.names.of_value(event)),
            Some(Err(error)) => self.names.of_value(error),
            None => {}
        }
        let names = &self.names;
        let call = |kind, id: &str| names.name(kind, id);
        self.block.add_row([
            Cell::new(step.number).set_alignment(CellAlignment::Right),
            Cell::new(describe::subject_calling(&step.command, &call)),
            Cell::new(describe::command_calling(&step.command, &call)),
            Cell::new(statuses(step.status_before, step.status_after)),
            Cell::new(describe::decision(step.decision.as_ref())),
        ]);
        if step.violations.is_empty() && self.block.row_count() < BLOCK {
            return Ok(());
        }
        self.write_block()?;
        for violation in &step.violations {
            self.write_violation(&Located {
                step: step.number as u64,
                violation: violation.clone(),
            })?;
        }
        Ok(())
    }

    fn end(&mut self, replay: &Replay, found: &Found<'_>, end: &End) -> io::Result<()> {
        self.write_block()?;
        for located in found.at_end {
            self.write_violation(located)?;
        }
        let totals = replay.totals();
        writeln!(self.sink)?;
        self.write_names()?;
        let model = replay.run().model();
        for thread in model.threads().take(MOST_THREADS) {
            let name = self.names.name(Id::Thread, &thread.id().to_string());
            let (title, status) = (describe::quote(thread.title().as_str()), thread.status());
            let turns = counted(thread.turns().len(), "turn");
            let checkpoints = counted(thread.checkpoints().len(), "checkpoint");
            writeln!(self.sink, "{name} {title}: {status}, {turns}, {checkpoints}")?;
        }
        let more = model.threads().len().saturating_sub(MOST_THREADS);
        if more > 0 {
            writeln!(self.sink, "and {} more", counted(more, "thread"))?;
        }
        let (steps, accepted, rejected) = (counted(size(totals.steps), "step"), totals.accepted, totals.rejected);
        writeln!(self.sink, "{steps}: {accepted} accepted, {rejected} refused")?;
        self.write_verdict(replay, found.violations, end)?;
        self.sink.flush()
    }
}

/// An empty block.
fn block() -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn statuses(before: Status, after: Status) -> String {
    if before == after && before == Status::NoThread {
        return String::new();
    }
    if before == after {
        return before.to_string();
    }
    format!("{before} → {after}")
}
