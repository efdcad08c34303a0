//! A night under way: one part after the other, and after each of them the summary, so that there is one whatever happens.

mod corpus;
mod engine;
mod fuzz;
mod search;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::findings::Found;
use super::folder::{Nights, PAGE, RECORD, SUMMARY};
use super::length::Shares;
use super::record::{NightEnd, Part, PartEnd, Record};
use super::searches::Reached;
use super::targets::Program;
use super::tasks::Task;
use super::tools::Tools;
use super::{findings, page, summary};
use crate::output::tell;
use crate::stop::{self, STOP};
use crate::verdict::Cause;

/// How a part of a night ended, and what came of it.
#[derive(Clone, Debug)]
struct Came {
    end: PartEnd,
    note: String,
    counts: BTreeMap<String, u64>,
}

impl Came {
    fn new(end: PartEnd, note: impl Into<String>) -> Self {
        Self {
            end,
            note: note.into(),
            counts: BTreeMap::new(),
        }
    }

    /// The same with what was counted.
    fn counting<const N: usize>(mut self, counts: [(&str, u64); N]) -> Self {
        // Of nothing there is nothing to be told.
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        self.counts = counts.map(|(what, count)| (what.to_owned(), count)).collect();
        self
    }

    fn finished(note: impl Into<String>) -> Self {
        Self::new(PartEnd::Finished, note)
    }

    fn found(note: impl Into<String>) -> Self {
        Self::new(PartEnd::Found, note)
    }

    fn could_not_run(note: impl Into<String>) -> Self {
        Self::new(PartEnd::CouldNotRun, note)
    }

    fn unfinished(note: impl Into<String>) -> Self {
        Self::new(PartEnd::Unfinished, note)
    }
}

/// A night under way.
pub struct Night {
    /// Where the tools are.
    pub tools: Tools,
    /// All nights.
    pub nights: Nights,
    /// The folder of this one.
    pub folder: PathBuf,
    /// How many nights are kept.
    pub keep: usize,
    /// How the time is shared.
    pub shares: Shares,
    /// The result so far.
    pub record: Record,
    /// What stopped it, if anything did.
    pub stopped: Option<Cause>,
    /// What could not be written.
    pub write_error: Option<String>,
    before: Vec<Record>,
    reached: Reached,
    built: Vec<&'static str>,
    started: Instant,
}

impl Night {
    /// Begins a night.
    pub fn new(tools: Tools, nights: Nights, folder: PathBuf, keep: usize, shares: Shares, record: Record) -> Self {
        let before = nights.before(&folder);
        Self {
            tools,
            nights,
            folder,
            keep,
            shares,
            record,
            stopped: None,
            write_error: None,
            before,
            reached: Reached::default(),
            built: Vec::new(),
            started: Instant::now(),
        }
    }

    /// Does everything, and gives the summary.
    pub fn conduct(&mut self, tasks: &[Task]) -> String {
        self.record.parts = tasks
            .iter()
            .map(|task| Part {
                name: task.name(),
                end: PartEnd::NotBegun,
                seconds: 0.0,
                note: String::new(),
                counts: BTreeMap::new(),
            })
            .collect();
        self.write();
        for (place, task) in tasks.iter().enumerate() {
            if STOP.load(Ordering::Relaxed) {
                break;
            }
            self.part(place, *task);
        }
        self.stopped = stop::cause();
        self.record.end = NightEnd::of(&self.record.parts, self.stopped == Some(Cause::Interrupted));
        for folder in ["work", "canary-corpus"] {
            // Nothing in them is of use any more.
            let _ = fs::remove_dir_all(self.folder.join(folder));
        }
        // It is empty unless something could not be moved to the corpus.
        let _ = fs::remove_dir(self.folder.join("gathered"));
        self.write()
    }

    fn part(&mut self, place: usize, task: Task) {
        tell!("==> {}", task.name());
        self.set_part(place, Came::new(PartEnd::Running, ""), 0.0);
        self.write();
        let started = Instant::now();
        let came = catch_unwind(AssertUnwindSafe(|| self.carry_out(task)));
        let came = came.unwrap_or_else(|panic| {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
            Came::unfinished(format!(
                "it panicked: {}",
                message.unwrap_or("for no reason that is told")
            ))
        });
        tell!("    {}: {}", came.end.words().replace("**", ""), came.note);
        self.set_part(place, came, started.elapsed().as_secs_f64());
        self.write();
    }

    fn set_part(&mut self, place: usize, came: Came, seconds: f64) {
        if let Some(part) = self.record.parts.get_mut(place) {
            part.end = came.end;
            part.note = came.note;
            part.counts = came.counts;
            part.seconds = seconds;
        }
    }

    fn carry_out(&mut self, task: Task) -> Came {
        match task {
            Task::Explore(scope) => self.explore(scope),
            Task::Soak => self.soak(),
            Task::Induct => self.induct(),
            Task::Outcomes => self.outcomes(),
            Task::Stateful => self.stateful(),
            Task::Engine => self.engine(),
            Task::Build => self.build(),
            Task::Canary => self.canary(),
            Task::Fuzz(program) => self.fuzz(program),
            Task::AddressSanitizer => self.address_sanitizer(),
            Task::Coverage => self.coverage(),
            Task::Mutants(shard) => self.mutants(shard),
            Task::Prune => self.prune(),
        }
    }

    fn prune(&mut self) -> Came {
        match self.nights.prune(self.keep) {
            Ok(removed) if removed.is_empty() => Came::finished("there were none"),
            Ok(removed) => {
                let names: Vec<_> = removed
                    .iter()
                    .filter_map(|night| night.file_name())
                    .map(|name| name.to_string_lossy())
                    .collect();
                Came::finished(names.join(", "))
            }
            Err(error) => Came::unfinished(format!("{error:#}")),
        }
    }

    fn add(&mut self, found: Found) {
        findings::add(&mut self.record.findings, found);
    }

    /// Writes the record, the summary and its page, and gives the summary. What cannot be written is told once, and ends nothing.
    fn write(&mut self) -> String {
        self.record.seconds = self.started.elapsed().as_secs_f64();
        let text = summary::of(&self.record, &self.before);
        let json = serde_json::to_string_pretty(&self.record).unwrap_or_default();
        let page = page::of(&self.record, &self.before, Some(&self.folder));
        for (name, content) in [(SUMMARY, &text), (RECORD, &json), (PAGE, &page)] {
            if let Err(error) = replace(&self.folder.join(name), content) {
                let message = format!("{} could not be written: {error}", self.folder.join(name).display());
                if self.write_error.is_none() {
                    tell!("error: {message}");
                }
                self.write_error = Some(message);
            }
        }
        text
    }

    /// A log of the night.
    fn log(&self, name: &str) -> PathBuf {
        self.folder.join("logs").join(name)
    }

    /// A path as it is typed in the repository.
    fn typed(&self, path: &Path) -> String {
        path.strip_prefix(&self.tools.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// A command line of the harness, with the bugs that were planted.
    fn command_line(&self, task: &str, file: &str) -> String {
        let bugs = self.record.bugs.as_ref();
        let bugs = bugs.map(|bugs| format!(" --bug {bugs}")).unwrap_or_default();
        format!("cargo run --release -- {task}{bugs} {file}")
    }

    fn is_built(&self, program: Program) -> bool {
        self.built.contains(&program.name)
    }
}

/// Writes a file as a whole or not at all.
fn replace(path: &Path, content: &str) -> std::io::Result<()> {
    let next = path.with_extension("next");
    fs::write(&next, content)?;
    fs::rename(next, path)
}
