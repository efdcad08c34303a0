//! `harness bugs`: whether the harness finds what is planted, and how soon.

mod page;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, anyhow};
use model_tests::proof::bugs::{self, BUGS, Bug};
use model_tests::proof::hunt::{Hunter, HunterRecord, LibFuzzer, Record};
use model_tests::proof::page::{self as catalogue, Entry};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::Serialize;

use self::tables::searches;
use crate::common::Details;
use crate::failures;
use crate::limits::Limits;
use crate::output::{self, say};
use crate::planted::keep_quiet_about_planted_panics;
use crate::progress::watch;
use crate::screen;
use crate::stop::{self, STOP};
use crate::verdict::{Judged, Reason, Verdict};

/// Plant bugs in the core, one at a time, and let every search hunt it.
///
/// Each search hunts each bug from several seeds; the table shows medians over the hunts that found it. A baseline that knows
/// nothing of the domain hunts too: derived commands, with ids drawn at random.
///
/// The fuzz targets run under libFuzzer where they are built (`cargo fuzz build -s none`), else under random bytes.
///
/// Exit status: 0 every search finds every bug that it can see; 1 a bug escapes; 2 the usage is bad; 3 not all bugs were
/// hunted.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[command(after_help = "Examples:
  harness bugs --quick                      every bug, from three seeds
  harness bugs --bug path-taken-twice       one bug, with its shortest trace
  harness bugs --quick --html hunt.html     and a page with a bar for each bug and search
  harness bugs --markdown                   the table in Markdown
  harness bugs --page                       the page that shows each bug; `harness renew page` keeps it")]
pub struct Arguments {
    /// Only this bug: show what users saw, what is wrong, and its trace.
    #[arg(long, value_name = "ID")]
    bug: Option<String>,
    /// From how many seeds each search hunts.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Hunt from three seeds.
    #[arg(long, conflicts_with = "seeds")]
    quick: bool,
    /// Where the fuzz targets are that `cargo fuzz build` built, if not in the usual place.
    #[arg(long, value_name = "DIR")]
    libfuzzer: Option<PathBuf>,
    /// Give the fuzz targets random bytes, even if libFuzzer is at hand.
    #[arg(long, conflicts_with = "libfuzzer")]
    random_bytes: bool,
    /// Write the records as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    details: Details,
    /// Write the table as Markdown.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Write the page that shows each bug, what catches it and the shortest trace, in Markdown. It is the same every time.
    #[arg(long, conflicts_with_all = ["bug", "seeds", "quick", "libfuzzer", "random_bytes", "json", "markdown"])]
    page: bool,
    /// Write what came of it as a page too: how soon each search found each bug, in pictures.
    #[arg(long, value_name = "FILE", conflicts_with = "page")]
    html: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
}

/// Of how many bugs out of ten each search's median time is to be below a second, and its trace the shortest.
const NINE_OF_TEN: f64 = 0.9;

/// Hunts the bugs.
pub fn bugs(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let chosen = chosen(arguments.bug.as_deref())?;
    let hunters = hunters(arguments)?;
    arguments.limits.begin()?;
    keep_quiet_about_planted_panics();
    if arguments.page {
        return write_page();
    }
    let seeds = if arguments.quick { 3 } else { arguments.seeds };
    let is_quiet = arguments.json || arguments.markdown;
    let records = hunted(&chosen, is_quiet, |bug| Record::of(bug, &hunters, seeds, &STOP))?;
    let is_as_expected = records.iter().all(Record::is_as_expected);
    let verdict = Verdict::new(!is_as_expected, left_out(&chosen, records.len()));
    show(arguments, &chosen, &records, &verdict)?;
    verdict.tell();
    if let Some(path) = &arguments.html {
        // Last, so that a page that cannot be written takes nothing away.
        page::write(path, &records, Report::of(&records).outline(), &verdict)?;
    }
    Ok(verdict)
}

