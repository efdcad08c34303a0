//! Making what is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use model_tests::check::coverage::{Arrows, Coverage};
use model_tests::proof::bugs::BUGS;
use model_tests::proof::engines;
use model_tests::proof::printed;
use model_tests::search::corpus::{self, Entry};
use model_tests::search::explore::pinned::{self, PINNED};
use model_tests::search::explore::{Exploration, Options};
use model_tests::search::fuzzing::Target;

use super::Part;
use super::kept::Made;
use crate::bugs;
use crate::explore;
use crate::files;
use crate::limits::Bounds;
use crate::planted::keep_quiet_about_planted_panics;
use crate::stop::{self, STOP};
use crate::verdict::Reason;

/// What the table stands under.
const HEADING: &str = "## The transition table\n";

/// Makes what is kept in a repository. What takes long is done once.
pub struct Maker<'a> {
    root: &'a Path,
    bounds: Bounds,
    every_cell: Option<Vec<Exploration>>,
    seeds: Option<Vec<Entry>>,
}

/// What was made, or why it was not.
type Result<T> = anyhow::Result<std::result::Result<T, Reason>>;

/// The value, or gives back why there is none.
macro_rules! made {
    ($result:expr) => {
        match $result? {
            Ok(made) => made,
            Err(reason) => return Ok(Err(reason)),
        }
    };
}

impl<'a> Maker<'a> {
    pub const fn new(root: &'a Path, bounds: Bounds) -> Self {
        Self {
            root,
            bounds,
            every_cell: None,
            seeds: None,
        }
    }

    /// Makes a part.
    pub fn make(&mut self, part: Part) -> Result<Made> {
        match part {
            Part::Numbers => self.numbers(),
            Part::Table => self.table(),
            Part::Picture => self.picture(),
            Part::Test => test().map(Ok),
            Part::Seeds => self.seeds(),
            Part::Dictionary => self.dictionary().map(Ok),
            Part::Page => page(),
            Part::Engines => engines(),
        }
    }

    fn numbers(&self) -> Result<Made> {
        let mut explored = Vec::new();
        for pinned in &PINNED {
            explored.push(made!(explore::all(pinned.name, &self.bounded(pinned.options()))));
        }
        let numbers = pinned::numbers(PINNED.iter().zip(&explored));
        let path = PathBuf::from("model-tests/src/search/explore/pinned.txt");
        Ok(Ok(Made::File(path, numbers.into_bytes())))
    }

    fn table(&mut self) -> Result<Made> {
        let mut coverage = Coverage::default();
        for exploration in made!(self.every_cell()) {
            coverage.add(&exploration.coverage);
        }
        let path = PathBuf::from("model-tests/README.md");
        let readme = String::from_utf8(files::read(&self.root.join(&path))?)?;
        let renewed = with_table(&readme, &coverage.to_markdown());
        let renewed = renewed.with_context(|| format!("{} has no table under “{}”", path.display(), HEADING.trim()))?;
        Ok(Ok(Made::File(path, renewed.into_bytes())))
    }

    fn picture(&mut self) -> Result<Made> {
        let mut arrows = Arrows::default();
        for exploration in made!(self.every_cell()) {
            arrows.add(&exploration.arrows);
        }
        let path = PathBuf::from("README.md");
        let readme = String::from_utf8(files::read(&self.root.join(&path))?)?;
        let renewed = with_picture(&readme, &arrows.to_mermaid());
        let renewed = renewed.with_context(|| format!("{} has no picture in Mermaid", path.display()))?;
        Ok(Ok(Made::File(path, renewed.into_bytes())))
    }

    fn seeds(&mut self) -> Result<Made> {
        let path = self.root.join("model-tests/traces/conversation.trace.jsonl");
        let conversation = (files::trace_name(&path), files::read_trace(&path)?);
        let explored = made!(self.every_cell());
        let entries = corpus::seeds(&[vec![conversation], explore::witnesses(explored)].concat());
        let file = |entry: &Entry| (Path::new(entry.target.name()).join(&entry.name), entry.bytes.clone());
        let made = entries.iter().map(file).collect::<BTreeMap<_, _>>();
        self.seeds = Some(entries);
        Ok(Ok(Made::Folder("fuzz/seeds".into(), made)))
    }

