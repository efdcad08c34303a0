//! A fake repository: with the folders that a night needs, and fakes for cargo and for what it builds.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const FAKES: [(&str, &str); 5] = [
    ("cargo", include_str!("fakes/cargo")),
    ("rustc", include_str!("fakes/rustc")),
    ("rustup", include_str!("fakes/rustup")),
    ("target", include_str!("fakes/target")),
    ("engine", include_str!("../../adapters/engine.py")),
];

pub struct Repository {
    pub root: PathBuf,
}

impl Repository {
    pub fn new(test: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("night-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for folder in ["fuzz", "bin"] {
            fs::create_dir_all(root.join(folder)).expect("it can be made");
        }
        fs::write(root.join("fuzz/Cargo.toml"), "").expect("it can be written");
        for (name, script) in FAKES {
            let path = root.join("bin").join(name);
            fs::write(&path, script).expect("it can be written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be made a program");
        }
        Self { root }
    }

    /// A night of this program in this repository.
    pub fn night(&self, arguments: &[&str]) -> Command {
        let path = std::env::var("PATH").expect("there is a path");
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command
            .arg("night")
            .args(arguments)
            .current_dir(&self.root)
            .env("PATH", format!("{}:{path}", self.root.join("bin").display()))
            .env("FAKES", &self.root)
            .env_remove("GITHUB_STEP_SUMMARY");
        command
    }

    /// A night that only fuzzes.
    pub fn fuzzing(&self, arguments: &[&str]) -> Output {
        let arguments = [&["--seconds", "1", "--only-fuzzing"], arguments].concat();
        self.night(&arguments).output().expect("the program starts")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, content).expect("it can be written");
    }

    /// The names in a folder, sorted; none if it is not there.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten();
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("it is listed").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    /// The folder of the last night.
    pub fn last_night(&self) -> PathBuf {
        let nights = self.names("target/nights");
        self.root
            .join("target/nights")
            .join(nights.last().expect("there is a night"))
    }

    pub fn summary(&self) -> String {
        fs::read_to_string(self.last_night().join("summary.md")).expect("there is a summary")
    }

    /// The page of the last night.
    pub fn page(&self) -> String {
        fs::read_to_string(self.last_night().join("summary.html")).expect("there is a page")
    }

    /// This program opens something in the repository.
    pub fn open(&self, path: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.args(["open", "--no-browser", path]).current_dir(&self.root);
        command.output().expect("the program starts")
    }

    pub fn record(&self) -> Value {
        let json = fs::read(self.last_night().join("summary.json")).expect("there is a record");
        serde_json::from_slice(&json).expect("it is JSON")
    }

    /// How a part of the last night ended.
    pub fn end_of(&self, part: &str) -> String {
        let record = self.record();
        let parts = record["parts"].as_array().expect("there are parts").clone();
        let part = parts.into_iter().find(|fields| fields["name"] == part);
        let part = part.expect("there is such a part");
        part["end"].as_str().expect("it ended").to_owned()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
