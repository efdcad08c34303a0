//! Each of the tasks that search ends with a verdict, in text and in JSON, and an exit status that says the same.

use predicates::prelude::*;
use predicates::str::contains;

use crate::support::{CLEAN_QUICK_JOB, Folder, json, printed, words};

#[test]
fn what_was_carried_out_without_a_fault_is_clean() {
    for line in ["explore --scope tiny", "soak --steps 2000"] {
        let text = printed(line, 0);
        assert!(text.ends_with("\nverdict: clean\n"), "{line}:\n{text}");
    }
    let quick = CLEAN_QUICK_JOB.as_str();
    assert!(quick.ends_with("\nverdict: clean\n"), "{quick}");
}

#[test]
fn what_was_carried_out_without_a_fault_is_clean_for_machines() {
    for line in ["explore --scope tiny --json", "soak --steps 2000 --json"] {
        let run = Folder::new().harness(words(line)).assert().code(0);
        let json = json(&run.get_output().stdout);
        assert_eq!(json["verdict"], "clean", "{line}");
        assert_eq!(json["incomplete_because"].as_array().map(Vec::len), Some(0), "{line}");
    }
}

#[test]
fn a_planted_bug_is_violated() {
    for line in ["explore --scope tiny", "soak --steps 4000", "--quick"] {
        let line = format!("{line} --bug path-taken-twice");
        let folder = Folder::new();
        let run = folder.harness(words(&line)).assert().code(1);
        run.stdout(contains("\nverdict: violated\n").and(contains("✗ S2 is violated")));
        let run = folder.harness(words(&format!("{line} --json"))).assert().code(1);
        let json = json(&run.get_output().stdout);
        assert_eq!(json["verdict"], "violated", "{line}");
        assert_eq!(json["violation"]["invariant"], "S2", "{line}");
    }
}

#[test]
fn an_exploration_that_gives_up_is_incomplete_and_says_why() {
    let folder = Folder::new();
    let line = "explore --scope tiny --most-states 10";
    let reason = "exploration of tiny: there are more states than the 10 it was to visit";
    let run = folder.harness(words(line)).assert().code(3);
    run.stdout(predicate::str::ends_with(format!(
        "\nverdict: incomplete\n  {reason}\n"
    )));
    let run = folder.harness(words(&format!("{line} --json"))).assert().code(3);
    let json = json(&run.get_output().stdout);
    assert_eq!(json["verdict"], "incomplete");
    assert_eq!(json["incomplete_because"], serde_json::json!([reason]));
}

#[test]
fn the_help_says_what_exit_statuses_mean() {
    let run = Folder::new().harness(["--help"]).assert().code(0);
    let statuses = [
        "0    clean",
        "1    violated",
        "2    the usage",
        "3    incomplete",
        "130  incomplete",
    ];
    let help = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    for status in statuses {
        assert!(help.contains(status), "{help}");
    }
}
