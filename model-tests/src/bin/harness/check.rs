//! The main job: soak for a moment, explore, induct, count, soak, and give a verdict.

mod page;

use std::path::PathBuf;
use std::time::Duration;

use model_tests::check::coverage::Coverage;
use model_tests::check::coverage::rules::Gaps;
use model_tests::check::invariants::{Invariant, Tally};
use model_tests::counterexample::Counterexample;
use model_tests::report::failure::{Failure, Suite};
use model_tests::search::cost::Counted;
use model_tests::search::explore::{Exploration, Options};
use model_tests::search::induct::{self, Induced};
use model_tests::search::soak::{self, STEPS_PER_RUN, Soaked};
use model_tests::subject::Subject;

use crate::common::{Common, Details};
use crate::cost::CostFields;
use crate::explore::{ExplorationFields, ScopeName};
use crate::failures::Shown;
use crate::induct::InductFields;
use crate::limits::{Bounds, Limits, Threads};
use crate::output::{self, say};
use crate::soak::{SOAK_TIME, SoakFields};
use crate::style::{BAD, GOOD};
use crate::verdict::{Cause, Judged, Reason, Verdict};
use crate::{failures, stop, summary};

/// The scopes that the main job explores: three to the last difference, and, up to what is in ended turns, two of everything.
pub const SCOPES: [ScopeName; 6] = [
    ScopeName::Long,
    ScopeName::Wide,
    ScopeName::Default,
    ScopeName::TwoTurns,
    ScopeName::TwoThreads,
    ScopeName::TwoProjects,
];

/// How long legal models are tried.
pub const INDUCTION: Duration = Duration::from_secs(5);

/// The same, when it is to be quick.
pub const QUICK_INDUCTION: Duration = Duration::from_secs(1);

/// How long a quick job may take, if no limit is given: many times what it usually takes, so that a fault which makes everything
/// slow ends in a verdict too.
const QUICK_TIME: Duration = Duration::from_secs(60);

/// The most states that a quick exploration may come to: several times as many as the small scope has.
const QUICK_STATES: u64 = 500_000;

/// How long a soak comes before all else, and is all of it when it is to be quick: what it finds at once need not wait for an
/// exploration.
const FIRST_SOAK: Duration = Duration::from_secs(2);

/// How the main job is done.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Soak for two seconds, explore only the small scope, and try legal models for one. Stops after 60 seconds, with an incomplete
    /// verdict, if no other time limit is given.
    #[arg(long)]
    quick: bool,
    /// Write the verdict as a page for the browser, with pictures of what was checked, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    common: Common,
}

impl Arguments {
    /// What the job may take. A quick one has a limit of time in any case.
    fn limits(&self) -> Limits {
        if self.quick {
            self.common.limits.within(QUICK_TIME)
        } else {
            self.common.limits
        }
    }

    /// The most states that an exploration may come to.
    fn most_states(&self) -> u64 {
        if self.quick {
            QUICK_STATES
        } else {
            Options::new(ScopeName::Default.scope()).most_states
        }
    }
}

/// The results of the searches.
struct Checked {
    explorations: Vec<(ScopeName, Exploration)>,
    induced: Option<Induced>,
    counted: Option<Counted>,
    soaked: Option<Soaked>,
    failure: Option<Failure>,
    /// Why not all of it was done, if nothing was wrong.
    unfinished: Vec<Reason>,
    tally: Tally,
    coverage: Coverage,
}

/// Explores, inducts, counts what commands cost, soaks, and gives a verdict.
pub fn check(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let bounds = arguments.limits().begin()?;
    let checked = run(arguments, bounds)?;
    stop::end_work();
    let gaps = Gaps::of(&checked.coverage);
    let verdict = checked.verdict(&gaps);
    if arguments.common.json {
        print_json(arguments, &checked, &gaps, &verdict)?;
    } else {
        print(&checked, &gaps, &verdict, arguments.common.details);
    }
    // Behind all that is told: a page that cannot be written takes nothing of it away.
    if let Some(path) = &arguments.html {
        page::write(path, &checked, &verdict)?;
    }
    Ok(verdict)
}

