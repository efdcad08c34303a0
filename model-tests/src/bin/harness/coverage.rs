//! `harness coverage`: what traces cover of the domain.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use model_tests::check::coverage::Coverage;
use model_tests::check::coverage::rules::{Gaps, possible_cells};
use model_tests::check::run::Run;
use model_tests::search::corpus;
use model_tests::search::fuzzing::Target;
use model_tests::subject::Subject;

use crate::common::Details;
use crate::files;
use crate::limits::Limits;
use crate::lines;
use crate::output::{self, say};
use crate::stop;
use crate::summary;
use crate::verdict::Verdict;

/// Show what traces cover: which outcomes each command had at each status of its thread.
///
/// Every trace begins with the empty model. Told is of which commands outcomes that can be reached were not; with `--details` all
/// are shown, with how often each was reached.
///
/// Exit status: 0 if it could be shown; 1 something is missing, with `--complete`; 2 the usage or an input is bad; 3 it was
/// stopped before its end.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "Example:
  harness explore --witnesses traces && harness coverage traces/*
  harness coverage --complete --corpus fuzz/seeds/command_sequence
  harness coverage --lines --corpus fuzz/seeds/command_sequence")]
pub struct Arguments {
    /// The traces.
    #[arg(required_unless_present = "corpus")]
    files: Vec<PathBuf>,
    /// Show what the entries in this folder cover: inputs of the fuzz target `command_sequence`.
    #[arg(long, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// Also show how many lines of the core are run, as counted by `cargo llvm-cov`, which takes some minutes to build.
    #[arg(long, conflicts_with_all = ["json", "markdown"])]
    lines: bool,
    /// Fail unless everything that can be reached is.
    #[arg(long)]
    complete: bool,
    #[command(flatten)]
    details: Details,
    /// Write the table as JSON.
    #[arg(long)]
    json: bool,
    /// Write the table as Markdown, without counts.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[command(flatten)]
    limits: Limits,
}

impl Arguments {
    /// Those that make another such program take the same inputs.
    fn of_inputs(&self) -> impl Iterator<Item = &OsStr> {
        let folders = self
            .corpus
            .iter()
            .flat_map(|folder| ["--corpus".as_ref(), folder.as_os_str()]);
        let files = self.files.iter().map(PathBuf::as_path).map(Path::as_os_str);
        ["coverage", "--json"]
            .into_iter()
            .map(OsStr::new)
            .chain(folders)
            .chain(files)
    }
}

/// Shows what traces cover.
pub fn coverage(arguments: &Arguments) -> anyhow::Result<Verdict> {
    arguments.limits.begin_reading()?;
    let mut coverage = Coverage::default();
    for path in &arguments.files {
        let mut run = Run::new(Subject::CORE);
        for command in &files::read_trace(path)? {
            stop::go_on(&format!("running the trace {}", path.display()))?;
            run.step_unwinding(command);
        }
        coverage.add(run.coverage());
    }
    for folder in &arguments.corpus {
        for (_, bytes) in files::read_folder(folder, Target::CommandSequence)? {
            stop::go_on(&format!("running the entries in {}", folder.display()))?;
            coverage.add(&corpus::coverage_of(&bytes));
        }
    }
    let gaps = Gaps::of(&coverage);
    if arguments.json {
        output::print_json(&summary::cells(&coverage))?;
    } else if arguments.markdown {
        output::print_bytes(coverage.to_markdown().as_bytes());
    } else {
        if arguments.details.details {
            summary::print_coverage(&coverage);
            summary::print_gaps(&gaps);
        } else {
            summary::print_missing(&gaps);
        }
        let possible = possible_cells().count();
        say!(
            "{} of the {possible} outcomes that can be reached were",
            possible - gaps.unreached.len()
        );
    }
    if arguments.lines {
        lines::print_lines(arguments.of_inputs())?;
    }
    let is_incomplete = arguments.complete && !gaps.is_none();
    Ok(Verdict::new(is_incomplete, Vec::new()))
}
