//! The main job: explore, soak, and give a verdict.

use std::sync::atomic::Ordering;
use std::time::Duration;

use model_tests::check::coverage::Coverage;
use model_tests::check::coverage::rules::Gaps;
use model_tests::check::invariants::{Invariant, Tally};
use model_tests::report::failure::Failure;
use model_tests::search::explore::{Exploration, Options};
use model_tests::search::soak::{self, STEPS_PER_RUN, Soaked};
use model_tests::subject::Subject;

use crate::explore::{ExplorationFields, ScopeName};
use crate::output::{self, Verdict};
use crate::progress::{STOP, listen_for_interrupt};
use crate::soak::{SOAK_SECONDS, SoakFields, cores};
use crate::summary::{self, BAD, GOOD};

/// The scopes that the main job explores: deep, long and wide.
const SCOPES: [ScopeName; 3] = [ScopeName::Long, ScopeName::Wide, ScopeName::Default];

/// How the main job is done.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Explore only the small scope, and soak for two seconds.
    #[arg(long)]
    quick: bool,
    /// Write the verdict as JSON.
    #[arg(long)]
    json: bool,
    /// Where all that is random comes from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// What the engines came to.
struct Checked {
    explorations: Vec<(ScopeName, Exploration)>,
    soaked: Option<Soaked>,
    failure: Option<Failure>,
    tally: Tally,
    coverage: Coverage,
}

/// Explores, soaks, and gives a verdict.
pub fn check(arguments: &Arguments) -> anyhow::Result<Verdict> {
    listen_for_interrupt()?;
    let checked = run(arguments)?;
    let gaps = Gaps::of(&checked.coverage);
    let is_whole = !STOP.load(Ordering::Relaxed);
    let is_clean = checked.failure.is_none() && (gaps.is_none() || !is_whole);
    if arguments.json {
        print_json(arguments, &checked, &gaps, is_clean)?;
    } else {
        print(&checked, &gaps, is_whole, is_clean)?;
    }
    Ok(if is_clean { Verdict::Clean } else { Verdict::Violated })
}

fn run(arguments: &Arguments) -> anyhow::Result<Checked> {
    let mut checked = Checked {
        explorations: Vec::new(),
        soaked: None,
        failure: None,
        tally: Tally::default(),
        coverage: Coverage::default(),
    };
    let scopes: &[ScopeName] = if arguments.quick { &[ScopeName::Small] } else { &SCOPES };
    for name in scopes {
        let exploration = crate::explore::run(&name.name(), &Options::new(name.scope()), arguments.json)?;
        if !arguments.json {
            crate::explore::print(&name.name(), &exploration);
        }
        checked.tally.add(&exploration.tally);
        checked.coverage.add(&exploration.coverage);
        let found = exploration.found.as_ref();
        checked.failure = found.map(|found| Failure::new(Subject::CORE, found.violation.clone(), &found.trace));
        checked.explorations.push((*name, exploration));
        if checked.failure.is_some() {
            return Ok(checked);
        }
    }
    let seconds = if arguments.quick { 2 } else { SOAK_SECONDS };
    let options = soak::Options {
        seed: arguments.seed,
        steps_per_run: STEPS_PER_RUN,
        steps: None,
        duration: Some(Duration::from_secs(seconds)),
        threads: cores(),
    };
    let soaked = crate::soak::run(&options, arguments.json);
    if !arguments.json {
        crate::soak::print(&soaked);
    }
    checked.tally.add(&soaked.tally);
    checked.coverage.add(&soaked.coverage);
    checked.failure = crate::soak::failure(&soaked);
    checked.soaked = Some(soaked);
    Ok(checked)
}

fn print(checked: &Checked, gaps: &Gaps, is_whole: bool, is_clean: bool) -> anyhow::Result<()> {
    anstream::println!("\nHow often each invariant was checked:\n");
    summary::print_tally(&checked.tally);
    anstream::println!("\nWhat came of each command, by the status of its thread:\n");
    summary::print_coverage(&checked.coverage);
    output::print_failure(checked.failure.as_ref())?;
    if is_whole && checked.failure.is_none() {
        summary::print_gaps(gaps);
    }
    let exercised = checked.tally.iter().filter(|(_, count)| count.premise_held > 0).count();
    let all = Invariant::ALL.len();
    match (is_clean, is_whole) {
        (true, true) => anstream::println!(
            "\n{GOOD}✓ The core is right{GOOD:#} as far as this can tell: no violation of the {exercised} of {all} invariants \
             that were exercised, and every outcome that can be was met."
        ),
        (true, false) => anstream::println!("\nStopped early: no violation so far."),
        (false, _) => anstream::println!("\n{BAD}✗ The core is wrong, or the harness is.{BAD:#}"),
    }
    Ok(())
}

fn print_json(arguments: &Arguments, checked: &Checked, gaps: &Gaps, is_clean: bool) -> anyhow::Result<()> {
    let explorations: Vec<_> = checked
        .explorations
        .iter()
        .map(|(name, exploration)| ExplorationFields::of(name.scope(), exploration))
        .collect();
    output::print_json(&serde_json::json!({
        "verdict": if is_clean { "clean" } else { "violated" },
        "explorations": explorations,
        "soak": checked.soaked.as_ref().map(|soaked| SoakFields::of(arguments.seed, soaked)),
        "invariants": checked.tally,
        "coverage": summary::cells(&checked.coverage),
        "unreached": gaps.unreached.len(),
        "unexpected": gaps.unexpected.len(),
        "violation": output::failure_json(checked.failure.as_ref())?,
    }))
}
