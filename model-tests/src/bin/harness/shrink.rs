//! `harness shrink`: the shortest trace that still breaks the same invariant.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use model_tests::check::invariants::Invariant;
use model_tests::counterexample::{Counterexample, Evidence};
use model_tests::report::failure::{self, Suite};
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;

use crate::limits::Limits;
use crate::output::{self, say, tell};
use crate::planted::Planted;
use crate::replay::Input;
use crate::stop::{self, STOP};
use crate::verdict::Verdict;
use crate::{failures, files};

/// Shrink a trace that breaks an invariant, and show what happens in it.
///
/// Commands are left out and simplified as long as the same invariant is broken. The shrunk trace is written to a file.
///
/// Exit status: 0 nothing is broken; 1 something is; 2 the usage or the trace is bad; 3 it was stopped before that was known.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness shrink failing-run.trace.jsonl
  harness shrink --test core failing-run.trace.jsonl        a test for core/tests/ alone
  harness shrink --fuzz command_sequence --json crash-0a1b2c")]
pub struct Arguments {
    /// The trace.
    file: PathBuf,
    /// What the file holds, if it is no trace.
    #[arg(long = "as", value_name = "KIND", conflicts_with = "fuzz")]
    kind: Option<EvidenceKind>,
    /// Shrink what breaks this invariant, of several that are broken.
    #[arg(long, value_name = "NAME", conflicts_with = "fuzz")]
    invariant: Option<Invariant>,
    /// The file is an input of this fuzz target: shrink its result.
    #[arg(long, value_name = "TARGET")]
    fuzz: Option<Target>,
    /// Whose tests the test that is written goes among: those of the harness, or those of the core alone, given, when, then.
    #[arg(long, value_name = "SUITE", default_value = "harness", conflicts_with_all = ["json", "fuzz"])]
    test: TestSuite,
    /// List the ids that the names stand for.
    #[arg(long, conflicts_with_all = ["json", "fuzz"])]
    ids: bool,
    #[command(flatten)]
    planted: Planted,
    /// Write the report as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: Limits,
}

/// What else than a trace can be shrunk.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum EvidenceKind {
    /// A line with a model, and an event on each line behind it.
    Events,
    /// A text that is read as everything which comes over the wire.
    Text,
}

/// Whose tests a test goes among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TestSuite {
    /// model-tests/tests/.
    Harness,
    /// core/tests/.
    Core,
}

impl From<TestSuite> for Suite {
    fn from(suite: TestSuite) -> Self {
        match suite {
            TestSuite::Harness => Self::Harness,
            TestSuite::Core => Self::Core,
        }
    }
}

/// Shrinks a trace.
pub fn shrink(arguments: &Arguments) -> anyhow::Result<Verdict> {
    arguments.limits.begin()?;
    let planted = &arguments.planted;
    if let Some(target) = arguments.fuzz {
        return Input::read(target, planted, &arguments.file)?.show(arguments.json);
    }
    let subject = planted.subject()?;
    let found = found(arguments, subject)?;
    let failure = found.map(|found| failures::shrunk(subject, planted, &found, &STOP));
    stop::end_work();
    if failure.is_some()
        && let Some(reason) = stop::reason("shrinking")
    {
        // What was found is shown, if not as short as it could be.
        tell!("note: {reason}");
    }
    if arguments.json {
        output::print_json(&failures::json(failure.as_ref())?)?;
    } else if failure.is_none() {
        let file = arguments.file.display();
        match arguments.invariant {
            None => say!("{file} breaks no invariant: there is nothing to shrink"),
            Some(invariant) => say!("{file} does not break {invariant}: there is nothing to shrink"),
        }
    } else {
        let reason = failure.as_ref().and_then(|failure| failure.core_test().err());
        if let (TestSuite::Core, Some(reason)) = (arguments.test, reason) {
            tell!("note: {reason} The test is for the harness.");
            failures::print_as(failure.as_ref(), arguments.ids, Suite::Harness);
        } else {
            failures::print_as(failure.as_ref(), arguments.ids, arguments.test.into());
        }
    }
    Ok(Verdict::new(failure.is_some(), Vec::new()))
}

/// What the file shows, if it shows anything.
fn found(arguments: &Arguments, subject: Subject) -> anyhow::Result<Option<Counterexample>> {
    let evidence = match arguments.kind {
        None => {
            let (model, trace) = files::read_beginning(&arguments.file)?;
            return Ok(failures::of_run(subject, model, trace, arguments.invariant));
        }
        Some(EvidenceKind::Events) => {
            let text = String::from_utf8(files::read(&arguments.file)?)
                .with_context(|| format!("{} is no text", arguments.file.display()))?;
            failure::read(&text).map_err(|error| anyhow!("{}: {error}", arguments.file.display()))?
        }
        Some(EvidenceKind::Text) => Evidence::Text(files::read_input(&arguments.file, Target::Wire)?),
    };
    Ok(failures::of_evidence(subject, evidence, arguments.invariant))
}
