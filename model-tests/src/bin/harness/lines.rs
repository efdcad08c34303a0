//! Which lines of the core are run, as `cargo llvm-cov` counts them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use comfy_table::{CellAlignment, presets};
use serde::Deserialize;

use crate::output::say;
use crate::{files, stop, summary};

/// The workspace whose core is counted: the one that this program was built in.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// How often to look whether counting is over, or should stop.
const INTERVAL: Duration = Duration::from_millis(50);

/// What is not the core.
const OTHERS: &str = "/(model-tests|fuzz)/";

/// Builds this program so that it counts lines, runs it with the arguments, and prints how many lines of each file of the
/// core it ran.
pub fn print_lines<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> anyhow::Result<()> {
    let at_hand = cargo_llvm_cov().arg("--version").output();
    if !at_hand.is_ok_and(|output| output.status.success()) {
        bail!(
            "lines are counted by cargo-llvm-cov, which is not at hand: \
             cargo install --locked cargo-llvm-cov && rustup component add llvm-tools"
        );
    }
    let report = std::env::temp_dir().join(format!("harness-lines-{}.json", std::process::id()));
    let counted = count(&report, arguments);
    let read = counted.and_then(|()| read(&report));
    // It is there only if counting went well, and of no use any more.
    let _ = fs::remove_file(&report);
    print(&read?);
    Ok(())
}

fn cargo_llvm_cov() -> Command {
    let mut command = Command::new("cargo");
    command.arg("llvm-cov");
    command
}

// The manifest is that of the workspace: of a single package only its own files would be counted.
fn count<A: AsRef<OsStr>>(report: &Path, arguments: impl IntoIterator<Item = A>) -> anyhow::Result<()> {
    let mut child = cargo_llvm_cov()
        .args(["run", "--bin", "harness", "--json", "--summary-only"])
        .arg("--manifest-path")
        .arg(Path::new(WORKSPACE).join("Cargo.toml"))
        .args(["--ignore-filename-regex", OTHERS])
        .arg("--output-path")
        .arg(report)
        .arg("--")
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .context("cargo llvm-cov could not be run")?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if let Err(stopped) = stop::go_on("counting lines") {
            // If it has just ended by itself, so much the better.
            let _ = child.kill();
            child.wait()?;
            return Err(stopped.into());
        }
        std::thread::sleep(INTERVAL);
    };
    ensure!(status.success(), "cargo llvm-cov ended with {status}");
    Ok(())
}

fn read(report: &Path) -> anyhow::Result<Data> {
    let export: Export =
        serde_json::from_slice(&files::read(report)?).context("cargo llvm-cov wrote what was not expected")?;
    let [data] = export.data;
    Ok(data)
}

fn print(data: &Data) {
    let core = fs::canonicalize(Path::new(WORKSPACE).join("core/src")).unwrap_or_default();
    let name = |file: &File| {
        let path = Path::new(&file.filename);
        path.strip_prefix(&core).unwrap_or(path).display().to_string()
    };
    let files: BTreeMap<_, _> = data.files.iter().map(|file| (name(file), &file.summary)).collect();
    let mut table = summary::table(["file", "lines", "of", "%", "regions", "of", "%"]);
    table.load_style(presets::NOTHING);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let total = ("the core".to_owned(), &data.totals);
    for (name, Summary { lines, regions }) in files.into_iter().chain([total]) {
        let [of_lines, of_regions] = [lines, regions].map(Count::cells);
        table.add_row([name].into_iter().chain(of_lines).chain(of_regions));
    }
    say!("\n{}", table.trim_fmt());
}

/// What `llvm-cov export` writes.
#[derive(Deserialize)]
struct Export {
    data: [Data; 1],
}

#[derive(Deserialize)]
struct Data {
    files: Vec<File>,
    totals: Summary,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    summary: Summary,
}

#[derive(Deserialize)]
struct Summary {
    lines: Count,
    regions: Count,
}

#[derive(Deserialize)]
struct Count {
    #[serde(rename = "count")]
    total: u64,
    covered: u64,
    percent: f64,
}

impl Count {
    fn cells(&self) -> [String; 3] {
        [
            self.covered.to_string(),
            self.total.to_string(),
            format!("{:.1}", self.percent),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_exported_is_read() {
        let export = r#"{
            "type": "llvm.coverage.json.export",
            "version": "3.1.0",
            "data": [{
                "files": [{
                    "filename": "/sources/core/src/decider.rs",
                    "summary": {
                        "lines": { "count": 8, "covered": 6, "percent": 75.0 },
                        "regions": { "count": 3, "covered": 3, "notcovered": 0, "percent": 100.0 }
                    }
                }],
                "totals": {
                    "lines": { "count": 8, "covered": 6, "percent": 75.0 },
                    "regions": { "count": 3, "covered": 3, "notcovered": 0, "percent": 100.0 }
                }
            }]
        }"#;
        let Export { data: [data] } = serde_json::from_str(export).expect("it is what llvm-cov writes");
        assert_eq!(data.files[0].summary.lines.cells(), ["6", "8", "75.0"]);
        assert_eq!(data.totals.regions.cells(), ["3", "3", "100.0"]);
    }
}
