//! Where a project stands on its disk.

use std::sync::Arc;

use super::ValueRule;
use super::error::check_length;
use super::strings::string_value;

/// The greatest length of a [`ProjectPath`], in bytes: Linux's `PATH_MAX`.
const PATH_LIMIT: usize = 4096;

string_value! {
    /// An absolute path, normalised lexically, so that one folder is spelt one way: two projects cannot share it
    /// as `/repo` and `/repo/`.
    ///
    /// Absolute is `/…`, `X:\…`, `X:/…` or `\\host\share…`. Repeated separators collapse, `.` segments and a trailing
    /// separator go; `..` is refused, since what it leads to depends on links that only the disk knows. On a path of
    /// the last three kinds `/` and `\` both separate, and come out as `\`; the drive's letter comes out in upper case.
    /// At most 4096 bytes, no NUL.
    ProjectPath,
    parse_path,
    arbitrary |given| match parse_path(&format!("/{given}")) {
        Ok(path) => path,
        Err(_) => Arc::from("/project"),
    }
}

fn parse_path(given: &str) -> Result<Arc<str>, ValueRule> {
    check_length(given, PATH_LIMIT)?;
    if given.contains('\0') {
        return Err(ValueRule::Nul);
    }
    let kind = PathKind::of(given).ok_or(ValueRule::NotAbsolute)?;
    kind.normalise().map(Arc::from)
}

/// The kinds of absolute path, each with what stands behind its root.
enum PathKind<'a> {
    /// `/rest`
    Unix { rest: &'a str },
    /// `X:\rest`
    Drive { letter: char, rest: &'a str },
    /// `\\rest`, where `rest` begins with a host and a share
    Network { rest: &'a str },
}

impl<'a> PathKind<'a> {
    fn of(given: &'a str) -> Option<Self> {
        if let Some(rest) = given.strip_prefix('/') {
            return Some(Self::Unix { rest });
        }
        if let Some(rest) = given.strip_prefix(r"\\") {
            return Some(Self::Network { rest });
        }
        let (letter, rest) = given.split_once(':')?;
        let mut characters = letter.chars();
        let letter = characters.next().filter(char::is_ascii_alphabetic)?;
        let is_root = characters.next().is_none() && rest.starts_with(is_windows_separator);
        is_root.then_some(Self::Drive { letter, rest })
    }

    fn normalise(&self) -> Result<String, ValueRule> {
        match self {
            Self::Unix { rest } => Ok(format!("/{}", join(rest.split('/'), "/")?)),
            Self::Drive { letter, rest } => {
                let path = join(rest.split(is_windows_separator), r"\")?;
                Ok(format!(r"{}:\{path}", letter.to_ascii_uppercase()))
            }
            Self::Network { rest } => {
                check_share(rest)?;
                Ok(format!(r"\\{}", join(rest.split(is_windows_separator), r"\")?))
            }
        }
    }
}

/// Joins the segments that say something.
fn join<'a>(segments: impl Iterator<Item = &'a str>, separator: &str) -> Result<String, ValueRule> {
    let mut joined = String::new();
    for segment in segments {
        match segment {
            "" | "." => {}
            ".." => return Err(ValueRule::ParentSegment),
            name => {
                if !joined.is_empty() {
                    joined.push_str(separator);
                }
                joined.push_str(name);
            }
        }
    }
    Ok(joined)
}

/// Requires a host and a share. `\\.\` and `\\?\` begin device names, which are no folders.
fn check_share(rest: &str) -> Result<(), ValueRule> {
    let (host, path) = rest.split_once(is_windows_separator).ok_or(ValueRule::NoShare)?;
    let has_share = path
        .split(is_windows_separator)
        .any(|segment| !matches!(segment, "" | "."));
    if matches!(host, "" | "." | "?") || !has_share {
        return Err(ValueRule::NoShare);
    }
    Ok(())
}

fn is_windows_separator(character: char) -> bool {
    matches!(character, '/' | '\\')
}
