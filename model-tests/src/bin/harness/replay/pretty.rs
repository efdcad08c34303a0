//! A replay as a table, for people.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table as Grid, Width, presets};
use model_tests::check::coverage::Status;
use model_tests::check::invariants::Invariant;
use model_tests::describe;
use model_tests::walkthrough::Step;
use model_tests::walkthrough::replay::Replay;

use super::{End, Found, Located, Show};
use crate::style::{BAD, GOOD, UNSURE};

/// How many steps are laid out at a time: a table of all of them would hold the whole trace.
const BLOCK: usize = 256;

/// The columns' widths, in characters: most commands, with the text that is shown of them, take one line.
const WIDTHS: [u16; 5] = [6, 10, 64, 30, 48];

/// Writes a row for each step, and a summary.
pub struct Table<W> {
    sink: W,
    block: Grid,
}

impl<W: Write> Table<W> {
    /// Writes to a sink.
    pub fn new(sink: W) -> Self {
        let mut block = block();
        block.add_row([
            Cell::new("step").set_alignment(CellAlignment::Right),
            Cell::new("on"),
            Cell::new("command"),
            Cell::new("status"),
            Cell::new("outcome"),
        ]);
        Self { sink, block }
    }

    fn write_block(&mut self) -> io::Result<()> {
        let mut full = std::mem::replace(&mut self.block, block());
        if full.is_empty() {
            return Ok(());
        }
        // All blocks have the same widths, so that they read as one table.
        full.set_constraints(WIDTHS.map(|width| ColumnConstraint::Absolute(Width::Fixed(width))));
        writeln!(self.sink, "{}", full.trim_fmt())
    }

    fn write_violation(&mut self, located: &Located) -> io::Result<()> {
        let (invariant, step) = (located.violation.invariant, located.step);
        let message = printable(located);
        writeln!(self.sink, "{BAD}✗ {invariant} after step {step}:{BAD:#} {message}")?;
        writeln!(self.sink, "    always: {}", invariant.sentence())
    }

    /// Sums up all steps; says nothing if some were left out.
    fn write_verdict(&mut self, replay: &Replay, violations: &[Located], end: &End) -> io::Result<()> {
        if let Some(first) = violations.first() {
            let count = counted(violations.len() as u64, "violation");
            let (invariant, step) = (first.violation.invariant, first.step);
            writeln!(self.sink, "{BAD}✗ {count}{BAD:#}, the first of which matters most:")?;
            writeln!(self.sink, "    {invariant} after step {step}: {}", printable(first))?;
            return writeln!(self.sink, "    always: {}", invariant.sentence());
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
                let steps = counted(steps, "step");
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
        self.block.add_row([
            Cell::new(step.number).set_alignment(CellAlignment::Right),
            Cell::new(describe::subject(&step.command)),
            Cell::new(describe::command(&step.command)),
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
        let (totals, model) = (replay.totals(), replay.run().model());
        writeln!(self.sink)?;
        for thread in model.threads() {
            let id = describe::short(thread.id().as_uuid());
            let (title, status) = (describe::quote(thread.title().as_str()), thread.status());
            let turns = counted(thread.turns().len() as u64, "turn");
            let checkpoints = counted(thread.checkpoints().len() as u64, "checkpoint");
            writeln!(self.sink, "thread {id} {title}: {status}, {turns}, {checkpoints}")?;
        }
        let (steps, accepted, rejected) = (counted(totals.steps, "step"), totals.accepted, totals.rejected);
        writeln!(self.sink, "{steps}: {accepted} accepted, {rejected} refused")?;
        self.write_verdict(replay, found.violations, end)?;
        self.sink.flush()
    }
}

/// What a violation says, in a form that cannot steer a terminal.
fn printable(located: &Located) -> String {
    let lines: Vec<_> = located.violation.message.lines().map(describe::printable).collect();
    lines.join("\n")
}

/// An empty block.
fn block() -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid
}

/// A number of things, with their name in the plural unless it is one.
fn counted(number: u64, name: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {name}{ending}")
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
