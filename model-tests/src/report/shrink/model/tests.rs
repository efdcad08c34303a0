use std::sync::atomic::AtomicBool;

use orchestration::read_model::{Approval, Branch, Decision, Project, Thread, ThreadStatus, Turn, TurnEntry};
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationReadModel, Snapshot, ThreadId, decide};
use serde_json::{Value, json};

use super::super::budget::{Budget, MOST_STEPS};
use super::*;
use crate::counterexample::{Counterexample, Origin, Search};
use crate::report::shrink::shrink;
use crate::subject::Decided;

/// A model with some of everything.
fn conversation() -> Value {
    let snapshot = include_str!("../../../../../core/tests/golden/2/conversation.snapshot.json");
    let snapshot: Snapshot = serde_json::from_str(snapshot).expect("a snapshot");
    let mut model = serde_json::to_value(&snapshot.model).expect("JSON");
    model["selected_thread"] = "00000000-0000-0000-0000-000000000011".into();
    let branch = &mut model["projects"]["00000000-0000-0000-0000-000000000001"]["branches"]["fix"];
    branch["commits"] = vec![branch["commits"][0].clone(); 4].into();
    branch["pushed_commits"] = 3.into();
    model
}

fn read(json: Value) -> OrchestrationReadModel {
    let Unchecked(model) = serde_json::from_value(json).expect("a model");
    model
}

fn commands(json: Value) -> Vec<OrchestrationCommand> {
    serde_json::from_value(json).expect("commands")
}

/// A project that there is not yet.
fn create_project() -> Value {
    json!({
        "type": "create_project", "project_id": "00000000-0000-0000-0000-000000000009", "path": "/new/one",
        "name": "long", "at": "2026-02-03T04:05:06Z",
    })
}

/// Refuses a command for no reason where it is to.
fn refusing(is_wrong: bool, command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
    if is_wrong {
        let thread_id = ThreadId::new(uuid::Uuid::max());
        return Err(DeciderError::ThreadNotFound { thread_id });
    }
    decide(command, model)
}

/// The smallest model in which a decider is wrong, and the commands that show it.
fn smallest(decider: crate::subject::Decide, model: Value, given: Value) -> Value {
    let subject = Subject::CORE.with_decider(decider);
    let evidence = evidence(&read(model), &commands(given));
    let violation = evidence.check(subject).expect("it is wrong to begin with");
    let found = Counterexample {
        violation,
        evidence,
        origin: Origin::of(Search::Given),
    };
    let shrunk = shrink(subject, &found);
    assert!(shrunk.evidence.check(subject).is_some() && shrunk.evidence.check(Subject::CORE).is_none());
    let Evidence::Model { model, commands } = &shrunk.evidence else {
        panic!("it is a model no more");
    };
    json!({ "model": model, "commands": commands })
}

fn approvals(model: &OrchestrationReadModel) -> impl Iterator<Item = &Approval> {
    let turns = model.threads().flat_map(Thread::turns);
    turns.flat_map(Turn::entries).filter_map(TurnEntry::as_approval)
}

fn branches(model: &OrchestrationReadModel) -> impl Iterator<Item = &Branch> {
    model.projects().flat_map(Project::branches)
}

#[test]
fn a_pending_approval_of_a_tool_call_is_left_with_what_it_takes() {
    let smallest = smallest(
        |command, model| {
            let is_hit =
                |approval: &Approval| *approval.decision() == Decision::Pending && approval.tool_call_id().is_some();
            refusing(approvals(model).any(is_hit), command, model)
        },
        conversation(),
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn an_approval_does_without_its_tool_call_where_that_is_not_needed() {
    let smallest = smallest(
        |command, model| {
            let is_wrong = approvals(model).any(|approval| *approval.decision() == Decision::Pending);
            refusing(is_wrong, command, model)
        },
        conversation(),
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn a_running_thread_is_left_with_its_prompt() {
    let smallest = smallest(
        |command, model| {
            let is_wrong = model.threads().any(|thread| thread.status() == ThreadStatus::Running);
            refusing(is_wrong, command, model)
        },
        {
            let mut model = conversation();
            let running = &mut model["threads"]["00000000-0000-0000-0000-000000000013"];
            running["status"] = "running".into();
            running["turns"][2]["entries"][3]["decision"]["type"] = "approved".into();
            model
        },
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn of_a_branch_as_many_commits_are_left_as_are_needed_and_pushed_as_they_were() {
    let smallest = smallest(
        |command, model| {
            let is_hit = |branch: &Branch| {
                let pushed = usize::try_from(branch.pushed_commits()).expect("there are few");
                pushed >= 1 && branch.commits().len() > pushed
            };
            refusing(branches(model).any(is_hit), command, model)
        },
        conversation(),
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn a_checkpoint_is_left_with_the_turns_that_it_counts() {
    let smallest = smallest(
        |command, model| {
            let is_hit = |thread: &Thread| {
                let turns = thread.turn_count();
                thread
                    .checkpoints()
                    .any(|checkpoint| checkpoint.turn_count() >= 1 && turns > checkpoint.turn_count())
            };
            refusing(model.threads().any(is_hit), command, model)
        },
        conversation(),
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn a_thread_keeps_its_branch_where_that_is_needed_and_is_selected_no_more() {
    let smallest = smallest(
        |command, model| {
            let is_wrong = model.threads().any(|thread| thread.branch().is_some());
            refusing(is_wrong, command, model)
        },
        conversation(),
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn the_selected_thread_loses_its_branch_where_that_is_not_needed() {
    let smallest = smallest(
        |command, model| refusing(model.selected_thread().is_some(), command, model),
        conversation(),
        json!([create_project()]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn what_the_first_commands_make_is_taken_into_the_model() {
    let rename = json!({
        "type": "rename_project", "project_id": "00000000-0000-0000-0000-000000000002", "name": "other",
        "at": "2026-02-03T04:05:06Z",
    });
    let smallest = smallest(
        |command, model| {
            let is_wrong = model.projects().any(|project| project.path().as_str() == "/new/one");
            refusing(is_wrong, command, model)
        },
        conversation(),
        json!([create_project(), rename]),
    );
    insta::assert_json_snapshot!(smallest);
}

#[test]
fn a_model_takes_a_step_for_every_eight_parts_and_one_for_each_command() {
    let subject = Subject::CORE.with_decider(|command, model| refusing(true, command, model));
    let mut smaller_model = conversation();
    smaller_model["selected_thread"] = "00000000-0000-0000-0000-000000000012".into();
    assert_eq!(parts(&smaller_model), 48);
    let is_tried_with = |left: usize| {
        let stop = AtomicBool::new(false);
        let budget = Budget::new(&stop);
        budget.take(MOST_STEPS - left).expect("so much is left");
        let commands = commands(json!([create_project(), create_project()]));
        let model = read(conversation());
        let (_, violation) = Evidence::Model {
            model: model.clone(),
            commands: commands.clone(),
        }
        .broken(subject)
        .and_then(|broken| Some((broken.length, broken.most_telling()?)))
        .expect("it is wrong");
        let mut smaller = Smaller {
            shrinking: Shrinking {
                subject,
                invariant: violation.invariant,
                budget: &budget,
            },
            json: conversation(),
            model,
            commands,
            violation,
        };
        smaller.try_out(smaller_model.clone())
    };
    assert_eq!((is_tried_with(7), is_tried_with(8)), (false, true));
}