impl Checked {
    /// Takes in what a search found, what it checked, and why it did not finish.
    fn take(
        &mut self,
        job: &Job<'_>,
        (found, tally): (Option<&Counterexample>, &Tally),
        reasons: impl IntoIterator<Item = Reason>,
    ) {
        self.tally.add(tally);
        self.failure = found.map(|found| failures::of(job.subject, &job.arguments.common.planted, found));
        self.unfinished.extend(reasons);
    }

    /// Carries out a search, and takes in what came of it.
    fn carry_out(&mut self, search: Search, job: &Job<'_>) -> anyhow::Result<()> {
        match search {
            Search::Soak { name, time } => self.soak(name, time, job),
            Search::Explore(name) => self.explore(name, job)?,
            Search::Induct => self.induct(job),
            Search::Cost => self.count_cost(job),
        }
        Ok(())
    }

    fn soak(&mut self, name: &str, time: Duration, job: &Job<'_>) {
        let common = &job.arguments.common;
        let options = soak::Options {
            seed: common.seed,
            steps_per_run: STEPS_PER_RUN,
            steps: None,
            duration: Some(time),
            threads: job.threads,
        };
        let soaked = crate::soak::run(job.subject, &options, common.json);
        if !common.json {
            crate::soak::print(&soaked);
        }
        self.coverage.add(&soaked.coverage);
        self.take(
            job,
            (soaked.found.as_ref(), &soaked.tally),
            crate::soak::reason(name, &soaked),
        );
        self.soaked = Some(soaked);
    }

    fn explore(&mut self, name: ScopeName, job: &Job<'_>) -> anyhow::Result<()> {
        let common = &job.arguments.common;
        let options = Options {
            threads: job.threads,
            most_bytes: job.bounds.memory,
            most_states: job.arguments.most_states(),
            abstraction: name.abstraction(),
            ..Options::new(name.scope())
        };
        let exploration = crate::explore::run(job.subject, &name.name(), &options, common.json)?;
        if !common.json {
            crate::explore::print(&name.name(), &exploration);
        }
        self.coverage.add(&exploration.coverage);
        self.take(
            job,
            (exploration.found.as_ref(), &exploration.tally),
            crate::explore::reason(&name.name(), &options, &exploration),
        );
        self.explorations.push((name, exploration));
        Ok(())
    }

    /// Tries legal models.
    fn induct(&mut self, job: &Job<'_>) {
        let common = &job.arguments.common;
        let options = induct::Options {
            seed: common.seed,
            models: None,
            duration: Some(if job.arguments.quick {
                QUICK_INDUCTION
            } else {
                INDUCTION
            }),
            threads: job.threads,
        };
        let induced = crate::induct::run(job.subject, &options, common.json);
        if !common.json {
            crate::induct::print(&induced);
        }
        self.take(
            job,
            (induced.found.as_ref(), &induced.tally),
            crate::induct::reason(&induced),
        );
        self.induced = Some(induced);
    }

    fn count_cost(&mut self, job: &Job<'_>) {
        let common = &job.arguments.common;
        let counted = crate::cost::run(job.subject, common.seed, common.json);
        if !common.json {
            crate::cost::print(&counted);
        }
        self.take(
            job,
            (counted.found.as_ref(), &counted.tally),
            crate::cost::reason(&counted),
        );
        self.counted = Some(counted);
    }

    /// What was not reached is a fault, unless a search that was stopped could have reached it.
    fn verdict(&self, gaps: &Gaps) -> Verdict {
        let mut reasons = self.unfinished.clone();
        let is_missing = !gaps.unreached.is_empty();
        if !reasons.is_empty() && is_missing {
            reasons.push(Reason::new("coverage", Cause::Unreached(gaps.unreached.len())));
        }
        let is_at_fault = !gaps.unexpected.is_empty() || (is_missing && self.unfinished.is_empty());
        Verdict::new(self.failure.is_some() || is_at_fault, reasons)
    }
}

