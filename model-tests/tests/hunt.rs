//! The hunt for planted bugs tells what was found, and what was not.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use model_tests::counterexample::Search;
use model_tests::proof::bugs::{self, BUGS, Bug};
use model_tests::proof::hunt::{Hunter, LibFuzzer, Record};
use model_tests::subject::Subject;
use serde_json::Value;

/// Not to stop.
static GO_ON: AtomicBool = AtomicBool::new(false);

const HUNTERS: [Hunter; 4] = [Hunter::Stateful, Hunter::Exploration, Hunter::Soak, Hunter::RandomBytes];

fn bug(id: &str) -> &'static Bug {
    BUGS.iter().find(|bug| bug.id == id).expect("it is planted")
}

#[test]
fn every_hunter_finds_a_bug_with_its_trace_and_the_same_one_every_time() {
    let bug = bug("complete-leaves-running");
    for hunter in HUNTERS {
        let hunt = hunter.hunt(bug, 1, &GO_ON).expect("it can hunt");
        let found = hunt.found.unwrap_or_else(|| panic!("{} finds nothing", hunter.name()));
        assert!(hunt.executions > 0 && hunt.steps > Some(0), "{}", hunter.name());
        let again = hunter
            .hunt(bug, 1, &GO_ON)
            .expect("it can hunt")
            .found
            .expect("it is found again");
        assert_eq!(
            (again.violation, again.evidence),
            (found.violation, found.evidence),
            "{}",
            hunter.name()
        );
    }
}

#[test]
fn the_baseline_finds_what_the_first_command_shows_and_not_what_a_history_shows() {
    let find = |id| Hunter::Naive.hunt(bug(id), 1, &GO_ON).expect("it can hunt").found;
    assert!(find("delete-twice").is_some());
    assert!(find("restore-drops-last-turn-only").is_none());
}

#[test]
fn a_record_has_the_medians_and_the_shortest_trace() {
    let record = Record::of(bug("restore-drops-last-turn-only"), &HUNTERS, 3, &GO_ON)
        .expect("they can hunt")
        .expect("they have hunted");
    assert!(record.is_as_expected(), "{record:?}");
    assert_eq!(
        record.hunters.iter().map(|hunter| hunter.hunts).collect::<Vec<_>>(),
        [3, 1, 3, 3]
    );
    assert_eq!(record.shortest, Some(8));
    assert!(
        record
            .failure
            .is_some_and(|failure| failure.counterexample.evidence.len() == 8)
    );
}

#[test]
fn a_hunt_that_is_stopped_has_no_record() {
    let record = Record::of(bug("delete-twice"), &HUNTERS, 3, &AtomicBool::new(true));
    assert!(record.expect("nothing went wrong").is_none());
}

#[test]
fn a_bug_that_is_none_escapes() {
    let none = Bug {
        subject: Subject::CORE,
        unseen_by: &[(Search::Soak, "there is nothing to be seen")],
        ..*bug("delete-twice")
    };
    let record = Record::of(&none, &[Hunter::Exploration, Hunter::Naive], 1, &GO_ON)
        .expect("they can hunt")
        .expect("they have hunted");
    assert!(!record.is_as_expected());
    assert!(
        record
            .hunters
            .iter()
            .all(|hunter| hunter.found == 0 && hunter.executions > 0)
    );
}

#[test]
fn what_no_search_sees_is_hunted_from_one_seed() {
    let unseen = Bug {
        unseen_by: &[(Search::Soak, "nothing is looked at")],
        ..*bug("delete-twice")
    };
    let record = Record::of(&unseen, &[Hunter::Soak, Hunter::Naive], 3, &GO_ON)
        .expect("they can hunt")
        .expect("they have hunted");
    assert_eq!(
        record.hunters.iter().map(|hunter| hunter.hunts).collect::<Vec<_>>(),
        [1, 3]
    );
}

#[test]
fn what_panics_elsewhere_is_not_planted() {
    assert!(!bugs::is_planted(std::panic::Location::caller()));
}

#[test]
fn a_folder_without_fuzz_targets_has_no_libfuzzer() {
    assert_eq!(
        LibFuzzer::in_folder(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))),
        None
    );
}

/// Runs the program in a folder of its own, which is where it writes traces to.
fn harness(arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    let output = command.args(arguments).current_dir(folder.path()).output();
    let output = output.expect("the program can be run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn one_bug_is_shown_with_its_trace_and_for_machines_with_what_each_hunter_made_of_it() {
    let arguments = ["bugs", "--bug", "start-while-running", "--seeds", "1", "--random-bytes"];
    let (status, shown, _) = harness(&arguments);
    assert_eq!(status, Some(0), "{shown}");
    let bug = bug("start-while-running");
    assert!(
        shown.starts_with(&format!("what users saw: {}\n", bug.symptom)),
        "{shown}"
    );
    for part in [bug.reports[0], bug.sentence, "caught by", "is violated", "start_turn"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let (status, json, _) = harness(&[&arguments[..], &["--json"]].concat());
    assert_eq!(status, Some(0), "{json}");
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["bugs"][0]["symptom"], bug.symptom);
    assert_eq!(json["bugs"][0]["reports"][0], bug.reports[0]);
    let hunters = json["bugs"][0]["hunters"].as_array().expect("there are hunters");
    let names: Vec<_> = hunters.iter().filter_map(|hunter| hunter["hunter"].as_str()).collect();
    assert_eq!(
        names,
        [
            "stateful",
            "exploration",
            "induction",
            "cost",
            "soak",
            "random bytes",
            "naive"
        ]
    );
    assert_eq!(json["escaped"], Value::Array(Vec::new()));
}

#[test]
fn an_unknown_bug_is_refused_with_those_that_there_are() {
    let (status, _, errors) = harness(&["bugs", "--bug", "start-while-runing"]);
    assert_eq!(status, Some(2));
    assert!(
        errors.contains("there is no planted bug start-while-runing") && errors.contains("start-while-running"),
        "{errors}"
    );
}
