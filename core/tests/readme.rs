//! The program of the README is that of the crate's front page.

const README: &str = include_str!("../../README.md");
const FRONT_PAGE: &str = include_str!("../src/lib.rs");

/// The text of a module's documentation.
fn documentation(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    text.join("\n")
}

/// What stands between an opening fence and the next closing one.
fn code_behind<'a>(text: &'a str, fence: &str) -> &'a str {
    let (_, code) = text.split_once(fence).expect("the fence is there");
    code.split_once("```").expect("it is closed").0
}

#[test]
fn the_front_page_begins_with_the_program_of_the_readme() {
    let readme = code_behind(README, "```rust\n");
    let documentation = documentation(FRONT_PAGE);
    let front_page = code_behind(&documentation, "```\n");
    let same: String = front_page.split_inclusive('\n').take(readme.lines().count()).collect();
    assert_eq!(readme, same);
    assert!(readme.contains("store.append(&batch)"), "{readme}");
}

#[test]
fn the_readme_and_the_front_page_say_the_same_about_versions() {
    let section = |text: &str, heading: &str| -> String {
        let (_, section) = text.split_once(heading).expect("the section is there");
        let (paragraph, _) = section.trim_start().split_once("\n\n").expect("a paragraph");
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        section(README, "### Versions"),
        section(&documentation(FRONT_PAGE), "# Versions\n")
    );
}
