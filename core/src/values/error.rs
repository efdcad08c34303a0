//! Why a value was refused.

use thiserror::Error;

/// How many characters of a refused value an error quotes.
const QUOTED_CHARACTERS: usize = 64;

/// A string that is no value of the type it was parsed as.
///
/// Displays the type, the refused text (its first 64 characters) and the broken rule:
/// `ProjectPath "repo" is not absolute: expected /…, X:\…, X:/… or \\host\share…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error)]
#[error("{value_type} {given:?} {rule}")]
pub struct ValueError {
    value_type: &'static str,
    given: String,
    rule: ValueRule,
}

impl ValueError {
    pub(crate) fn new(value_type: &'static str, given: &str, rule: ValueRule) -> Self {
        Self {
            value_type,
            given: given.chars().take(QUOTED_CHARACTERS).collect(),
            rule,
        }
    }

    /// The name of the type that refused the text, such as `ProjectPath`.
    #[must_use]
    pub const fn value_type(&self) -> &'static str {
        self.value_type
    }

    /// The refused text, cut after 64 characters.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The rule that was broken.
    #[must_use]
    pub const fn rule(&self) -> &ValueRule {
        &self.rule
    }
}

/// The rule that a refused value broke.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ValueRule {
    /// An id is a UUID.
    #[error("is no UUID: {reason}")]
    NotAUuid {
        /// What the UUID parser found wrong.
        reason: String,
    },
    /// A value of this type is not the empty string.
    #[error("is empty: expected at least one character")]
    Empty,
    /// A value of this type has something other than white space in it.
    #[error("is blank: expected something other than white space")]
    Blank,
    /// A value of this type has a greatest length.
    #[error("is too long: expected at most {limit} bytes, found {found}")]
    TooLong {
        /// The greatest length, in bytes of UTF-8.
        limit: usize,
        /// The length of the refused value, in bytes of UTF-8.
        found: usize,
    },
    /// A path is absolute.
    #[error(r"is not absolute: expected /…, X:\…, X:/… or \\host\share…")]
    NotAbsolute,
    /// A path holds no NUL character.
    #[error("holds a NUL character: expected none")]
    Nul,
    /// A path has no `..` segment: what it leads to depends on links that only the disk knows.
    #[error("has a `..` segment: expected a path without one")]
    ParentSegment,
    /// A network path names its host and its share.
    #[error(r"names no host and share: expected \\host\share…")]
    NoShare,
    /// A value of this type has no control character in it: a terminal would obey it.
    #[error("holds the control character {0:?}: expected none")]
    ControlCharacter(char),
    /// A git ref has no white space and no control character.
    #[error("has white space or a control character: expected neither")]
    SpaceOrControl,
    /// A branch name is one that git takes.
    #[error("is no branch name: {0}")]
    Branch(BranchRule),
}

/// The rule of `git check-ref-format --branch` that a refused branch name broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum BranchRule {
    /// `-…` reads as an option.
    #[error("it begins with `-`")]
    LeadingDash,
    /// `HEAD` names what is checked out.
    #[error("`HEAD` is reserved")]
    Head,
    /// A slash-separated component is empty: a slash at either end, or two together.
    #[error("it has an empty component: a `/` at an end, or two together")]
    EmptyComponent,
    /// A component begins with a dot.
    #[error("a component begins with `.`")]
    LeadingDot,
    /// A component ends in `.lock`, the name of git's own lock files.
    #[error("a component ends in `.lock`")]
    Lock,
    /// The name ends with a dot.
    #[error("it ends with `.`")]
    TrailingDot,
    /// `a..b` reads as a range.
    #[error("it holds `..`")]
    DoubleDot,
    /// `@{` begins git's shorthand for the reflog and for branches visited before.
    #[error("it holds `@{{`")]
    AtBrace,
    /// A character that git reserves: a space, a control character, or one of the punctuation marks named.
    #[error(r"it holds {0:?}: expected no space, control character or any of ~^:?*[\")]
    ForbiddenCharacter(char),
}

/// Refuses a text of more than `limit` bytes.
pub(super) fn check_length(given: &str, limit: usize) -> Result<(), ValueRule> {
    let found = given.len();
    if found > limit {
        return Err(ValueRule::TooLong { limit, found });
    }
    Ok(())
}
