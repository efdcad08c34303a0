//! `harness coverage`: what traces cover of the domain.

use std::path::PathBuf;

use model_tests::corpus;
use model_tests::coverage::Coverage;
use model_tests::coverage::rules::{Gaps, possible_cells};
use model_tests::run::Run;
use model_tests::subject::Subject;

use crate::files;
use crate::output::{self, Verdict};
use crate::summary;

/// Show what traces cover: which outcomes each command had at each status of its thread.
///
/// Every trace begins with the empty model. Cells that can be reached, and were not, are marked.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  harness explore --witnesses traces && harness coverage traces/*
  harness coverage --complete --corpus fuzz/seeds/command_sequence")]
pub struct Arguments {
    /// The traces.
    #[arg(required_unless_present = "corpus")]
    files: Vec<PathBuf>,
    /// Show what the entries in this folder cover: inputs of the fuzz target `command_sequence`.
    #[arg(long, value_name = "DIR")]
    corpus: Vec<PathBuf>,
    /// Fail unless everything that can be reached is.
    #[arg(long)]
    complete: bool,
    /// Write the table as JSON.
    #[arg(long)]
    json: bool,
    /// Write the table as Markdown, without counts.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

/// Shows what traces cover.
pub fn coverage(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let mut coverage = Coverage::default();
    for path in &arguments.files {
        let mut run = Run::new(Subject::CORE);
        for command in &files::read_trace(path)? {
            run.step_unwinding(command);
        }
        coverage.add(run.coverage());
    }
    for folder in &arguments.corpus {
        for (_, bytes) in files::read_folder(folder)? {
            coverage.add(&corpus::coverage_of(&bytes));
        }
    }
    let gaps = Gaps::of(&coverage);
    if arguments.json {
        output::print_json(&summary::cells(&coverage))?;
    } else if arguments.markdown {
        anstream::print!("{}", coverage.to_markdown());
    } else {
        summary::print_coverage(&coverage);
        summary::print_gaps(&gaps);
        let possible = possible_cells().count();
        anstream::println!(
            "{} of the {possible} outcomes that can be reached were",
            possible - gaps.unreached.len()
        );
    }
    Ok(if gaps.is_none() || !arguments.complete {
        Verdict::Clean
    } else {
        Verdict::Violated
    })
}
