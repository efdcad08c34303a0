//! `harness open`: the page of a run.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::prelude::predicate::str::contains;
use serde_json::Value;

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

/// A run of a faulty engine that fails, and the file with its schedule.
fn failing_engine(folder: &Folder) -> std::path::PathBuf {
    let engine = words("engine --fault acknowledged-before-commit --commands 300 --kills 10 --clients 4");
    folder
        .harness(engine)
        .assert()
        .code(1)
        .stdout(contains("to walk through it in a browser:\n    failures/"));
    let entries = fs::read_dir(folder.path().join("failures")).expect("a folder");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .find(|path| path.to_string_lossy().ends_with(".schedule.jsonl"))
        .expect("a schedule")
}

/// The page beside a schedule.
fn page_of(schedule: &std::path::Path) -> std::path::PathBuf {
    std::path::PathBuf::from(schedule.to_string_lossy().replace(".schedule.jsonl", ".html"))
}

/// What the script of a page shows.
fn data_of(page: &str) -> Value {
    let (_, data) = page
        .split_once(r#"<script id="data" type="application/json">"#)
        .expect("data");
    let (data, _) = data.split_once("</script>").expect("its end");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn a_faulty_engine_has_a_page_beside_its_schedule_in_which_things_have_names() {
    let folder = Folder::new();
    let page = fs::read_to_string(page_of(&failing_engine(&folder))).expect("a page");
    assert!(page.contains("its client was told") && page.contains("crash"));
    let data = data_of(&page);
    let names = data["names"].as_object().expect("names");
    assert!(names.contains_key("project 1"), "{names:?}");
    let (_, card) = page.split_once("class=\"happened\"").expect("what happened");
    let (happened, _) = card.split_once("</p>").expect("its end");
    assert!(
        happened.contains(">turn 1</span>") && happened.contains(">thread 1</span>"),
        "{happened}"
    );
    // A part of a text that is no name is text alone.
    let rows = data["rows"].as_array().expect("rows").iter();
    let of_rows = rows.flat_map(|row| ["what", "core", "log", "told"].map(|name| row[name].clone()));
    let of_steps = data["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| step["text"].clone());
    for told in of_rows.chain(of_steps) {
        for part in told.as_array().expect("words").iter().filter_map(Value::as_str) {
            for id in names.values().filter_map(Value::as_str) {
                let end = &id[id.len().saturating_sub(8)..];
                assert!(
                    end.len() < 8 || !part.contains(end),
                    "{part} has the id of something that has a name"
                );
            }
        }
    }
}

#[test]
fn the_schedule_of_an_engine_that_failed_opens_the_page_beside_it() {
    let folder = Folder::new();
    let schedule = failing_engine(&folder);
    let file = schedule.to_string_lossy().into_owned();
    let open = folder.harness(["open", &file]).assert().code(1);
    open.stdout(contains("the page that was written when the run failed is ").and(contains("engine --replay ")));
    let open = folder.harness(["open", "--output", "copy.html", &file]).assert();
    open.code(1).stdout(contains("is copy.html"));
    let copy = fs::read(folder.path().join("copy.html")).expect("it is there");
    assert_eq!(copy, fs::read(page_of(&schedule)).expect("it is there"));
}

#[test]
fn a_schedule_without_a_page_says_what_to_type_and_that_writes_the_page() {
    let folder = Folder::new();
    let schedule = failing_engine(&folder);
    let page = page_of(&schedule);
    let file = schedule.to_string_lossy().into_owned();
    for kept in [None, Some("<p>another page</p>")] {
        fs::remove_file(&page).expect("it is there");
        if let Some(kept) = kept {
            fs::write(&page, kept).expect("it can be written");
        }
        let open = folder.harness(["open", &file]).assert().code(2);
        open.stderr(contains("is the schedule of an engine's run").and(contains(format!(
            "cargo run --release -- engine --replay {file} -- COMMAND"
        ))));
        folder
            .harness([
                "engine",
                "--fault",
                "acknowledged-before-commit",
                "--json",
                "--replay",
                &file,
            ])
            .assert()
            .code(1);
        assert_eq!(
            data_of(&fs::read_to_string(&page).expect("it is written"))["kind"],
            "engine"
        );
    }
    // By another name it is a schedule too, and one that is none is told as one.
    folder.file("run.jsonl", fs::read(&schedule).expect("it is there"));
    let open = folder.harness(["open", "run.jsonl"]).assert();
    open.code(2).stderr(contains("engine --replay run.jsonl -- COMMAND"));
    folder.file("odd.schedule.jsonl", "{\"do\":\"fly\"}\n");
    let open = folder.harness(["open", "odd.schedule.jsonl"]).assert();
    open.code(2)
        .stderr(contains("line 1 of the schedule odd.schedule.jsonl"));
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
    assert!(
        !page.contains("is not for cost to find"),
        "it is said where the bar would be"
    );
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
