//! What `testing::visits` counts: every collection's items as they are passed, and of a look-up the way down only.

use orchestration::events::MessageChunkReceived;
use orchestration::read_model::{MessageRole, Thread, Turn};
use orchestration::testing::visits;
use orchestration::{CheckpointId, MessageId, OrchestrationEvent, OrchestrationReadModel, ProjectId, ThreadId, TurnId};
use uuid::Uuid;

use crate::common::{
    EARLIER, MESSAGE, PROJECT, THREAD, TURN, a_branch, a_checkpoint, a_commit, a_completion, a_message, a_project,
    a_project_at, a_thread, a_thread_of, a_turn, model_after,
};

/// How many there are of each thing.
const MANY: u64 = 1_000;

/// The most that a look-up among so many may pass: a node for each level of a tree, and what is compared in it.
const MOST_OF_A_LOOK_UP: u64 = 16;

/// An id that no other test has.
fn id(number: u64) -> Uuid {
    Uuid::from_u128(0xf000_0000 + u128::from(number))
}

/// What is counted while something is done.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = visits();
    let result = work();
    (result, visits().wrapping_sub(before))
}

#[track_caller]
fn assert_walked(walk: impl FnOnce() -> usize) {
    let (items, counted) = counted(walk);
    assert!(items as u64 >= MANY, "{items} items");
    assert!(counted >= items as u64, "{counted} visits of {items} items");
}

#[track_caller]
fn assert_looked_up<T>(look_up: impl FnOnce() -> Option<T>) {
    let (found, counted) = counted(look_up);
    assert!(found.is_some(), "it is there");
    assert!((1..=MOST_OF_A_LOOK_UP).contains(&counted), "{counted} visits");
}

/// One project with a thread, and behind it many events.
fn model(event: impl Fn(u64) -> Vec<OrchestrationEvent>) -> OrchestrationReadModel {
    let before = [a_project(), a_thread()];
    model_after(before.into_iter().chain((0..MANY).flat_map(event)))
}

fn thread(model: &OrchestrationReadModel) -> &Thread {
    model.thread(THREAD).expect("it is there")
}

fn turn(model: &OrchestrationReadModel) -> &Turn {
    thread(model).turns().next_back().expect("it is there")
}

#[test]
fn projects_are_counted() {
    let model = model(|number| vec![a_project_at(ProjectId::new(id(number)), &format!("/{number}"))]);
    assert_walked(|| model.projects().count());
    assert_looked_up(|| model.project(ProjectId::new(id(500))));
    let path = model.project(ProjectId::new(id(500))).expect("it is there").path();
    assert_looked_up(|| model.project_at(path));
}

#[test]
fn threads_are_counted() {
    let model = model(|number| vec![a_thread_of(PROJECT, ThreadId::new(id(number)))]);
    assert_walked(|| model.threads().count());
    assert_walked(|| model.threads_of(PROJECT).count());
    assert_looked_up(|| model.thread(ThreadId::new(id(500))));
}

#[test]
fn turns_are_counted() {
    let model = model(|number| {
        let turn_id = TurnId::new(id(number));
        vec![a_turn(turn_id), a_completion(turn_id)]
    });
    assert_walked(|| thread(&model).turns().count());
    assert_looked_up(|| thread(&model).turn(TurnId::new(id(500))));
}

#[test]
fn checkpoints_are_counted() {
    let model = model(|number| vec![a_checkpoint(CheckpointId::new(id(number)), 0)]);
    assert_walked(|| thread(&model).checkpoints().count());
    assert_looked_up(|| thread(&model).checkpoint(CheckpointId::new(id(500))));
}

#[test]
fn branches_are_counted() {
    let model = model(|number| vec![a_branch(&format!("branch-{number}"))]);
    let project = model.project(PROJECT).expect("it is there");
    assert_walked(|| project.branches().count());
    let name = "branch-500".parse().expect("a name");
    assert_looked_up(|| project.branch(&name));
}

#[test]
fn commits_are_counted() {
    let model = model(|number| {
        let first = (number == 0).then(|| a_branch("main"));
        first.into_iter().chain([a_commit("main")]).collect()
    });
    let name = "main".parse().expect("a name");
    let branch = model.project(PROJECT).and_then(|project| project.branch(&name));
    assert_walked(|| branch.expect("it is there").commits().count());
}

#[test]
fn entries_are_counted() {
    let model = model(|number| {
        let first = (number == 0).then(|| a_turn(TURN));
        let message = a_message(MessageId::new(id(number)), MessageRole::Assistant);
        first.into_iter().chain([message]).collect()
    });
    assert_walked(|| turn(&model).entries().count());
    assert_looked_up(|| turn(&model).message(MessageId::new(id(500))));
}

fn a_piece() -> OrchestrationEvent {
    let received = MessageChunkReceived {
        thread_id: THREAD,
        turn_id: TURN,
        message_id: MESSAGE,
        text: "a piece ".into(),
        at: EARLIER,
    };
    received.into()
}

#[test]
fn pieces_of_a_message_are_counted() {
    let model = model(|number| {
        let first = (number == 0).then(|| a_turn(TURN));
        let message = (number == 0).then(|| a_message(MESSAGE, MessageRole::Assistant));
        first.into_iter().chain(message).chain([a_piece()]).collect()
    });
    let message = turn(&model).message(MESSAGE).expect("it is there");
    assert_walked(|| message.text().pieces().count());
}
