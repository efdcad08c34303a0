use serde_json::{Value, json};

use super::*;

const PROJECT: &str = "00000000-0000-0000-0000-000000000001";
/// A thread that was idle on a branch with four commits, and one that waits for an answer about an open tool call.
const THREADS: [&str; 2] = [
    "00000000-0000-0000-0000-000000000011",
    "00000000-0000-0000-0000-000000000013",
];

fn conversation() -> OrchestrationReadModel {
    let snapshot = include_str!("../../../../../core/tests/golden/2/conversation.snapshot.json");
    let mut json: Value = serde_json::from_str(snapshot).expect("JSON");
    let branch = &mut json["model"]["projects"][PROJECT]["branches"]["fix"];
    branch["commits"] = vec![branch["commits"][0].clone(); 4].into();
    let snapshot: Snapshot = serde_json::from_value(json).expect("a snapshot");
    snapshot.model
}

fn on_thread(kind: &str, thread: usize) -> OrchestrationCommand {
    let command = json!({"type": kind, "thread_id": THREADS[thread], "at": "2026-01-01T00:00:00Z"});
    serde_json::from_value(command).expect("a command")
}

#[test]
fn what_is_allowed_is_so_much_for_each_level_and_each_thing() {
    let empty = OrchestrationReadModel::default();
    let allowed = |times: u64| Cost {
        visits: PER_LEVEL.visits * times,
        allocations: PER_LEVEL.allocations * times,
        bytes: PER_LEVEL.bytes * times,
    };
    // Of nothing, and of two more things: the logarithm is 1.
    assert_eq!(
        Cost::allowed(&empty, &on_thread("delete_thread", 0)),
        allowed(4 + 1 + 1)
    );
    // An open tool call and a pending approval, and the thread; five entries and two more: the logarithm is 2.
    assert_eq!(concerned(&conversation(), &on_thread("delete_thread", 1)), 2);
    assert_eq!(
        Cost::allowed(&conversation(), &on_thread("delete_thread", 1)),
        allowed((4 + 2 + 1) * 3)
    );
}

#[test]
fn a_deleted_project_takes_each_of_its_threads_along_and_what_is_open_in_them() {
    let delete = json!({"type": "delete_project", "project_id": PROJECT, "at": "2026-01-01T00:00:00Z"});
    let delete = serde_json::from_value(delete).expect("a command");
    assert_eq!(concerned(&conversation(), &delete), 2 + 2);
}

#[test]
fn the_commits_that_a_command_may_look_at_are_those_of_the_threads_branch() {
    let model = conversation();
    let project = model.project(PROJECT.parse().expect("an id")).expect("it is there");
    let thread = |place: usize| model.thread(THREADS[place].parse().expect("an id"));
    assert_eq!(commits(project, thread(0)), 4);
    assert_eq!(commits(project, thread(1)), 0, "it is on no branch");
    assert_eq!(commits(project, None), 0);
}

#[test]
fn the_greater_of_each_count_is_kept() {
    let cost = |visits, allocations, bytes| Cost {
        visits,
        allocations,
        bytes,
    };
    assert_eq!(cost(1, 5, 3).max(cost(4, 2, 6)), cost(4, 5, 6));
    assert_eq!(cost(4, 2, 6).max(cost(1, 5, 3)), cost(4, 5, 6));
}

#[test]
fn what_is_looked_up_is_looked_at() {
    let model = conversation();
    let cost = |thread| Cost::of(|| look_up(&model, &on_thread("delete_thread", thread)));
    assert!(cost(0).visits > 0 && cost(1).visits > 0);
}

#[test]
#[should_panic(expected = "what commands cost is asked where it is not counted")]
fn what_a_command_costs_is_not_to_be_asked_where_nothing_is_counted() {
    let command = on_thread("delete_thread", 0);
    let cost = || check_cost(Subject::CORE, &conversation(), &command, &mut Findings::default());
    uncounted(cost);
}