/// Writes the page, if all bugs come to be hunted.
fn write_page() -> anyhow::Result<Verdict> {
    let verdict = match made_page()? {
        Ok(page) => {
            output::print_bytes(page.as_bytes());
            Verdict::Clean
        }
        Err(reason) => Verdict::Incomplete(vec![reason]),
    };
    verdict.tell();
    Ok(verdict)
}

/// The page that shows each bug, or why not all of them came to be hunted.
pub fn made_page() -> anyhow::Result<Result<String, Reason>> {
    let all = chosen(None)?;
    let entries = hunted(&all, true, |bug| Entry::of(bug, &STOP))?;
    Ok(match left_out(&all, entries.len()).into_iter().next() {
        None => Ok(catalogue::page(&entries)),
        Some(reason) => Err(reason),
    })
}

/// What comes of hunting each of the bugs, as far as one comes.
fn hunted<T: Send>(
    chosen: &[&'static Bug],
    is_quiet: bool,
    hunt: impl Fn(&Bug) -> Result<Option<T>, String> + Sync,
) -> anyhow::Result<Vec<T>> {
    let done = AtomicUsize::new(0);
    let count = chosen.len();
    let hunted: Result<Vec<Option<T>>, String> = watch(
        "hunting",
        is_quiet,
        |_| format!("{} of {count} bugs", done.load(Ordering::Relaxed)),
        |_| Some(share(done.load(Ordering::Relaxed), count)),
        || {
            chosen
                .into_par_iter()
                .map(|bug| {
                    let hunted = hunt(bug);
                    done.fetch_add(1, Ordering::Relaxed);
                    hunted
                })
                .collect()
        },
    );
    stop::end_work();
    let hunted = hunted.map_err(|reason| anyhow!(reason))?;
    Ok(hunted.into_iter().flatten().collect())
}

/// Why not all of the bugs were hunted, if they were not.
fn left_out(chosen: &[&'static Bug], hunted: usize) -> Vec<Reason> {
    let (count, left) = (chosen.len(), chosen.len() - hunted);
    let reason = stop::reason(&format!("the hunt for {left} of {count} bugs"));
    reason.into_iter().filter(|_| left > 0).collect()
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer than a thousand")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn chosen(id: Option<&str>) -> anyhow::Result<Vec<&'static Bug>> {
    let Some(id) = id else {
        return Ok(BUGS.iter().collect());
    };
    Ok(vec![bugs::named(id)?])
}

fn hunters(arguments: &Arguments) -> anyhow::Result<Vec<Hunter>> {
    let fuzzing = match &arguments.libfuzzer {
        Some(folder) => Some(
            LibFuzzer::in_folder(folder)
                .with_context(|| format!("the fuzz targets are not in {}", folder.display()))?,
        ),
        None if arguments.random_bytes => None,
        None => LibFuzzer::in_folder(&usual_folder()),
    };
    let fuzzing = fuzzing.map_or(Hunter::RandomBytes, Hunter::LibFuzzer);
    Ok(vec![
        Hunter::Stateful,
        Hunter::Exploration,
        Hunter::Induction,
        Hunter::Cost,
        Hunter::Soak,
        fuzzing,
        Hunter::Naive,
    ])
}

/// Where cargo-fuzz puts what it builds.
fn usual_folder() -> PathBuf {
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target")
        .join(triple)
        .join("release")
}

fn show(arguments: &Arguments, chosen: &[&Bug], records: &[Record], verdict: &Verdict) -> anyhow::Result<()> {
    if arguments.json {
        let on = Report::of(records);
        return output::print_json(&Judged { verdict, on });
    }
    if arguments.bug.is_some() {
        for bug in chosen {
            introduce(bug);
        }
    }
    if arguments.markdown || arguments.details.details {
        say!("{}\n", tables::every_search(arguments.markdown, records));
    } else {
        say!("{}\n", tables::soonest(records));
    }
    for line in Report::of(records).lines() {
        if arguments.markdown {
            say!("- {line}");
        } else {
            say!("{}", screen::wrapped("", &line));
        }
    }
    if arguments.bug.is_some() {
        for record in records {
            let failure = record.failure.clone();
            failures::print(failure.map(|failure| failure.with_planted(Some(record.id))).as_ref());
        }
    }
    Ok(())
}

/// Says what users saw, and what is wrong.
fn introduce(bug: &Bug) {
    say!("{}", screen::wrapped("what users saw: ", bug.symptom));
    for report in bug.reports {
        say!("                {report}");
    }
    say!("{}\n", screen::wrapped("what is wrong:  ", bug.sentence));
}

/// What the records say as a whole.
#[derive(Debug, Serialize)]
struct Report<'a> {
    bugs: &'a [Record],
    escaped: Vec<&'static str>,
    missed: Vec<(&'static str, &'static str)>,
    unseen: Vec<(&'static str, &'static str, &'static str)>,
    below_a_second: f64,
    shortest: f64,
    most_steps_too_many: usize,
    naive: usize,
}

impl<'a> Report<'a> {
    fn of(bugs: &'a [Record]) -> Self {
        let all = || {
            bugs.iter()
                .flat_map(|record| searches(record).map(move |hunter| (record, hunter)))
        };
        let found: Vec<_> = all().filter(|(_, hunter)| hunter.found > 0).collect();
        let soon = found.iter().filter(|(_, hunter)| hunter.seconds < 1.0).count();
        let excess = |record: &Record, hunter: &HunterRecord| Some(hunter.length? - record.shortest?);
        let excesses: Vec<_> = found
            .iter()
            .filter_map(|(record, hunter)| excess(record, hunter))
            .collect();
        let is_naive = |hunter: &HunterRecord| hunter.hunter == Hunter::Naive.name() && hunter.found > 0;
        Self {
            bugs,
            escaped: bugs
                .iter()
                .filter(|record| searches(record).all(|hunter| hunter.found == 0))
                .map(|record| record.id)
                .collect(),
            missed: all()
                .filter(|(_, hunter)| !hunter.is_as_expected())
                .map(|(record, hunter)| (record.id, hunter.hunter))
                .collect(),
            unseen: all()
                .filter_map(|(record, hunter)| Some((record.id, hunter.hunter, hunter.unseen?)))
                .collect(),
            below_a_second: share(soon, found.len().max(1)),
            shortest: share(
                excesses.iter().filter(|excess| **excess == 0).count(),
                excesses.len().max(1),
            ),
            most_steps_too_many: excesses.into_iter().max().unwrap_or_default(),
            naive: bugs.iter().filter(|record| record.hunters.iter().any(is_naive)).count(),
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = self.outline();
        lines.extend(
            self.unseen
                .iter()
                .map(|(bug, hunter, reason)| format!("{bug} is not for {hunter} to find: {reason}")),
        );
        lines
    }

    /// The same without what is known not to be found.
    fn outline(&self) -> Vec<String> {
        let judge = |share: f64| {
            if share >= NINE_OF_TEN {
                ""
            } else {
                ", which is less than nine of ten"
            }
        };
        let mut lines = vec![
            format!("{} of {} bugs escape every search", self.escaped.len(), self.bugs.len()),
            format!(
                "medians below one second: {:.1} %{}",
                self.below_a_second * 100.0,
                judge(self.below_a_second)
            ),
            format!(
                "shrunk traces as short as the shortest known: {:.1} %{}, and at most {} steps longer",
                self.shortest * 100.0,
                judge(self.shortest),
                self.most_steps_too_many
            ),
            format!("the naive baseline finds {} of them", self.naive),
        ];
        lines.extend(
            self.missed
                .iter()
                .map(|(bug, hunter)| format!("{bug} is not found every time by {hunter}")),
        );
        lines
    }
}
