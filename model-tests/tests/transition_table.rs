//! The transition table and the picture in the readmes are those that exploration finds.

use std::sync::atomic::AtomicBool;

use model_tests::check::coverage::rules::Gaps;
use model_tests::check::coverage::{Arrows, Coverage};
use model_tests::search::explore::{Options, Progress, Scope, explore};
use model_tests::subject::Subject;

const README: &str = include_str!("../README.md");
const FRONT_PAGE: &str = include_str!("../../README.md");

#[test]
fn the_readmes_have_the_transition_table_and_the_picture_that_exploration_finds() {
    let (mut coverage, mut arrows) = (Coverage::default(), Arrows::default());
    for scope in [Scope::SMALL, Scope::TWO_APPROVALS] {
        let explored = explore(
            Subject::CORE,
            &Options::new(scope),
            &Progress::default(),
            &AtomicBool::new(false),
        );
        let explored = explored.expect("threads can be started");
        assert!(explored.found.is_none(), "{:?}", explored.found);
        coverage.add(&explored.coverage);
        arrows.add(&explored.arrows);
    }
    assert_eq!(Gaps::of(&coverage), Gaps::default());
    let table = coverage.to_markdown();
    assert!(
        README.contains(&table),
        "to renew it: harness renew table; it should be\n\n{table}"
    );
    let picture = format!("```mermaid\n{}```\n", arrows.to_mermaid());
    assert!(
        FRONT_PAGE.contains(&picture),
        "to renew it: harness renew picture; it should be\n\n{picture}"
    );
}
