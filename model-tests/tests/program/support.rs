//! Running the program in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A trace of a conversation, without a fault.
pub const CONVERSATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/traces/conversation.trace.jsonl");

/// A folder to run the program in, gone with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder can be made"))
    }

    /// One in which no traces can be written, for there is a file where their folder would be.
    pub fn without_failures() -> Self {
        let folder = Self::new();
        folder.file("failures", b"in the way");
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("it can be written");
        path
    }

    /// The program, about to be run here.
    pub fn harness<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::cargo_bin("harness").expect("it is built");
        // Whoever runs the tests may have a screen of any width.
        command.env_remove("COLUMNS").current_dir(self.path()).args(arguments);
        command
    }

    /// The same as the standard library has it, to be let run.
    pub fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_harness"));
        command.env_remove("COLUMNS").current_dir(self.path()).args(arguments);
        command
    }
}

/// What the quick job prints of a core without a fault. It takes seconds: it is run once, and several tests look at what it
/// printed.
pub static CLEAN_QUICK_JOB: LazyLock<String> = LazyLock::new(|| printed("--quick", 0));

/// What a task prints that is to end with this status.
pub fn printed(line: &str, status: i32) -> String {
    let run = Folder::new().harness(words(line)).assert().code(status);
    text(&run.get_output().stdout)
}

/// The arguments of a command line without spaces in them.
pub fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// The JSON that is all of an output.
pub fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The project that [`renamings`] is about.
pub const PROJECT: &str = "000000a0-0000-4000-8000-000000000001";

/// So many commands that all rename one project, after the one that creates it, as a trace.
pub fn renamings(count: usize) -> String {
    let create = format!(
        r#"{{"type":"create_project","project_id":"{PROJECT}","path":"/p","name":"0","at":"2026-01-01T00:00:00Z"}}"#
    );
    let rename = |number| {
        format!(r#"{{"type":"rename_project","project_id":"{PROJECT}","name":"{number}","at":"2026-01-01T00:00:00Z"}}"#)
    };
    std::iter::once(create)
        .chain((1..=count).map(rename))
        .map(|line| line + "\n")
        .collect()
}
