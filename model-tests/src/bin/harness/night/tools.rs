//! The tools around a night: where the repository is, what builds it, and what it was built with.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

/// Where things are.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The repository.
    pub root: PathBuf,
    /// Where cargo puts what it builds.
    pub target_directory: PathBuf,
    /// This program.
    pub harness: PathBuf,
    triple: String,
}

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

impl Tools {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// When this is not called in the repository, or cargo is not at hand.
    pub fn find() -> anyhow::Result<Self> {
        let root = root()?;
        let metadata = text_of(cargo(&root).args(["metadata", "--no-deps", "--format-version", "1"]))
            .context("cargo, which builds the fuzz targets, says nothing of this repository")?;
        let Metadata { target_directory } =
            serde_json::from_str(&metadata).context("cargo metadata wrote what was not expected")?;
        Ok(Self {
            target_directory,
            harness: env::current_exe().context("this program does not find itself")?,
            triple: triple(&root),
            root,
        })
    }

    /// Where cargo-fuzz puts the targets, in the usual folder for what is built or in another one.
    pub fn binaries(&self, target_directory: &Path) -> PathBuf {
        target_directory.join(&self.triple).join("release")
    }

    /// What the compiler calls itself.
    pub fn toolchain(&self) -> String {
        let version = text_of(Command::new("rustc").arg("-V").current_dir(&self.root));
        let line = version
            .ok()
            .and_then(|version| version.lines().next().map(str::to_owned));
        line.unwrap_or_else(|| "unknown".to_owned())
    }

    /// The commit, with a note if there is more than what was committed.
    pub fn commit(&self) -> String {
        let git = |arguments: &[&str]| text_of(Command::new("git").args(arguments).current_dir(&self.root));
        let Ok(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else {
            return "unknown".to_owned();
        };
        let is_changed = git(&["status", "--porcelain"]).is_ok_and(|changes| !changes.is_empty());
        format!("{commit}{}", if is_changed { ", with changes" } else { "" })
    }

    /// Whether there is a nightly compiler, which the sanitizers take.
    pub fn has_nightly(&self) -> bool {
        let toolchains = text_of(
            Command::new("rustup")
                .args(["toolchain", "list"])
                .current_dir(&self.root),
        );
        toolchains.is_ok_and(|toolchains| toolchains.lines().any(|line| line.starts_with("nightly")))
    }

    /// Whether cargo has a subcommand of this name.
    pub fn has_cargo(&self, subcommand: &str) -> bool {
        text_of(cargo(&self.root).args([subcommand, "--version"])).is_ok()
    }

    /// Cargo, in the repository.
    pub fn cargo(&self) -> Command {
        cargo(&self.root)
    }
}

/// The repository that this is called in.
fn root() -> anyhow::Result<PathBuf> {
    let here = env::current_dir().context("the current folder is not there")?;
    let root = here.ancestors().find(|folder| folder.join("fuzz/Cargo.toml").is_file());
    let root = root.with_context(|| {
        format!(
            "{} is not in the repository: expected fuzz/Cargo.toml here or further up",
            here.display()
        )
    })?;
    Ok(root.to_owned())
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    // What cargo tells a program that it runs is about that program, and not about what is built next.
    for (name, _) in env::vars_os() {
        let is_of_package = name.to_string_lossy().starts_with("CARGO_PKG_");
        if is_of_package || name == "CARGO_MANIFEST_DIR" || name == "CARGO_MANIFEST_PATH" {
            command.env_remove(name);
        }
    }
    command.current_dir(root);
    command
}

fn triple(root: &Path) -> String {
    let version = text_of(Command::new("rustc").arg("-vV").current_dir(root)).unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map_or_else(|| format!("{}-unknown-linux-gnu", env::consts::ARCH), str::to_owned)
}

/// What a program prints, without the space around it.
fn text_of(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("{name} could not be run"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{name} ended with {}: {}",
        output.status,
        errors.trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
