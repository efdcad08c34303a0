//! The law finds what is wrong with a value, whatever that is.

use orchestration::values::{BranchRule, ValueRule};
use orchestration::{Label, ProjectPath, ToolCallId};

use super::opinion::{self, Opinion};
use super::{check_word, check_words, fault, fault_of_json, untold};
use crate::check::invariants::{Findings, Invariant};

fn label(word: &str) -> Result<String, orchestration::ValueError> {
    Label::parse(word).map(|label| label.to_string())
}

#[test]
fn borderline_words_are_what_the_core_takes_them_for() {
    let long = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len()) + &"a".repeat(bytes % unit.len());
    let mut findings = Findings::default();
    for word in [
        "",
        " ",
        "\u{a0}",
        "\u{feff}",
        "\u{2028}",
        "\u{85}",
        "é:\\",
        "\u{212a}:\\",
        "İ:\\",
        "...",
        "/...",
        "/..",
        "/a/.",
        "a/.",
        "//",
        r"\\",
        r"\\h\s",
        r"\\?\C:\a",
        r"c:/a\/.",
        "@",
        "@{",
        "HEAD",
        "a.lock",
        "a\0b",
        "{6f9619ff-8b86-4d01-b42d-00c04fc964ff}",
        "urn:uuid:6f9619ff-8b86-4d01-b42d-00c04fc964ff",
    ] {
        check_word(word, &mut findings);
    }
    for bytes in [1_023, 1_024, 1_025, 4_095, 4_096, 4_097] {
        for unit in ["a", "é", "名", "🦀", "e\u{301}"] {
            check_word(&long(unit, bytes), &mut findings);
            check_word(&("/".to_owned() + &long(unit, bytes - 1)), &mut findings);
        }
    }
    assert_eq!(findings.violations, []);
    assert!(findings.tally.of(Invariant::R3).premise_held > 900);
}

#[test]
fn a_value_that_is_taken_though_it_breaks_a_rule_is_found() {
    let found = fault("Label", " ", &opinion::label(" "), &Ok(" ".to_owned()));
    assert!(found.is_some_and(|fault| fault.contains("Blank")));
}

#[test]
fn a_value_that_is_refused_though_it_breaks_no_rule_is_found() {
    let refusal = label("\u{1b}");
    let found = fault("Label", "\u{1b}", &opinion::non_blank("\u{1b}"), &refusal);
    assert!(found.is_some_and(|fault| fault.contains("ControlCharacter")));
}

#[test]
fn a_value_that_is_kept_otherwise_is_found() {
    let opinion = opinion::path("//a/");
    assert_eq!(opinion.kept, "/a");
    let found = fault("ProjectPath", "//a/", &opinion, &Ok("//a".to_owned()));
    assert!(found.is_some_and(|fault| fault.contains("to be kept")));
}

#[test]
fn a_refusal_for_another_rule_or_with_other_numbers_or_another_name_is_found() {
    let word = "é".repeat(600);
    let refusal = label(&word);
    assert_eq!(fault("Label", &word, &opinion::label(&word), &refusal), None);
    // As one that counts characters would have it.
    let (limit, found) = (1_024, 600);
    let counting = Opinion {
        kept: String::new(),
        broken: vec![ValueRule::TooLong { limit, found }],
    };
    assert!(fault("Label", &word, &counting, &refusal).is_some());
    assert!(fault("GitRef", &word, &opinion::label(&word), &refusal).is_some());
    assert!(fault("Label", "another", &opinion::label(&word), &refusal).is_some());
    let refusal = ToolCallId::parse("").map(|id| id.to_string());
    assert!(fault("ToolCallId", "", &opinion::non_blank(""), &refusal).is_some());
}

#[test]
fn the_texts_in_json_are_looked_at() {
    let tally = |bytes: &[u8]| {
        let mut findings = Findings::default();
        check_words(bytes, &mut findings);
        assert_eq!(findings.violations, []);
        findings.tally.of(Invariant::R3).premise_held
    };
    let of_a_word = tally(b"a");
    assert_eq!(tally(br#"{"a":["b",{"c":"d"}],"e":7}"#), 3 * of_a_word);
    assert_eq!(tally(b"\xff"), 0);
    assert!(ProjectPath::parse("/").is_ok());
}

#[test]
fn what_a_rule_holds_and_its_text_does_not_tell_is_found() {
    let too_long = ValueRule::TooLong { limit: 10, found: 12 };
    assert_eq!(untold(&too_long, "it has 12 bytes, of at most 10"), None);
    assert_eq!(untold(&too_long, "it has 12 bytes"), Some("10".to_owned()));
    assert_eq!(untold(&too_long, "it may have 10 bytes"), Some("12".to_owned()));
    let reason = "it is too short".to_owned();
    assert_eq!(
        untold(&ValueRule::NotAUuid { reason: reason.clone() }, "it is no UUID"),
        Some(reason)
    );
    assert_eq!(
        untold(&ValueRule::ControlCharacter('\n'), "it is bad"),
        Some("'\\n'".to_owned())
    );
    let forbidden = ValueRule::Branch(BranchRule::ForbiddenCharacter('~'));
    assert_eq!(untold(&forbidden, "it is bad"), Some("'~'".to_owned()));
    assert_eq!(untold(&ValueRule::Blank, ""), None);
}

/// A text that JSON reads in lower case, and writes with a mark.
#[derive(serde::Deserialize)]
#[serde(from = "String")]
struct Changed(String);

impl From<String> for Changed {
    fn from(text: String) -> Self {
        Self(text.to_lowercase())
    }
}

impl std::fmt::Display for Changed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl serde::Serialize for Changed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}!", self.0))
    }
}

#[test]
fn a_value_that_json_reads_or_writes_otherwise_is_found() {
    let told = |word: &str| fault_of_json(word, &Ok(Changed(word.to_owned()))).expect("it is found");
    assert_eq!(told("A"), r#"by hand it is Ok("A"), and from JSON Ok("a")"#);
    assert_eq!(told("a"), r#"it is a, and written as Some(String("a!"))"#);
    assert_eq!(fault_of_json("a", &Ok("a".to_owned())), None);
}
