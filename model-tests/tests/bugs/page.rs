//! The page of the planted bugs is what the program writes.

use std::process::Command;

use model_tests::proof::page::RENEWAL;
use similar::TextDiff;

const PAGE: &str = include_str!("../../BUGS.md");

#[test]
fn the_page_of_the_planted_bugs_is_the_one_that_is_generated() {
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["bugs", "--page"])
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let page = String::from_utf8(output.stdout).expect("it is text");
    let difference = TextDiff::from_lines(PAGE, &page);
    assert!(
        PAGE == page,
        "BUGS.md is not what is generated. To renew it: {RENEWAL}\n{}",
        difference.unified_diff()
    );
}

#[test]
fn the_head_of_the_page_says_how_to_renew_it() {
    let head: Vec<_> = PAGE.lines().take(5).collect();
    assert!(head.iter().any(|line| line.contains(RENEWAL)), "{head:?}");
}