    /// From the seeds as they are to be, or, if they are not made, as they are.
    fn dictionary(&self) -> anyhow::Result<Made> {
        let texts: Vec<Vec<u8>> = if let Some(entries) = &self.seeds {
            let of_wire = entries.iter().filter(|entry| entry.target == Target::Wire);
            of_wire.map(|entry| entry.bytes.clone()).collect()
        } else {
            let kept = files::read_folder(&self.root.join("fuzz/seeds/wire"), Target::Wire)?;
            kept.into_iter().map(|(_, bytes)| bytes).collect()
        };
        let dictionary = corpus::dictionary(texts.iter().map(Vec::as_slice));
        Ok(Made::File("fuzz/wire.dict".into(), dictionary.into_bytes()))
    }

    fn every_cell(&mut self) -> Result<&[Exploration]> {
        if self.every_cell.is_none() {
            let mut explored = Vec::new();
            for (name, scope) in explore::EVERY_CELL {
                explored.push(made!(explore::all(name, &self.bounded(Options::new(scope)))));
            }
            self.every_cell = Some(explored);
        }
        Ok(Ok(self.every_cell.as_deref().unwrap_or_default()))
    }

    const fn bounded(&self, options: Options) -> Options {
        Options {
            most_bytes: self.bounds.memory,
            ..options
        }
    }
}

fn page() -> Result<Made> {
    keep_quiet_about_planted_panics();
    let page = bugs::made_page()?;
    Ok(page.map(|page| Made::File("model-tests/BUGS.md".into(), page.into_bytes())))
}

fn engines() -> Result<Made> {
    let entries = engines::page::entries(&STOP);
    if let Some(reason) = stop::reason("renewing") {
        return Ok(Err(reason));
    }
    let page = engines::page::page(&entries.map_err(anyhow::Error::msg)?);
    let path = PathBuf::from("model-tests/FAULTY-ENGINES.md");
    Ok(Ok(Made::File(path, page.into_bytes())))
}

fn test() -> anyhow::Result<Made> {
    let bug = BUGS.iter().find(|bug| bug.id == printed::BUG);
    let failure = bug.and_then(printed::failure_of);
    let code = failure.and_then(|failure| failure.test_code());
    let code = code.with_context(|| format!("no trace shows the planted bug {}", printed::BUG))?;
    Ok(Made::File(
        "model-tests/tests/failure/generated.rs".into(),
        code.into_bytes(),
    ))
}

/// The text with the table under the heading replaced.
fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, section) = text.split_once(HEADING)?;
    let start = section.find("\n|")? + 1;
    let old: usize = section[start..]
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('|'))
        .map(str::len)
        .sum();
    let (above, below) = (&section[..start], &section[start + old..]);
    Some([before, HEADING, above, table, below].concat())
}

/// The text with its first picture replaced.
fn with_picture(text: &str, picture: &str) -> Option<String> {
    const BEGINNING: &str = "```mermaid\n";
    let (before, rest) = text.split_once(BEGINNING)?;
    let (_, after) = rest.split_once("```\n")?;
    Some([before, BEGINNING, picture, "```\n", after].concat())
}

#[cfg(test)]
mod tests {
    use super::{with_picture, with_table};

    #[test]
    fn the_picture_is_replaced_and_nothing_else() {
        let text = "# A\n\n```mermaid\nold\n```\n\n```sh\nls\n```\n";
        let expected = "# A\n\n```mermaid\nnew\n```\n\n```sh\nls\n```\n";
        assert_eq!(with_picture(text, "new\n").as_deref(), Some(expected));
        assert_eq!(with_picture("# A\n", "new\n"), None);
    }

    #[test]
    fn the_table_under_the_heading_is_replaced_and_nothing_else() {
        let text = "# A\n| other |\n\n## The transition table\n\nIt is this:\n\n| old |\n|---|\n\nAnd more.\n";
        let expected = "# A\n| other |\n\n## The transition table\n\nIt is this:\n\n| new |\n\nAnd more.\n";
        assert_eq!(with_table(text, "| new |\n").as_deref(), Some(expected));
    }

    #[test]
    fn a_text_without_the_table_has_none_to_be_replaced() {
        assert_eq!(with_table("# A\n\n| other |\n", "| new |\n"), None);
        assert_eq!(with_table("## The transition table\n\nNone.\n", "| new |\n"), None);
    }
}
