//! What git calls things.

use std::sync::Arc;

use super::error::check_length;
use super::strings::{check_not_blank, string_value};
use super::{BranchRule, ValueRule};

/// The greatest length of a [`GitRef`], in bytes.
const GIT_REF_LIMIT: usize = 1024;

string_value! {
    /// A commit hash or a ref name: not blank, no white space or control characters, at most 1024 bytes.
    GitRef,
    |given| {
        check_not_blank(given)?;
        check_length(given, GIT_REF_LIMIT)?;
        if given.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(ValueRule::SpaceOrControl);
        }
        Ok(Arc::from(given))
    },
    arbitrary |given| match GitRef::parse(given) {
        Ok(git_ref) => git_ref.0,
        Err(_) => Arc::from("0123abcd"),
    }
}

string_value! {
    /// A branch name: what `git check-ref-format --branch` accepts, without the `@{-N}` shorthand.
    ///
    /// The rules are those of git's own documentation of `check-ref-format`, tried against git 2.47.
    BranchName,
    |given| {
        check_branch(given).map_err(ValueRule::Branch)?;
        Ok(Arc::from(given))
    },
    arbitrary |given| match BranchName::parse(given) {
        Ok(branch) => branch.0,
        Err(_) => Arc::from("main"),
    }
}

fn check_branch(given: &str) -> Result<(), BranchRule> {
    if given.starts_with('-') {
        return Err(BranchRule::LeadingDash);
    }
    if given == "HEAD" {
        return Err(BranchRule::Head);
    }
    if let Some(character) = given.chars().find(|c| is_forbidden_in_branch(*c)) {
        return Err(BranchRule::ForbiddenCharacter(character));
    }
    if given.contains("..") {
        return Err(BranchRule::DoubleDot);
    }
    if given.contains("@{") {
        return Err(BranchRule::AtBrace);
    }
    if given.ends_with('.') {
        return Err(BranchRule::TrailingDot);
    }
    given.split('/').try_for_each(check_component)
}

fn check_component(component: &str) -> Result<(), BranchRule> {
    if component.is_empty() {
        return Err(BranchRule::EmptyComponent);
    }
    if component.starts_with('.') {
        return Err(BranchRule::LeadingDot);
    }
    // Git compares bytes: `.LOCK` is no lock file to it.
    if component.as_bytes().ends_with(b".lock") {
        return Err(BranchRule::Lock);
    }
    Ok(())
}

/// Git refuses the ASCII control characters only: U+0085, say, is a letter like any other to it.
fn is_forbidden_in_branch(character: char) -> bool {
    character.is_ascii_control() || " ~^:?*[\\".contains(character)
}
