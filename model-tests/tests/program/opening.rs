//! `harness open`: the page of a run.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::prelude::predicate::str::contains;

use crate::support::{CONVERSATION, Folder, renamings, words};

/// A trace in which a planted bug shows.
fn failing(folder: &Folder) -> std::path::PathBuf {
    let soak = words("soak --steps 50000 --steps-per-run 500 --bug restore-keeps-later-checkpoints");
    folder.harness(soak).assert().code(1);
    let entries = fs::read_dir(folder.path().join("failures")).expect("a folder");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .find(|path| path.to_string_lossy().ends_with(".trace.jsonl"))
        .expect("a trace")
}

#[test]
fn a_clean_trace_has_a_page_where_it_is_asked_for() {
    let folder = Folder::new();
    let open = folder
        .harness(["open", "--output", "deep/run.html", CONVERSATION])
        .assert();
    open.code(0).stdout("no violation; the page is deep/run.html\n");
    let page = fs::read_to_string(folder.path().join("deep/run.html")).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Nothing is wrong with this run"));
}

#[test]
fn a_trace_that_breaks_something_has_its_page_beside_it() {
    let folder = Folder::new();
    let trace = failing(&folder);
    let name = trace.file_name().expect("a name").to_string_lossy().into_owned();
    let page = trace.with_file_name(name.replace(".trace.jsonl", ".html"));
    let kept = fs::read_to_string(&page).expect("the search has written its page");
    assert!(kept.contains("is violated") && kept.contains("cargo run --release -- serve --bug restore-keeps-later"));
    fs::remove_file(&page).expect("it is there");
    let trace = trace.to_string_lossy().into_owned();
    let open = folder
        .harness(["open", "--bug", "restore-keeps-later-checkpoints", &trace])
        .assert();
    open.code(1).stdout(contains("is violated; the page is "));
    assert!(page.is_file());
    folder.harness(["open", &trace]).assert().code(0);
}

#[test]
fn the_report_of_a_failure_says_at_its_end_where_its_page_is() {
    let folder = Folder::new();
    let soak = words("soak --steps 50000 --steps-per-run 500 --bug restore-keeps-later-checkpoints");
    folder
        .harness(soak)
        .assert()
        .stdout(contains("to walk through it in a browser:\n    failures/"));
}

#[test]
fn a_trace_from_standard_input_has_its_page_where_one_stands() {
    let folder = Folder::new();
    let open = folder.harness(["open", "-"]).write_stdin(renamings(3)).assert();
    open.code(0).stdout("no violation; the page is trace.html\n");
    assert!(folder.path().join("trace.html").is_file());
    folder
        .harness(["open", "-"])
        .write_stdin("")
        .assert()
        .code(2)
        .stderr(contains("the trace on standard input is empty"));
}

#[test]
fn what_is_no_trace_or_cannot_be_written_is_told() {
    let folder = Folder::without_failures();
    let none = folder.file("none.trace.jsonl", "{\"type\":\"fly\"}\n");
    folder
        .harness([std::ffi::OsStr::new("open"), none.as_os_str()])
        .assert()
        .code(2)
        .stderr(contains("is no command"));
    let open = folder
        .harness(["open", "--output", "failures/run.html", CONVERSATION])
        .assert();
    open.code(2)
        .stderr(contains("the page failures/run.html could not be written"));
}

#[test]
fn a_faulty_engine_has_a_page_beside_its_schedule() {
    let folder = Folder::new();
    let engine = words("engine --fault acknowledged-before-commit --commands 300 --kills 10 --clients 4");
    folder
        .harness(engine)
        .assert()
        .code(1)
        .stdout(contains("to walk through it in a browser:\n    failures/"));
    let entries = fs::read_dir(folder.path().join("failures")).expect("a folder");
    let names: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    let page = names
        .iter()
        .find(|path| path.extension().is_some_and(|ending| ending == "html"))
        .expect("a page");
    let page = fs::read_to_string(page).expect("text");
    assert!(page.contains("its client was told") && page.contains("crash"));
}

#[test]
fn a_verdict_has_a_page_with_pictures_where_it_is_asked_for() {
    let folder = Folder::new();
    let job = folder
        .harness(words("--quick --html verdict.html --bug path-taken-twice"))
        .assert();
    job.code(1);
    let page = fs::read_to_string(folder.path().join("verdict.html")).expect("a page");
    for part in [
        "The verdict: violated",
        "The life of a thread",
        "What came of each command",
        "What is always true",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let unwritten = folder
        .harness(words("--quick --html missing/verdict.html --bug path-taken-twice"))
        .assert();
    unwritten.code(1);
    assert!(
        folder.path().join("missing/verdict.html").is_file(),
        "its folder is made"
    );
}

#[test]
fn a_page_that_cannot_be_written_takes_nothing_away() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("failures")).expect("it can be made");
    let job = folder
        .harness(words("--quick --html failures --bug path-taken-twice"))
        .assert();
    job.code(2)
        .stdout(contains("S2").and(contains("verdict: violated")))
        .stderr(contains("the page failures could not be written"));
}

#[test]
fn a_hunt_has_a_page_with_a_bar_for_each_search_that_found_the_bug() {
    let folder = Folder::new();
    let hunt = words("bugs --quick --random-bytes --bug path-taken-twice --html hunt.html");
    let table = folder.harness(hunt).assert().code(0);
    table.stdout(contains("path-taken-twice"));
    let page = fs::read_to_string(folder.path().join("hunt.html")).expect("a page");
    for part in [
        "The hunt for planted bugs: clean",
        "0 of 1 bugs escape every search",
        "path-taken-twice",
        "exploration",
        "class=\"level\"",
        "Caught by",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_page_of_a_hunt_that_cannot_be_written_takes_nothing_away() {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("hunts")).expect("it can be made");
    let hunt = words("bugs --quick --random-bytes --bug path-taken-twice --json --html hunts");
    let hunt = folder.harness(hunt).assert().code(2);
    hunt.stdout(contains("\"verdict\": \"clean\"").or(contains("\"verdict\":\"clean\"")))
        .stderr(contains("the page hunts could not be written"));
}
