//! The pages of failures, beside what they are of.

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use model_tests::page::{About, of_run, of_text};
use model_tests::report::failure::{Failure, Shown};
use model_tests::report::whole_file;

use crate::output::tell;

/// Whether a page is shown in the browser at once.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Browsing {
    /// Start no browser: only say where the page is.
    #[arg(long)]
    no_browser: bool,
}

impl Browsing {
    /// Shows a page, where somebody sits at a terminal and wants it.
    pub fn show(self, page: impl AsRef<OsStr>) {
        if !self.no_browser
            && io::stdout().is_terminal()
            && let Err(error) = open::that_detached(page)
        {
            tell!("note: no browser could be started: {error}");
        }
    }
}

/// Where the page of a trace, a schedule or an input stands: beside it, by the same name.
pub fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = [".trace.jsonl", ".events.jsonl", ".schedule.jsonl", ".jsonl", ".text"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(&name);
    file.with_file_name(format!("{stem}.html"))
}

/// Writes a page beside what it is of, and gives where it is.
pub fn write_beside(file: &Path, page: &str) -> io::Result<PathBuf> {
    let path = beside(file);
    whole_file::write(&path, page.as_bytes())?;
    Ok(path)
}

/// The page of a failure whose evidence is in a file.
pub fn of_failure(failure: &Failure, file: &Path) -> String {
    let violation = failure.violation().clone();
    let mut about = About {
        name: name_of(file),
        violation: Some(violation.clone()),
        next: vec![("to see it in a terminal".to_owned(), failure.command_line(file))],
    };
    match failure.walkthrough() {
        Some(walkthrough) => {
            if failure.shown() != Shown::ByText {
                about.next.push(what_if(failure.planted(), file));
            }
            of_run(walkthrough, &about)
        }
        None => of_text(&violation, &failure.lines(), &about),
    }
}

/// What it is for and how to ask what would come of other steps.
pub fn what_if(planted: Option<&str>, file: &Path) -> (String, String) {
    let planted = planted.map(|ids| format!(" --bug {ids}")).unwrap_or_default();
    (
        "what if a step were left out, or another taken? The real core answers:".to_owned(),
        format!("cargo run --release -- serve{planted} {}", file.display()),
    )
}

/// The name of a file, without its folder.
pub fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_beside_what_it_is_of() {
        let beside = |path: &str| beside(Path::new(path));
        assert_eq!(beside("failures/T7-1.trace.jsonl"), Path::new("failures/T7-1.html"));
        assert_eq!(beside("E4-1.schedule.jsonl"), Path::new("E4-1.html"));
        assert_eq!(beside("a.b/crash-1"), Path::new("a.b/crash-1.html"));
    }
}
