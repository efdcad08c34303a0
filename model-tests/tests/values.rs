//! Values: what the core takes for a path, a branch or a ref, and a second opinion in regular expressions.
//!
//! Random texts over the characters that matter, so that about half of them are refused.

use std::str::FromStr;

use orchestration::{BranchName, GitRef, Label, NonBlank, ProjectPath, ToolCallId, ValueError};
use proptest::prelude::*;
use regex_lite::Regex;

/// How many texts are tried for each value.
const CASES: u32 = 5_000;

fn is_match(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).expect("the pattern is one").is_match(text)
}

fn replace(pattern: &str, text: &str, by: &str) -> String {
    let pattern = Regex::new(pattern).expect("the pattern is one");
    pattern.replace_all(text, by).into_owned()
}

/// What becomes of a text, if it is taken.
fn parsed<T: FromStr<Err = ValueError> + ToString>(text: &str) -> Option<String> {
    match text.parse::<T>() {
        Ok(value) => Some(value.to_string()),
        Err(error) => {
            assert_names_it::<T>(&error, text);
            None
        }
    }
}

/// A refusal names the type, and quotes the beginning of the text.
fn assert_names_it<T>(error: &ValueError, text: &str) {
    let name = std::any::type_name::<T>().rsplit("::").next();
    assert_eq!(Some(error.value_type()), name);
    let beginning: String = text.chars().take(64).collect();
    assert_eq!(error.given(), beginning);
    assert!(
        error
            .to_string()
            .starts_with(&format!("{} {beginning:?} ", error.value_type())),
        "{error}"
    );
}

/// A branch, as git's documentation has it.
fn branch(text: &str) -> Option<String> {
    let refused = r"^$|^-|^HEAD$|[\x00-\x1f\x7f ~^:?*\[\\]|\.\.|@\{|\.$|^/|/$|//|(^|/)\.|\.lock(/|$)";
    (!is_match(refused, text)).then(|| text.to_owned())
}

