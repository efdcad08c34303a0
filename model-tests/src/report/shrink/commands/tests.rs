use super::*;
use crate::check::invariants::Invariant;

fn command(json: &str) -> OrchestrationCommand {
    serde_json::from_str(json).expect("a command")
}

fn id(number: u8) -> String {
    format!("00000000-0000-0000-0000-00000000000{number}")
}

fn select(thread: u8) -> OrchestrationCommand {
    let id = id(thread);
    command(&format!(
        r#"{{"type":"select_thread","thread_id":"{id}","at":"2026-01-01T00:00:00Z"}}"#
    ))
}

fn rename_project(project: u8, name: &str) -> OrchestrationCommand {
    let id = id(project);
    command(&format!(
        r#"{{"type":"rename_project","project_id":"{id}","name":"{name}","at":"2026-01-01T00:00:00Z"}}"#
    ))
}

/// What a trace is shrunk to if a violation is what `is_broken` tells.
fn shrunk(
    trace: &[OrchestrationCommand],
    is_broken: impl Fn(&[OrchestrationCommand]) -> bool,
) -> Vec<OrchestrationCommand> {
    let mut breaks = |trace: &[OrchestrationCommand]| {
        is_broken(trace).then(|| (trace.len(), Violation::new(Invariant::S1, "it is broken")))
    };
    shrink_trace(trace, &mut breaks).expect("it is broken to begin with").0
}

/// A violation that takes a command about the second thing and one about the third, and of those about the first none or both.
fn shrunk_where_the_first_goes_as_a_whole(of: impl Fn(u8) -> OrchestrationCommand) -> Vec<OrchestrationCommand> {
    shrunk(&[of(1), of(2), of(1), of(3)], |trace| {
        let count = |number| trace.iter().filter(|command| **command == of(number)).count();
        count(2) == 1 && count(3) == 1 && count(1) != 1
    })
}

#[test]
fn all_that_is_said_to_one_thread_is_left_out_where_no_part_of_it_can_be() {
    let shrunk = shrunk_where_the_first_goes_as_a_whole(select);
    assert_eq!(shrunk, [select(2), select(3)]);
}

#[test]
fn all_that_is_said_to_one_project_is_left_out_where_no_part_of_it_can_be() {
    let of = |number| rename_project(number, "a");
    assert_eq!(shrunk_where_the_first_goes_as_a_whole(of), [of(2), of(3)]);
}

#[test]
fn a_field_that_must_be_alike_in_all_commands_is_made_simpler_in_all_at_once() {
    let trace = [rename_project(1, "long"), rename_project(2, "long")];
    let name = |command: &OrchestrationCommand| serde_json::to_value(command).expect("JSON")["name"].clone();
    let shrunk = shrunk(&trace, |trace| trace.len() == 2 && name(&trace[0]) == name(&trace[1]));
    assert_eq!(shrunk.iter().map(name).collect::<Vec<_>>(), ["a", "a"]);
}
