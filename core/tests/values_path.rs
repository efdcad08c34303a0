//! Paths of projects: how they are normalised, and which rule one breaks.

use orchestration::values::{ProjectPath, ValueRule};

#[test]
fn a_path_is_normalised_lexically() {
    for (given, expected) in [
        ("/", "/"),
        ("//", "/"),
        ("/repo", "/repo"),
        ("/repo/", "/repo"),
        ("//a///b/./c/.", "/a/b/c"),
        ("/.", "/"),
        ("/a b/ü", "/a b/ü"),
        (r"/a\b", r"/a\b"),
        ("/...", "/..."),
        ("/..a/b..", "/..a/b.."),
        (r"C:\", r"C:\"),
        ("C:/", r"C:\"),
        ("c:/Users//me/./repo/", r"C:\Users\me\repo"),
        (r"C:\Users\me\", r"C:\Users\me"),
        (r"\\host\share", r"\\host\share"),
        (r"\\host\share\\a\.\", r"\\host\share\a"),
        (r"\\host/share/a", r"\\host\share\a"),
    ] {
        let path = ProjectPath::parse(given);
        assert_eq!(path.as_ref().map(ProjectPath::as_str), Ok(expected), "{given:?}");
        assert_eq!(ProjectPath::parse(expected), path, "normalising {given:?} twice");
    }
}

#[test]
fn what_is_no_absolute_path_is_refused_with_its_rule() {
    for (given, rule) in [
        ("", ValueRule::NotAbsolute),
        ("repo", ValueRule::NotAbsolute),
        ("./repo", ValueRule::NotAbsolute),
        ("~/repo", ValueRule::NotAbsolute),
        (r"\repo", ValueRule::NotAbsolute),
        ("C:", ValueRule::NotAbsolute),
        ("C:repo", ValueRule::NotAbsolute),
        ("CD:/repo", ValueRule::NotAbsolute),
        ("1:/repo", ValueRule::NotAbsolute),
        ("/a/../b", ValueRule::ParentSegment),
        ("/..", ValueRule::ParentSegment),
        (r"C:\a\..\b", ValueRule::ParentSegment),
        (r"\\host\..\a", ValueRule::ParentSegment),
        ("/a\0b", ValueRule::Nul),
        (r"\\", ValueRule::NoShare),
        (r"\\host", ValueRule::NoShare),
        (r"\\host\", ValueRule::NoShare),
        (r"\\.\pipe", ValueRule::NoShare),
        (r"\\?\C:\a", ValueRule::NoShare),
        (
            &format!("/{}", "a".repeat(4096)),
            ValueRule::TooLong {
                limit: 4096,
                found: 4097,
            },
        ),
    ] {
        assert_eq!(
            ProjectPath::parse(given).map_err(|error| error.rule().clone()),
            Err(rule),
            "{given:?}"
        );
    }
}

#[test]
fn a_path_of_exactly_the_greatest_length_is_accepted() {
    assert!(ProjectPath::parse(format!("/{}", "a".repeat(4095))).is_ok());
}