/// A path with the superfluous taken out of it, one thing after the other.
fn path(text: &str) -> Option<String> {
    if text.len() > 4096 || text.contains('\0') {
        return None;
    }
    if text.starts_with('/') {
        return plain(text);
    }
    let text = text.replace('/', r"\");
    if is_match(r"^[A-Za-z]:\\", &text) {
        let path = plain(&text[2..].replace('\\', "/"))?;
        return Some(text[..1].to_uppercase() + ":" + &path.replace('/', r"\"));
    }
    // The first two are backslashes, in the text as it was given.
    let is_network = is_match(r"^\\\\[^\\]+\\", &text) && !is_match(r"^\\\\[.?]\\", &text);
    let path = plain(&text.get(1..)?.replace('\\', "/"))?;
    (is_network && path.matches('/').count() >= 2).then(|| r"\".to_owned() + &path.replace('/', r"\"))
}

/// A path with slashes.
fn plain(text: &str) -> Option<String> {
    if is_match(r"/\.\.(/|$)", text) {
        return None;
    }
    let mut path = text.to_owned();
    loop {
        let shorter = replace(r"(.)/$", &replace(r"/\.?/", &replace(r"/\.$", &path, "/"), "/"), "$1");
        if shorter == path {
            return Some(path);
        }
        path = shorter;
    }
}

/// Texts that are made of these pieces.
fn texts(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(pieces), 0..most).prop_map(|pieces| pieces.concat())
}

fn agree<T>(texts: impl Strategy<Value = String>, opinion: fn(&str) -> Option<String>)
where
    T: FromStr<Err = ValueError> + ToString,
{
    let config = ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let taken = std::cell::Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let result = runner.run(&texts, |text| {
        let expected = opinion(&text);
        taken.set(taken.get() + u32::from(expected.is_some()));
        prop_assert_eq!(parsed::<T>(&text), expected, "{:?}", text);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let taken = taken.get();
    assert!((CASES / 20..CASES).contains(&taken), "{taken} of {CASES} were taken");
}

#[test]
fn a_branch_is_what_git_takes_for_one() {
    let pieces = &[
        "a", "b", "-", "/", "/", ".", "@", "{", "HEAD", ".lock", ".LOCK", "~", " ", "\u{7f}", "ü", "\u{85}",
    ];
    agree::<BranchName>(texts(pieces, 7), branch);
}

#[test]
fn a_unix_path_is_one_without_what_is_superfluous() {
    let pieces = &["/", "/", "/", ".", "a", "b c", "\\", "ü", "..", "..a", "\0"];
    agree::<ProjectPath>(texts(pieces, 9).prop_map(|text| "/".to_owned() + &text), path);
}

#[test]
fn a_path_has_a_root() {
    let pieces = &["/", "\\", "\\\\", "C:", "c", ":", ".", "a", "?", "host"];
    agree::<ProjectPath>(texts(pieces, 6), |text| {
        // What begins with one of each is neither a network's nor a drive's.
        if text.starts_with(r"\/") {
            return None;
        }
        path(text)
    });
}

#[test]
fn a_text_is_no_longer_than_it_may_be() {
    for length in [4_095, 4_096, 4_097, 5_000] {
        let text = "/".to_owned() + &"a".repeat(length - 1);
        assert_eq!(parsed::<ProjectPath>(&text), path(&text), "{length}");
    }
    for length in [1_023, 1_024, 1_025, 2_000] {
        let text = "a".repeat(length);
        assert_eq!(parsed::<GitRef>(&text), (length <= 1_024).then_some(text));
    }
}

#[test]
fn a_ref_has_no_space_and_no_control_character() {
    let pieces = &[
        "a", "0", "/", "-", "~", "ü", " ", "\n", "\u{85}", "\u{a0}", "\u{0}", "\u{1b}",
    ];
    agree::<GitRef>(texts(pieces, 4), |text| {
        let refused = "\u{85}\u{a0}";
        let is_refused = is_match(r"^$|[\x00-\x20\x7f]", text) || text.contains(|c| refused.contains(c));
        (!is_refused).then(|| text.to_owned())
    });
}

#[test]
fn what_is_not_blank_stays_as_it_is() {
    let pieces = &["a", " ", "\n", "\t", "\u{a0}", "\u{2003}", "ü"];
    agree::<NonBlank>(texts(pieces, 4), |text| {
        let seen: String = text.chars().filter(|c| !" \n\t\u{a0}\u{2003}".contains(*c)).collect();
        (!seen.is_empty()).then(|| text.to_owned())
    });
}

#[test]
fn a_label_is_not_blank_has_no_control_character_and_stays_as_it_is() {
    let pieces = &[
        "a", " ", "\n", "\u{a0}", "ü", "\u{85}", "\u{0}", "\u{1b}", "\u{7f}", "\u{9f}",
    ];
    agree::<Label>(texts(pieces, 4), |text| {
        let is_seen = text.contains(['a', 'ü']);
        let is_plain = !is_match(r"[\x00-\x1f\x7f]", text) && !text.contains(['\u{85}', '\u{9f}']);
        (is_seen && is_plain).then(|| text.to_owned())
    });
}

#[test]
fn a_label_has_at_most_1024_bytes() {
    for length in [1, 1_023, 1_024, 1_025, 1_026] {
        for letter in ["a", "ü"] {
            let text = letter.repeat(length / letter.len()) + &"a".repeat(length % letter.len());
            assert_eq!(parsed::<Label>(&text), (length <= 1_024).then_some(text));
        }
    }
}

#[test]
fn an_id_of_a_tool_call_is_any_short_text() {
    const LONG: &str = match std::str::from_utf8(&[b'c'; 300]) {
        Ok(text) => text,
        Err(_) => "",
    };
    let pieces = &["a", " ", "\n", "ü", LONG];
    agree::<ToolCallId>(texts(pieces, 9), |text| {
        (1..=1_024).contains(&text.len()).then(|| text.to_owned())
    });
}
