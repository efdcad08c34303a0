//! `harness open`: a run in the browser.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use model_tests::check::invariants::Violation;
use model_tests::counterexample::Evidence;
use model_tests::describe::printable;
use model_tests::engine::Action;
use model_tests::page::{About, of_run};
use model_tests::report::failure::{self, Failure};
use model_tests::report::whole_file;
use model_tests::subject::Subject;
use model_tests::walkthrough::Walkthrough;

use crate::engine::{self, schedule};
use crate::limits::Limits;
use crate::night::{self, Opened};
use crate::output::{self, say};
use crate::pages::Browsing;
use crate::planted::Planted;
use crate::verdict::Verdict;
use crate::{failures, files, pages, stop};

/// Up to how many steps a trace in which no step is wrong is looked at as a whole too: with other ids, in another order, over
/// restarts. That takes long.
const LAWS_UP_TO: usize = 1_000;

/// What the page of an engine's run has in its data, and no other page.
const OF_ENGINE: &str = "\"kind\":\"engine\"";

/// Open a run in the browser: step through it, and see what each step changed and what the reference machine expected.
///
/// FILE is a trace, with or without a snapshot in its first line, or anything else that the harness keeps of a failure; or the folder
/// of a night that has passed, or of all nights: the page of the last one shows what it found, and how nights go. A page is one file
/// that holds all it needs: it can be kept, attached and opened anywhere. On a terminal the browser is started.
///
/// Exit status: 0 clean; 1 an invariant was violated; 2 the usage or the file is bad, or the page could not be written; 3 it was
/// stopped before its end, or the night was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness open failures/T7-1b2c3d4e.trace.jsonl       writes failures/T7-1b2c3d4e.html, and opens it
  harness open --no-browser --output run.html run.trace.jsonl
  harness open failures/E4-1b2c3d4e.schedule.jsonl    the page that was written when an engine failed
  harness open target/nights                          the last night
  some-engine --trace | harness open -                writes trace.html")]
pub struct Arguments {
    /// The trace, `-` for standard input; or a night.
    file: PathBuf,
    /// Where the page goes, instead of beside the file.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    browsing: Browsing,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    planted: Planted,
}

/// Writes the page of a run, and opens it.
pub fn open(arguments: &Arguments) -> anyhow::Result<Verdict> {
    arguments.limits.begin_reading()?;
    let subject = arguments.planted.subject()?;
    let file = arguments.file.as_path();
    if let Some(night) = night::opened(file)? {
        return open_night(&night, arguments);
    }
    if is_schedule(file) {
        return open_schedule(file, arguments);
    }
    let (page, violation) = page_of(file, subject, arguments)?;
    let path = arguments.output.clone().unwrap_or_else(|| {
        if file.as_os_str() == "-" {
            PathBuf::from("trace.html")
        } else {
            pages::beside(file)
        }
    });
    if let Some(violation) = &violation {
        output::keep(format!(
            "A violation was found: {violation}. Its page is {}.",
            path.display()
        ));
    }
    write(&path, &page)?;
    match &violation {
        None => say!("no violation; the page is {}", path.display()),
        Some(violation) => say!("{} is violated; the page is {}", violation.invariant, path.display()),
    }
    arguments.browsing.show(&path);
    Ok(Verdict::new(violation.is_some(), Vec::new()))
}

/// Writes the page of a night that has passed, and opens it.
fn open_night(night: &Opened, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let path = arguments.output.clone().unwrap_or_else(|| night.place());
    let verdict = night.verdict();
    if verdict == Verdict::Violated {
        output::keep(format!("{}. Its page is {}.", night.line(), path.display()));
    }
    write(&path, &night.page(&path))?;
    say!("{}; the page is {}", printable(&night.line()), path.display());
    arguments.browsing.show(&path);
    Ok(verdict)
}

