use super::*;
use crate::check::invariants::Invariant;

fn create_project(number: u8) -> OrchestrationCommand {
    let command = serde_json::json!({
        "type": "create_project", "project_id": format!("00000000-0000-0000-0000-00000000000{number}"),
        "path": format!("/{number}"), "name": "a", "at": "2026-01-01T00:00:00Z",
    });
    serde_json::from_value(command).expect("a command")
}

#[test]
fn a_snapshot_of_a_run_counts_all_events_before_it() {
    let mut run = Run::new(Subject::CORE);
    run.step(&create_project(1)).expect("it is accepted");
    run.step(&create_project(2)).expect("it is accepted");
    run.check_log();
    assert_eq!(run.log.snapshot.sequence, 2);
    run.step(&create_project(3)).expect("it is accepted");
    run.check_log();
    assert_eq!(run.log.snapshot.sequence, 3);
    assert!(!run.is_violated());
}

#[test]
fn what_another_check_finds_is_found_by_the_run() {
    let mut run = Run::new(Subject::CORE);
    run.check_with(|findings| findings.violate(Violation::new(Invariant::S1, "found elsewhere")));
    assert!(run.is_violated());
    assert_eq!(run.take_violations().len(), 1);
    assert!(!run.is_violated());
}
