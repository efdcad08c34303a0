//! What is on the screen at the end of a task, where nobody says how large it is: 80 columns and 24 lines.

use super::support::{CLEAN_QUICK_JOB, Folder, printed, words};

const COLUMNS: usize = 80;
const LINES: usize = 24;

/// How many lines of the screen a text takes.
fn height(text: &str) -> usize {
    let lines = text.lines().map(|line| line.chars().count().div_ceil(COLUMNS).max(1));
    lines.sum()
}

#[test]
fn all_that_a_clean_task_says_is_on_one_screen() {
    let tasks = ["explore --scope tiny", "soak --steps 2000", "induct --models 5"];
    let shown = tasks.map(|line| (line, printed(line, 0)));
    let quick = ("--quick", CLEAN_QUICK_JOB.clone());
    for (line, text) in shown.into_iter().chain([quick]) {
        assert!(height(&text) <= LINES, "{line}:\n{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= COLUMNS),
            "{line}:\n{text}"
        );
        assert!(text.contains("checked: "), "{text}");
    }
}

#[test]
fn a_violation_ends_with_what_is_wrong_where_its_trace_is_and_what_to_do_next() {
    for line in ["--quick", "explore --scope tiny", "soak --steps 4000"] {
        let text = printed(&format!("{line} --bug path-taken-twice"), 1);
        let lines: Vec<_> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(LINES)..].join("\n");
        for part in [
            "✗ S2 is violated",
            "trace: failures/S2-",
            "test: failures/s2_",
            "cargo run --release -- replay --pretty ",
        ] {
            assert!(end.contains(part), "{line}: {part} is not in\n{end}");
        }
        assert!(!text.contains("#[test]"), "{text}");
    }
}

#[test]
fn the_details_are_tables_that_fit_the_screen() {
    let short = CLEAN_QUICK_JOB.as_str();
    let text = printed("--quick --details", 0);
    for part in ["premise held", "start_turn", "awaiting approval", "project_not_found"] {
        assert!(text.contains(part) && !short.contains(part), "{part}:\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= COLUMNS), "{text}");
}

/// A faulty engine that is found out at once.
const ENGINE: &str =
    "engine --fault published-before-commit --commands 2000 --clients 8 --kills 20 --tries 1 --shrinking 2s";

#[test]
fn every_other_task_ends_on_one_screen_too() {
    let folder = Folder::new();
    let trace = super::support::CONVERSATION;
    for line in [
        "invariants".to_owned(),
        "invariants T8 A6".to_owned(),
        format!("coverage {trace}"),
        "stateful --duration 1".to_owned(),
    ] {
        let run = folder.harness(words(&line)).assert();
        let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        assert!(height(&text) <= LINES, "{line}:\n{text}");
    }
}

#[test]
fn the_hunt_for_a_bug_and_for_faulty_engines_fits_the_width() {
    for line in ["bugs --quick --bug path-taken-twice", ENGINE] {
        let run = Folder::new().harness(words(line)).assert();
        let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        let is_within =
            |line: &&str| line.chars().count() > COLUMNS && !line.contains("cargo run") && !line.contains("http");
        let wide: Vec<_> = text.lines().filter(is_within).collect();
        assert!(wide.is_empty(), "{line}: {wide:#?}");
    }
}

#[test]
fn an_engine_ends_with_what_was_driven_what_was_checked_the_verdict_and_what_is_wrong() {
    let text = printed(ENGINE, 1);
    let lines: Vec<_> = text.lines().collect();
    let end = lines[lines.len().saturating_sub(LINES - 6)..].join("\n");
    let mut place = 0;
    for part in [
        "drove:",
        "checked:",
        "verdict: violated",
        "is violated: ",
        "schedule: failures/",
        "engine --replay ",
    ] {
        let found = end[place..].find(part);
        place += found.unwrap_or_else(|| panic!("{part} is not in, or not in this place:\n{end}"));
    }
    assert!(height(&end) <= LINES, "{end}");
    assert!(!text.contains("asked"), "{text}");
    assert!(printed(&format!("{ENGINE} --details"), 1).contains("asked"), "{text}");
}

#[test]
fn what_is_known_of_a_violation_stands_last_whatever_found_it() {
    for line in ["stateful --duration 2", "soak --steps 4000", "induct --models 50"] {
        let text = printed(&format!("{line} --bug path-taken-twice"), 1);
        let lines: Vec<_> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(LINES)..].join("\n");
        let mut place = 0;
        for part in [
            "verdict: violated",
            "✗ S2 is violated: ",
            "trace: failures/S2-",
            "cargo run --release -- ",
        ] {
            let found = end[place..].find(part);
            place += found.unwrap_or_else(|| panic!("{line}: {part} is not in, or not in this place:\n{end}"));
        }
        assert!(!text.contains("#[test]"), "{text}");
    }
}
