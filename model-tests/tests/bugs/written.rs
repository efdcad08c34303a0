//! The page of the planted bugs shows what the searches find of them.

use model_tests::proof::bugs::{BUGS, Bug};
use model_tests::proof::page::{Entry, HUNTERS, page};

use super::finds;

/// The entry of a bug on the page.
fn entry(bug: &Bug) -> Entry {
    let finds = HUNTERS.iter().flat_map(finds::on_page);
    let of_bug = finds.filter(|find| find.bug.id == bug.id);
    Entry::from_failures(bug, of_bug.map(|find| find.failure.clone()).collect())
}

// It comes last by its name, when the other tests have hunted what it looks at.
#[test]
fn the_page_shows_what_is_found_now() {
    let entries: Vec<_> = BUGS.iter().map(entry).collect();
    let is_fresh = page(&entries) == include_str!("../../BUGS.md");
    assert!(is_fresh, "BUGS.md is stale: harness renew page");
}
