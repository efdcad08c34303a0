//! Branch names and git refs: what git takes, and which rule it breaks if it does not.

use orchestration::values::{BranchName, BranchRule, GitRef, ValueRule};

fn branch_rule(given: &str) -> Option<BranchRule> {
    match BranchName::parse(given).err()?.rule() {
        ValueRule::Branch(rule) => Some(*rule),
        other => panic!("{given:?} breaks {other:?}"),
    }
}

#[test]
fn branch_names_that_git_accepts_are_accepted() {
    for name in [
        "main",
        "feature/login",
        "@",
        "@a",
        "a@",
        "x/@",
        "@/x",
        "a.b",
        "refs/heads/x",
        "a/HEAD",
        "a.LOCK",
        "a/-b",
        "ü",
        "a\u{85}b",
        "a\u{a0}b",
        "{a}",
    ] {
        assert_eq!(
            BranchName::parse(name).map(|branch| branch.to_string()).as_deref(),
            Ok(name)
        );
    }
}

#[test]
fn branch_names_that_git_refuses_are_refused_with_their_rule() {
    use BranchRule as Rule;
    for (name, rule) in [
        ("", Rule::EmptyComponent),
        ("/a", Rule::EmptyComponent),
        ("a/", Rule::EmptyComponent),
        ("a//b", Rule::EmptyComponent),
        ("-a", Rule::LeadingDash),
        ("HEAD", Rule::Head),
        (".a", Rule::LeadingDot),
        ("a/.b", Rule::LeadingDot),
        ("a.lock", Rule::Lock),
        ("a.lock/b", Rule::Lock),
        ("a.", Rule::TrailingDot),
        ("a..b", Rule::DoubleDot),
        ("a@{b", Rule::AtBrace),
        ("@{-1}", Rule::AtBrace),
        ("a b", Rule::ForbiddenCharacter(' ')),
        ("a\0b", Rule::ForbiddenCharacter('\0')),
        ("a\u{7f}b", Rule::ForbiddenCharacter('\u{7f}')),
        ("a~b", Rule::ForbiddenCharacter('~')),
        ("a^b", Rule::ForbiddenCharacter('^')),
        ("a:b", Rule::ForbiddenCharacter(':')),
        ("a?b", Rule::ForbiddenCharacter('?')),
        ("a*b", Rule::ForbiddenCharacter('*')),
        ("a[b", Rule::ForbiddenCharacter('[')),
        ("a\\b", Rule::ForbiddenCharacter('\\')),
    ] {
        assert_eq!(branch_rule(name), Some(rule), "{name:?}");
    }
}

#[test]
fn a_git_ref_is_kept_as_given_up_to_its_limit() {
    for given in ["68b152fd", "refs/heads/main", "HEAD~1", &"a".repeat(1024)] {
        assert_eq!(
            GitRef::parse(given).map(|git_ref| git_ref.to_string()).as_deref(),
            Ok(given)
        );
    }
}

#[test]
fn a_git_ref_with_white_space_a_control_character_or_nothing_in_it_is_refused() {
    for (given, rule) in [
        ("", ValueRule::Blank),
        (" \t", ValueRule::Blank),
        ("a b", ValueRule::SpaceOrControl),
        ("a\n", ValueRule::SpaceOrControl),
        ("a\0", ValueRule::SpaceOrControl),
        ("a\u{2003}b", ValueRule::SpaceOrControl),
        ("a\u{85}b", ValueRule::SpaceOrControl),
        (
            &"a".repeat(1025),
            ValueRule::TooLong {
                limit: 1024,
                found: 1025,
            },
        ),
    ] {
        assert_eq!(
            GitRef::parse(given).map_err(|error| error.rule().clone()),
            Err(rule),
            "{given:?}"
        );
    }
}
