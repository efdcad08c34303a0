//! Texts, names, paths and refs to choose from: few, so that they meet again, and odd ones among them.

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::LazyLock;

use orchestration::{BranchName, GitRef, Label, NonBlank, ProjectPath, Text};

/// What anything may say.
const TEXTS: [&str; 8] = [
    "ok",
    "",
    "Hello, ",
    "wörld ",
    "\n",
    "日本語",
    "\"quoted\" \\ \0\u{1b}[0m",
    "e\u{301}🦀",
];

/// What users may ask, and what they may write under a commit or a checkpoint.
const NOTES: [&str; 8] = [
    "core",
    "a",
    "two words",
    " padded ",
    "名前",
    "two\nlines",
    "🦀",
    "\"quoted\" \\",
];

/// What things may be called.
const LABELS: [&str; 8] = [
    "core",
    "a",
    "two words",
    " padded ",
    "名前",
    "mcp__git__status",
    "🦀",
    "\"quoted\" \\",
];

/// Where projects may stand, whichever is free.
const PATHS: [&str; 8] = [
    "/",
    "/repo",
    "/repo/sub",
    "/Repo",
    "/home/me/名前",
    r"C:\repo",
    r"D:\repo",
    r"\\host\share\repo",
];

const GIT_REFS: [&str; 4] = [
    "0123456789abcdef0123456789abcdef01234567",
    "HEAD",
    "refs/checkpoints/1",
    "refs/日本",
];

const BRANCHES: [&str; 8] = [
    "main",
    "feature/login",
    "feature/login-2",
    "Main",
    "日本",
    "@",
    "a.b",
    "release/1.0",
];

/// How a path may be spelt otherwise: what is put behind it, and goes when it is normalised.
const DETOURS: [&str; 4] = ["", "/", "//.", "/.//"];

/// All of them, parsed once: a clone of one costs next to nothing.
pub(super) struct Pools {
    texts: Vec<Text>,
    notes: Vec<NonBlank>,
    labels: Vec<Label>,
    paths: Vec<ProjectPath>,
    git_refs: Vec<GitRef>,
    branches: Vec<BranchName>,
}

/// The pools.
pub(super) static POOLS: LazyLock<Pools> = LazyLock::new(|| Pools {
    texts: TEXTS.into_iter().map(Text::from).collect(),
    notes: parse_all(&NOTES),
    labels: parse_all(&LABELS),
    paths: parse_all(&PATHS),
    git_refs: parse_all(&GIT_REFS),
    branches: parse_all(&BRANCHES),
});

impl Pools {
    pub(super) fn text(&self, choice: usize) -> Text {
        pick(&self.texts, choice)
    }

    pub(super) fn note(&self, choice: usize) -> NonBlank {
        pick(&self.notes, choice)
    }

    pub(super) fn label(&self, choice: usize) -> Label {
        pick(&self.labels, choice)
    }

    pub(super) fn path(&self, choice: usize) -> ProjectPath {
        pick(&self.paths, choice)
    }

    pub(super) fn git_ref(&self, choice: usize) -> GitRef {
        pick(&self.git_refs, choice)
    }

    /// The branch names, from the chosen one on and round.
    pub(super) fn branches_from(&self, choice: usize) -> impl Iterator<Item = &BranchName> {
        let (before, after) = self.branches.split_at(choice % self.branches.len());
        after.iter().chain(before)
    }
}

/// A path that no other number gives, in one of its spellings.
pub(super) fn numbered_path(number: u64, spelling: usize) -> ProjectPath {
    parse(&format!("/home/me/project-{number}{}", pick(&DETOURS, spelling)))
}

/// The same path, made from another spelling of it.
pub(super) fn respelt(path: &ProjectPath, spelling: usize) -> ProjectPath {
    parse(&format!("{path}{}", pick(&DETOURS, spelling)))
}

/// A branch name that no other number gives.
pub(super) fn numbered_branch(number: u64) -> BranchName {
    parse(&format!("branch-{number}"))
}

fn pick<T: Clone>(values: &[T], choice: usize) -> T {
    values[choice % values.len()].clone()
}

fn parse_all<T: FromStr<Err: Debug>>(given: &[&str]) -> Vec<T> {
    given.iter().copied().map(parse).collect()
}

fn parse<T: FromStr<Err: Debug>>(given: &str) -> T {
    given.parse().expect("every value of the pools is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_same_however_it_is_spelt() {
        for choice in 0..PATHS.len() {
            let path = POOLS.path(choice);
            assert!(
                (0..DETOURS.len()).all(|spelling| respelt(&path, spelling) == path),
                "{path}"
            );
        }
    }
}
