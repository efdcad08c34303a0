//! What is on the screen at the end of a task, where nobody says how large it is: 80 columns and 24 lines.

use super::support::{Folder, words};

const COLUMNS: usize = 80;
const LINES: usize = 24;

/// What a task prints that is to end with this status.
fn printed(line: &str, status: i32) -> String {
    let run = Folder::new().harness(words(line)).assert().code(status);
    String::from_utf8_lossy(&run.get_output().stdout).into_owned()
}

/// How many lines of the screen a text takes.
fn height(text: &str) -> usize {
    let lines = text.lines().map(|line| line.chars().count().div_ceil(COLUMNS).max(1));
    lines.sum()
}

#[test]
fn all_that_a_clean_task_says_is_on_one_screen() {
    for line in [
        "--quick",
        "explore --scope tiny",
        "soak --steps 2000",
        "induct --models 5",
    ] {
        let text = printed(line, 0);
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
        let end = lines[lines.len().saturating_sub(12)..].join("\n");
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
    let short = printed("--quick", 0);
    let text = printed("--quick --details", 0);
    for part in ["premise held", "start_turn", "awaiting approval", "project_not_found"] {
        assert!(text.contains(part) && !short.contains(part), "{part}:\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= COLUMNS), "{text}");
}