/// Whether a file is the schedule of an engine's run: by its name, or by its first line.
fn is_schedule(file: &Path) -> bool {
    let is_action = || {
        let first = BufReader::new(File::open(file).ok()?)
            .lines()
            .map_while(Result::ok)
            .find(|line| !line.trim().is_empty())?;
        serde_json::from_str::<Action>(&first).ok()
    };
    pages::name_of(file).ends_with(".schedule.jsonl") || (file.is_file() && is_action().is_some())
}

/// Opens the page that was written beside a schedule. Of the schedule alone none can be made: it holds what was done, and only the
/// engine can show what came of it.
fn open_schedule(file: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    schedule::read(file)?;
    let typed = engine::typed(file.as_os_str());
    let again = format!("cargo run --release -- engine --replay {typed} -- COMMAND");
    let beside = pages::beside(file);
    let page = fs::read_to_string(&beside).ok().filter(|page| page.contains(OF_ENGINE)).with_context(|| {
        format!(
            "{} is the schedule of an engine's run: it holds what was done, and only the engine shows what came of it. To carry it \
             out again, which writes its page if it fails:\n    {again}",
            file.display()
        )
    })?;
    let path = arguments.output.as_ref().unwrap_or(&beside);
    output::keep(format!("The run failed. Its page is {}.", path.display()));
    if path != &beside {
        write(path, &page)?;
    }
    say!("the page that was written when the run failed is {}", path.display());
    say!("  to carry it out again:\n    {again}");
    arguments.browsing.show(path);
    Ok(Verdict::Violated)
}

fn write(path: &Path, page: &str) -> anyhow::Result<()> {
    whole_file::write(path, page.as_bytes())
        .with_context(|| format!("the page {} could not be written", path.display()))
}

/// The page of a file, and what is wrong in it.
fn page_of(file: &Path, subject: Subject, arguments: &Arguments) -> anyhow::Result<(String, Option<Violation>)> {
    let name = pages::name_of(file);
    let is_text = file.extension().is_some_and(|ending| ending == "text");
    if is_text || name.ends_with(".events.jsonl") {
        return page_of_evidence(file, is_text, subject);
    }
    let (beginning, commands) = if file.as_os_str() == "-" {
        files::read_run(BufReader::new(io::stdin().lock()), "the trace on standard input", None)?
    } else {
        files::read_beginning(file)?
    };
    let is_whole = beginning.is_none();
    let walkthrough = Walkthrough::of(subject, beginning, &commands);
    stop::go_on(&format!("walking through {name}"))?;
    let of_step = walkthrough.violations().next().is_some();
    let of_laws = (is_whole && !of_step && commands.len() <= LAWS_UP_TO)
        .then(|| Evidence::Laws(commands).check(subject))
        .flatten();
    let mut about = About {
        name,
        violation: of_laws.clone(),
        next: Vec::new(),
    };
    if file.as_os_str() != "-" {
        let planted = arguments.planted.ids();
        let of_bug = planted.map(|ids| format!(" --bug {ids}")).unwrap_or_default();
        about.next.push((
            "to see it in a terminal".to_owned(),
            format!("cargo run --release -- replay --pretty{of_bug} {}", file.display()),
        ));
        about.next.push(pages::what_if(planted, file));
    }
    let violation = of_laws.or_else(|| walkthrough.first_violation().cloned());
    Ok((of_run(&walkthrough, &about), violation))
}

/// The page of evidence that is no trace.
fn page_of_evidence(file: &Path, is_text: bool, subject: Subject) -> anyhow::Result<(String, Option<Violation>)> {
    let bytes = files::read(file)?;
    let evidence = if is_text {
        Evidence::Text(bytes)
    } else {
        let text = String::from_utf8(bytes).with_context(|| format!("{} is no text", file.display()))?;
        failure::read(&text).map_err(|error| anyhow!("{}: {error}", file.display()))?
    };
    let found = failures::of_evidence(subject, evidence, None)
        .with_context(|| format!("{} breaks no invariant: there is nothing to see", file.display()))?;
    let violation = found.violation.clone();
    Ok((
        pages::of_failure(&Failure::as_it_is(subject, found), file),
        Some(violation),
    ))
}
