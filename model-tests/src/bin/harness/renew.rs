//! `harness renew`: what is made by the harness and kept in the repository.

mod kept;
mod made;

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::ValueEnum;

use self::kept::Change;
use self::made::Maker;
use crate::limits::Limits;
use crate::output::{say, tell};
use crate::stop;
use crate::verdict::Verdict;

/// Renew what is made by the harness and kept in the repository, and show what changes.
///
/// Read what it changes before you commit it: a number or a cell that changes says that a rule has. Nothing is written
/// before all is made. The golden files of the core are no part of it: `INSTA_UPDATE=always cargo test -p orchestration`
/// writes those.
///
/// Exit status: 0 if all is as it is made now; 1 something is stale, with `--check`; 2 the usage is bad, or something could not
/// be made or written; 3 it was stopped before its end.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness renew                     all of it
  harness renew --check             whether anything is stale, for CI
  harness renew numbers table       some of it")]
pub struct Arguments {
    /// What to renew; all of it if not given.
    parts: Vec<Part>,
    /// Change nothing, and fail if anything is stale.
    #[arg(long)]
    check: bool,
    /// The repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,
    #[command(flatten)]
    limits: Limits,
}

/// Something that is made and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The numbers of states and transitions of some scopes: model-tests/src/search/explore/pinned.txt.
    Numbers,
    /// The transition table in model-tests/README.md.
    Table,
    /// The picture of the life of a thread in README.md.
    Picture,
    /// The test that a report prints: model-tests/tests/failure/generated.rs.
    Test,
    /// The seeds of the fuzz targets: fuzz/seeds.
    Seeds,
    /// The words for the target `wire`, from its seeds: fuzz/wire.dict.
    Dictionary,
    /// The page of the planted bugs: model-tests/BUGS.md.
    Page,
    /// The page of the faulty engines: model-tests/FAULTY-ENGINES.md.
    Engines,
}

/// Renews what the arguments say.
pub fn renew(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let root = &arguments.repository;
    for folder in ["model-tests", "fuzz"] {
        let is_there = root.join(folder).is_dir();
        let (root, shown) = (root.display(), folder);
        ensure!(
            is_there,
            "{root} has no folder {shown}: expected the root of the repository"
        );
    }
    let bounds = arguments.limits.begin()?;
    let parts = if arguments.parts.is_empty() {
        Part::value_variants()
    } else {
        &arguments.parts
    };
    let mut maker = Maker::new(root, bounds);
    let mut changes = Vec::new();
    for part in Part::value_variants().iter().filter(|part| parts.contains(part)) {
        match maker.make(*part)? {
            Ok(made) => changes.extend(kept::changes(root, made)?),
            Err(reason) => {
                let verdict = Verdict::Incomplete(vec![reason]);
                verdict.tell();
                return Ok(verdict);
            }
        }
    }
    stop::go_on("renewing")?;
    stop::end_work();
    changes.iter().for_each(Change::show);
    if arguments.check {
        return Ok(told_of_stale(changes.len()));
    }
    write(root, &changes)?;
    say!("{} renewed", files(changes.len()));
    Ok(Verdict::Clean)
}

fn told_of_stale(stale: usize) -> Verdict {
    if stale == 0 {
        say!("nothing is stale");
    } else {
        tell!("{} stale: harness renew", files(stale));
    }
    Verdict::new(stale > 0, Vec::new())
}

fn write(root: &Path, changes: &[Change]) -> anyhow::Result<()> {
    changes.iter().try_for_each(|change| change.write(root))
}

fn files(count: usize) -> String {
    match count {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    }
}
