//! The transition table in the readme is the one that exploration finds.

use std::sync::atomic::AtomicBool;

use model_tests::check::coverage::Coverage;
use model_tests::check::coverage::rules::Gaps;
use model_tests::search::explore::{Options, Progress, Scope, explore};
use model_tests::subject::Subject;

const README: &str = include_str!("../README.md");

#[test]
fn the_readme_has_the_transition_table_that_exploration_finds() {
    let mut coverage = Coverage::default();
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
    }
    assert_eq!(Gaps::of(&coverage), Gaps::default());
    let table = coverage.to_markdown();
    assert!(
        README.contains(&table),
        "to renew it: harness renew table; it should be\n\n{table}"
    );
}
