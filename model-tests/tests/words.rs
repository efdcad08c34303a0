//! Borderline texts are values just as two other opinions have it: the harness's own, and for branches that of git itself.

use std::path::Path;
use std::process::{Command, Stdio};

use model_tests::check::invariants::Findings;
use model_tests::check::laws::check_word;
use model_tests::generate::word;
use orchestration::BranchName;

/// How many words are tried.
const WORDS: u64 = 20_000;

/// How many words git is asked about: a process each.
const ASKED: u64 = 600;

#[test]
fn words_are_values_just_as_a_second_reading_of_the_rules_has_it() {
    let mut findings = Findings::default();
    for number in 0..WORDS {
        check_word(&word(number), &mut findings);
        assert_eq!(findings.violations, [], "word {number}");
    }
}

/// Whether git takes a word for a branch; nothing where git is not at hand. It is asked where there is no repository, so that
/// nothing stands for a branch that was visited before.
fn is_branch_to_git(word: &str, folder: &Path) -> Option<bool> {
    let asked = Command::new("git")
        .args(["check-ref-format", "--branch", word])
        .current_dir(folder)
        .env("GIT_CEILING_DIRECTORIES", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.ok().map(|status| status.success())
}

#[test]
fn a_branch_is_what_git_itself_takes_for_one() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    if is_branch_to_git("main", folder.path()).is_none() {
        eprintln!("git is not at hand: what it says of branches was not tried");
        return;
    }
    let (mut taken, mut refused) = (0, 0);
    // No program can be given a NUL.
    for word in (0..ASKED).map(word).filter(|word| !word.contains('\0')) {
        let expected = is_branch_to_git(&word, folder.path()).expect("git is at hand");
        assert_eq!(BranchName::parse(&word).is_ok(), expected, "{word:?}");
        *(if expected { &mut taken } else { &mut refused }) += 1;
    }
    assert!(taken > 50 && refused > 50, "git took {taken} and refused {refused}");
}
