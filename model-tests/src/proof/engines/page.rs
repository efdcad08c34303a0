//! The page of the faulty engines: what users saw, what is wrong, by what it is known, and the shortest schedule.
//!
//! The engines do nothing by themselves, and what is drawn is drawn from the seed: so the page is the same every time.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{Fault, Find, Sign, Theme};
use crate::engine::{Run, words};
use crate::proof::page::{link, with_short_ids};

/// The command that writes the page anew.
const RENEWAL: &str = "cargo run --release -- renew engines";

/// What the hunts draw from.
pub const SEEDS: [u64; 3] = [1, 2, 3];

/// A fault, and what the hunts for it have found.
#[derive(Clone, Debug)]
pub struct Entry {
    fault: &'static Fault,
    /// What was found from each of the [`SEEDS`]; nothing if only a power cut shows it.
    finds: Vec<Find>,
    /// The lines of the first schedule, and of what happened then.
    shown: Vec<String>,
    /// What was wrong.
    message: String,
}

impl Entry {
    /// Has the fault found. What is not whole because it was stopped is not looked at.
    fn of(fault: &'static Fault, stop: &AtomicBool) -> Result<Self, String> {
        let missed = || format!("{} is not found, and should be", fault.id());
        if fault.is_simulated_only() {
            let found = fault.hunt_by_power_cuts(stop).ok_or_else(missed)?;
            let cuts = found.cuts.iter().map(ToString::to_string);
            return Ok(Self {
                fault,
                finds: Vec::new(),
                shown: lines(&found.run).chain(cuts).collect(),
                message: message(&found.run),
            });
        }
        let finds = SEEDS.map(|seed| fault.hunt(seed, stop));
        let finds: Vec<_> = finds.into_iter().collect::<Option<_>>().ok_or_else(missed)?;
        let shortest = finds.iter().min_by_key(|find| length(find));
        let run = &shortest.ok_or_else(missed)?.shrunk.run;
        Ok(Self {
            fault,
            shown: lines(run).collect(),
            message: message(run),
            finds,
        })
    }

    /// What is wrong with the engine.
    #[must_use]
    pub const fn fault(&self) -> &'static Fault {
        self.fault
    }

    /// What was found from each of the [`SEEDS`], in their order; nothing if only a power cut shows the fault.
    #[must_use]
    pub fn finds(&self) -> &[Find] {
        &self.finds
    }

    fn row(&self) -> String {
        let id = self.fault.id();
        let (commands, lines) = if self.finds.is_empty() {
            ("power cuts".to_owned(), (self.shown.len()).to_string())
        } else {
            let listed = |of: fn(&Find) -> String| self.finds.iter().map(of).collect::<Vec<_>>().join(", ");
            (
                listed(|find| find.commands.to_string()),
                listed(|find| length(find).to_string()),
            )
        };
        format!("| [`{id}`](#{id}) | {} | {commands} | {lines} |", self.fault.sign())
    }

    fn write(&self, page: &mut String) {
        let Self {
            fault, shown, message, ..
        } = self;
        let reports: Vec<_> = fault.reports().iter().map(|report| link(report)).collect();
        // Writing to a string does not fail.
        let _ = writeln!(page, "\n### `{}`\n", fault.id());
        let _ = writeln!(
            page,
            "- **What users saw:** {} ({})",
            fault.symptom(),
            reports.join(", ")
        );
        let _ = writeln!(page, "- **What is wrong:** {}", fault.wrong());
        let _ = writeln!(page, "- **Known by:** {}", known_by(fault));
        let _ = writeln!(page, "\n```text\n{}\n```\n", shown.join("\n"));
        let _ = writeln!(page, "Then: `` {message} ``");
    }
}

/// All faults, each found.
///
/// # Errors
///
/// Which fault was not found, though it should be; or that it was stopped.
pub fn entries(stop: &AtomicBool) -> Result<Vec<Entry>, String> {
    let faults: Vec<_> = Fault::all().collect();
    let entries = faults.into_par_iter().map(|fault| Entry::of(fault, stop));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    if stop.load(Ordering::Relaxed) {
        return Err("the page of the faulty engines was not made to its end".to_owned());
    }
    Ok(entries)
}

/// The page, in Markdown, with these entries.
#[must_use]
pub fn page(entries: &[Entry]) -> String {
    let mut page = head(entries);
    for theme in Theme::ALL {
        let _ = writeln!(page, "\n## {}", theme.title);
        let is_of_it = |entry: &&Entry| theme.faults.iter().any(|fault| fault.id() == entry.fault.id());
        entries.iter().filter(is_of_it).for_each(|entry| entry.write(&mut page));
    }
    page
}

fn head(entries: &[Entry]) -> String {
    let rows: Vec<_> = entries.iter().map(Entry::row).collect();
    format!(
        "# The faulty engines

<!-- This page is generated. To renew it: {RENEWAL} -->

Each of these {} engines is one small engine with one step of its wiring wrong, after what users of real servers reported or
what is known to go wrong in such systems. The harness drives each from three seeds, with {} clients and crashes at any moment and at the
points that the engine names, in ever longer runs, until what it is known by has been found; and makes that schedule short.
Those that only a power cut shows are found on a [simulated disk](src/engine/simulated), by cutting the power at every call.

`cargo run --release -- engine --fault ID` drives one of them, and shows what it did beside what the core says.

| engine | known by | commands until found | lines of the schedule |
|---|---|---|---|
{}
",
        entries.len(),
        super::options(1, 1).clients,
        rows.join("\n")
    )
}

fn known_by(fault: &Fault) -> String {
    let what = match fault.sign() {
        Sign::Check(check) => format!("{check} ({})", check.sentence()),
        Sign::Silent => "a reply that is owed and does not come".to_owned(),
        Sign::Unasked => "a reply that nobody has asked for".to_owned(),
        Sign::NotStarted => "an engine that does not start on what a crash has left".to_owned(),
    };
    if fault.is_simulated_only() {
        format!("{what}; only by a power cut")
    } else if fault.needs_crash_point() {
        format!("{what}; only by a crash at a point that the engine names")
    } else {
        what
    }
}

/// How many lines the schedule has.
const fn length(find: &Find) -> usize {
    find.shrunk.run.schedule.actions.len()
}

fn lines(run: &Run) -> impl Iterator<Item = String> {
    run.schedule.actions.iter().map(words)
}

/// What was wrong, in a line.
fn message(run: &Run) -> String {
    let failure = run.failure.as_ref().map(ToString::to_string);
    let finding = || {
        run.checked
            .findings
            .first()
            .map(|finding| format!("{}: {}", finding.check, finding.message))
    };
    let message = if run.checked.findings.is_empty() {
        failure
    } else {
        finding()
    };
    let message = message.unwrap_or_default();
    with_short_ids(&message.lines().collect::<Vec<_>>().join(" "))
}
