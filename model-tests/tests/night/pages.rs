//! A night has a page beside its summary, and those that have passed are opened again.

use std::fs;

use crate::findings::{BUG, failing_input};
use crate::repository::{Repository, text};

#[test]
fn a_night_that_is_alone_says_so_and_its_page_says_what_was_done() {
    let repository = Repository::new("page");
    let output = repository.fuzzing(&["--seed", "7"]);
    assert_eq!(output.status.code(), Some(0));
    let page = repository.page();
    for part in [
        ": <bdi>clean</bdi></h1>",
        "Clean: everything came to its end",
        "seed 7: --seed 7 draws the same again",
        "<bdi>fuzzing of wire</bdi>",
        r#"data-is="executions">100</td>"#,
        r#"data-is="features">2</td>"#,
        "Only one night is kept here.",
        "default-src 'none'; script-src",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(!page.contains("<polyline"), "{page}");
    assert!(
        text(&output.stderr).contains("summary.html"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn nights_are_lines_and_lead_to_each_other() {
    let repository = Repository::new("lines");
    for _ in 0..2 {
        assert_eq!(repository.fuzzing(&[]).status.code(), Some(0));
    }
    let page = repository.page();
    assert!(
        page.contains("inputs that the corpora keep: <strong>6</strong>"),
        "{page}"
    );
    assert!(page.contains("<polyline"), "{page}");
    let first = &repository.names("target/nights")[0];
    assert!(page.contains(&format!(r#"href="../{first}/summary.html""#)), "{page}");
}

#[test]
fn a_failure_has_a_page_of_its_own_to_which_that_of_the_night_leads() {
    let repository = Repository::new("failure-page");
    repository.write("crash-command_sequence", failing_input());
    assert_eq!(repository.fuzzing(&["--bug", BUG]).status.code(), Some(1));
    let page = repository.page();
    let (_, rest) = page.split_once(r#"href="failures/"#).expect("there is a link");
    let (name, _) = rest.split_once('"').expect("it ends");
    let own = repository.last_night().join("failures").join(name);
    let own = fs::read_to_string(own).expect("it is there");
    assert!(own.contains("T8") && own.contains("is violated"), "{name}");
    assert!(
        page.contains("found something") && page.contains("3 times, by command_sequence"),
        "{page}"
    );
}

#[test]
fn a_page_that_cannot_be_written_is_an_error_and_takes_nothing_away() {
    let repository = Repository::new("page-blocked");
    repository.write("page-blocked", "");
    let output = repository.fuzzing(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("**Clean**") && repository.summary().contains("**Clean**"));
    let errors = text(&output.stderr);
    assert!(errors.contains("summary.html could not be written"), "{errors}");
    assert_eq!(repository.record()["end"], "clean");
}

#[test]
fn a_night_that_has_passed_is_opened_by_its_folder_by_its_record_or_as_the_last_one() {
    let repository = Repository::new("opened");
    repository.write("crash-wire", "x");
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(1));
    fs::remove_file(repository.root.join("crash-wire")).expect("it is there");
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(0));
    let [first, last] = &repository.names("target/nights")[..] else {
        panic!("there are two nights")
    };
    for (path, status, told) in [
        ("target/nights".to_owned(), 0, ": clean; the page is "),
        (format!("target/nights/{last}"), 0, ": clean; the page is "),
        (format!("target/nights/{first}"), 1, ": found something; the page is "),
        (
            format!("target/nights/{first}/summary.json"),
            1,
            ": found something; the page is ",
        ),
    ] {
        let night = if status == 0 { last } else { first };
        let page = repository.root.join(format!("target/nights/{night}/summary.html"));
        fs::remove_file(&page).expect("it is there");
        let output = repository.open(&path);
        assert_eq!(output.status.code(), Some(status), "{path}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains(told), "{path}: {}", text(&output.stdout));
        let made = fs::read_to_string(&page).expect("it is made again");
        assert_eq!(made.contains("Only one night is kept here."), night == first, "{path}");
    }
}

#[test]
fn a_night_that_did_not_end_is_incomplete_and_a_folder_that_is_none_is_told() {
    let repository = Repository::new("unended");
    assert_eq!(repository.fuzzing(&[]).status.code(), Some(0));
    let record = repository.last_night().join("summary.json");
    let json = fs::read_to_string(&record).expect("it is there");
    let unended = json.replace(r#""end": "clean""#, r#""end": "running""#);
    fs::write(
        &record,
        unended.replace("rustc 9.9.9", "</title><script>1</script>\u{202e}"),
    )
    .expect("it can be written");
    assert_eq!(repository.open("target/nights").status.code(), Some(3));
    let page = repository.page();
    assert!(
        page.contains("&lt;/title&gt;&lt;script&gt;1") && !page.contains("<script>1") && !page.contains('\u{202e}')
    );
    fs::write(&record, "{}").expect("it can be written");
    for (path, told) in [
        ("target/nights", "is no result of a night"),
        ("bin", "is neither a night nor a folder of nights"),
    ] {
        let output = repository.open(path);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert!(text(&output.stderr).contains(told), "{path}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
    }
}
