//! What is kept in the repository is what the harness makes, and is renewed by it.

use std::fs;
use std::path::{Path, PathBuf};

use predicates::prelude::*;
use predicates::str::contains;

use crate::support::Folder;

const NUMBERS: &str = "model-tests/src/search/explore/pinned.txt";
const DICTIONARY: &str = "fuzz/wire.dict";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A repository with nothing but what the dictionary is made from, a dictionary and some numbers.
fn small_repository() -> Folder {
    let folder = Folder::new();
    let wire = Path::new("fuzz/seeds/wire");
    for parent in [wire, Path::new(NUMBERS).parent().expect("it is in a folder")] {
        fs::create_dir_all(folder.path().join(parent)).expect("it can be made");
    }
    let seeds = fs::read_dir(repository().join(wire)).expect("there are seeds");
    let seeds = seeds.map(|seed| wire.join(seed.expect("it is listed").file_name()));
    for path in seeds.chain([NUMBERS.into(), DICTIONARY.into()]) {
        fs::copy(repository().join(&path), folder.path().join(&path)).expect("it can be copied");
    }
    folder
}

fn kept(folder: &Folder, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect("it is there")
}

/// The parts that no other test makes in order to hold them against what is kept. The numbers, and the pages of the planted
/// bugs and of the faulty engines, take long: who explores those scopes, or hunts those bugs, looks at them too.
const PARTS: [&str; 5] = ["table", "picture", "test", "seeds", "dictionary"];

#[test]
fn nothing_that_is_kept_in_this_repository_is_stale() {
    let run = Folder::new()
        .harness(["renew", "--check", "--repository"])
        .arg(repository())
        .args(PARTS)
        .assert();
    run.code(0).stdout(contains("nothing is stale"));
}

#[test]
fn what_is_stale_is_shown_and_only_told_of_until_it_is_to_be_renewed() {
    let folder = small_repository();
    let fresh = kept(&folder, DICTIONARY);
    let stale = fresh.replacen("project_id", "product_id", 1);
    assert_ne!(stale, fresh);
    folder.file(DICTIONARY, &stale);

    let run = folder.harness(["renew", "--check", "dictionary"]).assert().code(1);
    run.stdout(
        contains("~ fuzz/wire.dict")
            .and(contains("-\"\\\"product_id"))
            .and(contains("+\"\\\"project_id")),
    )
    .stderr(contains("1 file stale: harness renew"));
    assert_eq!(kept(&folder, DICTIONARY), stale);

    let run = folder.harness(["renew", "dictionary"]).assert().code(0);
    run.stdout(contains("~ fuzz/wire.dict").and(contains("1 file renewed")));
    assert_eq!(kept(&folder, DICTIONARY), fresh);
    let run = folder.harness(["renew", "dictionary"]).assert().code(0);
    run.stdout("0 files renewed\n");
}

#[test]
fn what_is_missing_is_made() {
    let folder = small_repository();
    fs::remove_file(folder.path().join(DICTIONARY)).expect("it is there");
    folder.harness(["renew", "--check", "dictionary"]).assert().code(1);
    let run = folder.harness(["renew", "dictionary"]).assert().code(0);
    run.stdout(contains("+ fuzz/wire.dict"));
    assert_eq!(
        kept(&folder, DICTIONARY),
        fs::read_to_string(repository().join(DICTIONARY)).expect("it is kept")
    );
}

#[test]
fn what_cannot_be_made_to_its_end_leaves_all_as_it_was() {
    let folder = small_repository();
    folder.file(NUMBERS, "stale");
    folder.file(DICTIONARY, "stale");
    let run = folder
        .harness(["renew", "dictionary", "numbers", "--memory-limit", "1MB"])
        .assert();
    run.code(3).stderr(contains("incomplete: "));
    assert_eq!(
        [NUMBERS, DICTIONARY].map(|path| kept(&folder, path)),
        ["stale", "stale"]
    );
}

#[test]
fn a_readme_without_the_table_is_told_of_by_its_heading() {
    let folder = small_repository();
    folder.file("model-tests/README.md", "# The harness\n");
    let run = folder.harness(["renew", "table"]).assert().code(2);
    run.stderr(contains(
        "model-tests/README.md has no table under “## The transition table”",
    ));
}

#[test]
fn what_is_no_repository_is_refused() {
    let folder = Folder::new();
    let run = folder.harness(["renew"]).assert().code(2);
    run.stdout("").stderr(contains("expected the root of the repository"));
}

#[test]
fn a_part_that_there_is_not_is_refused_with_those_that_there_are() {
    let run = small_repository().harness(["renew", "everything"]).assert().code(2);
    run.stdout("").stderr(contains(
        "numbers, table, picture, test, seeds, dictionary, page, engines",
    ));
}
