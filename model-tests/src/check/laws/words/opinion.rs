//! What may be said, by a second opinion that shares no code with the core: for each type of value the rules that a text breaks,
//! and what becomes of one that breaks none.

use orchestration::values::{BranchRule, ValueRule};

/// The most bytes of a path.
const PATH_LIMIT: usize = 4_096;

/// The most bytes of every other text that has a limit.
const LIMIT: usize = 1_024;

/// What is thought of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opinion {
    /// What is kept of it, if it breaks no rule.
    pub(super) kept: String,
    /// All the rules that it breaks. Which of them a refusal names is the refuser's choice.
    pub(super) broken: Vec<ValueRule>,
}

impl Opinion {
    /// A text that is kept as it is given.
    fn as_given<const RULES: usize>(text: &str, broken: [Option<ValueRule>; RULES]) -> Self {
        Self {
            kept: text.to_owned(),
            broken: broken.into_iter().flatten().collect(),
        }
    }
}

pub(super) fn label(text: &str) -> Opinion {
    let control = text.chars().find(|c| is_control(*c));
    let rules = [
        is_blank(text).then_some(ValueRule::Blank),
        control.map(ValueRule::ControlCharacter),
        too_long(text, LIMIT),
    ];
    Opinion::as_given(text, rules)
}

pub(super) fn non_blank(text: &str) -> Opinion {
    Opinion::as_given(text, [is_blank(text).then_some(ValueRule::Blank)])
}

pub(super) fn tool_call_id(text: &str) -> Opinion {
    let is_empty = text.is_empty();
    Opinion::as_given(text, [is_empty.then_some(ValueRule::Empty), too_long(text, LIMIT)])
}

pub(super) fn git_ref(text: &str) -> Opinion {
    let is_spaced = text.chars().any(|c| is_white(c) || is_control(c));
    let rules = [
        is_blank(text).then_some(ValueRule::Blank),
        is_spaced.then_some(ValueRule::SpaceOrControl),
        too_long(text, LIMIT),
    ];
    Opinion::as_given(text, rules)
}

/// The rules of `git check-ref-format --branch`, in the order of git's own manual.
pub(super) fn branch(text: &str) -> Opinion {
    let parts = || text.split('/');
    let is_forbidden = |c: &char| matches!(c, '\0'..=' ' | '\u{7f}' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    let forbidden = text.chars().find(is_forbidden);
    let rules = [
        parts()
            .any(|part| part.starts_with('.'))
            .then_some(BranchRule::LeadingDot),
        parts()
            .any(|part| part.as_bytes().ends_with(b".lock"))
            .then_some(BranchRule::Lock),
        text.contains("..").then_some(BranchRule::DoubleDot),
        forbidden.map(BranchRule::ForbiddenCharacter),
        parts().any(str::is_empty).then_some(BranchRule::EmptyComponent),
        text.ends_with('.').then_some(BranchRule::TrailingDot),
        text.contains("@{").then_some(BranchRule::AtBrace),
        text.starts_with('-').then_some(BranchRule::LeadingDash),
        (text == "HEAD").then_some(BranchRule::Head),
    ];
    Opinion::as_given(text, rules.map(|rule| rule.map(ValueRule::Branch)))
}

/// A UUID in one of its spellings: with hyphens, without, in braces, or as a URN. Kept in lower case, with hyphens. Why another
/// text is none is the refuser's to say.
pub(super) fn uuid(text: &str) -> Opinion {
    let braced = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let hyphenated = braced.or_else(|| text.strip_prefix("urn:uuid:")).unwrap_or(text);
    let lengths: Vec<_> = hyphenated.split('-').map(str::len).collect();
    let is_plain = hyphenated == text && lengths == [32];
    let digits: String = hyphenated.chars().filter(|c| *c != '-').collect();
    let is_one = (is_plain || lengths == [8, 4, 4, 4, 12]) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut kept = digits.to_ascii_lowercase();
    if is_one {
        for place in [20, 16, 12, 8] {
            kept.insert(place, '-');
        }
    }
    let reason = String::new();
    Opinion {
        kept,
        broken: if is_one {
            Vec::new()
        } else {
            vec![ValueRule::NotAUuid { reason }]
        },
    }
}

pub(super) fn path(text: &str) -> Opinion {
    let mut broken: Vec<_> = too_long(text, PATH_LIMIT).into_iter().collect();
    if text.contains('\0') {
        broken.push(ValueRule::Nul);
    }
    // On Windows both separate, and one is written.
    let windows = text.replace('/', r"\");
    let (root, separator, rest) = match (text.as_bytes(), windows.as_bytes()) {
        ([b'/', ..], _) => ("/".to_owned(), '/', &text[1..]),
        ([b'\\', b'\\', ..], _) => (r"\\".to_owned(), '\\', &windows[2..]),
        (_, [letter, b':', b'\\', ..]) if letter.is_ascii_alphabetic() => {
            (windows[..3].to_ascii_uppercase(), '\\', &windows[3..])
        }
        _ => {
            broken.push(ValueRule::NotAbsolute);
            return Opinion {
                kept: String::new(),
                broken,
            };
        }
    };
    let names: Vec<_> = rest
        .split(separator)
        .filter(|name| !matches!(*name, "" | "."))
        .collect();
    if names.contains(&"..") {
        broken.push(ValueRule::ParentSegment);
    }
    let host = rest.split(separator).next().unwrap_or_default();
    // A host that is none is not among the names, or is one that begins a device.
    if root == r"\\" && (matches!(host, "" | "." | "?") || names.len() < 2) {
        broken.push(ValueRule::NoShare);
    }
    Opinion {
        kept: root + &names.join(&separator.to_string()),
        broken,
    }
}

fn too_long(text: &str, limit: usize) -> Option<ValueRule> {
    let found = text.len();
    (found > limit).then_some(ValueRule::TooLong { limit, found })
}

fn is_blank(text: &str) -> bool {
    text.chars().all(is_white)
}

/// Unicode's `White_Space`, one by one.
const fn is_white(c: char) -> bool {
    matches!(
        c,
        '\u{9}'..='\u{d}'
            | ' '
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// Unicode's category Cc.
const fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}