/// A search of the main job.
#[derive(Clone, Copy)]
enum Search {
    Soak { name: &'static str, time: Duration },
    Explore(ScopeName),
    Induct,
    Cost,
}

impl Search {
    /// All that the main job is, in order.
    fn all(is_quick: bool) -> Vec<Self> {
        let soak = |name, time| Self::Soak { name, time };
        if is_quick {
            let first = soak("soak", FIRST_SOAK);
            return vec![first, Self::Explore(ScopeName::Small), Self::Induct, Self::Cost];
        }
        let explorations = SCOPES.map(Self::Explore);
        let mut all = vec![soak("first soak", FIRST_SOAK)];
        all.extend(explorations);
        all.extend([Self::Induct, Self::Cost, soak("soak", SOAK_TIME)]);
        all
    }

    fn name(self) -> String {
        match self {
            Self::Soak { name, .. } => name.to_owned(),
            Self::Explore(name) => format!("exploration of {}", name.name()),
            Self::Induct => "induction".to_owned(),
            Self::Cost => "cost".to_owned(),
        }
    }
}

/// How the searches are to be carried out.
struct Job<'a> {
    subject: Subject,
    arguments: &'a Arguments,
    bounds: Bounds,
    threads: usize,
}

/// Carries out one search after the other, until one finds something. Behind one that did not finish none is begun.
fn run(arguments: &Arguments, bounds: Bounds) -> anyhow::Result<Checked> {
    let job = Job {
        subject: arguments.common.planted.subject()?,
        arguments,
        bounds,
        threads: arguments.threads.number(),
    };
    let mut checked = Checked {
        explorations: Vec::new(),
        induced: None,
        counted: None,
        soaked: None,
        failure: None,
        unfinished: Vec::new(),
        tally: Tally::default(),
        coverage: Coverage::default(),
    };
    for search in Search::all(arguments.quick) {
        if checked.failure.is_some() {
            break;
        }
        if checked.unfinished.is_empty() {
            checked.carry_out(search, &job)?;
        } else {
            checked.unfinished.push(Reason::new(search.name(), Cause::NotBegun));
        }
    }
    Ok(checked)
}

fn print(checked: &Checked, gaps: &Gaps, verdict: &Verdict, details: Details) {
    let shown = checked
        .failure
        .as_ref()
        .map(|failure| Shown::of(failure, false, Suite::Harness));
    if let Some(shown) = &shown {
        shown.print_story();
        say!("");
    }
    summary::print_tally(&checked.tally, details);
    summary::print_reached(&checked.coverage, gaps, details);
    if *verdict == Verdict::Violated && checked.failure.is_none() {
        summary::print_gaps(gaps);
    }
    let exercised = checked.tally.iter().filter(|(_, count)| count.premise_held > 0).count();
    let all = Invariant::ALL.len();
    match verdict {
        Verdict::Clean => say!(
            "\n{GOOD}✓ The core is right{GOOD:#} as far as this can tell: no violation of the {exercised} of {all}\n\
             invariants that were exercised, and every outcome that can be was met."
        ),
        Verdict::Incomplete(_) => say!("\nStopped early: no violation so far."),
        Verdict::Violated => say!("\n{BAD}✗ The core is wrong, or the harness is.{BAD:#}"),
    }
    verdict.print();
    if let Some(shown) = &shown {
        shown.print_end();
    }
}

fn print_json(arguments: &Arguments, checked: &Checked, gaps: &Gaps, verdict: &Verdict) -> anyhow::Result<()> {
    let explorations: Vec<_> = checked
        .explorations
        .iter()
        .map(|(name, exploration)| ExplorationFields::of(name.scope(), exploration))
        .collect();
    let on = serde_json::json!({
        "explorations": explorations,
        "induct": checked.induced.as_ref().map(|induced| InductFields::of(arguments.common.seed, induced)),
        "cost": checked.counted.as_ref().map(CostFields::of),
        "soak": checked.soaked.as_ref().map(|soaked| SoakFields::of(arguments.common.seed, soaked)),
        "invariants": checked.tally,
        "coverage": summary::cells(&checked.coverage),
        "unreached": gaps.unreached.len(),
        "unexpected": gaps.unexpected.len(),
        "violation": failures::json(checked.failure.as_ref())?,
    });
    output::print_json(&Judged { verdict, on })
}

#[cfg(test)]
mod tests;
